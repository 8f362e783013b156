"""What a drill is, and how its outcome is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One thing tried.

    Args:
        actor: By whom.
        target: On what.
        expected: Whether it should have worked.
        granted: Whether it did.
        what: What was done, where several things are done to one target; a picture has them in one
            place.
    """

    actor: str
    target: str
    expected: bool
    granted: bool
    what: str = ""

    @property
    def held(self) -> bool:
        """Whether it came out as it should."""
        return self.expected == self.granted

    def __str__(self) -> str:
        should, did = ("worked", "did not") if self.expected else ("been refused", "was not")
        done = f"{self.what} {self.target}".lstrip()
        return f"{self.actor}, {done}: should have {should}, and {did}"


Addresses = Mapping[str, Mapping[str, str]]
Outputs = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Drill:
    """A claim about the running bank, and the attempts that would prove it wrong.

    Args:
        name: What it is called in reports.
        claim: What holds if the drill passes, in one sentence.
        needs: The export of the stack that it starts from; without it there is nothing to try.
        attempts: Makes the attempts on the live servers.
    """

    name: str
    claim: str
    needs: str
    attempts: Callable[[Outputs, Addresses], Sequence[Attempt]]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A drill that was run. One that attempted nothing has proved nothing and has failed."""

    drill: Drill
    attempts: Sequence[Attempt]

    @property
    def passed(self) -> bool:
        """Whether every attempt came out as it should, and there was one."""
        return bool(self.attempts) and all(attempt.held for attempt in self.attempts)

    @property
    def failures(self) -> list[Attempt]:
        """The attempts that did not."""
        return [attempt for attempt in self.attempts if not attempt.held]

    def tell(self, console: Console) -> None:
        """Prints the claim, the attempts as a picture, and each that did not hold."""
        mark = "[green]✓[/]" if self.passed else "[bold red]✗[/]"
        held = len(self.attempts) - len(self.failures)
        worked = sum(attempt.granted for attempt in self.attempts)
        console.print(
            f"{mark} {self.drill.name}: {self.drill.claim} "
            f"({held} of {len(self.attempts)} attempts ended as they should: {worked} worked, "
            f"{len(self.attempts) - worked} refused)"
        )
        console.print(self._matrix())
        console.print(f"[dim]{self._legend()}[/]")
        for attempt in self.failures:
            console.print(f"  [bold red]{attempt}[/]")

    @property
    def _targets(self) -> list[str]:
        return list(dict.fromkeys(attempt.target for attempt in self.attempts))

    def _legend(self) -> str:
        columns = ", ".join(f"{number} {target}" for number, target in enumerate(self._targets, 1))
        done = ", ".join(dict.fromkeys(attempt.what for attempt in self.attempts if attempt.what))
        each = f"; in each place: {done}" if done else ""
        return f"● worked, · refused, ◐ some of each{each}; {columns}"

    def _matrix(self) -> Table:
        """Actors down, targets across; ``!`` stands where an attempt did not end as it should."""
        found: dict[tuple[str, str], list[Attempt]] = {}
        for attempt in self.attempts:
            found.setdefault((attempt.actor, attempt.target), []).append(attempt)
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("", no_wrap=True)
        for number, _ in enumerate(self._targets, 1):
            table.add_column(str(number), justify="center")
        for actor in dict.fromkeys(attempt.actor for attempt in self.attempts):
            table.add_row(
                actor, *(_cell(found.get((actor, target), [])) for target in self._targets)
            )
        return table


def _cell(attempts: Sequence[Attempt]) -> str:
    if not attempts:
        return ""
    worked = {attempt.granted for attempt in attempts}
    mark = "◐" if len(worked) > 1 else "●" if True in worked else "·"
    held = all(attempt.held for attempt in attempts)
    return mark if held else f"[bold red]{mark}![/]"
