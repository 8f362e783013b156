"""A bucket that is private, encrypted, versioned and logged, and may be locked.

Owns everything that is said about one bucket but its replication, which needs two.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import s3

from components._bucket_policies import nobody_but_over_tls, nobody_unlocks
from components._policy import Statement, policy_document

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class ObjectLock:
    """How long no version of an object can be deleted, from the day it is written.

    Args:
        mode: ``COMPLIANCE`` refuses everybody; ``GOVERNANCE`` yields to a permission to bypass it,
            which the bucket's policy refuses until somebody changes that policy.
        period: Whole days.
        kept_by: ARNs of the roles that may change the bucket's lock; nobody else may.
    """

    mode: str
    period: timedelta
    kept_by: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class BucketArgs:
    """What a bucket is made of.

    Args:
        bucket: Its name, unique in the world.
        region: Where it is.
        key_arn: ARN of the KMS key that encrypts it; without one S3's own key does, as a bucket
            needs that S3 writes its access logs into (S3 user guide, access logging).
        writers: What its policy allows, beside refusing everything that isn't sent over TLS.
        kept_for: After how many whole days an object expires.
        lock: Its lock; without one objects can be deleted.
        access_logs: The bucket, in the same region, that tells who read and wrote.
        protect: Whether it is protected from deletion.
    """

    bucket: str
    region: str
    key_arn: pulumi.Input[str] | None = None
    writers: Sequence[Statement]
    kept_for: timedelta
    lock: ObjectLock | None = None
    access_logs: "Bucket | None" = None
    protect: bool


class Bucket(pulumi.ComponentResource):
    """A bucket and all its settings."""

    bucket: pulumi.Output[str]
    """Its name, known once its policy stands: whoever writes is let in by that."""
    arn: pulumi.Output[str]
    """Its ARN, as late."""

    def __init__(
        self, name: str, args: BucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Bucket", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        bucket = s3.Bucket(
            f"{name}-bucket",
            region=args.region,
            bucket=args.bucket,
            # Only a new bucket can be given a lock.
            object_lock_enabled=args.lock is not None,
            # A trial environment can be taken down with its logs in it; what is locked never is.
            force_destroy=not args.protect and args.lock is None,
            opts=kept,
        )
        versioning = s3.BucketVersioning(
            f"{name}-versioning",
            region=args.region,
            bucket=bucket.id,
            versioning_configuration={"status": "Enabled"},
            opts=kept,
        )
        # S3 takes a rule about former versions, or a lock, once there are versions.
        versioned = pulumi.ResourceOptions(parent=self, depends_on=[versioning])
        s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            region=args.region,
            bucket=bucket.id,
            rules=[
                {
                    "apply_server_side_encryption_by_default": {
                        "sse_algorithm": "aws:kms",
                        "kms_master_key_id": args.key_arn,
                    }
                    if args.key_arn is not None
                    else {"sse_algorithm": "AES256"},
                    "bucket_key_enabled": args.key_arn is not None,
                }
            ],
            opts=own,
        )
        s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            region=args.region,
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=own,
        )
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            region=args.region,
            bucket=bucket.id,
            # Takes every ACL out of force.
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=own,
        )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            region=args.region,
            bucket=bucket.id,
            rules=[
                {
                    "id": "keep",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": args.kept_for // _DAY},
                    "noncurrent_version_expiration": {"noncurrent_days": args.kept_for // _DAY},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 7},
                }
            ],
            opts=versioned,
        )
        if args.lock is not None:
            s3.BucketObjectLockConfiguration(
                f"{name}-lock",
                region=args.region,
                bucket=bucket.id,
                rule={
                    "default_retention": {
                        "mode": args.lock.mode,
                        "days": args.lock.period // _DAY,
                    }
                },
                opts=pulumi.ResourceOptions(
                    parent=self, protect=args.protect, depends_on=[versioning]
                ),
            )
        if args.access_logs is not None:
            s3.BucketLogging(
                f"{name}-access-logs",
                region=args.region,
                bucket=bucket.id,
                target_bucket=args.access_logs.bucket,
                target_prefix=f"{args.bucket}/",
                opts=own,
            )
        policy = s3.BucketPolicy(
            f"{name}-policy",
            region=args.region,
            bucket=bucket.id,
            policy=policy_document(
                [
                    *nobody_but_over_tls(args.bucket),
                    *(
                        nobody_unlocks(args.bucket, but=args.lock.kept_by)
                        if args.lock is not None
                        else ()
                    ),
                    *args.writers,
                ]
            ),
            # Whoever learns the name from it, to copy what is there, needs versions too.
            opts=versioned,
        )
        self.bucket = policy.bucket
        self.arn = pulumi.Output.format("arn:aws:s3:::{0}", policy.bucket)
        self.register_outputs({"bucket": self.bucket, "arn": self.arn})
