"""Policy documents of AWS: statements, and the JSON around them. Pure."""

import json
from collections.abc import Sequence
from typing import Any

Statement = dict[str, Any]
"""One statement, as its JSON has it."""


def policy_document(statements: Sequence[Statement]) -> str:
    """Writes a policy as JSON; IAM's, a key's, a bucket's and an endpoint's look alike."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def through_s3(action: str | Sequence[str], *, account: str, region: str) -> Statement:
    """Lets keys be used by S3 in the caller's name, and in no other way."""
    return through("s3", action, account=account, region=region)


def through(service: str, action: str | Sequence[str], *, account: str, region: str) -> Statement:
    """Lets keys be used by one service in the caller's name, and in no other way.

    Of the account's keys the caller can use those whose own policies name it.
    """
    return {
        "Effect": "Allow",
        "Action": action,
        "Resource": f"arn:aws:kms:{region}:{account}:key/*",
        "Condition": {"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}},
    }
