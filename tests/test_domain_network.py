"""What each domain talks with: exactly what it declares; the drill finds all that is otherwise."""

from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from components.network import Tier, tier_network
from domains import Api, Catalogue, Domain
from rehearsal.drills.segments import judged
from settings import Settings
from tests.engine import Deployment
from tests.stack_files import hybrid

Plain = dict[str, Any]

NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
METADATA = "kubernetes.io/metadata.name"


def whole(value: Any) -> Any:
    """The wire has floats only; Kubernetes has whole numbers."""
    if isinstance(value, dict):
        return {key: whole(each) for key, each in cast("Plain", value).items()}
    if isinstance(value, list):
        return [whole(each) for each in cast("list[Any]", value)]
    return int(value) if isinstance(value, float) else value


def policies_of(bank: Deployment) -> list[Plain]:
    return [whole(policy.inputs) for policy in bank.of(NETWORK_POLICY)]


def namespaces_of(bank: Deployment) -> dict[str, dict[str, str]]:
    declared = [it.inputs["metadata"] for it in bank.of("kubernetes:core/v1:Namespace")]
    there: dict[str, dict[str, str]] = {"default": {}, "kube-system": {}}
    return there | {it["name"]: it.get("labels", {}) for it in declared}


def spec_of(bank: Deployment, domain: Domain, policy: str = "workload") -> Plain:
    found = bank.one(NETWORK_POLICY, f"{domain.name}-segment-{policy}").inputs
    assert found["metadata"] == {"name": policy, "namespace": domain.name}
    return whole(found["spec"])


def open_to(rules: list[Plain], peers: str) -> set[tuple[str, int]]:
    """The namespaces, blocks and TCP ports of rules, each of which names some of both."""
    return {
        (_place(peer), port["port"])
        for rule in rules
        for peer in rule[peers]
        for port in rule["ports"]
        if port["protocol"] == "TCP"
    }


def _place(peer: Plain) -> str:
    if "ipBlock" in peer:
        return peer["ipBlock"]["cidr"]
    return peer["namespaceSelector"]["matchLabels"][METADATA]


def ports(api: Api) -> Iterator[int]:
    if api.rest:
        yield 8080
    if api.grpc:
        yield 9090


def test_each_namespace_lets_nothing_through_that_no_rule_names(
    bank: Deployment, catalogue: Catalogue
) -> None:
    for domain in catalogue.domains:
        assert spec_of(bank, domain, "nothing") == {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
        }


def test_a_domain_is_reached_by_its_callers_and_by_the_gateway_where_its_api_is_outside(
    bank: Deployment, catalogue: Catalogue
) -> None:
    for domain in catalogue.domains:
        spec = spec_of(bank, domain)
        callers = {each.name for each in catalogue.domains if domain.name in each.calls}
        outside = {"istio-ingress"} if domain.api.path or domain.api.host else set[str]()
        assert open_to(spec["ingress"], "from") == {
            ("monitoring", 15020),
            *((who, port) for who in callers | outside for port in ports(domain.api)),
        }


def test_a_domain_reaches_whom_it_calls_and_what_it_declares_and_nothing_else(
    bank: Deployment, catalogue: Catalogue, settings: Settings
) -> None:
    zones = settings.network.zones.values()
    private = [str(tier_network(block, Tier.PRIVATE)) for block in zones]
    data = [str(tier_network(block, Tier.DATA)) for block in zones]
    store = urlsplit(settings.evidence.endpoint).port
    for domain in catalogue.domains:
        streams = bool(domain.publishes or domain.consumes)
        called = [each for each in catalogue.domains if each.name in domain.calls]
        assert open_to(spec_of(bank, domain)["egress"], "to") == {
            ("kube-system", 53),
            ("169.254.170.23/32", 80),
            ("istio-system", 15012),
            ("vault", 8200),
            ("traces", 4317),
            *((each.name, port) for each in called for port in ports(each.api)),
            *([("istio-egress", 8443)] if domain.outside else []),
            *((block, 5432) for block in data if domain.database),
            *((block, 9098) for block in data if streams),
            *((block, 443) for block in private if streams),
            *((block, store) for block in (*private, *hybrid(settings)) if domain.evidence),
        }


def test_neighbours_are_known_by_namespace_and_pods_and_both_at_once(
    bank: Deployment, catalogue: Catalogue
) -> None:
    names = {domain.name for domain in catalogue.domains}
    for domain in catalogue.domains:
        spec = spec_of(bank, domain)
        assert spec["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": domain.name}}
        for rule in (*spec["ingress"], *spec["egress"]):
            for peer in rule.get("from") or rule["to"]:
                if "ipBlock" not in peer and _place(peer) in names:
                    assert peer["podSelector"] == {
                        "matchLabels": {"app.kubernetes.io/name": _place(peer)}
                    }


def test_no_rule_of_the_bank_is_without_peers_or_ports_or_for_the_whole_world(
    bank: Deployment,
) -> None:
    for policy in policies_of(bank):
        spec = policy["spec"]
        for rule in (*spec.get("ingress", ()), *spec.get("egress", ())):
            peers = rule.get("from") or rule["to"]
            assert peers, policy["metadata"]
            assert rule["ports"], policy["metadata"]
            for peer in peers:
                assert peer.get("namespaceSelector") != {}, policy["metadata"]
                if "ipBlock" in peer:
                    assert ip_network(peer["ipBlock"]["cidr"]).prefixlen > 0, policy["metadata"]


def test_what_runs_in_a_namespace_is_known_to_the_mesh_and_to_vault(
    bank: Deployment, catalogue: Catalogue
) -> None:
    for domain in catalogue.domains:
        name = f"{domain.name}-workspace-namespace"
        labels = bank.one("kubernetes:core/v1:Namespace", name).inputs["metadata"]["labels"]
        assert labels["istio-injection"] == "enabled"
        # By it Vault's own policy knows whom to let in.
        assert labels["bank.internal/domain"] == domain.name


# The drill, on what is declared: green as it is, and red when anything is loosened.


def drilled(bank: Deployment, *more: Plain, change: Callable[[Plain], Plain | None]) -> set[str]:
    """What the drill finds wrong, with policies that are changed, or are left out, or are more."""
    changed = [change(policy) for policy in policies_of(bank)]
    policies = [policy for policy in (*changed, *more) if policy is not None]
    attempts = judged(whole(bank.exports["ground"]), policies, namespaces_of(bank))
    assert len(attempts) > 700
    return {str(attempt) for attempt in attempts if not attempt.held}


def as_it_is(policy: Plain) -> Plain | None:
    return policy


def of(name: str, namespace: str) -> Callable[[Plain], bool]:
    wanted = {"name": name, "namespace": namespace}
    return lambda policy: policy["metadata"] == wanted


def more(namespace: str, **spec: Any) -> Plain:
    return {"metadata": {"name": "more", "namespace": namespace}, "spec": spec}


def test_the_drill_finds_nothing_wrong_with_what_is_declared(bank: Deployment) -> None:
    assert drilled(bank, change=as_it_is) == set()


def test_it_finds_what_is_open_when_nothing_closes_a_namespace(bank: Deployment) -> None:
    closes = of("nothing", "cards")
    wrong = drilled(bank, change=lambda policy: None if closes(policy) else policy)
    assert wrong
    assert {each for each in wrong if "another pod in cards" not in each} == set()
    assert "default, let in at any port of another pod in cards: " + REFUSED in wrong
    assert "another pod in cards, let out to any port of anywhere else: " + REFUSED in wrong


REFUSED = "should have been refused, and was not"


MORE: list[tuple[Plain, str]] = [
    (
        {"ingress": [{"from": [{"namespaceSelector": {}}], "ports": [{"port": 8080}]}]},
        "default, let in at 8080 of cards",
    ),
    (
        {"ingress": [{"from": [{"podSelector": {}}]}]},
        "cards, let in at any port of cards",
    ),
    (
        {
            "ingress": [
                {
                    "from": [
                        {
                            "namespaceSelector": {"matchLabels": {"of": "nobody-yet"}},
                            "podSelector": {
                                "matchExpressions": [{"key": "app", "operator": "Exists"}]
                            },
                        }
                    ]
                }
            ]
        },
        "{'of': 'nobody-yet'}, let in at any port of cards",
    ),
    (
        {"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 1}]}]},
        "an address, let in at 1 of cards",
    ),
    (
        {"egress": [{"to": [{"ipBlock": {"cidr": "8.8.8.8/32"}}], "ports": [{"port": 853}]}]},
        "cards, let out to 853 of anywhere else",
    ),
    (
        {
            "egress": [
                {
                    "to": [{"ipBlock": {"cidr": "169.254.170.23/32"}}],
                    "ports": [{"port": 80, "endPort": 81}],
                }
            ]
        },
        "cards, let out to 81 of 169.254.170.23/32",
    ),
    (
        {
            "egress": [
                {
                    "to": [{"namespaceSelector": {"matchLabels": {METADATA: "lending"}}}],
                    "ports": [{"port": 8080}],
                }
            ]
        },
        "cards, let out to 8080 of lending",
    ),
    (
        {"egress": [{"to": [{"namespaceSelector": {}}], "ports": [{"protocol": "SCTP"}]}]},
        "cards, let out to any port of default",
    ),
]


@pytest.mark.parametrize(("added", "found"), MORE)
def test_it_finds_every_rule_that_is_more(bank: Deployment, added: Plain, found: str) -> None:
    types = ["Ingress" if "ingress" in added else "Egress"]
    pods = {"matchLabels": {"app.kubernetes.io/name": "cards"}}
    extra = more("cards", podSelector=pods, policyTypes=types, **added)
    wrong = drilled(bank, extra, change=as_it_is)
    assert f"{found}: {REFUSED}" in wrong
    assert {each for each in wrong if "cards" not in each} == set()


def test_it_finds_a_rule_that_is_less_and_an_end_that_no_longer_lets_in(bank: Deployment) -> None:
    served = of("servers", "vault")

    def shut(policy: Plain) -> Plain:
        return {**policy, "spec": {**policy["spec"], "ingress": []}} if served(policy) else policy

    assert "cards, open 8200 of vault: should have worked, and did not" in drilled(
        bank, change=shut
    )
    its = of("workload", "cards")

    def without_names(policy: Plain) -> Plain:
        if not its(policy):
            return policy
        return {**policy, "spec": {**policy["spec"], "egress": policy["spec"]["egress"][1:]}}

    assert "cards, let out to 53/UDP of kube-system: should have worked, and did not" in drilled(
        bank, change=without_names
    )


def test_it_does_not_judge_a_port_by_its_name(bank: Deployment) -> None:
    named: Plain = {"ingress": [{"from": [{"podSelector": {}}], "ports": [{"port": "http"}]}]}
    with pytest.raises(TypeError, match="'http'"):
        drilled(
            bank, more("cards", podSelector={}, policyTypes=["Ingress"], **named), change=as_it_is
        )


def test_what_is_held_of_pods_beside_the_workloads_is_told_in_one(bank: Deployment) -> None:
    attempts = judged(whole(bank.exports["ground"]), policies_of(bank), namespaces_of(bank))
    actors = {attempt.actor for attempt in attempts}
    assert "any other pod" in actors
    assert not [actor for actor in actors if actor.startswith("another pod")]
