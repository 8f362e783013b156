"""A report as one static page, for whoever decides or audits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pages import render
from policies.controls import FRAMEWORKS
from policies.report._journal import STATES, Verdict
from policies.report._report import OUTCOMES, Line, Report
from policies.report._words import (
    DISCLAIMER,
    SIGNS,
    by_framework,
    conclusion,
    counted,
    in_order,
    levels,
    loading,
    resource,
    summary,
)

_COLOURS = {
    "failed": "bad",
    "not loaded": "bad",
    "undecided": "warn",
    "exempt": "warn",
    "passed": "good",
    "nothing to judge": "muted",
    "off": "muted",
}


@dataclass(frozen=True, kw_only=True)
class Framework:
    """What of a framework is supported.

    Args:
        sign: What controls name it with.
        name: Its name.
        requirements: By number, the controls that support it.
    """

    sign: str
    name: str
    requirements: Mapping[str, Sequence[Line]]

    @property
    def lines(self) -> Sequence[Line]:
        """All its controls, each once."""
        found = {line.control.id: line for each in self.requirements.values() for line in each}
        return [*found.values()]

    @property
    def met(self) -> int:
        """Of how many requirements every control passes."""
        return sum(
            passing(lines) == len(lines) and bool(lines) for lines in self.requirements.values()
        )


def page(report: Report) -> str:
    """The page, the same for the same report."""
    return render(
        Path(__file__).with_name("page.html.j2"),
        report=report,
        summary=summary(report),
        conclusion=conclusion(report),
        loading=loading(report),
        disclaimer=DISCLAIMER,
        frameworks=[*_frameworks(report)],
        outcomes=OUTCOMES,
        states=STATES,
        signs=SIGNS,
        colours=_COLOURS,
        passing=passing,
        others=others,
        grouped=grouped,
        named=resource,
        by_framework=by_framework,
        levels=levels,
        counted=counted,
    )


def passing(lines: Sequence[Line]) -> int:
    """How many of them pass."""
    return sum(line.outcome == "passed" for line in lines)


def others(lines: Sequence[Line]) -> Mapping[str, int]:
    """How many of them came out otherwise, and as what."""
    found = {outcome: sum(line.outcome == outcome for line in lines) for outcome in OUTCOMES}
    return {outcome: n for outcome, n in found.items() if n and outcome != "passed"}


def grouped(verdicts: Sequence[Verdict]) -> Mapping[str, Sequence[str]]:
    """The names of what was judged, by type."""
    found: dict[str, list[str]] = {}
    for verdict in verdicts:
        type_, name = resource(verdict.urn)
        found.setdefault(type_, []).append(name)
    return {type_: sorted(found[type_]) for type_ in sorted(found)}


def _frameworks(report: Report) -> Iterator[Framework]:
    for sign, name in FRAMEWORKS.items():
        found: dict[str, list[Line]] = {}
        for line in report.lines:
            for framework, number in line.control.references:
                if framework == sign:
                    found.setdefault(number, []).append(line)
        if found:
            yield Framework(
                sign=sign,
                name=name,
                requirements={number: found[number] for number in in_order(found)},
            )
