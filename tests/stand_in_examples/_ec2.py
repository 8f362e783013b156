"""Examples of the network's types."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_examples._vpc import GROUP
from tests.stand_in_world import TAGS, Plain, World


def _route(world: World) -> Plain:
    vpc = world.vpc()
    subnet, table = world.subnet(vpc), world.table(vpc)
    return {
        "routeTableId": table,
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": world.nat(subnet),
    }


def _route_changes(world: World) -> list[Plain]:
    vpc = world.vpc()
    to_nat = {"natGatewayId": world.nat(world.subnet(vpc)), "gatewayId": None}
    gateway, _ = world.make("aws:ec2transitgateway/transitGateway:TransitGateway", {})
    return [
        {"gatewayId": world.gateway(vpc), "natGatewayId": None},
        to_nat,
        {"transitGatewayId": gateway, "natGatewayId": None},
    ]


def _association(world: World) -> Plain:
    vpc = world.vpc()
    return {"routeTableId": world.table(vpc), "subnetId": world.subnet(vpc)}


def _rule(world: World) -> Plain:
    return {
        "securityGroupId": world.group(),
        "cidrIpv4": "10.0.0.0/8",
        "description": "Clients",
        "fromPort": 443.0,
        "toPort": 443.0,
        "ipProtocol": "tcp",
        "tags": TAGS,
    }


_RULE = Example(
    inputs=_rule,
    changes=lambda _: [
        {"cidrIpv4": "10.1.0.0/16"},
        {"fromPort": 9098.0, "toPort": 9099.0, "ipProtocol": "udp"},
        {"description": "Other clients"},
        {"description": None},
    ],
)

EXAMPLES: Mapping[str, Example] = {
    "aws:ec2/eip:Eip": Example(inputs=lambda _: {"domain": "vpc", "tags": TAGS}),
    "aws:ec2/internetGateway:InternetGateway": Example(
        inputs=lambda world: {"vpcId": world.vpc(), "tags": TAGS},
        changes=lambda world: [{"vpcId": world.vpc()}, {"vpcId": None}],
    ),
    "aws:ec2/natGateway:NatGateway": Example(
        inputs=lambda world: {
            "allocationId": world.address(),
            "subnetId": world.subnet(),
            "tags": TAGS,
        },
    ),
    "aws:ec2/route:Route": Example(inputs=_route, changes=_route_changes),
    "aws:ec2/routeTable:RouteTable": Example(
        inputs=lambda world: {"vpcId": world.vpc(), "tags": TAGS}
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Example(
        inputs=_association,
        changes=lambda world: [{"routeTableId": world.table(world.vpc())}],
    ),
    "aws:ec2/securityGroup:SecurityGroup": GROUP,
    "aws:ec2/subnet:Subnet": Example(
        inputs=lambda world: {
            "vpcId": world.vpc(),
            "cidrBlock": "10.0.2.0/24",
            "availabilityZone": "eu-west-1a",
            "mapPublicIpOnLaunch": False,
            "tags": TAGS,
        },
        changes=lambda _: [{"mapPublicIpOnLaunch": True}, {"mapPublicIpOnLaunch": None}],
    ),
    "aws:ec2/vpc:Vpc": Example(
        inputs=lambda _: {
            "cidrBlock": "10.0.0.0/16",
            "enableDnsSupport": True,
            "enableDnsHostnames": True,
            "tags": TAGS,
        },
        changes=lambda _: [
            {"enableDnsHostnames": False},
            {"enableDnsSupport": False},
            {"enableDnsSupport": None, "enableDnsHostnames": None},
        ],
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _RULE,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _RULE,
}
