"""Reads ``Pulumi.<stack>.yaml``, and more strictly than parsers do.

Owns the YAML: duplicate keys, and values that one parser takes for text and another for a number
or ``true`` (YAML 1.1 and 1.2 differ, and the engine's parser stands between the two). What the
keys mean is ``load_settings``'s to judge. The program does not need this module: the engine hands
it the configuration.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from problems import Problem
from settings._places import is_mapping
from settings._telling import choice, shown_key

_SECTIONS = ("config", "encryptedkey", "encryptionsalt", "secretsprovider")
"""What the engine keeps in a stack file."""

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_UNCERTAIN = (
    ("true or false", r"y|n|yes|no|on|off|true|false", ", or true or false in small letters"),
    ("a date", r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*", ""),
    (
        "a number",
        r"[-+]?(0[box]\w+|\.?[0-9][0-9_:]*(\.[0-9_]*)?(e[-+]?[0-9]+)?)",
        ", or a whole number in plain digits",
    ),
)
"""What a parser may take for something else than text, and what may be meant but text."""


@dataclass(frozen=True, kw_only=True)
class StackFile:
    """What stands in a stack file.

    Args:
        config: Full keys to values, of as much as could be read.
        problems: What is wrong with the YAML; paths are ``file:line:column``.
    """

    config: Mapping[str, object]
    problems: tuple[Problem, ...]


def read_stack_file(path: Path) -> StackFile:
    """What stands in the file, which must exist."""
    reader = _Reader(path.name)
    content = reader.read(path.read_bytes())
    problems = reader.problems + [
        Problem(
            code="unknown-key",
            path=f"{path.name} {shown_key(section)}",
            what="is no known key",
            fix=choice(section, _SECTIONS),
        )
        for section in content
        if section not in _SECTIONS
    ]
    config = content.get("config")
    if is_mapping(config):
        return StackFile(config=config, problems=tuple(problems))
    if not problems:
        what, fix = "has no settings", 'write them under "config:"'
        problems = [Problem(code="no-config", path=path.name, what=what, fix=fix)]
    return StackFile(config={}, problems=tuple(problems))


class _Reader:
    """Turns one file's YAML into values, and notes what is wrong on the way."""

    def __init__(self, file: str) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._seen: set[int] = set()

    def read(self, content: bytes) -> Mapping[str, object]:
        """The file's keys and values; none if the YAML is broken."""
        try:
            node = yaml.SafeLoader(content.decode()).get_single_node()
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self._note(f"{line}", "bad-yaml", "is not UTF-8", "save the file as UTF-8")
        except yaml.reader.ReaderError as error:
            line = content.decode().count("\n", 0, error.position) + 1
            self._note(f"{line}", "bad-yaml", "has a control character", "take it out")
        except yaml.MarkedYAMLError as error:
            place = _place(error.problem_mark) if error.problem_mark else "1"
            problem = error.problem or "cannot be read"
            if r"\t" in problem:
                self._note(place, "bad-yaml", "has a tab", "indent with spaces only")
            else:
                self._note(place, "bad-yaml", problem, "correct it here or on the line before")
        else:
            value = self._value(node) if node else None
            if is_mapping(value):
                return value
        return {}

    def _note(self, place: str, code: str, what: str, fix: str, got: str | None = None) -> None:
        path = f"{self._file}:{place}"
        self.problems.append(Problem(code=code, path=path, what=what, got=got, fix=fix))

    def _value(self, node: yaml.Node) -> object:
        if id(node) in self._seen:
            what = "stands for another value too, through & and *"
            self._note(_place(node.start_mark), "alias", what, "write each value out")
            return None
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(inner) for inner in node.value]
        return self._scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, object]:
        values: dict[str, object] = {}
        lines: dict[str, int] = {}
        for key_node, value_node in node.value:
            place = _place(key_node.start_mark)
            self._value(key_node)
            key = str(key_node.value)
            value = self._value(value_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._note(place, "bad-yaml", "a key must be text", "write one word and a colon")
            elif key in lines:
                what = f"{shown_key(key)} stands here and on line {lines[key]}"
                self._note(place, "duplicate-key", what, "keep one of them")
            else:
                values[key] = value
                lines[key] = key_node.start_mark.line + 1
        return values

    def _scalar(self, node: yaml.Node) -> object:
        """The value, if all parsers read it alike; else its text, and a note."""
        written = str(node.value)
        if isinstance(node, yaml.ScalarNode) and node.style:
            return written
        if written in ("", "~", "null"):
            return None
        if written in ("true", "false"):
            return written == "true"
        if _WHOLE_NUMBER.fullmatch(written):
            return int(written)
        for kind, form, or_else in _UNCERTAIN:
            if re.fullmatch(form, written, re.IGNORECASE):
                self._note(
                    _place(node.start_mark),
                    "uncertain-value",
                    f"without quotes, this is {kind} to some programs",
                    f'write "{written}" with its quotes{or_else}',
                    got=written,
                )
        return written


def _place(mark: yaml.Mark) -> str:
    return f"{mark.line + 1}:{mark.column + 1}"
