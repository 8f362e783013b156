"""Every type that the aws stand-in makes in moto, from its create to its delete."""

from collections.abc import Iterator

import pytest

from rehearsal.providers import RECORDED
from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.resource_type import ResourceType
from tests.stand_in_examples import EXAMPLES
from tests.stand_in_world import (
    IN_MOTO,
    TAGGED,
    TAGS,
    World,
    changed,
    drift,
    in_moto,
    live,
    new_name,
    row_of,
    type_of,
)

LET_GO = {
    "aws:cfg/recorderStatus:RecorderStatus",
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:guardduty/detectorFeature:DetectorFeature",
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
    "aws:inspector2/enabler:Enabler",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:sns/topicPolicy:TopicPolicy",
}
"""What is about something else, or about the whole account: it is switched off, not taken away."""

UNTOUCHED = {
    # Another resource's.
    "referencedSecurityGroupId",
    # A stream leads to one destination, and only records that are put into it wait there. Tried in
    # ``test_stand_in_siem``.
    "httpEndpointConfiguration",
    "serverSideEncryption",
}
"""What no change of an example touches."""

DEFAULTS = {"enableDnsSupport": True}
"""What AWS sets where nothing is declared, beside nothing at all."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_moto() as world:
        yield world


def test_every_type_has_an_example() -> None:
    assert set(EXAMPLES) == {row.type for row in IN_MOTO}


@pytest.mark.parametrize("row", IN_MOTO, ids=type_of)
def test_a_resource_is_made_found_changed_and_taken_away(
    row: ResourceType[Aws], world: World
) -> None:
    example = EXAMPLES[row.type]
    inputs = example.inputs(world)
    resource_id, state = world.make(row.type, inputs)
    assert drift(inputs, state) == []
    assert row.read(world.aws, resource_id, inputs, state) == state

    for change in example.changes(world):
        wanted = changed(inputs, change)
        row.update(world.aws, resource_id, state, inputs, wanted)
        inputs, state = wanted, live(row, world, resource_id, wanted)
        assert drift(inputs, state) == []
        gone = [key for key in change if key not in wanted]
        assert [state.get(key) or None for key in gone] == [DEFAULTS.get(key) for key in gone]

    row.delete(world.aws, resource_id, state)
    if row.type not in {*RECORDED, *LET_GO}:
        assert row.read(world.aws, resource_id, inputs, state) is None
    row.delete(world.aws, resource_id, state)


@pytest.mark.parametrize("row", IN_MOTO, ids=type_of)
def test_an_example_changes_whatever_can_change(row: ResourceType[Aws], world: World) -> None:
    if isinstance(row, ApiResource):
        settable = {name for setting in row.settings for name in setting.names}
        settable |= {*row.again, *(each.name for each in row.members)}
        touched = {name for change in EXAMPLES[row.type].changes(world) for name in change}
        assert touched >= (settable | set(row.local)) - UNTOUCHED


@pytest.mark.parametrize("row", TAGGED, ids=type_of)
def test_tags_are_changed_added_and_removed(row: ApiResource, world: World) -> None:
    inputs = EXAMPLES[row.type].inputs(world)
    resource_id, state = world.make(row.type, inputs)
    assert state["tags"] == state["tagsAll"] == TAGS

    for tags in ({"owner": "cards", "tier": "data"}, None, {"owner": "cards"}):
        wanted = changed(inputs, {"tags": tags})
        row.update(world.aws, resource_id, state, inputs, wanted)
        inputs, state = wanted, live(row, world, resource_id, wanted)
        assert state["tags"] == state["tagsAll"] == (tags or {})


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

    bigger = {**inputs["brokerNodeGroupInfo"], "instanceType": "kafka.m7g.xlarge"}
    wanted = {**inputs, "brokerNodeGroupInfo": bigger, "kafkaVersion": "4.0.x"}
    with pytest.raises(RuntimeError) as refused:
        row.update(world.aws, resource_id, state, inputs, wanted)
    assert str(refused.value) == (
        "the rehearsal can't change brokerNodeGroupInfo.instanceType, kafkaVersion of "
        "aws:msk/cluster:Cluster: moto has no call for it. `make down` and `make up` rehearse it "
        "made anew"
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

    assert drift(inputs, world.make(token, inputs)[1]) == []
