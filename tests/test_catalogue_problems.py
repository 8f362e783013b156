"""What the catalogue refuses, and the exact words in which it does.

Every test starts from a sound bank of two domains and one topic and spoils one thing.
"""

from pathlib import Path

import pytest

from domains import load_catalogue
from problems import BadInput
from tests.catalogue_folder import PAID, SCHEMA, Bank


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
