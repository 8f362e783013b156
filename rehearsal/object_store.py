"""Clients of the rehearsal's object store: S3's calls, and those that only MinIO has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from minio.credentials.providers import StaticProvider
from minio.minioadmin import MinioAdmin

_boto3: Any = boto3
"""Its services are known at run time only."""


@dataclass(frozen=True)
class Store:
    """The store, as one caller sees it.

    Args:
        s3: A boto3 client, whose methods only exist at run time.
        admin: A ``MinioAdmin``, half of whose types are told: it reaches what S3 has no calls for,
            users, policies, accounts.
    """

    s3: Any
    admin: Any


def connect(server: Mapping[str, str], session: str | None = None) -> Store:
    """Reaches the store; no call is made yet.

    Args:
        server: ``endpoint``, ``accessKey`` and ``secretKey``: what it tells of itself, which is its
            root user's, or another caller's.
        session: What goes with an access key that is a session's.
    """
    at = urlsplit(server["endpoint"])
    key, secret = server["accessKey"], server["secretKey"]
    s3 = _boto3.client(
        "s3",
        endpoint_url=server["endpoint"],
        # It takes any.
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=session,
        config=Config(retries={"total_max_attempts": 1}),
    )
    admin = MinioAdmin(
        endpoint=at.netloc,
        credentials=StaticProvider(key, secret, session),
        secure=at.scheme == "https",
    )
    return Store(s3, admin)


def code(error: ClientError) -> str:
    """By which word S3 calls an error: ``AccessDenied``, ``NoSuchBucket``."""
    return str(error.response.get("Error", {}).get("Code", ""))
