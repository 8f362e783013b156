"""Whether the brokers carry the partitions that the catalogue declares.

MSK takes them all, and refuses updates of a cluster once it is overloaded by them.
"""

from collections.abc import Iterable, Iterator

from domains import Catalogue, dead_letters
from problems import Problem
from settings import Settings

INTERNAL = (50, 50)
"""Kafka's own topics, of consumers' offsets and of transactions: partitions of each, by its default
(``offsets.topic.num.partitions``, ``transaction.state.log.num.partitions``)."""

_BUDGET = {"large": 1000, "xlarge": 1000, "2xlarge": 2000}
_LARGER = 4000


def budget(instance_type: str) -> int:
    """How many partitions a broker of this size should carry, each copy counted.

    Amazon MSK developer guide, best practices for standard brokers, right-size your cluster, July
    2026; the same for kafka.m5 and kafka.m7g. Half as many again still allow updates.
    """
    return _BUDGET.get(instance_type.rpartition(".")[2], _LARGER)


def carried(partitions: Iterable[int], *, replication: int, brokers: int) -> int:
    """How many copies of partitions the broker has that has most of each topic.

    Args:
        partitions: Of each topic.
        replication: Copies of each.
        brokers: Over which they are spread evenly, topic by topic.
    """
    return sum(-(-number * replication // brokers) for number in partitions)


def of_topics(catalogue: Catalogue) -> list[int]:
    """Partitions of each topic that is declared."""
    return [each.topic.partitions for each in catalogue.topics.values()]


def of_dead_letters(catalogue: Catalogue) -> list[int]:
    """Partitions of each topic for what a domain can't work on."""
    return [each.partitions for domain in catalogue.domains for each in dead_letters(domain)]


def too_many_partitions(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """Tells of brokers that would carry more than their budget."""
    kafka = settings.kafka
    topics, letters = of_topics(catalogue), of_dead_letters(catalogue)
    most = budget(kafka.instance_type)
    on_each = carried(
        [*topics, *letters, *INTERNAL],
        replication=kafka.replication,
        brokers=kafka.brokers,
    )
    if on_each > most:
        yield Problem(
            code="too-many-partitions",
            path="corebank:kafka.instanceType",
            what=f"carries {most} partitions on each of {kafka.brokers} brokers, and has {on_each}:"
            f" {sum(topics)} of topics, {sum(letters)} for dead letters and {sum(INTERNAL)} of"
            f" Kafka's own, in {kafka.replication} copies",
            got=kafka.instance_type,
            fix="use a larger one, more corebank:kafka.brokers, or fewer partitions in domains/",
        )
