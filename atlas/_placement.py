"""Which domain runs on which nodes of a stack, how often, and how full they then are.

What has room is computed in ``room``, for the update itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import room
from domains import Catalogue
from placement import POOL, SITE, TIER, placed, sized
from settings import Settings


@dataclass(frozen=True, kw_only=True)
class Runs:
    """A domain on its nodes: at least and at most so many replicas."""

    domain: str
    replicas: str


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What is asked for in one case, in the place with the fewest nodes, in hundredths.

    Args:
        case: Which.
        cpu: Of CPU.
        memory: Of memory.
    """

    case: str
    cpu: int
    memory: int


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Nodes of one kind.

    Args:
        name: What they are called.
        where: The region, or the data centre.
        nodes: How many and which, in words.
        places: Zones or machines by name, each with nodes at least and how many more at most.
        kind: The tier; empty where it is a pool's, in a data centre.
        runs: What runs there.
        beside: What of the platform does too; empty where nothing does.
        taken: How full they are.
    """

    name: str
    where: str
    nodes: str
    places: Sequence[tuple[str, int, int]]
    kind: str
    runs: Sequence[Runs]
    beside: str
    taken: Sequence[Taken]


def between(minimum: int, maximum: int) -> str:
    """``2``, or ``2-6`` with a dash."""
    return str(minimum) if minimum == maximum else f"{minimum}\N{EN DASH}{maximum}"


def grounds(settings: Settings, catalogue: Catalogue) -> list[Ground]:
    """The nodes of a stack: groups in the cloud by tier, then pools."""
    words = _words(settings)
    return [
        Ground(
            name=each.name,
            where=words[each.path][1],
            nodes=words[each.path][0],
            places=_places(settings, each),
            kind=words[each.path][2],
            runs=[
                Runs(domain=domain.name, replicas=between(size.minimum, size.maximum))
                for domain in each.domains
                for size in (sized(settings, domain),)
            ],
            beside=each.beside,
            taken=[_taken(settings, each, case) for case in each.cases],
        )
        for each in room.grounds(settings, catalogue)
    ]


def place_of(settings: Settings, catalogue: Catalogue, name: str) -> str:
    """Where one domain runs, in words."""
    domain = next(each for each in catalogue.domains if each.name == name)
    nodes = placed(settings, domain).nodes
    if POOL in nodes:
        return f"pool {nodes[POOL]}, data centre {nodes[SITE]}"
    return f"{nodes[TIER]} nodes, {settings.region}"


def _groups(settings: Settings) -> dict[str, tuple[str, str, str]]:
    groups = settings.cluster.node_groups
    return {
        f"corebank:cluster.nodeGroups.{tier}": (
            many(between(group.minimum, group.maximum), group.instance_type),
            settings.region,
            tier,
        )
        for tier in type(groups).model_fields
        if (group := getattr(groups, tier))
    }


def _words(settings: Settings) -> dict[str, tuple[str, str, str]]:
    """How many nodes, where and of which tier, by their place in the stack file."""
    if settings.on_premises is None:
        return _groups(settings)
    where = f"data centre {settings.on_premises.vcenter.datacenter}"
    return _groups(settings) | {
        f"corebank:onPremises.pools.{name}": (
            many(str(pool.nodes), f"{pool.cpus} CPU, {pool.memory_gib} GiB"),
            where,
            "",
        )
        for name, pool in settings.pools.items()
    }


def _places(settings: Settings, ground: room.Ground) -> list[tuple[str, int, int]]:
    """Zones with their nodes; of a pool, its machines, each on a host of its own."""
    fewest, most = (
        next(each.nodes for each in ground.cases if each.bound == bound and not each.lost)
        for bound in ("minimum", "maximum")
    )
    zones = [zone.removeprefix(settings.region) for zone in settings.network.zones]
    names = zones if ground.path in _groups(settings) else [""] * len(most)
    return [
        (name, least, many - least) for name, least, many in zip(names, fewest, most, strict=True)
    ]


def _taken(settings: Settings, ground: room.Ground, case: room.Case) -> Taken:
    cpu, memory = room.taken(settings, ground, case)
    words = {"minimum": "at the fewest", "maximum": "at the most"}[case.bound]
    return Taken(
        case="with a zone lost" if case.lost else words,
        cpu=round(100 * cpu),
        memory=round(100 * memory),
    )


def many(number: str, of: str) -> str:
    """So many of something."""
    return f"{number} \N{MULTIPLICATION SIGN} {of}"
