"""A banking domain: what one declaration of the catalogue becomes.

The only place where banking words turn into resources. Everything is derived from the
declaration; nothing here knows a domain by its name.
"""

from dataclasses import dataclass

import pulumi

from components.cluster_access import ClusterAccess
from components.kafka import KafkaCluster, KafkaTopic, KafkaTopicArgs
from components.kubernetes_cluster import KubernetesCluster
from components.vault import Vault, VaultWorkload, VaultWorkloadArgs
from components.workspace import Workspace, WorkspaceArgs
from domains import Catalogue, Domain


@dataclass(frozen=True, kw_only=True)
class BankingDomainArgs:
    """What a domain is built from.

    Args:
        domain: Its declaration.
        catalogue: All declarations, for the schemas of its topics.
        cluster: The Kubernetes cluster its workloads run in.
        access: The roles that people have there.
        viewer: ARN of the role of those who see its workloads.
        owner: Who answers for the stack.
        kafka: The cluster its topics live on.
        vault: The Vault that keeps its secrets.
    """

    domain: Domain
    catalogue: Catalogue
    cluster: KubernetesCluster
    access: ClusterAccess
    viewer: str
    owner: str
    kafka: KafkaCluster
    vault: Vault


class BankingDomain(pulumi.ComponentResource):
    """One domain's namespace, its topics with their schemas, and its share of Vault."""

    topics: tuple[KafkaTopic, ...]
    """The topics it owns."""
    secrets: VaultWorkload
    """Its policy and role in Vault."""

    def __init__(
        self, name: str, args: BankingDomainArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:index:BankingDomain", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        Workspace(
            f"{name}-workspace",
            WorkspaceArgs(
                namespace=args.domain.name,
                labels={
                    "bank.internal/data-class": args.domain.data_class,
                    "bank.internal/domain": args.domain.name,
                    "bank.internal/owner": args.owner,
                    "bank.internal/tier": args.domain.tier,
                },
                version=args.cluster.version,
                cluster=args.cluster.name,
                viewer=args.viewer,
                viewer_role=args.access.viewer_role,
            ),
            opts=own,
        )
        self.topics = tuple(
            KafkaTopic(
                # Without this component's name: a topic stays when another domain takes it over.
                topic.name,
                KafkaTopicArgs(
                    cluster=args.kafka,
                    topic=topic.name,
                    partitions=topic.partitions,
                    schema=args.catalogue.topics[topic.name].schema,
                ),
                opts=own,
            )
            for topic in args.domain.publishes
        )
        self.secrets = VaultWorkload(
            name,
            VaultWorkloadArgs(
                vault=args.vault,
                workload=args.domain.name,
                namespace=args.domain.name,
                service_account=args.domain.name,
            ),
            opts=own,
        )
        self.register_outputs(
            {
                "topics": [topic.topic for topic in self.topics],
                "secrets": {
                    "path": self.secrets.path,
                    "policy": self.secrets.policy,
                    "role": self.secrets.role,
                },
            }
        )
