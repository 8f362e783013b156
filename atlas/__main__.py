"""Writes the atlas, or says whether it is stale: ``python -m atlas``."""

import sys
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated

import typer

from atlas import page
from check import PROJECT, known_stacks, read
from problems import BadInput, Problem

PLACE = PROJECT / "docs" / "atlas" / "index.html"
"""Where the atlas is kept, under version control."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def drawn(folder: Path, today: date | None = None) -> str:
    """The atlas as the files say today.

    Args:
        folder: Where the stack files are.
        today: The day on which versions must be supported; without one, this day.

    Raises:
        BadInput: All that is wrong with the stack files and the catalogue.
    """
    found = read(folder, known_stacks(folder), today)
    if found.problems or found.catalogue is None:
        raise BadInput(found.problems)
    return page(found.catalogue, found.stacks)


def write(to: Path, text: str) -> None:
    """Writes a file as a whole: who reads it meanwhile has the one before.

    Raises:
        BadInput: It cannot be written.
    """
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=to.parent, delete=False, encoding="utf-8") as new:
            whole = Path(new.name)
            try:
                new.write(text)
                new.flush()
                whole.chmod(0o644)
                whole.replace(to)
            except OSError:
                whole.unlink()
                raise
    except OSError as wrong:
        problem = Problem(
            code="not-written",
            path=str(to),
            what=f"cannot be written: {wrong.strerror}",
            fix="give --to a file in a folder that you may write to",
        )
        raise BadInput([problem]) from wrong


@app.command()
def main(
    to: Annotated[Path, typer.Option(help="The file to write.", show_default=False)] = PLACE,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say if stale.")] = False,
) -> None:
    """Write the atlas of the estate from the catalogue and all stack files.

    Exit status: 0 if it is written, or fresh with --check; 1 if it is stale or not there; 2 if a
    stack file or the catalogue is not in order, or the file cannot be written.
    """
    try:
        text = drawn(PROJECT)
        if check:
            _compare(to, text)
        else:
            write(to, text)
    except BadInput as bad:
        sys.stderr.write(f"{bad}\n")
        raise typer.Exit(2) from bad
    sys.stdout.write(f"{to}\n")


def _compare(to: Path, text: str) -> None:
    if to.is_file() and to.read_bytes() == text.encode():
        return
    stale = Problem(
        code="stale",
        path=str(to),
        what="is not what the catalogue and the stack files say",
        fix="run make atlas",
    )
    sys.stderr.write(f"{stale}\n")
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
