"""Examples of every resource type that the aws stand-in makes through moto.

Each gives inputs that are accepted, and changes that together touch every property that can change
in place. A row without an example fails ``test_stand_in_aws``.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.stand_in_world import TAGS, Plain, World, new_name


@dataclass(frozen=True, kw_only=True)
class Example:
    """Inputs that need a world, and changes to them; ``None`` takes a property away."""

    inputs: Callable[[World], Plain]
    changes: Callable[[World], list[Plain]] = lambda _: []


def _policy(action: str) -> str:
    allow = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def _avro(*fields: str) -> str:
    described = [{"name": field, "type": ["null", "string"], "default": None} for field in fields]
    return json.dumps({"type": "record", "name": "Event", "fields": described})


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
    return [{"gatewayId": world.gateway(vpc), "natGatewayId": None}, to_nat]


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

_CLUSTER: Plain = {
    "kafkaVersion": "3.9.x",
    "numberOfBrokerNodes": 2.0,
    "brokerNodeGroupInfo": {
        "instanceType": "kafka.m7g.large",
        "clientSubnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "storageInfo": {"ebsStorageInfo": {"volumeSize": 100.0}},
        "connectivityInfo": {"publicAccess": {"type": "DISABLED"}},
    },
    "clientAuthentication": {"sasl": {"iam": True}, "unauthenticated": False},
    "configurationInfo": {"arn": "arn:aws:kafka:eu-west-1:1:configuration/a", "revision": 1.0},
    "encryptionInfo": {
        "encryptionAtRestKmsKeyArn": "arn:aws:kms:eu-west-1:1:key/a",
        "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
    },
    "enhancedMonitoring": "PER_TOPIC_PER_BROKER",
    "openMonitoring": {"prometheus": {"jmxExporter": {"enabledInBroker": True}}},
    "loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True, "logGroup": "/a"}}},
    "tags": TAGS,
}

EXAMPLES: Mapping[str, Example] = {
    "aws:cloudwatch/logGroup:LogGroup": Example(
        inputs=lambda world: {
            "name": new_name(),
            "retentionInDays": 365.0,
            "kmsKeyId": world.key_arn(),
            "tags": TAGS,
        },
        changes=lambda _: [{"retentionInDays": 30.0}, {"retentionInDays": None}],
    ),
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
    "aws:ec2/securityGroup:SecurityGroup": Example(
        inputs=lambda world: {
            "name": new_name(),
            "description": "Brokers",
            "vpcId": world.vpc(),
            "tags": TAGS,
        },
    ),
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
    "aws:glue/registry:Registry": Example(
        inputs=lambda _: {"registryName": new_name(), "description": "Schemas", "tags": TAGS}
    ),
    "aws:glue/schema:Schema": Example(
        inputs=lambda world: {
            "registryArn": world.registry(),
            "schemaName": new_name(),
            "dataFormat": "AVRO",
            "compatibility": "BACKWARD",
            "schemaDefinition": _avro("a"),
            "tags": TAGS,
        },
        changes=lambda _: [
            {"schemaDefinition": _avro("a", "b")},
            {"compatibility": "FULL"},
            {"description": "Events"},
            {"description": None},
        ],
    ),
    "aws:kms/alias:Alias": Example(
        inputs=lambda world: {"name": f"alias/{new_name()}", "targetKeyId": world.key()},
        changes=lambda world: [{"targetKeyId": world.key()}],
    ),
    "aws:kms/key:Key": Example(
        inputs=lambda _: {
            "description": "Records",
            "enableKeyRotation": True,
            "deletionWindowInDays": 30.0,
            "policy": _policy("kms:*"),
            "tags": TAGS,
        },
        changes=lambda _: [
            {"enableKeyRotation": False},
            {"enableKeyRotation": True},
            {"enableKeyRotation": None},
            {"policy": _policy("kms:Decrypt")},
            {"description": "Logs"},
            {"description": None},
            {"deletionWindowInDays": 7.0},
        ],
    ),
    "aws:msk/cluster:Cluster": Example(inputs=lambda _: {**_CLUSTER, "clusterName": new_name()}),
    "aws:msk/configuration:Configuration": Example(
        inputs=lambda _: {"name": new_name(), "serverProperties": "a=b\n"},
        changes=lambda _: [{"serverProperties": "a=c\n"}, {"description": "Brokers"}],
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _RULE,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _RULE,
}
"""By type; topics live on Kafka and have tests of their own."""
