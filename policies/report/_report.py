"""What a run says of every control of the catalogue."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from policies.controls import CONTROLS, EXEMPTIONS, Control, Level, Rule
from policies.report._journal import (
    STATES,
    BadJournal,
    Journal,
    State,
    Verdict,
    journals,
)

Outcome = Literal[
    "failed", "not loaded", "undecided", "exempt", "passed", "nothing to judge", "off"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""Of a control, the worst first."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What one rule said.

    Args:
        rule: The rule.
        loaded: Whether its pack had it, at the catalogue's level.
        verdicts: The last on each resource.
    """

    rule: Rule
    loaded: bool
    verdicts: Sequence[Verdict]

    def of(self, state: State) -> list[Verdict]:
        """Its verdicts of one state."""
        return [verdict for verdict in self.verdicts if verdict.state == state]


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is said of one control.

    Args:
        control: The control.
        level: How it is enforced in this environment.
        rules: What each of its rules said.
    """

    control: Control
    level: Level
    rules: Sequence[Judged]

    @property
    def verdicts(self) -> Iterator[Verdict]:
        """Those of all its rules."""
        return (verdict for judged in self.rules for verdict in judged.verdicts)

    @property
    def applies(self) -> bool:
        """Whether any resource was judged."""
        return any(judged.verdicts for judged in self.rules)

    @property
    def loaded(self) -> bool:
        """Whether all of its rules were."""
        return all(judged.loaded for judged in self.rules)

    @cached_property
    def counts(self) -> Mapping[State, int]:
        """How many verdicts there are of each state."""
        found = Counter(verdict.state for verdict in self.verdicts)
        return {state: found[state] for state in STATES}

    @cached_property
    def outcome(self) -> Outcome:
        """The worst that can be said of it."""
        if self.level == "disabled":
            return "off"
        if self.counts["failed"]:
            return "failed"
        if not self.loaded:
            return "not loaded"
        for state in STATES:
            if self.counts[state]:
                return state
        return "nothing to judge"


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a run says of the whole catalogue.

    Args:
        environment: The stack's.
        written: When a pack last wrote to its journal.
        lines: Of each control, in the catalogue's order.
        unfinished: Packs that were ended before they judged the stack as a whole.
        unexcused: What is wrong with the exemptions themselves.
    """

    environment: str
    written: datetime
    lines: Sequence[Line]
    unfinished: Sequence[str]
    unexcused: Sequence[str]

    @cached_property
    def counts(self) -> Mapping[Outcome, int]:
        """How many controls came out as what."""
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @cached_property
    def enforced(self) -> list[Line]:
        """Those that are not off here."""
        return [line for line in self.lines if line.level != "disabled"]

    @cached_property
    def unloaded(self) -> list[Line]:
        """Those that should have been loaded and were not, or not all of their rules."""
        return [line for line in self.enforced if not line.loaded]

    def mandatory(self, outcome: Outcome) -> list[Line]:
        """The mandatory ones that came out so."""
        return [
            line for line in self.lines if line.level == "mandatory" and line.outcome == outcome
        ]

    @cached_property
    def missing(self) -> list[str]:
        """Packs that have controls here, of which not one rule was loaded."""
        loaded = {
            line.control.pack
            for line in self.enforced
            if any(judged.loaded for judged in line.rules)
        }
        return sorted({line.control.pack for line in self.enforced} - loaded)

    @property
    def whole(self) -> bool:
        """Whether everything was loaded, and came to its end."""
        return not (self.unloaded or self.unfinished)

    @cached_property
    def outcome(self) -> Literal["failed", "undecided", "passed"]:
        """Whether it may go on: what is mandatory decides, and whether all of it was judged."""
        if not self.whole or self.unexcused or self.mandatory("failed"):
            return "failed"
        return "undecided" if self.mandatory("undecided") else "passed"


def read(folder: Path, controls: Mapping[str, Control] = CONTROLS) -> Report:
    """Reads the journals of one run.

    Args:
        folder: Where they are; ``CONTROLS_JOURNAL`` of that run.
        controls: The catalogue that the packs were loaded from.

    Raises:
        BadJournal: They cannot be read, or speak of another catalogue.
    """
    found = journals(folder)
    verdicts = _by_rule(found)
    exemptions = verdicts.pop(EXEMPTIONS, [])
    known = {rule.name for control in controls.values() for rule in control.rules}
    if unknown := min(verdicts.keys() - known, default=None):
        raise BadJournal(
            folder,
            f"judges by {unknown}, which the catalogue does not have",
            "report with the commit that the packs were loaded from",
        )
    environment = next(iter(found.values())).environment
    levels = {name: level for each in found.values() for name, level in each.levels.items()}
    lines = [_line(control, environment, levels, verdicts) for control in controls.values()]
    return Report(
        environment=environment,
        written=max(journal.written for journal in found.values()),
        lines=lines,
        unfinished=[pack for pack, journal in found.items() if not journal.finished],
        unexcused=[message for verdict in exemptions for message in verdict.messages],
    )


def _by_rule(journals: Mapping[str, Journal]) -> dict[str, list[Verdict]]:
    found: dict[str, list[Verdict]] = {}
    for journal in journals.values():
        for verdict in journal.verdicts:
            found.setdefault(verdict.rule, []).append(verdict)
    return found


def _line(
    control: Control,
    environment: str,
    levels: Mapping[str, str],
    verdicts: Mapping[str, Sequence[Verdict]],
) -> Line:
    level = control.level(environment)
    return Line(
        control=control,
        level=level,
        rules=[
            Judged(
                rule=rule,
                loaded=levels.get(rule.name) == level,
                verdicts=verdicts.get(rule.name, ()),
            )
            for rule in control.rules
        ],
    )
