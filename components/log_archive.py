"""The log archive: where what happened in the account is kept, and cannot be deleted.

Owns the buckets, their copies in a second region, and who may write. Leaves out what writes:
the trail, flow logs, the resolver's query logs and AWS Config each name their bucket.

Config and Firehose cannot write into a bucket with a lock: what they write lands beside, and is
copied into the archive. Access logs cannot either, and tell only who read the others; they are not
copied.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pulumi
from pulumi_aws import s3

from components._bucket_policies import (
    access_logs_write,
    config_writes,
    flow_logs_write,
    trail_writes,
)
from components._policy import Statement, through_s3
from components.bucket import Bucket, BucketArgs, ObjectLock
from components.service_role import ServiceRole, ServiceRoleArgs

REPLICATION_ROLE = "corebank-log-replication"
"""The name, in IAM, of the role that copies; the keys' policies know it by that."""


@dataclass(frozen=True, kw_only=True)
class LogArchiveArgs:
    """What an archive is made of.

    Args:
        account: The account, 12 digits.
        region: Where logs are written.
        second_region: Where the copies go.
        key_arn: The key of logs in ``region``.
        second_key_arn: The key of logs in ``second_region``.
        lock: How long nothing can be deleted, in both regions.
        kept_for: After how many whole days a log expires; at least as long as it is locked.
        trail: ARN of the trail that writes.
        boundary: ARN of the permissions boundary of the role that copies.
        protect: Whether the buckets are protected from deletion.
    """

    account: str
    region: str
    second_region: str
    key_arn: pulumi.Input[str]
    second_key_arn: pulumi.Input[str]
    lock: ObjectLock
    kept_for: timedelta
    trail: str
    boundary: pulumi.Input[str]
    protect: bool


class LogArchive(pulumi.ComponentResource):
    """A locked bucket, a landing place beside it, and locked copies of both elsewhere."""

    bucket: pulumi.Output[str]
    """Name of the locked bucket."""
    arn: pulumi.Output[str]
    """Its ARN."""
    replica_arn: pulumi.Output[str]
    """ARN of the locked copy in the second region."""
    landing: pulumi.Output[str]
    """Name of the bucket for those who cannot write into a locked one."""

    def __init__(
        self, name: str, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:LogArchive", name, {}, opts)
        self._name = name
        self._args = args
        own = pulumi.ResourceOptions(parent=self)
        account, here, there = args.account, args.region, args.second_region
        archive_name = f"corebank-logs-{account}-{here}"
        landing_name = f"corebank-config-{account}-{here}"
        replica_name = f"corebank-logs-{account}-{there}"

        bucket = partial(BucketArgs, kept_for=args.kept_for, protect=args.protect)
        access_logs = self._access_logs("access-logs", here)
        archive = Bucket(
            f"{name}-archive",
            bucket(
                bucket=archive_name,
                region=here,
                key_arn=args.key_arn,
                writers=[
                    *trail_writes(archive_name, account=account, trail=args.trail),
                    *flow_logs_write(archive_name, account=account),
                ],
                lock=args.lock,
                access_logs=access_logs,
            ),
            opts=own,
        )
        landing = Bucket(
            f"{name}-config",
            bucket(
                bucket=landing_name,
                region=here,
                key_arn=args.key_arn,
                writers=config_writes(landing_name, account=account),
                access_logs=access_logs,
            ),
            opts=own,
        )
        self._replica_access_logs = self._access_logs("replica-access-logs", there)
        replica = Bucket(
            f"{name}-replica",
            bucket(
                bucket=replica_name,
                region=there,
                key_arn=args.second_key_arn,
                writers=(),
                lock=args.lock,
                access_logs=self._replica_access_logs,
            ),
            opts=own,
        )
        role = ServiceRole(
            f"{name}-replication",
            ServiceRoleArgs(
                role=REPLICATION_ROLE,
                service="s3.amazonaws.com",
                account=account,
                statements=_copies(
                    account,
                    sources={archive_name: here, landing_name: here},
                    targets={archive_name: here, replica_name: there},
                ),
                boundary=args.boundary,
            ),
            opts=own,
        )
        elsewhere = {"second-region": (replica, args.second_key_arn)}
        self._copy("archive", archive, role, elsewhere)
        # S3 copies no copy further, so what lands is sent to both.
        self._copy("config", landing, role, {**elsewhere, "archive": (archive, args.key_arn)})
        self.bucket = archive.bucket
        self.arn = archive.arn
        self.replica_arn = replica.arn
        self.landing = landing.bucket
        self.register_outputs(
            {
                "bucket": self.bucket,
                "arn": self.arn,
                "replicaArn": self.replica_arn,
                "landing": self.landing,
            }
        )

    @property
    def replica_access_logs(self) -> Bucket:
        """The bucket in the second region that tells who read and wrote there."""
        return self._replica_access_logs

    def _access_logs(self, label: str, region: str) -> Bucket:
        bucket = f"corebank-access-logs-{self._args.account}-{region}"
        return Bucket(
            f"{self._name}-{label}",
            BucketArgs(
                bucket=bucket,
                region=region,
                writers=access_logs_write(bucket, account=self._args.account),
                kept_for=self._args.kept_for,
                protect=self._args.protect,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _copy(
        self,
        label: str,
        source: Bucket,
        role: ServiceRole,
        targets: Mapping[str, tuple[Bucket, pulumi.Input[str]]],
    ) -> None:
        s3.BucketReplicationConfig(
            f"{self._name}-{label}-replication",
            region=self._args.region,
            bucket=source.bucket,
            role=role.arn,
            rules=[
                {
                    "id": target,
                    "status": "Enabled",
                    "priority": priority,
                    "filter": {"prefix": ""},
                    # Whoever hides an object here hides no copy.
                    "delete_marker_replication": {"status": "Disabled"},
                    "source_selection_criteria": {
                        "sse_kms_encrypted_objects": {"status": "Enabled"}
                    },
                    "destination": {
                        "bucket": bucket.arn,
                        "encryption_configuration": {"replica_kms_key_id": key_arn},
                    },
                }
                for priority, (target, (bucket, key_arn)) in enumerate(sorted(targets.items()))
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _copies(
    account: str, sources: Mapping[str, str], targets: Mapping[str, str]
) -> list[Statement]:
    """What the role that copies may do (S3 user guide, permissions for replication).

    Of the account's keys it can use those whose policies name it, and through S3 alone.

    Args:
        account: The account that all of it is in.
        sources: Bucket to its region.
        targets: Bucket to its region.
    """
    return [
        {
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::{source}" for source in sources],
        },
        {
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectLegalHold",
                "s3:GetObjectRetention",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionTagging",
            ],
            "Resource": [f"arn:aws:s3:::{source}/*" for source in sources],
        },
        {
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateTags"],
            "Resource": [f"arn:aws:s3:::{target}/*" for target in targets],
        },
        *(
            through_s3(action, account=account, region=region)
            for action, buckets in (("kms:Decrypt", sources), ("kms:GenerateDataKey", targets))
            for region in sorted({*buckets.values()})
        ),
    ]
