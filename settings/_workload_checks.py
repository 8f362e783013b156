"""What domains run must agree on with the stack, and what an environment demands of it."""

from collections.abc import Iterator

from problems import Problem
from settings._allowed import RULES
from settings._bounds import crossed
from settings._model import Settings
from settings._telling import path_of


def replicas_fit_between_their_bounds(settings: Settings) -> Iterator[Problem]:
    yield from crossed(settings.workloads.tiers, "workloads", "tiers")


def what_is_critical_runs_in_each_zone(settings: Settings) -> Iterator[Problem]:
    zones = len(settings.network.zones)
    minimum = settings.workloads.tiers.critical.minimum
    if RULES[settings.environment].replica_per_zone and minimum < zones:
        yield Problem(
            code="zone-without-replica",
            path=path_of("workloads", "tiers", "critical", "minimum"),
            what=f"leaves one of {zones} zones without a replica of what is critical",
            got=minimum,
            fix=f"use {zones} or more",
        )
