"""Copies of evidence in the second region: locked whatever may come, and missed when they fail."""

import json
from typing import Any

import pytest

from bank import build
from components._policy import policy_document
from components.evidence_copies import writes_copies
from domains import Catalogue
from settings import Settings, load_settings
from tests.engine import Declared, Deployment, deploy
from tests.policies import allowed
from tests.stack_files import config_of
from tests.test_evidence import TAKE_AWAY, WRITERS

BUCKET = "aws:s3/bucket:Bucket"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
TASK = "aws:datasync/task:Task"
SOURCE = "aws:datasync/locationObjectStorage:LocationObjectStorage"
TARGET = "aws:datasync/s3Location:S3Location"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
RULE = "aws:cloudwatch/eventRule:EventRule"


@pytest.fixture(scope="module")
def there() -> Settings:
    return load_settings("sandbox", config_of("sandbox", {"corebank:evidence.replica": True}))


@pytest.fixture(scope="module")
def copied(there: Settings, catalogue: Catalogue) -> Deployment:
    return deploy(lambda: build(there, catalogue))


def test_there_are_copies_where_the_stack_file_says_so_and_nowhere_else(
    bank: Deployment, settings: Settings
) -> None:
    assert len(bank.of(TASK)) == len(WRITERS) * settings.evidence.replica
    replicas = [r for r in bank.of(BUCKET) if r.name == "evidence-replica-bucket"]
    assert len(replicas) == settings.evidence.replica


def test_the_replica_is_locked_for_everybody_though_the_store_may_not_be(
    copied: Deployment, there: Settings
) -> None:
    assert there.evidence.lock == "governance"
    lock = copied.one(LOCK, "evidence-replica-lock").inputs
    assert lock["rule"]["defaultRetention"] == {
        "mode": "COMPLIANCE",
        "days": there.evidence.locked_for.days,
    }
    bucket = copied.one(BUCKET, "evidence-replica-bucket").inputs
    assert (bucket["objectLockEnabled"], bucket["forceDestroy"]) == (True, False)


def test_the_replica_is_in_the_other_region_with_the_key_of_evidence(
    copied: Deployment, there: Settings
) -> None:
    assert there.second_region != there.region
    of_replica = [r for r in copied.resources if r.name.startswith("evidence-replica-")]
    assert {r.inputs["region"] for r in of_replica} == {there.second_region}
    (rule,) = copied.one(ENCRYPTION, "evidence-replica-encryption").inputs["rules"]
    key = rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"]
    assert key.endswith("second-keys-evidence-key")


@pytest.mark.parametrize("action", ["s3:BypassGovernanceRetention", "s3:DeleteObjectVersion"])
def test_the_replica_s_policy_refuses_everybody_to_delete(copied: Deployment, action: str) -> None:
    (refusal,) = [s for s in policy(copied) if action in s["Action"]]
    assert (refusal["Effect"], refusal["Principal"]) == ("Deny", {"AWS": "*"})
    assert "Condition" not in refusal


def test_who_writes_copies_deletes_none_and_unlocks_nothing() -> None:
    arn = "arn:aws:s3:::copies"
    document = policy_document(writes_copies(arn, account="1" * 12, region="eu-central-1"))
    assert allowed(document, "s3:PutObject", f"{arn}/cards/a")
    assert not allowed(document, "s3:PutObject", "arn:aws:s3:::others/cards/a")
    for action in TAKE_AWAY:
        assert not allowed(document, action, arn)
        assert not allowed(document, action, f"{arn}/cards/a")


@pytest.mark.parametrize("writer", WRITERS)
def test_each_writer_s_bucket_is_copied_hourly_into_a_folder_of_its_own(
    copied: Deployment, there: Settings, writer: str
) -> None:
    name = f"evidence-copies-{writer}"
    source, target = copied.one(SOURCE, f"{name}-source"), copied.one(TARGET, f"{name}-target")
    assert source.inputs["bucketName"] == f"corebank-evidence-{writer}"
    assert source.inputs["serverProtocol"] == "HTTPS"
    host, port = source.inputs["serverHostname"], int(source.inputs["serverPort"])
    assert f"https://{host}:{port}" == there.evidence.endpoint
    assert target.inputs["subdirectory"] == f"/{writer}/"
    assert target.inputs["s3BucketArn"] == "arn:aws:s3:::evidence-replica-bucket-id"
    task = copied.one(TASK, f"{name}-task").inputs
    assert task["schedule"] == {"scheduleExpression": "cron(7 * * * ? *)"}
    assert task["options"]["preserveDeletedFiles"] == "PRESERVE"
    assert task["sourceLocationArn"].endswith(f"{name}-source")
    assert task["destinationLocationArn"].endswith(f"{name}-target")


def test_the_store_s_key_is_people_s_to_give_and_not_the_program_s(copied: Deployment) -> None:
    for source in copied.of(SOURCE):
        assert not {"accessKey", "secretKey"} & source.inputs.keys()
        assert source.ignored == ("accessKey", "serverCertificate")


@pytest.mark.parametrize("writer", WRITERS)
def test_a_copy_that_does_not_come_is_an_alarm(copied: Deployment, writer: str) -> None:
    name = f"evidence-copies-{writer}"
    alarm = copied.one(ALARM, f"{name}-age").inputs
    assert alarm["dimensions"] == {"RuleName": f"corebank-{name}-done"}
    assert (alarm["comparisonOperator"], alarm["threshold"]) == ("LessThanThreshold", 1)
    assert alarm["treatMissingData"] == "breaching"
    assert alarm["alarmActions"] == [topic(copied)]
    pattern = json.loads(copied.one(RULE, f"{name}-done").inputs["eventPattern"])
    assert pattern["detail"] == {"State": ["SUCCESS"]}
    (run,) = pattern["resources"]
    assert run["prefix"].endswith(f"{name}-task/")


def test_a_copy_that_fails_is_an_alarm(copied: Deployment) -> None:
    pattern = json.loads(copied.one(RULE, "evidence-copies-failed").inputs["eventPattern"])
    assert pattern["detail"] == {"State": ["ERROR"]}
    assert "resources" not in pattern
    target = copied.one("aws:cloudwatch/eventTarget:EventTarget", "evidence-copies-failed-alarm")
    assert target.inputs["arn"] == topic(copied)


def test_whoever_is_told_is_told_in_the_region_of_the_copies(
    copied: Deployment, there: Settings
) -> None:
    prefixes = ("evidence-copies", "second-alarms")
    copying = [r for r in copied.resources if r.name.startswith(prefixes)]
    regions = {r.inputs["region"] for r in copying if "region" in r.inputs}
    assert regions == {there.second_region}
    key = copied.one("aws:sns/topic:Topic", "second-alarms-topic").inputs["kmsMasterKeyId"]
    assert key.endswith("second-keys-platform-key")


ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)


def topic(copied: Deployment) -> str:
    made: Declared = copied.one("aws:sns/topicPolicy:TopicPolicy", "second-alarms-policy")
    return str(made.inputs["arn"])


def policy(copied: Deployment) -> list[dict[str, Any]]:
    document = copied.one("aws:s3/bucketPolicy:BucketPolicy", "evidence-replica-policy").inputs
    return json.loads(document["policy"])["Statement"]
