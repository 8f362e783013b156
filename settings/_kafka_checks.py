"""What the numbers of the Kafka cluster must agree on."""

from collections.abc import Iterator

from problems import Problem
from settings._allowed import FULL_REPLICATION, MOST_BROKERS
from settings._model import Settings
from settings._telling import listed, path_of


def brokers_fill_the_zones(settings: Settings) -> Iterator[Problem]:
    brokers, zones = settings.kafka.brokers, len(settings.network.zones)
    if zones and brokers % zones:
        below = brokers - brokers % zones
        sizes = [size for size in (below, below + zones) if 0 < size <= MOST_BROKERS]
        yield Problem(
            code="uneven-brokers",
            path=path_of("kafka", "brokers"),
            what=f"cannot be spread evenly over {zones} zones",
            got=brokers,
            fix=f"use a multiple of {zones}: {listed(sizes)}",
        )


def volumes_only_grow(settings: Settings) -> Iterator[Problem]:
    volume, limit = settings.kafka.volume_gib, settings.kafka.grows_to_gib
    if limit < volume:
        yield Problem(
            code="volume-limit",
            path=path_of("kafka", "growsToGiB"),
            what=f"is below volumeGiB, {volume}",
            got=limit,
            fix=f"use {volume} for disks that do not grow by themselves, or more",
        )


def records_are_replicated(settings: Settings) -> Iterator[Problem]:
    brokers, replication = settings.kafka.brokers, settings.kafka.replication
    wanted = min(brokers, FULL_REPLICATION)
    if replication != wanted:
        yield Problem(
            code="replication",
            path=path_of("kafka", "replication"),
            what=f"does not fit {brokers} brokers"
            if replication > brokers
            else f"must be {wanted} with {brokers} brokers",
            got=replication,
            fix=f"use {wanted}",
        )


def writes_survive_a_broker(settings: Settings) -> Iterator[Problem]:
    # Held against the replication that is right, which another check demands.
    replication = min(settings.kafka.brokers, FULL_REPLICATION)
    minimum = settings.kafka.min_insync_replicas
    wanted = replication - 1
    if wanted and minimum != wanted:
        yield Problem(
            code="min-insync-replicas",
            path=path_of("kafka", "minInsyncReplicas"),
            what=f"with replication {replication}, "
            + (
                "one broker down would stop writes"
                if minimum > wanted
                else "a confirmed record might be on one disk only"
            ),
            got=minimum,
            fix=f"use {wanted}",
        )
