"""What looks at the cluster: Prometheus, those whom it tells, and Grafana.

Owns their namespace, what runs there, whom they may ask, and what is watched of the platform
itself. Leaves out what is watched of a service, which is each service's; the addresses of those who
are told, which people put there as secrets; and Kafka's lag and AWS's own services, on which
CloudWatch has alarms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm import v3 as helm

from components import _monitoring_network as network
from components import _monitoring_values as values
from components._closed_namespace import close_namespace
from components._dashboard import LABEL
from components._monitoring_network import NAMESPACE, Seen
from components._platform_watch import PLATFORM_DASHBOARD, platform_rules, pod_monitor
from components._pod_security import restricted
from components.kubernetes_cluster import KubernetesCluster

OPERATOR = "monitoring.coreos.com/v1"
"""The API version of its kinds."""


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """What it is made of.

    Args:
        cluster: The cluster it looks at.
        charts: The address under which its charts are.
        version: Of chart ``kube-prometheus-stack``.
        stack: What that is told.
        labels: Labels of its namespaces.
        owner: Who answers for the platform.
        seen: Where that is which is looked at, and those who are told.
        protect: Whether what runs and what it keeps is protected from deletion.
    """

    cluster: KubernetesCluster
    charts: str
    version: str
    stack: values.Stack
    labels: Mapping[str, str]
    owner: str
    seen: Seen
    protect: bool


class Monitoring(pulumi.ComponentResource):
    """A namespace in which only restricted pods run, what looks at all others, and what it sees."""

    namespace: pulumi.Output[str]
    """The namespace, known once it is there."""

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Monitoring", name, {}, opts)
        self.args = args
        self._name = name
        self._inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        kept = pulumi.ResourceOptions.merge(
            self._inside, pulumi.ResourceOptions(protect=args.protect)
        )
        self.namespace = core.Namespace(
            f"{name}-namespace",
            metadata={
                "name": NAMESPACE,
                "labels": {**args.labels, **restricted(args.cluster.version)},
            },
            opts=kept,
        ).metadata["name"]
        opened = network.policies(args.seen)
        closed = close_namespace(name, self.namespace, opened, self._inside)
        # Brings the definitions of its kinds: nothing of such a kind can be made before.
        self.kinds: pulumi.Resource = helm.Release(
            f"{name}-stack",
            name="monitoring",
            namespace=self.namespace,
            chart=f"{args.charts}/kube-prometheus-stack",
            version=args.version,
            values=values.stack(args.stack),
            # Alertmanager waits for secrets that can't be made before their namespace is there.
            skip_await=True,
            opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=closed)),
        )
        self._watch(args.seen)
        self.register_outputs({"namespace": self.namespace})

    def _watch(self, seen: Seen) -> None:
        """The platform's own."""
        for called, peer in seen.control.items():
            self._rule(called, "PodMonitor", called, pod_monitor(peer))
        self._rule("rules", "PrometheusRule", "platform", platform_rules(self.args.owner))
        core.ConfigMap(
            f"{self._name}-dashboard",
            metadata={"name": "platform", "namespace": self.namespace, "labels": {LABEL: "1"}},
            data={"platform.json": PLATFORM_DASHBOARD},
            opts=self._inside,
        )

    def _rule(self, label: str, kind: str, called: str, spec: Mapping[str, Any]) -> None:
        CustomResource(
            f"{self._name}-{label}",
            api_version=OPERATOR,
            kind=kind,
            metadata={"name": called, "namespace": self.namespace},
            spec=spec,
            opts=pulumi.ResourceOptions.merge(
                self._inside, pulumi.ResourceOptions(depends_on=[self.kinds])
            ),
        )
