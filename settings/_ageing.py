"""Versions that a stack file names, and what is said when their support ends.

Owns which key names a version of which product. How long a version is supported is in
``_supported``. Knows no clock: the day is given.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from problems import Problem
from settings._cluster_fields import EKS
from settings._database_fields import AURORA
from settings._model import Settings
from settings._places import Place
from settings._supported import SUPPORT_ENDS, Support, support
from settings._telling import listed, path_of, shown


@dataclass(frozen=True, kw_only=True)
class _Named:
    """A key that names a version.

    Args:
        place: Where it stands.
        product: What it is a version of, as ``_supported`` knows it.
        version: Takes it out of the settings.
    """

    place: Place
    product: str
    version: Callable[[Settings], str]


_NAMED = (
    _Named(
        place=("cluster", "version"),
        product=EKS,
        version=lambda settings: settings.cluster.version,
    ),
    _Named(
        place=("database", "engineVersion"),
        product=AURORA,
        version=lambda settings: settings.database.engine_version,
    ),
)


def out_of_support(named: _Named, today: date, settings: Settings) -> Iterator[Problem]:
    """Refuses the version if its support has ended."""
    seen = support(named.product, named.version(settings), today)
    if seen.over:
        yield _problem(named, settings, seen, "out-of-support", "has been out of support since")


def warnings(settings: Settings, today: date) -> list[Problem]:
    """What is in order today and will be refused soon.

    Args:
        settings: Settings that are in order.
        today: The day it is seen from.
    """
    seen = [(each, support(each.product, each.version(settings), today)) for each in _NAMED]
    return [
        _problem(named, settings, it, "support-ends", "goes out of support after")
        for named, it in seen
        if it.ends_soon
    ]


def checks_of_age(today: date) -> list[Callable[[Settings], Iterator[Problem]]]:
    """The checks that hold on a day, one for each key."""

    def check(named: _Named) -> Callable[[Settings], Iterator[Problem]]:
        return lambda settings: out_of_support(named, today, settings)

    return [check(named) for named in _NAMED]


def _problem(named: _Named, settings: Settings, seen: Support, code: str, what: str) -> Problem:
    later = [
        version
        for version, ends in SUPPORT_ENDS[named.product].items()
        if seen.ends is None or ends > seen.ends
    ]
    return Problem(
        code=code,
        path=path_of(*named.place),
        what=f"{what} {seen.ends}",
        got=shown(named.version(settings)),
        fix=f"move to {listed(later)}"
        if later
        else "look for a later version, and add it to settings/_supported.py",
    )
