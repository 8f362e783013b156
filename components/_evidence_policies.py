"""Who may do what with evidence, as the policies of a store that speaks S3 have it. Pure.

A writer is allowed what is listed here and no more: nothing in the list deletes a version or hides
one, shortens a lock or bypasses it, or changes what is said of the bucket.
"""

from collections.abc import Sequence

from components._policy import Statement


def bucket_of(writer: str) -> str:
    """The name of a writer's bucket, which lower-case names of up to 45 characters make valid."""
    return f"corebank-evidence-{writer}"


def writes_and_reads(buckets: Sequence[str]) -> list[Statement]:
    """Lets whoever carries it put evidence into these buckets, and read all versions of it.

    Without a header about its lock: an object gets the bucket's, as long as there is one, which
    a writer may look up.
    """
    arns = [_arn(bucket) for bucket in buckets]
    return [
        {
            "Sid": "PutsAndReads",
            "Effect": "Allow",
            "Action": [
                "s3:AbortMultipartUpload",
                "s3:GetObject",
                "s3:GetObjectRetention",
                "s3:GetObjectVersion",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ],
            "Resource": [f"{arn}/*" for arn in arns],
        },
        {
            "Sid": "Looks",
            "Effect": "Allow",
            "Action": [
                "s3:GetBucketLocation",
                "s3:GetBucketObjectLockConfiguration",
                "s3:ListBucket",
                "s3:ListBucketVersions",
            ],
            "Resource": arns,
        },
    ]


def writers_ceiling(buckets: Sequence[str]) -> list[Statement]:
    """What the user may do of whom all writers' sessions are made: no more than all of them.

    MinIO lets every user make accounts of its own that don't end, unless that is refused.
    """
    return [
        *writes_and_reads(buckets),
        {"Sid": "OutlivesNoSession", "Effect": "Deny", "Action": ["admin:*"]},
    ]


def _arn(bucket: str) -> str:
    return f"arn:aws:s3:::{bucket}"
