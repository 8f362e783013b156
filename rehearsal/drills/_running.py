"""Runs the drills one after another: how each ended, how long it took, and what was not run."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from rehearsal.drills._attempts import Addresses, Drill, Outcome, Outputs


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """How the drills ended, as far as they have been run; it grows while they are.

    Args:
        drills: All there are, in the order in which they are run.
        outcomes: What came of those that were run to their end, by name.
        broken: The kind of error that ended one before its end, by name. Not the error's words:
            they may quote what a server said.
        lacking: The export without which there is nothing to try, by name.
        seconds: How long each took that was begun, by name.
    """

    drills: Sequence[Drill]
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    broken: dict[str, str] = field(default_factory=dict[str, str])
    lacking: dict[str, str] = field(default_factory=dict[str, str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    def run(self, outputs: Outputs, addresses: Addresses, console: Console) -> None:
        """Tries what the stack exports something for, and tells each outcome as it comes."""
        for drill in self.drills:
            if drill.needs not in outputs:
                self.lacking[drill.name] = drill.needs
                console.print(
                    f"[yellow]?[/] {drill.name}: not run, the stack exports no {drill.needs}"
                )
                continue
            began = time.monotonic()
            try:
                outcome = Outcome(drill=drill, attempts=drill.attempts(outputs, addresses))
            except BaseException as error:
                self.broken[drill.name] = type(error).__name__
                raise
            finally:
                self.seconds[drill.name] = time.monotonic() - began
            self.outcomes[drill.name] = outcome
            outcome.tell(console)

    @property
    def untried(self) -> Mapping[str, str]:
        """Why each was not run that was not, by name."""
        return {
            drill.name: f"the stack exports no {self.lacking[drill.name]}"
            if drill.name in self.lacking
            else "it did not come so far"
            for drill in self.drills
            if drill.name not in self.seconds
        }

    @property
    def held(self) -> bool:
        """Whether all did that were begun."""
        return self._passed == len(self.seconds)

    def __str__(self) -> str:
        untried = f", {len(self.untried)} not run" if self.untried else ""
        return f"Drills: {self._passed} of {len(self.seconds)} passed{untried}"

    @property
    def _passed(self) -> int:
        return sum(outcome.passed for outcome in self.outcomes.values())
