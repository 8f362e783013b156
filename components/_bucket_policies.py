"""What a bucket's policy says: who writes into it, and what nobody may do to it. Pure."""

from collections.abc import Sequence

from components._policy import Statement


def nobody_but_over_tls(bucket: str) -> list[Statement]:
    """Refuses everything that is not encrypted on its way, with TLS 1.2 at least."""
    everything = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [_arn(bucket), f"{_arn(bucket)}/*"],
    }
    return [
        {
            **everything,
            "Sid": "RefusePlain",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
        {
            **everything,
            "Sid": "RefuseOldTls",
            "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        },
    ]


def nobody_unlocks(bucket: str, *, but: Sequence[str]) -> list[Statement]:
    """Refuses whatever takes a version away before its time, the account's root user included.

    A lock in compliance mode refuses it by itself, one in governance mode by this. The lock is set
    on a bucket and not on what comes next, so loosening the bucket's is refused as well.

    Args:
        bucket: The bucket's name.
        but: ARNs of the roles that may change the bucket's lock and versioning.
    """
    refuse: Statement = {"Effect": "Deny", "Principal": {"AWS": "*"}}
    return [
        {
            **refuse,
            "Sid": "RefuseUnlocking",
            "Action": ["s3:BypassGovernanceRetention", "s3:DeleteObjectVersion"],
            "Resource": f"{_arn(bucket)}/*",
        },
        {
            **refuse,
            "Sid": "RefuseLoosening",
            "Action": [
                "s3:DeleteBucketPolicy",
                "s3:PutBucketObjectLockConfiguration",
                "s3:PutBucketPolicy",
                "s3:PutBucketVersioning",
                "s3:PutLifecycleConfiguration",
                "s3:PutReplicationConfiguration",
            ],
            "Resource": _arn(bucket),
            "Condition": {"ArnNotEquals": {"aws:PrincipalArn": list(but)}},
        },
    ]


def trail_writes(bucket: str, *, account: str, trail: str) -> list[Statement]:
    """Lets one trail of CloudTrail write (CloudTrail user guide, bucket policy).

    Args:
        bucket: The bucket's name.
        account: The account whose events they are.
        trail: The trail's ARN.
    """
    return _service_writes(
        "cloudtrail.amazonaws.com",
        bucket,
        f"AWSLogs/{account}/*",
        {"aws:SourceArn": trail},
    )


def flow_logs_write(bucket: str, *, account: str) -> list[Statement]:
    """Lets VPC flow logs and the resolver's query logs of the account write (VPC user guide)."""
    return _service_writes(
        "delivery.logs.amazonaws.com",
        bucket,
        f"AWSLogs/{account}/*",
        {"aws:SourceAccount": account},
    )


def config_writes(bucket: str, *, account: str) -> list[Statement]:
    """Lets AWS Config of the account write (AWS Config developer guide, bucket policy)."""
    return _service_writes(
        "config.amazonaws.com",
        bucket,
        f"AWSLogs/{account}/Config/*",
        {"aws:SourceAccount": account},
    )


def access_logs_write(bucket: str, *, account: str) -> list[Statement]:
    """Lets S3 write what it logs of the account's other buckets (S3 user guide, access logging)."""
    return [
        {
            "Sid": "LoggingWrites",
            "Effect": "Allow",
            "Principal": {"Service": "logging.s3.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"{_arn(bucket)}/*",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
    ]


def _service_writes(
    service: str, bucket: str, keys: str, condition: dict[str, str]
) -> list[Statement]:
    """A service looks at the bucket first, and hands over each object to the bucket's owner."""
    name = service.partition(".")[0].title()
    return [
        {
            "Sid": f"{name}Looks",
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": ["s3:GetBucketAcl", "s3:ListBucket"],
            "Resource": _arn(bucket),
            "Condition": {"StringEquals": condition},
        },
        {
            "Sid": f"{name}Writes",
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "s3:PutObject",
            "Resource": f"{_arn(bucket)}/{keys}",
            "Condition": {
                "StringEquals": {**condition, "s3:x-amz-acl": "bucket-owner-full-control"}
            },
        },
    ]


def _arn(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}"
