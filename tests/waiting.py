"""Waits for what comes a moment later."""

import time
from collections.abc import Callable

_SECONDS = 60


def wait_until(true: Callable[[], bool]) -> None:
    """Fails if it does not come."""
    until = time.monotonic() + _SECONDS
    while not true():
        assert time.monotonic() < until, f"waited {_SECONDS} s in vain"
        time.sleep(0.05)
