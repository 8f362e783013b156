"""Reads a topic's Avro schema and says what is wrong with it.

One file per topic, ``schemas/<topic>.avsc``. Says nothing about compatibility with an earlier
version: see ``_compatibility``.
"""

import json
from pathlib import Path
from typing import Any

from fastavro.schema import SchemaParseException, UnknownType, parse_schema
from fastavro.types import Schema

from domains._model import Topic
from domains._names import did_you_mean, look_alike
from problems import BadInput, Problem


def read_schema(file: Path, place: str, topic: Topic) -> str:
    """Reads and checks the schema of a topic.

    Args:
        file: The ``.avsc`` file.
        place: What a problem calls the file.
        topic: A topic with a well-formed name.

    Returns:
        The schema as JSON without blanks, so that laying the file out anew is no change.

    Raises:
        BadInput: The file is missing, not JSON, not an Avro record, or not this topic's record.
    """
    schema = _read_json(file, place, topic)
    record = _parse_record(schema, place)
    problems = [
        problem
        for problem in (_name_problem(record, place, topic), _key_problem(record, place, topic))
        if problem
    ]
    if problems:
        raise BadInput(problems)
    return json.dumps(schema, separators=(",", ":"))


def _read_json(file: Path, place: str, topic: Topic) -> Schema:
    """Returns what ought to be a schema; all that is sure is that it came from JSON."""
    try:
        return json.loads(file.read_text(encoding="utf-8"), object_pairs_hook=_without_repeats)
    except FileNotFoundError:
        raise _refusal(
            "schema-missing",
            place,
            f"topic {topic.name} has no schema file",
            "write its Avro record there",
        ) from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _refusal(
            "schema-json", place, f"not JSON: {error.msg} at {where}", "correct it there"
        ) from None
    except ValueError as error:
        raise _refusal("schema-json", place, f"not JSON: {error}", "correct the file") from None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses a key that stands twice, of which Python's parser would silently keep the last."""
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"key {key!r} stands {keys.count(key)} times in one object")
    return dict(pairs)


def _parse_record(schema: Schema, place: str) -> dict[str, Any]:
    """Returns the record as fastavro parses it, its type names in full."""
    fix = "see the Avro specification, Schema Declaration"
    try:
        parsed = parse_schema(schema)
    # KeyError and TypeError are how fastavro meets an attribute that is missing or of a wrong type.
    except (SchemaParseException, UnknownType, KeyError, TypeError) as error:
        what = f"not Avro: {type(error).__name__}: {error}"
        raise _refusal("schema-avro", place, what, fix) from None
    if not isinstance(parsed, dict) or parsed["type"] != "record":
        raise _refusal("schema-avro", place, "valid Avro, but not a record", fix)
    return parsed


def _name_problem(record: dict[str, Any], place: str, topic: Topic) -> Problem | None:
    expected = _record_name(topic.name)
    if record["name"] == expected:
        return None
    namespace, _, name = expected.rpartition(".")
    return Problem(
        code="schema-name",
        path=place,
        what="the record is not named after its topic: corebank.<area>.<event>.v<N> holds a record "
        "<Event> in namespace corebank.<area>.v<N>",
        got=record["name"],
        fix=f"name it {name} in namespace {namespace}",
    )


def _record_name(topic_name: str) -> str:
    """The full name of a topic's record.

    The version is in the namespace, so that code made from v1 and v2 fits into one program.
    """
    bank, area, *event, version = topic_name.split(".")
    return f"{bank}.{area}.{version}.{''.join(map(str.capitalize, event))}"


def _key_problem(record: dict[str, Any], place: str, topic: Topic) -> Problem | None:
    fields = {str(field["name"]): field for field in record["fields"]}
    key = fields.get(topic.keyed_by)
    if key is None:
        return Problem(
            code="schema-key",
            path=place,
            what=f"the record has no field for the key of {topic.name}{look_alike(topic.keyed_by)}",
            got=topic.keyed_by,
            fix=did_you_mean(topic.keyed_by, fields, otherwise="add the field or correct keyed_by"),
        )
    if "default" in key or (isinstance(key["type"], list) and "null" in key["type"]):
        return Problem(
            code="schema-key",
            path=place,
            what=f"the key of {topic.name} may be left out",
            got=topic.keyed_by,
            fix="give the field a plain type and no default",
        )
    return None


def _refusal(code: str, place: str, what: str, fix: str) -> BadInput:
    return BadInput([Problem(code=code, path=place, what=what, fix=fix)])
