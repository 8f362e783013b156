"""How much of a cluster one namespace may use: its quota, and what one container gets. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components._quantities import cpu, memory


@dataclass(frozen=True, kw_only=True)
class PodSize:
    """What one pod needs, all its containers together.

    Args:
        cpu_millis: CPU that is kept for it, in thousandths of one.
        memory_mib: Memory that is kept for it and that it may use at most, in MiB.
    """

    cpu_millis: int
    memory_mib: int


@dataclass(frozen=True, kw_only=True)
class Share:
    """What one namespace may use.

    Args:
        pods: How many pods at most, those included by which others are replaced.
        pod: What each of them needs at most on average.
    """

    pods: int
    pod: PodSize


def quota(share: Share) -> dict[str, str]:
    """The hard limits of a quota. Memory has no slack: what is kept is also the most there is.

    CPU beyond what is kept is had while nobody else wants it, so it has no limit. Ways in beside
    the gateway are none, and neither are disks: what a domain keeps is in its database.
    """
    most = memory(share.pods * share.pod.memory_mib)
    return {
        "pods": str(share.pods),
        "requests.cpu": cpu(share.pods * share.pod.cpu_millis),
        "requests.memory": most,
        "limits.memory": most,
        "persistentvolumeclaims": "0",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
    }


def limits(share: Share) -> list[Mapping[str, Any]]:
    """The limits of containers: what one gets that says nothing, and the most it may ask for."""
    pod = share.pod
    return [
        {
            "type": "Container",
            "defaultRequest": {"cpu": "50m", "memory": "64Mi"},
            "default": {"memory": "64Mi"},
            "max": {"memory": memory(pod.memory_mib)},
        }
    ]
