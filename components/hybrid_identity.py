"""Who a machine outside AWS is in AWS and in the cluster: the role of hybrid nodes, and its entry.

Owns both. Leaves out the activations by which a machine gets the role: those are its pool's.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import eks as aws_eks

from components.kubernetes_cluster import KubernetesCluster
from components.service_role import ServiceRole, ServiceRoleArgs

CLUSTER_TAG = "EKSClusterARN"
"""Tag of registered machines, by which a role of one cluster is kept from those of another."""


@dataclass(frozen=True, kw_only=True)
class HybridIdentityArgs:
    """What the identity is made of.

    Args:
        cluster: The cluster that nodes join.
        account: The account, 12 digits.
        region: Where the cluster is.
        boundary: ARN of the permissions boundary.
    """

    cluster: KubernetesCluster
    account: str
    region: str
    boundary: pulumi.Input[str]


class HybridIdentity(pulumi.ComponentResource):
    """A role that Systems Manager gives to registered machines; its holders join as nodes."""

    role_name: pulumi.Output[str]
    """The role's name, for activations."""
    cluster_arn: str
    """What machines of this cluster are tagged with."""

    def __init__(
        self, name: str, args: HybridIdentityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:HybridIdentity", name, {}, opts)
        cluster, place = args.cluster.name, f"{args.region}:{args.account}"
        self.cluster_arn = f"arn:aws:eks:{place}:cluster/{cluster}"
        role = ServiceRole(
            f"{name}-nodes",
            ServiceRoleArgs(
                role=f"{cluster}-hybrid-nodes",
                service="ssm.amazonaws.com",
                account=args.account,
                boundary=args.boundary,
                statements=(
                    {
                        "Effect": "Allow",
                        "Action": "eks:DescribeCluster",
                        "Resource": self.cluster_arn,
                    },
                    # Both as AWS wants them (EKS user guide, credentials of hybrid nodes).
                    {
                        "Effect": "Allow",
                        "Action": "ssm:DescribeInstanceInformation",
                        "Resource": "*",
                    },
                    {
                        "Effect": "Allow",
                        "Action": "ssm:DeregisterManagedInstance",
                        "Resource": f"arn:aws:ssm:{place}:managed-instance/*",
                        "Condition": {
                            "StringEquals": {f"ssm:resourceTag/{CLUSTER_TAG}": self.cluster_arn}
                        },
                    },
                ),
                managed_policies=(
                    "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
                    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws_eks.AccessEntry(
            f"{name}-entry",
            cluster_name=cluster,
            principal_arn=role.arn,
            # EKS puts its holders into the groups of nodes, and in no other.
            type="HYBRID_LINUX",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.cluster.cluster]),
        )
        self.role_name = role.role.name
        self.register_outputs({"clusterArn": self.cluster_arn, "roleName": self.role_name})
