"""What opens Vault when it starts in the cloud: a key in KMS, and the role that Vault uses it with.

Without the key nobody ever opens that Vault again, whatever recovery keys they have.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import eks

from components._policy import Statement
from components.encryption_key import EncryptionKey, EncryptionKeyArgs, KeyUsers
from components.kubernetes_cluster import KubernetesCluster
from components.service_role import ServiceRole, ServiceRoleArgs


@dataclass(frozen=True, kw_only=True)
class VaultSealArgs:
    """What the seal is made of.

    Args:
        cluster: The cluster that Vault runs in.
        account: The account, 12 digits.
        region: Where the key is.
        namespace: Vault's.
        service_account: The only one in it whose pods get the role.
        boundary: ARN of the permissions boundary.
        protect: Whether the key is protected from deletion.
    """

    cluster: KubernetesCluster
    account: str
    region: str
    namespace: str
    service_account: str
    boundary: pulumi.Input[str]
    protect: bool


class VaultSeal(pulumi.ComponentResource):
    """A key that one role wraps and unwraps with, and the pods that are given the role."""

    key_arn: pulumi.Output[str]
    """The key's ARN."""

    def __init__(
        self, name: str, args: VaultSealArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultSeal", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        role_name = f"{args.cluster.name}-vault"
        self.key_arn = EncryptionKey(
            f"{name}-seal",
            EncryptionKeyArgs(
                account=args.account,
                region=args.region,
                alias="corebank/vault-seal",
                description="Opens Vault; without it nobody does",
                users=KeyUsers(wrappers=(f"arn:aws:iam::{args.account}:role/{role_name}",)),
                protect=args.protect,
            ),
            opts=own,
        ).arn
        role = ServiceRole(
            f"{name}-servers",
            ServiceRoleArgs(
                role=role_name,
                service="pods.eks.amazonaws.com",
                account=args.account,
                boundary=args.boundary,
                statements=self.key_arn.apply(_wraps),
            ),
            opts=own,
        )
        eks.PodIdentityAssociation(
            f"{name}-identity",
            cluster_name=args.cluster.name,
            namespace=args.namespace,
            service_account=args.service_account,
            role_arn=role.arn,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.cluster.cluster]),
        )
        self.register_outputs({"keyArn": self.key_arn})


def _wraps(key_arn: str) -> list[Statement]:
    return [
        {
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
            "Resource": key_arn,
        }
    ]
