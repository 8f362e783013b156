"""A banking domain: what one declaration of the catalogue becomes.

The only place where banking words turn into resources. Everything is derived from the
declaration; nothing here knows a domain by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi

from components.cluster_access import ClusterAccess
from components.evidence_store import EvidenceBucket
from components.kafka import KafkaCluster
from components.kafka_client import KafkaClient, KafkaClientArgs
from components.kafka_topic import KafkaTopic, KafkaTopicArgs
from components.kubernetes_cluster import KubernetesCluster
from components.vault import Vault, VaultWorkload, VaultWorkloadArgs
from components.workspace import Workspace, WorkspaceArgs
from domains import Catalogue, Domain, Tier

LAG = {
    Tier.CRITICAL: timedelta(minutes=5),
    Tier.CORE: timedelta(minutes=10),
    Tier.STANDARD: timedelta(minutes=50),
}
"""How far a domain may be behind on what it reads before somebody is told: about a quarter of what
its tier may be down in 30 days (21, 43 and 216 minutes), so that there is time to act."""


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
        evidence: Where it keeps evidence, if it does.
    """

    domain: Domain
    catalogue: Catalogue
    cluster: KubernetesCluster
    access: ClusterAccess
    viewer: str
    owner: str
    kafka: KafkaCluster
    vault: Vault
    evidence: EvidenceBucket | None


class BankingDomain(pulumi.ComponentResource):
    """One domain's namespace, its topics, what it may do on Kafka, and its share of Vault."""

    topics: Mapping[str, KafkaTopic]
    """The topics it owns, by name."""
    kafka_policies: tuple[pulumi.Output[str], ...]
    """ARN of the policy with which its role reaches its topics; none where it has no topic."""
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
                cluster=args.cluster,
                viewer=args.viewer,
                viewer_role=args.access.viewer_role,
            ),
            opts=own,
        )
        self.topics = {
            # Without this component's name: a topic stays when another domain takes it over.
            topic.name: KafkaTopic(
                topic.name,
                KafkaTopicArgs(
                    cluster=args.kafka,
                    topic=topic.name,
                    partitions=topic.partitions,
                    schema=args.catalogue.topics[topic.name].schema,
                    compatibility=topic.compatibility,
                ),
                opts=own,
            )
            for topic in args.domain.publishes
        }
        self.kafka_policies = self._kafka_policies(name, args)
        self.secrets = VaultWorkload(
            name,
            VaultWorkloadArgs(
                vault=args.vault,
                workload=args.domain.name,
                namespace=args.domain.name,
                service_account=args.domain.name,
                policies=[args.evidence.policy] if args.evidence is not None else [],
            ),
            opts=own,
        )
        self.register_outputs(
            {
                "topics": list(self.topics),
                "kafkaPolicies": list(self.kafka_policies),
                "secrets": {
                    "path": self.secrets.path,
                    "policy": self.secrets.policy,
                    "role": self.secrets.role,
                },
            }
        )

    def _kafka_policies(self, name: str, args: BankingDomainArgs) -> tuple[pulumi.Output[str], ...]:
        domain = args.domain
        if not (domain.publishes or domain.consumes):
            return ()
        client = KafkaClient(
            f"{name}-kafka",
            KafkaClientArgs(
                cluster=args.kafka,
                client=domain.name,
                produces=[topic.name for topic in domain.publishes],
                consumes=domain.consumes,
                lag=LAG[domain.tier],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return (client.policy_arn,)
