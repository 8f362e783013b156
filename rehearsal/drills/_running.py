"""Runs the drills, lanes of them side by side: how each ended, its time, and what was not run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from rehearsal.drills import _lanes
from rehearsal.drills._attempts import Addresses, Drill, Outcome, Outputs


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """How the drills ended, as far as they have been run; it grows while they are.

    Args:
        lanes: All there are. Those of a lane are run one after another, lanes at the same time.
        outcomes: What came of those that were run to their end, by name.
        broken: The kind of error that ended one before its end, by name. Not the error's words:
            they may quote what a server said.
        lacking: The export without which there is nothing to try, by name.
        seconds: How long each took that was begun, by name.
    """

    lanes: Sequence[Sequence[Drill]]
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])
    broken: dict[str, str] = field(default_factory=dict[str, str])
    lacking: dict[str, str] = field(default_factory=dict[str, str])
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def drills(self) -> Sequence[Drill]:
        """All there are, lane by lane."""
        return [drill for lane in self.lanes for drill in lane]

    def run(self, outputs: Outputs, addresses: Addresses, console: Console) -> None:
        """Tries what the stack exports something for, and tells each outcome as it comes.

        Raises:
            KeyboardInterrupt: All has stopped, and what was run is told.
        """
        known = {drill.name: drill for drill in self.drills}

        def ended(told: _lanes.Ended) -> None:
            self.seconds[told.drill] = told.seconds
            if told.broken:
                self.broken[told.drill] = told.broken
                console.print(f"[bold red]✗[/] {told.drill}: broken off by {told.broken}")
                if told.error:
                    console.print(told.error, markup=False, highlight=False, soft_wrap=True)
                return
            outcome = Outcome(drill=known[told.drill], attempts=told.attempts)
            self.outcomes[told.drill] = outcome
            outcome.tell(console)

        for drill in self.drills:
            if drill.needs not in outputs:
                self.lacking[drill.name] = drill.needs
                console.print(
                    f"[yellow]?[/] {drill.name}: not run, the stack exports no {drill.needs}"
                )
        wanted = [[each for each in lane if each.name not in self.lacking] for lane in self.lanes]
        _lanes.run([lane for lane in wanted if lane], outputs, addresses, ended)

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
