"""Whether a new version of a topic's schema gets on with the one that stands. Pure.

Follows the Avro specification's schema resolution, and is stricter in three points:

- A field without a default is never dropped. Avro lets a reader do without it; the readers that
  there are, with the schema that stands, would find their field gone.
- A logical type stays as it is. Avro resolves what carries it only, so that milliseconds would be
  read as microseconds, and an amount with four decimals as one with two.
- A type keeps its full name, and aliases count for nothing: the readers that there are do not
  know them.

Of the versions before the one that stands, which ``BACKWARD_ALL`` and ``FULL_ALL`` speak of, the
registry judges.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fastavro.schema import parse_schema

from domains._model import Compatibility

Plain = dict[str, Any]

_PROMOTED = {
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}
"""What else a reader may have for a type that was written (Avro 1.12.0, Schema Resolution)."""

_NAMED = ("enum", "fixed", "record")


def problems(standing: str, new: str, mode: str) -> list[str]:
    """What keeps a new schema from taking the place of the one that stands.

    Args:
        standing: The Avro schema that is in use, as JSON.
        new: The schema that is to take its place, as JSON.
        mode: What the new one is held to, in the registry's words: a ``Compatibility``.

    Returns:
        A clause for each, such as ``field fees is dropped and has no default``; none where all is
        well.

    Raises:
        ValueError: The mode is no ``Compatibility``.
    """
    both_ways = Compatibility(mode) in (Compatibility.FULL, Compatibility.FULL_ALL)
    old_schema, old_types = _parsed(standing)
    new_schema, new_types = _parsed(new)
    found = list(_Reading(new_types, old_types, by_new=True).faults(new_schema, old_schema, ""))
    if both_ways:
        back = _Reading(old_types, new_types, by_new=False)
        found += back.faults(old_schema, new_schema, "")
    # What is found both ways is said once.
    return list(dict.fromkeys(found))


def _parsed(schema: str) -> tuple[Any, Mapping[str, Plain]]:
    """The schema with all names in full, and its named types by their names."""
    types: dict[str, Plain] = {}
    return parse_schema(json.loads(schema), named_schemas=types), types


@dataclass(frozen=True)
class _Reading:
    """Reading, with one schema, what was written with another.

    Args:
        of_reader: The reader's named types; where one is used again, only its name stands.
        of_writer: The writer's.
        by_new: Whether the new schema reads, and not the one that stands.
        seen: Pairs of records that have been looked at: a record may hold itself.
    """

    of_reader: Mapping[str, Plain]
    of_writer: Mapping[str, Plain]
    by_new: bool
    seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def faults(self, reader: Any, writer: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - JSON
        """What can't be read, at ``path``: the fields down to here, with dots."""
        if isinstance(writer, list):
            for branch in writer:  # pyright: ignore[reportUnknownVariableType] - JSON
                yield from self.faults(reader, branch, path)
            return
        written = _spelt_out(writer, self.of_writer)
        read = [_spelt_out(branch, self.of_reader) for branch in _branches(reader)]
        # As Avro does: the same type, or else the first that it can be promoted to.
        taken = next((each for each in read if _same(each, written)), None) or next(
            (each for each in read if each["type"] in _PROMOTED.get(written["type"], ())), None
        )
        if taken is None:
            yield self._mismatch(read, written, path)
        elif _logical(taken) != _logical(written):
            yield self._mismatch([taken], written, path)
        else:
            yield from self._inside(taken, written, path)

    def _inside(self, reader: Plain, writer: Plain, path: str) -> Iterator[str]:
        kind = reader["type"]
        if kind == "record" and (reader["name"], writer["name"]) not in self.seen:
            self.seen.add((reader["name"], writer["name"]))
            yield from self._fields(reader, writer, path)
        elif kind == "array":
            yield from self.faults(reader["items"], writer["items"], f"{path}[]")
        elif kind == "map":
            yield from self.faults(reader["values"], writer["values"], f"{path}{{}}")
        elif kind == "fixed" and reader["size"] != writer["size"]:
            yield self._mismatch([reader], writer, path)
        elif kind == "enum" and "default" not in reader:
            unknown = [it for it in writer["symbols"] if it not in reader["symbols"]]
            if unknown:
                change = "loses" if self.by_new else "gains"
                yield f"{_where(path)} {change} {', '.join(unknown)} and has no default symbol"

    def _fields(self, reader: Plain, writer: Plain, path: str) -> Iterator[str]:
        read, written = ({each["name"]: each for each in it["fields"]} for it in (reader, writer))
        for name, each in read.items():
            inner = f"{path}.{name}" if path else name
            if name in written:
                yield from self.faults(each["type"], written[name]["type"], inner)
            elif "default" not in each:
                yield f"field {inner} is {'new' if self.by_new else 'dropped'} and has no default"
        for name, each in written.items():
            if self.by_new and name not in read and "default" not in each:
                inner = f"{path}.{name}" if path else name
                yield f"field {inner} is dropped and has no default"

    def _mismatch(self, reader: list[Plain], writer: Plain, path: str) -> str:
        read, written = " or ".join(map(_told, reader)), _told(writer)
        was, becomes = (written, read) if self.by_new else (read, written)
        return f"{_where(path)} was {was} and becomes {becomes}"


def _branches(schema: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return schema if isinstance(schema, list) else [schema]  # pyright: ignore[reportUnknownVariableType] - JSON


def _spelt_out(schema: Any, types: Mapping[str, Plain]) -> Plain:  # noqa: ANN401 - JSON
    """A type as an object, whether it stands as one or by its name."""
    if isinstance(schema, dict):
        return schema  # pyright: ignore[reportUnknownVariableType] - JSON
    return types.get(schema) or {"type": schema}


def _same(one: Plain, other: Plain) -> bool:
    """Whether two types are the same on the face of it: their kind, and their name if they have."""
    kind = one["type"]
    return kind == other["type"] and (kind not in _NAMED or one["name"] == other["name"])


def _logical(schema: Plain) -> tuple[Any, ...]:
    """What a type means beyond what carries it."""
    if schema.get("logicalType") == "decimal":
        return ("decimal", schema["precision"], schema.get("scale", 0))
    return (schema.get("logicalType"),)


def _told(schema: Plain) -> str:
    """A type in words, such as ``bytes (decimal 19 4)``."""
    kind = schema["type"]
    if kind in _NAMED:
        size = f" of {schema['size']} bytes" if kind == "fixed" else ""
        return f"{kind} {schema['name']}{size}"
    meaning = " ".join(str(part) for part in _logical(schema) if part is not None)
    return f"{kind} ({meaning})" if meaning else str(kind)


def _where(path: str) -> str:
    return f"field {path}" if path else "the schema"
