"""What holds over a whole account, whoever administers it: service control policies. Pure.

They grant nothing, and they bind the account's root user too. AWS counts 5,120 characters of each.
"""

import json
from collections.abc import Sequence

from components._policy import Statement

_WITHOUT_REGION = (
    "account:*",
    "aws-portal:*",
    "billing:*",
    "budgets:*",
    "ce:*",
    "cloudfront:*",
    "health:*",
    "iam:*",
    "organizations:*",
    "route53:*",
    "route53domains:*",
    "shield:*",
    "sts:*",
    "support:*",
    "tax:*",
    "trustedadvisor:*",
    "waf:*",
)
"""Services that AWS runs in no region, or in one of its own (Organizations user guide, examples of
service control policies)."""
_NOBODY = (
    "account:CloseAccount",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreateUser",
    "organizations:LeaveOrganization",
    "s3:BypassGovernanceRetention",
)
_WATCHERS = (
    "access-analyzer:DeleteAnalyzer",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:StopLogging",
    "cloudtrail:UpdateTrail",
    "config:DeleteConfigRule",
    "config:DeleteConfigurationRecorder",
    "config:DeleteDeliveryChannel",
    "config:StopConfigurationRecorder",
    "ec2:DeleteFlowLogs",
    "ec2:DisableEbsEncryptionByDefault",
    "guardduty:DeleteDetector",
    "guardduty:UpdateDetector",
    "inspector2:Disable",
    "kms:DisableKeyRotation",
    "kms:ScheduleKeyDeletion",
    "s3:PutAccountPublicAccessBlock",
    "securityhub:BatchDisableStandards",
    "securityhub:DisableSecurityHub",
)
"""What would blind whoever watches; only delivery and break-glass do it, and that is seen."""


def regions_policy(regions: Sequence[str]) -> str:
    """Refuses everything outside these regions, as JSON."""
    return _document(
        [
            {
                "Sid": "OtherRegions",
                "Effect": "Deny",
                "NotAction": list(_WITHOUT_REGION),
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(regions)}},
            }
        ]
    )


def guardrails_policy(exempt_roles: Sequence[str]) -> str:
    """Refuses what nobody does, and what only a few may, as JSON.

    Args:
        exempt_roles: ARNs of the roles that may change what watches.
    """
    return _document(
        [
            {"Sid": "Nobody", "Effect": "Deny", "Action": list(_NOBODY), "Resource": "*"},
            {
                "Sid": "RootUser",
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}},
            },
            {
                "Sid": "Watchers",
                "Effect": "Deny",
                "Action": list(_WATCHERS),
                "Resource": "*",
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": list(exempt_roles)}},
            },
            {
                "Sid": "PlainVolumes",
                "Effect": "Deny",
                "Action": ["ec2:CreateVolume", "ec2:RunInstances"],
                "Resource": "arn:aws:ec2:*:*:volume/*",
                "Condition": {"Bool": {"ec2:Encrypted": "false"}},
            },
            {
                "Sid": "OldMetadata",
                "Effect": "Deny",
                "Action": "ec2:RunInstances",
                "Resource": "arn:aws:ec2:*:*:instance/*",
                "Condition": {"StringNotEquals": {"ec2:MetadataHttpTokens": "required"}},
            },
        ]
    )


def _document(statements: Sequence[Statement]) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": list(statements)}, separators=(",", ":")
    )
