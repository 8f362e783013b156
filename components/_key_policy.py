"""The policy of a Kafka cluster's KMS key: who administers it, and who uses it. Pure."""

import json

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
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "PutKeyPolicy",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)
_USE = (
    "Decrypt",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
)


def key_policy(*, account: str, region: str, log_group: str) -> str:
    """Writes the policy as JSON: the account administers, MSK and CloudWatch Logs use.

    No person has an action that reads with the key. MSK gets its use by grants, for which it asks
    in the name of whoever makes the cluster (Amazon MSK developer guide, AmazonMSKFullAccess);
    Logs is named itself and reads for one log group (CloudWatch Logs user guide, encrypt log
    data). No action is a wildcard; the resource is, since a key's policy is about that key alone.

    Args:
        account: The account that owns the key: 12 digits.
        region: The key's region.
        log_group: Name of the log group that is encrypted with it.
    """
    of_the_account = {"AWS": f"arn:aws:iam::{account}:root"}
    administer = {
        "Sid": "AccountAdministers",
        "Effect": "Allow",
        "Principal": of_the_account,
        "Action": _kms(_ADMINISTER),
        "Resource": "*",
    }
    grant = {
        "Sid": "KafkaGetsGrants",
        "Effect": "Allow",
        "Principal": of_the_account,
        "Action": _kms(("CreateGrant",)),
        "Resource": "*",
        "Condition": {
            "Bool": {"kms:GrantIsForAWSResource": "true"},
            "StringEquals": {"kms:ViaService": f"kafka.{region}.amazonaws.com"},
        },
    }
    use = {
        "Sid": "LogsUse",
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{region}.amazonaws.com"},
        "Action": _kms(_USE),
        "Resource": "*",
        "Condition": {
            "ArnEquals": {
                "kms:EncryptionContext:aws:logs:arn": (
                    f"arn:aws:logs:{region}:{account}:log-group:{log_group}"
                )
            }
        },
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [administer, grant, use]})


def _kms(actions: tuple[str, ...]) -> list[str]:
    return [f"kms:{action}" for action in actions]
