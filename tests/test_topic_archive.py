"""The archive of topics: what must outlive Kafka's retention is read out of it, and missed."""

import pytest

from components._kafka_grants import archive, cluster_policy, granting
from domains import Catalogue
from tests.engine import Declared, Deployment
from tests.policies import allowed, statements
from tests.test_kafka_grants import CLUSTER, KAFKA

STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
ARCHIVED = {
    "corebank.aml.alerts.v1",
    "corebank.operations.audits.v1",
    "corebank.regulatory.reports.v1",
}


def archiving(bank: Deployment) -> list[Declared]:
    return [s for s in bank.of(STREAM) if s.inputs["destination"] == "extended_s3"]


def by_topic(bank: Deployment) -> dict[str, Declared]:
    return {s.inputs["mskSourceConfiguration"]["topicName"]: s for s in archiving(bank)}


def test_what_authorities_and_auditors_ask_for_is_archived(
    bank: Deployment, catalogue: Catalogue
) -> None:
    assert by_topic(bank).keys() == set(catalogue.archived) == ARCHIVED


def test_each_topic_is_read_from_its_beginning_into_a_folder_of_its_own(bank: Deployment) -> None:
    for topic, stream in by_topic(bank).items():
        source, target = (
            stream.inputs[key] for key in ("mskSourceConfiguration", "extendedS3Configuration")
        )
        assert source["readFromTimestamp"] == "1970-01-01T00:00:00Z"
        assert source["authenticationConfiguration"]["connectivity"] == "PRIVATE"
        assert target["prefix"].startswith(f"topics/{topic}/")
        assert target["errorOutputPrefix"].startswith(f"topics-failed/{topic}/")
        assert source["authenticationConfiguration"]["roleArn"] == target["roleArn"]


def test_it_lands_in_a_bucket_that_is_copied_into_both_locked_ones(bank: Deployment) -> None:
    buckets = {s.inputs["extendedS3Configuration"]["bucketArn"] for s in archiving(bank)}
    assert buckets == {"arn:aws:s3:::logs-config-bucket-id"}
    (copied,) = [
        copy
        for copy in bank.of("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
        if f"arn:aws:s3:::{copy.inputs['bucket']}" in buckets
    ]
    targets = {rule["destination"]["bucket"] for rule in copied.inputs["rules"]}
    locked = {
        f"arn:aws:s3:::{lock.inputs['bucket']}"
        for lock in bank.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    }
    assert len(targets) == 2
    assert targets <= locked


def test_a_stream_s_name_has_at_most_64_characters(bank: Deployment) -> None:
    # Firehose API reference, CreateDeliveryStream.
    assert all(len(stream.inputs["name"]) <= 64 for stream in bank.of(STREAM))


def test_a_topic_that_is_archived_late_is_told(bank: Deployment) -> None:
    alarms = {
        alarm.inputs["dimensions"]["DeliveryStreamName"]: alarm.inputs
        for alarm in bank.of("aws:cloudwatch/metricAlarm:MetricAlarm")
        if alarm.inputs.get("metricName") == "DeliveryToS3.DataFreshness"
    }
    assert alarms.keys() == {stream.inputs["name"] for stream in archiving(bank)}
    for alarm in alarms.values():
        assert alarm["threshold"] == 900
        assert alarm["alarmActions"] == ["arn:aws:sns:eu-west-1:111111111111:alarms-topic"]


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("kafka-cluster:Connect", CLUSTER, True),
        ("kafka-cluster:ReadData", f"{KAFKA}:topic/corebank/1234-5/a", True),
        ("kafka-cluster:ReadData", f"{KAFKA}:topic/corebank/1234-5/ab", False),
        ("kafka-cluster:WriteData", f"{KAFKA}:topic/corebank/1234-5/a", False),
        ("kafka-cluster:AlterGroup", f"{KAFKA}:group/corebank/1234-5/cards", False),
        ("kafka-cluster:AlterCluster", CLUSTER, False),
    ],
)
def test_the_archive_reads_its_topics_and_does_nothing_else_on_kafka(
    action: str,
    resource: str,
    expected: bool,  # noqa: FBT001 - a case
) -> None:
    document = granting(archive(CLUSTER, ["a", "b"]))
    assert allowed(document, action, resource) is expected


def test_firehose_may_connect_to_the_cluster_and_nobody_else_is_granted_anything() -> None:
    policy = cluster_policy(CLUSTER, account="1" * 12)
    (granted,) = [s for s in statements(policy) if s["Effect"] == "Allow"]
    assert granted == {
        "Sid": "FirehoseConnects",
        "Effect": "Allow",
        "Principal": {"Service": "firehose.amazonaws.com"},
        "Action": "kafka:CreateVpcConnection",
        "Resource": CLUSTER,
    }


def test_the_role_puts_what_it_reads_into_its_folders_and_deletes_nothing(bank: Deployment) -> None:
    role = bank.one("aws:iam/rolePolicy:RolePolicy", "topic-archive-reading-policy")
    document = role.inputs["policy"]
    bucket = "arn:aws:s3:::logs-config-bucket-id"
    assert allowed(document, "s3:PutObject", f"{bucket}/topics/a/x")
    assert not allowed(document, "s3:PutObject", f"{bucket}/AWSLogs/x")
    assert not allowed(document, "s3:GetObject", f"{bucket}/topics/a/x")
    assert not allowed(document, "s3:DeleteObject", f"{bucket}/topics/a/x")
