"""Examples of what narrows and records a network's traffic, and of volumes' defaults."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def rule(*networks: str, port: float = 443.0, description: str = "Clients") -> Plain:
    """A rule inside a group."""
    return {
        "protocol": "tcp",
        "fromPort": port,
        "toPort": port,
        "cidrBlocks": list(networks),
        "description": description,
    }


def entry(number: float, network: str, *, protocol: str = "tcp") -> Plain:
    """A rule of a network ACL."""
    ports = {"fromPort": 1024.0, "toPort": 65535.0} if protocol == "tcp" else {}
    return {
        "ruleNo": number,
        "action": "allow",
        "protocol": protocol,
        "cidrBlock": network,
        **(ports or {"fromPort": 0.0, "toPort": 0.0}),
    }


def _interface(world: World) -> Plain:
    vpc = world.vpc()
    return {
        "vpcId": vpc,
        "serviceName": "com.amazonaws.eu-west-1.kms",
        "vpcEndpointType": "Interface",
        "subnetIds": [world.subnet(vpc)],
        "securityGroupIds": [world.group()],
        "privateDnsEnabled": True,
        "policy": '{"Version": "2012-10-17", "Statement": []}',
        "tags": TAGS,
    }


def _acl(world: World) -> Plain:
    vpc = world.vpc()
    return {
        "vpcId": vpc,
        "subnetIds": [world.subnet(vpc)],
        "ingress": [entry(100.0, "10.0.0.0/19"), entry(101.0, "10.0.32.0/20", protocol="-1")],
        "egress": [entry(100.0, "10.0.0.0/19")],
        "tags": TAGS,
    }


EXAMPLES: Mapping[str, Example] = {
    "aws:ebs/defaultKmsKey:DefaultKmsKey": Example(
        inputs=lambda _: {"keyArn": "arn:aws:kms:eu-west-1:123456789012:key/a"}
    ),
    "aws:ebs/encryptionByDefault:EncryptionByDefault": Example(
        inputs=lambda _: {"enabled": True},
        changes=lambda _: [{"enabled": False}, {"enabled": True}],
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Example(
        inputs=lambda world: {"vpcId": world.vpc(), "ingress": [], "egress": [], "tags": TAGS},
        changes=lambda _: [
            {"ingress": [rule("10.0.0.0/8")]},
            {"egress": [rule("10.0.0.0/8")]},
            {"ingress": None, "egress": None},
        ],
    ),
    "aws:ec2/flowLog:FlowLog": Example(
        inputs=lambda world: {
            "vpcId": world.vpc(),
            "trafficType": "ALL",
            "logDestinationType": "s3",
            "logDestination": f"arn:aws:s3:::{world.bucket()}",
            "maxAggregationInterval": 60.0,
            "tags": TAGS,
        },
    ),
    "aws:ec2/networkAcl:NetworkAcl": Example(
        inputs=_acl,
        changes=lambda _: [
            {"ingress": [entry(100.0, "10.0.0.0/19"), entry(200.0, "10.0.64.0/19")]},
            {"egress": []},
            {"subnetIds": []},
        ],
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Example(
        inputs=_interface,
        changes=lambda world: [
            {"policy": '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny"}]}'},
            {"subnetIds": [world.subnet()]},
            {"securityGroupIds": [world.group(), world.group()]},
            {"routeTableIds": [world.table(world.vpc())]},
        ],
    ),
}

GROUP = Example(
    inputs=lambda world: {
        "name": new_name(),
        "description": "Brokers",
        "vpcId": world.vpc(),
        "ingress": [rule("10.0.0.0/8"), rule("10.1.0.0/16", "10.2.0.0/16", port=53.0)],
        "egress": [],
        "tags": TAGS,
    },
    changes=lambda world: [
        {"ingress": [rule("10.0.0.0/8", description="Others")]},
        {"egress": [rule("10.0.0.0/8"), {**rule(), "securityGroups": [world.group()]}]},
        {"egress": []},
    ],
)
