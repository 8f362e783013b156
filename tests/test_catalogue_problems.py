"""What the catalogue refuses, and the exact words in which it does.

Every test starts from a sound bank of two domains and one topic and spoils one thing.
"""

import json
import re
from pathlib import Path

import pytest

from domains import Catalogue, Topic, load_catalogue
from problems import BadInput
from tests.declarations import IMAGE

PAID = "corebank.payments.initiated.v1"
SCHEMA = {
    "type": "record",
    "name": "Initiated",
    "namespace": "corebank.payments.v1",
    "fields": [{"name": "paymentId", "type": "string"}, {"name": "note", "type": "string"}],
}


class Bank:
    """A catalogue folder under construction."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.schemas = folder / "schemas"
        self.schemas.mkdir(parents=True)
        self.domain("payments", publishes=f"Topic(name={PAID!r}, keyed_by='paymentId'),")
        self.domain("risk", consumes=f"{PAID!r},")
        self.schema(PAID, SCHEMA)

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def domain(
        self,
        name: str,
        *,
        file: str | None = None,
        publishes: str = "",
        consumes: str = "",
        secrets: str = "",
    ) -> None:
        # Of a name that is none, what is left.
        path = "/" + re.sub("[^a-z]", "", name)[:63]
        self.write(
            file or f"{name}.py",
            "from domains import Api, Auth, Domain, Secrets, Site, Tier, Topic\n"
            f"DOMAIN = Domain(name={name!r}, title='T', purpose='P.', tier=Tier.CORE,\n"
            f"    image={IMAGE!r}, api=Api(path={path!r}, auth=(Auth.ROLES,)),\n"
            f"    publishes=({publishes}), consumes=({consumes}),\n"
            f"    secrets=({secrets}))\n",
        )

    def schema(self, topic: str, schema: object) -> None:
        self.write(f"schemas/{topic}.avsc", json.dumps(schema))

    def load(self, *platform_topics: Topic) -> Catalogue:
        return load_catalogue(platform_topics, self.folder)

    def complaints(self, *platform_topics: Topic) -> str:
        with pytest.raises(BadInput) as refused:
            self.load(*platform_topics)
        return str(refused.value)


@pytest.fixture
def bank(tmp_path: Path) -> Bank:
    return Bank(tmp_path / "domains")


def test_the_bank_these_tests_spoil_is_sound(bank: Bank) -> None:
    catalogue = bank.load()
    assert [domain.name for domain in catalogue.domains] == ["payments", "risk"]
    assert catalogue.topics[PAID].consumers == ("risk",)


def test_a_file_with_an_underscore_in_front_is_no_domain(bank: Bank) -> None:
    bank.write("_notes.py", "raise RuntimeError")
    assert len(bank.load().domains) == 2


def test_a_folder_without_domains_is_refused_rather_than_an_empty_bank(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        load_catalogue((), tmp_path / "nowhere")
    assert str(refused.value) == (
        "ERR domain-missing nowhere: the folder has no domain file; "
        "give the folder of the catalogue"
    )


@pytest.mark.parametrize(
    ("text", "code", "problem"),
    [
        ("", "missing", "the file declares no domain; write DOMAIN = Domain(...)"),
        ("DOMAIN = 1", "missing", "DOMAIN is not a Domain (got 1); write DOMAIN = Domain(...)"),
        ("1 / 0", "import", "the file raises ZeroDivisionError: division by zero"),
        ("\n= 1", "import", "the file raises SyntaxError: invalid syntax (cards.py, line 2)"),
    ],
    ids=["empty", "not a Domain", "raises", "not Python"],
)
def test_a_file_that_gives_no_domain_is_told_without_a_traceback(
    bank: Bank, text: str, code: str, problem: str
) -> None:
    bank.write("cards.py", text)
    fix = "; correct the file" if code == "import" else ""
    assert bank.complaints() == f"ERR domain-{code} domains/cards.py: {problem}{fix}"


def test_nothing_is_said_to_be_missing_while_a_file_cannot_be_read(bank: Bank) -> None:
    bank.write("payments.py", "raise RuntimeError('out of order')")
    assert bank.complaints() == (
        "ERR domain-import domains/payments.py: the file raises RuntimeError: out of order; "
        "correct the file"
    )


def test_a_forgotten_comma_is_told_as_such(bank: Bank) -> None:
    bank.domain("risk", consumes=repr(PAID))
    assert bank.complaints() == (
        "ERR domain-type domains/risk.py: consumes of a Domain has the wrong type "
        f"(got {PAID!r}); give it a tuple of str; with one item that is (x,)"
    )


def test_a_number_in_quotes_is_not_a_number(bank: Bank) -> None:
    bank.domain(
        "payments", publishes=f"Topic(name={PAID!r}, keyed_by='paymentId', partitions='24'),"
    )
    assert bank.complaints() == (
        "ERR domain-type domains/payments.py: partitions of a Topic has the wrong type "
        "(got '24'); give it a value of int"
    )


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("branch-atm.py", ""),
        ("atm.py", ""),
        ("br\u0430nch_atm.py", ": character 3 is CYRILLIC SMALL LETTER A"),
    ],
)
def test_a_file_is_named_after_its_domain(bank: Bank, file: str, why: str) -> None:
    bank.domain("branch-atm", file=file)
    assert bank.complaints() == (
        f"ERR domain-file domains/{file}: the file is not named after its domain branch-atm{why} "
        f"(got {file}); name the file branch_atm.py"
    )


def test_a_file_has_an_underscore_where_its_domain_has_a_hyphen(bank: Bank) -> None:
    bank.domain("branch-atm", file="branch_atm.py")
    assert [domain.name for domain in bank.load().domains] == ["branch-atm", "payments", "risk"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Cards", ""),
        ("-cards", ""),
        ("cards-", ""),
        ("branch_atm", ""),
        ("4cards", ""),
        ("a" * 64, ""),
        ("c\u0430rds", ": character 2 is CYRILLIC SMALL LETTER A"),
    ],
)
def test_a_domain_has_the_name_of_a_dns_label(bank: Bank, name: str, why: str) -> None:
    bank.domain(name, file="cards.py")
    assert bank.complaints() == (
        f"ERR domain-name domains/cards.py: the domain's name is not a DNS label{why} "
        f"(got {name}); use lower-case letters, digits and -, beginning with a letter, "
        "not ending with -, at most 63"
    )


def test_a_domain_name_may_have_63_characters(bank: Bank) -> None:
    bank.domain("a" * 63)
    assert len(bank.load().domains) == 3


def test_no_domain_may_pass_for_the_platform(bank: Bank) -> None:
    bank.domain("platform")
    assert bank.complaints() == (
        "ERR domain-name domains/platform.py: the domain has the name under which the platform "
        "owns topics (got platform); choose another name"
    )


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


def test_everything_wrong_is_told_at_once_sorted_by_file(bank: Bank) -> None:
    bank.domain("risk", file="fraud.py", consumes="'weather',")
    bank.domain("payments", publishes=f"Topic(name={PAID!r}, keyed_by='payment', partitions=0),")
    bank.schema("corebank.cards.issued.v1", SCHEMA)
    told = [line.split(": ")[0] for line in bank.complaints().splitlines()]
    assert told == [
        "ERR domain-file domains/fraud.py",
        "ERR topic-unknown domains/fraud.py",
        "ERR topic-partitions domains/payments.py",
        "ERR schema-unused domains/schemas/corebank.cards.issued.v1.avsc",
        f"ERR schema-key domains/schemas/{PAID}.avsc",
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("payments/*", "a path of secrets has a wildcard (got payments/*)"),
        ("payments/+/keys", "a path of secrets has a wildcard (got payments/+/keys)"),
        ("*", "a path of secrets has a wildcard (got *)"),
        ("risk/keys", "a path of secrets is another domain's than payments (got risk/keys)"),
        ("payment/keys", "begins like payments and is not its folder (got payment/keys)"),
        ("payments-x/keys", "begins like payments and is not its folder (got payments-x/keys)"),
        ("payments", "a path of secrets is all that the domain has (got payments)"),
        ("sys/policies", "a path of secrets is not payments's (got sys/policies)"),
        ("payments/../risk", "a path of secrets is not canonical (got payments/../risk)"),
        ("payments//keys", "a path of secrets is not canonical (got payments//keys)"),
        ("/payments/keys", "a path of secrets is not canonical (got /payments/keys)"),
        ("payments/keys/", "a path of secrets is not canonical (got payments/keys/)"),
        ("payments/%2e%2e/risk", "a path of secrets is not canonical"),
    ],
)
def test_a_path_of_secrets_has_to_be_a_folder_of_the_domain_s_own(
    bank: Bank, path: str, said: str
) -> None:
    bank.domain("payments", **secrets(path, "update"))
    complaints = bank.complaints()
    assert said in complaints
    assert "secrets-path" in complaints


@pytest.mark.parametrize("word", ["sudo", "deny", "root", "write"])
def test_a_capability_has_to_be_one_that_a_domain_may_have(bank: Bank, word: str) -> None:
    bank.domain("payments", **secrets("payments/keys", word))
    assert f"(got {word}); use create, delete, list, patch, read or update" in bank.complaints()


def test_secrets_that_nothing_is_done_with_are_a_mistake(bank: Bank) -> None:
    bank.domain("payments", **secrets("payments/keys"))
    assert "payments does nothing at payments/keys" in bank.complaints()


def test_a_folder_of_its_own_is_taken(bank: Bank) -> None:
    bank.domain("payments", **secrets("payments/keys", "create", "update"))
    (payments, _) = bank.load().domains
    assert payments.secrets[0].path == "payments/keys"


def secrets(path: str, *may: str) -> dict[str, str]:
    """What a spoiled domain of these tests is made of."""
    return {
        "publishes": f"Topic(name={PAID!r}, keyed_by='paymentId'),",
        "secrets": f"Secrets(path={path!r}, may={may!r}),",
    }
