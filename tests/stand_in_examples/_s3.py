"""Examples of buckets and what is said about one."""

import json
from collections.abc import Callable, Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def _policy(effect: str) -> str:
    statement = {"Effect": effect, "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _encryption(algorithm: str, **key: str) -> Plain:
    by_default = {"sseAlgorithm": algorithm, **key}
    return {"applyServerSideEncryptionByDefault": by_default, "bucketKeyEnabled": bool(key)}


def _lifecycle(days: float) -> Plain:
    return {
        "id": "keep",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "expiration": {"days": days},
        "noncurrentVersionExpiration": {"noncurrentDays": days},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7.0},
    }


def _copy(status: str = "Enabled") -> Plain:
    return {
        "id": "second-region",
        "status": status,
        "priority": 0.0,
        "filter": {"prefix": ""},
        "deleteMarkerReplication": {"status": "Disabled"},
        "sourceSelectionCriteria": {"sseKmsEncryptedObjects": {"status": "Enabled"}},
        "destination": {
            "bucket": "arn:aws:s3:::copies",
            "encryptionConfiguration": {
                "replicaKmsKeyId": "arn:aws:kms:eu-central-1:123456789012:key/a"
            },
        },
    }


def _logging(world: World) -> Plain:
    target = world.bucket()
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{target}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    world.make("aws:s3/bucketPolicy:BucketPolicy", {"bucket": target, "policy": policy})
    return {"targetBucket": target, "targetPrefix": "a/"}


def _about(
    what: Callable[[World], Plain], *changes: Plain, versioned: bool = False, locked: bool = False
) -> Example:
    """An example about a bucket of its own."""

    def inputs(world: World) -> Plain:
        bucket = world.bucket(locked=locked)
        if versioned:
            status = {"versioningConfiguration": {"status": "Enabled"}}
            world.make("aws:s3/bucketVersioning:BucketVersioning", {"bucket": bucket, **status})
        return {"bucket": bucket, **what(world)}

    return Example(inputs=inputs, changes=lambda _: list(changes))


_CLOSED = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
_SERVER_SIDE_ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)

EXAMPLES: Mapping[str, Example] = {
    "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": Example(
        inputs=lambda _: _CLOSED, changes=lambda _: [dict.fromkeys(_CLOSED, False)]
    ),
    "aws:s3/bucket:Bucket": Example(
        inputs=lambda _: {"bucket": new_name(), "objectLockEnabled": True, "tags": TAGS},
        changes=lambda _: [{"forceDestroy": True}],
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _about(
        lambda _: {"rules": [_lifecycle(366.0)]}, {"rules": [_lifecycle(30.0)]}
    ),
    "aws:s3/bucketLogging:BucketLogging": Example(
        inputs=lambda world: {"bucket": world.bucket(), **_logging(world)},
        changes=lambda world: [{"targetPrefix": "b/"}, _logging(world)],
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": _about(
        lambda _: {"rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 1.0}}},
        {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 30.0}}},
        versioned=True,
        locked=True,
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _about(
        lambda _: {"rule": {"objectOwnership": "BucketOwnerEnforced"}},
        {"rule": {"objectOwnership": "ObjectWriter"}},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _about(
        lambda _: {"policy": _policy("Deny")}, {"policy": _policy("Allow")}
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _about(
        lambda _: _CLOSED, dict.fromkeys(_CLOSED, False)
    ),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": _about(
        lambda _: {"role": "arn:aws:iam::123456789012:role/a", "rules": [_copy()]},
        {"rules": [_copy("Disabled")]},
        {"role": "arn:aws:iam::123456789012:role/b"},
        versioned=True,
    ),
    _SERVER_SIDE_ENCRYPTION: _about(
        lambda world: {"rules": [_encryption("aws:kms", kmsMasterKeyId=world.key_arn())]},
        {"rules": [_encryption("AES256")]},
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _about(
        lambda _: {"versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
}
