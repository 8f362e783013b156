"""Every topic carries what its schema in the registry says, from who writes to who reads.

Records are written as clients of the registry write them: after a head that names the version of
the schema, by which the reader finds it. What a new version may be is said before a provider is
called, by the program: moto's registry takes any, and AWS's lets a required field go, since who
reads with the new version does not miss it. So it is tried what that would do to who reads today.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from uuid import UUID

import boto3
from confluent_kafka import KafkaError
from fastavro import (
    schemaless_reader,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
    schemaless_writer,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
)
from fastavro.read import SchemaResolutionError

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._avro_examples import example
from rehearsal.drills._kafka_users import (
    Configuration,
    administrator,
    granted,
    left_clean,
    put,
    read_at,
    super_user,
    users,
)

_boto3: Any = boto3
"""Its services are known at run time only."""

_HEAD = bytes((3, 0))
"""What a record begins with in AWS's serializers: their format's version, and that nothing is
compressed. The version of the schema follows, 16 bytes."""
_ADMINISTRATOR = "administrator"
"""Who writes what belongs to no domain, and reads what only an archive does."""

_AT_ONCE = 6
"""Users that write or read at the same time."""

_Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class _Topic:
    """A topic, and the versions of its schema from the first on, by their ids."""

    name: str
    owner: str
    readers: Sequence[str]
    versions: Mapping[UUID, _Schema]

    @property
    def newest(self) -> _Schema:
        return [*self.versions.values()][-1]

    def record(self, version: UUID) -> bytes:
        """An example as it is on the topic."""
        schema = self.versions[version]
        return _HEAD + version.bytes + _written(schema, example(schema))

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


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    topics = [*_topics(outputs, addresses)]
    roles = {name: each["role"] for name, each in outputs["messaging"]["clients"].items()}
    names = [topic.name for topic in topics]
    with left_clean(administrator(addresses), names), users(addresses, roles.values()) as known:
        who = {name: known[role] for name, role in roles.items()}
        who[_ADMINISTRATOR] = super_user(addresses)
        carried = [*_carried(topics, who)]
    return [*carried, *(attempt for topic in topics for attempt in _kept(topic))]


def _topics(outputs: Outputs, addresses: Addresses) -> Iterator[_Topic]:
    messaging, letters = outputs["messaging"], outputs["deadLetters"]
    arn = messaging["registryArn"]
    glue = _boto3.client(
        "glue",
        endpoint_url=addresses["moto"]["endpoint"],
        region_name=arn.split(":")[3],
        aws_access_key_id="drill",
        aws_secret_access_key="drill",  # noqa: S106 - moto takes any
    )
    for name, owner in {**outputs["topics"], **letters}.items():
        schema = {"SchemaArn": f"{arn.replace(':registry/', ':schema/', 1)}/{name}"}
        newest = glue.get_schema(SchemaId=schema)["LatestSchemaVersion"]
        versions = [
            glue.get_schema_version(SchemaId=schema, SchemaVersionNumber={"VersionNumber": number})
            for number in range(1, newest + 1)
        ]
        known, readers = messaging["clients"].keys(), messaging["consumers"].get(name)
        yield _Topic(
            name=name,
            owner=owner if owner in known else _ADMINISTRATOR,
            readers=[owner] if name in letters else readers or [_ADMINISTRATOR],
            versions={
                UUID(each["SchemaVersionId"]): json.loads(each["SchemaDefinition"])
                for each in versions
            },
        )


def _carried(topics: Sequence[_Topic], who: Mapping[str, Configuration]) -> Iterator[Attempt]:
    """A record of each version, written by the owner of its topic and read by all who may."""
    for turn in range(max(len(topic.versions) for topic in topics)):
        records = {
            topic: topic.record([*topic.versions][turn])
            for topic in topics
            if turn < len(topic.versions)
        }
        owners = {topic.owner for topic in records}
        places: dict[str, int] = {}
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            writing = {
                # Kafka's own clients write so unless they are told otherwise.
                owner: pool.submit(
                    put,
                    {**who[owner], "enable.idempotence": True},
                    {topic.name: each for topic, each in records.items() if topic.owner == owner},
                )
                for owner in sorted(owners)
            }
            for owner, answers in writing.items():
                for name, answer in answers.result().items():
                    worked = granted(answer, KafkaError.TOPIC_AUTHORIZATION_FAILED)
                    yield _attempt(owner, "write", name, expected=True, granted=worked)
                    if worked:
                        places[name] = answer.offset()
            reading = {
                reader: pool.submit(
                    read_at, who[reader], {name: places[name] for name in names if name in places}
                )
                for reader, names in _read_by(records).items()
            }
            for reader, answers in reading.items():
                found = answers.result()
                for topic, record in records.items():
                    if reader in topic.readers and topic.name in places:
                        came = granted(found.get(topic.name), KafkaError.TOPIC_AUTHORIZATION_FAILED)
                        whole = came and topic.understood(found[topic.name].value(), record)
                        yield _attempt(reader, "read", topic.name, expected=True, granted=whole)


def _read_by(topics: Iterable[_Topic]) -> Mapping[str, Sequence[str]]:
    """The topics that each reader reads."""
    found: dict[str, list[str]] = {}
    for topic in topics:
        for reader in topic.readers:
            found.setdefault(reader, []).append(topic.name)
    return found


def _kept(topic: _Topic) -> Iterator[Attempt]:
    missed = [*topic.missed()]
    for what, granted_ in (
        ("do without a field", not missed or any(missed)),
        ("lose a field", bool(topic.lost())),
    ):
        yield _attempt("who reads today", what, topic.name, expected=False, granted=granted_)


def _attempt(actor: str, what: str, target: str, *, expected: bool, granted: bool) -> Attempt:
    return Attempt(actor=actor, what=what, target=target, expected=expected, granted=granted)


def _required(schema: _Schema) -> Iterator[str]:
    """The names of the fields that a record has to have."""
    return (each["name"] for each in schema["fields"] if "default" not in each)


def _written(schema: _Schema, record: Any) -> bytes:
    stream = BytesIO()
    schemaless_writer(stream, dict(schema), record)
    return stream.getvalue()


def _read(value: bytes, writer: _Schema, reader: _Schema) -> Any:
    return schemaless_reader(BytesIO(value), dict(writer), dict(reader))


SCHEMAS = Drill(
    name="schemas",
    claim="records come as they were written, by their schema in the registry, and lack nothing",
    needs="messaging",
    attempts=_attempts,
)
