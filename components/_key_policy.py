"""The policy of a KMS key: who administers it, and which services use it. Pure."""

import json
from collections.abc import Sequence

_ADMINISTER = (
    "CancelKeyDeletion",
    "CreateAlias",
    "DeleteAlias",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListAliases",
    "ListGrants",
    "ListKeyPolicies",
    "ListResourceTags",
    "PutKeyPolicy",
    "RevokeGrant",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)
_USE = ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")


def key_policy(account: str, region: str, services: Sequence[str]) -> str:
    """Writes a key's policy as JSON: the account administers, the named services use.

    Nobody may both administer the key and read with it, and no action is a wildcard.

    Args:
        account: The account that owns the key: 12 digits.
        region: The key's region.
        services: Services that use the key for this account, such as ``kafka``.
    """
    administer = {
        "Sid": "AccountAdministers",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": [f"kms:{action}" for action in _ADMINISTER],
        "Resource": "*",
    }
    use = {
        "Sid": "ServicesUse",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": [f"kms:{action}" for action in (*_USE, "CreateGrant")],
        "Resource": "*",
        "Condition": {
            "StringEquals": {
                "kms:CallerAccount": account,
                "kms:ViaService": [f"{service}.{region}.amazonaws.com" for service in services],
            }
        },
    }
    logs = {
        "Sid": "LogsUse",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{region}.amazonaws.com"},
        "Action": [f"kms:{action}" for action in _USE],
        "Resource": "*",
        "Condition": {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": (
                    f"arn:aws:logs:{region}:{account}:log-group:*"
                )
            }
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [administer, use, logs]})
