"""What people and delivery may do inside a cluster, by groups.

Who is in a group is decided where they get in, by access entries. Owns the roles, and who has them
in the whole cluster; who sees one namespace is granted beside that namespace.
"""

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.rbac import v1 as rbac

from components._cluster_roles import AUDITORS, DELIVERY, OPERATORS, ROLES, VIEWERS
from components.kubernetes_cluster import KubernetesCluster

__all__ = [
    "AUDITORS",
    "DELIVERY",
    "OPERATORS",
    "RBAC",
    "ClusterAccess",
    "ClusterAccessArgs",
]

RBAC = "rbac.authorization.k8s.io"


@dataclass(frozen=True, kw_only=True)
class ClusterAccessArgs:
    """Where it holds.

    Args:
        cluster: The cluster.
    """

    cluster: KubernetesCluster


class ClusterAccess(pulumi.ComponentResource):
    """The roles of operators, auditors, delivery and viewers, and the groups that have them."""

    viewer_role: pulumi.Output[str]
    """The name of the role that sees the workloads of the namespace in which it is bound."""

    def __init__(
        self, name: str, args: ClusterAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:ClusterAccess", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        roles = {
            group: rbac.ClusterRole(
                f"{name}-{group.rpartition(':')[2]}",
                metadata={"name": group},
                rules=[
                    {
                        "api_groups": list(rule.groups),
                        "resources": list(rule.resources),
                        "verbs": list(rule.verbs),
                    }
                    for rule in rules
                ],
                opts=own,
            )
            for group, rules in ROLES.items()
        }
        self.viewer_role = roles.pop(VIEWERS).metadata["name"]
        for group, role in roles.items():
            rbac.ClusterRoleBinding(
                f"{name}-{group.rpartition(':')[2]}-group",
                metadata={"name": group},
                role_ref={"api_group": RBAC, "kind": "ClusterRole", "name": role.metadata["name"]},
                subjects=[{"api_group": RBAC, "kind": "Group", "name": group}],
                opts=own,
            )
        self.register_outputs({"viewerRole": self.viewer_role})
