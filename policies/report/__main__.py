"""Tells what a run's journals say of the controls: ``python -m policies.report``."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from policies.controls import CONTROLS
from policies.report import BadJournal, Report, read
from policies.report import _json as json
from policies.report import _markdown as markdown
from policies.report import _sarif as sarif
from policies.report._catalogue import catalogue
from policies.report._page import page
from policies.report._terminal import show

Form = tuple[Path | None, Callable[[Report], str]]
"""Where to, and what is written there."""

_STATUS = {"passed": 0, "failed": 1, "undecided": 3}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def _to(*names: str, help: str) -> Any:  # noqa: A002 - typer's own word
    return typer.Option(*names, metavar="FILE", help=help, show_default=False)


@app.command()
def main(  # noqa: PLR0913 - each is a form that is asked for by name
    journal: Annotated[
        Path | None,
        typer.Argument(
            metavar="JOURNAL_FOLDER",
            help="What CONTROLS_JOURNAL named as the engine ran.",
            show_default=False,
        ),
    ] = None,
    *,
    json_: Annotated[Path | None, _to("--json", help="For programs.")] = None,
    sarif_: Annotated[Path | None, _to("--sarif", help="SARIF 2.1.0, for code hosts.")] = None,
    html: Annotated[Path | None, _to(help="One page, for people.")] = None,
    markdown_: Annotated[Path | None, _to("--markdown", help="For a comment.")] = None,
    source: Annotated[
        str,
        typer.Option(metavar="FILE", help="The file of the repository that SARIF's alerts are at."),
    ] = "Pulumi.yaml",
    all_: Annotated[bool, typer.Option("--all", help="Show what passed as well.")] = False,
    catalogue_: Annotated[
        Path | None, _to("--catalogue", help="The catalogue itself, as docs/controls.md.")
    ] = None,
) -> None:
    """Tell what one run of the engine says of every control.

    Exit status: 0 if nothing mandatory failed and everything was loaded; 1 if something mandatory
    failed, or a control was not loaded; 3 if nothing failed, but something mandatory is undecided,
    as it is until an update tells the values; 2 if the input cannot be read.
    """
    forms: list[Form] = [
        (json_, json.dumped),
        (sarif_, lambda report: sarif.dumped(report, source)),
        (html, page),
        (markdown_, markdown.dumped),
    ]
    try:
        if catalogue_:
            _write(catalogue_, catalogue(CONTROLS))
        report = _told(journal, forms) if journal or not catalogue_ else None
    except BadJournal as bad:
        sys.stderr.write(f"{bad}\n")
        raise typer.Exit(2) from bad
    if report:
        show(report, Console(highlight=False), whole=all_)
        raise typer.Exit(_STATUS[report.outcome])


def _told(journal: Path | None, forms: Sequence[Form]) -> Report:
    if journal is None:
        raise BadJournal("JOURNAL_FOLDER", "is missing", "give it, or --catalogue; see --help")
    report = read(journal)
    for to, form in forms:
        if to:
            _write(to, form(report))
    return report


def _write(to: Path, text: str) -> None:
    try:
        to.write_text(text, encoding="utf-8")
    except OSError as wrong:
        raise BadJournal(
            to, f"cannot be written: {wrong.strerror}", "name a file that you may write"
        ) from wrong


if __name__ == "__main__":
    app()
