"""Evidence: S3-04 and WRM-01."""

from typing import Any

from policies.controls import Resource
from policies.controls._buckets import BUCKETS, ENCRYPTION, LOCKS, MINIO_BUCKET, REPLICATION
from policies.controls.evidence import (
    DATASYNC_FROM_STORE,
    DATASYNC_TASK,
    DATASYNC_TO_S3,
    MINIO_ENCRYPTION,
)
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_BUCKET, _OLD = BUCKETS
_HERE = thing(_BUCKET, "here", objectLockEnabled=True, region="eu-west-1")
_THERE = thing(_BUCKET, "there", objectLockEnabled=True, region="eu-central-1")
_BESIDE = thing(_BUCKET, "beside", objectLockEnabled=True, region="eu-west-1")
_OPEN = thing(_BUCKET, "open", region="eu-central-1")
_TOLD: dict[str, Any] = {"tags": {"data-class": "evidence"}}
_YEARS: dict[str, Any] = {"mode": "COMPLIANCE", "years": 7.0}
_STORE = thing(MINIO_BUCKET, bucket="corebank-evidence-aml", objectLocking=True)
_SNAPSHOTS = thing(MINIO_BUCKET, "snapshots", bucket="corebank-evidence-vault", objectLocking=True)


def _locked(
    retention: object, bucket: Resource = _HERE, *, twin: int = 0, **unknown: object
) -> list[Resource]:
    """A bucket and its lock, which names it by something in between."""
    between = thing("aws:s3/bucketVersioning:BucketVersioning", refers={"bucket": bucket})
    rule: dict[str, Any] = {"rule": {"defaultRetention": retention}, **unknown}
    return [bucket, between, thing(LOCKS[twin], refers={"bucket": between}, **rule)]


def _elsewhere(type_: str, environment: str) -> Resource:
    return thing(type_, environment=environment, objectLockEnabled=True)


def _copied(
    target: Resource, source: Resource = _HERE, status: object = "Enabled", **account: object
) -> list[Resource]:
    rules = [{"status": status, "destination": {"bucket": UNKNOWN, **account}}]
    replication = thing(REPLICATION, refers={"bucket": source, "rules": target}, rules=rules)
    return [source, target, replication]


def _by_task(bucket: Resource) -> list[Resource]:
    location = thing(DATASYNC_FROM_STORE, refers={"bucketName": bucket}, bucketName=UNKNOWN)
    return [bucket, location, thing(DATASYNC_TASK, refers={"sourceLocationArn": location})]


def _encrypted(algorithm: object, bucket: Resource = _STORE) -> list[Resource]:
    rule = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}}
    return [bucket, thing(ENCRYPTION[0], refers={"bucket": bucket}, rules=[rule])]


_MODES = Cases(
    fails=[
        [_HERE],
        _locked({"mode": "GOVERNANCE", "years": 7.0}),
        _locked({"years": 7.0}),
        _locked(None),
        [_elsewhere(_BUCKET, "sandbox")],
        _locked({"mode": "GOVERNANCE", "days": 30.0}, _elsewhere(_BUCKET, "staging")),
        [thing(_BUCKET, **_TOLD)],
    ],
    passes=[
        _locked(_YEARS),
        _locked(_YEARS, twin=1),
        _locked({"mode": "GOVERNANCE", "days": 1.0}, _elsewhere(_BUCKET, "sandbox")),
        [
            thing(
                _BUCKET,
                objectLockConfiguration={
                    "objectLockEnabled": "Enabled",
                    "rule": {"defaultRetention": _YEARS},
                },
            )
        ],
        [_OPEN],
    ],
    unknown=[
        _locked({"mode": UNKNOWN}),
        _locked(None, rule=UNKNOWN),
        [thing(_BUCKET, objectLockEnabled=UNKNOWN)],
    ],
)
_LENGTHS = Cases(
    fails=[
        [_HERE],
        _locked({"mode": "COMPLIANCE"}),
        _locked({"mode": "COMPLIANCE", "days": 2554.0}),
        _locked({"mode": "COMPLIANCE", "years": 6.0}),
        _locked({"mode": "COMPLIANCE", "days": 29.0}, _elsewhere(_OLD, "staging")),
    ],
    passes=[
        _locked(_YEARS),
        _locked({"mode": "COMPLIANCE", "days": 2557.0}, twin=1),
        _locked({"mode": "COMPLIANCE", "days": 30.0}, _elsewhere(_OLD, "staging")),
        _locked({"mode": "GOVERNANCE", "days": 1.0}, _elsewhere(_OLD, "sandbox")),
        [_OPEN],
    ],
    unknown=[_locked({"days": UNKNOWN}), [thing(_BUCKET, tags=UNKNOWN)]],
)

CASES = {
    "s3-04-lockable": Cases(
        fails=[_TOLD, {**_TOLD, "objectLockEnabled": False}, thing(_OLD, **_TOLD)],
        passes=[
            {**_TOLD, "objectLockEnabled": True},
            {**_TOLD, "objectLockConfiguration": {"objectLockEnabled": "Enabled"}},
            {},
            thing(_OLD, tags={"data-class": "logs"}),
        ],
        unknown=[{"tags": UNKNOWN}, {**_TOLD, "objectLockEnabled": UNKNOWN}],
    ),
    "s3-04-lasting": Cases(
        fails=[
            {"objectLockEnabled": True},
            thing(_BUCKET, protect=True, forceDestroy=True, objectLockEnabled=True),
            thing(_OLD, protect=True, forceDestroy=True, **_TOLD),
            thing(_BUCKET, environment="sandbox", forceDestroy=True, objectLockEnabled=True),
        ],
        passes=[
            thing(_BUCKET, protect=True, objectLockEnabled=True),
            thing(_OLD, protect=True, forceDestroy=False, **_TOLD),
            thing(_BUCKET, environment="sandbox", objectLockEnabled=True),
            thing(_BUCKET, forceDestroy=True),
        ],
        unknown=[thing(_BUCKET, protect=True, objectLockEnabled=True, forceDestroy=UNKNOWN)],
    ),
    "s3-04-mode": _MODES,
    "s3-04-length": _LENGTHS,
    "s3-04-replicated": Cases(
        fails=[
            [_HERE],
            _copied(_BESIDE),
            _copied(_OPEN),
            _copied(_THERE, status="Disabled"),
            [_HERE, thing(REPLICATION, bucket="another", rules=[{"status": "Enabled"}])],
            # A copy within the region is none.
            _copied(_HERE, source=_BESIDE),
        ],
        passes=[
            _copied(_THERE),
            _copied(thing("random:index/randomId:RandomId"), account="222222222222"),
            [_THERE, thing(DATASYNC_TO_S3, refers={"s3BucketArn": _THERE}, s3BucketArn=UNKNOWN)],
            [_OPEN],
            [
                thing(_OLD, "one", id="one", objectLockEnabled=True, region="eu-west-1"),
                (away := thing(_OLD, "two", arn="arn:two", objectLockEnabled=True, region="b")),
                thing(
                    REPLICATION,
                    bucket="one",
                    rules=[{"status": "Enabled", "destination": {"bucket": away.at("arn")}}],
                ),
            ],
        ],
        unknown=[_copied(_THERE, status=UNKNOWN), [thing(_BUCKET, objectLockEnabled=UNKNOWN)]],
    ),
    "wrm-01-locking": Cases(
        fails=[{}, {"objectLocking": False}],
        passes=[{"objectLocking": True}, _SNAPSHOTS],
        unknown=[{"objectLocking": UNKNOWN}],
    ),
    "wrm-01-lasting": Cases(
        fails=[{}, thing(MINIO_BUCKET, protect=True, forceDestroy=True)],
        passes=[
            thing(MINIO_BUCKET, protect=True),
            thing(MINIO_BUCKET, environment="sandbox", forceDestroy=False),
        ],
        unknown=[thing(MINIO_BUCKET, protect=True, forceDestroy=UNKNOWN)],
    ),
    "wrm-01-private": Cases(
        fails=[{"acl": "public"}, {"acl": "public-read"}],
        passes=[{}, {"acl": "private"}],
        unknown=[{"acl": UNKNOWN}],
    ),
    "wrm-01-encrypted": Cases(
        fails=[
            [_STORE],
            _encrypted("none"),
            [_STORE, thing(MINIO_ENCRYPTION, bucket="another", encryptionType="aws:kms")],
        ],
        passes=[
            _encrypted("AES256"),
            _encrypted("aws:kms"),
            [_STORE, thing(MINIO_ENCRYPTION, refers={"bucket": _STORE}, encryptionType="aws:kms")],
        ],
        unknown=[_encrypted(UNKNOWN)],
    ),
    "wrm-01-mode": Cases(
        fails=[[_STORE], _locked({"mode": "GOVERNANCE", "years": 7.0}, _STORE)],
        passes=[
            _locked(_YEARS, _STORE),
            _locked({"mode": "GOVERNANCE", "days": 1.0}, _elsewhere(MINIO_BUCKET, "sandbox")),
        ],
        unknown=[_locked({"mode": UNKNOWN}, _STORE)],
    ),
    "wrm-01-length": Cases(
        fails=[
            [_STORE],
            _locked({"mode": "COMPLIANCE", "days": 35.0}, _STORE),
            _locked({"mode": "COMPLIANCE", "days": 34.0}, _SNAPSHOTS),
        ],
        passes=[
            _locked(_YEARS, _STORE),
            _locked({"mode": "COMPLIANCE", "days": 35.0}, _SNAPSHOTS),
            _locked({"mode": "COMPLIANCE", "days": 30.0}, _elsewhere(MINIO_BUCKET, "staging")),
        ],
        unknown=[_locked({"days": UNKNOWN}, _STORE), [thing(MINIO_BUCKET, bucket=UNKNOWN)]],
    ),
    "wrm-01-copied": Cases(
        fails=[[_STORE], _by_task(_STORE)[:2], [_STORE, *_by_task(_SNAPSHOTS)[1:]]],
        passes=[
            _by_task(_STORE),
            _copied(_THERE, _STORE),
            [_SNAPSHOTS],
            [_elsewhere(MINIO_BUCKET, "staging")],
        ],
        unknown=[[thing(MINIO_BUCKET, bucket=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {
    "S3-04": change(LOCKS[0], "rule.defaultRetention.mode", "GOVERNANCE", name="logs-archive-lock"),
    "WRM-01": change(MINIO_BUCKET, "objectLocking", value=False),
}
