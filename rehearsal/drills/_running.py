"""Runs the drills one after another: how each ended, how long it took, and what was not run."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console

from rehearsal.drills._attempts import Addresses, Drill, Outcome, Outputs


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """How the drills ended, as far as they have been run; it grows while they are.

    Args:
        outcomes: Those that could be tried.
        seconds: How long each of these took, by its name.
        untried: Why each of the others was not run, by its name.
    """

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    untried: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def passed(self) -> int:
        """How many of those that were run held."""
        return sum(outcome.passed for outcome in self.outcomes)

    @property
    def held(self) -> bool:
        """Whether all did that were run."""
        return self.passed == len(self.outcomes)

    def run(
        self, drills: Iterable[Drill], outputs: Outputs, addresses: Addresses, console: Console
    ) -> None:
        """Tries what the stack exports something for, and tells each outcome as it comes."""
        for drill in drills:
            if drill.needs not in outputs:
                self.untried[drill.name] = f"the stack exports no {drill.needs}"
                told = f"{drill.name}: not run, {self.untried[drill.name]}"
                console.print(f"[yellow]?[/] {told}")
                continue
            began = time.monotonic()
            outcome = Outcome(drill=drill, attempts=drill.attempts(outputs, addresses))
            self.seconds[drill.name] = time.monotonic() - began
            self.outcomes.append(outcome)
            outcome.tell(console)

    def __str__(self) -> str:
        untried = f", {len(self.untried)} not run" if self.untried else ""
        return f"Drills: {self.passed} of {len(self.outcomes)} passed{untried}"
