"""Examples of what links a network to a data centre."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name

_TGW = "aws:ec2transitgateway/"
_LINES = "aws:directconnect/"


def _gateway(world: World) -> str:
    return world.make(f"{_TGW}transitGateway:TransitGateway", {"description": "d"})[0]


def _attachment(world: World) -> Plain:
    vpc = world.vpc()
    return {
        "transitGatewayId": _gateway(world),
        "vpcId": vpc,
        "subnetIds": [world.subnet(vpc)],
        "dnsSupport": "enable",
        "applianceModeSupport": "disable",
        "transitGatewayDefaultRouteTableAssociation": False,
        "transitGatewayDefaultRouteTablePropagation": False,
        "tags": TAGS,
    }


def _met(world: World) -> Plain:
    """An attachment and a table of one gateway."""
    attached = _attachment(world)
    gateway = {"transitGatewayId": attached["transitGatewayId"]}
    return {
        "transitGatewayAttachmentId": world.make(f"{_TGW}vpcAttachment:VpcAttachment", attached)[0],
        "transitGatewayRouteTableId": world.make(f"{_TGW}routeTable:RouteTable", gateway)[0],
    }


def _device(_: World) -> Plain:
    return {"type": "ipsec.1", "ipAddress": "203.0.113.10", "bgpAsn": "65010", "tags": TAGS}


def connection(world: World) -> Plain:
    """A VPN connection to a transit gateway."""
    log = {"logEnabled": True, "logGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:a"}
    return {
        "type": "ipsec.1",
        "customerGatewayId": world.make("aws:ec2/customerGateway:CustomerGateway", _device(world))[
            0
        ],
        "transitGatewayId": _gateway(world),
        "staticRoutesOnly": False,
        "presharedKeyStorage": "SecretsManager",
        "tunnel1InsideCidr": "169.254.32.0/30",
        "tunnel1IkeVersions": ["ikev2"],
        "tunnel1Phase1DhGroupNumbers": [20.0, 21.0],
        "tunnel2DpdTimeoutSeconds": 30.0,
        "tunnel2LogOptions": {"cloudwatchLogOptions": log},
        "tags": TAGS,
    }


EXAMPLES: Mapping[str, Example] = {
    f"{_TGW}transitGateway:TransitGateway": Example(
        inputs=lambda _: {
            "description": "The network and the data centre",
            "amazonSideAsn": 64533.0,
            "autoAcceptSharedAttachments": "disable",
            "defaultRouteTableAssociation": "disable",
            "defaultRouteTablePropagation": "disable",
            "dnsSupport": "enable",
            "vpnEcmpSupport": "enable",
            "tags": TAGS,
        },
        changes=lambda _: [
            {"description": "Others"},
            {"amazonSideAsn": 64534.0, "autoAcceptSharedAttachments": "enable"},
            {"defaultRouteTableAssociation": "enable", "defaultRouteTablePropagation": "enable"},
            {"dnsSupport": "disable", "vpnEcmpSupport": "disable"},
        ],
    ),
    f"{_TGW}vpcAttachment:VpcAttachment": Example(
        inputs=_attachment,
        changes=lambda world: [
            {"dnsSupport": "disable", "applianceModeSupport": "enable"},
            {"subnetIds": [world.subnet()]},
            {
                "transitGatewayDefaultRouteTableAssociation": True,
                "transitGatewayDefaultRouteTablePropagation": True,
            },
        ],
    ),
    f"{_TGW}routeTable:RouteTable": Example(
        inputs=lambda world: {"transitGatewayId": _gateway(world), "tags": TAGS}
    ),
    f"{_TGW}routeTableAssociation:RouteTableAssociation": Example(inputs=_met),
    f"{_TGW}routeTablePropagation:RouteTablePropagation": Example(inputs=_met),
    "aws:ec2/customerGateway:CustomerGateway": Example(inputs=_device),
    "aws:ec2/vpnConnection:VpnConnection": Example(inputs=connection),
    f"{_LINES}gateway:Gateway": Example(
        inputs=lambda _: {"name": new_name(), "amazonSideAsn": "64532"}
    ),
    f"{_LINES}gatewayAssociation:GatewayAssociation": Example(
        inputs=lambda world: {
            "dxGatewayId": new_name(),
            "associatedGatewayId": _gateway(world),
            "allowedPrefixes": ["10.32.0.0/16"],
        }
    ),
    f"{_LINES}transitVirtualInterface:TransitVirtualInterface": Example(
        inputs=lambda _: {"name": new_name(), "connectionId": "dxcon-fg5678gh", "vlan": 110.0}
    ),
}
