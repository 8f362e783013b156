"""The catalogue as it stands: the bank's facts, and what changes them.

What the loader refuses is in ``test_catalogue_problems`` and ``test_topics_refused``, the rules for
schemas in ``test_topic_schemas``.
"""

import json
import re
import shutil
import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from fastavro import (
    schemaless_reader,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
    schemaless_writer,  # pyright: ignore[reportUnknownVariableType] - its stream is an untyped IO
)

import domains
from domains import (
    PLATFORM,
    RETENTION_MS,
    Domain,
    Site,
    dead_letter_schema,
    dead_letters,
    load_catalogue,
)
from platform_topics import PLATFORM_TOPICS
from tests.declarations import IMAGE

FOLDER = Path(domains.__file__).parent
CATALOGUE = load_catalogue(PLATFORM_TOPICS)

DOMAINS = [
    ("accounts", "Accounts & Balances", "critical", "cloud"),
    ("aml", "AML & Compliance Rules Engine", "critical", "on-premises"),
    ("analytics", "Data Analytics & Reporting", "standard", "cloud"),
    ("branch-atm", "Branch & ATM Integration", "core", "cloud"),
    ("cards", "Card Management", "critical", "cloud"),
    ("developer-portal", "Developer Portal & Open Banking", "standard", "cloud"),
    ("investments", "Investment & Wealth", "core", "cloud"),
    ("lending", "Lending & Credit", "core", "cloud"),
    ("onboarding", "Customer Onboarding & KYC", "core", "cloud"),
    ("payments", "Payments & Transfers", "critical", "on-premises"),
    ("risk", "Risk & Fraud Scoring", "critical", "cloud"),
    ("support", "Customer Support & Notifications", "standard", "cloud"),
    ("treasury", "Treasury & Liquidity", "core", "on-premises"),
]

# Topic without "corebank." and ".v1", owner, partitions, consumers, payload with the key first.
TOPICS = [
    ("customer.onboarded", "onboarding", 12, "accounts support",
     "customerId kycStatus segment createdAt"),
    ("accounts.balance.updated", "accounts", 12, "support treasury",
     "accountId balance currency available timestamp"),
    ("payments.initiated", "payments", 24, "aml risk",
     "paymentId customerId amount currency scheme createdAt"),
    ("payments.confirmed", "payments", 24, "analytics",
     "paymentId status settledAt fees exchangeRate"),
    ("lending.applications.submitted", "lending", 12, "aml risk",
     "applicationId customerId product score submittedAt"),
    ("lending.disbursed", "lending", 12, "analytics treasury",
     "loanId disbursedAmount schedule interestRate disbursedAt"),
    ("aml.alerts", "aml", 12, "aml",
     "alertId entityId severity reason createdAt"),
    ("fraud.detected", "risk", 12, "accounts cards payments support",
     "eventId customerId score decision timestamp"),
    ("cards.issued", "cards", 24, "support",
     "cardId customerId type status issuedAt"),
    ("cards.transactions", "cards", 24, "risk",
     "transactionId amount currency merchant decision"),
    ("treasury.liquidity.updated", "treasury", 12, "treasury",
     "portfolioId currency liquidity updatedAt"),
    ("analytics.metrics", "analytics", 12, "analytics",
     "metric value dimension capturedAt"),
    ("notifications.sent", "support", 12, "support",
     "messageId channel status sentAt correlationId"),
    ("regulatory.reports", "aml", 12, "",
     "reportId type period submittedAt status"),
    ("operations.audits", PLATFORM, 12, "",
     "eventId user action resource timestamp"),
    ("customer.behavior.updated", "analytics", 12, "support",
     "customerId event channel attributes occurredAt"),
    ("investments.orders.executed", "investments", 12, "investments",
     "orderId instrument quantity price executedAt"),
    ("support.tickets.created", "support", 12, "support",
     "ticketId customerId channel priority createdAt"),
]  # fmt: skip


def test_the_bank_has_these_thirteen_domains() -> None:
    found = [(d.name, d.title, d.tier.value, d.site.value) for d in CATALOGUE.domains]
    assert found == DOMAINS


def test_the_bank_has_these_eighteen_topics_in_order() -> None:
    assert list(CATALOGUE.topics) == sorted(f"corebank.{row[0]}.v1" for row in TOPICS)
    assert len(CATALOGUE.topics) == 18


@pytest.mark.parametrize(
    ("short", "owner", "partitions", "consumers", "payload"), TOPICS, ids=[row[0] for row in TOPICS]
)
def test_a_topic_has_the_owner_readers_and_payload_the_bank_gave_it(
    short: str, owner: str, partitions: int, consumers: str, payload: str
) -> None:
    name = f"corebank.{short}.v1"
    found = CATALOGUE.topics[name]
    names = [field["name"] for field in json.loads(found.schema)["fields"]]
    expected = payload.split()
    assert found.topic.name == name
    assert found.owner == owner
    assert found.topic.partitions == partitions
    assert found.consumers == tuple(consumers.split())
    assert found.topic.keyed_by == expected[0] == names[0]
    assert [n for n in names if n in expected] == expected
    assert set(names) - set(expected) <= {"currency"}, "only money's currency may be added"


def test_who_must_prove_what_was_done_keeps_evidence() -> None:
    keeping = [domain.name for domain in CATALOGUE.domains if domain.evidence]
    assert keeping == ["aml", "cards", "investments", "lending", "onboarding", "payments"]


def test_every_topic_is_kept_for_fourteen_days() -> None:
    assert timedelta(milliseconds=RETENTION_MS) == timedelta(days=14)


@pytest.mark.parametrize("domain", CATALOGUE.domains, ids=lambda domain: domain.name)
def test_a_purpose_is_one_sentence(domain: Domain) -> None:
    assert re.fullmatch(r"[A-Z][^.]+\.", domain.purpose)


def test_a_declaration_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(CATALOGUE.domains[0], "site", Site.ON_PREMISES)  # noqa: B010 - a checker forbids the plain form
    with pytest.raises(TypeError, match="does not support item assignment"):
        cast("dict[str, object]", CATALOGUE.topics)["corebank.new.event.v1"] = None


def test_reading_the_catalogue_does_not_import_pulumi() -> None:
    program = (
        "import sys, domains, platform_topics\n"
        "domains.load_catalogue(platform_topics.PLATFORM_TOPICS)\n"
        "print(sorted(m for m in sys.modules if m.startswith('pulumi')))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[]\n"


def test_a_fourteenth_domain_is_one_file_and_its_schemas(tmp_path: Path) -> None:
    folder = tmp_path / "domains"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "trade_finance.py").write_text(
        "from domains import Api, Auth, Domain, Tier, Topic\n"
        "DOMAIN = Domain(name='trade-finance', title='Trade Finance', purpose='Backs trade.',\n"
        f"    image={IMAGE!r}, api=Api(path='/trade-finance', auth=(Auth.ROLES,)),\n"
        "    tier=Tier.STANDARD, consumes=('corebank.fraud.detected.v1',),\n"
        "    publishes=(Topic(name='corebank.guarantees.issued.v1', keyed_by='guaranteeId'),))\n"
    )
    key = {"name": "guaranteeId", "type": "string"}
    schema = {
        "type": "record", "name": "Issued", "namespace": "corebank.guarantees.v1", "fields": [key]
    }  # fmt: skip
    (folder / "schemas" / "corebank.guarantees.issued.v1.avsc").write_text(json.dumps(schema))

    grown = load_catalogue(PLATFORM_TOPICS, folder)

    assert len(grown.domains) == 14
    assert [d.name for d in grown.domains if d not in CATALOGUE.domains] == ["trade-finance"]
    assert grown.topics["corebank.guarantees.issued.v1"].owner == "trade-finance"
    assert grown.topics["corebank.fraud.detected.v1"].consumers == (
        "accounts", "cards", "payments", "support", "trade-finance"
    )  # fmt: skip
    touched = {"corebank.guarantees.issued.v1", "corebank.fraud.detected.v1"}
    assert {n: t for n, t in grown.topics.items() if n not in touched} == {
        n: t for n, t in CATALOGUE.topics.items() if n not in touched
    }


def test_laying_a_schema_file_out_anew_is_no_change(tmp_path: Path) -> None:
    folder = tmp_path / "domains"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (folder / "schemas").iterdir():
        file.write_text(json.dumps(json.loads(file.read_text()), indent=7) + "\n\n")
    assert load_catalogue(PLATFORM_TOPICS, folder) == CATALOGUE


def test_each_domain_that_reads_has_a_topic_for_what_it_could_not_work_on() -> None:
    reading = {domain.name for domain in CATALOGUE.domains if domain.consumes}
    assert CATALOGUE.dead_letters == {f"corebank.{name}.deadletter.v1": name for name in reading}
    assert len(reading) == 9
    for domain in CATALOGUE.domains:
        letters = dead_letters(domain)
        assert len(letters) == (domain.name in reading)
        # Few: what is there is rare, and brokers have only so many partitions.
        assert all(each.partitions < 12 for each in letters)


def test_dead_letters_have_one_schema_with_what_it_takes_to_find_and_repeat_a_record() -> None:
    schema = json.loads(dead_letter_schema())
    assert [field["name"] for field in schema["fields"]] == [
        "topic",
        "partition",
        "offset",
        "key",
        "payload",
        "error",
        "failedAt",
    ]
    assert all(field["doc"] for field in schema["fields"])
    letter = {
        "topic": "corebank.cards.issued.v1",
        "partition": 3,
        "offset": 2**40,
        "key": b"k",
        "payload": b"\x00\xff",
        "error": "no such card",
        "failedAt": datetime(2026, 1, 1, tzinfo=UTC),
    }
    written = BytesIO()
    schemaless_writer(written, schema, letter)
    written.seek(0)
    assert schemaless_reader(written, schema, None) == letter
    assert schema["fields"][3]["type"] == schema["fields"][4]["type"] == ["null", "bytes"]
