"""What values of one stack file must agree on, and what its environment demands.

Owns every check that needs more than one value. A check takes ``Settings`` whole, and may be run
on settings of which parts could not be read: touching such a part ends it. What environments
demand stands in ``_allowed.RULES``; no check asks which environment it is in.
"""

from collections.abc import Callable, Iterator
from ipaddress import IPv4Network
from itertools import combinations
from urllib.parse import urlsplit

from problems import Problem
from settings._allowed import FULL_REPLICATION, MOST_BROKERS, RULES, ZONE_LETTERS
from settings._model import Settings
from settings._telling import listed, path_of, shown
from settings._words import Environment, NatGateways

Check = Callable[[Settings], Iterator[Problem]]


def environment_is_the_stack(stack: str, settings: Settings) -> Iterator[Problem]:
    """A stack is named for its environment, so that nobody runs one and changes another."""
    environment = settings.environment
    if environment != stack:
        yield Problem(
            code="other-stack",
            path=path_of("environment"),
            what=f"is not the stack's name, {shown(stack)}",
            got=environment,
            fix=f"write {stack}, or run stack {environment}"
            if stack in list(Environment)
            else f"name the stack {environment}",
        )


def _regions_differ(settings: Settings) -> Iterator[Problem]:
    if settings.second_region == settings.region:
        yield Problem(
            code="same-region",
            path=path_of("secondRegion"),
            what="is the first region again, so one outage would take both copies",
            got=settings.second_region,
            fix="use another region in the European Union",
        )


def _protected_where_required(settings: Settings) -> Iterator[Problem]:
    if RULES[settings.environment].protect and not settings.protect:
        yield Problem(
            code="unprotected",
            path=path_of("protect"),
            what=f"{settings.environment} must protect what has state",
            got="false",
            fix="write true",
        )


def _nat_in_each_zone_where_required(settings: Settings) -> Iterator[Problem]:
    nat_gateways = settings.network.nat_gateways
    if RULES[settings.environment].nat_per_zone and nat_gateways is not NatGateways.PER_ZONE:
        yield Problem(
            code="shared-nat",
            path=path_of("network", "natGateways"),
            what=f"in {settings.environment} one zone's failure must not cut off the others",
            got=nat_gateways,
            fix=f"write {NatGateways.PER_ZONE}",
        )


def _enough_zones(settings: Settings) -> Iterator[Problem]:
    zones = settings.network.zones
    minimum = RULES[settings.environment].minimum_zones
    if len(zones) < minimum:
        yield Problem(
            code="too-few-zones",
            path=path_of("network", "zones"),
            what=f"{settings.environment} needs at least {minimum} zones",
            got=listed(zones, "and") if zones else "none",
            fix=f"add {minimum - len(zones)}",
        )


def _zones_are_in_the_region(settings: Settings) -> Iterator[Problem]:
    known = [settings.region + letter for letter in ZONE_LETTERS]
    for zone in settings.network.zones:
        if zone not in known:
            yield Problem(
                code="unknown-zone",
                path=path_of("network", "zones", zone),
                what=f"is no zone of {settings.region}",
                fix=f"use {listed(known)}",
            )


def _zones_are_in_the_network(settings: Settings) -> Iterator[Problem]:
    cidr = settings.network.cidr
    for zone, block in settings.network.zones.items():
        if not block.subnet_of(cidr):
            yield Problem(
                code="outside-network",
                path=path_of("network", "zones", zone),
                what=f"is not inside the network {cidr}",
                got=block,
                fix=f"use a part of {cidr}",
            )


def _zones_do_not_overlap(settings: Settings) -> Iterator[Problem]:
    for (zone, block), (other, others_block) in combinations(settings.network.zones.items(), 2):
        if block.overlaps(others_block):
            yield Problem(
                code="overlap",
                path=path_of("network", "zones", other),
                what=f"shares {_shared(block, others_block)} with {zone}, {block}",
                got=others_block,
                fix="give each zone a block of its own",
            )


def _neighbours_do_not_overlap(settings: Settings) -> Iterator[Problem]:
    neighbours = settings.network.neighbours
    for (owner, block), (other, others_block) in combinations(neighbours.items(), 2):
        if block.overlaps(others_block):
            yield Problem(
                code="overlap",
                path=path_of("network", "neighbours", other),
                what=f"shares {_shared(block, others_block)} with {owner}, {block}",
                got=others_block,
                fix="correct one of them: nothing can be routed to an address that two have",
            )
    for owner, block in neighbours.items():
        if block.overlaps(settings.network.cidr):
            yield Problem(
                code="overlap",
                path=path_of("network", "neighbours", owner),
                what=f"shares {_shared(block, settings.network.cidr)} with this stack's network,"
                f" {settings.network.cidr}",
                got=block,
                fix="move the network whose addresses are not yet in use",
            )


def _shared(one: IPv4Network, other: IPv4Network) -> IPv4Network:
    """What two overlapping networks share: of two that overlap, one contains the other."""
    return max(one, other, key=lambda block: block.prefixlen)


def _brokers_fill_the_zones(settings: Settings) -> Iterator[Problem]:
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


def _records_are_replicated(settings: Settings) -> Iterator[Problem]:
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


def _writes_survive_a_broker(settings: Settings) -> Iterator[Problem]:
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


def _vault_is_this_environments(settings: Settings) -> Iterator[Problem]:
    labels = (urlsplit(settings.vault.address).hostname or "").split(".")
    for other in Environment:
        if other in labels and other is not settings.environment:
            yield Problem(
                code="other-environment",
                path=path_of("vault", "address"),
                what=f"is {other}'s Vault, and this is {settings.environment}",
                got=settings.vault.address,
                fix=f"write {settings.environment}'s",
            )


CHECKS_OF_ENTRIES: tuple[Check, ...] = (
    _regions_differ,
    _protected_where_required,
    _nat_in_each_zone_where_required,
    _zones_are_in_the_region,
    _zones_are_in_the_network,
    _zones_do_not_overlap,
    _neighbours_do_not_overlap,
    _records_are_replicated,
    _writes_survive_a_broker,
    _vault_is_this_environments,
)
"""Checks that hold for some of the zones and neighbours, if others could not be read."""

CHECKS_OF_COUNTS: tuple[Check, ...] = (_enough_zones, _brokers_fill_the_zones)
"""Checks that would be wrong if a zone were left out."""
