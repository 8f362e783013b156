"""Which topics the catalogue refuses, and the exact words in which it does.

Every test starts from a sound bank of two domains and one topic and spoils one thing.
"""

from pathlib import Path

import pytest

from domains import Topic
from tests.catalogue_folder import PAID, SCHEMA, Bank


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path / "domains")


def topic_name_problems(place: str, name: str, *faults: str) -> str:
    fix = "write corebank.<area>.<event>.v<N>, in lower-case letters and digits"
    return "\n".join(f"ERR topic-name {place}: {fault} (got {name}); {fix}" for fault in faults)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("cards.issued.v1", "the topic's name begins with 'cards' and not with 'corebank'"),
        ("corebank.issued.v1", "the topic's name lacks an area or an event"),
        ("corebank.cards.issued", "the topic's name has no version"),
        ("corebank.Cards.issued.v1", "segment 'Cards' has upper case"),
        (
            "corebank.cards.is_sued.v1",
            "segment 'is_sued' has '_', which Kafka's metrics do not tell from '.'",
        ),
        ("corebank.cards..issued.v1", "the topic's name has an empty segment"),
        (
            "corebank.cards.issued .v1",
            "segment 'issued ' is not a letter followed by letters and digits",
        ),
        (
            "corebank.cards.issued.v1\u200b",
            "the topic's name is not ASCII: character 25 is ZERO WIDTH SPACE",
        ),
        (
            "\u0441orebank.cards.issued.v1",
            "the topic's name is not ASCII: character 1 is CYRILLIC SMALL LETTER ES",
        ),
        (f"corebank.cards.{'a' * 232}.v1", "the topic's name has 250 characters, above 249"),
    ],
)
def test_a_topic_name_is_told_which_part_of_it_is_wrong(bank: Bank, name: str, fault: str) -> None:
    bank.domain("cards", publishes=f"Topic(name={name!r}, keyed_by='cardId'),")
    assert bank.complaints() == topic_name_problems("domains/cards.py", name, fault)


@pytest.mark.parametrize("version", ["v0", "v01", "v1.2", "V1"])
def test_a_version_is_v_and_a_number_from_1(bank: Bank, version: str) -> None:
    name = f"corebank.cards.issued.{version}"
    bank.domain("cards", publishes=f"Topic(name={name!r}, keyed_by='cardId'),")
    assert bank.complaints() == topic_name_problems(
        "domains/cards.py",
        name,
        f"the topic's version is {version!r} and not v followed by 1 or more",
    )


def test_no_domain_may_be_named_as_dead_letters_are(bank: Bank) -> None:
    bank.domain("deadletter")
    assert bank.complaints() == (
        "ERR domain-name domains/deadletter.py: the domain has the name that marks topics of dead "
        "letters (got deadletter); choose another name"
    )


@pytest.mark.parametrize(
    "name",
    [
        "corebank.risk.deadletter.v1",
        "corebank.risk.deadletter.v2",
        "corebank.risk.deadletter.opened.v1",
        "corebank.deadletter.opened.v1",
    ],
)
def test_a_topic_of_dead_letters_is_derived_and_not_declared(bank: Bank, name: str) -> None:
    bank.domain("lending", publishes=f"Topic(name={name!r}, keyed_by='paymentId'),")
    assert (
        "ERR topic-name domains/lending.py: the topic is named like one of dead letters, which "
        f"follows from what is consumed (got {name}); take it out, or name it without deadletter"
    ) in bank.complaints().splitlines()


def test_nobody_consumes_the_dead_letters_of_another(bank: Bank) -> None:
    bank.domain("lending", consumes="'corebank.risk.deadletter.v1',")
    assert bank.complaints().startswith(
        "ERR topic-unknown domains/lending.py: lending consumes a topic that nobody publishes (got "
        "corebank.risk.deadletter.v1);"
    )


def test_a_topic_of_the_platform_is_held_to_the_same_rules(bank: Bank) -> None:
    topic = Topic(name="corebank.audits", keyed_by="eventId")
    assert bank.complaints(topic) == topic_name_problems(
        "platform_topics.py",
        "corebank.audits",
        "the topic's name has no version",
        "the topic's name lacks an area or an event",
    )


def test_a_topic_has_one_owner(bank: Bank) -> None:
    bank.domain("lending", publishes=f"Topic(name={PAID!r}, keyed_by='paymentId'),")
    assert bank.complaints(Topic(name=PAID, keyed_by="paymentId")) == (
        "ERR topic-owner domains/payments.py: the topic is published by platform and by lending "
        f"and by payments (got {PAID}); a topic has one owner: take it out of the others"
    )


def test_two_topics_that_kafka_metrics_confuse_are_twins(bank: Bank) -> None:
    twin = "corebank.payments_initiated.v1"
    bank.domain("lending", publishes=f"Topic(name={twin!r}, keyed_by='paymentId'),")
    assert bank.complaints().splitlines()[-1] == (
        "ERR topic-twins domains/payments.py: topics have one name in Kafka's metrics, where '.' "
        f"becomes '_' (got {PAID} and {twin}); rename one of them"
    )


@pytest.mark.parametrize("partitions", [0, -1])
def test_a_topic_has_a_partition(bank: Bank, partitions: int) -> None:
    bank.domain(
        "payments",
        publishes=f"Topic(name={PAID!r}, keyed_by='paymentId', partitions={partitions}),",
    )
    assert bank.complaints() == (
        f"ERR topic-partitions domains/payments.py: topic {PAID} has no partition "
        f"(got {partitions}); give it at least 1"
    )


@pytest.mark.parametrize(
    ("consumed", "why", "fix"),
    [
        ("corebank.payments.initated.v1", "", f"did you mean {PAID}?"),
        ("corebank.payments.initiated.v2", "", f"did you mean {PAID}?"),
        ("weather", "", "publish it, or do not consume it"),
        ("corebank.p\u0430yments.initiated.v1", ": character 11 is CYRILLIC SMALL LETTER A",
         f"did you mean {PAID}?"),
    ],
    ids=["misspelt", "other version", "unlike any", "look-alike"],
)  # fmt: skip
def test_what_a_domain_consumes_is_published(bank: Bank, consumed: str, why: str, fix: str) -> None:
    bank.domain("risk", consumes=f"{consumed!r},")
    assert bank.complaints() == (
        f"ERR topic-unknown domains/risk.py: risk consumes a topic that nobody publishes{why} "
        f"(got {consumed}); {fix}"
    )


def test_a_topic_is_consumed_once(bank: Bank) -> None:
    bank.domain("risk", consumes=f"{PAID!r}, {PAID!r}")
    assert bank.complaints() == (
        f"ERR topic-consumed-twice domains/risk.py: risk names a topic 2 times in consumes "
        f"(got {PAID}); name it once"
    )


def test_a_topic_of_the_platform_may_be_consumed(bank: Bank) -> None:
    audits = "corebank.operations.audits.v1"
    record = SCHEMA | {"name": "Audits", "namespace": "corebank.operations.v1"}
    bank.schema(audits, record)
    bank.domain("risk", consumes=f"{audits!r},")
    loaded = bank.load(Topic(name=audits, keyed_by="paymentId"))
    assert (loaded.topics[audits].owner, loaded.topics[audits].consumers) == ("platform", ("risk",))


def test_a_key_that_only_looks_like_the_field_is_told_so(bank: Bank) -> None:
    bank.domain("payments", publishes=f"Topic(name={PAID!r}, keyed_by='p\u0430ymentId'),")
    assert bank.complaints() == (
        f"ERR schema-key domains/schemas/{PAID}.avsc: the record has no field for the key of "
        f"{PAID}: character 2 is CYRILLIC SMALL LETTER A (got p\u0430ymentId); "
        "did you mean paymentId?"
    )
