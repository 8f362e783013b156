"""The link's rows in moto: no key of a tunnel is kept, and what is changed by hand is seen."""

from collections.abc import Iterator

import pytest

from tests.stand_in_examples import EXAMPLES
from tests.stand_in_world import Plain, World, drift, in_moto, live, row_of

GATEWAY = "aws:ec2transitgateway/transitGateway:TransitGateway"
ATTACHMENT = "aws:ec2transitgateway/vpcAttachment:VpcAttachment"
ASSOCIATION = "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation"
PROPAGATION = "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation"
TABLE = "aws:ec2transitgateway/routeTable:RouteTable"
LINES = "aws:directconnect/gatewayAssociation:GatewayAssociation"
VPN = "aws:ec2/vpnConnection:VpnConnection"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_moto() as world:
        yield world


def test_no_key_of_a_tunnel_is_in_the_state(world: World) -> None:
    made, state = world.make(VPN, EXAMPLES[VPN].inputs(world))
    told = world.call("ec2", "DescribeVpnConnections", VpnConnectionIds=[made])
    # What would be kept, if it were.
    assert "<pre_shared_key>" in str(told)
    assert "pre_shared_key" not in str(state)
    assert not [key for key in state if key.lower().endswith("presharedkey")]


def test_a_connection_tells_its_own_attachment(world: World) -> None:
    gateways: list[tuple[str, Plain]] = []
    for _ in range(2):
        inputs = EXAMPLES[VPN].inputs(world)
        made, state = world.make(VPN, inputs)
        gateways.append((made, state))
    for made, state in gateways:
        told = world.call(
            "ec2",
            "DescribeTransitGatewayAttachments",
            TransitGatewayAttachmentIds=[state["transitGatewayAttachmentId"]],
        )
        assert [each["ResourceId"] for each in told["TransitGatewayAttachments"]] == [made]


def test_what_moto_can_not_change_of_a_tunnel_is_refused(world: World) -> None:
    inputs = EXAMPLES[VPN].inputs(world)
    made, state = world.make(VPN, inputs)
    wanted = {**inputs, "tunnel1IkeVersions": ["ikev1", "ikev2"]}
    with pytest.raises(RuntimeError, match="can't change tunnel1IkeVersions of aws:ec2/vpnConn"):
        row_of(VPN).update(world.aws, made, state, inputs, wanted)


def test_an_option_that_a_tunnel_does_not_have_is_refused(world: World) -> None:
    inputs = {**EXAMPLES[VPN].inputs(world), "tunnel1LogOptions": {"colour": "red"}}
    path = r"options\.tunnelOptions\[0\]\.LogOptions\.colour"
    with pytest.raises(RuntimeError, match=rf"can't give {path} to aws:ec2/vpnConnection"):
        world.make(VPN, inputs)


def test_a_gateway_that_was_opened_by_hand_is_closed_again(world: World) -> None:
    def open_it(world: World, gateway: str, inputs: Plain) -> None:
        del inputs
        world.call(
            "ec2",
            "ModifyTransitGateway",
            TransitGatewayId=gateway,
            Options={"AutoAcceptSharedAttachments": "enable"},
        )

    found, after = world.after(open_it, GATEWAY, EXAMPLES[GATEWAY].inputs(world))
    assert found == ["autoAcceptSharedAttachments"]
    assert after == []


def test_a_subnet_that_was_taken_off_by_hand_is_attached_again(world: World) -> None:
    def take_off(world: World, attachment: str, inputs: Plain) -> None:
        world.call(
            "ec2",
            "ModifyTransitGatewayVpcAttachment",
            TransitGatewayAttachmentId=attachment,
            RemoveSubnetIds=inputs["subnetIds"],
        )

    found, after = world.after(take_off, ATTACHMENT, EXAMPLES[ATTACHMENT].inputs(world))
    assert found == ["subnetIds"]
    assert after == []


@pytest.mark.parametrize(
    ("token", "by_hand"),
    [
        (ASSOCIATION, "DisassociateTransitGatewayRouteTable"),
        (PROPAGATION, "DisableTransitGatewayRouteTablePropagation"),
    ],
)
def test_what_was_taken_out_of_a_table_by_hand_is_seen_to_be_gone(
    token: str, by_hand: str, world: World
) -> None:
    inputs = EXAMPLES[token].inputs(world)
    made, state = world.make(token, inputs)
    assert drift(inputs, live(row_of(token), world, made, inputs)) == []
    members = {key[0].upper() + key[1:]: value for key, value in inputs.items()}
    world.call("ec2", by_hand, **members)
    assert row_of(token).read(world.aws, made, inputs, state) is None


def test_tables_refer_to_what_stands_for_a_direct_connect_gateway(world: World) -> None:
    inputs = EXAMPLES[LINES].inputs(world)
    made, state = world.make(LINES, inputs)
    attachment = state["transitGatewayAttachmentId"]
    table, _ = world.make(TABLE, {"transitGatewayId": inputs["associatedGatewayId"]})
    met = {"transitGatewayAttachmentId": attachment, "transitGatewayRouteTableId": table}
    for token in (ASSOCIATION, PROPAGATION):
        assert drift(met, world.make(token, met)[1]) == []

    row_of(LINES).delete(world.aws, made, state)
    gone = live(row_of(LINES), world, made, inputs)
    assert gone["transitGatewayAttachmentId"] is None
