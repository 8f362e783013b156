"""The rules every topic's schema keeps, and the schema files the catalogue refuses.

The rules run over whatever topics the catalogue has, so a new one is held to them at once.
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
from domains import Topic, load_catalogue
from platform_topics import PLATFORM_TOPICS
from problems import BadInput
from tests.declarations import IMAGE

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


def over_the_wire(value: object, writer: dict[str, Any], reader: dict[str, Any]) -> Any:
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


AUDITS = Topic(name="corebank.operations.audits.v1", keyed_by="eventId")
AUDITS_FILE = f"domains/schemas/{AUDITS.name}.avsc"
SPECIFICATION = "see the Avro specification, Schema Declaration"


def complaint(tmp_path: Path, schema: object, file: str = AUDITS_FILE) -> str:
    """What the catalogue says to a bank whose one topic has this schema, as text or as JSON."""
    written = tmp_path / file
    written.parent.mkdir(parents=True)
    (tmp_path / "domains" / "cards.py").write_text(
        "from domains import Api, Auth, Domain, Tier\n"
        "DOMAIN = Domain(name='cards', title='T', purpose='P.', tier=Tier.CORE,\n"
        f"    image={IMAGE!r}, api=Api(path='/cards', auth=(Auth.ROLES,)))\n"
    )
    if isinstance(schema, bytes):
        written.write_bytes(schema)
    else:
        written.write_text(json.dumps(schema))
    with pytest.raises(BadInput) as refused:
        load_catalogue([AUDITS], tmp_path / "domains")
    return str(refused.value)


def audits(*fields: dict[str, object], **changes: object) -> dict[str, object]:
    key = {"name": "eventId", "type": "string"}
    record = {"type": "record", "name": "Audits", "namespace": "corebank.operations.v1"}
    return record | {"fields": fields or [key]} | changes


def test_a_topic_has_a_schema_file_and_a_schema_file_a_topic(tmp_path: Path) -> None:
    misspelt = "domains/schemas/corebank.operations.audit.v1.avsc"
    assert complaint(tmp_path, audits(), file=misspelt) == (
        f"ERR schema-unused {misspelt}: no topic has this schema; did you mean {AUDITS.name}?\n"
        f"ERR schema-missing {AUDITS_FILE}: topic {AUDITS.name} has no schema file; "
        "write its Avro record there"
    )


def test_a_schema_file_unlike_any_topic_is_to_be_deleted(tmp_path: Path) -> None:
    assert complaint(tmp_path, audits(), file="domains/schemas/x.avsc").splitlines()[1] == (
        "ERR schema-unused domains/schemas/x.avsc: no topic has this schema; "
        "delete it, or publish the topic"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b'{\n  "type": "record"\n  "name": "Audits"\n}',
            "Expecting ',' delimiter at line 3, column 3; correct it there",
        ),
        (b"", "Expecting value at line 1, column 1; correct it there"),
        (
            b'{"name": "A", "type": "record", "name": "B"}',
            "key 'name' stands 2 times in one object; correct the file",
        ),
    ],
    ids=["comma", "empty", "repeated key"],
)
def test_a_schema_that_is_not_json_is_told_where(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    assert complaint(tmp_path, content) == f"ERR schema-json {AUDITS_FILE}: not JSON: {problem}"


def test_a_schema_that_is_not_utf_8_is_told_which_byte(tmp_path: Path) -> None:
    assert complaint(tmp_path, b'"\xff"') == (
        f"ERR schema-json {AUDITS_FILE}: not JSON: 'utf-8' codec can't decode byte 0xff "
        "in position 1: invalid start byte; correct the file"
    )


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (
            audits({"name": "eventId", "type": "strng"}),
            "not Avro: UnknownType: corebank.operations.v1.strng",
        ),
        (
            audits({"name": "eventId"}),
            "not Avro: SchemaParseException: Record field 'eventId' is missing 'type'",
        ),
        (audits({"name": "eventId", "type": {"type": "array"}}), "not Avro: KeyError: 'items'"),
        (audits(fields=None), "not Avro: TypeError: 'NoneType' object is not iterable"),
        ("string", "valid Avro, but not a record"),
        ({"type": "enum", "name": "Audits", "symbols": ["A"]}, "valid Avro, but not a record"),
    ],
)
def test_a_schema_that_is_not_an_avro_record_is_refused_with_the_parsers_words(
    tmp_path: Path, schema: object, problem: str
) -> None:
    assert complaint(tmp_path, schema) == (
        f"ERR schema-avro {AUDITS_FILE}: {problem}; {SPECIFICATION}"
    )


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": "Audit"}, "corebank.operations.v1.Audit"),
        ({"namespace": "corebank.operations"}, "corebank.operations.Audits"),
        ({"namespace": "corebank.operations.v2"}, "corebank.operations.v2.Audits"),
    ],
)
def test_a_record_is_named_after_its_topic(
    tmp_path: Path, changes: dict[str, object], found: str
) -> None:
    assert complaint(tmp_path, audits(**changes)) == (
        f"ERR schema-name {AUDITS_FILE}: the record is not named after its topic: "
        "corebank.<area>.<event>.v<N> holds a record <Event> in namespace corebank.<area>.v<N> "
        f"(got {found}); name it Audits in namespace corebank.operations.v1"
    )


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("eventID", "did you mean eventID?"),
        ("user", "add the field or correct keyed_by"),
    ],
)
def test_the_key_is_a_field_of_the_record(tmp_path: Path, name: str, fix: str) -> None:
    assert complaint(tmp_path, audits({"name": name, "type": "string"})) == (
        f"ERR schema-key {AUDITS_FILE}: the record has no field for the key of {AUDITS.name} "
        f"(got eventId); {fix}"
    )


@pytest.mark.parametrize("kind", [{"type": ["null", "string"]}, {"type": "string", "default": ""}])
def test_the_key_cannot_be_left_out(tmp_path: Path, kind: dict[str, object]) -> None:
    assert complaint(tmp_path, audits({"name": "eventId", **kind})) == (
        f"ERR schema-key {AUDITS_FILE}: the key of {AUDITS.name} may be left out (got eventId); "
        "give the field a plain type and no default"
    )
