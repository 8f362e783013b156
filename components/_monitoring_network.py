"""Whom those talk with who look at all others: the policies of their namespaces. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components._network_policies import Peer, Reach, credentials, names, tcp, to

NAMESPACE = "monitoring"
PROXY_METRICS = 15020
"""Where a proxy tells its own metrics and those of the workload beside it (Istio, ports)."""
PROMETHEUS, ALERTMANAGER, GRAFANA, STATE = 9090, 9093, 3000, 8080
_KUBELET, _NAMES, _RELOADER = 10250, 9153, 8080
"""Where nodes, the cluster's name servers, and what reloads configurations tell how they are."""
_API = 443


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Where that is which is looked at.

    Args:
        labelled: Labels of the namespaces whose pods have proxies.
        control: Pods of the platform, by what they are called here.
        nodes: Networks of all nodes.
        api: Where Kubernetes' API server is.
        told: Where those are who are told of alerts.
    """

    labelled: Mapping[str, str]
    control: Mapping[str, Peer]
    nodes: Reach
    api: Reach
    told: Reach

    @classmethod
    def kubelets(cls, networks: Sequence[Any]) -> Reach:
        """The nodes' own agents."""
        return Reach(networks=networks, port=_KUBELET)

    @classmethod
    def servers(cls, networks: Sequence[Any]) -> Reach:
        """What answers HTTPS."""
        return Reach(networks=networks, port=_API)


def policies(seen: Seen) -> dict[str, dict[str, Any]]:
    """The policies of the namespace beside the one that lets nothing through, by their names."""
    among: dict[str, Any] = {"podSelector": {}}
    ports = [tcp(port) for port in (PROMETHEUS, ALERTMANAGER, GRAFANA, STATE)]
    proxies = {
        "to": [{"namespaceSelector": {"matchLabels": dict(seen.labelled)}}],
        "ports": [tcp(PROXY_METRICS)],
    }
    cluster_names = Peer(namespace="kube-system", labels={"k8s-app": "kube-dns"}, ports=(_NAMES,))
    return {
        # They look at each other, and at nothing else that listens here.
        "among": {
            "podSelector": {},
            "policyTypes": ["Ingress", "Egress"],
            "ingress": [{"from": [among], "ports": ports}],
            "egress": [names(), {"to": [among], "ports": ports}],
        },
        "api": _out({"matchExpressions": [_one_of("prometheus", "grafana", *_OWN)]}, to(seen.api)),
        "prometheus": _out(
            _named("prometheus"),
            proxies,
            *(to(peer) for _, peer in sorted(seen.control.items())),
            to(cluster_names),
            to(seen.nodes),
        ),
        "alertmanager": _out(_named("alertmanager"), to(seen.told)),
    }


def collector(api: Reach, logs: Reach) -> dict[str, Any]:
    """The policy of what reads the nodes' logs: nobody asks it.

    Args:
        api: Where Kubernetes' API server is, which says whose pod a log is of.
        logs: Where logs are kept.
    """
    return {
        "podSelector": {},
        "policyTypes": ["Ingress", "Egress"],
        "egress": [names(), credentials(), to(api), to(logs)],
    }


_OWN = ("kube-prometheus-stack-prometheus-operator", "kube-state-metrics")
_APP = "app.kubernetes.io/name"


def _named(app: str) -> dict[str, Any]:
    return {"matchLabels": {_APP: app}}


def _one_of(*apps: str) -> dict[str, Any]:
    return {"key": _APP, "operator": "In", "values": [*apps]}


def _out(pods: dict[str, Any], *rules: dict[str, Any]) -> dict[str, Any]:
    return {"podSelector": pods, "policyTypes": ["Egress"], "egress": [*rules]}
