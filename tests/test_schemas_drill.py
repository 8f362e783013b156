"""What the drill on schemas makes of schemas and records, without servers."""

import json
from typing import Any
from uuid import UUID

import pytest

from domains import Catalogue, dead_letter_schema
from rehearsal.drills._avro_examples import example
from rehearsal.drills._avro_versions import VersionedTopic

Plain = dict[str, Any]

ONE, TWO = UUID(int=1), UUID(int=2)
DEED: Plain = {
    "type": "record",
    "name": "Deed",
    "fields": [
        {"name": "deedId", "type": "string"},
        {"name": "price", "type": "int"},
        {"name": "note", "type": "string", "default": ""},
    ],
}


def topic(*versions: Plain) -> VersionedTopic:
    return VersionedTopic(
        name="t", owner="o", readers=["r"], versions=dict(zip([ONE, TWO], versions, strict=False))
    )


def changed(name: str, **new: object) -> Plain:
    fields = [{**each, **new} if each["name"] == name else each for each in DEED["fields"]]
    return {**DEED, "fields": fields}


def without(name: str) -> Plain:
    return {**DEED, "fields": [each for each in DEED["fields"] if each["name"] != name]}


def with_one_more(**field: object) -> Plain:
    return {**DEED, "fields": [*DEED["fields"], {"name": "more", "type": "string", **field}]}


def test_there_is_a_record_of_every_schema_of_the_bank_and_none_does_without_a_field(
    catalogue: Catalogue,
) -> None:
    schemas = [*(each.schema for each in catalogue.topics.values()), dead_letter_schema()]
    for schema in schemas:
        found = topic(json.loads(schema))
        record = found.record(ONE)
        assert found.understood(record, record)
        assert set(found.missed()) == {False}
        assert found.lost() == set()


def test_a_record_that_came_otherwise_is_not_the_one_that_was_written() -> None:
    found = topic(DEED)
    record = found.record(ONE)
    assert record[:18] == b"\x03\x00" + ONE.bytes
    assert not found.understood(record[:-1] + b"?", record)


@pytest.mark.parametrize("newer", [with_one_more(default=""), without("note"), without("price")])
def test_who_has_the_newest_version_reads_those_before(newer: Plain) -> None:
    found = topic(DEED, newer)
    for version in (ONE, TWO):
        assert found.understood(found.record(version), found.record(version))


@pytest.mark.parametrize("newer", [with_one_more(), changed("price", type="string")])
def test_a_version_that_cannot_read_those_before_is_found(newer: Plain) -> None:
    found = topic(DEED, newer)
    assert not found.understood(found.record(ONE), found.record(ONE))
    assert found.understood(found.record(TWO), found.record(TWO))


def test_what_records_had_to_have_and_have_no_longer_is_lost() -> None:
    assert topic(DEED, without("price")).lost() == {"price"}
    assert topic(DEED, without("note")).lost() == set()
    assert topic(DEED, with_one_more()).lost() == set()


def test_a_field_that_has_got_a_default_is_none_that_would_be_missed() -> None:
    assert list(topic(DEED).missed()) == [False, False]
    assert list(topic(DEED, changed("price", default=0)).missed()) == [False]


def test_a_type_without_an_example_is_told() -> None:
    schema = changed("price", type={"type": "int", "logicalType": "time-millis"})
    with pytest.raises(NotImplementedError, match="time-millis"):
        example(schema)
