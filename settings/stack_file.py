"""Reads ``Pulumi.<stack>.yaml`` as strictly as people need and no parser does by itself.

Owns the YAML: duplicate keys, and text that one reader takes for a number or ``true`` and another
for text (YAML 1.1 and 1.2 differ, and Pulumi's parser stands between them). What the keys mean is
``load_settings``'s to judge. A program never needs this: the engine gives it the configuration.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from problems import Problem
from settings._places import is_mapping
from settings._telling import choice, shown, shown_key

_SECTIONS = ("config", "encryptedkey", "encryptionsalt", "secretsprovider")
"""What the engine keeps in a stack file."""

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)")
_NEITHER_YES_NOR_TEXT = re.compile(r"y|n|yes|no|on|off", re.IGNORECASE)
_NEITHER_NUMBER_NOR_TEXT = re.compile(r"[-+]?(\.?[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?|0[box]\w+)", re.IGNORECASE)
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """What stands in a stack file.

    Args:
        config: Full keys to values, of as much of the file as could be read.
        problems: What is wrong with the YAML.
    """

    config: Mapping[str, object]
    problems: tuple[Problem, ...]


def read_stack_file(path: Path) -> StackFile:
    """The configuration in a stack file; ``OSError`` if there is no reading it."""
    reader = _Reader(path.name)
    content = reader.read(path.read_bytes())
    config = content.get("config") if is_mapping(content) else None
    ...
