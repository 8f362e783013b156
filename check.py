"""Checks the stack files and the catalogue without an engine: ``python check.py [STACK ...]``.

Owns finding the stack files, reading them with all that is wrong, and telling people. What a file
may say is judged by ``settings``, what the catalogue may say by ``domains``.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from agreement import disagreements
from domains import Catalogue, load_catalogue
from platform_topics import PLATFORM_TOPICS
from problems import BadInput, Problem
from settings import Environment, Settings, load_settings, warnings
from settings.between_stacks import conflicts
from settings.stack_file import read_stack_file

PROJECT = Path(__file__).parent


def main(
    arguments: Sequence[str] | None = None, folder: Path = PROJECT, today: date | None = None
) -> int:
    """Tells every problem on a line of its own; returns 2 if there is one, else 0.

    What will be one soon is told too, and stops nothing.

    Args:
        arguments: The command line's, without them those of this process.
        folder: Where the stack files are.
        today: The day on which versions must be supported; without one, this day.
    """
    parser = argparse.ArgumentParser(
        prog="check.py",
        description="Check stack files and the catalogue of domains, without engine or cloud.",
        epilog="Exit status: 0 if all is in order, 2 if not.",
    )
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="stack to check (default: all)")
    stacks = dict.fromkeys(parser.parse_args(arguments).stacks) or known_stacks(folder)

    found = read(folder, stacks, today)
    for warning in found.soon:
        sys.stderr.write(f"{warning.as_warning}\n")
    if found.problems:
        sys.stderr.write(f"{BadInput(found.problems)}\n")
        return 2
    sys.stdout.write(f"{', '.join(stacks)}: settings and catalogue are in order\n")
    return 0


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the files say.

    Args:
        catalogue: The domains and topics; nothing where they are not in order.
        stacks: Settings by the stack's name, of those that can be read.
        problems: All that is wrong.
        soon: What will be.
    """

    catalogue: Catalogue | None
    stacks: Mapping[str, Settings]
    problems: Sequence[Problem]
    soon: Sequence[Problem]


def read(folder: Path, stacks: Iterable[str], today: date | None = None) -> Found:
    """Reads stack files and the catalogue, and judges them.

    Args:
        folder: Where the stack files are.
        stacks: Which.
        today: The day on which versions must be supported; without one, this day.
    """
    catalogue, wrong = _in_catalogue()
    readable: dict[str, Settings] = {}
    soon: list[Problem] = []
    day = today or datetime.now(UTC).date()
    problems = [*_in_stack_files(folder, stacks, catalogue, day, readable, soon), *wrong]
    return Found(catalogue=catalogue, stacks=readable, problems=problems, soon=soon)


def known_stacks(folder: Path) -> list[str]:
    """The stacks that have a file: environments in order of promotion, others after them."""
    found = {path.name.split(".", 1)[1].rsplit(".", 1)[0] for path in folder.glob("Pulumi.*.yaml")}
    return [*(stack for stack in Environment if stack in found), *sorted(found - set(Environment))]


def _in_stack_files(  # noqa: PLR0913, PLR0917 - the last two are filled here
    folder: Path,
    stacks: Iterable[str],
    catalogue: Catalogue | None,
    today: date,
    readable: dict[str, Settings],
    soon: list[Problem],
) -> Iterator[Problem]:
    """What is wrong in the files; what they say, and what will be wrong soon, is put there."""
    known = known_stacks(folder)
    if not known:
        fix = "run this in a project's folder"
        yield Problem(code="no-stacks", path="Pulumi.*.yaml", what="no such file", fix=fix)
    configs: dict[str, Mapping[str, object]] = {}
    for stack in stacks:
        if stack not in known:
            fix = f"use {', '.join(known)}"
            yield Problem(code="unknown-stack", path=_file(stack), what="no such file", fix=fix)
            continue
        file = read_stack_file(folder / _file(stack))
        yield from file.problems
        configs[stack] = file.config
        if file.config:
            try:
                settings = readable[stack] = load_settings(stack, file.config, today)
            except BadInput as bad:
                yield from (_in_file(stack, problem) for problem in bad.problems)
                continue
            wrong = [] if catalogue is None else [*disagreements(settings, catalogue)]
            yield from (_in_file(stack, problem) for problem in wrong)
            ageing = [] if wrong else warnings(settings, today)
            soon += (_in_file(stack, problem) for problem in ageing)
    yield from (_in_file(stack, problem) for stack, problem in conflicts(configs))


def _in_catalogue() -> tuple[Catalogue | None, Sequence[Problem]]:
    try:
        return load_catalogue(PLATFORM_TOPICS), ()
    except BadInput as bad:
        return None, bad.problems


def _in_file(stack: str, problem: Problem) -> Problem:
    return replace(problem, path=f"{_file(stack)} {problem.path}")


def _file(stack: str) -> str:
    return f"Pulumi.{stack}.yaml"


if __name__ == "__main__":
    sys.exit(main())
