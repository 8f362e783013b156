"""Whom the mesh's own pods talk with: the network policies of their namespaces. Pure."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, collapse_addresses
from typing import Any

from components._monitoring_network import NAMESPACE as MONITORING
from components._monitoring_network import PROXY_METRICS
from components._network_policies import Peer, Reach, credentials, names, tcp, to
from components._ports import GRPC, REST
from components._trace_values import TRACES

CONTROL, INJECTION, CONTROL_METRICS = 15012, 15017, 15014
"""Where the control plane hands out certificates and routes, changes pods, and tells how it is."""
ANSWERS = 8443
"""Where the gateways' pods answer; their services do so at 443."""
_HEALTH = 15021
_API = 443

ISTIOD = Peer(namespace="istio-system", labels={"app": "istiod"}, ports=(CONTROL,))
_PRIVATE = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
)
"""What is no public address of a host (IANA's registry of special-purpose addresses, and above)."""


def public() -> list[str]:
    """All addresses on the internet, as blocks: never one of the bank's own, nor of a node."""
    left = [IPv4Network("0.0.0.0/0")]
    for block in map(IPv4Network, _PRIVATE):
        left = [
            part
            for network in left
            for part in (network.address_exclude(block) if block.subnet_of(network) else [network])
        ]
    return [str(network) for network in collapse_addresses(left)]


def control_plane(
    *, labelled: Mapping[str, str], api: Sequence[str], issuers: Sequence[str]
) -> dict[str, Any]:
    """The policy of the control plane.

    Args:
        labelled: Labels of the namespaces whose pods have proxies.
        api: Where Kubernetes' API server is, which asks it about each pod and is asked by it.
        issuers: Where those are whose keys it fetches.
    """
    proxies = [
        {"namespaceSelector": {"matchLabels": dict(labelled)}},
        *(_namespace(name) for name in ("istio-ingress", "istio-egress")),
    ]
    return {
        "podSelector": {"matchLabels": {"app": "istiod"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {"from": proxies, "ports": [tcp(CONTROL)]},
            {"from": _blocks(api), "ports": [tcp(INJECTION)]},
            {"from": [_namespace(MONITORING)], "ports": [tcp(CONTROL_METRICS)]},
        ],
        "egress": [
            names(),
            {"to": _blocks(api), "ports": [tcp(_API)]},
            {"to": _blocks(issuers), "ports": [tcp(_API)]},
        ],
    }


def node_agents(*, api: Sequence[str]) -> dict[str, Any]:
    """The policy of what leads connections through the proxies, on each node."""
    return {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [_namespace(MONITORING)], "ports": [tcp(CONTROL_METRICS)]}],
        "egress": [names(), {"to": _blocks(api), "ports": [tcp(_API)]}],
    }


def way_in(*, clients: Sequence[str], labelled: Mapping[str, str]) -> dict[str, Any]:
    """The policy of the gateway by which requests come.

    Args:
        clients: Where those are who ask, and the load balancer.
        labelled: Labels of the namespaces whose workloads answer.
    """
    return {
        "podSelector": {"matchLabels": {"istio": "ingress"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {"from": _blocks(clients), "ports": [tcp(ANSWERS), tcp(_HEALTH)]},
            {"from": [_namespace(MONITORING)], "ports": [tcp(PROXY_METRICS)]},
        ],
        "egress": [
            names(),
            to(ISTIOD),
            to(TRACES),
            {
                "to": [{"namespaceSelector": {"matchLabels": dict(labelled)}}],
                "ports": [tcp(REST), tcp(GRPC)],
            },
        ],
    }


def way_out(*, labelled: Mapping[str, str]) -> dict[str, Any]:
    """The policy of the gateway by which connections leave; which hosts, by name, it knows itself.

    Args:
        labelled: Labels of the namespaces whose workloads use it.
    """
    return {
        "podSelector": {"matchLabels": {"istio": "egress"}},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {
                "from": [{"namespaceSelector": {"matchLabels": dict(labelled)}}],
                "ports": [tcp(ANSWERS)],
            },
            {"from": [_namespace(MONITORING)], "ports": [tcp(PROXY_METRICS)]},
        ],
        "egress": [
            names(),
            to(ISTIOD),
            to(TRACES),
            {"to": _blocks(public()), "ports": [tcp(_API)]},
        ],
    }


def traces(
    *, pods: Mapping[str, str], port: int, labelled: Mapping[str, str], kept: Reach
) -> dict[str, Any]:
    """The policy of what takes traces.

    Args:
        pods: Its pods' labels.
        port: Where it is told.
        labelled: Labels of the namespaces whose pods have proxies.
        kept: Where traces are kept.
    """
    proxies = [
        {"namespaceSelector": {"matchLabels": dict(labelled)}},
        *(_namespace(name) for name in ("istio-ingress", "istio-egress")),
    ]
    return {
        "podSelector": {"matchLabels": dict(pods)},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [
            {"from": proxies, "ports": [tcp(port)]},
            {"from": [_namespace(MONITORING)], "ports": [tcp(PROXY_METRICS)]},
        ],
        "egress": [names(), credentials(), to(ISTIOD), to(kept)],
    }


def _blocks(networks: Sequence[str]) -> list[dict[str, Any]]:
    return [{"ipBlock": {"cidr": network}} for network in networks]


def _namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
