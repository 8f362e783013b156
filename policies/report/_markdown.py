"""A report as Markdown, for a comment on a change."""

from collections.abc import Iterator

from policies.report._journal import STATES
from policies.report._report import Line, Report
from policies.report._words import DISCLAIMER, LOUD, SIGNS, conclusion, plain, resource, summary

_MOST = 50
"""Failures told one by one: a comment is cut off at 65,536 characters."""
_OUTCOMES = {"passed": "✓", "undecided": "?", "failed": "✗"}


def dumped(report: Report) -> str:
    """The report: its conclusion, what is not plainly passed, what is wrong with what."""
    loud = [line for line in report.lines if line.outcome in LOUD]
    parts = [
        f"### {_OUTCOMES[report.outcome]} Controls in {report.environment}",
        f"{summary(report)}.\n{plain(conclusion(report))}",
    ]
    if loud:
        parts.append("\n".join(_table(loud)))
    if wrong := [*_wrong(report)]:
        more = f"\n- and {len(wrong) - _MOST} more" if len(wrong) > _MOST else ""
        parts.append("\n".join(wrong[:_MOST]) + more)
    parts.append(f"<sub>{DISCLAIMER}</sub>")
    return "\n\n".join(parts) + "\n"


def _table(lines: list[Line]) -> Iterator[str]:
    yield f"| control | what is asked for | level | result | {' | '.join(STATES)} |"
    yield f"|---|---|---|---|{'--:|' * len(STATES)}"
    for line in lines:
        counts = " | ".join(str(line.counts[state]) for state in STATES)
        result = f"{SIGNS[line.outcome]} {line.outcome}"
        yield (
            f"| {line.control.id} | {plain(line.control.title)} | {line.level} | {result} "
            f"| {counts} |"
        )


def _wrong(report: Report) -> Iterator[str]:
    for line in report.enforced:
        for judged in line.rules:
            for verdict in judged.of("failed"):
                type_, name = resource(verdict.urn)
                # Names are a program's: as code, they mention nobody and link nowhere.
                thing = f"{type_} {name}".strip().replace("`", "'")
                yield (
                    f"- ✗ {line.control.id}, {line.level}: `{thing}` "
                    f"{plain('; '.join(verdict.messages))}. {plain(line.control.remedy)}"
                )
