"""Which domain runs on which nodes of a stack, and how often."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains import Catalogue
from placement import POOL, SITE, TIER, placed, sized
from settings import Settings


@dataclass(frozen=True, kw_only=True)
class Runs:
    """A domain on its nodes: at least and at most so many replicas."""

    domain: str
    minimum: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Nodes of one kind.

    Args:
        name: What they are called.
        where: Region and zones, or the data centre.
        nodes: How many and which, in words.
        on_premises: Whether they are in a data centre.
        runs: What runs there.
    """

    name: str
    where: str
    nodes: str
    on_premises: bool
    runs: Sequence[Runs]


def between(minimum: int, maximum: int) -> str:
    """``2``, or ``2-6`` with a dash."""
    return str(minimum) if minimum == maximum else f"{minimum}\N{EN DASH}{maximum}"


def grounds(settings: Settings, catalogue: Catalogue) -> list[Ground]:
    """The nodes of a stack: groups in the cloud by tier, then pools."""
    where = f"{settings.region}, zones {', '.join(it[-1] for it in settings.network.zones)}"
    groups = settings.cluster.node_groups
    found = [
        Ground(
            name=f"{tier} nodes",
            where=where,
            nodes=f"{between(group.minimum, group.maximum)} \N{MULTIPLICATION SIGN}"
            f" {group.instance_type}",
            on_premises=False,
            runs=_running(settings, catalogue, TIER, tier),
        )
        for tier in type(groups).model_fields
        if (group := getattr(groups, tier))
    ]
    if settings.on_premises is None:
        return found
    return found + [
        Ground(
            name=f"pool {name}",
            where=f"data centre {settings.on_premises.vcenter.datacenter}",
            nodes=f"{pool.nodes} \N{MULTIPLICATION SIGN} {pool.cpus} CPU, {pool.memory_gib} GiB",
            on_premises=True,
            runs=_running(settings, catalogue, POOL, name),
        )
        for name, pool in settings.pools.items()
    ]


def place_of(settings: Settings, catalogue: Catalogue, name: str) -> str:
    """Where one domain runs, in words."""
    domain = next(each for each in catalogue.domains if each.name == name)
    nodes = placed(settings, domain).nodes
    if POOL in nodes:
        return f"pool {nodes[POOL]}, data centre {nodes[SITE]}"
    return f"{nodes[TIER]} nodes, {settings.region}"


def _running(settings: Settings, catalogue: Catalogue, label: str, value: str) -> list[Runs]:
    there = [d for d in catalogue.domains if placed(settings, d).nodes.get(label) == value]
    sized_there = [(domain.name, sized(settings, domain)) for domain in there]
    return [
        Runs(domain=name, minimum=size.minimum, maximum=size.maximum) for name, size in sized_there
    ]
