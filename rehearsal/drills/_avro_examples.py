"""A value for each type that an Avro schema may name, the same each time. Pure."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from fastavro import parse_schema

_PLAIN: Mapping[str, Any] = {
    "null": None,
    "boolean": True,
    "int": -7,
    "long": 2**40,
    "float": 0.5,
    "double": 0.25,
    "bytes": b"\x00\xff",
    "string": "Zoë",
}
_LOGICAL: Mapping[str, Any] = {
    "date": date(2026, 2, 28),
    "timestamp-millis": datetime(2026, 2, 28, 23, 59, 59, 999000, tzinfo=UTC),
}


def example(schema: Any) -> Any:
    """A value of a type; of alternatives the last, of symbols too, so that no default is taken.

    Raises:
        NotImplementedError: The schema has a logical type of which there is no example.
    """
    named: dict[str, Any] = {}
    return _of(parse_schema(schema, named_schemas=named), named)


def _of(schema: Any, named: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return _of(schema[-1], named)  # pyright: ignore[reportUnknownArgumentType] - JSON
    if isinstance(schema, str):
        return _of(named[schema], named) if schema in named else _PLAIN[schema]
    if "logicalType" in schema:
        return _logical(schema)
    make = _MADE.get(schema["type"])
    return make(schema, named) if make else _of(schema["type"], named)


def _logical(schema: Mapping[str, Any]) -> Any:
    logical = schema["logicalType"]
    if logical == "decimal":
        return Decimal(-123).scaleb(-schema.get("scale", 0))
    if logical not in _LOGICAL:
        raise NotImplementedError(f"there is no example of the logical type {logical}")
    return _LOGICAL[logical]


_MADE: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Any]] = {
    "array": lambda schema, named: [_of(schema["items"], named)],
    "enum": lambda schema, _: schema["symbols"][-1],
    "fixed": lambda schema, _: b"\x00" * schema["size"],
    "map": lambda schema, named: {"key": _of(schema["values"], named)},
    "record": lambda schema, named: {
        field["name"]: _of(field["type"], named) for field in schema["fields"]
    },
}
