"""What the parts of a stack's network must agree on: zones, neighbours, ways out, names."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from itertools import combinations
from urllib.parse import urlsplit

from problems import Problem
from settings._account_fields import ANY_NAME
from settings._allowed import RULES, ZONE_LETTERS
from settings._model import Settings
from settings._telling import listed, path_of
from settings._words import Environment, NatGateways


def nat_in_each_zone_where_required(settings: Settings) -> Iterator[Problem]:
    nat_gateways = settings.network.nat_gateways
    if RULES[settings.environment].nat_per_zone and nat_gateways is not NatGateways.PER_ZONE:
        yield Problem(
            code="shared-nat",
            path=path_of("network", "natGateways"),
            what=f"in {settings.environment} one zone's failure must not cut off the others",
            got=nat_gateways,
            fix=f"write {NatGateways.PER_ZONE}",
        )


def enough_zones(settings: Settings) -> Iterator[Problem]:
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


def zones_are_in_the_region(settings: Settings) -> Iterator[Problem]:
    known = [settings.region + letter for letter in ZONE_LETTERS]
    for zone in settings.network.zones:
        if zone not in known:
            yield Problem(
                code="unknown-zone",
                path=path_of("network", "zones", zone),
                what=f"is no zone of {settings.region}",
                fix=f"use {listed(known)}",
            )


def zones_are_in_the_network(settings: Settings) -> Iterator[Problem]:
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


def zones_do_not_overlap(settings: Settings) -> Iterator[Problem]:
    for (zone, block), (other, others_block) in combinations(settings.network.zones.items(), 2):
        if block.overlaps(others_block):
            yield Problem(
                code="overlap",
                path=path_of("network", "zones", other),
                what=f"shares {_shared(block, others_block)} with {zone}, {block}",
                got=others_block,
                fix="give each zone a block of its own",
            )


def neighbours_do_not_overlap(settings: Settings) -> Iterator[Problem]:
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


def the_zone_is_this_environments(settings: Settings) -> Iterator[Problem]:
    zone = settings.dns.zone
    if zone.split(".")[0] != settings.environment:
        yield Problem(
            code="other-environment",
            path=path_of("dns", "zone"),
            what=f"does not begin with the environment, {settings.environment}",
            got=zone,
            fix=f"write {settings.environment} before the bank's own name, as its first label",
        )


def vault_is_in_the_zone(settings: Settings) -> Iterator[Problem]:
    usual = f"https://vault.{settings.dns.zone}:8200"
    path = path_of("vault", "address")
    yield from _in_the_zone(settings, path, settings.vault.address, "Vault", usual)


def the_evidence_store_is_in_the_zone(settings: Settings) -> Iterator[Problem]:
    usual = f"https://evidence.{settings.dns.zone}:9000"
    path = path_of("evidence", "endpoint")
    yield from _in_the_zone(settings, path, settings.evidence.endpoint, "evidence store", usual)


def _in_the_zone(
    settings: Settings, path: str, address: str, what: str, usual: str
) -> Iterator[Problem]:
    host = urlsplit(address).hostname or ""
    zone = settings.dns.zone
    # Held against a zone that is right, which another check demands.
    if host.endswith(f".{zone}") or not zone.startswith(f"{settings.environment}."):
        return
    other = next((it for it in Environment if it in host.split(".")), settings.environment)
    if other is not settings.environment:
        yield Problem(
            code="other-environment",
            path=path,
            what=f"is {other}'s {what}, and this is {settings.environment}",
            got=address,
            fix=f"write {settings.environment}'s",
        )
    else:
        yield Problem(
            code="outside-zone",
            path=path,
            what=f"is not a name in this stack's zone, {zone}",
            got=address,
            fix=f"write {usual}",
        )


def forwarded_names_are_elsewhere(settings: Settings) -> Iterator[Problem]:
    zone = settings.dns.zone
    for name in settings.dns.forward:
        if name == zone or name.endswith(f".{zone}"):
            yield Problem(
                code="forwarded-zone",
                path=path_of("dns", "forward", name),
                what=f"is in this stack's own zone, {zone}, which it answers itself",
                fix="take it out",
            )


def servers_are_in_a_neighbour(settings: Settings) -> Iterator[Problem]:
    neighbours = settings.network.neighbours
    for name, servers in settings.dns.forward.items():
        for server in servers:
            if not any(server in block for block in neighbours.values()):
                yield Problem(
                    code="unreachable-server",
                    path=path_of("dns", "forward", name),
                    what="names a server in no neighbour's network",
                    got=str(server),
                    fix="use one that is, or add its network to corebank:network.neighbours",
                )


def names_are_listed_where_required(settings: Settings) -> Iterator[Problem]:
    if RULES[settings.environment].listed_names and settings.dns.allowed_names == (ANY_NAME,):
        yield Problem(
            code="any-name",
            path=path_of("dns", "allowedNames"),
            what=f"in {settings.environment} only names that are listed may be resolved",
            got=f'["{ANY_NAME}"]',
            fix="list the names that the bank's own duties need",
        )
