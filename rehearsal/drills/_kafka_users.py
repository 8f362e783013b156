"""Users of the rehearsal's Kafka, who may do there what its access-control lists let them.

A user has the name of a role in IAM, for which the lists are. Its password is made for a drill,
known to the drill alone, and gone with it.
"""

import secrets
import time
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition, admin

from rehearsal.drills._attempts import Addresses

SECONDS = 20.0
"""How long the brokers may take for anything."""

_api: Any = admin
"""The library: it exports its classes without saying so to type checkers."""

Configuration = Mapping[str, Any]
"""With which a client of the library is made."""

_SCRAM: Any = _api.ScramMechanism.SCRAM_SHA_512
_FEWEST_ROUNDS = 4096

_OUTSIDE_ANY_GROUP = {
    # The library wants a name; nothing is kept by it.
    "group.id": "drill",
    "enable.auto.commit": False,
    "fetch.wait.max.ms": 20,
}


class UnclearAnswer(Exception):  # noqa: N818 - says what is so
    """The broker neither did what was asked nor said that it may not be asked for."""


def super_user(addresses: Addresses) -> Configuration:
    """As whom everything may be done."""
    # Without a log level, librdkafka writes what is refused to our standard error.
    return {"bootstrap.servers": addresses["kafka"]["bootstrap"], "log_level": 0}


def administrator(addresses: Addresses) -> Any:
    """The super user's client for what is no record."""
    return _api.AdminClient(super_user(addresses))


@contextmanager
def users(addresses: Addresses, names: Iterable[str]) -> Generator[Mapping[str, Configuration]]:
    """How to connect as each of these, for a while."""
    kafka, passwords = administrator(addresses), {name: secrets.token_hex(32) for name in names}
    rounds = _api.ScramCredentialInfo(_SCRAM, _FEWEST_ROUNDS)
    known = {
        name: {
            **super_user(addresses),
            "bootstrap.servers": addresses["kafka"]["clients"],
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": name,
            "sasl.password": password,
        }
        for name, password in passwords.items()
    }
    all_of(
        kafka.alter_user_scram_credentials(
            [
                _api.UserScramCredentialUpsertion(name, rounds, password.encode())
                for name, password in passwords.items()
            ]
        )
    )
    try:
        yield known
    finally:
        all_of(
            kafka.alter_user_scram_credentials(
                [_api.UserScramCredentialDeletion(name, _SCRAM) for name in passwords]
            )
        )


@contextmanager
def left_clean(kafka: Any, topics: Iterable[str]) -> Generator[None]:
    """Takes away what is put into the first partition of topics where nothing was before."""
    partitions = [TopicPartition(topic, 0) for topic in topics]
    first, next_ = (_offsets(kafka, partitions, spec) for spec in ("earliest", "latest"))
    empty = [each for each in partitions if first[each.topic] == next_[each.topic]]
    try:
        yield
    finally:
        ends = _offsets(kafka, empty, "latest")
        all_of(kafka.delete_records([TopicPartition(name, 0, end) for name, end in ends.items()]))


def put(configuration: Configuration, records: Mapping[str, bytes]) -> Mapping[str, Any]:
    """Writes a record into the first partition of each topic, as one user.

    Returns:
        By topic, the message that the broker has taken, or the error with which it did not.
    """
    answers: dict[str, Any] = {}

    def answered(error: Any, message: Any) -> None:
        answers[message.topic()] = error or message

    producer = Producer({**configuration, "message.timeout.ms": int(SECONDS * 1000)})
    for topic, value in records.items():
        producer.produce(topic, value, partition=0, on_delivery=answered)
    producer.flush(SECONDS)
    return answers


def read_at(configuration: Configuration, places: Mapping[str, int]) -> Mapping[str, Any]:
    """Reads the record at each place in the first partition of topics, as one user.

    Returns:
        By topic, the message, or the error that the broker gave in its place.
    """
    consumer: Any = Consumer({**configuration, **_OUTSIDE_ANY_GROUP})
    answers: dict[str, Any] = {}
    try:
        for topic in places:
            # Who may not know where a topic is would wait for it without a word.
            if error := consumer.list_topics(topic, timeout=SECONDS).topics[topic].error:
                answers[topic] = error
        consumer.assign(
            [TopicPartition(t, 0, place) for t, place in places.items() if t not in answers]
        )
        until = time.monotonic() + SECONDS
        while len(answers) < len(places) and time.monotonic() < until:
            message = consumer.poll(0.1)
            if message is not None and message.topic() is not None:
                answers.setdefault(message.topic(), message.error() or message)
    finally:
        consumer.close()
    return answers


def granted(answer: Any, refusal: int) -> bool:
    """Whether it worked; an answer that is neither a yes nor a refusal is none."""
    if answer is None:
        raise UnclearAnswer(f"Kafka has not answered within {SECONDS:.0f} s")
    if not isinstance(answer, KafkaError):
        return True
    if answer.code() != refusal:
        raise UnclearAnswer(f"Kafka neither agreed nor refused: {answer.str()}")
    return False


def groups(kafka: Any) -> set[str]:
    """The consumer groups that there are."""
    told = kafka.list_consumer_groups().result(timeout=SECONDS)
    return {each.group_id for each in told.valid}


def all_of(futures: Any) -> Mapping[Any, Any]:
    """What the brokers answer to each of the things they were asked together."""
    return {asked: future.result(timeout=SECONDS) for asked, future in futures.items()}


def _offsets(kafka: Any, partitions: list[TopicPartition], which: str) -> dict[str, int]:
    spec: Any = getattr(_api.OffsetSpec, which)()
    if not partitions:
        return {}
    # Who leads may have changed since this client looked, and it asks by what it knows.
    kafka.list_topics(timeout=SECONDS)
    told = all_of(kafka.list_offsets(dict.fromkeys(partitions, spec)))
    return {partition.topic: answer.offset for partition, answer in told.items()}
