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
class Place:
    """What stands in one place of a picture: all that one actor tried on one target."""

    attempts: Sequence[Attempt]

    @property
    def held(self) -> bool:
        """Whether every attempt came out as it should."""
        return all(attempt.held for attempt in self.attempts)

    @property
    def sign(self) -> str:
        """How they ended; ``!`` stands where one did not end as it should."""
        ends = {attempt.granted for attempt in self.attempts}
        sign = "◐" if len(ends) > 1 else "●" if True in ends else "·"
        return sign if self.held else f"{sign}!"


SIGNS = "● worked, · refused, ◐ some of each"
"""What the signs mean."""


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
        sign = "[green]✓[/]" if self.passed else "[bold red]✗[/]"
        console.print(f"{sign} {self.drill.name}: {self.drill.claim} ({self.summary})")
        console.print(self._matrix())
        console.print(f"[dim]{self._legend()}[/]")
        for attempt in self.failures:
            console.print(f"  [bold red]{attempt}[/]")

    @property
    def actors(self) -> list[str]:
        """Who tried, in the order in which they did."""
        return list(dict.fromkeys(attempt.actor for attempt in self.attempts))

    @property
    def targets(self) -> list[str]:
        """On what, in the order in which it was tried."""
        return list(dict.fromkeys(attempt.target for attempt in self.attempts))

    @property
    def done(self) -> list[str]:
        """What was done, where several things are done to one target."""
        return list(dict.fromkeys(attempt.what for attempt in self.attempts if attempt.what))

    @property
    def places(self) -> Mapping[tuple[str, str], Place]:
        """The attempts by actor and target."""
        found: dict[tuple[str, str], list[Attempt]] = {}
        for attempt in self.attempts:
            found.setdefault((attempt.actor, attempt.target), []).append(attempt)
        return {at: Place(attempts=attempts) for at, attempts in found.items()}

    @property
    def summary(self) -> str:
        """How many attempts ended as they should, and how."""
        held = len(self.attempts) - len(self.failures)
        worked = sum(attempt.granted for attempt in self.attempts)
        return (
            f"{held} of {len(self.attempts)} attempts ended as they should: {worked} worked, "
            f"{len(self.attempts) - worked} refused"
        )

    def _legend(self) -> str:
        columns = ", ".join(f"{number} {target}" for number, target in enumerate(self.targets, 1))
        each = f"; in each place: {', '.join(self.done)}" if self.done else ""
        return f"{SIGNS}{each}; {columns}"

    def _matrix(self) -> Table:
        """Actors down, targets across."""
        places, targets = self.places, self.targets
        table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("", no_wrap=True)
        for number, _ in enumerate(targets, 1):
            table.add_column(str(number), justify="center")
        for actor in self.actors:
            table.add_row(actor, *(_cell(places.get((actor, target))) for target in targets))
        return table


def _cell(place: Place | None) -> str:
    if place is None:
        return ""
    return place.sign if place.held else f"[bold red]{place.sign}[/]"
