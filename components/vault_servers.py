"""Vault's servers: several that share what they know, from a chart.

Owns the namespace, what runs there and who reaches it, their role in AWS, and the log group that
their audit logs are sent to. Leaves out its secrets, which people put
there by hand, since here they would be in the state: the pods wait for them. Leaves out everything
that needs an initialised Vault, and the name under which it is reached.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm import v3 as helm

from components import _vault_network as network
from components._closed_namespace import close_namespace
from components._network_policies import Reach
from components._pod_security import restricted
from components._policy import Statement
from components._vault_config import HsmSeal, awskms, pkcs11, vault_config
from components._vault_values import NAME, Servers, vault_values
from components.kubernetes_cluster import KubernetesCluster
from components.workload_identity import WorkloadIdentity, WorkloadIdentityArgs

NAMESPACE = "vault"
ROLE = "corebank-vault"
"""The servers' role in IAM."""


@dataclass(frozen=True, kw_only=True)
class KmsSeal:
    """A seal whose key is in AWS KMS.

    Args:
        region: Where the key is.
        key_arn: The key, which the servers' role may use.
    """

    region: str
    key_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class VaultServersArgs:
    """What a Vault runs on.

    Args:
        cluster: The cluster it runs in.
        account: The account, 12 digits.
        title: What its servers call themselves together.
        chart: The chart's address.
        version: The chart's version.
        servers: What they are.
        lease: How long a token or credentials live of which nobody said how long.
        seal: Where the key is that opens them when they start.
        labels: Labels of the namespace.
        clients: Label of the namespaces whose pods may ask Vault.
        reaches: What the servers open connections to.
        boundary: ARN of the permissions boundary of their role.
        logs_key_arn: The key that encrypts their audit logs where they are sent.
        protect: Whether the servers and their place are protected from deletion.
    """

    cluster: KubernetesCluster
    account: str
    title: str
    chart: str
    version: str
    servers: Servers
    lease: timedelta
    seal: KmsSeal | HsmSeal
    labels: Mapping[str, str]
    clients: str
    reaches: Mapping[str, Reach]
    boundary: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    protect: bool


class VaultServers(pulumi.ComponentResource):
    """A namespace in which only restricted pods run, and Vault in it."""

    namespace: pulumi.Output[str]
    """The namespace, known once it is there."""
    audit_log: pulumi.Output[str]
    """Name of the log group of their audit logs, known once it is there."""

    def __init__(
        self, name: str, args: VaultServersArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultServers", name, {}, opts)
        self.args = args
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
        audit_log = cloudwatch.LogGroup(
            f"{name}-audit",
            name=args.servers.shipping.group,
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.logs_key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        identity = WorkloadIdentity(
            f"{name}-identity",
            WorkloadIdentityArgs(
                cluster=args.cluster,
                account=args.account,
                role=ROLE,
                namespace=namespace.metadata["name"],
                # The chart makes it.
                service_account=NAME,
                boundary=args.boundary,
                policies={},
                statements=_statements(args.seal, audit_log.arn),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        opened = {"servers": network.servers(clients=args.clients, reaches=args.reaches)}
        closed = close_namespace(name, namespace.metadata["name"], opened, inside)
        # Pods that start before their role is theirs have none.
        after = pulumi.ResourceOptions(depends_on=[*closed, identity.association])
        helm.Release(
            f"{name}-release",
            name=NAME,
            namespace=namespace.metadata["name"],
            chart=args.chart,
            version=args.version,
            values=vault_values(
                args.servers,
                config=_config(args),
                hsm=args.seal if isinstance(args.seal, HsmSeal) else None,
            ),
            # Its pods are not ready before people have initialised it.
            skip_await=True,
            opts=pulumi.ResourceOptions.merge(kept, after),
        )
        self.namespace, self.audit_log = namespace.metadata["name"], audit_log.name
        self.register_outputs({"namespace": self.namespace, "auditLog": self.audit_log})


def _statements(
    seal: KmsSeal | HsmSeal, audit_log: pulumi.Output[str]
) -> pulumi.Output[Sequence[Statement]]:
    """What a server does in AWS: it opens itself where the key is there, and sends its log."""

    def written(told: list[str]) -> list[Statement]:
        sends: Statement = {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{told[0]}:*",
        }
        opens: list[Statement] = [
            {
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"],
                "Resource": key_arn,
            }
            for key_arn in told[1:]
        ]
        return [*opens, sends]

    keys = [] if isinstance(seal, HsmSeal) else [seal.key_arn]
    return pulumi.Output.all(audit_log, *keys).apply(written)


def _config(args: VaultServersArgs) -> pulumi.Input[str]:
    def written(seal: str) -> str:
        return vault_config(
            cluster=args.title, servers=args.servers.number, lease=args.lease, seal=seal
        )

    seal = args.seal
    if isinstance(seal, HsmSeal):
        return written(pkcs11(seal))
    return pulumi.Output.from_input(seal.key_arn).apply(
        lambda arn: written(awskms(region=seal.region, key_arn=arn))
    )
