"""What the drill on the mesh reasons by: who is let in, as Istio documents its policies."""

from typing import Any

import pytest

from components import _mesh_policy as policy
from rehearsal.drills._mesh_reasoning import NotUnderstood, Request, Workload, let_in, mode

PAYMENTS = Workload(namespace="payments", labels={"app.kubernetes.io/name": "payments"})
TOKENS = policy.Tokens(
    issuer="https://issuer.example", keys="https://issuer.example/k", audience="a"
)

Plain = dict[str, Any]


def _object(kind: str, name: str, spec: Plain, namespace: str = "payments") -> Plain:
    metadata = {"namespace": namespace, "name": name, "creationTimestamp": "2026-01-01T00:00:00Z"}
    return {"kind": kind, "metadata": metadata, "spec": spec}


def _authorized(*specs: Plain, by: str = "support", port: int = 8080, bare: bool = False) -> bool:
    principal = policy.principal(by, by) if by else ""
    return let_in(
        Request(principal=principal, port=port, bare=bare),
        PAYMENTS,
        authentications=[],
        authorizations=[
            _object("AuthorizationPolicy", str(number), spec) for number, spec in enumerate(specs)
        ],
        root="istio-system",
    )


# What Istio documents


def test_without_a_policy_everybody_is_let_in() -> None:
    assert _authorized()


def test_a_policy_without_a_rule_lets_nobody_in_and_one_with_an_empty_rule_everybody() -> None:
    assert not _authorized({})
    assert not _authorized(policy.nobody())
    assert _authorized(policy.nobody(), {"rules": [{}]})


def test_who_is_named_is_let_in_at_the_ports_that_are_named() -> None:
    spec = policy.caller("payments", by="support", ports=[8080])
    assert _authorized({}, spec)
    assert not _authorized({}, spec, port=9090)
    assert not _authorized({}, spec, by="cards")
    assert not _authorized({}, spec, by="")


def test_what_is_refused_is_refused_before_anybody_is_let_in() -> None:
    everybody: Plain = {"rules": [{}]}
    named = {"from": [{"source": {"principals": [policy.principal("support", "support")]}}]}
    assert not _authorized(everybody, {"action": "DENY", "rules": [named]})
    assert _authorized(everybody, {"action": "DENY", "rules": [named]}, by="cards")
    # Who may choose their path chooses another.
    avoided = {**named, "to": [{"operation": {"paths": ["/admin"]}}]}
    assert _authorized(everybody, {"action": "DENY", "rules": [avoided]})


@pytest.mark.parametrize(
    ("principals", "let"),
    [
        (["*"], True),
        (["cluster.local/ns/support/*"], True),
        (["*/sa/support"], True),
        (["cluster.local/ns/supporters/*"], False),
        ([], False),
    ],
)
def test_names_are_told_by_their_beginning_and_end(principals: list[str], let: bool) -> None:  # noqa: FBT001 - a case
    assert _authorized({"rules": [{"from": [{"source": {"principals": principals}}]}]}) is let


def test_what_is_not_named_is_told_by_the_opposite() -> None:
    spec: Plain = {"rules": [{"from": [{"source": {"notNamespaces": ["support"]}}]}]}
    assert not _authorized(spec)
    assert _authorized(spec, by="cards")


def test_a_policy_of_the_root_namespace_holds_everywhere_and_another_s_does_not() -> None:
    request = Request(principal=policy.principal("cards", "cards"), port=8080)
    for namespace, let in (("istio-system", False), ("cards", True)):
        closed = _object("AuthorizationPolicy", "nobody", {}, namespace)
        assert let_in(
            request, PAYMENTS, authentications=[], authorizations=[closed], root="istio-system"
        ) is (let)


STRANGE: list[Plain] = [
    {"action": "CUSTOM", "rules": [{}]},
    {"targetRefs": [{"kind": "Gateway", "name": "a"}]},
    {"rules": [{"from": [{"source": {"serviceAccounts": ["a"]}}]}]},
    {"rules": [{"when": [{"key": "experimental.envoy.filters.a", "values": ["b"]}]}]},
]


@pytest.mark.parametrize("spec", STRANGE)
def test_what_is_not_understood_is_an_error_and_no_leave(spec: Plain) -> None:
    with pytest.raises(NotUnderstood):
        _authorized(spec)


def _mode(*found: Plain, port: int = 8080) -> str:
    return mode(PAYMENTS, port, found, "istio-system")


def test_the_nearest_word_on_certificates_holds() -> None:
    root = _object("PeerAuthentication", "default", policy.strict(), "istio-system")
    loose = _object("PeerAuthentication", "default", {"mtls": {"mode": "PERMISSIVE"}})
    unset = _object("PeerAuthentication", "default", {"mtls": {"mode": "UNSET"}})
    own = _object(
        "PeerAuthentication",
        "own",
        {
            "selector": policy.selector("payments"),
            "mtls": {"mode": "STRICT"},
            "portLevelMtls": {"9090": {"mode": "DISABLE"}},
        },
    )
    assert _mode() == "PERMISSIVE"
    assert _mode(root) == _mode(root, unset) == "STRICT"
    assert _mode(root, loose) == "PERMISSIVE"
    assert _mode(root, loose, own) == "STRICT"
    assert _mode(root, loose, own, port=9090) == "DISABLE"


def test_who_shows_no_certificate_is_let_in_only_where_that_is_not_strict() -> None:
    request = Request(principal="", port=8080)
    everybody = _object("AuthorizationPolicy", "all", {"rules": [{}]})
    for how, let in (("STRICT", False), ("PERMISSIVE", True)):
        found = _object("PeerAuthentication", "default", {"mtls": {"mode": how}})
        assert (
            let_in(
                request,
                PAYMENTS,
                authentications=[found],
                authorizations=[everybody],
                root="istio-system",
            )
            is let
        )


# What outsiders show


def test_a_request_without_proof_is_not_let_in() -> None:
    spec = policy.outsiders(
        "payments",
        port=8080,
        paths=["/payments"],
        conditions=[policy.Condition(key="request.auth.claims[amr]", values=["mfa"])],
        tokens=TOKENS,
    )
    gateway = policy.principal("istio-ingress", "ingress")
    for bare, let in ((False, True), (True, False)):
        request = Request(principal=gateway, port=8080, bare=bare)
        found = [_object("AuthorizationPolicy", "from-outside", spec)]
        assert let_in(request, PAYMENTS, authentications=[], authorizations=found, root="r") is let
    assert not _authorized(spec), "who is in the mesh does not come through the gateway"
