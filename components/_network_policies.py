"""What pods may open connections to, and be reached by: rules of Kubernetes' policies. Pure.

A policy of Kubernetes only allows: what none of them names does not get through. Every rule here
names both who and where: one without peers or ports would let everything through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network
from typing import Any

POD_IDENTITY = "169.254.170.23/32"
"""Where a node's agent gives a pod the credentials of its role (EKS user guide, pod identities)."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Something outside the cluster that pods open connections to.

    Args:
        networks: Where it is.
        port: Where it answers, over TCP.
    """

    networks: Sequence[IPv4Network]
    port: int


@dataclass(frozen=True, kw_only=True)
class Peer:
    """Pods at the other end.

    Args:
        namespace: Theirs.
        labels: Theirs; all of the namespace's pods without any.
        ports: Where the end answers that is asked, over TCP.
    """

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    ports: Sequence[int]


def nothing() -> dict[str, Any]:
    """The policy that lets nothing in or out, for everything in the namespace."""
    return {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def workload(
    *, pods: Mapping[str, str], admits: Sequence[Peer], reaches: Sequence[Peer | Reach]
) -> dict[str, Any]:
    """The policy of a workload: beside what is named it asks for names and for its role.

    Args:
        pods: Its pods' labels.
        admits: Who opens connections to it, and to which of its ports.
        reaches: What it opens connections to.
    """
    return {
        "podSelector": {"matchLabels": dict(pods)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {"from": [_pods(peer)], "ports": [tcp(port) for port in peer.ports]} for peer in admits
        ],
        "egress": [names(), credentials(), *(to(each) for each in reaches)],
    }


def names() -> dict[str, Any]:
    """The rule by which a pod asks the cluster's own servers for names."""
    return {
        "to": [_pods(Peer(namespace="kube-system", labels={"k8s-app": "kube-dns"}, ports=()))],
        "ports": [{"protocol": "UDP", "port": 53}, tcp(53)],
    }


def credentials() -> dict[str, Any]:
    """The rule by which a pod gets the credentials of its role."""
    return {"to": [{"ipBlock": {"cidr": POD_IDENTITY}}], "ports": [tcp(80)]}


def to(end: Peer | Reach) -> dict[str, Any]:
    """The rule by which pods open connections to something."""
    if isinstance(end, Peer):
        return {"to": [_pods(end)], "ports": [tcp(port) for port in end.ports]}
    return {
        "to": [{"ipBlock": {"cidr": str(network)}} for network in end.networks],
        "ports": [tcp(end.port)],
    }


def tcp(port: int) -> dict[str, Any]:
    """A port as rules name it."""
    return {"protocol": "TCP", "port": port}


def _pods(peer: Peer) -> dict[str, Any]:
    # Kubernetes itself puts this label on a namespace, and nobody can put another's there.
    there: dict[str, Any] = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": peer.namespace}}
    }
    if peer.labels:
        there["podSelector"] = {"matchLabels": dict(peer.labels)}
    return there
