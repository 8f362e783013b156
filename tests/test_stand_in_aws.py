"""Every type that the aws stand-in makes in moto: its life, and what is done to it by hand."""

import importlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.model import ListShape, Shape, StructureShape
from moto.server import ThreadedMotoServer

from rehearsal.providers import RECORDED, aws, vault
from rehearsal.providers.aws import ROWS
from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.topics import Topic
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import differences
from tests.stand_in_examples import (
    EXAMPLES,
    REGION,
    TAGS,
    Plain,
    World,
    changed,
    new_name,
    row_of,
)

IN_MOTO = [row for row in ROWS if not isinstance(row, Topic)]
TAGGED = [row for row in ROWS if isinstance(row, ApiResource) and row.tags_of]
ALL_ROWS: list[ResourceType[Any]] = [*aws.ROWS, *vault.ROWS]


DEFAULTS = {"enableDnsSupport": True}
"""What AWS sets where nothing is declared, beside nothing at all."""


def _type(row: ResourceType[Any]) -> str:
    return row.type


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield World(Aws(endpoint=f"http://{host}:{port}", region=REGION, kafka="127.0.0.1:9092"))
    server.stop()


def _live(row: ResourceType[Aws], world: World, resource_id: str, inputs: Plain) -> Plain:
    live = row.read(world.aws, resource_id, inputs, inputs)
    assert live is not None
    return live


def _drift(inputs: Plain, live: Plain) -> list[str]:
    told = {key: live.get(key) for key in {*inputs, "tags"}}
    return [path for path, _, _ in differences(inputs, told)]


def test_every_type_has_an_example() -> None:
    assert set(EXAMPLES) == {row.type for row in IN_MOTO}


@pytest.mark.parametrize("row", IN_MOTO, ids=_type)
def test_a_resource_is_made_found_changed_and_taken_away(
    row: ResourceType[Aws], world: World
) -> None:
    example = EXAMPLES[row.type]
    inputs = example.inputs(world)
    resource_id, state = world.make(row.type, inputs)
    assert _drift(inputs, state) == []
    assert row.read(world.aws, resource_id, inputs, state) == state

    for change in example.changes(world):
        wanted = changed(inputs, change)
        row.update(world.aws, resource_id, state, inputs, wanted)
        inputs, state = wanted, _live(row, world, resource_id, wanted)
        assert _drift(inputs, state) == []
        gone = [key for key in change if key not in wanted]
        assert [state.get(key) or None for key in gone] == [DEFAULTS.get(key) for key in gone]

    row.delete(world.aws, resource_id, state)
    if row.type not in RECORDED:
        assert row.read(world.aws, resource_id, inputs, state) is None
    row.delete(world.aws, resource_id, state)


@pytest.mark.parametrize("row", IN_MOTO, ids=_type)
def test_an_example_changes_whatever_can_change(row: ResourceType[Aws], world: World) -> None:
    if isinstance(row, ApiResource):
        settable = {name for setting in row.settings for name in setting.names}
        touched = {name for change in EXAMPLES[row.type].changes(world) for name in change}
        assert touched >= (settable | set(row.local)) - {"referencedSecurityGroupId"}


@pytest.mark.parametrize("row", TAGGED, ids=_type)
def test_tags_are_changed_added_and_removed(row: ApiResource, world: World) -> None:
    inputs = EXAMPLES[row.type].inputs(world)
    resource_id, state = world.make(row.type, inputs)
    assert state["tags"] == state["tagsAll"] == TAGS

    for tags in ({"owner": "cards", "tier": "data"}, None, {"owner": "cards"}):
        wanted = changed(inputs, {"tags": tags})
        row.update(world.aws, resource_id, state, inputs, wanted)
        inputs, state = wanted, _live(row, world, resource_id, wanted)
        assert state["tags"] == state["tagsAll"] == (tags or {})


@pytest.mark.parametrize("row", TAGGED, ids=_type)
def test_tags_changed_by_hand_are_seen_and_put_right(row: ApiResource, world: World) -> None:
    inputs = EXAMPLES[row.type].inputs(world)
    resource_id, state = world.make(row.type, inputs)

    row.update(
        world.aws, resource_id, state, inputs, {**inputs, "tags": {"owner": "me", "new": "1"}}
    )
    live = _live(row, world, resource_id, inputs)
    assert _drift(inputs, live) == ["tags.cost-centre", "tags.new", "tags.owner"]

    row.update(world.aws, resource_id, live, {**inputs, "tags": live["tags"]}, inputs)
    assert _drift(inputs, _live(row, world, resource_id, inputs)) == []


def test_tags_on_what_declares_none_are_seen(world: World) -> None:
    row = row_of("aws:ec2/vpc:Vpc")
    inputs = {"cidrBlock": "10.0.0.0/16"}
    resource_id, _ = world.make(row.type, inputs)

    world.call("ec2", "CreateTags", Resources=[resource_id], Tags=[{"Key": "a", "Value": "b"}])

    assert _drift(inputs, _live(row, world, resource_id, inputs)) == ["tags"]


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


@pytest.mark.parametrize(
    ("token", "by_hand", "seen"),
    [
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
    row = row_of(token)
    inputs = EXAMPLES[token].inputs(world)
    resource_id, _ = world.make(token, inputs)

    by_hand(world, resource_id, inputs)
    live = _live(row, world, resource_id, inputs)
    assert _drift(inputs, live) == seen

    row.update(world.aws, resource_id, live, {key: live.get(key) for key in inputs}, inputs)
    assert _drift(inputs, _live(row, world, resource_id, inputs)) == []


def test_a_schema_version_registered_by_hand_is_seen(world: World) -> None:
    row = row_of("aws:glue/schema:Schema")
    inputs = EXAMPLES[row.type].inputs(world)
    schema, _ = world.make(row.type, inputs)

    text = inputs["schemaDefinition"].replace('"a"', '"z"')
    world.call(
        "glue", "RegisterSchemaVersion", SchemaId={"SchemaArn": schema}, SchemaDefinition=text
    )

    assert _drift(inputs, _live(row, world, schema, inputs)) == ["schemaDefinition"]


def test_a_resource_is_in_the_region_it_names(world: World) -> None:
    name = new_name()
    inputs = {"name": name, "region": "eu-central-1"}
    _, state = world.make("aws:cloudwatch/logGroup:LogGroup", inputs)

    assert state["region"] == "eu-central-1"
    assert state["arn"] == f"arn:aws:logs:eu-central-1:123456789012:log-group:{name}"
    assert world.call("logs", "DescribeLogGroups", logGroupNamePrefix=name)["logGroups"] == []


def test_what_is_recorded_is_in_the_region_of_its_provider(world: World) -> None:
    token = "aws:msk/configuration:Configuration"  # noqa: S105 - Pulumi's word for a type
    here = world.make(token, {"name": "a", "serverProperties": ""})[1]
    there = world.make(token, {"name": "a", "serverProperties": "", "region": "eu-north-1"})[1]

    assert here["arn"] == "arn:aws:kafka:eu-west-1:123456789012:configuration/a"
    assert there["arn"] == "arn:aws:kafka:eu-north-1:123456789012:configuration/a"


def test_a_property_without_a_call_is_refused_at_the_create(world: World) -> None:
    with pytest.raises(RuntimeError) as refused:
        world.make("aws:kms/key:Key", {"rotationPeriodInDays": 90.0})
    assert str(refused.value) == (
        "the rehearsal can't give rotationPeriodInDays to aws:kms/key:Key: its row has no call "
        "that takes it"
    )

    with pytest.raises(RuntimeError, match=r"brokerNodeGroupInfo\.colour to aws:msk/cluster"):
        world.make("aws:msk/cluster:Cluster", {"brokerNodeGroupInfo": {"colour": "red"}})


def test_a_property_without_a_call_is_refused_at_the_update(world: World) -> None:
    row = row_of("aws:msk/cluster:Cluster")
    inputs = EXAMPLES[row.type].inputs(world)
    resource_id, state = world.make(row.type, inputs)

    with pytest.raises(RuntimeError) as refused:
        row.update(world.aws, resource_id, state, inputs, {**inputs, "kafkaVersion": "4.0.x"})
    assert str(refused.value) == (
        "the rehearsal can't change kafkaVersion of aws:msk/cluster:Cluster: moto has no call for "
        "it. `make down` and `make up` rehearse it made anew"
    )


def test_a_rule_between_groups_is_told_by_the_group(world: World) -> None:
    token = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"  # noqa: S105 - as above
    inputs = {
        "securityGroupId": world.group(),
        "referencedSecurityGroupId": world.group(),
        "ipProtocol": "tcp",
        "fromPort": 443.0,
        "toPort": 443.0,
    }

    assert _drift(inputs, world.make(token, inputs)[1]) == []


@pytest.mark.parametrize(
    ("token", "path", "old", "new", "replaced"),
    [
        ("aws:ec2/vpc:Vpc", "cidrBlock", "a", "b", True),
        ("aws:ec2/vpc:Vpc", "enableDnsSupport", True, False, False),
        ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.clientSubnets[1]", "a", "b", True),
        ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.instanceType", "a", "b", False),
        ("aws:msk/cluster:Cluster", "encryptionInfo", {}, None, True),
        ("aws:msk/cluster:Cluster", "kafkaVersion", "3.9.x", "3.10.x", False),
        ("aws:msk/cluster:Cluster", "kafkaVersion", "3.10.x", "3.9.x", True),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "cidrIpv4",
            "10.0.0.0/8",
            "0.0.0.0/0",
            False,
        ),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "cidrIpv4",
            "10.0.0.0/8",
            None,
            True,
        ),
        ("aws:glue/schema:Schema", "dataFormat", "AVRO", "JSON", False),
    ],
)
def test_replacement_is_the_official_providers(
    token: str, path: str, old: Any, new: Any, *, replaced: bool
) -> None:
    assert row_of(token).replaced_by(path, old, new) is replaced


def _sdk(token: str) -> tuple[set[str], set[str]]:
    """The SDK's names of a type's inputs and outputs."""
    package, module, name = token.split(":")
    inner = module.split("/")[0]
    library = f"pulumi_{package}" if inner == "index" else f"pulumi_{package}.{inner}"
    resource = getattr(importlib.import_module(library), name)

    def names(owner: type) -> set[str]:
        properties = (item for item in vars(owner).values() if isinstance(item, property))
        return {getattr(item.fget, "_pulumi_name", "") for item in properties}

    # Not every package exports the arguments' classes.
    arguments = getattr(sys.modules[resource.__module__], f"{name}Args")
    return names(arguments), names(resource)


@pytest.mark.parametrize("row", ALL_ROWS, ids=_type)
def test_a_row_speaks_of_properties_that_the_sdk_has(row: ResourceType[Any]) -> None:
    inputs, outputs = _sdk(row.type)
    spoken = {path.split(".")[0] for path in (*row.replaces, *row.replaces_when)}
    spoken |= {row.autoname} - {""}
    computed: set[str] = set()
    if isinstance(row, ApiResource):
        spoken |= {name for setting in row.settings for name in setting.names}
        spoken |= {*row.local, *row.untold}
        computed = set(row.computed)
        assert bool(row.tags_of) == ("tags" in inputs)
    if isinstance(row, vault.Path):
        spoken |= set(row.own)
        computed = set(row.computed)

    assert spoken <= inputs
    assert computed <= outputs


def _members(shape: Shape | None) -> Iterator[str]:
    if isinstance(shape, ListShape):
        yield from _members(shape.member)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield name
            yield from _members(member)


def test_what_a_row_calls_volatile_is_in_the_answer(world: World) -> None:
    for row in TAGGED:
        operation = world.aws.service(row.service, REGION).operation(row.read_by.operation)
        assert set(row.volatile) <= set(_members(operation.output_shape))


def test_what_is_only_recorded_says_why() -> None:
    assert RECORDED == {"aws:msk/configuration:Configuration": "moto has no MSK configurations"}
