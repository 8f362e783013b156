"""What is promised of domains, who is told when it is not kept, and what the SIEM hears."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from components._alerts import PAGE
from components._service_level import BURNS, ServiceLevel, rules
from domains import AVAILABLE, Catalogue, Tier
from settings import Settings
from siem_sources import sources


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert that each domain has.

    Args:
        what: What is wrong.
        over: For how long it has to be.
        wakes: Whether somebody is woken, or finds a ticket.
        limits: By tier, in their order, what is too much; empty where it is the same for all.
    """

    what: str
    over: str
    wakes: bool
    limits: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Level:
    """What is promised by a tier.

    Args:
        tier: Which.
        available: How many in a hundred requests are answered.
        domains: How many domains are of it.
    """

    tier: str
    available: str
    domains: int


def levels(catalogue: Catalogue) -> list[Level]:
    """What is promised, the most first."""
    return [
        Level(
            tier=tier,
            available=f"{AVAILABLE[tier]} %",
            domains=sum(each.tier is tier for each in catalogue.domains),
        )
        for tier in Tier
    ]


def alerts() -> list[Alert]:
    """Those on what may fail, then all others that are in the rules."""
    promised = [_level(tier) for tier in Tier]
    declared = [rule for group in rules(promised[0])["groups"] for rule in group["rules"]]
    return [
        Alert(
            what=f"What may fail is used up {burn.times:g} \N{MULTIPLICATION SIGN} as fast as"
            " would last",
            over=f"{burn.long} and {burn.short}",
            wakes=burn.pages,
            limits=[f"{100 * burn.times * level.budget:.4g} %" for level in promised],
        )
        for burn in BURNS
    ] + [
        Alert(
            what=_in_words(rule["alert"]),
            over=rule["for"],
            wakes=rule["labels"]["severity"] == PAGE,
            limits=[],
        )
        for rule in declared
        # Those above have a window in place of it.
        if "alert" in rule and "window" not in rule["labels"]
    ]


def heard(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    """What the SIEM hears: the source's name, what it tells, and how long it may be silent."""
    return [(each.name, each.what, in_words(each.quiet)) for each in sources(catalogue)]


def endpoints(stacks: Mapping[str, Settings]) -> list[tuple[str, str]]:
    """Where each stack's feed goes."""
    return [(name, settings.siem.endpoint) for name, settings in stacks.items()]


def in_words(time: timedelta) -> str:
    """Minutes, hours, days, or whole years where it is some."""
    if time < timedelta(hours=1):
        return f"{time // timedelta(minutes=1)} min"
    if time < timedelta(days=1):
        return f"{time / timedelta(hours=1):g} h"
    years = round(time.days / _YEAR)
    whole = years and -(-years * _YEAR // 1) == time.days
    number, unit = (years, "year") if whole else (time.days, "day")
    return f"{number} {unit}{'' if number == 1 else 's'}"


_YEAR = 365.25


def _level(tier: Tier) -> ServiceLevel:
    return ServiceLevel(
        service=tier, available=AVAILABLE[tier], p99=timedelta(seconds=1), owner=tier
    )


def _in_words(alert: str) -> str:
    """``ServiceIsSlow`` as people say it."""
    return re.sub(r"(?<=[a-z])[A-Z]", lambda it: f" {it[0].lower()}", alert)
