"""The project's stack files, and copies of them with something changed."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, cast

import check
from problems import BadInput
from settings import Settings, load_settings
from settings.stack_file import StackFile, read_stack_file

STACKS = check.known_stacks(check.PROJECT)
MISSING = object()
"""Instead of a value: the key is taken out."""


def path_of(stack: str) -> Path:
    return check.PROJECT / f"Pulumi.{stack}.yaml"


@cache
def _file(stack: str) -> StackFile:
    return read_stack_file(path_of(stack))


def config_of(stack: str, changes: Mapping[str, object] | None = None) -> dict[str, Any]:
    """A stack's configuration, with values changed by path."""
    config = cast("dict[str, Any]", deepcopy(_file(stack).config))
    for path, value in (changes or {}).items():
        *sections, key = path.split(".")
        section = config
        for name in sections:
            section = section[name]
        if value is MISSING:
            del section[key]
        else:
            section[key] = value
    return config


def hybrid(settings: Settings) -> list[str]:
    """The networks of a stack's hybrid nodes and of the pods on them, if it has any."""
    there = settings.on_premises
    return [] if there is None else [str(there.nodes), str(there.pods)]


def told(stack: str, changes: Mapping[str, object]) -> list[str]:
    """What is said of the stack's configuration with these changes."""
    try:
        load_settings(stack, config_of(stack, changes))
    except BadInput as bad:
        return str(bad).splitlines()
    return []
