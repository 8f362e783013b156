"""Scrapes, alerts and their silence: LOG-04."""

from collections.abc import Sequence
from typing import Any

from policies.controls import Resource
from policies.controls.alerts import (
    ALARM,
    MANAGED,
    NAMESPACE,
    RELEASES,
    ROUTES,
    RULES,
    SCRAPES,
    WORKLOADS,
)
from tests.controls.cases import UNKNOWN, Cases, Change, thing, without

_BROKERS, _DATABASE, _ = MANAGED
_PAYMENTS = thing(NAMESPACE, metadata={"name": "payments"})
_WORKLOAD = thing(WORKLOADS[0], metadata={"name": "a", "namespace": "payments"})
_REFERRING = thing(WORKLOADS[1], refers={"metadata": _PAYMENTS}, metadata=UNKNOWN)
_ALERT = {"alert": "Gone", "expr": "up == 0", "labels": {"owner": "payments"}}
_RECORD = {"record": "a:b", "expr": "up"}


def _rules(*rules: dict[str, Any], namespace: str = "payments") -> Resource:
    spec = {"groups": [{"name": "a", "rules": [*rules]}]}
    return thing(RULES, metadata={"namespace": namespace}, spec=spec)


def _scrape(kind: str, namespace: str | None = "payments") -> Resource:
    return thing(kind, metadata={"namespace": namespace} if namespace else {})


def _alarm(**properties: Any) -> Resource:
    return thing(ALARM, **properties)


def _stack(
    chart: str = "oci://registry/kube-prometheus-stack",
    receiver: str = "outside",
    configs: Sequence[dict[str, str]] = ({"url_file": "/a"},),
    **values: Any,
) -> Resource:
    config: dict[str, Any] = {
        "receivers": [{"name": receiver, "webhook_configs": [*configs]}],
        "route": {
            "receiver": "rest",
            "routes": [{"matchers": ['alertname = "Watchdog"'], "receiver": "outside"}],
        },
    }
    return thing(RELEASES[0], chart=chart, values={"alertmanager": {"config": config}, **values})


_SAYING = _rules(_ALERT)
_BESIDE = thing(
    ROUTES,
    spec={
        "receivers": [{"name": "outside", "webhookConfigs": [{"url": "a"}]}],
        "route": {
            "routes": [
                {"matchers": [{"name": "alertname", "value": "Watchdog"}], "receiver": "outside"}
            ]
        },
    },
)

CASES = {
    "log-04-scrape": Cases(
        fails=[
            [_WORKLOAD],
            [_WORKLOAD, _scrape(SCRAPES[0], "cards")],
            [_REFERRING, thing(NAMESPACE, "b"), _SAYING],
            [_WORKLOAD, _scrape(SCRAPES[1], None)],
        ],
        passes=[
            [_WORKLOAD, _scrape(SCRAPES[0])],
            [_WORKLOAD, _scrape(SCRAPES[0], "cards"), _scrape(SCRAPES[1])],
            [_PAYMENTS, _REFERRING, thing(SCRAPES[0], refers={"metadata": _PAYMENTS})],
        ],
        unknown=[
            [_WORKLOAD, thing(SCRAPES[0], metadata=UNKNOWN)],
            [thing(WORKLOADS[2], metadata={"namespace": UNKNOWN}), _scrape(SCRAPES[0])],
        ],
    ),
    "log-04-alert": Cases(
        fails=[
            [_WORKLOAD],
            [_WORKLOAD, _rules(_RECORD)],
            [_WORKLOAD, _rules(_ALERT, namespace="cards")],
        ],
        passes=[
            [_WORKLOAD, _rules(_RECORD, _ALERT)],
            [_WORKLOAD, _rules(_ALERT, namespace="cards"), _SAYING],
        ],
        unknown=[[_WORKLOAD, thing(RULES, metadata={"namespace": "payments"}, spec=UNKNOWN)]],
    ),
    "log-04-owner": Cases(
        fails=[
            _rules({"alert": "a"}),
            _rules(_ALERT, {"alert": "a", "labels": {"severity": "critical"}}),
            _rules({"alert": "a", "labels": {"owner": ""}}),
        ],
        passes=[_rules(_ALERT, _RECORD), _rules()],
        unknown=[
            _rules({"alert": "a", "labels": {"owner": UNKNOWN}}),
            thing(RULES, spec={"groups": UNKNOWN}),
        ],
    ),
    "log-04-managed": Cases(
        fails=[
            [thing(_BROKERS)],
            [thing(_DATABASE, id="db"), _alarm(dimensions={"Id": "other"}, alarmActions=["a"])],
            [thing(_DATABASE, id="db"), _alarm(dimensions={"Id": "db"}, alarmActions=[])],
            [
                thing(_DATABASE, id="db"),
                _alarm(dimensions={"Id": "db"}, alarmActions=["a"], actionsEnabled=False),
            ],
        ],
        passes=[
            [thing(_DATABASE, id="db"), _alarm(dimensions={"Id": "db"}, alarmActions=["a"])],
            [
                thing(_BROKERS),
                _alarm(
                    refers={"dimensions": thing(_BROKERS), "alarmActions": _PAYMENTS},
                    dimensions=UNKNOWN,
                    alarmActions=UNKNOWN,
                ),
            ],
            [
                thing(_DATABASE, id="db"),
                _alarm(metricQueries=[{"metric": {"dimensions": {"I": "db"}}}], alarmActions="a"),
            ],
        ],
        unknown=[
            [thing(_DATABASE, id="db"), _alarm(dimensions={"Id": "db"}, alarmActions=UNKNOWN)]
        ],
    ),
    "log-04-silence": Cases(
        fails=[
            [_SAYING],
            [_SAYING, _stack(chart="grafana")],
            [_SAYING, _stack(receiver="outside", configs=())],
            [_SAYING, _stack(defaultRules={"create": False})],
            [_SAYING, _stack(defaultRules={"rules": {"general": False}})],
            [_SAYING, thing(RELEASES[0], chart="kube-prometheus-stack")],
        ],
        passes=[
            [_SAYING, _stack()],
            [_SAYING, _stack(chart="grafana"), _stack(defaultRules={"create": True})],
            [_SAYING, _BESIDE],
        ],
        unknown=[[_SAYING, thing(RELEASES[1], chart="kube-prometheus-stack", values=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {
    "LOG-04": without(SCRAPES[0], name="payments-monitoring-servicemonitor"),
}
