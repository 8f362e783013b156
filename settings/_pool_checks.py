"""What pools in the data centre must agree on: with each other, its networks and its hosts."""

from collections.abc import Iterator
from itertools import combinations

from problems import Problem
from settings._model import Settings
from settings._on_premises_model import OnPremisesSettings, PoolSettings
from settings._telling import path_of


def addresses_are_of_the_nodes(settings: Settings) -> Iterator[Problem]:
    for name, pool, site in _pools(settings):
        if not pool.addresses.subnet_of(nodes := site.nodes):
            yield Problem(
                code="outside-nodes",
                path=_path(name, "addresses"),
                what=f"is not in the nodes' network, {nodes}",
                got=pool.addresses,
                fix=f"use a part of {nodes}",
            )


def addresses_are_free(settings: Settings) -> Iterator[Problem]:
    """A pool's every address may be a node's, so none may mean something else."""
    for name, pool, site in _pools(settings):
        nodes = site.nodes
        taken = {
            "network's own": nodes[0],
            "gateway's": nodes[min(1, nodes.num_addresses - 1)],
            "broadcast": nodes[-1],
        }
        for owner, address in taken.items():
            if address in pool.addresses and pool.addresses.subnet_of(nodes):
                yield Problem(
                    code="not-for-nodes",
                    path=_path(name, "addresses"),
                    what=f"has the {owner} address, {address}",
                    got=pool.addresses,
                    fix=f"use a part of {nodes} without its first two addresses and its last",
                )
                break


def addresses_are_enough(settings: Settings) -> Iterator[Problem]:
    for name, pool, _ in _pools(settings):
        if (there := pool.addresses.num_addresses) < pool.nodes:
            yield Problem(
                code="too-few-addresses",
                path=_path(name, "addresses"),
                what=f"has {there} addresses for {pool.nodes} nodes",
                got=pool.addresses,
                fix=f"use /{32 - (pool.nodes - 1).bit_length()} or larger, or fewer nodes",
            )


def pools_do_not_overlap(settings: Settings) -> Iterator[Problem]:
    for (one, first, _), (other, second, _) in combinations(_pools(settings), 2):
        if first.addresses.overlaps(second.addresses):
            yield Problem(
                code="overlap",
                path=_path(other, "addresses"),
                what=f"shares addresses with pool {one}, {first.addresses}",
                got=second.addresses,
                fix="use addresses that nothing else has",
            )


def each_node_has_a_host_of_its_own(settings: Settings) -> Iterator[Problem]:
    """Nodes of a pool are kept apart, and one that finds no host is not started."""
    for name, pool, site in _pools(settings):
        if pool.nodes > (hosts := site.vcenter.hosts.number):
            yield Problem(
                code="too-few-hosts",
                path=_path(name, "nodes"),
                what=f"wants a host for each node, and the cluster has {hosts}",
                got=pool.nodes,
                fix=f"use {hosts} at most, or add hosts to the cluster",
            )


def each_node_fits_on_a_host(settings: Settings) -> Iterator[Problem]:
    for name, pool, site in _pools(settings):
        hosts = site.vcenter.hosts
        for key, wanted, there, unit in (
            ("cpus", pool.cpus, hosts.cores, "cores"),
            ("memoryGiB", pool.memory_gib, hosts.memory_gib, "GiB"),
        ):
            if wanted > there:
                yield Problem(
                    code="larger-than-a-host",
                    path=_path(name, key),
                    what=f"is more than a host has, {there} {unit}",
                    got=wanted,
                    fix=f"use {there} at most",
                )


def what_is_reserved_is_there(settings: Settings) -> Iterator[Problem]:
    if settings.on_premises is None:
        return
    hosts = settings.on_premises.vcenter.hosts
    reserved = {name: pool for name, pool, _ in _pools(settings) if pool.reserved}
    for what, unit, each, there in (
        (
            "CPU",
            "MHz",
            {name: pool.nodes * pool.cpus * hosts.core_mhz for name, pool in reserved.items()},
            hosts.number * hosts.cores * hosts.core_mhz,
        ),
        (
            "memory",
            "GiB",
            {name: pool.nodes * pool.memory_gib for name, pool in reserved.items()},
            hosts.number * hosts.memory_gib,
        ),
    ):
        if (wanted := sum(each.values())) > there:
            shares = ", ".join(f"{name} {share}" for name, share in each.items())
            yield Problem(
                code="reserves-too-much",
                path=path_of("onPremises", "pools"),
                what=f"reserve {wanted} {unit} of {what} ({shares}), and the cluster has {there}"
                f" {unit} on {hosts.number} hosts",
                fix="make pools smaller, or add hosts to the cluster",
            )


def a_domain_is_in_one_pool(settings: Settings) -> Iterator[Problem]:
    for (one, first, _), (other, second, _) in combinations(_pools(settings), 2):
        for domain in sorted({*first.domains} & {*second.domains}):
            yield Problem(
                code="in-two-pools",
                path=_path(other, "domains"),
                what=f"have {domain}, which runs in pool {one} already",
                fix="name it in one of them",
            )


def _pools(settings: Settings) -> Iterator[tuple[str, PoolSettings, OnPremisesSettings]]:
    """Each pool by its name, with the data centre that it is in."""
    if settings.on_premises is not None:
        for name, pool in settings.on_premises.pools.items():
            yield name, pool, settings.on_premises


def _path(pool: str, key: str) -> str:
    return path_of("onPremises", "pools", pool, key)
