"""A report as a table on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from policies.report._journal import STATES
from policies.report._report import Line, Outcome, Report
from policies.report._words import LOUD, SIGNS, conclusion, resource, summary

_STYLES: dict[Outcome, str] = {
    "failed": "bold red",
    "not loaded": "bold red",
    "undecided": "yellow",
    "exempt": "yellow",
    "passed": "green",
}


def show(report: Report, console: Console, *, whole: bool) -> None:
    """Prints it.

    Args:
        report: What to print.
        console: Where to.
        whole: Whether what passed or is off is shown as well.
    """
    lines = [line for line in report.lines if whole or line.outcome in LOUD]
    if lines:
        console.print(_table(lines))
    for line in report.lines:
        if line.level != "disabled":
            _wrong(line, console)
    console.print(Text(f"{report.environment}: {summary(report)}"))
    console.print(Text(conclusion(report)))


def _table(lines: list[Line]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("control", no_wrap=True)
    table.add_column("what is asked for", ratio=1)
    table.add_column("level", no_wrap=True)
    table.add_column("result", no_wrap=True)
    for state in STATES:
        # By its sign: a terminal is narrow, and the results beside it say what each means.
        table.add_column(SIGNS[state], justify="right", no_wrap=True)
    for line in lines:
        sign = f"{SIGNS[line.outcome]} {line.outcome}"
        table.add_row(
            line.control.id,
            Text(line.control.title),
            line.level,
            Text(sign, style=_STYLES.get(line.outcome, "")),
            *(str(line.counts[state]) for state in STATES),
        )
    return table


def _wrong(line: Line, console: Console) -> None:
    for judged in line.rules:
        for verdict in judged.of("failed"):
            type_, name = resource(verdict.urn)
            told = f"{judged.rule.name} {type_} {name}: {'; '.join(verdict.messages)}"
            console.print(Text(f"{SIGNS['failed']} {told}"), soft_wrap=True)
