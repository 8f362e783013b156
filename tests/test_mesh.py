"""The mesh: what is let in, how long is waited, and what a request from outside has to show."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import _mesh_policy as policy
from components import _mesh_routes as routes
from components._mesh_network import public
from domains import Auth, Catalogue
from mesh import PATIENCE, edge_of
from proofs import conditions, needs_token
from rehearsal.drills import Outcome
from rehearsal.drills._mesh_reasoning import NotUnderstood, Request, Workload, let_in, mode
from rehearsal.drills.mesh import MESH, reasoned
from rehearsal.toolchain import ISTIO
from settings import Settings
from tests.engine import Deployment

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


def test_every_kind_of_proof_is_looked_for(catalogue: Catalogue) -> None:
    for domain in catalogue.domains:
        edge = edge_of(domain, "sandbox.bank.internal")
        assert (edge is None) is not bool(domain.api.path or domain.api.host)
        if edge is not None:
            assert edge.certified is (Auth.MUTUAL_TLS in domain.api.auth)
            assert edge.token or edge.certified, "somebody is known in any case"
            assert [*edge.conditions] == conditions(domain)
            others = set(domain.api.auth) - {Auth.MUTUAL_TLS}
            assert len({each.key for each in edge.conditions}) >= len(others) > 0 or (
                Auth.POSSESSION in others
            )
        assert needs_token(domain) or Auth.MUTUAL_TLS in domain.api.auth


def test_only_third_parties_are_limited(catalogue: Catalogue) -> None:
    limited = {
        domain.name
        for domain in catalogue.domains
        if (edge := edge_of(domain, "z")) is not None and edge.per_second is not None
    }
    assert limited == {"aml", "developer-portal", "payments"}


# How long is waited


@given(st.integers(1, 60_000), st.sampled_from(list(PATIENCE.values())))
def test_all_tries_find_time_and_each_has_twice_the_usual(p99: int, patience: Any) -> None:
    found = patience(timedelta(milliseconds=p99))
    each, all_of_them = (int(text.removesuffix("ms")) for text in (found.each, found.all))
    assert each == 2 * p99
    assert all_of_them == each * (1 + found.retries)


def test_nothing_is_asked_for_twice_that_somebody_may_have_begun() -> None:
    patience = routes.Patience(p99=timedelta(seconds=1), retries=2, ejected=50)
    spec = routes.within("payments", ports=[8080, 9090], patience=patience)
    assert [route["match"] for route in spec["http"]] == [[{"port": 8080}], [{"port": 9090}]]
    for route in spec["http"]:
        assert route["retries"]["retryOn"] == "connect-failure,refused-stream"
        assert (route["timeout"], route["retries"]["perTryTimeout"]) == ("6000ms", "2000ms")


def test_a_path_is_not_one_that_begins_like_it() -> None:
    spec = routes.from_outside(
        "payments",
        host="api.example",
        path="/payments",
        gateway="apis",
        port=8080,
        patience=routes.Patience(p99=timedelta(seconds=1), retries=1, ejected=50),
    )
    assert spec["http"][0]["match"] == [
        {"uri": {"exact": "/payments"}},
        {"uri": {"prefix": "/payments/"}},
    ]
    assert routes.paths("/payments") == ["/payments", "/payments/*"]


# Where connections go


@given(st.integers(0, 2**32 - 1))
def test_what_leaves_goes_to_public_addresses_and_to_all_of_them(number: int) -> None:
    address = IPv4Address(number)
    there = any(address in IPv4Network(block) for block in public())
    if address.is_private or address.is_multicast or address.is_link_local or address.is_reserved:
        assert not there
    elif address.is_global:
        # Relays of IPv4 for IPv6, which IANA still calls global.
        assert there or address in IPv4Network("192.0.0.0/24")


def test_a_host_s_name_is_a_name_of_objects() -> None:
    assert routes.label("*.swift.com") == "any-swift-com"
    assert routes.foreign("*.swift.com")["resolution"] == "DYNAMIC_DNS"
    assert routes.foreign("swift.com")["resolution"] == "DNS"


# The whole bank


def _there(bank: Deployment) -> dict[str, list[Plain]]:
    plurals = {
        "authentications": "PeerAuthentication",
        "authorizations": "AuthorizationPolicy",
        "gateways": "Gateway",
        "routes": "VirtualService",
    }
    return {
        label: [
            dict(each.inputs)
            for each in bank.resources
            if each.type.endswith(f".istio.io/v1:{kind}")
        ]
        for label, kind in plurals.items()
    }


def test_each_stack_has_the_version_whose_definitions_are_pinned(settings: Settings) -> None:
    assert settings.mesh.version == ISTIO.version


def test_whoever_is_declared_is_let_in_and_nobody_else(bank: Deployment) -> None:
    attempts = list(reasoned(bank.exports["mesh"], _there(bank)))
    assert [str(each) for each in Outcome(drill=MESH, attempts=attempts).failures] == []
    # Thirteen and a stranger, the gateway with and without proof, and who shows no certificate.
    assert len(attempts) == (14 + 2 + 1) * 14 * 2
    pairs = {(each.actor, each.target) for each in attempts if each.granted}
    assert len(pairs) == 25 + 12, "calls, and APIs that are asked from outside"


def test_every_namespace_is_strict_and_closed(bank: Deployment, catalogue: Catalogue) -> None:
    spaces = {domain.name for domain in catalogue.domains} | {"istio-system"}
    there = _there(bank)

    def of(found: list[Plain]) -> set[str]:
        return {each["metadata"]["namespace"] for each in found}

    strict = [each for each in there["authentications"] if each["spec"] == policy.strict()]
    assert (of(strict), len(strict)) == (spaces, len(there["authentications"]))
    assert (
        of([each for each in there["authorizations"] if each["spec"] == policy.nobody()]) == spaces
    )


def test_no_policy_of_a_domain_names_everybody(bank: Deployment) -> None:
    for each in _there(bank)["authorizations"]:
        if each["metadata"]["namespace"] in ("istio-ingress", "istio-egress"):
            continue
        for rule in each["spec"].get("rules", []):
            (source,) = rule["from"]
            principals: list[str] = source["source"]["principals"]
            assert principals
            assert not any("*" in principal for principal in principals)


def test_gateways_want_tls_of_today_and_third_parties_certificates(
    bank: Deployment, settings: Settings
) -> None:
    zone = settings.dns.zone
    doors: Mapping[str, Any] = {
        each["metadata"]["name"]: each["spec"]["servers"][0]["tls"]
        for each in _there(bank)["gateways"]
        if each["metadata"]["namespace"] == "istio-ingress"
    }
    assert {tls["minProtocolVersion"] for tls in doors.values()} == {"TLSV1_2"}
    assert {name for name, tls in doors.items() if tls["mode"] == "MUTUAL"} == {"third-parties"}
    domains = bank.exports["mesh"]["domains"]
    assert domains["payments"]["doors"] == [
        {"host": f"partners.api.{zone}", "path": "/payments", "certified": True}
    ]
    assert domains["developer-portal"]["doors"] == [
        {"host": f"developers.{zone}", "path": "", "certified": False}
    ]
    assert domains["risk"]["doors"] == []
