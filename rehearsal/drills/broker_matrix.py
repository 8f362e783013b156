"""On Kafka each domain writes its own topics, reads what it consumes, and is in its own group."""

import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, KafkaError

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._kafka_users import (
    SECONDS,
    Configuration,
    administrator,
    all_of,
    granted,
    groups,
    left_clean,
    put,
    read_at,
    super_user,
    users,
)

_AT_ONCE = 6
"""Users that try at the same time."""
_STRANGER = "stranger"
_RECORD = b"drill"


@dataclass(frozen=True, kw_only=True)
class _World:
    """What there is to try, and what should come of it."""

    writers: Mapping[str, str]
    """By topic, dead letters' too, who may write there."""
    readers: Mapping[str, Sequence[str]]
    """By topic, who may read there."""
    groups: Mapping[str, str]
    """By name, the group of each who could be in one."""
    places: Mapping[str, int]
    """By topic, where in its first partition a record is."""

    def tried(self, name: str, configuration: Configuration) -> list[Attempt]:
        """Everything, by one of them."""
        return [*self._tried(name, configuration)]

    def _tried(self, name: str, configuration: Configuration) -> Iterator[Attempt]:
        written = put(configuration, dict.fromkeys(self.writers, _RECORD))
        for topic, owner in self.writers.items():
            yield Attempt(
                actor=name,
                what="write",
                target=topic,
                expected=name == owner,
                granted=granted(written.get(topic), KafkaError.TOPIC_AUTHORIZATION_FAILED),
            )
        read = read_at(configuration, self.places)
        for topic, readers in self.readers.items():
            yield Attempt(
                actor=name,
                what="read",
                target=topic,
                expected=name in readers,
                granted=granted(read.get(topic), KafkaError.TOPIC_AUTHORIZATION_FAILED),
            )
        reads = any(name in readers for readers in self.readers.values())
        subscribed = next((t for t, readers in self.readers.items() if name in readers), "none")
        for other, group in self.groups.items():
            answer = _join(configuration, group, subscribed)
            yield Attempt(
                actor=name,
                what="join",
                target=f"group {group}",
                expected=other == name and reads,
                granted=granted(answer, KafkaError.GROUP_AUTHORIZATION_FAILED),
            )


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    kafka, letters = administrator(addresses), outputs["deadLetters"]
    messaging, clients = outputs["messaging"], outputs["messaging"]["clients"]
    topics = [*outputs["topics"], *letters]
    stranger = f"{_STRANGER}-{secrets.token_hex(4)}"
    roles = {**{name: each["role"] for name, each in clients.items()}, _STRANGER: stranger}
    there = groups(kafka)
    with left_clean(kafka, topics), users(addresses, roles.values()) as known:
        placed = put(super_user(addresses), dict.fromkeys(topics, _RECORD))
        world = _World(
            writers={**outputs["topics"], **letters},
            readers={
                **messaging["consumers"],
                **{topic: [name] for topic, name in letters.items()},
            },
            groups={name: each["group"] for name, each in clients.items()},
            places={topic: placed[topic].offset() for topic in topics},
        )
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            tried = [pool.submit(world.tried, name, known[role]) for name, role in roles.items()]
        attempts = [attempt for each in tried for attempt in each.result()]
    if new := groups(kafka) - there:
        all_of(kafka.delete_consumer_groups(sorted(new)))
    return attempts


def _join(configuration: Configuration, group: str, topic: str) -> Any:
    """What a group says to one more member: its share of a topic, or an error."""
    consumer: Any = Consumer({**configuration, "group.id": group, "enable.auto.commit": False})
    shares: list[Any] = []
    trouble: Any = None

    def joined(_: Any, share: list[Any]) -> None:
        shares.append(share)

    try:
        consumer.subscribe([topic], on_assign=joined)
        until = time.monotonic() + SECONDS
        while not shares and time.monotonic() < until:
            message = consumer.poll(0.05)
            if message is not None and message.error() and message.topic() is None:
                trouble = message.error()
                if trouble.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
                    break
                # What else there is, such as a broker that knows a password a little later than
                # another, the library gets over by itself, or it is told when time is up.
    finally:
        consumer.close()
    return shares[0] if shares else trouble


BROKER_MATRIX = Drill(
    name="broker matrix",
    claim="on Kafka each domain writes, reads and joins what the catalogue declares, and no more",
    needs="messaging",
    attempts=_attempts,
)
