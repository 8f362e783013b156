"""A topic's schema in all its versions, and what they make of each other's records. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

from fastavro import (
    schemaless_reader,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
    schemaless_writer,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
)
from fastavro.read import SchemaResolutionError

from rehearsal.drills._avro_examples import example

HEAD = bytes((3, 0))
"""What a record begins with in AWS's serializers: their format's version, and that nothing is
compressed. The version of the schema follows, 16 bytes."""

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class VersionedTopic:
    """A topic, and the versions of its schema from the first on, by their ids."""

    name: str
    owner: str
    readers: Sequence[str]
    versions: Mapping[UUID, Schema]

    @property
    def newest(self) -> Schema:
        """The one that counts for who reads from now on."""
        return [*self.versions.values()][-1]

    def record(self, version: UUID) -> bytes:
        """An example as it is on the topic."""
        schema = self.versions[version]
        return HEAD + version.bytes + _written(schema, example(schema))

    def understood(self, found: bytes, record: bytes) -> bool:
        """Whether what has come is what was written, and who has the newest version reads it."""
        version, value = UUID(bytes=found[2:18]), found[18:]
        if found != record:
            return False
        written = self.versions[version]
        try:
            read, said = _read(value, written, self.newest), _read(value, written, written)
        except SchemaResolutionError:
            return False
        common = read.keys() & said.keys()
        return said == example(written) and all(read[name] == said[name] for name in common)

    def missed(self) -> Iterator[bool]:
        """For each field that has to be there, whether who reads today would do without it."""
        for name in _required(self.newest):
            fields = [each for each in self.newest["fields"] if each["name"] != name]
            schema = {**self.newest, "fields": fields}
            try:
                _read(_written(schema, example(schema)), schema, self.newest)
            except SchemaResolutionError:
                yield False
            else:
                yield True

    def lost(self) -> set[str]:
        """What records of earlier versions had to have, and the newest lacks."""
        present = {each["name"] for each in self.newest["fields"]}
        return {name for each in self.versions.values() for name in _required(each)} - present


def _required(schema: Schema) -> Iterator[str]:
    """The names of the fields that a record has to have."""
    return (each["name"] for each in schema["fields"] if "default" not in each)


def _written(schema: Schema, record: Any) -> bytes:
    stream = BytesIO()
    schemaless_writer(stream, dict(schema), record)
    return stream.getvalue()


def _read(value: bytes, writer: Schema, reader: Schema) -> Any:
    return schemaless_reader(BytesIO(value), dict(writer), dict(reader))
