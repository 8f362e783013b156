"""What may happen to a service, as series that Prometheus would have of it, and who is told. Pure.

Series are written as promtool reads them: ``a+bxn`` is ``a``, and ``n`` times ``b`` more.
"""

from collections.abc import Callable, Mapping
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
        at: When it is asked, and whether somebody should be told then.
        severity: Of the alerts that are asked for: ``critical``, ``warning``, or either.
    """

    name: str
    interval: str
    series: Callable[[Promise], list[dict[str, str]]]
    at: Mapping[str, bool]
    severity: str

    @property
    def told(self) -> bool:
        """Whether somebody should be told at all."""
        return any(self.at.values())

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
    each = 60 * _A_SECOND
    return _requests(
        promise,
        f"0+{each}x60 {60 * each}+0x9 {60 * each}+{each}x75",
        f"0+0x60 {each}+{each}x9 {10 * each}+0x75",
    )


def _blip(promise: Promise) -> list[dict[str, str]]:
    """Nine hours as it should be, twelve seconds in which all fail, an hour as it should be."""
    each, gone = 240 * _A_SECOND, 12 * _A_SECOND
    return _requests(
        promise,
        f"0+{each}x135 {136 * each - gone}+{each}x15",
        f"0+0x135 {gone}+0x15",
    )


def _failing(seconds: int, steps: int, times: float) -> Callable[[Promise], list[dict[str, str]]]:
    """So many times as much fails as may, all the while.

    Args:
        seconds: Between two samples.
        steps: How many there are.
        times: What fails, of what may.
    """

    def series(promise: Promise) -> list[dict[str, str]]:
        each = seconds * _A_SECOND
        bad = each * promise.budget * times
        return _requests(promise, f"0+{each - bad:.4f}x{steps}", f"0+{bad:.4f}x{steps}")

    return series


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
        name="a total outage wakes somebody within 7 minutes, until it is over",
        interval="1m",
        series=_outage,
        at={"67m": True, "130m": False},
        severity=PAGE,
    ),
    Scenario(
        name="a slow burn opens a ticket",
        interval="1h",
        series=_failing(3600, 84, 1.5),
        at={"84h": True},
        severity=TICKET,
    ),
    Scenario(
        name="a slow burn wakes somebody",
        interval="4m",
        series=_failing(240, 105, 1.5),
        at={"5h": False, "7h": False},
        severity=PAGE,
    ),
    Scenario(
        name="what may fail is told to somebody",
        interval="1h",
        series=_failing(3600, 84, 0.5),
        at={"78h": False, "84h": False},
        severity=ANYBODY,
    ),
    Scenario(
        name="a blip of 12 seconds is told to somebody",
        interval="4m",
        series=_blip,
        at={"544m": False, "548m": False, "552m": False, "600m": False},
        severity=ANYBODY,
    ),
    Scenario(
        name="slow answers open a ticket",
        interval="1m",
        series=_slow,
        at={"40m": True},
        severity=TICKET,
    ),
    Scenario(
        name="that no replica is left wakes somebody within 4 minutes",
        interval="1m",
        series=_gone,
        at={"15m": True},
        severity=PAGE,
    ),
    Scenario(
        name="that nothing is measured opens a ticket",
        interval="1m",
        series=_unseen,
        at={"30m": True},
        severity=TICKET,
    ),
)
