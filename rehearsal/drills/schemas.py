"""Every topic carries what its schema in the registry says, from who writes to who reads.

Records are written as clients of the registry write them: after a head that names the version of
the schema, by which the reader finds it. What a new version may be is said before a provider is
called, by the program: moto's registry takes any, and AWS's lets a required field go, since who
reads with the new version does not miss it. So it is tried what that would do to who reads today.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import boto3
from confluent_kafka import KafkaError

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._avro_versions import VersionedTopic
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

_ADMINISTRATOR = "administrator"
"""Who writes what belongs to no domain, and reads what only an archive does."""

_AT_ONCE = 6
"""Users that write or read at the same time."""


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    topics = [*_topics(outputs, addresses)]
    roles = {name: each["role"] for name, each in outputs["messaging"]["clients"].items()}
    names = [topic.name for topic in topics]
    with left_clean(administrator(addresses), names), users(addresses, roles.values()) as known:
        who = {name: known[role] for name, role in roles.items()}
        who[_ADMINISTRATOR] = super_user(addresses)
        carried = [*_carried(topics, who)]
    return [*carried, *(attempt for topic in topics for attempt in _kept(topic))]


def _topics(outputs: Outputs, addresses: Addresses) -> Iterator[VersionedTopic]:
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
        yield VersionedTopic(
            name=name,
            owner=owner if owner in known else _ADMINISTRATOR,
            readers=[owner] if name in letters else readers or [_ADMINISTRATOR],
            versions={
                UUID(each["SchemaVersionId"]): json.loads(each["SchemaDefinition"])
                for each in versions
            },
        )


def _carried(
    topics: Sequence[VersionedTopic], who: Mapping[str, Configuration]
) -> Iterator[Attempt]:
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


def _read_by(topics: Iterable[VersionedTopic]) -> Mapping[str, Sequence[str]]:
    """The topics that each reader reads."""
    found: dict[str, list[str]] = {}
    for topic in topics:
        for reader in topic.readers:
            found.setdefault(reader, []).append(topic.name)
    return found


def _kept(topic: VersionedTopic) -> Iterator[Attempt]:
    missed = [*topic.missed()]
    for what, granted_ in (
        ("do without a field", not missed or any(missed)),
        ("lose a field", bool(topic.lost())),
    ):
        yield _attempt("who reads today", what, topic.name, expected=False, granted=granted_)


def _attempt(actor: str, what: str, target: str, *, expected: bool, granted: bool) -> Attempt:
    return Attempt(actor=actor, what=what, target=target, expected=expected, granted=granted)


SCHEMAS = Drill(
    name="schemas",
    claim="records come as they were written, by their schema in the registry, and lack nothing",
    needs="messaging",
    attempts=_attempts,
)
