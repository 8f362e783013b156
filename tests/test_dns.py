"""Names: which are answered by whom, which are let through, and what is written down."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address

from components._name_rules import let_through
from components.dns import PrivateDns, PrivateDnsArgs
from settings import Settings
from tests.engine import Deployment, deploy

R53 = "aws:route53/"
ENDPOINT = f"{R53}resolverEndpoint:ResolverEndpoint"
RULE = f"{R53}resolverRule:ResolverRule"
FIREWALL_RULE = f"{R53}resolverFirewallRule:ResolverFirewallRule"
DOMAINS = f"{R53}resolverFirewallDomainList:ResolverFirewallDomainList"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
SERVERS = (IPv4Address("10.128.0.53"), IPv4Address("10.129.0.53"))


def names(
    forward: Mapping[str, Sequence[IPv4Address]] | None = None,
    allowed: Sequence[str] = ("*",),
    *,
    protect: bool = True,
) -> Deployment:
    args = PrivateDnsArgs(
        zone="production.bank.internal",
        vpc_id="vpc",
        subnet_ids=["a", "b"],
        forward=forward or {},
        allowed_names=allowed,
        query_log="arn:aws:s3:::logs",
        protect=protect,
    )
    return deploy(lambda: PrivateDns("dns", args))


def test_the_zone_is_the_network_s_own(bank: Deployment, settings: Settings) -> None:
    zone = bank.one(f"{R53}zone:Zone").inputs
    assert zone["name"] == f"{settings.environment}.bank.internal"
    assert [vpc["vpcId"] for vpc in zone["vpcs"]] == ["network-vpc-id"]


def test_every_query_is_written_into_the_locked_archive(bank: Deployment) -> None:
    log = bank.one(f"{R53}resolverQueryLogConfig:ResolverQueryLogConfig")
    assert log.inputs["destinationArn"] == "arn:aws:s3:::logs-archive-bucket-id"
    of_vpc = bank.one(f"{R53}resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation")
    assert of_vpc.inputs["resolverQueryLogConfigId"] == f"{log.name}-id"
    assert of_vpc.inputs["resourceId"] == "network-vpc-id"


def test_where_there_is_nothing_on_premises_there_is_no_door() -> None:
    made = names()
    assert made.of(ENDPOINT) == made.of(RULE) == made.of(GROUP) == []


def test_names_on_premises_are_asked_of_their_own_servers() -> None:
    made = names({"corp.bank.internal": SERVERS})
    rule = made.one(RULE).inputs
    assert rule["domainName"] == "corp.bank.internal"
    assert [(it["ip"], it["port"]) for it in rule["targetIps"]] == [
        ("10.128.0.53", 53),
        ("10.129.0.53", 53),
    ]
    assert rule["resolverEndpointId"] == "dns-outbound-id"
    assert {e.inputs["direction"] for e in made.of(ENDPOINT)} == {"INBOUND", "OUTBOUND"}
    assert all(len(e.inputs["ipAddresses"]) == 2 for e in made.of(ENDPOINT))


def test_the_doors_let_names_through_and_nothing_else() -> None:
    made = names({"corp.bank.internal": SERVERS})
    inbound, outbound = (
        made.one(GROUP, f"dns-{it}-group").inputs for it in ("inbound", "outbound")
    )
    for rules in (inbound["ingress"], outbound["egress"]):
        assert {rule["protocol"] for rule in rules} == {"tcp", "udp"}
        for rule in rules:
            assert (rule["fromPort"], rule["toPort"]) == (53, 53)
            assert rule["cidrBlocks"] == ["10.128.0.53/32", "10.129.0.53/32"]
    assert inbound["egress"] == outbound["ingress"] == []


def test_another_name_leaves_the_others_as_they_are() -> None:
    one = {"corp.bank.internal": SERVERS}
    before = {r.urn: r.inputs for r in names(one).resources}
    after = {r.urn: r.inputs for r in names({"a.corp": SERVERS, **one}).resources}
    assert before.items() <= after.items()


def test_names_that_malware_makes_up_are_blocked_in_every_stack(bank: Deployment) -> None:
    threats = {
        rule.inputs["dnsThreatProtection"]: rule.inputs
        for rule in bank.of(FIREWALL_RULE)
        if "dnsThreatProtection" in rule.inputs
    }
    assert threats.keys() == {"DGA", "DNS_TUNNELING"}
    assert {rule["action"] for rule in threats.values()} == {"BLOCK"}


def test_a_firewall_that_does_not_answer_lets_nothing_through(bank: Deployment) -> None:
    config = bank.one(f"{R53}resolverFirewallConfig:ResolverFirewallConfig").inputs
    assert config == {"resourceId": "network-vpc-id", "firewallFailOpen": "DISABLED"}


def test_where_names_are_listed_every_other_is_blocked_last() -> None:
    made = names({"corp.bank.internal": SERVERS}, ("*.amazonaws.com",))
    rules = sorted(made.of(FIREWALL_RULE), key=lambda rule: rule.inputs["priority"])
    assert [rule.inputs["action"] for rule in rules] == ["BLOCK", "BLOCK", "ALLOW", "BLOCK"]
    assert rules[-1].inputs["firewallDomainListId"] == "dns-others-id"
    assert made.one(DOMAINS, "dns-others").inputs["domains"] == ["*"]
    assert made.one(DOMAINS, "dns-allowed").inputs["domains"] == [
        "*.amazonaws.com",
        "*.corp.bank.internal",
        "*.production.bank.internal",
        "corp.bank.internal",
        "production.bank.internal",
    ]


def test_only_production_lists_its_names(bank: Deployment, settings: Settings) -> None:
    assert bool(bank.of(DOMAINS)) is (settings.environment == "production")


def test_all_names_are_let_through_only_if_that_is_said_alone() -> None:
    assert let_through(own_zone="a.b", forwarded=(), listed=("*",)) is None
    assert let_through(own_zone="a.b", forwarded=(), listed=("c.d",)) == ("*.a.b", "a.b", "c.d")


def test_the_firewall_can_not_be_taken_off_where_things_are_protected() -> None:
    association = f"{R53}resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
    for protect, told in ((True, "ENABLED"), (False, "DISABLED")):
        made = names(protect=protect).one(association).inputs
        assert made["mutationProtection"] == told
        assert made["vpcId"] == "vpc"
