"""What somebody does in AWS by hand is seen by a refresh, and the next update puts it right."""

import json
from collections.abc import Callable, Iterator

import pytest
from moto.kafka.models import kafka_backends

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.client import ACCOUNT
from tests.stand_in_examples import EXAMPLES
from tests.stand_in_world import (
    REGION,
    TAGGED,
    Plain,
    World,
    drift,
    in_moto,
    live,
    row_of,
    type_of,
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_moto() as world:
        yield world


@pytest.mark.parametrize("row", TAGGED, ids=type_of)
def test_tags_changed_by_hand_are_seen_and_put_right(row: ApiResource, world: World) -> None:
    inputs = EXAMPLES[row.type].inputs(world)
    resource_id, state = world.make(row.type, inputs)

    row.update(
        world.aws, resource_id, state, inputs, {**inputs, "tags": {"owner": "me", "new": "1"}}
    )
    found = live(row, world, resource_id, inputs)
    assert drift(inputs, found) == ["tags.cost-centre", "tags.new", "tags.owner"]

    row.update(world.aws, resource_id, found, {**inputs, "tags": found["tags"]}, inputs)
    assert drift(inputs, live(row, world, resource_id, inputs)) == []


def test_tags_on_what_declares_none_are_seen(world: World) -> None:
    row = row_of("aws:ec2/vpc:Vpc")
    inputs = {"cidrBlock": "10.0.0.0/16"}
    resource_id, _ = world.make(row.type, inputs)

    world.call("ec2", "CreateTags", Resources=[resource_id], Tags=[{"Key": "a", "Value": "b"}])

    assert drift(inputs, live(row, world, resource_id, inputs)) == ["tags"]


def _stop_rotation(world: World, key: str, inputs: Plain) -> None:
    del inputs
    world.call("kms", "DisableKeyRotation", KeyId=key)


def _other_policy(world: World, key: str, inputs: Plain) -> None:
    policy = inputs["policy"].replace("kms:*", "kms:Encrypt")
    world.call("kms", "PutKeyPolicy", KeyId=key, PolicyName="default", Policy=policy)


def _forget_retention(world: World, group: str, inputs: Plain) -> None:
    del inputs
    world.call("logs", "DeleteRetentionPolicy", logGroupName=group)


def _hide_names(world: World, vpc: str, inputs: Plain) -> None:
    del inputs
    off = {"Value": False}
    world.call("ec2", "ModifyVpcAttribute", VpcId=vpc, EnableDnsHostnames=off)
    world.call("ec2", "ModifyVpcAttribute", VpcId=vpc, EnableDnsSupport=off)


def _publish_addresses(world: World, subnet: str, inputs: Plain) -> None:
    del inputs
    on = {"Value": True}
    world.call("ec2", "ModifySubnetAttribute", SubnetId=subnet, MapPublicIpOnLaunch=on)


def _open_rule(world: World, rule: str, inputs: Plain) -> None:
    opened = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "CidrIpv4": "0.0.0.0/0"}
    world.call(
        "ec2",
        "ModifySecurityGroupRules",
        GroupId=inputs["securityGroupId"],
        SecurityGroupRules=[{"SecurityGroupRuleId": rule, "SecurityGroupRule": opened}],
    )


def _retarget_alias(world: World, alias: str, inputs: Plain) -> None:
    del inputs
    world.call("kms", "UpdateAlias", AliasName=alias, TargetKeyId=world.key())


def _lead_to_the_internet(world: World, route: str, inputs: Plain) -> None:
    del route
    world.call(
        "ec2",
        "ReplaceRoute",
        RouteTableId=inputs["routeTableId"],
        DestinationCidrBlock=inputs["destinationCidrBlock"],
        GatewayId=world.gateway(world.vpc()),
    )


def _move_subnet(world: World, association: str, inputs: Plain) -> None:
    del inputs
    table = world.table(world.vpc())
    world.call("ec2", "ReplaceRouteTableAssociation", AssociationId=association, RouteTableId=table)


def _detach(world: World, gateway: str, inputs: Plain) -> None:
    vpc = inputs["vpcId"]
    world.call("ec2", "DetachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)


def _accept_anything(world: World, schema: str, inputs: Plain) -> None:
    del inputs
    world.call("glue", "UpdateSchema", SchemaId={"SchemaArn": schema}, Compatibility="NONE")


def _tell_nobody(world: World, alarm: str, inputs: Plain) -> None:
    told = world.call("cloudwatch", "DescribeAlarms", AlarmNames=[alarm])["MetricAlarms"][0]
    answered = ("AlarmArn", "StateReason", "StateReasonData", "StateValue", "StateTransitionedTi")
    kept = {k: it for k, it in told.items() if not k.startswith(answered) and "Timestamp" not in k}
    del inputs
    world.call("cloudwatch", "PutMetricAlarm", **{**kept, "AlarmActions": [], "Threshold": 99.0})


def _let_others_in(world: World, cluster: str, inputs: Plain) -> None:
    del inputs
    version = world.call("kafka", "GetClusterPolicy", ClusterArn=cluster)["CurrentVersion"]
    allow = {"Effect": "Allow", "Principal": {"AWS": "999999999999"}, "Action": "kafka:*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [{**allow, "Resource": "*"}]})
    world.call(
        "kafka", "PutClusterPolicy", ClusterArn=cluster, CurrentVersion=version, Policy=policy
    )


def _stop_growing(world: World, cluster: str, inputs: Plain) -> None:
    target = {key[0].upper() + key[1:]: inputs[key] for key in ("serviceNamespace", "resourceId")}
    world.call(
        "application-autoscaling",
        "RegisterScalableTarget",
        **target,
        ScalableDimension=inputs["scalableDimension"],
        MaxCapacity=100,
    )
    del cluster


@pytest.mark.parametrize(
    ("token", "by_hand", "seen"),
    [
        ("aws:appautoscaling/target:Target", _stop_growing, ["maxCapacity"]),
        (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            _tell_nobody,
            ["alarmActions", "threshold"],
        ),
        ("aws:msk/clusterPolicy:ClusterPolicy", _let_others_in, ["policy"]),
        ("aws:kms/key:Key", _stop_rotation, ["enableKeyRotation"]),
        ("aws:kms/key:Key", _other_policy, ["policy"]),
        ("aws:kms/alias:Alias", _retarget_alias, ["targetKeyId"]),
        ("aws:cloudwatch/logGroup:LogGroup", _forget_retention, ["retentionInDays"]),
        ("aws:ec2/vpc:Vpc", _hide_names, ["enableDnsHostnames", "enableDnsSupport"]),
        ("aws:ec2/subnet:Subnet", _publish_addresses, ["mapPublicIpOnLaunch"]),
        ("aws:ec2/route:Route", _lead_to_the_internet, ["natGatewayId"]),
        (
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            _move_subnet,
            ["routeTableId"],
        ),
        ("aws:ec2/internetGateway:InternetGateway", _detach, ["vpcId"]),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            _open_rule,
            ["cidrIpv4", "fromPort", "toPort"],
        ),
        ("aws:glue/schema:Schema", _accept_anything, ["compatibility"]),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_is_done_by_hand_is_seen_and_put_right(
    token: str, by_hand: Callable[[World, str, Plain], None], seen: list[str], world: World
) -> None:
    inputs = EXAMPLES[token].inputs(world)
    assert world.after(by_hand, token, inputs) == (seen, [])


def test_a_schema_version_registered_by_hand_is_seen(world: World) -> None:
    row = row_of("aws:glue/schema:Schema")
    inputs = EXAMPLES[row.type].inputs(world)
    schema, _ = world.make(row.type, inputs)

    text = inputs["schemaDefinition"].replace('"a"', '"z"')
    world.call(
        "glue", "RegisterSchemaVersion", SchemaId={"SchemaArn": schema}, SchemaDefinition=text
    )

    assert drift(inputs, live(row, world, schema, inputs)) == ["schemaDefinition"]


def test_a_gateway_that_was_detached_by_hand_is_deleted_all_the_same(world: World) -> None:
    row = row_of("aws:ec2/internetGateway:InternetGateway")
    inputs = EXAMPLES[row.type].inputs(world)
    gateway, state = world.make(row.type, inputs)

    _detach(world, gateway, inputs)
    row.delete(world.aws, gateway, state)

    assert row.read(world.aws, gateway, inputs, state) is None


def test_a_disk_that_grew_is_seen_and_not_shrunk(world: World) -> None:
    row = row_of("aws:msk/cluster:Cluster")
    inputs = EXAMPLES[row.type].inputs(world)
    cluster, _ = world.make(row.type, inputs)

    # moto has no call for it, but keeps what it was given, and tells that.
    volume = kafka_backends[ACCOUNT][REGION].clusters[cluster].broker_node_group_info
    assert volume is not None
    volume["storageInfo"]["ebsStorageInfo"]["volumeSize"] = 300
    found = live(row, world, cluster, inputs)

    assert drift(inputs, found) == [VOLUME]
    with pytest.raises(RuntimeError, match=f"can't change {VOLUME} of aws:msk/cluster:Cluster"):
        row.update(world.aws, cluster, found, {key: found[key] for key in inputs}, inputs)


VOLUME = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
