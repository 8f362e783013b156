"""What a command has done so far; the page tells it."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from rehearsal.drills import Drilled
from rehearsal.summary import Made


@dataclass(kw_only=True)
class Ran:
    """A command at work. It is filled as the command goes on, so that a page can tell how far.

    Args:
        stack: The stack's name.
        command: `up` or `drill`.
        drilled: How the drills ended, as far as they came.
        began: When.
        seconds: How long each step took, in their order; the last may have been broken off.
        made: The resources, once they are known.
        stopped: Why it went no further; nothing where it went all the way.
    """

    stack: str
    command: str
    drilled: Drilled
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    made: Made | None = None
    stopped: str = ""

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Measures one step, also one that fails."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = time.monotonic() - began

    def stop(self, why: str) -> None:
        """Says that it goes no further, at the step that came last."""
        self.stopped = why
