"""Buckets, and what is said of them beside them: by their name, or by what was made of it."""

from collections.abc import Iterable, Sequence
from typing import Any

from policies.controls._stack import Resource, Stack
from policies.controls._wire import at

BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
MINIO_BUCKET = "minio:index/s3Bucket:S3Bucket"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
LOCKS = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
LEAST_LOCKED = {"sandbox": 1, "staging": 30, "production": 7 * 365}
"""Days for which the bank locks its evidence: a day to try it, a month, and seven years, which is
longer than any law asks for."""


def about(
    bucket: Resource, stack: Stack, types: Iterable[str], key: str = "bucket"
) -> list[Resource]:
    """The resources of these types of which a property names the bucket.

    Settings are often chained, each naming the bucket by the one before it, so that they are made
    in order. A preview knows that chain and not the name.
    """
    return [
        each
        for each in stack.of(*types)
        if each.refers_to(bucket, key) or bucket.urn in behind(each, key, stack)
    ]


def behind(resource: Resource, key: str, stack: Stack) -> set[str]:
    """What a property was made of, and what the buckets' names in that were made of."""
    found: set[str] = set()
    open_ = [*resource.refers.get(key, ())]
    while open_:
        urn = open_.pop()
        if urn not in found:
            found.add(urn)
            if urn in stack.by_urn:
                open_.extend(stack.by_urn[urn].refers.get("bucket", ()))
    return found


def retentions(bucket: Resource, stack: Stack) -> Sequence[Any]:
    """How what is written into a bucket is locked, as told of it from beside or by itself."""
    told = [each.properties for each in about(bucket, stack, LOCKS)]
    inline = bucket.at("objectLockConfiguration")
    found = (at(each, "rule", "defaultRetention") for each in [*told, inline])
    return [each for each in found if each is not None]


def days(retention: Any) -> float:
    """For how long something is locked."""
    return (at(retention, "days") or 0) + 365 * (at(retention, "years") or 0)


def is_compliant(retention: Any, environment: str) -> bool:
    """Whether nobody can lift the lock; in a sandbox somebody may, so that it can be removed."""
    mode = at(retention, "mode")
    return mode == "COMPLIANCE" or (environment == "sandbox" and mode == "GOVERNANCE")


def is_locked(bucket: Resource) -> bool:
    """Whether a bucket is made to lock what is written into it."""
    if bucket.type == MINIO_BUCKET:
        return bucket.at("objectLocking") is True
    inline = bucket.at("objectLockConfiguration", "objectLockEnabled")
    return bucket.at("objectLockEnabled") is True or inline == "Enabled"


def is_evidence(bucket: Resource) -> bool:
    """Whether a bucket keeps evidence: it locks, or it is said to.

    MinIO is the bank's store of evidence, and has no tags.
    """
    if bucket.type == MINIO_BUCKET:
        return True
    return bucket.at("tags", "data-class") == "evidence" or is_locked(bucket)
