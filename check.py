"""Checks the stack files and the catalogue without an engine: ``python check.py [STACK ...]``.

Owns finding the stack files, what they must agree on among each other, and telling people. What
one file may say is ``settings``' to judge, what the catalogue may say ``domains``'.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Network
from itertools import combinations
from pathlib import Path

from domains import load_catalogue
from platform_topics import PLATFORM_TOPICS
from problems import BadInput, Problem
from settings import Environment, load_settings
from settings.stack_file import read_stack_file

PROJECT = Path(__file__).parent


def main(arguments: Sequence[str] | None = None, folder: Path = PROJECT) -> int:
    """Tells every problem on a line of its own; 2 if there is one, else 0."""
    parser = argparse.ArgumentParser(
        prog="check.py",
        description="Check stack files and the catalogue of domains; no engine, no cloud.",
        epilog="Exit status: 0 if all is in order, 2 if not.",
    )
    parser.add_argument(
        "stacks", nargs="*", metavar="STACK", help="stacks to check (default: all)"
    )
    known = known_stacks(folder)
    stacks = list(dict.fromkeys(parser.parse_args(arguments).stacks)) or known
    problems = BadInput([*stack_problems(folder, stacks, known), *catalogue_problems()])
    ...


def known_stacks(folder: Path) -> list[str]:
    """Stacks that have a file in the folder, in order of promotion, strangers last."""
    found = {path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in folder.glob("Pulumi.*.yaml")}
    return [*(stack for stack in Environment if stack in found), *sorted(found - set(Environment))]
