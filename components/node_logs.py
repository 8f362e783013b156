"""What the pods of a cluster write, read on each node and kept where nobody can change it.

Owns the namespace of what reads, its role, and the log group. Leaves out who may read what is kept,
and what AWS's own services write, which each has a log group for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.networking import v1 as networking

from components._monitoring_network import collector as may_reach
from components._monitoring_values import collector
from components._network_policies import Reach
from components._pod_security import privileged
from components.kubernetes_cluster import KubernetesCluster
from components.workload_identity import WorkloadIdentity, WorkloadIdentityArgs

NAMESPACE = "logs"
"""The namespace, its release, and the service account of what reads."""
GROUP = "/corebank/workloads"
"""The log group: a stream of each pod in it."""


@dataclass(frozen=True, kw_only=True)
class NodeLogsArgs:
    """What it is made of.

    Args:
        cluster: The cluster.
        account: The account, 12 digits.
        region: Where logs are kept.
        key_arn: The key that encrypts them.
        boundary: ARN of the permissions boundary of the role that writes them.
        charts: The address under which its chart is.
        version: The chart's.
        image: What runs, ``registry/name@sha256:…``.
        labels: Labels of the namespace.
        api: Where Kubernetes' API server is.
        logs: Where CloudWatch's endpoint is.
        protect: Whether what is kept is protected from deletion.
    """

    cluster: KubernetesCluster
    account: str
    region: str
    key_arn: pulumi.Input[str]
    boundary: pulumi.Input[str]
    charts: str
    version: str
    image: str
    labels: Mapping[str, str]
    api: Reach
    logs: Reach
    protect: bool


class NodeLogs(pulumi.ComponentResource):
    """A collector on each node, in a namespace whose pods may read the node's own files."""

    def __init__(
        self, name: str, args: NodeLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:NodeLogs", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        group = cloudwatch.LogGroup(
            f"{name}-group",
            name=GROUP,
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata={
                "name": NAMESPACE,
                "labels": {**args.labels, **privileged(args.cluster.version)},
            },
            opts=inside,
        ).metadata["name"]
        spec: Any = may_reach(args.api, args.logs)
        closed = networking.NetworkPolicy(
            f"{name}-policy",
            metadata={"name": "collector", "namespace": namespace},
            spec=spec,
            opts=inside,
        )
        account = core.ServiceAccount(
            f"{name}-account",
            metadata={
                "name": NAMESPACE,
                "namespace": namespace,
                "annotations": {"bank.internal/asks-kubernetes": "whose pod each line is of"},
            },
            opts=inside,
        ).metadata["name"]
        identity = WorkloadIdentity(
            f"{name}-identity",
            WorkloadIdentityArgs(
                cluster=args.cluster,
                account=args.account,
                role="corebank-logs",
                namespace=namespace,
                service_account=account,
                boundary=args.boundary,
                policies={},
                statements=group.arn.apply(
                    lambda arn: [
                        {
                            "Effect": "Allow",
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": f"{arn}:*",
                        }
                    ]
                ),
            ),
            opts=own,
        )
        helm.Release(
            f"{name}-release",
            name=NAMESPACE,
            namespace=namespace,
            chart=f"{args.charts}/opentelemetry-collector",
            version=args.version,
            values=collector(args.image, group=GROUP, region=args.region, account=NAMESPACE),
            opts=pulumi.ResourceOptions.merge(
                inside,
                pulumi.ResourceOptions(
                    depends_on=[closed, identity.association], protect=args.protect
                ),
            ),
        )
        self.register_outputs({})
