"""Writes the atlas: ``python -m atlas``."""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from atlas import page
from check import PROJECT, known_stacks
from domains import load_catalogue
from platform_topics import PLATFORM_TOPICS
from problems import BadInput
from settings import Settings, load_settings
from settings.stack_file import read_stack_file

PLACE = PROJECT / "docs" / "atlas" / "index.html"
"""Where the atlas is kept, under version control."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def stacks(folder: Path = PROJECT) -> Mapping[str, Settings]:
    """The settings of every stack, in order of promotion.

    Raises:
        BadInput: All that is wrong with the first file that is not in order.
    """
    found: dict[str, Settings] = {}
    for stack in known_stacks(folder):
        file = read_stack_file(folder / f"Pulumi.{stack}.yaml")
        if file.problems:
            raise BadInput(file.problems)
        found[stack] = load_settings(stack, file.config, datetime.now(UTC).date())
    return found


@app.command()
def main(
    to: Annotated[Path, typer.Option(help="The file to write.", show_default=False)] = PLACE,
) -> None:
    """Write the atlas of the estate from the catalogue and all stack files.

    Exit status: 0 if it is written, 2 if a stack file or the catalogue is not in order.
    """
    try:
        told = page(load_catalogue(PLATFORM_TOPICS), stacks())
    except BadInput as bad:
        sys.stderr.write(f"{bad}\n")
        raise typer.Exit(2) from bad
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_text(told)
    sys.stdout.write(f"{to}\n")


if __name__ == "__main__":
    app()
