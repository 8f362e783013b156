"""What is seen of one service: who asks its replicas, what is promised, and who looks at what.

Leaves out what asks, keeps and shows: that is ``monitoring``'s. The Service here is for Prometheus
alone: the mesh does not show it to anybody, and no policy lets anybody else reach its port.
"""

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core

from components._dashboard import LABEL, service
from components._monitoring_network import PROXY_METRICS
from components._pod import labels
from components._service_level import ServiceLevel, rules
from components.monitoring import OPERATOR, Monitoring

_PORT = "metrics"


@dataclass(frozen=True, kw_only=True)
class ServiceMonitoringArgs:
    """Of what it is.

    Args:
        monitoring: What asks, keeps and shows.
        namespace: The service's namespace, known once it is there.
        level: What is promised of it; its name is also its namespace's and its pods'.
    """

    monitoring: Monitoring
    namespace: pulumi.Input[str]
    level: ServiceLevel


class ServiceMonitoring(pulumi.ComponentResource):
    """A scrape, rules, and a dashboard."""

    def __init__(
        self, name: str, args: ServiceMonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:ServiceMonitoring", name, {}, opts)
        monitoring, called = args.monitoring, args.level.service
        inside = pulumi.ResourceOptions(parent=self, deleted_with=monitoring.args.cluster.cluster)
        of_its_kinds = pulumi.ResourceOptions.merge(
            inside, pulumi.ResourceOptions(depends_on=[monitoring.kinds])
        )
        own = {**labels(called), "bank.internal/scraped": "true"}
        core.Service(
            f"{name}-metrics",
            metadata={
                "name": f"{called}-metrics",
                "namespace": args.namespace,
                "labels": own,
                "annotations": {
                    # To no proxy: nobody is to find a service behind it.
                    "networking.istio.io/exportTo": "~",
                    # It leads to pods that come later.
                    "pulumi.com/skipAwait": "true",
                },
            },
            spec={
                "type": "ClusterIP",
                "selector": labels(called),
                "ports": [{"name": _PORT, "port": PROXY_METRICS, "protocol": "TCP"}],
                # Who is not ready is asked too: it may tell why.
                "publish_not_ready_addresses": True,
            },
            opts=inside,
        )
        specs = {
            "ServiceMonitor": {
                "selector": {"matchLabels": own},
                "endpoints": [{"port": _PORT, "path": "/stats/prometheus", "interval": "30s"}],
            },
            "PrometheusRule": rules(args.level),
        }
        for kind, spec in specs.items():
            CustomResource(
                f"{name}-{kind.lower()}",
                api_version=OPERATOR,
                kind=kind,
                metadata={"name": called, "namespace": args.namespace, "labels": labels(called)},
                spec=spec,
                opts=of_its_kinds,
            )
        core.ConfigMap(
            f"{name}-dashboard",
            metadata={
                "name": f"service-{called}",
                "namespace": monitoring.namespace,
                "labels": {LABEL: "1"},
            },
            data={f"{called}.json": service(args.level)},
            opts=inside,
        )
        self.register_outputs({})
