"""What the bank's SIEM is told of, and how long each source may say nothing. No Pulumi."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from domains import PLATFORM, Catalogue


@dataclass(frozen=True, kw_only=True)
class Source:
    """One source of the feed.

    Args:
        name: Of its stream, behind the feed's own name.
        what: What is told.
        quiet: How long it may say nothing; then there is an alarm.
    """

    name: str
    what: str
    quiet: timedelta


TRAIL = Source(
    name="trail",
    what="Every call to AWS's API",
    # AWS's own services act in the account's name all the time.
    quiet=timedelta(hours=1),
)
CONTROL_PLANE = Source(
    name="control-plane",
    what="What is asked of the Kubernetes API",
    # Every node and controller renews its lease within seconds, and the audit log has it.
    quiet=timedelta(minutes=15),
)
VAULT = Source(
    name="vault",
    what="What is asked of Vault, and what it answers",
    # Each workload logs in anew within an hour, the longest that a token may live.
    quiet=timedelta(hours=2),
)
OPERATIONS = timedelta(days=3)
"""How long a topic of the platform's own may rest: people do from Friday evening to Monday morning,
and on one day more."""


def of_topics(names: Iterable[str]) -> dict[str, Source]:
    """The sources that topics of the platform's own are, by the topic."""
    return {
        name: Source(
            name=name.removeprefix("corebank."), what=f"Topic {name}, whole", quiet=OPERATIONS
        )
        for name in names
    }


def sources(catalogue: Catalogue) -> list[Source]:
    """All of them, as a whole stack has them."""
    owned = [name for name, each in catalogue.topics.items() if each.owner == PLATFORM]
    return [TRAIL, CONTROL_PLANE, VAULT, *of_topics(owned).values()]
