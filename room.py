"""Whether nodes have room for what runs on them: by size, and spread as pods ask to be.

Computed for each node group and pool, for the fewest replicas on the fewest nodes and the most on
the most; where a zone may be lost without waiting for machines, also on what is then left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components._mesh_values import (
    GATEWAY_CPU_MILLIS,
    GATEWAY_MEMORY_MIB,
    PILOT_CPU_MILLIS,
    PILOT_MEMORY_MIB,
    PROXY_CPU_MILLIS,
    PROXY_MEMORY_MIB,
)
from components._monitoring_values import (
    BESIDE_CPU_MILLIS,
    BESIDE_MEMORY_MIB,
    PROMETHEUS_CPU_MILLIS,
    PROMETHEUS_MEMORY_MIB,
)
from components._pod import CPU_MILLIS, MEMORY_MIB
from components._trace_values import CPU_MILLIS as TRACES_CPU_MILLIS
from components._trace_values import MEMORY_MIB as TRACES_MEMORY_MIB
from components._vault_shipper import CPU_MILLIS as SHIPPER_CPU_MILLIS
from components._vault_shipper import MEMORY_MIB as SHIPPER_MEMORY_MIB
from components._vault_values import CPU_MILLIS as VAULT_CPU_MILLIS
from components._vault_values import MEMORY_MIB as VAULT_MEMORY_MIB
from domains import Catalogue, Domain, Tier
from machines import Machine, fit, in_turns, machine, spreads
from placement import HOST, MESH_SERVERS, MONITORING_SERVERS, RESERVED, ZONE, placed, sized
from problems import Problem
from settings import RULES, Settings

VAULT = Machine(
    cpu_millis=VAULT_CPU_MILLIS + SHIPPER_CPU_MILLIS,
    memory_mib=VAULT_MEMORY_MIB + SHIPPER_MEMORY_MIB,
)
"""What one of Vault's servers takes, with what is beside it."""
STORE = Machine(cpu_millis=500, memory_mib=2048)
"""What one of the evidence store's servers takes, as its chart is told."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """So many replicas, on so many nodes.

    Args:
        bound: Of replicas: ``minimum`` or ``maximum``.
        nodes: How many there are in each zone; of a pool, one in each place.
        lost: Zones that are away.
    """

    bound: str
    nodes: Sequence[int]
    lost: int = 0


@dataclass(frozen=True, kw_only=True)
class _Servers:
    """Replicas of a part of the platform, spread over zones.

    Args:
        minimum: How many at least.
        maximum: How many at most.
        cpu_millis: What each is sure of, in thousandths of a CPU.
        memory_mib: The memory that each is sure of.
    """

    minimum: int
    maximum: int
    cpu_millis: int
    memory_mib: int


_MESH = tuple(
    _Servers(
        minimum=MESH_SERVERS[0],
        maximum=MESH_SERVERS[1],
        cpu_millis=cpu_millis,
        memory_mib=memory_mib,
    )
    for cpu_millis, memory_mib in (
        (PILOT_CPU_MILLIS, PILOT_MEMORY_MIB),
        # One for what comes in, one for what leaves.
        (GATEWAY_CPU_MILLIS, GATEWAY_MEMORY_MIB),
        (GATEWAY_CPU_MILLIS, GATEWAY_MEMORY_MIB),
    )
)
_MONITORING = tuple(
    _Servers(minimum=number, maximum=number, cpu_millis=cpu_millis, memory_mib=memory_mib)
    for number, cpu_millis, memory_mib in (
        (MONITORING_SERVERS, PROMETHEUS_CPU_MILLIS, PROMETHEUS_MEMORY_MIB),
        # What else is there, at two of each.
        (MONITORING_SERVERS, BESIDE_CPU_MILLIS, BESIDE_MEMORY_MIB),
        (
            MONITORING_SERVERS,
            TRACES_CPU_MILLIS + PROXY_CPU_MILLIS,
            TRACES_MEMORY_MIB + PROXY_MEMORY_MIB,
        ),
    )
)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Nodes of one kind and who runs on them.

    Args:
        name: What they are called.
        path: Where in the stack file they are told of.
        node: What is left of each beside the platform's servers that have a node of their own.
        domains: Who runs there.
        beside: What of the platform does too; empty where nothing does.
        servers: What that consists of.
        cases: What has to fit.
    """

    name: str
    path: str
    node: Machine
    domains: Sequence[Domain]
    beside: str
    servers: Sequence[_Servers]
    cases: Sequence[Case]


def no_room(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """Tells of all pods that would find no node."""
    for ground in grounds(settings, catalogue):
        for case in ground.cases:
            yield from _too_large(settings, ground, case)
            yield from _not_apart(settings, ground, case)


def grounds(settings: Settings, catalogue: Catalogue) -> Iterator[Ground]:
    """The nodes of a stack: groups in the cloud by tier, then pools."""
    pools = settings.pools
    zones = len(settings.network.zones)
    # Vault's servers are on a critical node each, the evidence store's where there is a place for
    # its drives: in the data centre, else on the nodes that nothing is kept from.
    drives = settings.evidence.drives
    groups = settings.cluster.node_groups
    servers = {
        Tier.CRITICAL: [VAULT],
        Tier.CORE: [],
        Tier.STANDARD: [] if pools else [STORE] * -(-drives // groups.standard.minimum),
    }
    survives = RULES[settings.environment].replica_per_zone and zones > 1
    for tier in Tier:
        group = getattr(groups, tier)
        fewest = in_turns(group.minimum, zones)
        yield Ground(
            name=f"{tier} nodes",
            path=f"corebank:cluster.nodeGroups.{tier}",
            node=machine(group.instance_type).without(*servers[tier]),
            domains=[
                each
                for each in catalogue.domains
                if each.tier == tier and settings.pool_of(each.name) is None
            ],
            beside={Tier.CRITICAL: "the mesh", Tier.STANDARD: "monitoring"}.get(tier, ""),
            servers={Tier.CRITICAL: _MESH, Tier.STANDARD: _MONITORING}.get(tier, ()),
            cases=[
                Case(bound="minimum", nodes=fewest),
                Case(bound="maximum", nodes=in_turns(group.maximum, zones)),
                # The first has as many as any.
                *(
                    [Case(bound="minimum", nodes=fewest[1:], lost=1)]
                    if survives and tier in RESERVED
                    else []
                ),
            ],
        )
    nodes = sum(pool.nodes for pool in pools.values())
    for name, pool in pools.items():
        each_apart = (1,) * pool.nodes
        yield Ground(
            name=f"pool {name}",
            path=f"corebank:onPremises.pools.{name}",
            node=Machine.of(cpus=pool.cpus, memory_gib=pool.memory_gib).without(
                *[STORE] * -(-drives // nodes)
            ),
            domains=[each for each in catalogue.domains if each.name in pool.domains],
            beside="",
            servers=(),
            cases=[Case(bound=bound, nodes=each_apart) for bound in ("minimum", "maximum")],
        )


def _too_large(settings: Settings, ground: Ground, case: Case) -> Iterator[Problem]:
    """In the place with the fewest nodes, for as many replicas as fall to it."""
    places, nodes = len(case.nodes), min(case.nodes)
    asked = wanted(settings, ground, case)
    if fit(asked, ground.node, nodes):
        return
    cpu, memory = _sum(asked)
    beside = f" and {ground.beside}" if ground.beside else ""
    lost = " while a zone is lost" if case.lost else ""
    yield Problem(
        code="no-room",
        path=ground.path,
        what=f"has no room for the {case.bound} of {_names(ground)}{beside}{lost}: in one of"
        f" {places} places they want {cpu}m and {memory} MiB, and {nodes} nodes have"
        f" {ground.node.cpu_millis}m and {ground.node.memory_mib} MiB each",
        fix=f"use more or larger nodes, or a smaller {case.bound} in corebank:workloads.tiers",
    )


def wanted(settings: Settings, ground: Ground, case: Case) -> list[tuple[int, int, int]]:
    """How many of which size fall to one place: thousandths of a CPU, and MiB."""
    places = len(case.nodes)
    return [
        (
            -(-getattr(size, case.bound) // places),
            size.cpu_millis + CPU_MILLIS + PROXY_CPU_MILLIS,
            size.memory_mib + MEMORY_MIB + PROXY_MEMORY_MIB,
        )
        for size in (sized(settings, each) for each in ground.domains)
    ] + [
        (-(-getattr(each, case.bound) // places), each.cpu_millis, each.memory_mib)
        for each in ground.servers
    ]


def taken(settings: Settings, ground: Ground, case: Case) -> tuple[float, float]:
    """Which part of CPU and of memory is asked for, in the place with the fewest nodes."""
    nodes = min(case.nodes)
    cpu, memory = _sum(wanted(settings, ground, case))
    return cpu / (nodes * ground.node.cpu_millis), memory / (nodes * ground.node.memory_mib)


def _sum(asked: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    cpu = sum(number * each for number, each, _ in asked)
    return cpu, sum(number * each for number, _, each in asked)


def _not_apart(settings: Settings, ground: Ground, case: Case) -> Iterator[Problem]:
    """Only where pods are spread over both: over one alone any number can be."""
    for domain in ground.domains:
        if {ZONE, HOST} <= {*placed(settings, domain).apart}:
            most = getattr(sized(settings, domain), case.bound)
            if (start := spreads(most, case.nodes)) < most:
                yield Problem(
                    code="not-spread",
                    path=ground.path,
                    what=f"lets {start} of {most} replicas of {domain.name} start: no zone and no"
                    " node takes two more than another, and the zones have"
                    f" {', '.join(map(str, case.nodes))} nodes",
                    fix=f"use as many nodes in each zone, or {start} for the {case.bound} in"
                    " corebank:workloads.tiers",
                )


def _names(ground: Ground) -> str:
    return ", ".join(each.name for each in ground.domains)
