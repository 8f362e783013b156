"""The feed to the SIEM: every source has a stream of its own, and silence is told."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from domains import PLATFORM, Catalogue
from settings import Settings
from tests.engine import Declared, Deployment
from tests.policies import allowed, statements

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
POLICY = "aws:iam/rolePolicy:RolePolicy"
STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
SUBSCRIPTION = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
HTTP = "httpEndpointConfiguration"
BUCKET = "arn:aws:s3:::logs-config-bucket-id"
SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:siem-access-key"  # noqa: S105 - its ARN
LOGS = {
    "control-plane": "/aws/eks/corebank/cluster",
    "trail": "/corebank/trail",
    "vault": "/corebank/vault-audit",
}
HOUR = 3600


def feeding(bank: Deployment) -> dict[str, Declared]:
    """Streams to the SIEM, by their source."""
    return {
        s.inputs["name"].removeprefix("corebank-siem-"): s
        for s in bank.of(STREAM)
        if s.inputs["destination"] == "http_endpoint"
    }


def test_whatever_people_and_programs_do_is_told(bank: Deployment, catalogue: Catalogue) -> None:
    owned = [name for name, each in catalogue.topics.items() if each.owner == PLATFORM]
    assert owned == ["corebank.operations.audits.v1"]
    assert feeding(bank).keys() == {*LOGS, "operations.audits.v1"}
    assert bank.exports["siem"]["sources"] == {
        "trail": told("trail", HOUR, logGroup=LOGS["trail"]),
        "control-plane": told("control-plane", HOUR / 4, logGroup=LOGS["control-plane"]),
        "vault": told("vault", 2 * HOUR, logGroup=LOGS["vault"]),
        "operations.audits.v1": told("operations.audits.v1", 72 * HOUR, topic=owned[0]),
    }


def told(source: str, quiet: float, **what: str) -> dict[str, object]:
    return {"stream": f"corebank-siem-{source}", "quietSeconds": quiet, **what}


def test_each_log_group_is_told_whole_by_its_own_stream(bank: Deployment) -> None:
    streams = feeding(bank)
    subscriptions = {s.inputs["logGroup"]: s.inputs for s in bank.of(SUBSCRIPTION)}
    assert subscriptions.keys() == set(LOGS.values())
    for source, group in LOGS.items():
        subscription = subscriptions[group]
        arn = f"arn:aws:firehose:eu-west-1:111111111111:{streams[source].name}"
        assert subscription["destinationArn"] == arn
        assert not subscription["filterPattern"]
        assert subscription["roleArn"].endswith("siem-subscribing-role")
        assert "mskSourceConfiguration" not in streams[source].inputs
        kept = streams[source].inputs["serverSideEncryption"]
        assert (kept["enabled"], kept["keyType"]) == (True, "CUSTOMER_MANAGED_CMK")
        assert kept["keyArn"].endswith("keys-logs-key")


def test_each_log_group_is_encrypted_and_keeps_a_year(bank: Deployment) -> None:
    groups = {g.inputs["name"]: g.inputs for g in bank.of(GROUP)}
    for name in (*LOGS.values(), "/firehose/corebank-siem"):
        assert groups[name]["retentionInDays"] == 365
        assert groups[name]["kmsKeyId"].endswith("keys-logs-key")


def test_a_topic_is_read_from_its_beginning_and_its_stream_waits_for_both(
    bank: Deployment,
) -> None:
    stream = feeding(bank)["operations.audits.v1"]
    source = stream.inputs["mskSourceConfiguration"]
    assert source["topicName"] == "corebank.operations.audits.v1"
    assert source["readFromTimestamp"] == "1970-01-01T00:00:00Z"
    assert source["authenticationConfiguration"]["connectivity"] == "PRIVATE"
    assert source["authenticationConfiguration"]["roleArn"].endswith("siem-topics-reading-role")
    # Firehose takes none where it reads by itself.
    assert "serverSideEncryption" not in stream.inputs


def test_every_stream_leads_to_the_siem_and_opens_it_by_the_secret_that_people_fill(
    bank: Deployment, settings: Settings
) -> None:
    for stream in feeding(bank).values():
        to = stream.inputs[HTTP]
        assert to["url"] == settings.siem.endpoint
        assert "accessKey" not in to
        secret = to["secretsManagerConfiguration"]
        assert secret == {"enabled": True, "secretArn": SECRET, "roleArn": to["roleArn"]}
        assert to["requestConfiguration"] == {"contentEncoding": "GZIP"}
        assert to["retryDuration"] == 2 * HOUR
    (secret,) = bank.of("aws:secretsmanager/secret:Secret")
    assert secret.inputs["name"] == settings.siem.secret
    assert secret.inputs["kmsKeyId"].endswith("keys-logs-key")
    assert [r for r in bank.resources if "secretVersion" in r.type] == []


def test_what_the_siem_refuses_lands_in_a_folder_of_its_own_and_is_copied_under_a_lock(
    bank: Deployment,
) -> None:
    for source, stream in feeding(bank).items():
        to = stream.inputs[HTTP]
        assert to["s3BackupMode"] == "FailedDataOnly"
        beside = to["s3Configuration"]
        assert beside["bucketArn"] == BUCKET
        assert beside["prefix"].startswith(f"siem-failed/{source}/")
        assert beside["errorOutputPrefix"].startswith(f"siem-failed/{source}/")
        assert beside["kmsKeyArn"].endswith("keys-logs-key")
        for options in (to, beside):
            written = options["cloudwatchLoggingOptions"]
            assert written == {
                "enabled": True,
                "logGroupName": "/firehose/corebank-siem",
                "logStreamName": source,
            }
    (copied,) = [
        copy
        for copy in bank.of("aws:s3/bucketReplicationConfig:BucketReplicationConfig")
        if f"arn:aws:s3:::{copy.inputs['bucket']}" == BUCKET
    ]
    locked = {
        f"arn:aws:s3:::{lock.inputs['bucket']}"
        for lock in bank.of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    }
    targets = {rule["destination"]["bucket"] for rule in copied.inputs["rules"]}
    assert len(targets) == 2
    assert targets <= locked


def test_a_feed_that_fails_is_late_or_silent_is_told(bank: Deployment) -> None:
    alarms = [a.inputs for a in bank.of(ALARM) if a.inputs["name"].startswith("corebank-siem-")]
    assert len(alarms) == 3 * len(feeding(bank))
    for alarm in alarms:
        assert alarm["alarmActions"] == ["arn:aws:sns:eu-west-1:111111111111:alarms-topic"]
        assert alarm["okActions"] == alarm["alarmActions"]
        assert alarm["namespace"] == "AWS/Firehose"
    for source, told in bank.exports["siem"]["sources"].items():
        of_source = {
            a["name"].rpartition("-")[2]: a
            for a in alarms
            if a["dimensions"] == {"DeliveryStreamName": told["stream"]}
        }
        assert of_source.keys() == {"failing", "late", "silent"}
        assert essence(of_source["failing"]) == (
            "DeliveryToHttpEndpoint.Success",
            "Average",
            "LessThanThreshold",
            1,
            900,
            "notBreaching",
        )
        assert essence(of_source["late"]) == (
            "DeliveryToHttpEndpoint.DataFreshness",
            "Maximum",
            "GreaterThanThreshold",
            900,
            300,
            "notBreaching",
        )
        counted = "IncomingRecords" if source in LOGS else "DataReadFromSource.Records"
        assert essence(of_source["silent"]) == (
            counted,
            "Sum",
            "LessThanThreshold",
            1,
            told["quietSeconds"],
            "breaching",
        )


def essence(alarm: Mapping[str, Any]) -> tuple[object, ...]:
    """Metric, statistic, comparison, threshold, seconds that it lasts, and what silence means."""
    period, times = alarm["period"], alarm["evaluationPeriods"]
    assert isinstance(period, float)
    assert isinstance(times, float)
    # Amazon CloudWatch API reference, PutMetricAlarm.
    assert period <= 24 * HOUR
    assert period * times <= 7 * 24 * HOUR
    return (
        alarm["metricName"],
        alarm["statistic"],
        alarm["comparisonOperator"],
        alarm["threshold"],
        period * times,
        alarm["treatMissingData"],
    )


@pytest.mark.parametrize("role", ["siem-sending", "siem-topics-reading"])
def test_who_sends_opens_this_secret_and_writes_into_its_folder_and_does_nothing_else(
    bank: Deployment, role: str
) -> None:
    document = bank.one(POLICY, f"{role}-policy").inputs["policy"]
    assert allowed(document, "secretsmanager:GetSecretValue", SECRET)
    assert not allowed(document, "secretsmanager:GetSecretValue", f"{SECRET}-other")
    assert not allowed(document, "secretsmanager:PutSecretValue", SECRET)
    assert allowed(document, "s3:PutObject", f"{BUCKET}/siem-failed/trail/x")
    assert not allowed(document, "s3:PutObject", f"{BUCKET}/topics/a/x")
    assert not allowed(document, "s3:GetObject", f"{BUCKET}/siem-failed/trail/x")
    assert not allowed(document, "s3:DeleteObject", f"{BUCKET}/siem-failed/trail/x")


def test_only_the_role_of_topics_reads_kafka(bank: Deployment) -> None:
    reading = {
        role.name
        for role in bank.of(POLICY)
        if role.name.startswith("siem-") and "kafka-cluster:ReadData" in role.inputs["policy"]
    }
    assert reading == {"siem-topics-reading-policy"}
    document = bank.one(POLICY, "siem-topics-reading-policy").inputs["policy"]
    read = [
        resource
        for statement in statements(document)
        if "kafka-cluster:ReadData" in statement["Action"]
        for resource in statement["Resource"]
    ]
    assert [arn.rpartition("/")[2] for arn in read] == ["corebank.operations.audits.v1"]


def test_cloudwatch_puts_records_into_streams_of_the_feed_and_into_no_other(
    bank: Deployment, settings: Settings
) -> None:
    document = bank.one(POLICY, "siem-subscribing-policy").inputs["policy"]
    streams = f"arn:aws:firehose:{settings.region}:{settings.account}:deliverystream"
    assert allowed(document, "firehose:PutRecordBatch", f"{streams}/corebank-siem-trail")
    assert not allowed(document, "firehose:PutRecordBatch", f"{streams}/corebank-topic-archive-a")
    assert not allowed(document, "firehose:DeleteDeliveryStream", f"{streams}/corebank-siem-trail")
    trust = bank.one("aws:iam/role:Role", "siem-subscribing-role").inputs["assumeRolePolicy"]
    (taking,) = json.loads(trust)["Statement"]
    assert taking["Principal"] == {"Service": "logs.amazonaws.com"}
    assert taking["Condition"] == {"StringEquals": {"aws:SourceAccount": settings.account}}


def test_a_stream_s_name_has_at_most_64_characters(bank: Deployment) -> None:
    # Firehose API reference, CreateDeliveryStream.
    assert all(len(stream.inputs["name"]) <= 64 for stream in feeding(bank).values())
