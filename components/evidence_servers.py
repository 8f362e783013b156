"""The servers of the evidence store: MinIO over several drives, from a chart.

Owns the namespace, what runs there and who reaches it. Leaves out its three secrets, which people
put there by hand, since here they would be in the state: the pods wait for them. Leaves out the
name under which it is reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.storage import v1 as storage

from components._closed_namespace import close_namespace
from components._network_policies import names, tcp
from components._pod_security import restricted
from components.kubernetes_cluster import KubernetesCluster

NAMESPACE = "evidence"
_ROOT, _KEYS, _TLS = "evidence-root", "evidence-keys", "evidence-tls"
"""Secrets in the namespace: ``rootUser`` and ``rootPassword``; ``config.env`` with the key of the
key manager, ``MINIO_KMS_SECRET_KEY``; ``public.crt`` and ``private.key``."""
_PODS = {"release": NAMESPACE}
"""A label that the chart gives to all of its pods."""
_PORT = 9000
_LOCAL = "evidence-drives"
_HYBRID = {"eks.amazonaws.com/compute-type": "hybrid"}
"""A label that EKS gives to machines of a data centre, and to no others."""


@dataclass(frozen=True, kw_only=True)
class EvidenceServersArgs:
    """What the store is made of.

    Args:
        cluster: The cluster it runs in.
        chart: The chart's address.
        version: The chart's version.
        image: MinIO's image, ``registry/name@sha256:…``.
        drives: How many drives objects are spread over, each with a server of its own.
        drive_gib: Size of a drive, in GiB.
        disk: Storage class of the drives in the cloud.
        on_premises: Whether it runs on the machines of a data centre, on drives that are in them.
        priority: Priority class of its pods.
        labels: Labels of the namespace.
        clients: Where those are who ask the store.
        protect: Whether the servers and their place are protected from deletion.
    """

    cluster: KubernetesCluster
    chart: str
    version: str
    image: str
    drives: int
    drive_gib: int
    disk: str
    on_premises: bool
    priority: str
    labels: Mapping[str, str]
    clients: Sequence[IPv4Network]
    protect: bool


class EvidenceServers(pulumi.ComponentResource):
    """A namespace in which only restricted pods run, and the store in it."""

    def __init__(
        self, name: str, args: EvidenceServersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:EvidenceServers", name, {}, opts)
        inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        kept = pulumi.ResourceOptions.merge(inside, pulumi.ResourceOptions(protect=args.protect))
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata={
                "name": NAMESPACE,
                "labels": {**args.labels, **restricted(args.cluster.version)},
            },
            opts=kept,
        )
        opened = {"servers": _servers(args.clients)}
        closed = close_namespace(name, namespace.metadata["name"], opened, inside)
        if args.on_premises:
            storage.StorageClass(
                f"{name}-drives",
                metadata={"name": _LOCAL},
                # The volumes are the machines' own disks, told to the cluster by whoever builds in.
                provisioner="kubernetes.io/no-provisioner",
                volume_binding_mode="WaitForFirstConsumer",
                reclaim_policy="Retain",
                opts=inside,
            )
        helm.Release(
            f"{name}-release",
            name=NAMESPACE,
            namespace=namespace.metadata["name"],
            chart=args.chart,
            version=args.version,
            values=_values(args),
            # Its pods wait for secrets that can't be made before their namespace is there.
            skip_await=True,
            opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=closed)),
        )
        self.register_outputs({})


def _servers(clients: Sequence[IPv4Network]) -> dict[str, Any]:
    """The policy of the servers: whoever may ask, and each other."""
    each_other = {"podSelector": {"matchLabels": _PODS}}
    asking = [{"ipBlock": {"cidr": str(network)}} for network in clients]
    return {
        "podSelector": {"matchLabels": _PODS},
        "policyTypes": ["Ingress", "Egress"],
        "ingress": [{"from": [each_other, *asking], "ports": [tcp(_PORT)]}],
        "egress": [{"to": [each_other], "ports": [tcp(_PORT)]}, names()],
    }


def _values(args: EvidenceServersArgs) -> dict[str, Any]:
    image, _, digest = args.image.rpartition(":")
    return {
        # The chart puts a colon between the two.
        "image": {"repository": image, "tag": digest},
        "fullnameOverride": NAMESPACE,
        "mode": "distributed",
        "replicas": args.drives,
        "drivesPerNode": 1,
        "pools": 1,
        "persistence": {
            "enabled": True,
            "storageClass": _LOCAL if args.on_premises else args.disk,
            "size": f"{args.drive_gib}Gi",
        },
        "existingSecret": _ROOT,
        "extraSecret": _KEYS,
        "tls": {"enabled": True, "certSecret": _TLS},
        # The chart would make an administrator with a password that all the world knows.
        "users": [],
        "policies": [],
        "buckets": [],
        "environment": {"MINIO_BROWSER": "off"},
        # Prometheus asks without a token: what is told is how the store does, and no content.
        "metrics": {"serviceMonitor": {"enabled": False, "public": True}},
        "podAnnotations": {
            "prometheus.io/scrape": "true",
            "prometheus.io/scheme": "https",
            "prometheus.io/port": str(_PORT),
            "prometheus.io/path": "/minio/v2/metrics/cluster",
        },
        "priorityClassName": args.priority,
        "podDisruptionBudget": {"enabled": True, "maxUnavailable": 1},
        "nodeSelector": _HYBRID if args.on_premises else {},
        # Machines are kept for others' workloads, but their drives are there for this.
        "tolerations": [{"operator": "Exists"}] if args.on_premises else [],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "kubernetes.io/hostname",
                "whenUnsatisfiable": "DoNotSchedule",
                "labelSelector": {"matchLabels": _PODS},
            }
        ],
        "resources": {
            "requests": {"cpu": "500m", "memory": "2Gi"},
            "limits": {"memory": "2Gi"},
        },
        "containerSecurityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "runAsNonRoot": True,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
