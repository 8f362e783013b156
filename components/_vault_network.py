"""Who reaches Vault's servers, and whom they reach: the policies of their namespace. Pure.

A policy of Kubernetes only allows: what none of them names does not get through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from components._vault_config import CLUSTER_PORT, PORT
from components._vault_values import PODS

_POD_IDENTITY = "169.254.170.23/32"
"""Where a node's agent gives a pod the credentials of its role (EKS user guide, pod identities)."""


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Something that the servers open connections to.

    Args:
        networks: Where it is.
        port: Where it answers, over TCP.
    """

    networks: Sequence[IPv4Network]
    port: int


def nothing() -> dict[str, Any]:
    """The policy that lets nothing in or out, for everything in the namespace."""
    return {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def servers(*, clients: str, reaches: Mapping[str, Reach]) -> dict[str, Any]:
    """The policy of the servers.

    Args:
        clients: Label that a namespace has whose pods may ask Vault, with whatever value.
        reaches: What they open connections to beside each other, names and credentials.
    """
    labelled = {"matchExpressions": [{"key": clients, "operator": "Exists"}]}
    each_other = [{"podSelector": {"matchLabels": PODS}}]
    return {
        "podSelector": {"matchLabels": PODS},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {"from": [{"namespaceSelector": labelled}], "ports": [_tcp(PORT)]},
            {"from": each_other, "ports": [_tcp(PORT), _tcp(CLUSTER_PORT)]},
        ],
        "egress": [
            {"to": each_other, "ports": [_tcp(PORT), _tcp(CLUSTER_PORT)]},
            names(),
            {"to": [{"ipBlock": {"cidr": _POD_IDENTITY}}], "ports": [_tcp(80)]},
            *(_to(reach) for _, reach in sorted(reaches.items())),
        ],
    }


def client(*, pods: Mapping[str, str], store: Reach) -> dict[str, Any]:
    """The policy of pods beside the servers that ask them, and put what they get into a store.

    Args:
        pods: The pods' labels.
        store: Where that is.
    """
    return {
        "podSelector": {"matchLabels": dict(pods)},
        "policyTypes": ["Egress"],
        "egress": [
            {"to": [{"podSelector": {"matchLabels": PODS}}], "ports": [_tcp(PORT)]},
            names(),
            _to(store),
        ],
    }


def names() -> dict[str, Any]:
    """The rule by which a pod asks the cluster's own servers for names."""
    return {
        "to": [
            {
                "namespaceSelector": {
                    "matchLabels": {"kubernetes.io/metadata.name": "kube-system"}
                },
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }
        ],
        "ports": [{"protocol": "UDP", "port": 53}, _tcp(53)],
    }


def _to(reach: Reach) -> dict[str, Any]:
    return {
        "to": [{"ipBlock": {"cidr": str(network)}} for network in reach.networks],
        "ports": [_tcp(reach.port)],
    }


def _tcp(port: int) -> dict[str, Any]:
    return {"protocol": "TCP", "port": port}
