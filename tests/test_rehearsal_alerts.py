"""Prometheus' own tool on the rules: green as they are, red for each that is taken out or loosened.

That those on the API server are these, ``up`` has shown; that what somebody does to them there is
seen, the last test shows on the stack that is up.
"""

import copy as copies
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import kubernetes
import pytest

from components._service_level import ServiceLevel, rules
from domains import AVAILABLE
from rehearsal.drills import Attempt
from rehearsal.drills._alert_scenarios import SCENARIOS, Promise
from rehearsal.drills.alerts import ALERTS, judged
from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

_kubernetes: Any = kubernetes

LEVELS = {
    tier.value: ServiceLevel(
        service=tier.value, available=available, p99=timedelta(milliseconds=300), owner="us"
    )
    for tier, available in AVAILABLE.items()
}
Groups = list[dict[str, Any]]


def red(change: Callable[[Groups], None] | None = None) -> dict[str, list[str]]:
    """By tier what did not come out as it should, with rules that somebody has changed."""
    written = {name: rules(level)["groups"] for name, level in LEVELS.items()}
    if change is not None:
        for groups in written.values():
            change(groups)
    attempts = judged({name: promise(level) for name, level in LEVELS.items()}, written)
    assert len(attempts) == len(LEVELS) * (1 + len(SCENARIOS))
    found: dict[str, list[str]] = {}
    for attempt in attempts:
        if not attempt.held:
            found.setdefault(attempt.actor, []).append(attempt.target)
    return found


def promise(level: ServiceLevel) -> Promise:
    return Promise(
        service=level.service,
        namespace=level.service,
        budget=level.budget,
        p99_ms=level.p99 / timedelta(milliseconds=1),
    )


def test_in_each_tier_whoever_should_be_told_is_told_and_nobody_else() -> None:
    assert red() == {}


def without(alert: str, **labels: str) -> Callable[[Groups], None]:
    def change(groups: Groups) -> None:
        for group in groups:
            group["rules"] = [
                rule
                for rule in group["rules"]
                if rule.get("alert") != alert or not rule["labels"].items() >= labels.items()
            ]

    return change


def replaced(old: str, new: str, alert: str = "ErrorBudgetBurns") -> Callable[[Groups], None]:
    def change(groups: Groups) -> None:
        for group in groups:
            for rule in group["rules"]:
                if rule.get("alert", alert) == alert:
                    rule["expr"] = rule["expr"].replace(old, new)

    return change


def everything_pages(groups: Groups) -> None:
    for group in groups:
        for rule in group["rules"]:
            rule.get("labels", {}).update(severity="critical")


LOOSENED: dict[str, tuple[Callable[[Groups], None], set[str]]] = {
    "nobody is woken": (
        without("ErrorBudgetBurns", severity="critical"),
        {"a total outage wakes somebody within 7 minutes, until it is over"},
    ),
    "no ticket of a slow burn": (
        without("ErrorBudgetBurns", severity="warning"),
        {"a slow burn opens a ticket"},
    ),
    "all wake somebody": (
        everything_pages,
        {
            "a slow burn opens a ticket",
            "a slow burn wakes somebody",
            "slow answers open a ticket",
            "that nothing is measured opens a ticket",
        },
    ),
    "only what the service itself saw": (
        replaced('reporter="source"', 'reporter="destination"', alert="none"),
        {
            "a total outage wakes somebody within 7 minutes, until it is over",
            "a slow burn opens a ticket",
        },
    ),
    "no alert on the last replica": (
        without("ServiceIsGone"),
        {"that no replica is left wakes somebody within 4 minutes"},
    ),
    "no alert on what is not seen": (
        without("ServiceIsUnseen"),
        {"that nothing is measured opens a ticket"},
    ),
    "no alert on slow answers": (without("ServiceIsSlow"), {"slow answers open a ticket"}),
    "a rule that is none": (replaced(" > ", " >>> "), {"rules are read"}),
}


@pytest.mark.parametrize("loosened", LOOSENED)
def test_each_alert_that_is_taken_out_or_loosened_makes_the_drill_red(loosened: str) -> None:
    change, told = LOOSENED[loosened]
    found = red(change)
    assert found.keys() == LEVELS.keys()
    for targets in found.values():
        assert told <= set(targets)


def test_a_blip_is_silent_for_the_sake_of_the_long_window() -> None:
    found = red(replaced("ratio_rate1h", "ratio_rate5m"))
    blip = "a blip of 12 seconds is told to somebody"
    # Where one in two hundred may fail, a blip is no more than that over five minutes.
    assert {tier for tier, targets in found.items() if blip in targets} == {"critical", "core"}


def test_rules_that_somebody_changes_on_the_cluster_are_seen_and_put_right(copy: Copy) -> None:
    addresses, outputs = copy.addresses("sandbox"), copy.outputs("sandbox")
    client = _kubernetes.config.new_client_from_config(addresses["kubernetes"]["kubeconfig"])
    custom = _kubernetes.client.CustomObjectsApi(client)
    place = ("monitoring.coreos.com", "v1", "payments", "prometheusrules", "payments")
    kept = custom.get_namespaced_custom_object(*place)
    changed = copies.deepcopy(kept)
    without("ServiceIsGone")(changed["spec"]["groups"])

    def failures() -> list[Attempt]:
        return [each for each in ALERTS.attempts(outputs, addresses) if not each.held]

    assert failures() == []
    custom.replace_namespaced_custom_object(*place, changed)
    [failure] = failures()
    assert (failure.actor, failure.target) == (
        "payments",
        "that no replica is left wakes somebody within 4 minutes",
    )
    assert copy.differing("sandbox").keys() == {"payments-monitoring-prometheusrule"}
    # What somebody else has set is not overwritten unseen.
    refused = copy.update("sandbox", "--refresh")
    assert refused.returncode != 0
    assert 'conflict with "OpenAPI-Generator"' in refused.stdout
    custom.delete_namespaced_custom_object(*place)
    done = copy.update("sandbox", "--refresh")
    assert done.returncode == 0, done.stdout
    assert failures() == []
