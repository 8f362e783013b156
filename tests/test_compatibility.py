"""Which new version of a schema may take the place of the one that stands."""

import json
from io import BytesIO
from typing import Any

import pytest
from fastavro import (
    parse_schema,
    schemaless_reader,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
    schemaless_writer,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
)
from fastavro.utils import generate_many
from hypothesis import given
from hypothesis import strategies as st

from domains import Compatibility, load_catalogue
from domains._compatibility import problems
from platform_topics import PLATFORM_TOPICS

MODES = list(Compatibility)
BACKWARD, FULL = Compatibility.BACKWARD, Compatibility.FULL
A = {"name": "a", "type": "string"}
NULL: None = None

Json = Any


def record(*fields: Json, name: str = "Event") -> str:
    described = {"type": "record", "name": name, "namespace": "corebank.x.v1"}
    return json.dumps({**described, "fields": list(fields)})


def of(type_: Json, **more: Json) -> str:
    """A record with one field of this type."""
    return record({"name": "b", "type": type_, **more})


def decimal(precision: int, scale: int) -> Json:
    return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}


def logical(type_: str, meaning: str) -> Json:
    return {"type": type_, "logicalType": meaning}


def enum(*symbols: str, **more: str) -> Json:
    return {"type": "enum", "name": "Kind", "symbols": list(symbols), **more}


def nested(*fields: Json) -> Json:
    return {"type": "record", "name": "Inner", "fields": list(fields)}


@pytest.mark.parametrize("mode", MODES)
def test_every_schema_of_the_catalogue_gets_on_with_itself(mode: str) -> None:
    for topic in load_catalogue(PLATFORM_TOPICS).topics.values():
        assert problems(topic.schema, topic.schema, mode) == []


@pytest.mark.parametrize(
    ("standing", "new"),
    [
        (record(A), record(A, {"name": "b", "type": "string", "default": ""})),
        (record(A, {"name": "b", "type": ["null", "string"], "default": NULL}), record(A)),
        (of(["null", "string"], default=NULL), of(["null", "string"], doc="New words.")),
        (record(A, {"name": "b", "type": "int"}), record({"name": "b", "type": "int"}, A)),
        (of(["null", decimal(19, 4)]), of([decimal(19, 4), "null"])),
        (of(enum("A", "B", default="A")), of(enum("A", "C", default="A"))),
        (of(decimal(19, 4)), of({**decimal(19, 4), "doc": "Of money."})),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_what_no_reader_minds_is_taken(standing: str, new: str, mode: str) -> None:
    assert problems(standing, new, mode) == []


@pytest.mark.parametrize(
    ("standing", "new", "both_ways"),
    [
        (of("string"), of(["null", "string"]), "field b was string and becomes null"),
        (of("int"), of("long"), "field b was int and becomes long"),
        (of("int"), of(["null", "double"]), None),
        (of(enum("A")), of(enum("A", "B")), "field b gains B and has no default symbol"),
        (
            of({"type": "array", "items": "int"}),
            of({"type": "array", "items": "float"}),
            "field b[] was int and becomes float",
        ),
    ],
)
def test_what_only_new_readers_take_is_taken_backward_and_refused_in_full(
    standing: str, new: str, both_ways: str | None
) -> None:
    assert problems(standing, new, BACKWARD) == problems(standing, new, "BACKWARD_ALL") == []
    refused = problems(standing, new, FULL)
    assert refused
    assert problems(standing, new, "FULL_ALL") == refused
    if both_ways is not None:
        assert refused == [both_ways]


@pytest.mark.parametrize(
    ("standing", "new", "told"),
    [
        (
            record(A, {"name": "b", "type": "int"}),
            record(A),
            "field b is dropped and has no default",
        ),
        (record(A), record(A, {"name": "b", "type": "int"}), "field b is new and has no default"),
        (of("string"), of("int"), "field b was string and becomes int"),
        (of("long"), of("int"), "field b was long and becomes int"),
        (of(["null", "string"]), of("string"), "field b was null and becomes string"),
        (
            of(decimal(19, 4)),
            of(decimal(19, 2)),
            "field b was bytes (decimal 19 4) and becomes bytes (decimal 19 2)",
        ),
        (of("bytes"), of(decimal(19, 4)), "field b was bytes and becomes bytes (decimal 19 4)"),
        (
            of(logical("long", "timestamp-millis")),
            of(logical("long", "timestamp-micros")),
            "field b was long (timestamp-millis) and becomes long (timestamp-micros)",
        ),
        (
            of(logical("int", "date")),
            of(logical("long", "timestamp-millis")),
            "field b was int (date) and becomes long (timestamp-millis)",
        ),
        (of(enum("A", "B")), of(enum("A")), "field b loses B and has no default symbol"),
        (
            of({"type": "fixed", "name": "F", "size": 4}),
            of({"type": "fixed", "name": "F", "size": 8}),
            (
                "field b was fixed corebank.x.v1.F of 4 bytes and becomes "
                "fixed corebank.x.v1.F of 8 bytes"
            ),
        ),
        (
            of(["null", nested(A, {"name": "c", "type": "int"})]),
            of(["null", nested(A)]),
            "field b.c is dropped and has no default",
        ),
        (
            of({"type": "map", "values": nested(A)}),
            of({"type": "map", "values": nested(A, {"name": "c", "type": "int"})}),
            "field b{}.c is new and has no default",
        ),
        (
            record(A, name="Event"),
            record(A, name="Other"),
            "the schema was record corebank.x.v1.Event and becomes record corebank.x.v1.Other",
        ),
        # An alias would let the new reader find it; the readers that there are look for b.
        (
            of("int"),
            record({"name": "c", "aliases": ["b"], "type": "int", "default": 0}),
            "field b is dropped and has no default",
        ),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_what_breaks_a_reader_is_refused_in_every_mode(
    standing: str, new: str, told: str, mode: str
) -> None:
    assert told in problems(standing, new, mode)


def test_everything_is_told_at_once_and_nothing_twice() -> None:
    standing = record(A, {"name": "b", "type": "int"}, {"name": "c", "type": "string"})
    new = record(A, {"name": "c", "type": "int"}, {"name": "d", "type": "int"})
    assert problems(standing, new, FULL) == [
        "field c was string and becomes int",
        "field d is new and has no default",
        "field b is dropped and has no default",
    ]


def test_a_record_that_holds_itself_is_looked_at_once() -> None:
    inner = {"name": "next", "type": ["null", "Event"], "default": NULL}
    assert problems(record(A, inner), record(A, inner), FULL) == []
    assert problems(record(A, inner), record(inner), FULL) == [
        "field a is dropped and has no default"
    ]


def test_a_type_that_is_named_again_is_the_same_type() -> None:
    twice = record({"name": "a", "type": enum("X", "Y")}, {"name": "b", "type": "Kind"})
    fewer = record({"name": "a", "type": enum("X")}, {"name": "b", "type": "Kind"})
    assert problems(twice, twice, FULL) == []
    assert problems(twice, fewer, BACKWARD) == [
        "field a loses Y and has no default symbol",
        "field b loses Y and has no default symbol",
    ]


def test_a_mode_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="NONE"):
        problems(record(A), record(A), "NONE")


SIMPLE = st.sampled_from(["null", "boolean", "int", "long", "float", "double", "string", "bytes"])
TYPES = st.one_of(
    SIMPLE,
    SIMPLE.map(lambda items: {"type": "array", "items": items}),
    SIMPLE.map(lambda values: {"type": "map", "values": values}),
    st.lists(SIMPLE, min_size=1, max_size=3, unique=True),
    st.just([]).map(lambda _: nested(A)),
    st.just([]).map(lambda _: nested({"name": "c", "type": "int"})),
    st.sampled_from([enum("A"), enum("A", "B"), enum("B", "C", default="B")]),
)


def _record_of(kinds: dict[str, Json]) -> str:
    # A second type of the same name would be no schema at all.
    if sum(isinstance(kind, dict) and "name" in kind for kind in kinds.values()) > 1:
        kinds = dict.fromkeys(kinds, "int")
    return record(*({"name": name, "type": kind} for name, kind in kinds.items()))


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str]:
    """A schema, and one in which most fields are still the same."""
    names = draw(st.lists(st.sampled_from("abc"), min_size=1, unique=True))
    standing = {name: draw(TYPES) for name in names}
    new = {name: draw(TYPES) if draw(st.integers(0, 2)) == 0 else standing[name] for name in names}
    return _record_of(standing), _record_of(new)


@given(versions())
def test_what_is_taken_backward_is_read_by_a_real_reader(schemas: tuple[str, str]) -> None:
    if problems(*schemas, BACKWARD):
        return
    writer, reader = (parse_schema(json.loads(schema)) for schema in schemas)
    for value in generate_many(writer, 3):
        wire = BytesIO()
        schemaless_writer(wire, writer, value)
        wire.seek(0)
        schemaless_reader(wire, writer, reader)


@given(versions())
def test_full_is_backward_both_ways(schemas: tuple[str, str]) -> None:
    one, other = schemas
    taken = not problems(one, other, FULL)
    assert taken == (not problems(one, other, BACKWARD) and not problems(other, one, BACKWARD))
