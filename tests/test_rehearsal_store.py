"""The minio stand-in, and the aws stand-in where S3 is elsewhere, on a real MinIO."""

import json
from collections.abc import Generator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from rehearsal.object_store import Store, code
from rehearsal.providers import aws, minio
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.resource_type import ResourceType
from tests.evidence_world import Plain, Servers, allow, document, running
from tests.stand_in_world import drift, new_name, row_of

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

BUCKET, POLICY = minio.ROWS
VERSIONED: Plain = {"versioningConfiguration": {"status": "Enabled"}}


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Generator[Servers]:
    with running(tmp_path_factory.mktemp("store")) as servers:
        yield servers


@pytest.fixture
def bucket(on: Servers) -> Plain:
    """A bucket that can be locked."""
    inputs = {"bucket": new_name(), "acl": "private", "objectLocking": True, "forceDestroy": False}
    assert BUCKET.create(on.store, inputs) == inputs["bucket"]
    return inputs


def live(row: ResourceType[Store], on: Servers, name: str, inputs: Plain) -> Plain:
    found = row.read(on.store, name, inputs, {})
    assert found is not None
    return found


def test_a_bucket_is_made_found_and_taken_away(on: Servers, bucket: Plain) -> None:
    name = bucket["bucket"]
    found = live(BUCKET, on, name, bucket)
    assert drift(bucket, found) == []
    assert found["arn"] == f"arn:aws:s3:::{name}"

    changed = {**bucket, "forceDestroy": True}
    BUCKET.update(on.store, name, found, bucket, changed)
    with pytest.raises(RuntimeError, match="can't change acl of minio:index/s3Bucket:S3Bucket"):
        BUCKET.update(on.store, name, found, bucket, {**bucket, "acl": "public"})

    BUCKET.delete(on.store, name, found)
    BUCKET.delete(on.store, name, found)
    assert BUCKET.read(on.store, name, bucket, found) is None


def test_a_bucket_that_can_not_be_locked_is_seen(on: Servers) -> None:
    name = new_name()
    BUCKET.create(on.store, {"bucket": name})
    assert live(BUCKET, on, name, {"bucket": name, "objectLocking": True})["objectLocking"] is False


def test_a_bucket_with_something_in_it_is_not_taken_away(on: Servers, bucket: Plain) -> None:
    on.store.s3.put_object(Bucket=bucket["bucket"], Key="a", Body=b"a")
    with pytest.raises(ClientError) as refused:
        BUCKET.delete(on.store, bucket["bucket"], {"forceDestroy": True})
    assert code(refused.value) == "BucketNotEmpty"


@pytest.mark.parametrize(
    ("more", "told"),
    [({"quota": 1.0}, "can't give quota"), ({"acl": "public"}, "are private, not public")],
)
def test_what_would_be_lost_without_a_word_is_refused(on: Servers, more: Plain, told: str) -> None:
    with pytest.raises(RuntimeError, match=told):
        BUCKET.create(on.store, {"bucket": new_name(), **more})


def test_a_policy_is_made_found_changed_and_taken_away(on: Servers) -> None:
    name = new_name()
    inputs = {"name": name, "policy": document(allow(["b", "a"]))}
    assert POLICY.create(on.store, inputs) == name
    assert live(POLICY, on, name, inputs) == inputs

    changed = {**inputs, "policy": document(allow(["a"], "s3:DeleteObject"))}
    POLICY.update(on.store, name, inputs, inputs, changed)
    assert live(POLICY, on, name, changed) == changed
    # As the first would be told if somebody had changed it by hand.
    told: Any = json.loads(live(POLICY, on, name, inputs)["policy"])
    assert "s3:DeleteObject" in str(told)

    POLICY.delete(on.store, name, changed)
    POLICY.delete(on.store, name, changed)
    assert POLICY.read(on.store, name, changed, {}) is None


def expiring(days: float) -> Plain:
    rule = {
        "id": "expire",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": days},
        "noncurrentVersionExpiration": {"noncurrentDays": 1.0},
    }
    return {"rules": [rule]}


SAID: dict[str, tuple[Plain, Plain]] = {
    "Versioning": (VERSIONED, VERSIONED),
    "ObjectLockConfiguration": (
        {"rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 7.0}}},
        {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 9.0}}},
    ),
    "ServerSideEncryptionConfiguration": (
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
    ),
    "LifecycleConfiguration": (expiring(30.0), expiring(60.0)),
}


@pytest.mark.parametrize("kind", SAID)
def test_what_is_said_of_a_bucket_is_made_found_and_changed(
    on: Servers, bucket: Plain, kind: str
) -> None:
    row = row_of(f"aws:s3/bucket{kind}:Bucket{kind}")
    old, new = ({"bucket": bucket["bucket"], **each} for each in SAID[kind])
    name = row.create(on.aws, old)
    row.finish(on.aws, name, old)
    found = row.read(on.aws, name, old, {})
    assert found is not None
    assert drift(old, found) == []

    row.update(on.aws, name, found, old, new)
    found = row.read(on.aws, name, new, {})
    assert found is not None
    assert drift(new, found) == []


def test_a_lock_that_somebody_lowered_is_seen(on: Servers, bucket: Plain) -> None:
    row = row_of("aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    rule = {"defaultRetention": {"mode": "COMPLIANCE", "days": 30.0}}
    inputs = {"bucket": bucket["bucket"], "rule": rule}
    name = row.create(on.aws, inputs)

    on.store.s3.put_object_lock_configuration(
        Bucket=name,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
        },
    )
    found = row.read(on.aws, name, inputs, {})
    assert found is not None
    assert drift(inputs, found) == ["rule.defaultRetention.days"]


ELSEWHERE = '[{"s3": "https://evidence.bank.internal:9000"}]'


def reached(on: Servers, **configuration: str) -> Aws:
    """What a provider reaches while moto is out of reach."""
    away = {"moto": {"endpoint": "http://127.0.0.1:1"}, "kafka": {"bootstrap": ""}}
    servers = {**on.addresses, **away, "kubernetes": {}}
    return aws.reach({"region": "eu-west-1", **configuration}, servers)


def test_a_provider_with_an_endpoint_for_s3_reaches_the_store(on: Servers, bucket: Plain) -> None:
    client = reached(on, endpoints=ELSEWHERE)
    told = client.service("s3", "eu-west-1").call("ListBuckets", {})["Buckets"]
    assert bucket["bucket"] in {each["Name"] for each in told}
    with pytest.raises(EndpointConnectionError):
        client.service("kms", "eu-west-1").call("ListKeys", {})


@pytest.mark.parametrize("endpoints", ["", "[]", '[{"sts": "https://sts.bank.internal"}]'])
def test_every_other_provider_reaches_moto(on: Servers, endpoints: str) -> None:
    client = reached(on, endpoints=endpoints)
    with pytest.raises(EndpointConnectionError):
        client.service("s3", "eu-west-1").call("ListBuckets", {})
