"""The audit trail: every call to AWS's API in the account, in all regions, that nobody can edit.

Owns the trail and its log group, for alarms and searches. Leaves out the bucket that it is kept in.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudtrail, cloudwatch

from components.service_role import ServiceRole, ServiceRoleArgs

TRAIL = "corebank"
"""The trail's name, by which the policies of its bucket and key know it."""
_LOG_GROUP = "/corebank/trail"


def trail_arn(*, account: str, region: str) -> str:
    """The trail's ARN, known before there is one.

    Args:
        account: The account that it records: 12 digits.
        region: Where it is declared; it records every region.
    """
    return f"arn:aws:cloudtrail:{region}:{account}:trail/{TRAIL}"


@dataclass(frozen=True, kw_only=True)
class AuditTrailArgs:
    """What a trail is made of.

    Args:
        account: The account that it records: 12 digits.
        region: Where it is declared.
        bucket: Name of the bucket that keeps it, and that lets it in already.
        key_arn: The key of logs.
        evidence_buckets: ARNs of the buckets of which every read and write is recorded too.
        boundary: ARN of the permissions boundary of the role that writes the log group.
        protect: Whether the trail and its log group are protected from deletion.
    """

    account: str
    region: str
    bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    evidence_buckets: Mapping[str, pulumi.Input[str]]
    boundary: pulumi.Input[str]
    protect: bool


class AuditTrail(pulumi.ComponentResource):
    """A trail over all regions whose files are signed in a chain."""

    arn: pulumi.Output[str]
    """The trail's ARN."""
    log_group: pulumi.Output[str]
    """Name of the log group that it writes to as well."""

    def __init__(
        self, name: str, args: AuditTrailArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:AuditTrail", name, {}, opts)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        group = cloudwatch.LogGroup(
            f"{name}-log",
            name=_LOG_GROUP,
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.key_arn,
            opts=kept,
        )
        group_arn = f"arn:aws:logs:{args.region}:{args.account}:log-group:{_LOG_GROUP}"
        writer = ServiceRole(
            f"{name}-writer",
            ServiceRoleArgs(
                role="corebank-trail",
                service="cloudtrail.amazonaws.com",
                account=args.account,
                # A stream of its own (CloudTrail user guide, sending events to CloudWatch Logs).
                statements=[
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": (
                            f"{group_arn}:log-stream:{args.account}_CloudTrail_{args.region}*"
                        ),
                    }
                ],
                boundary=args.boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        trail = cloudtrail.Trail(
            f"{name}-trail",
            name=TRAIL,
            s3_bucket_name=args.bucket,
            kms_key_id=args.key_arn,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            cloud_watch_logs_group_arn=group.arn.apply(lambda arn: f"{arn}:*"),
            cloud_watch_logs_role_arn=writer.arn,
            advanced_event_selectors=[
                {
                    "name": "Management",
                    "field_selectors": [{"field": "eventCategory", "equals": ["Management"]}],
                },
                {
                    "name": "Evidence",
                    "field_selectors": [
                        {"field": "eventCategory", "equals": ["Data"]},
                        {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                        {
                            "field": "resources.ARN",
                            "starts_withs": [
                                pulumi.Output.format("{0}/", arn)
                                for arn in args.evidence_buckets.values()
                            ],
                        },
                    ],
                },
            ],
            insight_selectors=[
                {"insight_type": "ApiCallRateInsight"},
                {"insight_type": "ApiErrorRateInsight"},
            ],
            opts=kept,
        )
        self.arn = trail.arn
        self.log_group = group.name
        self.register_outputs({"arn": self.arn, "logGroup": self.log_group})
