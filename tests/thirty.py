"""A catalogue of thirty domains: the bank's own, and such as a larger bank has beside them.

Written as files and read as the real ones are, so that it is as much in order.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import domains
from domains import Catalogue, load_catalogue
from platform_topics import PLATFORM_TOPICS
from tests.declarations import IMAGE

_TEMPLATE = """
from domains import Api, Auth, Domain, Tier, Topic

DOMAIN = Domain(
    name="{it.name}",
    title="{it.title}",
    purpose="{it.title}, as a larger bank has it.",
    tier=Tier.{it.tier},
    image="{image}",
    api=Api(path="/{it.name}", auth=(Auth.ROLES,)),
    calls={it.calls!r},
    publishes=({topics}),
    consumes={it.reads!r},
)
"""


@dataclass(frozen=True)
class _More:
    """A further domain; topics are without what all of them begin and end with."""

    name: str
    tier: str
    calls: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    wants: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.name.replace("-", " ").title()

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(f"corebank.{each}.v1" for each in self.wants)


_MORE = (
    _More(
        "collections",
        "CORE",
        ("accounts", "lending"),
        ("collections.opened",),
        ("lending.disbursed",),
    ),
    _More("custody", "CORE", ("investments",), ("custody.moved",), ("settlement.settled",)),
    _More(
        "direct-debits",
        "CRITICAL",
        ("accounts", "payments", "risk"),
        ("debits.mandated", "debits.collected"),
        ("fraud.detected", "limits.changed"),
    ),
    _More("foreign-exchange", "CRITICAL", ("treasury",), ("exchange.quoted", "exchange.dealt")),
    _More("insurance", "STANDARD", ("onboarding",), ("insurance.insured",), ("lending.disbursed",)),
    _More("leasing", "CORE", ("accounts", "aml", "risk"), ("leasing.leased",)),
    _More(
        "limits",
        "CRITICAL",
        ("accounts",),
        ("limits.changed",),
        ("cards.transactions", "payments.initiated", "debits.collected"),
    ),
    _More("loyalty", "STANDARD", (), ("loyalty.earned",), ("cards.transactions",)),
    _More("merchants", "CORE", ("cards", "onboarding"), ("merchants.acquired",)),
    _More(
        "mortgages",
        "CORE",
        ("accounts", "lending", "insurance"),
        ("mortgages.pledged",),
        ("insurance.insured",),
    ),
    _More("notary", "STANDARD", ("accounts",), ("deeds.registered",), ("mortgages.pledged",)),
    _More("pensions", "CORE", ("investments", "accounts"), ("pensions.paid",)),
    _More("pricing", "CORE", ("treasury",), ("pricing.priced",), ("exchange.quoted",)),
    _More(
        "reconciliation",
        "CRITICAL",
        ("accounts",),
        ("books.differed",),
        ("payments.confirmed", "settlement.settled", "exchange.dealt", "debits.collected"),
    ),
    _More(
        "securities-settlement",
        "CRITICAL",
        ("custody", "payments"),
        ("settlement.settled",),
        ("investments.orders.executed",),
    ),
    _More(
        "statements",
        "STANDARD",
        ("accounts",),
        (),
        ("pensions.paid", "loyalty.earned", "leasing.leased", "custody.moved"),
    ),
    _More(
        "trade-finance",
        "CORE",
        ("aml", "foreign-exchange"),
        ("trade.financed",),
        ("merchants.acquired", "books.differed"),
    ),
)


def thirty(folder: Path) -> Catalogue:
    """Reads thirty domains.

    Args:
        folder: Where their files are written; empty, or not there.
    """
    shutil.copytree(Path(domains.__file__).parent, folder, dirs_exist_ok=True)
    for it in _MORE:
        topics = [
            f'Topic(name="corebank.{each}.v1", keyed_by="eventId", partitions=6)'
            for each in it.topics
        ]
        told = _TEMPLATE.format(it=it, image=IMAGE, topics="".join(f"{each}, " for each in topics))
        (folder / f"{it.name.replace('-', '_')}.py").write_text(told)
        for each in it.topics:
            _write_schema(folder / "schemas", each)
    return load_catalogue(PLATFORM_TOPICS, folder)


def _write_schema(folder: Path, topic: str) -> None:
    area, event = topic.split(".")
    schema = {
        "type": "record",
        "name": event.title(),
        "namespace": f"corebank.{area}.v1",
        "doc": "It happened.",
        "fields": [{"name": "eventId", "type": "string", "doc": "The event."}],
    }
    (folder / f"corebank.{topic}.v1.avsc").write_text(json.dumps(schema))
