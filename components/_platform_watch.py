"""What is watched of the platform itself: the mesh, the nodes, and what watches. Pure."""

from typing import Any

from components._alerts import alert
from components._dashboard import Panel, dashboard
from components._monitoring_network import PROXY_METRICS
from components._network_policies import Peer

_GONE = (
    ("MeshControlPlaneIsGone", "istio-system", "no proxy gets a new certificate or route"),
    ("WayInIsGone", "istio-ingress", "nobody outside reaches any service"),
    ("WayOutIsGone", "istio-egress", "no service reaches anybody outside"),
)
"""What nothing works without: the alert, where its pods are, and what happens."""


def pod_monitor(peer: Peer) -> dict[str, Any]:
    """How Prometheus asks pods of the platform that have no Service for it."""
    [port] = peer.ports
    path = "/stats/prometheus" if port == PROXY_METRICS else "/metrics"
    # The port is none that the container tells of, so the address is put together here.
    address = {
        "sourceLabels": ["__meta_kubernetes_pod_ip"],
        "targetLabel": "__address__",
        "replacement": f"$1:{port}",
        "action": "replace",
    }
    return {
        "selector": {"matchLabels": dict(peer.labels)},
        "namespaceSelector": {"matchNames": [peer.namespace]},
        "podMetricsEndpoints": [{"path": path, "interval": "30s", "relabelings": [address]}],
    }


def platform_rules(owner: str) -> dict[str, Any]:
    """What is told of the platform, and who answers for it."""
    return {
        "groups": [
            {
                "name": "platform.alerts",
                "rules": [
                    *(
                        alert(
                            name,
                            f'(sum(up{{namespace="{namespace}"}}) or vector(0)) == 0',
                            lasts="2m",
                            pages=True,
                            labels={"service": namespace, "owner": owner},
                            summary=f"no pod in {namespace} answers",
                            description=f"{means}, or Prometheus does not reach it",
                        )
                        for name, namespace, means in _GONE
                    ),
                    alert(
                        "AlertsAreNotDelivered",
                        "sum by (integration)"
                        " (rate(alertmanager_notifications_failed_total[5m])) > 0",
                        lasts="15m",
                        pages=False,
                        labels={"service": "monitoring", "owner": owner},
                        summary="Alertmanager reaches somebody not",
                        description="{{ $value }} messages a second by"
                        " {{ $labels.integration }} fail",
                    ),
                ],
            }
        ]
    }


PLATFORM_DASHBOARD = dashboard(
    "platform",
    "Platform",
    ["platform"],
    [
        Panel(
            title="Nodes that are ready",
            queries={
                "ready": 'sum(kube_node_status_condition{condition="Ready",status="true"})',
                "all": 'count(kube_node_status_condition{condition="Ready",status="true"})',
            },
            unit="short",
        ),
        Panel(
            title="CPU that is kept for pods, of what nodes have",
            queries={
                "kept": 'sum(kube_pod_container_resource_requests{resource="cpu"})'
                ' / sum(kube_node_status_allocatable{resource="cpu"})'
            },
            unit="percentunit",
            bound=0.9,
        ),
        Panel(
            title="Memory that is kept for pods, of what nodes have",
            queries={
                "kept": 'sum(kube_pod_container_resource_requests{resource="memory"})'
                ' / sum(kube_node_status_allocatable{resource="memory"})'
            },
            unit="percentunit",
            bound=0.9,
        ),
        Panel(
            title="Requests from outside, by service",
            queries={
                "{{destination_service_namespace}}": "sum by (destination_service_namespace)"
                ' (rate(istio_requests_total{source_workload_namespace="istio-ingress"}[5m]))'
            },
            unit="reqps",
        ),
        Panel(
            title="Sent to the world outside",
            queries={
                "{{destination_service_name}}": "sum by (destination_service_name)"
                ' (rate(istio_tcp_sent_bytes_total{source_workload_namespace="istio-egress"}[5m]))'
            },
            unit="Bps",
        ),
        Panel(
            title="Until proxies have a new route, 99 in 100",
            queries={
                "p99": "histogram_quantile(0.99, sum by (le)"
                " (rate(pilot_proxy_convergence_time_bucket[5m])))"
            },
            unit="s",
            bound=10,
        ),
        Panel(
            title="Restarts within an hour, by namespace",
            queries={
                "{{namespace}}": "sum by (namespace)"
                " (increase(kube_pod_container_status_restarts_total[1h]))"
            },
            unit="short",
        ),
        Panel(
            title="What Prometheus reaches, by namespace",
            queries={"{{namespace}}": "avg by (namespace) (up)"},
            unit="percentunit",
        ),
        Panel(
            title="Alerts that were not delivered",
            queries={
                "{{integration}}": "sum by (integration)"
                " (rate(alertmanager_notifications_failed_total[5m]))"
            },
            unit="short",
            bound=0.001,
        ),
    ],
)
