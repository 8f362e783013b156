"""A namespace of a cluster, the people who see it, and what and how much may run in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import eks
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.rbac import v1 as rbac

from components._cluster_roles import viewers
from components._pod_security import restricted
from components._quota import Share, limits, quota
from components.cluster_access import RBAC
from components.kubernetes_cluster import KubernetesCluster


@dataclass(frozen=True, kw_only=True)
class WorkspaceArgs:
    """What a namespace is made of.

    Args:
        namespace: Its name.
        labels: Its labels beside those about security.
        cluster: The cluster, whose version's rules of pod security hold.
        share: What it may use of the cluster.
        viewer: ARN of the role of those who see its workloads.
        viewer_role: Name of the role that says what they see.
    """

    namespace: str
    labels: Mapping[str, str]
    cluster: KubernetesCluster
    share: Share
    viewer: str
    viewer_role: pulumi.Input[str]


class Workspace(pulumi.ComponentResource):
    """A namespace in which only restricted pods run, within its share, seen by its own people."""

    namespace: pulumi.Output[str]
    """The namespace's name."""
    service_account: pulumi.Output[str]
    """The service account that its workloads are; it has the namespace's name."""

    def __init__(
        self, name: str, args: WorkspaceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Workspace", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata={
                "name": args.namespace,
                "labels": {**args.labels, **restricted(args.cluster.version)},
            },
            opts=inside,
        )
        self.namespace = namespace.metadata["name"]
        bounds: Any = {"limits": limits(args.share)}
        self._bounds = [
            core.ResourceQuota(
                f"{name}-quota",
                metadata={"name": "share", "namespace": self.namespace},
                spec={"hard": quota(args.share)},
                opts=inside,
            ),
            core.LimitRange(
                f"{name}-limits",
                metadata={"name": "containers", "namespace": self.namespace},
                spec=bounds,
                opts=inside,
            ),
        ]
        account = core.ServiceAccount(
            f"{name}-account",
            metadata={"name": args.namespace, "namespace": self.namespace},
            # Who needs a token has one made, for one audience.
            automount_service_account_token=False,
            opts=inside,
        )
        self.service_account = account.metadata["name"]
        group = viewers(args.namespace)
        eks.AccessEntry(
            f"{name}-viewers",
            cluster_name=args.cluster.name,
            principal_arn=args.viewer,
            kubernetes_groups=[group],
            opts=own,
        )
        rbac.RoleBinding(
            f"{name}-viewers",
            metadata={"name": "viewers", "namespace": self.namespace},
            role_ref={"api_group": RBAC, "kind": "ClusterRole", "name": args.viewer_role},
            subjects=[{"api_group": RBAC, "kind": "Group", "name": group}],
            opts=inside,
        )
        self.register_outputs({"namespace": self.namespace, "serviceAccount": self.service_account})

    @property
    def bounds(self) -> Sequence[pulumi.Resource]:
        """What says how much may run here. No output: what runs here waits for them."""
        return self._bounds
