"""What somebody asks of the evidence store who would have evidence away."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rehearsal.drills._evidence_store import LOCK, POLICY
from rehearsal.drills._evidence_versions import Bucket, Version

LOWER = "lower its mode"
"""The one attempt that comes out otherwise under GOVERNANCE."""

_DAY, _SOON = timedelta(days=1), timedelta(hours=1)
_BYPASS = {"BypassGovernanceRetention": True}


def delete(s3: Any, it: Version) -> None:
    """Deletes one version, which leaves no marker."""
    s3.delete_object(**it.named)


def delete_bypassing(s3: Any, it: Version) -> None:
    """Deletes one version, and asks that its lock be passed over."""
    s3.delete_object(**it.named, **_BYPASS)


def _retain(s3: Any, it: Version, until: datetime) -> None:
    retention = {"Mode": it.mode or "GOVERNANCE", "RetainUntilDate": until}
    s3.put_object_retention(**it.named, Retention=retention, **_BYPASS)


def _shorten(s3: Any, it: Version) -> None:
    _retain(s3, it, datetime.now(UTC) + _SOON)


def _extend(s3: Any, it: Version) -> None:
    _retain(s3, it, it.end + _DAY)


def _lower(s3: Any, it: Version) -> None:
    """Makes COMPLIANCE GOVERNANCE, and GOVERNANCE nothing."""
    below = {"Mode": "GOVERNANCE", "RetainUntilDate": it.end}
    retention = below if it.mode == "COMPLIANCE" else {}
    s3.put_object_retention(**it.named, Retention=retention, **_BYPASS)


def _hide(s3: Any, it: Version) -> None:
    s3.delete_object(Bucket=it.bucket, Key=it.key)


def _put_with_own_lock(s3: Any, it: Bucket) -> None:
    s3.put_object(
        Bucket=it.name,
        Key=f"{it.prefix}/own-lock",
        Body=b"evidence",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate=datetime.now(UTC) + _SOON,
    )


def _suspend(s3: Any, it: Bucket) -> None:
    s3.put_bucket_versioning(Bucket=it.name, VersioningConfiguration={"Status": "Suspended"})


def lower_default(s3: Any, it: Bucket) -> None:
    """Has what is put there from now on locked for a day only."""
    it.set_default(s3, days=1)


def remove_default(s3: Any, it: Bucket) -> None:
    """Has what is put there from now on not locked at all."""
    it.set_default(s3, days=None)


def _delete_bucket(s3: Any, it: Bucket) -> None:
    s3.delete_bucket(Bucket=it.name)


def delete_with_all_in_it(s3: Any, it: Bucket) -> None:
    """Deletes a bucket though it is not empty, which MinIO does where nothing can be locked."""

    def force(request: Any, **_: object) -> None:
        request.headers["x-minio-force-delete"] = "true"

    events = s3.meta.events
    events.register("before-sign.s3.DeleteBucket", force)
    try:
        s3.delete_bucket(Bucket=it.name)
    finally:
        events.unregister("before-sign.s3.DeleteBucket", force)


ON_A_VERSION: Mapping[str, tuple[Callable[[Any, Version], None], frozenset[str]]] = {
    "delete the version": (delete, POLICY),
    "delete it with a bypass": (delete_bypassing, POLICY),
    # Of these two the store asks the lock first, and then the policy.
    "shorten its lock": (_shorten, POLICY | LOCK),
    LOWER: (_lower, POLICY | LOCK),
    "extend its lock": (_extend, POLICY),
    "hide it": (_hide, POLICY),
}
"""What can be asked about a version, and who refuses it to a writer."""
ON_A_BUCKET: Mapping[str, Callable[[Any, Bucket], None]] = {
    "put it with a lock of its own": _put_with_own_lock,
    "suspend versioning": _suspend,
    "lower the default": lower_default,
    "remove the default": remove_default,
    "delete the bucket": _delete_bucket,
}
"""What can be asked about a bucket; a writer's policies refuse it."""
