"""What streams of Firehose have in common: what they read, write and tell. Pure."""

from typing import Any

import pulumi

from components._policy import Statement, through, through_s3


def from_topic(
    cluster_arn: pulumi.Input[str], topic: str, role_arn: pulumi.Input[str]
) -> dict[str, Any]:
    """A topic as a stream's source, from what it still has on."""
    return {
        "authentication_configuration": {"connectivity": "PRIVATE", "role_arn": role_arn},
        "msk_cluster_arn": cluster_arn,
        "topic_name": topic,
        # Without it, what comes from now on.
        "read_from_timestamp": "1970-01-01T00:00:00Z",
    }


def telling(group: pulumi.Input[str], stream: pulumi.Input[str]) -> dict[str, Any]:
    """Where a stream tells of deliveries that fail: a log group, and a stream in it."""
    return {"enabled": True, "log_group_name": group, "log_stream_name": stream}


def lands(bucket: str, *folders: str, logs_arn: str, account: str, region: str) -> list[Statement]:
    """What it takes to put objects into a bucket's folders and to tell of what failed.

    Firehose developer guide, access to an S3 destination. It reads no object, and deletes none.
    """
    arn = f"arn:aws:s3:::{bucket}"
    return [
        {
            "Effect": "Allow",
            "Action": ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
            "Resource": arn,
        },
        {
            "Effect": "Allow",
            "Action": ["s3:AbortMultipartUpload", "s3:PutObject"],
            "Resource": [f"{arn}/{folder}/*" for folder in folders],
        },
        through_s3(["kms:Decrypt", "kms:GenerateDataKey"], account=account, region=region),
        {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": f"{logs_arn}:*"},
    ]


def opens(secret_arn: str, *, account: str, region: str) -> list[Statement]:
    """What it takes to read one secret (Firehose developer guide, Secrets Manager)."""
    return [
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret_arn},
        through("secretsmanager", "kms:Decrypt", account=account, region=region),
    ]
