"""The log archive: who writes, that nobody deletes, and that a copy is elsewhere."""

import json
from datetime import timedelta
from typing import Any

import pytest

from components.bucket import Bucket, BucketArgs
from settings import Settings
from tests.engine import Declared, Deployment, deploy

BUCKET = "aws:s3/bucket:Bucket"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
LOCKED = ("logs-archive", "logs-replica")
EVERY_BUCKET_HAS = {
    "aws:s3/bucketVersioning:BucketVersioning": {
        "versioningConfiguration": {"status": "Enabled"},
    },
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        "rule": {"objectOwnership": "BucketOwnerEnforced"},
    },
}


def test_every_bucket_is_private_versioned_and_without_acls(bank: Deployment) -> None:
    buckets = {f"{bucket.name}-id": bucket.inputs["region"] for bucket in bank.of(BUCKET)}
    assert buckets
    for type_, wanted in EVERY_BUCKET_HAS.items():
        told = {resource.inputs["bucket"]: resource.inputs for resource in in_aws(bank, type_)}
        assert told == {
            bucket: {"bucket": bucket, "region": region, **wanted}
            for bucket, region in buckets.items()
        }


def test_every_bucket_is_encrypted_with_the_key_of_logs_in_its_region(bank: Deployment) -> None:
    encrypted = {
        of(resource): resource.inputs["rules"][0]["applyServerSideEncryptionByDefault"]
        for resource in in_aws(bank, ENCRYPTION)
    }
    arn = "arn:aws:kms:eu-west-1:111111111111:"
    # S3 writes access logs into no bucket that a customer's key encrypts.
    own = {"sseAlgorithm": "AES256"}
    # What is copied of evidence has its own key; see test_evidence_copies.py.
    encrypted.pop("evidence-replica", None)
    assert encrypted == {
        "logs-access-logs": own,
        "logs-archive": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": f"{arn}keys-logs-key"},
        "logs-config": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": f"{arn}keys-logs-key"},
        "logs-replica": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": f"{arn}second-keys-logs-key"},
        "logs-replica-access-logs": own,
    }


def test_a_bucket_lives_in_the_region_that_its_name_tells(
    bank: Deployment, settings: Settings
) -> None:
    for bucket in bank.of(BUCKET):
        tail = f"-{settings.account}-{bucket.inputs['region']}"
        assert bucket.inputs["bucket"].endswith(tail)
        elsewhere = "replica" in bucket.name
        assert bucket.inputs["region"] == (settings.second_region if elsewhere else settings.region)


def test_the_archive_and_its_copy_are_locked_as_the_stack_file_says(
    bank: Deployment, settings: Settings
) -> None:
    retention = {
        "mode": settings.archive.lock.upper(),
        "days": settings.archive.locked_for // timedelta(days=1),
    }
    locks = {of(lock): lock.inputs["rule"]["defaultRetention"] for lock in in_aws(bank, LOCK)}
    lockable = {of(bucket) for bucket in bank.of(BUCKET) if bucket.inputs["objectLockEnabled"]}
    assert lockable == locks.keys()
    assert {name: locks[name] for name in LOCKED} == dict.fromkeys(LOCKED, retention)
    assert locks.keys() <= {*LOCKED, "evidence-replica"}


def test_no_bucket_is_emptied_to_be_deleted_where_things_are_protected_or_locked(
    bank: Deployment, settings: Settings
) -> None:
    emptied = {of(bucket): bucket.inputs["forceDestroy"] for bucket in bank.of(BUCKET)}
    for name, is_emptied in emptied.items():
        locked = name in (*LOCKED, "evidence-replica")
        assert is_emptied is (not settings.protect and not locked), name


def test_nothing_expires_before_its_lock_and_everything_does_in_the_end(
    bank: Deployment, settings: Settings
) -> None:
    rules = {
        of(resource): resource.inputs["rules"]
        for resource in in_aws(
            bank, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
        )
    }
    assert rules.keys() == {of(bucket) for bucket in bank.of(BUCKET)}
    for (rule,) in rules.values():
        assert rule["status"] == "Enabled"
        assert rule["filter"] == {"prefix": ""}
        kept = rule["expiration"]["days"]
        assert kept == rule["noncurrentVersionExpiration"]["noncurrentDays"]
        assert kept >= settings.archive.locked_for // timedelta(days=1)
        assert kept >= 365


def test_what_is_read_and_written_is_told_where_it_is_not_copied(bank: Deployment) -> None:
    told = {of(r): r for r in bank.of("aws:s3/bucketLogging:BucketLogging")}
    buckets = {of(bucket): bucket.inputs for bucket in bank.of(BUCKET)}
    assert told.keys() == {name for name in buckets if not name.endswith("access-logs")}
    for name, logging in told.items():
        there = name.endswith("-replica")
        target = "logs-replica-access-logs" if there else "logs-access-logs"
        assert logging.inputs["targetBucket"] == f"{target}-bucket-id"
        assert buckets[target]["region"] == buckets[name]["region"]


def test_the_archive_and_what_lands_beside_are_copied_to_the_second_region(
    bank: Deployment,
) -> None:
    copied = {of(resource): resource.inputs for resource in bank.of(REPLICATION)}
    assert copied.keys() == {"logs-archive", "logs-config"}
    for replication in copied.values():
        (rule,) = [r for r in replication["rules"] if r["id"] == "second-region"]
        assert rule["status"] == "Enabled"
        assert rule["destination"]["bucket"] == bucket_arn(bank, "logs-replica")
        assert rule["sourceSelectionCriteria"] == {"sseKmsEncryptedObjects": {"status": "Enabled"}}
        assert rule["deleteMarkerReplication"] == {"status": "Disabled"}


def test_nothing_is_copied_before_there_are_versions_at_both_ends(bank: Deployment) -> None:
    versioning = {of(v): v.urn for v in in_aws(bank, "aws:s3/bucketVersioning:BucketVersioning")}
    policies = {of(p): p for p in bank.of("aws:s3/bucketPolicy:BucketPolicy")}
    for name, policy in policies.items():
        assert versioning[name] in policy.depends_on
    for replication in bank.of(REPLICATION):
        assert policies[of(replication)].urn in replication.depends_on
        assert policies["logs-replica"].urn in replication.depends_on


def test_what_config_tells_ends_in_the_locked_archive(bank: Deployment) -> None:
    (landing,) = [r for r in bank.of(REPLICATION) if of(r) == "logs-config"]
    targets = {r["id"]: r["destination"]["bucket"] for r in landing.inputs["rules"]}
    assert targets == {
        "archive": bucket_arn(bank, "logs-archive"),
        "second-region": bucket_arn(bank, "logs-replica"),
    }
    assert len({r["priority"] for r in landing.inputs["rules"]}) == len(targets)
    channels = bank.of("aws:cfg/deliveryChannel:DeliveryChannel")
    assert {channel.inputs["s3BucketName"] for channel in channels} == {"logs-config-bucket-id"}


@pytest.mark.parametrize(
    ("bucket", "service", "writes"),
    [
        ("logs-archive", "cloudtrail.amazonaws.com", True),
        ("logs-archive", "delivery.logs.amazonaws.com", True),
        ("logs-archive", "config.amazonaws.com", False),
        ("logs-config", "config.amazonaws.com", True),
        ("logs-config", "cloudtrail.amazonaws.com", False),
        ("logs-access-logs", "logging.s3.amazonaws.com", True),
        ("logs-replica", "cloudtrail.amazonaws.com", False),
    ],
)
def test_a_bucket_takes_from_these_services_and_for_this_account_only(
    bank: Deployment, settings: Settings, bucket: str, service: str, *, writes: bool
) -> None:
    allowing = [
        s
        for s in statements(bank, bucket)
        if s["Effect"] == "Allow" and s["Principal"] == {"Service": service}
    ]
    assert any("s3:PutObject" in s["Action"] for s in allowing) is writes
    assert all(settings.account in str(s["Condition"]) for s in allowing)


def test_no_policy_allows_anything_to_everybody(bank: Deployment) -> None:
    allowing = [s for b in bank.of(BUCKET) for s in statements(bank, of(b)) if is_allow(s)]
    assert allowing
    assert [s for s in allowing if "*" in str(s["Principal"])] == []


def test_every_bucket_refuses_what_is_not_sent_over_tls(bank: Deployment) -> None:
    for bucket in bank.of(BUCKET):
        refused = [s for s in statements(bank, of(bucket)) if s["Action"] == "s3:*"]
        assert {s["Effect"] for s in refused} == {"Deny"}
        assert [s["Condition"] for s in refused] == [
            {"Bool": {"aws:SecureTransport": "false"}},
            {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        ]


@pytest.mark.parametrize("bucket", LOCKED)
@pytest.mark.parametrize("action", ["s3:BypassGovernanceRetention", "s3:DeleteObjectVersion"])
def test_nobody_deletes_what_is_locked(bank: Deployment, bucket: str, action: str) -> None:
    (refusal,) = [s for s in statements(bank, bucket) if refuses(s, action)]
    assert refusal["Principal"] == {"AWS": "*"}
    assert "Condition" not in refusal


@pytest.mark.parametrize("bucket", LOCKED)
@pytest.mark.parametrize(
    "action",
    [
        "s3:DeleteBucketPolicy",
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutLifecycleConfiguration",
        "s3:PutReplicationConfiguration",
    ],
)
def test_only_delivery_and_break_glass_change_a_lock(
    bank: Deployment, settings: Settings, bucket: str, action: str
) -> None:
    (refusal,) = [s for s in statements(bank, bucket) if refuses(s, action)]
    apply = bank.one("aws:iam/role:Role", "delivery-apply-role").inputs["name"]
    assert refusal["Condition"] == {
        "ArnNotEquals": {
            "aws:PrincipalArn": [
                f"arn:aws:iam::{settings.account}:role/{apply}",
                settings.people.break_glass,
            ]
        }
    }


def test_the_role_that_copies_reads_the_sources_and_writes_the_copies(
    bank: Deployment,
) -> None:
    policy = bank.one("aws:iam/rolePolicy:RolePolicy", "logs-replication-policy").inputs["policy"]
    allowed = {
        action: s["Resource"]
        for s in json.loads(policy)["Statement"]
        for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])
    }
    names = {of(bucket): f"arn:aws:s3:::{bucket.inputs['bucket']}" for bucket in bank.of(BUCKET)}
    sources, targets = ("logs-archive", "logs-config"), LOCKED
    assert allowed["s3:GetObjectVersionForReplication"] == [f"{names[it]}/*" for it in sources]
    assert allowed["s3:ReplicateObject"] == [f"{names[it]}/*" for it in targets]
    assert not {"s3:ReplicateDelete", "s3:DeleteObject", "s3:PutObject"} & allowed.keys()


def test_a_bucket_without_a_lock_has_none() -> None:
    args = BucketArgs(
        bucket="a",
        region="eu-west-1",
        writers=(),
        kept_for=timedelta(days=366),
        protect=True,
    )
    made = deploy(lambda: Bucket("plain", args))
    assert made.of(LOCK) == []
    assert made.one(BUCKET).inputs["objectLockEnabled"] is False
    assert "Unlocking" not in made.one("aws:s3/bucketPolicy:BucketPolicy").inputs["policy"]


def in_aws(bank: Deployment, type_: str) -> list[Declared]:
    """The resources of a type without those of the evidence store, which speaks S3 as well."""
    store = bank.one("pulumi:providers:aws", "aws-evidence").urn
    return [resource for resource in bank.of(type_) if resource.provider != store]


def of(resource: Declared) -> str:
    """The bucket's component that a resource belongs to, by name."""
    bucket = resource.inputs["bucket"]
    if resource.type == BUCKET:
        return resource.name.removesuffix("-bucket")
    return str(bucket).removesuffix("-id").removesuffix("-bucket")


def bucket_arn(bank: Deployment, name: str) -> str:
    bucket = bank.one(BUCKET, f"{name}-bucket")
    return f"arn:aws:s3:::{bucket.name}-id"


def statements(bank: Deployment, bucket: str) -> list[dict[str, Any]]:
    policy = bank.one("aws:s3/bucketPolicy:BucketPolicy", f"{bucket}-policy")
    return json.loads(policy.inputs["policy"])["Statement"]


def is_allow(statement: dict[str, Any]) -> bool:
    return statement["Effect"] == "Allow"


def refuses(statement: dict[str, Any], action: str) -> bool:
    return not is_allow(statement) and action in statement["Action"]
