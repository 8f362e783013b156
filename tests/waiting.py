"""Waits for what comes a moment later."""

import time
from collections.abc import Callable


def wait_until(true: Callable[[], bool], within: float = 10) -> None:
    """Fails if it does not come within so many seconds."""
    until = time.monotonic() + within
    while not true():
        assert time.monotonic() < until, f"waited {within} s in vain"
        time.sleep(0.02)
