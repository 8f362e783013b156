"""The rules every topic's schema keeps, beyond being Avro.

They run over whatever topics the catalogue has, so a new one is held to them at once.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import pytest
from fastavro import (
    schemaless_reader,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
    schemaless_writer,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
)
from fastavro.utils import generate_one

import domains
from domains import load_catalogue
from platform_topics import PLATFORM_TOPICS

FOLDER = Path(domains.__file__).parent / "schemas"
SCHEMAS = {name: found.schema for name, found in load_catalogue(PLATFORM_TOPICS).topics.items()}

MONEY = ("bytes", "decimal", 19, 4)
RATE = ("bytes", "decimal", 18, 8)
TIME = ("long", "timestamp-millis", None, None)
DAY = ("int", "date", None, None)

every_schema = pytest.mark.parametrize("name", SCHEMAS)
every_schema_with_an_enum = pytest.mark.parametrize(
    "name", [name for name, schema in SCHEMAS.items() if '"enum"' in schema]
)


def schema_of(name: str) -> dict[str, Any]:
    return json.loads(SCHEMAS[name])


def objects(node: object) -> Iterator[dict[str, Any]]:
    """Every JSON object in a schema: types and fields alike, the outermost first."""
    if isinstance(node, dict):
        yield cast("dict[str, Any]", node)
        node = list(cast("dict[str, object]", node).values())
    if isinstance(node, list):
        for item in cast("list[object]", node):
            yield from objects(item)


def fields(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a record and of the records in it."""
    return [field for part in objects(schema) for field in part.get("fields", [])]


def logical(type_: object) -> tuple[object, ...] | None:
    """What a field's type means, if it is more than its Avro type."""
    if isinstance(type_, list):
        (_, type_) = cast("list[object]", type_)
    if not isinstance(type_, dict) or "logicalType" not in type_:
        return None
    described = cast("dict[str, object]", type_)
    return tuple(described.get(key) for key in ("type", "logicalType", "precision", "scale"))


def over_the_wire(value: object, writer: dict[str, Any], reader: dict[str, Any]) -> Any:  # noqa: ANN401 - whatever the schema says
    wire = BytesIO()
    schemaless_writer(wire, writer, value)
    wire.seek(0)
    return schemaless_reader(wire, writer, reader)


@every_schema
def test_a_schema_file_is_laid_out_the_one_way(name: str) -> None:
    text = (FOLDER / f"{name}.avsc").read_text()
    assert text == json.dumps(json.loads(text), indent=2) + "\n"


@every_schema
def test_every_type_and_field_is_explained(name: str) -> None:
    unexplained = [
        part["name"]
        for part in objects(schema_of(name))
        if "name" in part and not str(part.get("doc", "")).endswith(".")
    ]
    assert unexplained == []


@every_schema
def test_field_names_are_plain_and_unique(name: str) -> None:
    for part in objects(schema_of(name)):
        names = [field["name"] for field in part.get("fields", [])]
        assert [n for n in names if not re.fullmatch(r"[a-z][A-Za-z]*", n)] == []
        assert [n for n, times in Counter(names).items() if times > 1] == []


@every_schema
def test_an_optional_field_is_null_unless_given_and_no_other_has_a_default(name: str) -> None:
    for field in fields(schema_of(name)):
        if isinstance(field["type"], list):
            assert field["type"][0] == "null", field["name"]
            assert field.get("default", "none") is None, field["name"]
        else:
            assert "default" not in field, field["name"]


@every_schema
def test_a_logical_type_is_money_a_rate_a_time_or_a_day(name: str) -> None:
    for field in fields(schema_of(name)):
        assert logical(field["type"]) in (None, MONEY, RATE, TIME, DAY), field["name"]


@pytest.mark.parametrize(
    "name", [name for name, schema in SCHEMAS.items() if "price" in schema or '"scale":4' in schema]
)
def test_money_comes_with_a_currency(name: str) -> None:
    types = {field["name"]: field["type"] for field in schema_of(name)["fields"]}
    assert types.get("currency") == "string"


@every_schema
def test_times_and_ids_are_recognised_by_their_names(name: str) -> None:
    for field in fields(schema_of(name)):
        is_time = field["name"] == "timestamp" or field["name"].endswith("At")
        assert is_time == (logical(field["type"]) == TIME), field["name"]
        if field["name"].endswith("Id"):
            assert field["type"] in ("string", ["null", "string"]), field["name"]


@every_schema
def test_no_field_carries_card_data_or_an_account_number(name: str) -> None:
    names = {field["name"].lower() for field in fields(schema_of(name))}
    assert names & {"pan", "cardnumber", "cvv", "cvc", "track", "pin", "iban"} == set()


@every_schema
def test_any_record_survives_the_wire(name: str) -> None:
    schema = schema_of(name)
    random.seed(name)
    # The generator fills money with any bytes; read once, it holds digits that money can have.
    record = over_the_wire(generate_one(schema), schema, schema)
    assert over_the_wire(record, schema, schema) == record


@every_schema_with_an_enum
def test_a_reader_meets_a_symbol_newer_than_its_schema_as_unknown(name: str) -> None:
    schema = schema_of(name)
    newer = json.loads(json.dumps(schema).replace('"symbols": [', '"symbols": ["ADDED_LATER", '))
    enums = [
        field["name"]
        for field in schema["fields"]
        if isinstance(field["type"], dict) and field["type"]["type"] == "enum"
    ]
    record = generate_one(schema) | dict.fromkeys(enums, "ADDED_LATER")
    read = over_the_wire(record, newer, schema)
    assert [read[enum] for enum in enums] == ["UNKNOWN"] * len(enums)


def test_no_two_schemas_define_one_type() -> None:
    defined = Counter(
        (schema["namespace"], part["name"])
        for schema in map(schema_of, SCHEMAS)
        for part in objects(schema)
        if part.get("type") in ("record", "enum", "fixed")
    )
    assert [name for name, times in defined.items() if times > 1] == []
