"""Dashboards as Grafana reads them. Pure.

Owns their form, and what is on a service's. What its queries may ask for is in ``_exported``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components._service_level import ServiceLevel, failing, p99, requests

LABEL = "grafana_dashboard"
"""Label of the ConfigMaps that Grafana's sidecar brings it (chart ``grafana``)."""
_SOURCE = {"type": "prometheus", "uid": "prometheus"}
"""What the chart calls the Prometheus beside it."""
_SCHEMA = 39
"""Of Grafana's JSON; an older one it brings up to date as it reads it."""
_WIDTH, _HEIGHT, _ACROSS = 8, 7, 3
"""Of a panel, in the 24 columns of a page, and how many there are in a row."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One picture.

    Args:
        title: What it shows.
        queries: PromQL, by what a line is called; labels in ``{{ }}``.
        unit: Grafana's word for what is measured: ``percentunit``, ``ms``, ``reqps``, ``short``.
        bound: Where it becomes red; None where no value is bad by itself.
    """

    title: str
    queries: Mapping[str, str]
    unit: str
    bound: float | None = None


def dashboard(uid: str, title: str, tags: Sequence[str], panels: Sequence[Panel]) -> str:
    """The dashboard's JSON.

    Args:
        uid: Its identity, by which links find it.
        title: What people find it by.
        tags: What they filter by.
        panels: From the left to the right, and down.
    """
    told = {
        "uid": uid,
        "title": title,
        "tags": [*tags],
        "schemaVersion": _SCHEMA,
        "editable": False,
        "timezone": "utc",
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [_drawn(number, panel) for number, panel in enumerate(panels)],
    }
    return json.dumps(told, sort_keys=True)


def service(level: ServiceLevel) -> str:
    """The dashboard of one service: what is promised, what callers see, and what it runs on."""
    here = f'namespace="{level.service}"'
    scale = f'{here},horizontalpodautoscaler="{level.service}"'
    own = f'{here},container="{level.service}"'
    left = f"1 - {failing(level, '3d')} / {level.budget:.6g}"
    panels = [
        Panel(title="What may fail and did not, over 3 days", queries={"left": left}, unit=_PART),
        Panel(
            title=f"Requests that failed ({level.available} % are to be answered)",
            queries={"5 minutes": failing(level, "5m"), "1 hour": failing(level, "1h")},
            unit=_PART,
            bound=level.budget,
        ),
        Panel(
            title="Requests, by who asks",
            queries={
                "{{source_workload}}": f"sum by (source_workload) (rate({requests(level)}[5m]))"
            },
            unit="reqps",
        ),
        Panel(
            title="99 in 100 are answered within",
            queries={"p99": p99(level)},
            unit="ms",
            bound=level.p99.total_seconds() * 1000,
        ),
        Panel(
            title="Replicas",
            queries={
                "there": f"kube_horizontalpodautoscaler_status_current_replicas{{{scale}}}",
                "at least": f"kube_horizontalpodautoscaler_spec_min_replicas{{{scale}}}",
                "at most": f"kube_horizontalpodautoscaler_spec_max_replicas{{{scale}}}",
            },
            unit="short",
        ),
        Panel(
            title="Restarts within an hour",
            queries={
                "{{pod}}": "sum by (pod)"
                f" (increase(kube_pod_container_status_restarts_total{{{here}}}[1h]))"
            },
            unit="short",
            bound=1,
        ),
        Panel(
            title="CPU that is used",
            queries={
                "{{pod}}": f"sum by (pod) (rate(container_cpu_usage_seconds_total{{{own}}}[5m]))"
            },
            unit="short",
        ),
        Panel(
            title="Memory that is used",
            queries={"{{pod}}": f"sum by (pod) (container_memory_working_set_bytes{{{own}}})"},
            unit="bytes",
        ),
    ]
    return dashboard(f"service-{level.service}", level.service, ["service", level.owner], panels)


_PART = "percentunit"


def _drawn(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, _ACROSS)
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.bound is not None:
        steps.append({"color": "red", "value": panel.bound})
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"x": column * _WIDTH, "y": row * _HEIGHT, "w": _WIDTH, "h": _HEIGHT},
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "thresholds": {"mode": "absolute", "steps": steps},
                "custom": {"thresholdsStyle": {"mode": "line" if panel.bound else "off"}},
            },
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + index), "expr": expr, "legendFormat": legend}
            for index, (legend, expr) in enumerate(panel.queries.items())
        ],
    }
