"""Copies of an evidence store's buckets into a locked bucket of S3, by DataSync.

Owns agent, locations, tasks, and the alarms on a copy that fails or does not come. Leaves out the
bucket, and the store's key: people give it to each location, since here it would be in the state.
All of it is in the region of the bucket, where an agent has to be activated.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, datasync

from components._policy import Statement, through_s3
from components.bucket import Bucket
from components.service_role import ServiceRole, ServiceRoleArgs

COPY_ROLE = "corebank-evidence-copies"
"""The name, in IAM, of the role that writes copies; the key's policy knows it by that."""
_NAME = "corebank-evidence-copies"
_HOURLY = "cron(7 * * * ? *)"
_OLDEST = 6 * 3600
"""Seconds for which a bucket may go without a copy before somebody is told."""


@dataclass(frozen=True, kw_only=True)
class EvidenceCopiesArgs:
    """What is copied, and where to.

    Args:
        account: The account, 12 digits.
        region: The region of the bucket.
        agent: Name or address at which the agent answers while it is activated.
        host: The store's name.
        port: The store's port, which is asked over TLS.
        buckets: The store's buckets, by who writes there; that is also the copies' folder.
        replica: The bucket that takes the copies.
        alarms_topic_arn: Where alarms go, in the region.
        boundary: ARN of the permissions boundary of the role that writes.
    """

    account: str
    region: str
    agent: str
    host: str
    port: int
    buckets: Mapping[str, pulumi.Input[str]]
    replica: Bucket
    alarms_topic_arn: pulumi.Input[str]
    boundary: pulumi.Input[str]


class EvidenceCopies(pulumi.ComponentResource):
    """An hourly task for each bucket; what is deleted or hidden at its origin stays in the copy."""

    def __init__(
        self, name: str, args: EvidenceCopiesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:EvidenceCopies", name, {}, opts)
        self._name = name
        self._args = args
        own = pulumi.ResourceOptions(parent=self)
        agent = datasync.Agent(
            f"{name}-agent", region=args.region, name=_NAME, ip_address=args.agent, opts=own
        )
        role = ServiceRole(
            f"{name}-writing",
            ServiceRoleArgs(
                role=COPY_ROLE,
                service="datasync.amazonaws.com",
                account=args.account,
                statements=args.replica.arn.apply(
                    lambda arn: writes_copies(arn, account=args.account, region=args.region)
                ),
                boundary=args.boundary,
            ),
            opts=own,
        )
        for writer, bucket in args.buckets.items():
            task = self._task(writer, bucket, agent, role)
            self._alarm_on_age(writer, task)
        self._alarm_on_failure()
        self.register_outputs({})

    def _task(
        self, writer: str, bucket: pulumi.Input[str], agent: datasync.Agent, role: ServiceRole
    ) -> datasync.Task:
        name, args = f"{self._name}-{writer}", self._args
        own = pulumi.ResourceOptions(parent=self)
        source = datasync.LocationObjectStorage(
            f"{name}-source",
            region=args.region,
            agent_arns=[agent.arn],
            server_hostname=args.host,
            server_port=args.port,
            server_protocol="HTTPS",
            bucket_name=bucket,
            # People add the key, and the certificate of the authority that the store's is from.
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["accessKey", "serverCertificate"]
            ),
        )
        target = datasync.S3Location(
            f"{name}-target",
            region=args.region,
            s3_bucket_arn=args.replica.arn,
            subdirectory=f"/{writer}/",
            s3_storage_class="STANDARD",
            s3_config={"bucket_access_role_arn": role.arn},
            # The location is tried when it is made.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        return datasync.Task(
            f"{name}-task",
            region=args.region,
            name=f"{_NAME}-{writer}",
            source_location_arn=source.arn,
            destination_location_arn=target.arn,
            schedule={"schedule_expression": _HOURLY},
            options={
                "preserve_deleted_files": "PRESERVE",
                "overwrite_mode": "ALWAYS",
                "transfer_mode": "CHANGED",
                "verify_mode": "ONLY_FILES_TRANSFERRED",
                # An object store has none of these.
                "atime": "NONE",
                "gid": "NONE",
                "mtime": "NONE",
                "posix_permissions": "NONE",
                "uid": "NONE",
                "object_tags": "NONE",
            },
            opts=own,
        )

    def _alarm_on_age(self, writer: str, task: datasync.Task) -> None:
        name, args = f"{self._name}-{writer}", self._args
        own = pulumi.ResourceOptions(parent=self)
        # It leads nowhere: how often it fits is what is counted.
        rule = cloudwatch.EventRule(
            f"{name}-done",
            region=args.region,
            name=f"{_NAME}-{writer}-done",
            description=f"Evidence of {writer} has been copied",
            event_pattern=task.arn.apply(
                lambda arn: _runs("SUCCESS", {"resources": [{"prefix": f"{arn}/"}]})
            ),
            opts=own,
        )
        cloudwatch.MetricAlarm(
            f"{name}-age",
            region=args.region,
            name=f"{_NAME}-{writer}-age",
            alarm_description=f"Evidence of {writer} has not been copied for six hours",
            namespace="AWS/Events",
            metric_name="TriggeredRules",
            dimensions={"RuleName": rule.name},
            statistic="Sum",
            period=_OLDEST,
            evaluation_periods=1,
            comparison_operator="LessThanThreshold",
            threshold=1,
            treat_missing_data="breaching",
            alarm_actions=[args.alarms_topic_arn],
            ok_actions=[args.alarms_topic_arn],
            opts=own,
        )

    def _alarm_on_failure(self) -> None:
        name, args = self._name, self._args
        own = pulumi.ResourceOptions(parent=self)
        rule = cloudwatch.EventRule(
            f"{name}-failed",
            region=args.region,
            name=f"{_NAME}-failed",
            description="Evidence could not be copied",
            event_pattern=_runs("ERROR", {}),
            opts=own,
        )
        cloudwatch.EventTarget(
            f"{name}-failed-alarm",
            region=args.region,
            rule=rule.name,
            target_id="alarms",
            arn=args.alarms_topic_arn,
            opts=own,
        )


def writes_copies(bucket_arn: str, *, account: str, region: str) -> list[Statement]:
    """What the role that writes copies may do: put and read, and delete nothing."""
    return [
        {
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            "Resource": bucket_arn,
        },
        {
            "Effect": "Allow",
            "Action": [
                "s3:AbortMultipartUpload",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            "Resource": f"{bucket_arn}/*",
        },
        through_s3(["kms:Decrypt", "kms:GenerateDataKey"], account=account, region=region),
    ]


def _runs(state: str, more: Mapping[str, object]) -> str:
    return json.dumps(
        {
            "source": ["aws.datasync"],
            "detail-type": ["DataSync Task Execution State Change"],
            "detail": {"State": [state]},
            **more,
        }
    )
