"""Live: the drill on the SIEM's feed, seen red for each protection that somebody takes away."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from rehearsal.drills import Outcome
from rehearsal.drills.siem_feed import SIEM_FEED
from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(300)]

_boto3: Any = boto3
STREAM, GROUP = "corebank-siem-trail", "/corebank/trail"


class Aws:
    """moto, as somebody who may do everything."""

    def __init__(self, copy: Copy) -> None:
        self.addresses = copy.addresses("sandbox")
        self.outputs = copy.outputs("sandbox")
        self.logs, self.firehose, self.cloudwatch, self.s3 = (
            _boto3.client(
                service,
                endpoint_url=self.addresses["moto"]["endpoint"],
                region_name=self.outputs["siem"]["region"],
                aws_access_key_id="test",
                aws_secret_access_key="test",  # noqa: S106 - moto takes any
            )
            for service in ("logs", "firehose", "cloudwatch", "s3")
        )

    def red(self) -> set[str]:
        """What did not end as it should: who, and what."""
        outcome = Outcome(
            drill=SIEM_FEED, attempts=SIEM_FEED.attempts(self.outputs, self.addresses)
        )
        assert len(outcome.attempts) > 30
        return {f"{each.actor}, {each.target}" for each in outcome.failures}

    def stream(self) -> Any:
        told = self.firehose.describe_delivery_stream(DeliveryStreamName=STREAM)
        return told["DeliveryStreamDescription"]

    def change(self, **http: Any) -> None:
        """Changes where the trail's stream leads."""
        stream = self.stream()
        self.firehose.update_destination(
            DeliveryStreamName=STREAM,
            CurrentDeliveryStreamVersionId=stream["VersionId"],
            DestinationId=stream["Destinations"][0]["DestinationId"],
            HttpEndpointDestinationUpdate=http,
        )


@pytest.fixture(scope="module")
def aws(copy: Copy) -> Aws:
    return Aws(copy)


@contextmanager
def little_gets_through(aws: Aws) -> Generator[None]:
    (found,) = aws.logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    kept = {key: found[key] for key in ("logGroupName", "filterName", "destinationArn", "roleArn")}
    aws.logs.put_subscription_filter(**kept, filterPattern="ERROR")
    yield
    aws.logs.put_subscription_filter(**kept, filterPattern=found["filterPattern"])


@contextmanager
def somebody_else_hears_it(aws: Aws) -> Generator[None]:
    (found,) = aws.logs.describe_subscription_filters(logGroupName=GROUP)["subscriptionFilters"]
    aws.logs.put_subscription_filter(
        logGroupName=GROUP,
        filterName="mine",
        filterPattern="",
        destinationArn=found["destinationArn"].replace(STREAM, "corebank-siem-vault"),
        roleArn=found["roleArn"],
    )
    yield
    aws.logs.delete_subscription_filter(logGroupName=GROUP, filterName="mine")


@contextmanager
def it_leads_to_somebody_else(aws: Aws) -> Generator[None]:
    http = aws.stream()["Destinations"][0]["HttpEndpointDestinationDescription"]
    name = http["EndpointConfiguration"]["Name"]
    aws.change(EndpointConfiguration={"Url": "https://siem.example.com", "Name": name})
    yield
    aws.change(EndpointConfiguration={"Url": aws.outputs["siem"]["endpoint"], "Name": name})


@contextmanager
def nothing_tells_of_silence(aws: Aws) -> Generator[None]:
    name = f"{STREAM}-silent"
    aws.cloudwatch.disable_alarm_actions(AlarmNames=[name])
    yield
    aws.cloudwatch.enable_alarm_actions(AlarmNames=[name])


@contextmanager
def it_waits_in_the_clear(aws: Aws) -> Generator[None]:
    before = aws.stream()["DeliveryStreamEncryptionConfiguration"]
    aws.firehose.stop_delivery_stream_encryption(DeliveryStreamName=STREAM)
    yield
    aws.firehose.start_delivery_stream_encryption(
        DeliveryStreamName=STREAM,
        DeliveryStreamEncryptionConfigurationInput={
            key: before[key] for key in ("KeyType", "KeyARN")
        },
    )


@contextmanager
def what_is_refused_is_not_copied(aws: Aws) -> Generator[None]:
    bucket = aws.outputs["siem"]["bucket"]
    before = aws.s3.get_bucket_replication(Bucket=bucket)["ReplicationConfiguration"]
    aws.s3.delete_bucket_replication(Bucket=bucket)
    yield
    aws.s3.put_bucket_replication(Bucket=bucket, ReplicationConfiguration=before)


LOOSENED: dict[str, tuple[Callable[[Aws], Any], str]] = {
    "a pattern lets little through": (little_gets_through, "trail, is taken up whole"),
    "somebody else hears it too": (somebody_else_hears_it, "trail, leads elsewhere"),
    "its stream leads to somebody else": (it_leads_to_somebody_else, "trail, is sent to the SIEM"),
    "nothing tells of its silence": (nothing_tells_of_silence, "trail, rings when it is silent"),
    "it waits in the clear": (it_waits_in_the_clear, "trail, waits encrypted"),
    "what is refused is not copied": (
        what_is_refused_is_not_copied,
        "{bucket}, is copied",
    ),
}


@pytest.mark.parametrize("how", LOOSENED)
def test_a_feed_that_somebody_loosens_makes_the_drill_red_until_it_is_put_back(
    how: str, aws: Aws
) -> None:
    loosen, said = LOOSENED[how]
    assert aws.red() == set()
    with loosen(aws):
        assert aws.red() == {said.format(bucket=aws.outputs["siem"]["bucket"])}
    assert aws.red() == set()
