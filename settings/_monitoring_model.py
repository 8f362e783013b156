"""The sections of a stack file that are about monitoring: what looks at the cluster.

Beside ``_model``, and like it: names and types, and no rule.
"""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, PlainValidator

from settings import _account_fields as account
from settings import _fields as read
from settings import _release_fields as release
from settings._allowed import MOST_DRIVE_GIB
from settings._section import Name, Section

Image = Annotated[str, PlainValidator(release.image)]
Version = Annotated[str, PlainValidator(release.chart_version)]


def _example(name: str) -> list[str]:
    return [f"registry.corp.bank.internal/{name}@sha256:{'0' * 64}"]


class MonitoringVersionsSettings(Section):
    """Of the charts, and of the operator whose kinds the first brings."""

    stack: Version = Field(examples=["79.1.0"])
    """Of chart ``kube-prometheus-stack``."""
    operator: Version = Field(examples=["0.94.1"])
    """Of the image that is named below, in which its kinds are defined."""
    collector: Version = Field(examples=["0.141.0"])
    """Of chart ``opentelemetry-collector``."""


class MonitoringImagesSettings(Section):
    """What runs, each by its digest."""

    operator: Image = Field(examples=_example("prometheus-operator"))
    reloader: Image = Field(examples=_example("prometheus-config-reloader"))
    prometheus: Image = Field(examples=_example("prometheus"))
    alertmanager: Image = Field(examples=_example("alertmanager"))
    grafana: Image = Field(examples=_example("grafana"))
    dashboards: Image = Field(examples=_example("k8s-sidecar"))
    """Beside Grafana, what brings it dashboards."""
    state: Image = Field(examples=_example("kube-state-metrics"))
    collector: Image = Field(examples=_example("opentelemetry-collector"))
    """On each node, what reads logs."""


class AlertsSettings(Section):
    """Names of Kubernetes secrets beside Alertmanager, each with an address under ``url``.

    People put them there: who has such an address can wake people, or keep them asleep.
    """

    pages: Name = Field(examples=["alerts-pages"])
    """Where somebody is woken."""
    tickets: Name = Field(examples=["alerts-tickets"])
    """Where a ticket is opened."""
    heartbeat: Name = Field(examples=["alerts-heartbeat"])
    """What is told each minute that all is watched, and raises the alarm when it is not told."""


class MonitoringSettings(Section):
    """What looks at the cluster, keeps what it sees, and tells people."""

    charts: Annotated[str, PlainValidator(release.chart)] = Field(
        examples=["oci://registry.corp.bank.internal/charts/monitoring"]
    )
    """Under which its charts are: kube-prometheus-stack and opentelemetry-collector."""
    versions: MonitoringVersionsSettings
    images: MonitoringImagesSettings
    secrets: AlertsSettings
    kept_for: Annotated[timedelta, PlainValidator(account.days)] = Field(examples=["15d"])
    """How long metrics are kept; logs are kept for a year."""
    disk_gib: Annotated[int, PlainValidator(read.whole(1, MOST_DRIVE_GIB))] = Field(
        alias="diskGiB", examples=[50]
    )
    """What each Prometheus keeps them on, in GiB."""
