"""A stream to a SIEM in moto: its own settings change, and what is done by hand is seen."""

from collections.abc import Iterator

import pytest

from tests.stand_in_examples._firehose import STREAM, to_endpoint
from tests.stand_in_world import Plain, World, changed, drift, in_moto, live, row_of

HTTP = "httpEndpointConfiguration"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_moto() as world:
        yield world


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://siem.example/b"},
        {"retryDuration": 60.0},
        {"s3BackupMode": "AllData"},
        {"secretsManagerConfiguration": {"enabled": False}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_where_a_stream_leads_is_changed_in_place(change: Plain, world: World) -> None:
    row, inputs = row_of(STREAM), to_endpoint(world)
    resource_id, state = world.make(STREAM, inputs)
    assert drift(inputs, state) == []

    wanted = changed(inputs, {HTTP: {**inputs[HTTP], **change}})
    assert drift(wanted, state) != []
    row.update(world.aws, resource_id, state, inputs, wanted)
    assert drift(wanted, live(row, world, resource_id, wanted)) == []


def test_what_falls_beside_is_changed_in_place(world: World) -> None:
    row, inputs = row_of(STREAM), to_endpoint(world)
    resource_id, state = world.make(STREAM, inputs)
    beside = {**inputs[HTTP]["s3Configuration"], "bucketArn": "arn:aws:s3:::other"}

    wanted = changed(inputs, {HTTP: {**inputs[HTTP], "s3Configuration": beside}})
    row.update(world.aws, resource_id, state, inputs, wanted)
    assert drift(wanted, live(row, world, resource_id, wanted)) == []


def test_encryption_that_is_stopped_by_hand_is_seen_and_put_right(world: World) -> None:
    def stop(world: World, resource_id: str, inputs: Plain) -> None:
        del resource_id
        name = inputs["name"]
        world.call("firehose", "StopDeliveryStreamEncryption", DeliveryStreamName=name)

    found, then = world.after(stop, STREAM, to_endpoint(world))
    assert found == ["serverSideEncryption.enabled"]
    assert then == []


def test_a_subscription_taken_away_by_hand_is_gone(world: World) -> None:
    group, _ = world.make("aws:cloudwatch/logGroup:LogGroup", {"name": "/a"})
    stream, _ = world.make(STREAM, to_endpoint(world))
    token = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"  # noqa: S105 - a type
    inputs = {"name": "b", "logGroup": group, "destinationArn": stream, "filterPattern": ""}
    resource_id, state = world.make(token, inputs)

    world.call("logs", "DeleteSubscriptionFilter", logGroupName=group, filterName="b")
    assert row_of(token).read(world.aws, resource_id, inputs, state) is None
    world.call("logs", "DeleteLogGroup", logGroupName=group)
    assert row_of(token).read(world.aws, resource_id, inputs, state) is None
