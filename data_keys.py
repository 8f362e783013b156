"""The keys of the bank's data: one per class of data, so that losing one opens no other class.

The only place that says who may use which. Administrators are in no list: whoever administers a
key can't read with it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pulumi

from components.alarms import PUBLISHERS
from components.audit_trail import trail_arn
from components.backups import BACKUP_ROLE
from components.encryption_key import EncryptionKey, EncryptionKeyArgs, KeyUsers
from components.evidence_copies import COPY_ROLE
from components.log_archive import REPLICATION_ROLE
from components.siem_feed import FEED_ROLE
from components.siem_topics import TOPIC_ROLE
from components.topic_archive import ARCHIVE_ROLE
from domains import DataClass
from tags import tagged


@dataclass(frozen=True, kw_only=True)
class DataKeysArgs:
    """What the keys of one region are made of.

    Args:
        account: The stack's account, 12 digits.
        region: Where the keys are.
        home_region: Where the account's trail is declared, which writes from every region.
        classes: The classes of data that the region holds.
        auditor: ARN of the role that reads evidence and logs.
        protect: Whether the keys are protected from deletion.
    """

    account: str
    region: str
    home_region: str
    classes: Collection[DataClass]
    auditor: str
    protect: bool


class DataKeys(pulumi.ComponentResource):
    """A key for each class of data that a region holds."""

    arns: Mapping[DataClass, pulumi.Output[str]]
    """Per class its key's ARN."""

    def __init__(
        self, name: str, args: DataKeysArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:index:DataKeys", name, {}, opts)
        users = _users(args)
        self.arns = {
            data_class: EncryptionKey(
                f"{name}-{data_class}",
                EncryptionKeyArgs(
                    account=args.account,
                    region=args.region,
                    alias=f"corebank/{data_class}",
                    description=f"Data of class {data_class}",
                    users=users[data_class],
                    protect=args.protect,
                ),
                opts=tagged(pulumi.ResourceOptions(parent=self), data_class=data_class),
            ).arn
            for data_class in args.classes
        }
        self.register_outputs({"arns": self.arns})


def _users(args: DataKeysArgs) -> Mapping[DataClass, KeyUsers]:
    account, region = args.account, args.region
    for_us = {"StringEquals": {"aws:SourceAccount": account}}
    role = f"arn:aws:iam::{account}:role"
    backing_up = (
        f"{role}/{BACKUP_ROLE}",
        f"{role}/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup",
    )
    return {
        DataClass.PLATFORM: KeyUsers(
            # They publish to the encrypted topic of alarms.
            services=dict.fromkeys(PUBLISHERS, for_us),
            roles=(
                f"{role}/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            ),
            grants=("ec2", "eks", "kafka"),
        ),
        DataClass.CUSTOMER: KeyUsers(
            # AWS Backup copies the database's snapshots into the second region.
            roles=backing_up,
            grants=("rds",),
            # The database's master secret, which RDS has Secrets Manager keep.
            through=("secretsmanager",),
        ),
        DataClass.PAYMENTS_AND_CARDS: KeyUsers(grants=("rds",)),
        DataClass.EVIDENCE: KeyUsers(
            roles=(*backing_up, f"{role}/{COPY_ROLE}"),
            readers=(args.auditor,),
            grants=("backup",),
        ),
        DataClass.LOGS: KeyUsers(
            services={
                f"logs.{region}.amazonaws.com": {
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": (
                            f"arn:aws:logs:{region}:{account}:log-group:*"
                        )
                    }
                },
                "cloudtrail.amazonaws.com": {
                    "StringEquals": {
                        "aws:SourceArn": trail_arn(account=account, region=args.home_region)
                    }
                },
                "config.amazonaws.com": for_us,
                # Flow logs, and the resolver's logs of queries.
                "delivery.logs.amazonaws.com": for_us,
            },
            roles=tuple(
                f"{role}/{name}" for name in (REPLICATION_ROLE, ARCHIVE_ROLE, FEED_ROLE, TOPIC_ROLE)
            ),
            readers=(args.auditor,),
            # What waits for the SIEM, and the stream of what is done in the database.
            grants=("firehose", "rds"),
            # The key to the SIEM, which people put there.
            through=("secretsmanager",),
        ),
    }
