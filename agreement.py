"""What a stack file and the catalogue must agree on: who runs where, and whether there is room.

Neither knows of the other. A stack whose pods would find no node is refused here, before any
provider is called, and not after an update has waited for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from components._mesh_values import PROXY_CPU_MILLIS, PROXY_MEMORY_MIB
from components._pod import CPU_MILLIS, MEMORY_MIB
from domains import Catalogue, Domain, Site
from placement import sized
from problems import Problem
from reachable import unreachable
from settings import Settings

SYSTEM_CPU_MILLIS, SYSTEM_MEMORY_MIB = 300, 512
"""On each node: what the cluster runs on all of them, for networks, disks, identities and logs."""
SERVER_CPU_MILLIS, SERVER_MEMORY_MIB = 500, 2048
"""A server's of Vault or of the evidence store, as their charts are told."""


def disagreements(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """Tells all of it."""
    yield from _pools_take_who_is_there(settings, catalogue)
    yield from _there_is_room(settings, catalogue)
    yield from unreachable(settings, catalogue)


def _pools_take_who_is_there(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    known = {domain.name: domain for domain in catalogue.domains}
    for pool, each in settings.pools.items():
        path = f"corebank:onPremises.pools.{pool}.domains"
        for name in each.domains:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                yield Problem(
                    code="unknown-domain",
                    path=path,
                    what="name a domain that is not in the catalogue",
                    got=name,
                    fix=f"did you mean {near[0]}?" if near else "leave it out",
                )
            elif known[name].site is not Site.ON_PREMISES:
                yield Problem(
                    code="cloud-domain",
                    path=path,
                    what="name a domain that would rather run in the cloud",
                    got=name,
                    fix="leave it out, or let it say Site.ON_PREMISES",
                )


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What of a node pods can have.

    Args:
        cpu_millis: In thousandths of a CPU.
        memory_mib: Memory.
    """

    cpu_millis: int
    memory_mib: int

    @classmethod
    def of(cls, *, cpus: int, memory_gib: int) -> "Machine":
        """Without what the node keeps for itself (bootstrap of Amazon's EKS images)."""
        steps = (60, 10, 5, 5)
        kept = sum(steps[:cpus]) + (5 * max(0, cpus - len(steps)) + 1) // 2
        pods = 110
        return cls(
            cpu_millis=cpus * 1000 - kept - SYSTEM_CPU_MILLIS,
            memory_mib=memory_gib * 1024 - (255 + 11 * pods + 100) - SYSTEM_MEMORY_MIB,
        )

    def without(self, servers: int) -> "Machine":
        """What is left of it beside so many of the platform's servers."""
        return Machine(
            cpu_millis=self.cpu_millis - servers * SERVER_CPU_MILLIS,
            memory_mib=self.memory_mib - servers * SERVER_MEMORY_MIB,
        )

    def holds(self, cpu_millis: int, memory_mib: int) -> int:
        """How many replicas of this size find room on it."""
        return max(0, min(self.cpu_millis // cpu_millis, self.memory_mib // memory_mib))


def machine(instance_type: str) -> Machine:
    """What an instance type of ``_allowed.NODE_FAMILIES`` and ``NODE_SIZES`` has."""
    family, _, size = instance_type.partition(".")
    cpus = {"large": 2, "xlarge": 4}.get(size) or 4 * int(size.removesuffix("xlarge"))
    return Machine.of(cpus=cpus, memory_gib=cpus * {"c": 2, "m": 4, "r": 8}[family[0]])


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """Nodes of one kind and who runs on them.

    Args:
        path: Where in the stack file they are told of.
        node: What is left of each beside the platform's servers.
        places: Zones or machines over which replicas are spread.
        fewest: Nodes in the place that has the fewest, while each group is at its minimum.
        most: The same, at its maximum.
        domains: Who runs there.
    """

    path: str
    node: Machine
    places: int
    fewest: int
    most: int
    domains: Sequence[Domain]


def _grounds(settings: Settings, catalogue: Catalogue) -> Iterator[_Ground]:
    pools = settings.pools
    zones = len(settings.network.zones)
    # Vault's servers are on a critical node each, the evidence store's where there is a place for
    # its drives: in the data centre, else on the nodes that nothing is kept from.
    drives = settings.evidence.drives
    standard = settings.cluster.node_groups.standard
    servers: Mapping[str, int] = {
        "critical": 1,
        "standard": 0 if pools else -(-drives // standard.minimum),
    }
    for tier in type(settings.cluster.node_groups).model_fields:
        group = getattr(settings.cluster.node_groups, tier)
        yield _Ground(
            path=f"corebank:cluster.nodeGroups.{tier}",
            node=machine(group.instance_type).without(servers.get(tier, 0)),
            places=zones,
            fewest=group.minimum // zones,
            most=group.maximum // zones,
            domains=[
                each
                for each in catalogue.domains
                if each.tier == tier and settings.pool_of(each.name) is None
            ],
        )
    nodes = sum(pool.nodes for pool in pools.values())
    for name, pool in pools.items():
        whole = Machine.of(cpus=pool.cpus, memory_gib=pool.memory_gib)
        yield _Ground(
            path=f"corebank:onPremises.pools.{name}",
            node=whole.without(-(-drives // nodes)),
            places=pool.nodes,
            fewest=1,
            most=1,
            domains=[each for each in catalogue.domains if each.name in pool.domains],
        )


def _there_is_room(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """In the place with the fewest nodes, for as many replicas as fall to it."""
    for ground in _grounds(settings, catalogue):
        sizes = {each.name: sized(settings, each) for each in ground.domains}
        for bound, nodes in (("minimum", ground.fewest), ("maximum", ground.most)):
            wanted = [
                (
                    -(-getattr(size, bound) // ground.places),
                    size.cpu_millis + CPU_MILLIS + PROXY_CPU_MILLIS,
                    size.memory_mib + MEMORY_MIB + PROXY_MEMORY_MIB,
                )
                for size in sizes.values()
            ]
            if not _fit(wanted, ground.node, nodes):
                cpu = sum(number * each for number, each, _ in wanted)
                memory = sum(number * each for number, _, each in wanted)
                yield Problem(
                    code="no-room",
                    path=ground.path,
                    what=f"has no room for the {bound} of {', '.join(sizes)}: in one of"
                    f" {ground.places} places they want {cpu}m and {memory} MiB, and {nodes} nodes"
                    f" have {ground.node.cpu_millis}m and {ground.node.memory_mib} MiB each",
                    fix=f"use more or larger nodes, or a smaller {bound} in"
                    " corebank:workloads.tiers",
                )


def _fit(wanted: Sequence[tuple[int, int, int]], node: Machine, nodes: int) -> bool:
    """Whether replicas of these numbers and sizes find a node, the largest first."""
    free = [node] * nodes
    for number, cpu, memory in sorted(wanted, key=lambda each: each[1:], reverse=True):
        for _ in range(number):
            at = max(range(nodes), key=lambda index: free[index].cpu_millis, default=None)
            if at is None or not free[at].holds(cpu, memory):
                return False
            free[at] = Machine(
                cpu_millis=free[at].cpu_millis - cpu, memory_mib=free[at].memory_mib - memory
            )
    return True
