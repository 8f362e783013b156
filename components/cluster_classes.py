"""What workloads of a cluster choose from: disks, and how soon they get a place."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.scheduling import v1 as scheduling
from pulumi_kubernetes.storage import v1 as storage

from components.kubernetes_cluster import KubernetesCluster

DISK = "encrypted"
"""The storage class that a volume gets if it names none."""


@dataclass(frozen=True, kw_only=True)
class ClusterClassesArgs:
    """What there is to choose from.

    Args:
        cluster: The cluster.
        key_arn: The key that encrypts disks.
        priorities: Priority classes: name to value; a pod of a higher one pushes others out.
    """

    cluster: KubernetesCluster
    key_arn: pulumi.Input[str]
    priorities: Mapping[str, int]


class ClusterClasses(pulumi.ComponentResource):
    """One storage class, whose disks are encrypted and outlive their claim, and priorities."""

    def __init__(
        self, name: str, args: ClusterClassesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:ClusterClasses", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        storage.StorageClass(
            f"{name}-{DISK}",
            metadata={
                "name": DISK,
                "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
            },
            provisioner="ebs.csi.aws.com",
            parameters={"type": "gp3", "encrypted": "true", "kmsKeyId": args.key_arn},
            # A disk is in one zone: it is made in the zone where its pod gets a place.
            volume_binding_mode="WaitForFirstConsumer",
            allow_volume_expansion=True,
            reclaim_policy="Retain",
            opts=own,
        )
        for priority, value in args.priorities.items():
            scheduling.PriorityClass(
                f"{name}-{priority}",
                metadata={"name": priority},
                value=value,
                global_default=False,
                preemption_policy="PreemptLowerPriority",
                description=f"Workloads of tier {priority}",
                opts=own,
            )
        self.register_outputs({})
