"""The single values of a stack file that are about the database.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from settings._account_fields import days
from settings._allowed import INSTANCE_CLASSES, LONGEST_DATABASE_BACKUP
from settings._fields import Refused, text
from settings._supported import known_versions
from settings._telling import choice

AURORA = "aurora-postgresql"
"""What ``_supported`` knows the engine by."""

NEW = "new"
"""Instead of what a cluster is restored from: nothing, it starts empty."""

_LATEST = "latest"
_CLUSTER = r"[a-z](-?[a-z0-9])*"
_LONGEST_CLUSTER = 40
"""Characters. The name of its proxy's role has 24 more, and IAM takes 64."""
_SNAPSHOT = r"arn:aws:rds:[a-z0-9-]+:[0-9]{12}:cluster-snapshot:[a-z][a-z0-9:-]{0,254}"
_FORMS = f"write {NEW}, a snapshot's ARN, or a cluster and a time: corebank at 2026-11-24T14:00:00Z"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A cluster is built from this snapshot.

    Args:
        arn: The snapshot's.
    """

    arn: str


@dataclass(frozen=True, kw_only=True)
class PointInTime:
    """A cluster is built as another one was at a time.

    Args:
        cluster: The other one, which has to be there still.
        at: When, with its time zone; None for the latest time that can be restored.
    """

    cluster: str
    at: datetime | None


Origin = Snapshot | PointInTime | None
"""What a cluster starts with; None for nothing."""


def cluster_name(value: object) -> str:
    """A cluster's identifier in RDS; the names of its instances are made of it."""
    written = text(value)
    if not re.fullmatch(_CLUSTER, written) or len(written) > _LONGEST_CLUSTER:
        raise Refused(
            "not-a-cluster",
            "is no name for a database cluster",
            f"use at most {_LONGEST_CLUSTER} lower-case letters, digits and single hyphens,"
            " a letter first",
        )
    return written


def origin(value: object) -> Origin:
    """What a cluster starts with: ``new``, a snapshot's ARN, or ``<cluster> at <time>``."""
    written = text(value)
    if written == NEW:
        return None
    if re.fullmatch(_SNAPSHOT, written):
        return Snapshot(arn=written)
    match = re.fullmatch(rf"({_CLUSTER}) at (\S+)", written)
    if match is None:
        raise Refused("not-an-origin", "is nothing that a cluster can start with", _FORMS)
    return PointInTime(cluster=match[1], at=None if match[3] == _LATEST else _time(match[3]))


def _time(written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise Refused("not-a-time", "has no time after at", f"write {_LATEST} or a time") from None
    if at.tzinfo is None:
        raise Refused(
            "no-time-zone", "has a time without a zone, so nobody knows when", f"write {written}Z"
        )
    return at


def engine_version(value: object) -> str:
    """A major version of Aurora PostgreSQL; minor ones are AWS's to choose."""
    written = text(value)
    known = known_versions(AURORA)
    major = written.partition(".")[0]
    if written != major and major in known:
        raise Refused(
            "minor-version",
            "names a minor version, which AWS moves on by itself",
            f'write "{major}"',
        )
    if written not in known:
        raise Refused(
            "unknown-version",
            "is no major version of Aurora PostgreSQL that is known here",
            choice(written, known),
        )
    return written


def instance_class(value: object) -> str:
    """A size of instance that Aurora PostgreSQL offers."""
    written = text(value)
    if written not in INSTANCE_CLASSES:
        raise Refused(
            "unknown-instance-class",
            "is no instance class for this bank",
            choice(written, INSTANCE_CLASSES),
        )
    return written


def backups(value: object) -> timedelta:
    """How long Aurora keeps its own backups, from which any second can be restored."""
    length = days(value)
    if length > LONGEST_DATABASE_BACKUP:
        raise Refused(
            "out-of-range",
            "is more than Aurora keeps by itself",
            f"use {LONGEST_DATABASE_BACKUP.days}d at most; corebank:backups.keptFor may be longer",
        )
    return length
