"""A banking domain: what one declaration of the catalogue becomes.

The only place where banking words turn into resources. Everything is derived from the
declaration; nothing here knows a domain by its name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi

from components._pod import Placement, Size
from components._ports import GRPC, HEALTH, REST
from components._vault_agent import SECRETS, Agent
from components.cluster_access import ClusterAccess
from components.database import Database, DatabaseArgs
from components.evidence_store import EvidenceBucket
from components.kafka import KafkaCluster
from components.kafka_client import KafkaClient, KafkaClientArgs
from components.kafka_topic import KafkaTopic, KafkaTopicArgs
from components.kubernetes_cluster import KubernetesCluster
from components.mesh import Mesh
from components.mesh_workload import MeshWorkload, MeshWorkloadArgs
from components.service_role import ServiceRole, ServiceRoleArgs
from components.vault import Vault
from components.vault_databases import VaultDatabases, VaultLogins, VaultLoginsArgs
from components.vault_workload import VaultWorkload, VaultWorkloadArgs
from components.workload import VaultShare, Workload, WorkloadArgs
from components.workspace import Workspace, WorkspaceArgs
from domains import Catalogue, Domain, Tier, dead_letter_schema, dead_letters
from mesh import PATIENCE, edge_of, ports_of

ROLE_PREFIX = "corebank-"
"""What the names of the domains' roles begin with, in IAM."""

LAG = {
    Tier.CRITICAL: timedelta(minutes=5),
    Tier.CORE: timedelta(minutes=10),
    Tier.STANDARD: timedelta(minutes=50),
}
"""How far a domain may be behind on what it reads before somebody is told: about a quarter of what
its tier may be down in 30 days (21, 43 and 216 minutes), so that there is time to act."""


@dataclass(frozen=True, kw_only=True)
class DatabaseServer:
    """Where databases are.

    Args:
        host: Its name, known once it is there.
        port: Where it answers.
    """

    host: pulumi.Input[str]
    port: pulumi.Input[int]


@dataclass(frozen=True, kw_only=True)
class BankingDomainArgs:
    """What a domain is built from.

    Args:
        account: The account, 12 digits.
        boundary: ARN of the permissions boundary of the role that its workloads have.
        domain: Its declaration.
        catalogue: All declarations, for the schemas of its topics.
        cluster: The Kubernetes cluster its workloads run in.
        access: The roles that people have there.
        viewer: ARN of the role of those who see its workloads.
        owner: Who answers for the stack.
        kafka: The cluster its topics live on.
        mesh: What it and others know each other by.
        zone: The DNS zone in which its name is.
        vault: The Vault that keeps its secrets.
        logins: Who makes logins of its database.
        evidence: Where it keeps evidence, if it does.
        size: How much of it there is.
        placement: On which nodes it runs.
        agent: What brings its secrets to it.
        told: What every domain is told, by the name of a variable.
        database: Where databases are.
        protect: Whether what has state is protected from deletion.
    """

    account: str
    boundary: pulumi.Input[str]
    domain: Domain
    catalogue: Catalogue
    cluster: KubernetesCluster
    access: ClusterAccess
    viewer: str
    owner: str
    kafka: KafkaCluster
    mesh: Mesh
    zone: str
    vault: Vault
    logins: VaultDatabases
    evidence: EvidenceBucket | None
    size: Size
    placement: Placement
    agent: Agent
    told: Mapping[str, pulumi.Input[str]]
    database: DatabaseServer
    protect: bool


def login_roles(domain: Domain) -> list[str]:
    """The roles by which logins of a domain's database are had: those that write, and read."""
    return [f"{domain.name}-write", f"{domain.name}-read"] if domain.database else []


class BankingDomain(pulumi.ComponentResource):
    """One domain's namespace, topics, grants on Kafka, database, share of Vault, and workload."""

    topics: Mapping[str, KafkaTopic]
    """The topics it owns, by name."""
    dead_letters: tuple[KafkaTopic, ...]
    """Where it puts what it can't work on; nowhere where it reads nothing."""
    kafka_policies: tuple[pulumi.Output[str], ...]
    """ARN of the policy with which its role reaches its topics; none where it has no topic."""
    role_name: str
    """The name, in IAM, of the role that its workloads have."""
    namespace: pulumi.Output[str]
    """Where its workloads run."""
    service_account: pulumi.Output[str]
    """The service account that its workloads are."""
    hostname: str
    """Its name in the zone."""
    databases: tuple[pulumi.Output[str], ...]
    """Its database's name; none where it keeps nothing in one."""
    secrets: VaultWorkload
    """Its policy, role, keys and logins in Vault."""
    workload: Mapping[str, object]
    """What should be seen running."""

    def __init__(
        self, name: str, args: BankingDomainArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:index:BankingDomain", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        workspace = Workspace(
            f"{name}-workspace",
            WorkspaceArgs(
                namespace=args.domain.name,
                labels={
                    "bank.internal/data-class": args.domain.data_class,
                    "bank.internal/domain": args.domain.name,
                    "bank.internal/owner": args.owner,
                    "bank.internal/tier": args.domain.tier,
                    "istio-injection": "enabled",
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
        self.dead_letters = tuple(
            KafkaTopic(
                letters.name,
                KafkaTopicArgs(
                    cluster=args.kafka,
                    topic=letters.name,
                    partitions=letters.partitions,
                    schema=dead_letter_schema(),
                    compatibility=letters.compatibility,
                ),
                opts=own,
            )
            for letters in dead_letters(args.domain)
        )
        self.kafka_policies = self._kafka_policies(name, args)
        self.role_name = ROLE_PREFIX + args.domain.name
        ServiceRole(
            f"{name}-identity",
            ServiceRoleArgs(
                role=self.role_name,
                service="pods.eks.amazonaws.com",
                account=args.account,
                boundary=args.boundary,
                own_policies=dict(zip(["kafka"], self.kafka_policies, strict=False)),
            ),
            opts=own,
        )
        self.namespace = workspace.namespace
        self.service_account = workspace.service_account
        self.hostname = f"{args.domain.name}.{args.zone}"
        self.databases = self._databases(name, args)
        MeshWorkload(
            f"{name}-mesh",
            MeshWorkloadArgs(
                mesh=args.mesh,
                workload=args.domain.name,
                namespace=workspace.namespace,
                ports=ports_of(args.domain),
                callers=args.catalogue.callers(args.domain.name),
                calls=args.domain.calls,
                outside=args.domain.outside,
                patience=PATIENCE[args.domain.tier](args.domain.api.p99),
                edge=edge_of(args.domain, args.zone),
            ),
            opts=own,
        )
        self.secrets = VaultWorkload(
            name,
            VaultWorkloadArgs(
                vault=args.vault,
                workload=args.domain.name,
                namespace=args.domain.name,
                service_account=workspace.service_account,
                hostname=self.hostname,
                writes={secrets.path: secrets.may for secrets in args.domain.secrets},
                erasable=args.domain.erasable,
                logins=login_roles(args.domain),
                policies=[args.evidence.policy] if args.evidence is not None else [],
                protect=args.protect,
            ),
            opts=own,
        )
        self.workload = self._workload(name, args)
        self.register_outputs(
            {
                "workload": self.workload,
                "topics": list(self.topics),
                "deadLetters": [letters.topic for letters in self.dead_letters],
                "kafkaPolicies": list(self.kafka_policies),
                "roleName": self.role_name,
                "namespace": self.namespace,
                "serviceAccount": self.service_account,
                "hostname": self.hostname,
                "databases": list(self.databases),
                "secrets": {
                    "path": self.secrets.path,
                    "policy": self.secrets.policy,
                    "role": self.secrets.role,
                    "keys": list(self.secrets.keys),
                    "logins": list(self.secrets.logins),
                },
            }
        )

    def _kafka_policies(self, name: str, args: BankingDomainArgs) -> tuple[pulumi.Output[str], ...]:
        domain = args.domain
        if not (domain.publishes or domain.consumes):
            return ()
        # Whoever puts dead letters takes them up again, and is behind as long as none does.
        own = [letters.name for letters in dead_letters(domain)]
        client = KafkaClient(
            f"{name}-kafka",
            KafkaClientArgs(
                cluster=args.kafka,
                client=domain.name,
                produces=[*(topic.name for topic in domain.publishes), *own],
                consumes=[*domain.consumes, *own],
                lag=LAG[domain.tier],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return (client.policy_arn,)

    def _workload(self, name: str, args: BankingDomainArgs) -> Mapping[str, object]:
        domain, api = args.domain, args.domain.api
        answers = (("http", REST, api.rest), ("grpc", GRPC, api.grpc))
        Workload(
            f"{name}-workload",
            WorkloadArgs(
                cluster=args.cluster,
                workload=domain.name,
                namespace=self.namespace,
                service_account=self.service_account,
                image=domain.image,
                ports={protocol: port for protocol, port, given in answers if given},
                size=args.size,
                placement=args.placement,
                priority=domain.tier,
                environment=self._environment(args),
                agent=args.agent,
                share=VaultShare(
                    vault=args.vault,
                    role=self.secrets.role,
                    hostname=self.hostname,
                    databases=args.logins.path,
                    logins=dict(zip(("write", "read"), self.secrets.logins, strict=False)),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return {
            "namespace": self.namespace,
            "image": domain.image,
            "minimum": args.size.minimum,
            "nodes": dict(args.placement.nodes),
            "tolerates": dict(args.placement.tolerates),
            "apart": list(args.placement.apart),
        }

    def _environment(self, args: BankingDomainArgs) -> dict[str, pulumi.Input[str]]:
        """What the domain is told of itself and of what it may use; nothing of it is secret."""
        domain, api = args.domain, args.domain.api
        keys = dict(zip(("TRANSIT_KEY", "TRANSIT_PERSONAL_KEY"), self.secrets.keys, strict=False))
        found: dict[str, pulumi.Input[str]] = {
            **args.told,
            "API_HOST": api.host and f"{api.host}.{args.zone}",
            "API_PATH": api.path,
            "REST_PORT": str(REST) if api.rest else "",
            "GRPC_PORT": str(GRPC) if api.grpc else "",
            "HEALTH_PORT": str(HEALTH),
            "KAFKA_CONSUMES": ",".join(domain.consumes),
            "KAFKA_GROUP": domain.name if domain.consumes else "",
            "KAFKA_PUBLISHES": ",".join(topic.name for topic in domain.publishes),
            "SECRETS": SECRETS,
            "VAULT_ADDR": args.agent.address,
            "VAULT_KV_PATH": self.secrets.path,
            "VAULT_TRANSIT": args.vault.transit,
            **keys,
        }
        for database in self.databases:
            found["DATABASE_HOST"] = args.database.host
            found["DATABASE_NAME"] = database
            found["DATABASE_PORT"] = pulumi.Output.from_input(args.database.port).apply(str)
        # What it has not it is not told.
        return {name: value for name, value in found.items() if not isinstance(value, str) or value}

    def _databases(self, name: str, args: BankingDomainArgs) -> tuple[pulumi.Output[str], ...]:
        if not args.domain.database:
            return ()
        own = pulumi.ResourceOptions(parent=self)
        writers, readers = login_roles(args.domain)
        database = Database(
            f"{name}-data",
            DatabaseArgs(database=args.domain.name, maker=args.logins.maker, protect=args.protect),
            opts=own,
        )
        VaultLogins(
            f"{name}-logins",
            VaultLoginsArgs(
                databases=args.logins, database=database, writers=writers, readers=readers
            ),
            opts=own,
        )
        return (database.database,)
