"""The link to the data centre: which way traffic takes, who may, and that failures are told."""

from collections.abc import Iterator
from ipaddress import IPv4Network, ip_network

import pytest

from bank import build
from components.data_centre_link import DataCentreLink, DataCentreLinkArgs
from domains import Catalogue
from settings import Settings, load_settings
from tests.engine import SECRET, Declared, Deployment, deploy
from tests.stack_files import config_of, hybrid

TGW = "aws:ec2transitgateway/"
GATEWAY = f"{TGW}transitGateway:TransitGateway"
ASSOCIATION = f"{TGW}routeTableAssociation:RouteTableAssociation"
PROPAGATION = f"{TGW}routeTablePropagation:RouteTablePropagation"
LINES = "aws:directconnect/"
INTERFACE = f"{LINES}transitVirtualInterface:TransitVirtualInterface"
VPN = "aws:ec2/vpnConnection:VpnConnection"
ROUTE = "aws:ec2/route:Route"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
TOPIC = "arn:aws:sns:eu-west-1:111111111111:alarms-topic"

NETWORK = "data-centre-network-id"


@pytest.fixture(scope="module")
def production(catalogue: Catalogue) -> Deployment:
    settings = load_settings("production", config_of("production"))
    return deploy(lambda: build(settings, catalogue), stack="production")


def link(*, connections: int = 2, devices: int = 2, connected: str = "dxcon-{:08}") -> Deployment:
    args = DataCentreLinkArgs(
        vpc_id="vpc",
        network=IPv4Network("10.48.0.0/16"),
        subnet_ids=["a", "b"],
        route_table_ids={"private": "rtb-private", "data": "rtb-data"},
        routes={
            "private": {"on-premises": IPv4Network("10.128.0.0/12")},
            "data": {"nodes": IPv4Network("10.128.32.0/24")},
        },
        transit_gateway_number=64549,
        direct_connect_number=64548,
        data_centre_number=65010,
        connections={connected.format(n): 100 + n for n in range(connections)},
        devices={f"203.0.113.{n}": IPv4Network((0xA9FE2000 + 8 * n, 29)) for n in range(devices)},
        logs_key_arn="key",
        alarms_topic_arn="topic",
        protect=True,
    )
    return deploy(lambda: DataCentreLink("link", args))


def test_only_a_stack_with_a_data_centre_has_a_link(bank: Deployment, settings: Settings) -> None:
    assert bool(bank.of(GATEWAY)) is (settings.on_premises is not None)
    assert bool(bank.of(VPN)) is (settings.on_premises is not None)


def test_every_way_is_as_the_stack_file_has_it(bank: Deployment, settings: Settings) -> None:
    if settings.on_premises is None:
        return
    told = settings.on_premises.link
    assert bank.one(GATEWAY).inputs["amazonSideAsn"] == told.transit_gateway_asn
    lines = bank.one(f"{LINES}gateway:Gateway").inputs
    assert lines["amazonSideAsn"] == str(told.direct_connect_asn)
    assert {i.inputs["connectionId"]: i.inputs["vlan"] for i in bank.of(INTERFACE)} == dict(
        told.connections
    )
    assert {i.inputs["bgpAsn"] for i in bank.of(INTERFACE)} == {told.data_centre_asn}
    devices = bank.of("aws:ec2/customerGateway:CustomerGateway")
    assert {(d.inputs["ipAddress"], d.inputs["bgpAsn"]) for d in devices} == {
        (device, str(told.data_centre_asn)) for device in told.gateways
    }
    assert {c.inputs["customerGatewayId"] for c in bank.of(VPN)} == {
        f"{d.name}-id" for d in devices
    }


def test_every_way_ends_at_the_one_transit_gateway(production: Deployment) -> None:
    gateway = f"{production.one(GATEWAY).name}-id"
    association = production.one(f"{LINES}gatewayAssociation:GatewayAssociation").inputs
    attached = production.one(f"{TGW}vpcAttachment:VpcAttachment").inputs
    assert {
        association["associatedGatewayId"],
        attached["transitGatewayId"],
        *(connection.inputs["transitGatewayId"] for connection in production.of(VPN)),
    } == {gateway}


def test_nothing_is_attached_or_routed_by_being_there(production: Deployment) -> None:
    gateway = production.one(GATEWAY).inputs
    assert {
        gateway["autoAcceptSharedAttachments"],
        gateway["defaultRouteTableAssociation"],
        gateway["defaultRouteTablePropagation"],
    } == {"disable"}
    attached = production.one(f"{TGW}vpcAttachment:VpcAttachment").inputs
    assert attached["transitGatewayDefaultRouteTableAssociation"] is False
    assert attached["transitGatewayDefaultRouteTablePropagation"] is False


def test_the_network_leads_into_the_data_centre_and_no_way_into_another(
    production: Deployment,
) -> None:
    asks, hears = tables(production, ASSOCIATION), tables(production, PROPAGATION)
    ways = asks.keys() - {NETWORK}
    # Two lines or more end in one attachment; each device has its own.
    assert len(ways) == 1 + len(production.of(VPN))
    assert asks.keys() == hears.keys()
    assert {asks[way] for way in ways} == {hears[NETWORK]}
    assert {hears[way] for way in ways} == {asks[NETWORK]}
    assert asks[NETWORK] != hears[NETWORK]


def tables(made: Deployment, type_: str) -> dict[str, str]:
    """Attachment to its table."""
    return {
        each.inputs["transitGatewayAttachmentId"]: each.inputs["transitGatewayRouteTableId"]
        for each in made.of(type_)
    }


def test_direct_connect_is_told_of_the_network_and_nothing_else(
    bank: Deployment, settings: Settings
) -> None:
    for association in bank.of(f"{LINES}gatewayAssociation:GatewayAssociation"):
        assert association.inputs["allowedPrefixes"] == [str(settings.network.cidr)]


def test_nodes_reach_the_data_centre_and_the_data_tier_answers_hybrid_nodes_and_pods(
    bank: Deployment, settings: Settings
) -> None:
    found: dict[str, set[str]] = {}
    for route in over_the_link(bank):
        table = route.inputs["routeTableId"]
        found.setdefault(table, set()).add(route.inputs["destinationCidrBlock"])
    if settings.on_premises is None:
        assert found == {}
        return
    there = str(settings.network.neighbours["on-premises"])
    assert found == {
        **{f"network-private-{zone}-routes-id": {there} for zone in settings.network.zones},
        "network-data-routes-id": {*hybrid(settings)},
    }


def test_names_on_premises_are_reached_over_the_link(bank: Deployment, settings: Settings) -> None:
    """Resolver asks from private subnets, and is asked there."""
    if settings.on_premises is None:
        return
    nets = [
        ip_network(r.inputs["destinationCidrBlock"])
        for r in over_the_link(bank)
        if "-private-" in r.name
    ]
    servers = [server for servers in settings.dns.forward.values() for server in servers]
    assert servers
    assert all(any(server in net for net in nets) for server in servers)
    doors = bank.of("aws:route53/resolverEndpoint:ResolverEndpoint")
    assert {door.inputs["direction"] for door in doors} == {"INBOUND", "OUTBOUND"}
    private = {f"network-private-{zone}-id" for zone in settings.network.zones}
    assert {a["subnetId"] for door in doors for a in door.inputs["ipAddresses"]} == private


def test_a_route_waits_until_the_network_is_attached(production: Deployment) -> None:
    attached = production.one(f"{TGW}vpcAttachment:VpcAttachment").urn
    routes = [*over_the_link(production)]
    assert routes
    assert all(attached in route.depends_on for route in routes)


def over_the_link(made: Deployment) -> Iterator[Declared]:
    return (route for route in made.of(ROUTE) if "transitGatewayId" in route.inputs)


def test_keys_of_tunnels_are_made_by_aws_and_kept_in_secrets_manager(
    production: Deployment,
) -> None:
    assert production.of(VPN)
    for connection in production.of(VPN):
        assert connection.inputs["presharedKeyStorage"] == "SecretsManager"
        assert not [key for key in connection.inputs if key.lower().endswith("presharedkey")]
        assert SECRET not in str(connection.inputs)


def test_no_key_of_a_bgp_session_is_written_down(production: Deployment) -> None:
    assert all("bgpAuthKey" not in interface.inputs for interface in production.of(INTERFACE))


def test_both_tunnels_write_into_an_encrypted_log_that_is_kept_for_a_year(
    production: Deployment,
) -> None:
    log = production.one("aws:cloudwatch/logGroup:LogGroup", "data-centre-vpn-logs")
    assert log.inputs["retentionInDays"] == 365
    assert log.inputs["kmsKeyId"] == "arn:aws:kms:eu-west-1:111111111111:keys-logs-key"
    arn = f"arn:aws:logs:eu-west-1:111111111111:{log.name}"
    for connection in production.of(VPN):
        for number in (1, 2):
            told = connection.inputs[f"tunnel{number}LogOptions"]["cloudwatchLogOptions"]
            assert (told["logEnabled"], told["bgpLogEnabled"]) == (True, True)
            assert (told["logGroupArn"], told["bgpLogGroupArn"]) == (arn, arn)


def test_every_part_that_fails_is_told_and_so_is_silence(production: Deployment) -> None:
    alarms = [a.inputs for a in production.of(ALARM) if a.name.startswith("data-centre-")]
    watched = {(a["namespace"], a["metricName"], tuple(a["dimensions"].values())) for a in alarms}
    assert watched == {
        *(("AWS/VPN", "TunnelState", (f"{c.name}-id",)) for c in production.of(VPN)),
        *(
            watch
            for i in production.of(INTERFACE)
            for line in [i.inputs["connectionId"]]
            for watch in (
                ("AWS/DX", "ConnectionState", (line,)),
                ("AWS/DX", "VirtualInterfaceBgpStatus", (line, f"{i.name}-id")),
            )
        ),
    }
    for alarm in alarms:
        assert alarm["alarmActions"] == alarm["okActions"] == [TOPIC]
        assert (alarm["statistic"], alarm["comparisonOperator"]) == ("Minimum", "LessThanThreshold")
        assert (alarm["threshold"], alarm["treatMissingData"]) == (1, "breaching")


def test_another_line_or_device_leaves_the_others_as_they_are() -> None:
    before = {r.urn: r.inputs for r in link(connections=2, devices=2).resources}
    after = {r.urn: r.inputs for r in link(connections=3, devices=3).resources}
    words = ("alarmDescription",)
    # How many lines there are is told to whoever is told that one is down.
    assert {
        urn: {k: v for k, v in inputs.items() if k not in words} for urn, inputs in before.items()
    }.items() <= {
        urn: {k: v for k, v in inputs.items() if k not in words} for urn, inputs in after.items()
    }.items()


def test_a_link_stays_where_it_is_protected() -> None:
    made = link()
    kept = {resource.type for resource in made.resources if resource.protect}
    assert kept == {
        GATEWAY,
        VPN,
        INTERFACE,
        f"{LINES}gateway:Gateway",
        "aws:cloudwatch/logGroup:LogGroup",
    }
