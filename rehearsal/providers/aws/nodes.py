"""Nodes: what a node group's machines are to Kubernetes, as objects on the real API server.

KWOK keeps them ready. They have the size, zone, labels and taints that machines of the group would
have, so what the scheduler decides about them is what it would decide about those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import kubernetes

from rehearsal.providers.kubernetes.cluster import cluster
from rehearsal.providers.values import Plain

_api: Any = kubernetes.client
"""A client without types of its own."""

_GROUP = "eks.amazonaws.com/nodegroup"
_EFFECTS = {
    "NO_EXECUTE": "NoExecute",
    "NO_SCHEDULE": "NoSchedule",
    "PREFER_NO_SCHEDULE": "PreferNoSchedule",
}


@dataclass(frozen=True, kw_only=True)
class Size:
    """What a machine has.

    Args:
        cpus: Virtual CPUs.
        memory_mib: Memory.
        pods: How many pods get an address on it.
    """

    cpus: int
    memory_mib: int
    pods: int

    @classmethod
    def of(cls, told: Plain) -> "Size":
        """From what EC2 tells of an instance type."""
        network: Plain = told["NetworkInfo"]
        addresses = network["MaximumNetworkInterfaces"] * (network["Ipv4AddressesPerInterface"] - 1)
        cpus: int = told["VCpuInfo"]["DefaultVCpus"]
        # Amazon's image sets no more than Kubernetes is tried with.
        most = 110 if cpus < 30 else 250  # noqa: PLR2004 - EKS user guide, choosing an instance type
        return cls(
            cpus=cpus,
            memory_mib=told["MemoryInfo"]["SizeInMiB"],
            pods=min(addresses + 2, most),
        )

    @property
    def capacity(self) -> dict[str, str]:
        """Of the whole machine."""
        return {
            "cpu": str(self.cpus),
            "ephemeral-storage": "100Gi",
            "memory": f"{self.memory_mib}Mi",
            "pods": str(self.pods),
        }

    @property
    def allocatable(self) -> dict[str, str]:
        """Without what the node keeps for itself (bootstrap of Amazon's EKS images)."""
        steps = (60, 10, 5, 5)
        kept_cpu = sum(steps[: self.cpus]) + 2.5 * max(0, self.cpus - len(steps))
        kept_memory = 255 + 11 * self.pods + 100
        return {
            **self.capacity,
            "cpu": f"{self.cpus * 1000 - round(kept_cpu)}m",
            "memory": f"{self.memory_mib - kept_memory}Mi",
        }


@dataclass(frozen=True, kw_only=True)
class Group:
    """A node group as its nodes are to be.

    Args:
        name: Its name.
        count: How many nodes.
        size: What each has.
        instance_type: The name of that size.
        zones: Over which they are spread, in turns.
        labels: Labels of each.
        taints: As EKS has them: ``key``, ``value``, ``effect``.
    """

    name: str
    count: int
    size: Size
    instance_type: str
    zones: Sequence[str]
    labels: Mapping[str, str]
    taints: Sequence[Plain]

    def nodes(self) -> dict[str, Plain]:
        """The nodes by their names, as objects."""
        zones = [self.zones[number % len(self.zones)] for number in range(self.count)]
        return {
            name: self._node(name, zone)
            for number, zone in enumerate(zones)
            for name in [f"{self.name}-{zone}-{number // len(self.zones) + 1}"]
        }

    def _node(self, name: str, zone: str) -> Plain:
        labels = {
            **self.labels,
            "eks.amazonaws.com/capacityType": "ON_DEMAND",
            _GROUP: self.name,
            "kubernetes.io/arch": "amd64",
            "kubernetes.io/hostname": name,
            "kubernetes.io/os": "linux",
            "node.kubernetes.io/instance-type": self.instance_type,
            "topology.kubernetes.io/region": zone[:-1],
            "topology.kubernetes.io/zone": zone,
        }
        taints = [
            {
                "key": taint["key"],
                "value": taint.get("value", ""),
                "effect": _EFFECTS[taint["effect"]],
            }
            for taint in self.taints
        ]
        return {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": labels},
            "spec": {"taints": taints, "providerID": f"aws:///{zone}/{name}"},
            "status": {
                "allocatable": self.size.allocatable,
                "capacity": self.size.capacity,
            },
        }


def follow(kubeconfig: str, group: Group) -> None:
    """Brings the cluster's nodes of a group to what they are to be; those that are right stay."""
    nodes: Any = _api.CoreV1Api(cluster(kubeconfig).api)
    wanted = group.nodes()
    for name, found in _nodes(nodes, group.name).items():
        if name not in wanted:
            nodes.delete_node(name)
        elif not _agrees(found, wanted[name]):
            nodes.patch_node(
                name,
                {
                    "metadata": {
                        "labels": {
                            **dict.fromkeys(found.metadata.labels),
                            **(wanted[name]["metadata"]["labels"]),
                        }
                    },
                    "spec": {"taints": wanted[name]["spec"]["taints"]},
                },
            )
    there = _nodes(nodes, group.name)
    for name in wanted.keys() - there.keys():
        nodes.create_node(wanted[name])


def count(kubeconfig: str, group: str) -> int:
    """How many nodes of a group there are."""
    return len(_nodes(_api.CoreV1Api(cluster(kubeconfig).api), group))


def _nodes(nodes: Any, group: str) -> dict[str, Any]:
    found = nodes.list_node(label_selector=f"{_GROUP}={group}").items
    return {node.metadata.name: node for node in found}


def _agrees(found: Any, wanted: Plain) -> bool:
    there: list[Any] = found.spec.taints or []
    taints = [
        {"key": taint.key, "value": taint.value or "", "effect": taint.effect}
        for taint in there
        # Kubernetes' own, of nodes that are not ready or are drained.
        if not taint.key.startswith("node.kubernetes.io/")
    ]
    return (
        found.metadata.labels == wanted["metadata"]["labels"] and taints == wanted["spec"]["taints"]
    )
