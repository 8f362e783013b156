"""What of a node pods can have, and what finds room on nodes: pure arithmetic.

What runs on which of them is decided in ``room``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

SYSTEM_CPU_MILLIS, SYSTEM_MEMORY_MIB = 300, 512
"""On each node: what the cluster runs on all of them, for networks, disks, identities and logs."""


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

    def without(self, *servers: "Machine") -> "Machine":
        """What is left of it beside the platform's own servers."""
        return Machine(
            cpu_millis=self.cpu_millis - sum(each.cpu_millis for each in servers),
            memory_mib=self.memory_mib - sum(each.memory_mib for each in servers),
        )

    def holds(self, cpu_millis: int, memory_mib: int) -> int:
        """How many replicas of this size find room on it."""
        return max(0, min(self.cpu_millis // cpu_millis, self.memory_mib // memory_mib))


def machine(instance_type: str) -> Machine:
    """What an instance type of ``_allowed.NODE_FAMILIES`` and ``NODE_SIZES`` has."""
    family, _, size = instance_type.partition(".")
    cpus = {"large": 2, "xlarge": 4}.get(size) or 4 * int(size.removesuffix("xlarge"))
    return Machine.of(cpus=cpus, memory_gib=cpus * {"c": 2, "m": 4, "r": 8}[family[0]])


def in_turns(nodes: int, zones: int) -> tuple[int, ...]:
    """How many nodes of a group are in each zone, the most first."""
    return tuple(nodes // zones + (zone < nodes % zones) for zone in range(zones))


def fit(wanted: Sequence[tuple[int, int, int]], node: Machine, nodes: int) -> bool:
    """Whether all find a node, on all of these nodes or on fewer, so that one more never hurts.

    Args:
        wanted: How many of which size: thousandths of a CPU, and MiB.
        node: What each node has.
        nodes: How many there are.
    """
    return any(_spread(wanted, node, number) for number in range(nodes, -1, -1))


def _spread(wanted: Sequence[tuple[int, int, int]], node: Machine, nodes: int) -> bool:
    """Whether each finds room on the emptiest node, the largest first.

    Sizes that fill nodes to the brim can fit on four nodes and not on five.
    """
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


def spreads(replicas: int, nodes: Sequence[int]) -> int:
    """How many of these replicas start, each when it leaves no zone and no node two above another.

    Args:
        replicas: How many are wanted.
        nodes: How many nodes each zone has.
    """
    hosts = [[0] * number for number in nodes if number]
    for started in range(replicas):
        zone, host = min(map(sum, hosts), default=0), min(map(min, hosts), default=0)
        # Which of them is the scheduler's to choose, and makes no difference to how many start.
        open_ = [each for each in hosts if (sum(each), min(each)) == (zone, host)]
        if not open_:
            return started
        open_[0][open_[0].index(host)] += 1
    return replicas
