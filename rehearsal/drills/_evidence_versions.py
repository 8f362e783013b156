"""A writer's bucket and what is put into it, as the drill of the lock looks at them."""

import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from rehearsal.drills._evidence_store import granted
from rehearsal.object_store import Store, code

_BODY = b"evidence"
_LEEWAY = timedelta(minutes=5)
"""Between the store's clock when it locked, and ours when we looked."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of an object, and the lock that it had when it was put.

    Args:
        bucket: Where it is.
        key: Its name there.
        id: The version's.
        mode: Of its lock; empty without one.
        until: When that ends.
    """

    bucket: str
    key: str
    id: str
    mode: str
    until: datetime | None

    @property
    def named(self) -> dict[str, Any]:
        """What names it in a call."""
        return {"Bucket": self.bucket, "Key": self.key, "VersionId": self.id}

    @property
    def end(self) -> datetime:
        """When its lock ends, or now."""
        return self.until or datetime.now(UTC)

    def intact(self, root: Store) -> bool:
        """Whether it can still be read, under the lock that it had, and is not hidden."""
        try:
            found = root.s3.get_object(**self.named)
            root.s3.head_object(Bucket=self.bucket, Key=self.key)
        except ClientError as error:
            if code(error) in ("404", "NoSuchKey", "NoSuchVersion"):
                return False
            raise
        lock = (found.get("ObjectLockMode", ""), found.get("ObjectLockRetainUntilDate"))
        return found["Body"].read() == _BODY and lock == (self.mode, self.until)

    def readable(self, caller: Store) -> bool:
        """Whether somebody can read exactly this version."""

        def read() -> bool:
            return caller.s3.get_object(**self.named)["Body"].read() == _BODY

        return granted(read)

    def hidden(self, caller: Store) -> bool:
        """Whether its key reads as missing while somebody still finds it among the versions."""
        try:
            caller.s3.get_object(Bucket=self.bucket, Key=self.key)
        except ClientError as error:
            if code(error) != "NoSuchKey":
                raise
        else:
            return False
        told = caller.s3.list_object_versions(Bucket=self.bucket, Prefix=self.key)
        return self.id in {each["VersionId"] for each in told.get("Versions", ())}


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """A locked bucket, and what was promised of it.

    Args:
        name: The bucket's.
        prefix: What the names of the drill's own objects begin with.
        mode: In which everything put there is locked.
        lock: For how long.
    """

    name: str
    prefix: str
    mode: str
    lock: timedelta

    @property
    def weak(self) -> bool:
        """Whether its lock yields to those who may bypass it."""
        return self.mode == "GOVERNANCE"

    def put(self, caller: Store, key: str = "") -> Version | None:
        """Puts evidence there, as a writer does; ``None`` if that is refused."""
        key = key or f"{self.prefix}/{secrets.token_hex(6)}"
        made: list[str] = []

        def put() -> None:
            told = caller.s3.put_object(Bucket=self.name, Key=key, Body=_BODY)
            made.append(told.get("VersionId", "null"))

        if not granted(put):
            return None
        return Version(bucket=self.name, key=key, id=made[0], mode="", until=None)

    def planted(self, root: Store) -> Version:
        """Puts evidence there for an attempt, which root can do, whatever a writer may."""
        put = self.put(root)
        if put is None:
            raise RuntimeError(f"the store's root user can't put anything into {self.name}")
        return self.seen(root, put)

    def seen(self, root: Store, version: Version) -> Version:
        """A version with the lock that it has."""
        told = root.s3.head_object(**version.named)
        mode, until = told.get("ObjectLockMode", ""), told.get("ObjectLockRetainUntilDate")
        return replace(version, mode=mode, until=until)

    def kept_as_promised(self, version: Version) -> bool:
        """Whether a version that has just been put is locked in the mode and for the time."""
        if version.until is None or version.mode != self.mode:
            return False
        return abs(version.until - (datetime.now(UTC) + self.lock)) < _LEEWAY

    def unlocked(self, root: Store) -> list[str]:
        """What lies there without a lock, such as what was put before there was a default."""
        pages = root.s3.get_paginator("list_object_versions").paginate(Bucket=self.name)
        named = [
            {"Bucket": self.name, "Key": each["Key"], "VersionId": each["VersionId"]}
            for page in pages
            for each in page.get("Versions", ())
        ]
        return [
            each["Key"] for each in named if not root.s3.head_object(**each).get("ObjectLockMode")
        ]

    def said_of_locks(self, root: Store) -> dict[str, Any]:
        """What is said of locks there; nothing where no object can have one."""
        try:
            told = root.s3.get_object_lock_configuration(Bucket=self.name)
        except ClientError as error:
            if code(error) != "ObjectLockConfigurationNotFoundError":
                raise
            return {}
        return told["ObjectLockConfiguration"]

    def lockable(self, root: Store) -> bool:
        """Whether objects there can have a lock, which was decided when the bucket was made."""
        return self.said_of_locks(root).get("ObjectLockEnabled") == "Enabled"

    def set_default(self, s3: Any, days: int | None) -> None:
        """Sets what is put there from now on to be locked for less, or takes that away."""
        rule: dict[str, Any] = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": days}}
        lock = {"ObjectLockEnabled": "Enabled", **({"Rule": rule} if days else {})}
        s3.put_object_lock_configuration(Bucket=self.name, ObjectLockConfiguration=lock)


@contextmanager
def as_it_was(root: Store, bucket: Bucket) -> Generator[None]:
    """Puts back what is said of a bucket, should an attempt have got at it."""
    named = {"Bucket": bucket.name}
    lock = bucket.said_of_locks(root)
    status = root.s3.get_bucket_versioning(**named).get("Status")
    try:
        yield
    finally:
        if lock and bucket.said_of_locks(root) != lock:
            root.s3.put_object_lock_configuration(**named, ObjectLockConfiguration=lock)
        if status and root.s3.get_bucket_versioning(**named).get("Status") != status:
            root.s3.put_bucket_versioning(**named, VersioningConfiguration={"Status": status})


def clear(root: Store, mode: str, bucket: str, prefix: str) -> None:
    """Takes away what a drill has left; where nobody can, it expires with its lock."""
    if mode != "GOVERNANCE":
        return
    told = root.s3.list_object_versions(Bucket=bucket, Prefix=prefix)
    there = [*told.get("Versions", ()), *told.get("DeleteMarkers", ())]
    if there:
        names = [{"Key": each["Key"], "VersionId": each["VersionId"]} for each in there]
        root.s3.delete_objects(
            Bucket=bucket, Delete={"Objects": names}, BypassGovernanceRetention=True
        )
