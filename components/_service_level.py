"""What is promised of a service, as rules of Prometheus: what is measured, and who is told. Pure.

Seen by those who call it: what a service answers itself says nothing once it is gone. Four alerts
on how fast failures use up what was allowed for, each over a long window, so that a blip is silent,
and a short one, so that it ends when the failures do (Google's Site Reliability Workbook, chapter
5, table 5-8).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from components._alerts import alert

_LATENCY = "istio_request_duration_milliseconds_bucket"
REQUESTS = "istio_requests_total"
AVAILABLE = "kube_deployment_status_replicas_available"
UP = "up"
_GRPC_FAILURES = "2|4|8|12|13|14|15"
"""Statuses of gRPC that are not the caller's doing: those that a gateway would make 5xx, or 429."""

RECORDED = "service:failures:ratio_rate"
"""What the recorded series are called, before the window over which they are."""


@dataclass(frozen=True, kw_only=True)
class Burn:
    """How fast what is allowed in 30 days is used up, and over what.

    Args:
        times: So many times as fast as would just last.
        long: The window that has to have seen it.
        short: The window that still has to see it.
        pages: Whether somebody is woken, or finds a ticket.
    """

    times: float
    long: str
    short: str
    pages: bool


BURNS = (
    Burn(times=14.4, long="1h", short="5m", pages=True),
    Burn(times=6, long="6h", short="30m", pages=True),
    Burn(times=3, long="1d", short="2h", pages=False),
    Burn(times=1, long="3d", short="6h", pages=False),
)
"""The first uses up 2 % of a month in an hour, the last all of it in a month."""
_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """What is promised of one service.

    Args:
        service: Its name, of its namespace and of its Deployment.
        available: How many in a hundred requests are answered, such as 99.95.
        p99: How long 99 in 100 requests take at most.
        owner: Who answers for it.
    """

    service: str
    available: float
    p99: timedelta
    owner: str

    @property
    def budget(self) -> float:
        """Which part of all requests may fail."""
        return round((100 - self.available) / 100, 6)


def rules(level: ServiceLevel) -> dict[str, Any]:
    """The groups of rules of one service, as Prometheus reads them."""
    return {
        "groups": [
            {"name": f"{level.service}.measured", "rules": [*_measured(level)]},
            {"name": f"{level.service}.alerts", "rules": [*_burns(level), *_others(level)]},
        ]
    }


def requests(level: ServiceLevel) -> str:
    """The series of requests to it, as callers and gateways saw them."""
    at = f'reporter="source",destination_service_namespace="{level.service}"'
    return f"{REQUESTS}{{{at}}}"


def p99(level: ServiceLevel) -> str:
    """How long 99 in 100 requests took at most over five minutes, in milliseconds."""
    at = f'reporter="source",destination_service_namespace="{level.service}"'
    return f"histogram_quantile(0.99, sum by (le) (rate({_LATENCY}{{{at}}}[5m])))"


def failing(level: ServiceLevel, window: str) -> str:
    """The recorded part of requests that failed."""
    return f'{RECORDED}{window}{{service="{level.service}"}}'


def _measured(level: ServiceLevel) -> Iterator[dict[str, Any]]:
    every = requests(level)
    bad = (
        every.replace("}", ',response_code=~"5.."}'),
        every.replace("}", f',response_code!~"5..",grpc_response_status=~"{_GRPC_FAILURES}"}}'),
    )
    for window in _WINDOWS:
        asked = f"sum(rate({every}[{window}]))"
        # A series that has never failed has no failures to count: that is none, and not unknown.
        failed = " + ".join(f"(sum(rate({each}[{window}])) or vector(0))" for each in bad)
        yield {
            "record": f"{RECORDED}{window}",
            "expr": f"({failed}) / {asked}",
            "labels": {"service": level.service},
        }


def _burns(level: ServiceLevel) -> Iterator[dict[str, Any]]:
    for burn in BURNS:
        most = f"{burn.times * level.budget:.6g}"
        yield alert(
            "ErrorBudgetBurns",
            f"{failing(level, burn.long)} > {most} and {failing(level, burn.short)} > {most}",
            pages=burn.pages,
            labels={**_whose(level), "window": burn.long},
            summary=f"{level.service} uses up what may fail of {level.available} %"
            f" {burn.times:g} times too fast",
            description="{{ $value | humanizePercentage }} of requests failed over"
            f" {burn.long}; {most} as a part of one is {burn.times:g} times what may",
        )


def _others(level: ServiceLevel) -> Iterator[dict[str, Any]]:
    millis = level.p99 // timedelta(milliseconds=1)
    yield alert(
        "ServiceIsSlow",
        f"{p99(level)} > {millis}",
        lasts="15m",
        pages=False,
        labels=_whose(level),
        summary=f"{level.service} answers more slowly than promised",
        description="99 in 100 requests took up to {{ $value | humanize }} ms;"
        f" {millis} ms are promised",
    )
    one = f'namespace="{level.service}",deployment="{level.service}"'
    yield alert(
        "ServiceIsGone",
        f"sum({AVAILABLE}{{{one}}}) == 0",
        lasts="2m",
        pages=True,
        labels=_whose(level),
        summary=f"{level.service} has no replica that answers",
        description="every replica is gone or not ready",
    )
    seen = f'{UP}{{namespace="{level.service}"}}'
    yield alert(
        "ServiceIsUnseen",
        f"(sum({seen}) or vector(0)) == 0",
        lasts="10m",
        pages=False,
        labels=_whose(level),
        summary=f"nothing is measured of {level.service}",
        description="Prometheus reaches none of its replicas, so no other alert here can tell",
    )


def _whose(level: ServiceLevel) -> dict[str, str]:
    return {"service": level.service, "owner": level.owner}
