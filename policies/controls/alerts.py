"""What is measured while it runs, and who hears when it fails, also when the alarm itself does."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Unknown, at, listed

WORKLOADS = (
    "kubernetes:apps/v1:Deployment",
    "kubernetes:apps/v1:StatefulSet",
    "kubernetes:apps/v1:DaemonSet",
)
SCRAPES = (
    "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
    "kubernetes:monitoring.coreos.com/v1:PodMonitor",
)
RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule"
ROUTES = "kubernetes:monitoring.coreos.com/v1alpha1:AlertmanagerConfig"
RELEASES = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart")
NAMESPACE = "kubernetes:core/v1:Namespace"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
MANAGED = ("aws:msk/cluster:Cluster", "aws:rds/cluster:Cluster", "aws:rds/instance:Instance")

_OPERATOR = "kube-prometheus-stack"
"""The chart that brings Prometheus, Alertmanager and the alert that always fires."""
_ALWAYS = "Watchdog"

SEEN = Control(
    id="LOG-04",
    pack="operations",
    title="What moves data is measured, and its alerts have an owner",
    levels="AMM",
    severity="high",
    supports="PCI 10.7.2, N SI-4, D 10, R 23",
    remedy=(
        "Declare a ServiceMonitor or PodMonitor and a PrometheusRule whose alerts are labelled with"
        " owner in each namespace with workloads, alarms on brokers and databases, and a receiver"
        f" outside that hears {_ALWAYS}."
    ),
)


@SEEN.rule_in_stack("scrape", "a scrape of each workload", *WORKLOADS)
def _scrape(workload: Resource, stack: Stack) -> Wrong:
    if not any(_is_beside(each, workload, stack) for each in stack.of(*SCRAPES)):
        yield "its namespace has no ServiceMonitor and no PodMonitor"


@SEEN.rule_in_stack("alert", "an alert about each workload", *WORKLOADS)
def _alert(workload: Resource, stack: Stack) -> Wrong:
    if not any(_is_beside(each, workload, stack) and [*_alerts(each)] for each in stack.of(RULES)):
        yield "its namespace has no PrometheusRule with an alert"


@SEEN.rule("owner", "an owner of each alert", RULES)
def _owner(rules: Resource) -> Wrong:
    for where, alert in _alerts(rules):
        if not at(alert, "labels", "owner"):
            yield f"{where}.labels has no owner"


@SEEN.rule_in_stack("managed", "an alarm on brokers and databases", *MANAGED)
def _managed(service: Resource, stack: Stack) -> Wrong:
    alarms = [
        each
        for key in ("dimensions", "metricQueries")
        for each in stack.of(ALARM)
        if service.urn in each.refers.get(key, ()) or _is_named(each, key, service)
    ]
    if not any(
        (alarm.refers.get("alarmActions") or alarm.at("alarmActions"))
        and alarm.at("actionsEnabled") is not False
        for alarm in alarms
    ):
        yield "no alarm on it tells anybody"


@SEEN.rule_of_stack("silence", "an alarm outside when alerts fall silent", RULES)
def _silence(stack: Stack) -> Wrong:
    if any(_leads_out(each.at("spec", "route"), each) for each in stack.of(ROUTES)):
        return
    if not any(_is_heard(each) for each in stack.of(*RELEASES)):
        yield f"no receiver of Alertmanager is told of {_ALWAYS}, the alert that always fires"


def _alerts(rules: Resource) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, group in enumerate(listed(rules.properties, "spec", "groups")):
        for place, rule in enumerate(listed(group, "rules")):
            if "alert" in rule:
                yield f"spec.groups.{number}.rules.{place}", rule


def _is_beside(one: Resource, other: Resource, stack: Stack) -> bool:
    """Whether two things stand in one namespace."""
    if shared := {*one.refers.get("metadata", ())} & {*other.refers.get("metadata", ())}:
        return any(stack.by_urn[urn].type == NAMESPACE for urn in shared if urn in stack.by_urn)
    return one.at("metadata", "namespace") == other.at("metadata", "namespace")


def _is_named(alarm: Resource, key: str, service: Resource) -> bool:
    known = service.identities
    try:
        found = alarm.at(key)
        return any(name in _texts(found) for name in known)
    except Unknown:
        # What it was made of is known, and was looked at.
        return False


def _is_heard(release: Resource) -> bool:
    if not str(release.at("chart") or "").endswith(_OPERATOR):
        return False
    rules = release.at("values", "defaultRules")
    if at(rules, "create") is False or at(rules, "rules", "general") is False:
        return False
    found = release.at("values", "alertmanager", "config")
    if release.at("values", "alertmanager", "enabled") is False or not found:
        return False
    return _leads_out(found.get("route"), found)


def _leads_out(route: Any, config: Any) -> bool:
    """Whether the alert that always fires has a receiver of its own that tells somebody."""
    silent = {
        each.get("name")
        for each in listed(config, "receivers") or listed(config, "spec", "receivers")
        if not any(key.lower().endswith("configs") and each[key] for key in each)
    }
    return any(
        _ALWAYS in " ".join(_texts(one)) and one.get("receiver") not in {None, *silent}
        for one in listed(route, "routes")
    )


def _texts(found: Any) -> Iterator[str]:
    """Every text in it, however deep."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, Mapping):
        for each in cast("Mapping[str, Any]", found).values():
            yield from _texts(each)
    else:
        for each in listed(found):
            if each is not found:
                yield from _texts(each)


CONTROLS = (SEEN,)
