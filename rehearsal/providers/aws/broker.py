"""The rehearsal's Kafka, as its administrator reaches it."""

import time
from collections.abc import Callable
from functools import cache
from typing import Any

from confluent_kafka import admin

SECONDS = 20.0
"""How long the broker may take for anything."""

_api: Any = admin
"""The library: it exports its classes without saying so to type checkers."""


@cache
def connected(bootstrap: str) -> Any:
    """A client of the broker at an address, the same each time."""
    return _api.AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})


def finished(futures: Any) -> list[Any]:
    """What the broker answers to each of the things it was asked together."""
    return [future.result(timeout=SECONDS) for future in futures.values()]


def until(condition: Callable[[], bool]) -> None:
    """Waits for the broker to show what it has accepted.

    Raises:
        TimeoutError: It does not.
    """
    deadline = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Kafka has not followed within {SECONDS:.0f} s")
        time.sleep(0.02)
