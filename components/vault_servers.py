"""Vault's servers: several that share what they know, from a chart.

Owns the namespace, what runs there and who reaches it. Leaves out its secrets, which people put
there by hand, since here they would be in the state: the pods wait for them. Leaves out everything
that needs an initialised Vault, and the name under which it is reached.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm import v3 as helm
from pulumi_kubernetes.networking import v1 as networking

from components import _vault_network as network
from components._network_policies import Reach, nothing
from components._pod_security import restricted
from components._vault_config import HsmSeal, awskms, pkcs11, vault_config
from components._vault_values import NAME, Servers, vault_values
from components.kubernetes_cluster import KubernetesCluster

NAMESPACE = "vault"
SERVICE_ACCOUNT = NAME


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
        title: What its servers call themselves together.
        chart: The chart's address.
        version: The chart's version.
        servers: What they are.
        lease: How long a token or credentials live of which nobody said how long.
        seal: Where the key is that opens them when they start.
        labels: Labels of the namespace.
        clients: Label of the namespaces whose pods may ask Vault.
        reaches: What the servers open connections to.
        protect: Whether the servers and their place are protected from deletion.
    """

    cluster: KubernetesCluster
    title: str
    chart: str
    version: str
    servers: Servers
    lease: timedelta
    seal: KmsSeal | HsmSeal
    labels: Mapping[str, str]
    clients: str
    reaches: Mapping[str, Reach]
    protect: bool


class VaultServers(pulumi.ComponentResource):
    """A namespace in which only restricted pods run, and Vault in it."""

    namespace: pulumi.Output[str]
    """The namespace, known once it is there."""

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
        policies: Mapping[str, Any] = {
            "nothing": nothing(),
            "servers": network.servers(clients=args.clients, reaches=args.reaches),
        }
        closed = [
            networking.NetworkPolicy(
                f"{name}-{policy}",
                metadata={"name": policy, "namespace": namespace.metadata["name"]},
                spec=spec,
                opts=inside,
            )
            for policy, spec in policies.items()
        ]
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
            opts=pulumi.ResourceOptions.merge(kept, pulumi.ResourceOptions(depends_on=closed)),
        )
        self.namespace = namespace.metadata["name"]
        self.register_outputs({"namespace": self.namespace})


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
