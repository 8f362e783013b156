"""A workload's identity towards AWS: a role of its own, which its pods alone are given.

No key is in it: the node's agent hands out credentials that end by themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import eks

from components._policy import Statement
from components.kubernetes_cluster import KubernetesCluster
from components.service_role import ServiceRole, ServiceRoleArgs


@dataclass(frozen=True, kw_only=True)
class WorkloadIdentityArgs:
    """What an identity is made of.

    Args:
        cluster: The cluster that the workload runs in.
        account: The account, 12 digits.
        role: The role's name in IAM.
        namespace: The workload's.
        service_account: The only one in it whose pods get the role.
        boundary: ARN of the permissions boundary.
        policies: ARNs of the account's policies that say what it may do, by what each is about.
        statements: What it may do beside that.
    """

    cluster: KubernetesCluster
    account: str
    role: str
    namespace: pulumi.Input[str]
    service_account: pulumi.Input[str]
    boundary: pulumi.Input[str]
    policies: Mapping[str, pulumi.Input[str]]
    statements: Sequence[Statement] | pulumi.Output[Sequence[Statement]]


class WorkloadIdentity(pulumi.ComponentResource):
    """A role, and the one service account whose pods are given it."""

    role_arn: pulumi.Output[str]
    """The role's ARN."""

    def __init__(
        self, name: str, args: WorkloadIdentityArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:WorkloadIdentity", name, {}, opts)
        role = ServiceRole(
            name,
            ServiceRoleArgs(
                role=args.role,
                service="pods.eks.amazonaws.com",
                account=args.account,
                boundary=args.boundary,
                statements=args.statements,
                own_policies=args.policies,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        association = eks.PodIdentityAssociation(
            f"{name}-association",
            cluster_name=args.cluster.name,
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.cluster.cluster]),
        )
        self.role_arn = role.arn
        self._association = association
        self.register_outputs({"roleArn": self.role_arn})

    @property
    def association(self) -> eks.PodIdentityAssociation:
        """What gives pods the role. No output: pods that start before it have none."""
        return self._association
