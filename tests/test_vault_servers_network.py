"""Vault's servers: who reaches them, and what they reach."""

from ipaddress import IPv4Network

from components.network import Tier, tier_network
from settings import Settings
from tests.engine import Deployment
from tests.vault_servers import NETWORK_POLICY, RELEASE, policy_of, port_in


def test_what_no_rule_names_gets_neither_in_nor_out(bank: Deployment) -> None:
    assert policy_of(bank, "nothing") == {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
    }


def test_the_policies_are_there_before_the_servers(bank: Deployment) -> None:
    release = bank.one(RELEASE, "vault-servers-release")
    for name in ("nothing", "servers"):
        policy = bank.one(NETWORK_POLICY, f"vault-servers-{name}")
        assert policy.urn in release.depends_on


def test_each_domain_s_pods_reach_vault_and_nobody_without_a_domain_does(bank: Deployment) -> None:
    (clients, each_other) = policy_of(bank, "servers")["ingress"]
    (selector,) = clients["from"]
    assert selector == {
        "namespaceSelector": {
            "matchExpressions": [{"key": "bank.internal/domain", "operator": "Exists"}]
        }
    }
    assert clients["ports"] == [{"protocol": "TCP", "port": 8200}]
    workspaces = [
        it.inputs["metadata"]
        for it in bank.of("kubernetes:core/v1:Namespace")
        if it.name.endswith("-workspace-namespace")
    ]
    assert len(workspaces) == 13
    assert all("bank.internal/domain" in it["labels"] for it in workspaces)
    assert each_other["from"] == [{"podSelector": policy_of(bank, "servers")["podSelector"]}]


def test_servers_alone_reach_the_port_of_servers(bank: Deployment) -> None:
    policy = policy_of(bank, "servers")
    open_to = [rule["from"] for rule in policy["ingress"] if port_in(rule, 8201)]
    assert open_to == [[{"podSelector": policy["podSelector"]}]]
    assert policy["podSelector"]["matchLabels"]["component"] == "server"


def test_servers_reach_what_they_need_and_no_network_as_a_whole(
    bank: Deployment, settings: Settings
) -> None:
    rules = policy_of(bank, "servers")["egress"]
    assert all(rule["to"] and rule["ports"] for rule in rules)
    reached = {
        (to["ipBlock"]["cidr"], port["port"])
        for rule in rules
        for to in rule["to"]
        if "ipBlock" in to
        for port in rule["ports"]
    }
    for zone in settings.network.zones.values():
        private, data = tier_network(zone, Tier.PRIVATE), tier_network(zone, Tier.DATA)
        assert {(str(private), 443), (str(private), 9000), (str(data), 5432)} <= reached
    assert {("172.20.0.1/32", 443), ("169.254.170.23/32", 80)} <= reached
    for neighbour in settings.network.neighbours.values():
        assert {(str(neighbour), 443), (str(neighbour), 6514)} <= reached
    assert {port for _, port in reached} == {80, 443, 5432, 6514, 9000}
    assert not any(IPv4Network(cidr) == settings.network.cidr for cidr, _ in reached)
    assert not any(cidr.endswith("/0") for cidr, _ in reached)


def test_servers_ask_the_cluster_for_names(bank: Deployment) -> None:
    rules = policy_of(bank, "servers")["egress"]
    (asked,) = [rule for rule in rules if port_in(rule, 53)]
    assert [port["protocol"] for port in asked["ports"]] == ["UDP", "TCP"]
    (to,) = asked["to"]
    assert to["podSelector"]["matchLabels"] == {"k8s-app": "kube-dns"}
