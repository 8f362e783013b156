"""Checks the stack files and the catalogue without an engine: ``python check.py [STACK ...]``.

Owns finding the stack files and telling people. What a file may say is judged by ``settings``,
what the catalogue may say by ``domains``.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from domains import Catalogue, load_catalogue
from platform_topics import PLATFORM_TOPICS
from problems import BadInput, Problem
from reachable import unreachable
from settings import Environment, load_settings, warnings
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

    today = today or datetime.now(UTC).date()
    soon: list[Problem] = []
    catalogue, wrong = _in_catalogue()
    found = BadInput([*_in_stack_files(folder, stacks, catalogue, today, soon), *wrong])
    for warning in soon:
        sys.stderr.write(f"{warning.as_warning}\n")
    if found.problems:
        sys.stderr.write(f"{found}\n")
        return 2
    sys.stdout.write(f"{', '.join(stacks)}: settings and catalogue are in order\n")
    return 0


def known_stacks(folder: Path) -> list[str]:
    """The stacks that have a file: environments in order of promotion, others after them."""
    found = {path.name.split(".", 1)[1].rsplit(".", 1)[0] for path in folder.glob("Pulumi.*.yaml")}
    return [*(stack for stack in Environment if stack in found), *sorted(found - set(Environment))]


def _in_stack_files(
    folder: Path,
    stacks: Iterable[str],
    catalogue: Catalogue | None,
    today: date,
    soon: list[Problem],
) -> Iterator[Problem]:
    """What is wrong in the files; what will be soon is put into the list."""
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
            wrong, ageing = _in_settings(stack, file.config, catalogue, today)
            yield from (_in_file(stack, problem) for problem in wrong)
            soon += (_in_file(stack, problem) for problem in ageing)
    yield from (_in_file(stack, problem) for stack, problem in conflicts(configs))


def _in_settings(
    stack: str, config: Mapping[str, object], catalogue: Catalogue | None, today: date
) -> tuple[Sequence[Problem], Sequence[Problem]]:
    """What is wrong, and if nothing is, what will be soon."""
    try:
        settings = load_settings(stack, config, today)
    except BadInput as bad:
        return bad.problems, ()
    apart = () if catalogue is None else tuple(unreachable(settings, catalogue))
    return apart, () if apart else warnings(settings, today)


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
