"""The words and signs that all forms of a report share."""

import re
from collections.abc import Iterable, Mapping, Sequence

from policies.controls import ENVIRONMENTS, FRAMEWORKS, Control
from policies.report._report import Line, Outcome, Report

SIGNS: Mapping[Outcome, str] = {
    "failed": "✗",
    "not loaded": "!",
    "undecided": "?",
    "exempt": "~",
    "passed": "✓",
    "nothing to judge": "-",
    "off": "·",
}
DISCLAIMER = (
    "That a control supports a requirement is our own reading of it, by number. "
    "It is no claim of compliance, nor does a requirement end with what is looked at here."
)
LOUD: tuple[Outcome, ...] = ("failed", "not loaded", "undecided", "exempt", "nothing to judge")
"""What is told without being asked; what passed or is off is not."""


def summary(report: Report) -> str:
    """The whole in one line."""
    told: dict[Outcome, str] = {
        "passed": "passed",
        "failed": "failed",
        "undecided": "undecided",
        "exempt": "exempt",
        "nothing to judge": "with nothing to judge",
        "not loaded": "not loaded",
        "off": f"off in {report.environment}",
    }
    parts = [
        f"{report.counts[outcome]} {words}"
        for outcome, words in told.items()
        if report.counts[outcome] or outcome in ("passed", "failed")
    ]
    return f"{counted(len(report.lines), 'control')}: {', '.join(parts)}"


def loading(report: Report) -> str:
    """How much was loaded of what should have been."""
    enforced = len(report.enforced)
    told = f"{enforced - len(report.unloaded)} of {counted(enforced, 'control')} were loaded"
    if report.missing:
        told += f"; without a journal: {', '.join(report.missing)}"
    if report.unloaded:
        told += f"; not, or not whole: {ids(report.unloaded)}"
    if report.unfinished:
        told += f"; ended before the stack was judged as a whole: {', '.join(report.unfinished)}"
    return told


def conclusion(report: Report) -> str:
    """Whether it may go on, and why."""
    failed, undecided = report.mandatory("failed"), report.mandatory("undecided")
    told: list[str] = []
    if failed:
        told.append(f"Mandatory and failed: {ids(failed)}.")
    if not report.whole:
        told.append(f"Not all was judged: {loading(report)}.")
    if report.unexcused:
        told.append(f"Exemptions are wrong: {'; '.join(report.unexcused)}.")
    if not told:
        told.append("Nothing mandatory failed, and everything was loaded.")
    if undecided:
        told.append(f"Mandatory and undecided until the update: {ids(undecided)}.")
    return " ".join(told)


def ids(lines: Iterable[Line]) -> str:
    """The controls by their ids."""
    return ", ".join(line.control.id for line in lines)


def counted(number: int, what: str) -> str:
    """A number of things: ``1 control``, ``2 controls``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def resource(urn: str) -> tuple[str, str]:
    """Type and name of what a URN names."""
    if not urn:
        return "", "the stack as a whole"
    # A name may hold colons, a chain of types no pair of them.
    _, _, chain, *name = urn.split("::")
    return chain.rpartition("$")[2], "::".join(name)


def levels(control: Control) -> str:
    """How it is enforced, in words: ``advisory in sandbox, mandatory in staging, production``."""
    found: dict[str, list[str]] = {}
    for environment in ENVIRONMENTS:
        found.setdefault(control.level(environment), []).append(environment)
    names = {"mandatory": "mandatory", "advisory": "advisory", "disabled": "off"}
    return ", ".join(f"{names[level]} in {' and '.join(where)}" for level, where in found.items())


def by_framework(control: Control) -> Mapping[str, Sequence[str]]:
    """The requirements that a control supports, by the framework's name."""
    found: dict[str, list[str]] = {}
    for sign, number in control.references:
        found.setdefault(FRAMEWORKS[sign], []).append(number)
    return {name: found[name] for name in FRAMEWORKS.values() if name in found}


def in_order(numbers: Iterable[str]) -> list[str]:
    """Numbers of requirements as people count: 9, 10(2), 10(11)."""

    def key(number: str) -> list[tuple[int, int, str]]:
        return [
            (0, int(part), "") if part.isdigit() else (1, 0, part)
            for part in re.split(r"(\d+)", number)
            if part
        ]

    return sorted(numbers, key=key)


def plain(text: str) -> str:
    """A text of which Markdown makes nothing else."""
    return re.sub(r"([\\`*\[\]<>|])", r"\\\1", text.replace("\n", " "))
