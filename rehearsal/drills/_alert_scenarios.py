"""What may happen to a service, as series that Prometheus would have of it, and who is told. Pure.

Series are written as promtool reads them: ``a+bxn`` is ``a``, and ``n`` times ``b`` more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What is promised of a service.

    Args:
        service: Its name.
        namespace: Where it runs.
        budget: Which part of all requests may fail.
        p99_ms: How long 99 in 100 requests take at most, in milliseconds.
    """

    service: str
    namespace: str
    budget: float
    p99_ms: float


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Something that happens.

    Args:
        name: What happens, and who is told.
        interval: Between two samples, and two looks at the rules.
        series: The series, for one service.
        at: When it is asked who is told.
        severity: Of the alerts that are asked for: ``critical``, ``warning``, or either.
        told: Whether somebody should be told.
    """

    name: str
    interval: str
    series: Callable[[Promise], list[dict[str, str]]]
    at: Sequence[str]
    severity: str
    told: bool

    def asked(self, promise: Promise) -> str:
        """Whether an alert fires, as 1 or 0."""
        labels = f'alertstate="firing",service="{promise.service}",severity=~"{self.severity}"'
        return f"(count(ALERTS{{{labels}}}) or vector(0)) > bool 0"


PAGE, TICKET, ANYBODY = "critical", "warning", "critical|warning"
_A_SECOND = 100
"""How often it is asked."""


def _requests(promise: Promise, good: str, bad: str) -> list[dict[str, str]]:
    """What its callers counted: answered, and failed."""
    at = (
        f'reporter="source",destination_service_namespace="{promise.namespace}",'
        'source_workload="caller"'
    )
    return [
        _series(f'istio_requests_total{{{at},response_code="200"}}', good),
        _series(f'istio_requests_total{{{at},response_code="503"}}', bad),
        *_there(promise, "1x9999", "1x9999"),
    ]


def _there(promise: Promise, up: str, available: str) -> list[dict[str, str]]:
    one = f'namespace="{promise.namespace}",deployment="{promise.service}"'
    return [
        _series(f'up{{namespace="{promise.namespace}",pod="a"}}', up),
        _series(f"kube_deployment_status_replicas_available{{{one}}}", available),
    ]


def _series(name: str, values: str) -> dict[str, str]:
    return {"series": name, "values": values}


def _outage(promise: Promise) -> list[dict[str, str]]:
    """An hour as it should be, ten minutes of nothing but failures, and an hour as it should be."""
    each = 15 * _A_SECOND
    return _requests(
        promise,
        f"0+{each}x240 {240 * each}+0x39 {240 * each}+{each}x300",
        f"0+0x240 {each}+{each}x39 {40 * each}+0x300",
    )


def _slow_burn(promise: Promise) -> list[dict[str, str]]:
    """Four days in which half as many again fail as may."""
    each = 15 * 60 * _A_SECOND
    bad = each * promise.budget * 1.5
    return _requests(promise, f"0+{each - bad:.4f}x400", f"0+{bad:.4f}x400")


def _blip(promise: Promise) -> list[dict[str, str]]:
    """A day as it should be, twelve seconds in which all fail, and an hour as it should be."""
    each, gone = 120 * _A_SECOND, 12 * _A_SECOND
    before = 720 * each
    return _requests(
        promise,
        f"0+{each}x720 {before + each - gone}+{each}x30",
        f"0+0x720 {gone}+0x30",
    )


def _as_it_may(promise: Promise) -> list[dict[str, str]]:
    """Four days in which half of what may fail does."""
    each = 15 * 60 * _A_SECOND
    bad = each * promise.budget / 2
    return _requests(promise, f"0+{each - bad:.4f}x400", f"0+{bad:.4f}x400")


def _slow(promise: Promise) -> list[dict[str, str]]:
    """Every request takes between one and two times as long as is promised."""
    name = "istio_request_duration_milliseconds_bucket"
    at = f'reporter="source",destination_service_namespace="{promise.namespace}"'
    counts = f"0+{60 * _A_SECOND}x60"
    return [
        _series(f'{name}{{{at},le="{promise.p99_ms:g}"}}', "0x60"),
        _series(f'{name}{{{at},le="{2 * promise.p99_ms:g}"}}', counts),
        _series(f'{name}{{{at},le="+Inf"}}', counts),
        *_there(promise, "1x60", "1x60"),
    ]


def _gone(promise: Promise) -> list[dict[str, str]]:
    """No replica is there, and nobody asks it."""
    return _there(promise, "1x10 0x60", "1x10 0x60")


def _unseen(promise: Promise) -> list[dict[str, str]]:
    """It is there, and Prometheus no longer reaches it."""
    return _there(promise, "1x10 _x60", "1x9999")


SCENARIOS = (
    Scenario(
        name="a total outage wakes somebody within 7 minutes",
        interval="15s",
        series=_outage,
        at=("67m",),
        severity=PAGE,
        told=True,
    ),
    Scenario(
        name="an outage that is over wakes nobody an hour later",
        interval="15s",
        series=_outage,
        at=("130m",),
        severity=PAGE,
        told=False,
    ),
    Scenario(
        name="a slow burn opens a ticket",
        interval="15m",
        series=_slow_burn,
        at=("90h",),
        severity=TICKET,
        told=True,
    ),
    Scenario(
        name="a slow burn wakes nobody",
        interval="15m",
        series=_slow_burn,
        at=("80h", "90h"),
        severity=PAGE,
        told=False,
    ),
    Scenario(
        name="what may fail is told to nobody",
        interval="15m",
        series=_as_it_may,
        at=("80h", "90h"),
        severity=ANYBODY,
        told=False,
    ),
    Scenario(
        name="a blip of 12 seconds is told to nobody",
        interval="2m",
        series=_blip,
        at=("1442m", "1446m", "1450m", "1470m", "1500m"),
        severity=ANYBODY,
        told=False,
    ),
    Scenario(
        name="slow answers open a ticket",
        interval="1m",
        series=_slow,
        at=("40m",),
        severity=TICKET,
        told=True,
    ),
    Scenario(
        name="that no replica is left wakes somebody within 4 minutes",
        interval="1m",
        series=_gone,
        at=("15m",),
        severity=PAGE,
        told=True,
    ),
    Scenario(
        name="that nothing is measured opens a ticket",
        interval="1m",
        series=_unseen,
        at=("30m",),
        severity=TICKET,
        told=True,
    ),
)
