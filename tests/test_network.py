"""The network: who reaches what, and that zones do not depend on each other."""

from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network
from typing import Any

import pytest

from components.network import Network, NetworkArgs
from settings import Settings
from tests.engine import Declared, Deployment, deploy
from tests.stack_files import hybrid

SUBNET = "aws:ec2/subnet:Subnet"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ROUTE = "aws:ec2/route:Route"
NAT = "aws:ec2/natGateway:NatGateway"


def test_each_zone_has_a_subnet_of_each_tier(bank: Deployment, settings: Settings) -> None:
    assert {subnet.name for subnet in bank.of(SUBNET)} == {
        f"network-{tier}-{zone}"
        for tier in ("public", "private", "data")
        for zone in settings.network.zones
    }


def test_a_subnet_is_where_its_name_says(bank: Deployment, settings: Settings) -> None:
    for subnet in bank.of(SUBNET):
        _, tier, zone = subnet.name.split("-", 2)
        assert subnet.inputs["availabilityZone"] == zone
        assert subnet.inputs["tags"]["tier"] == tier
        assert network_of(subnet).subnet_of(settings.network.zones[zone])


def test_no_subnet_gives_public_addresses_by_itself(bank: Deployment) -> None:
    assert {subnet.inputs["mapPublicIpOnLaunch"] for subnet in bank.of(SUBNET)} == {False}


def test_every_subnet_has_one_route_table(bank: Deployment) -> None:
    associated = [association.inputs["subnetId"] for association in bank.of(ASSOCIATION)]
    assert sorted(associated) == sorted(f"{subnet.name}-id" for subnet in bank.of(SUBNET))


def test_the_data_tier_has_no_way_out(bank: Deployment) -> None:
    assert {ways_out(bank)[s.name] for s in bank.of(SUBNET) if "-data-" in s.name} == {None}


def test_only_the_public_tier_reaches_the_internet_gateway(bank: Deployment) -> None:
    reaching = {name for name, way in ways_out(bank).items() if way == "network-internet-id"}
    assert reaching == {subnet.name for subnet in bank.of(SUBNET) if "-public-" in subnet.name}


def test_a_private_subnet_leaves_through_its_zone_s_nat_or_the_first(
    bank: Deployment, settings: Settings
) -> None:
    own = settings.network.nat_zones
    expected = {
        f"network-private-{zone}": f"network-nat-{zone if zone in own else own[0]}-id"
        for zone in settings.network.zones
    }
    ways = ways_out(bank)
    assert {name: ways[name] for name in expected} == expected


def test_nat_gateways_are_where_the_stack_file_says(bank: Deployment, settings: Settings) -> None:
    assert {nat.name: nat.inputs["subnetId"] for nat in bank.of(NAT)} == {
        f"network-nat-{zone}": f"network-public-{zone}-id" for zone in settings.network.nat_zones
    }


def test_a_nat_gateway_waits_for_the_internet_gateway(bank: Deployment) -> None:
    internet = bank.one("aws:ec2/internetGateway:InternetGateway").urn
    assert all(internet in nat.depends_on for nat in bank.of(NAT))


def test_no_route_but_the_default_leaves_the_network_beside_the_link_s(bank: Deployment) -> None:
    others = [route for route in bank.of(ROUTE) if "transitGatewayId" not in route.inputs]
    assert {route.inputs["destinationCidrBlock"] for route in others} == {"0.0.0.0/0"}


def test_the_group_that_nobody_chose_lets_nothing_through(bank: Deployment) -> None:
    group = bank.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert group["vpcId"] == bank.one("aws:ec2/flowLog:FlowLog").inputs["vpcId"]
    assert (group["ingress"], group["egress"]) == ([], [])


def test_all_traffic_is_recorded_in_the_locked_archive(bank: Deployment) -> None:
    log = bank.one("aws:ec2/flowLog:FlowLog").inputs
    assert log["vpcId"] == f"{bank.one('aws:ec2/vpc:Vpc').name}-id"
    assert log["trafficType"] == "ALL"
    assert log["logDestinationType"] == "s3"
    assert log["logDestination"] == "arn:aws:s3:::logs-archive-bucket-id"


def test_only_the_private_and_the_data_tier_and_hybrid_nodes_reach_the_data_tier(
    bank: Deployment, settings: Settings
) -> None:
    acl = bank.one("aws:ec2/networkAcl:NetworkAcl").inputs
    tiers = {s.name: network_of(s) for s in bank.of(SUBNET)}
    zones = settings.network.zones
    assert acl["subnetIds"] == [f"network-data-{zone}-id" for zone in zones]
    assert acl["ingress"] == acl["egress"]
    assert {(rule["cidrBlock"], rule["fromPort"], rule["toPort"]) for rule in acl["ingress"]} == {
        *((str(tiers[f"network-private-{zone}"]), 1024, 65535) for zone in zones),
        *((str(tiers[f"network-data-{zone}"]), 0, 0) for zone in zones),
        *((network, 1024, 65535) for network in hybrid(settings)),
    }


def test_no_well_known_port_of_the_data_tier_is_reached_from_another_tier(
    bank: Deployment,
) -> None:
    rules = bank.one("aws:ec2/networkAcl:NetworkAcl").inputs["ingress"]
    data = [str(network_of(s)) for s in bank.of(SUBNET) if "-data-" in s.name]
    others = [rule for rule in rules if rule["cidrBlock"] not in data]
    assert others
    assert all(r["protocol"] == "tcp" and r["fromPort"] >= 1024 for r in others)


@pytest.mark.parametrize("gone", ["eu-west-1a", "eu-west-1b", "eu-west-1c"])
def test_a_zone_comes_and_goes_without_moving_another(gone: str) -> None:
    zones = {
        "eu-west-1a": IPv4Network("10.16.0.0/18"),
        "eu-west-1b": IPv4Network("10.16.64.0/18"),
        "eu-west-1c": IPv4Network("10.16.128.0/18"),
    }
    before = declared(zones)
    after = declared({zone: block for zone, block in zones.items() if zone != gone})
    acl = next(urn for urn in before if urn.endswith("::network-data-acl"))
    stayed = {urn: inputs for urn, inputs in before.items() if gone not in urn and urn != acl}
    assert {urn: inputs for urn, inputs in after.items() if urn != acl} == stayed
    for direction in ("ingress", "egress"):
        left = after[acl][direction]
        assert [rule for rule in before[acl][direction] if rule in left] == left


def declared(zones: Mapping[str, IPv4Network]) -> dict[str, Mapping[str, Any]]:
    """The inputs of a network with a NAT gateway per zone, by URN."""
    args = NetworkArgs(
        cidr=IPv4Network("10.16.0.0/16"),
        zones=zones,
        nat_zones=tuple(zones),
        elsewhere=(),
        flow_logs="arn:aws:s3:::logs",
        protect=True,
    )
    return {r.urn: r.inputs for r in deploy(lambda: Network("network", args)).resources}


def network_of(subnet: Declared) -> IPv4Network:
    network = ip_network(subnet.inputs["cidrBlock"])
    assert isinstance(network, IPv4Network)
    return network


def ways_out(bank: Deployment) -> dict[str, str | None]:
    """By subnet, the id of the gateway its default route goes to."""
    gateways = {
        route.inputs["routeTableId"]: route.inputs.get("gatewayId")
        or route.inputs.get("natGatewayId")
        for route in bank.of(ROUTE)
        if route.inputs["destinationCidrBlock"] == "0.0.0.0/0"
    }
    tables = {a.inputs["subnetId"]: a.inputs["routeTableId"] for a in bank.of(ASSOCIATION)}
    return {s.name: gateways.get(tables[f"{s.name}-id"]) for s in bank.of(SUBNET)}
