"""One run's journals as they were written, or all that is wrong with them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, cast, get_args

from policies.controls import ENVIRONMENTS, EXEMPTIONS

State = Literal["failed", "undecided", "exempt", "passed"]
STATES: tuple[State, ...] = get_args(State)
"""Of a verdict, the worst first."""


class BadJournal(Exception):  # noqa: N818 - it names what was given, not a failure of ours
    """What was given is no run's journal.

    Args:
        where: A folder or file, with the line.
        what: What is wrong.
        fix: What to do.
    """

    def __init__(self, where: object, what: str, fix: str) -> None:
        super().__init__(f"ERR {where}: {what}; {fix}")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What one rule said last of one resource.

    Args:
        rule: The rule's name.
        urn: The resource's; empty for the stack as a whole.
        state: What came out.
        messages: What is wrong, or the path of the value that is not known.
    """

    rule: str
    urn: str
    state: State
    messages: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Journal:
    """One pack's.

    Args:
        environment: The stack's.
        levels: The rules that were loaded, and at which level each.
        verdicts: The last of each rule on each resource.
        written: When it was last written to.
    """

    environment: str
    levels: Mapping[str, str]
    verdicts: Sequence[Verdict]
    written: datetime

    @property
    def finished(self) -> bool:
        """Whether the pack came to judge the stack as a whole, which the engine asks for last."""
        return any(verdict.rule == EXEMPTIONS for verdict in self.verdicts)


def journals(folder: Path) -> Mapping[str, Journal]:
    """The journals of a run, by pack: one of all, or one each.

    Raises:
        BadJournal: There is none at all, or one cannot be read.
    """
    again = "run the engine anew, with CONTROLS_JOURNAL set to an empty folder"
    if not folder.is_dir():
        raise BadJournal(folder, "is no folder", "give the one that CONTROLS_JOURNAL named")
    found = {file.stem: _journal(file) for file in sorted(folder.glob("*.jsonl"))}
    there = {pack: journal for pack, journal in found.items() if journal}
    if not there:
        raise BadJournal(folder, "has no journal of any pack", again)
    if len({journal.environment for journal in there.values()}) > 1:
        raise BadJournal(folder, "has journals of several environments", again)
    return there


def _journal(file: Path) -> Journal | None:
    try:
        if not file.exists():
            return None
        text, changed = file.read_text(encoding="utf-8"), file.stat().st_mtime
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadJournal(file, "cannot be read", "have it readable, as UTF-8") from wrong
    # What follows the last end of a line was cut off with the pack.
    *lines, _ = text.split("\n")
    if not lines:
        return None
    environment, levels = _head(file, _line(file, 1, lines[0]))
    last: dict[tuple[str, str], Verdict] = {}
    for number, line in enumerate(lines[1:], 2):
        verdict = _verdict(file, number, _line(file, number, line))
        last[verdict.rule, verdict.urn] = verdict
    return Journal(
        environment=environment,
        levels=levels,
        verdicts=[*last.values()],
        written=datetime.fromtimestamp(changed, UTC),
    )


def _line(file: Path, number: int, line: str) -> Mapping[str, Any]:
    try:
        told = json.loads(line)
    except ValueError as wrong:
        raise _unlike(file, number) from wrong
    if not isinstance(told, dict):
        raise _unlike(file, number)
    return cast("dict[str, Any]", told)


def _head(file: Path, told: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    environment, levels = told.get("environment"), told.get("levels")
    if environment not in ENVIRONMENTS or not isinstance(levels, dict):
        raise _unlike(file, 1)
    return environment, cast("dict[str, str]", levels)


def _verdict(file: Path, number: int, told: Mapping[str, Any]) -> Verdict:
    rule, urn, state = told.get("rule"), told.get("urn"), told.get("state")
    messages = told.get("messages")
    if not (isinstance(rule, str) and isinstance(urn, str) and isinstance(messages, list)):
        raise _unlike(file, number)
    if state not in STATES:
        raise _unlike(file, number)
    sentences = tuple(str(message) for message in cast("list[Any]", messages))
    return Verdict(rule=rule, urn=urn, state=state, messages=sentences)


def _unlike(file: Path, number: int) -> BadJournal:
    # The line itself is not told: whatever it is, it is not what was expected there.
    what = "is not a line of a journal"
    return BadJournal(f"{file}:{number}", what, "take the file as the pack wrote it")
