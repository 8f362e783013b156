"""A banking domain: what one declaration of the catalogue becomes.

The only place where banking words turn into resources. Everything is derived from the
declaration; nothing here knows a domain by its name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components._pod import Placement, Size, labels
from components._ports import GRPC, REST
from components.cluster_access import ClusterAccess
from components.database import Database, DatabaseArgs
from components.evidence_store import EvidenceBucket
from components.kafka import KafkaCluster
from components.kafka_topic import KafkaTopic
from components.kubernetes_cluster import KubernetesCluster
from components.mesh import Mesh
from components.mesh_workload import MeshWorkload, MeshWorkloadArgs
from components.monitoring import Monitoring
from components.network_segment import NetworkSegment, NetworkSegmentArgs
from components.service_monitoring import ServiceMonitoring, ServiceMonitoringArgs
from components.vault_databases import VaultDatabases, VaultLogins, VaultLoginsArgs
from components.vault_workload import VaultWorkload, VaultWorkloadArgs
from components.workload import AWAY, VaultShare, Workload, WorkloadArgs
from components.workload_identity import WorkloadIdentity, WorkloadIdentityArgs
from components.workspace import Workspace, WorkspaceArgs
from domain_network import Networks, answers, flows
from domains import Catalogue, Domain
from environment import Surroundings, environment
from mesh import PATIENCE, edge_of
from monitoring import level_of
from placement import share
from streams import declare_client, declare_dead_letters, declare_topics, writes_and_reads

ROLE_PREFIX = "corebank-"
"""What the names of the domains' roles begin with, in IAM."""


@dataclass(frozen=True, kw_only=True)
class BankingDomainArgs:
    """What a domain is built from.

    Args:
        domain: Its declaration.
        catalogue: All declarations, for the schemas of its topics and for its callers.
        account: The account, 12 digits.
        boundary: ARN of the permissions boundary of its role.
        networks: Where things are that are not in the cluster.
        cluster: The Kubernetes cluster its workloads run in.
        access: The roles that people have there.
        viewer: ARN of the role of those who see its workloads.
        owner: Who answers for the stack.
        kafka: The cluster its topics live on.
        mesh: What it and others know each other by.
        monitoring: What looks at it.
        around: What it is told of its surroundings.
        logins: Who makes logins of its database.
        evidence: Where it keeps evidence, if it does.
        size: How much of it there is.
        placement: On which nodes it runs.
        protect: Whether what has state is protected from deletion.
    """

    domain: Domain
    catalogue: Catalogue
    account: str
    boundary: pulumi.Input[str]
    networks: Networks
    cluster: KubernetesCluster
    access: ClusterAccess
    viewer: str
    owner: str
    kafka: KafkaCluster
    mesh: Mesh
    monitoring: Monitoring
    around: Surroundings
    logins: VaultDatabases
    evidence: EvidenceBucket | None
    size: Size
    placement: Placement
    protect: bool


def login_roles(domain: Domain) -> list[str]:
    """The roles by which logins of a domain's database are had: those that write, and read."""
    return [f"{domain.name}-write", f"{domain.name}-read"] if domain.database else []


class BankingDomain(pulumi.ComponentResource):
    """One domain's namespace, topics, grants on Kafka, database, share of Vault, and workload."""

    topics: Mapping[str, KafkaTopic]
    """The topics it owns, by name."""
    dead_letters: Mapping[str, KafkaTopic]
    """The topic for what it can't work on, by name; none where it reads nothing."""
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
                    # The mesh's own word for a namespace whose pods it takes in.
                    "istio-injection": "enabled",
                },
                cluster=args.cluster,
                share=share(args.size),
                viewer=args.viewer,
                viewer_role=args.access.viewer_role,
            ),
            opts=own,
        )
        between = flows(args.domain, args.catalogue, args.networks)
        segment = NetworkSegment(
            f"{name}-segment",
            NetworkSegmentArgs(
                cluster=args.cluster,
                namespace=workspace.namespace,
                pods=labels(args.domain.name),
                admits=between.admits,
                reaches=between.reaches,
            ),
            opts=own,
        )
        self.topics = declare_topics(args.domain.publishes, args.catalogue, args.kafka, own)
        self.dead_letters = declare_dead_letters(args.domain, args.kafka, own)
        self.kafka_policies = declare_client(args.domain, args.kafka, own)
        self.namespace = workspace.namespace
        self.service_account = workspace.service_account
        self.role_name = ROLE_PREFIX + args.domain.name
        identity = self._identity(name, args)
        self.hostname = f"{args.domain.name}.{args.around.zone}"
        self.databases = self._databases(name, args)
        MeshWorkload(
            f"{name}-mesh",
            MeshWorkloadArgs(
                mesh=args.mesh,
                workload=args.domain.name,
                namespace=workspace.namespace,
                ports=answers(args.domain),
                callers=args.catalogue.callers(args.domain.name),
                calls=args.domain.calls,
                outside=args.domain.outside,
                patience=PATIENCE[args.domain.tier](args.domain.api.p99),
                edge=edge_of(args.domain, args.around.zone),
            ),
            opts=own,
        )
        ServiceMonitoring(
            f"{name}-monitoring",
            ServiceMonitoringArgs(
                monitoring=args.monitoring,
                namespace=workspace.namespace,
                level=level_of(args.domain, args.owner),
            ),
            opts=own,
        )
        self.secrets = VaultWorkload(
            name,
            VaultWorkloadArgs(
                vault=args.around.vault,
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
        # No pod is there before what it may do and use, and before its role.
        before = [*segment.policies, *workspace.bounds, identity.association]
        self.workload = self._workload(name, args, before)
        self.register_outputs(
            {
                "workload": self.workload,
                "topics": list(self.topics),
                "deadLetters": list(self.dead_letters),
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

    def _identity(self, name: str, args: BankingDomainArgs) -> WorkloadIdentity:
        domain = args.domain
        produces, consumes = writes_and_reads(domain)
        return WorkloadIdentity(
            f"{name}-identity",
            WorkloadIdentityArgs(
                cluster=args.cluster,
                account=args.account,
                role=self.role_name,
                namespace=self.namespace,
                service_account=self.service_account,
                boundary=args.boundary,
                policies={"kafka": self.kafka_policies[0]} if self.kafka_policies else {},
                statements=args.kafka.grants.schemas(produces=produces, consumes=consumes)
                if self.kafka_policies
                else (),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _workload(
        self, name: str, args: BankingDomainArgs, before: Sequence[pulumi.Resource]
    ) -> Mapping[str, object]:
        domain, api = args.domain, args.domain.api
        protocols = (("http", REST, api.rest), ("grpc", GRPC, api.grpc))
        Workload(
            f"{name}-workload",
            WorkloadArgs(
                cluster=args.cluster,
                workload=domain.name,
                namespace=self.namespace,
                service_account=self.service_account,
                image=domain.image,
                ports={protocol: port for protocol, port, given in protocols if given},
                size=args.size,
                placement=args.placement,
                priority=domain.tier,
                environment=environment(domain, args.around, self.secrets, self.databases),
                agent=args.around.agent,
                share=VaultShare(
                    vault=args.around.vault,
                    role=self.secrets.role,
                    hostname=self.hostname,
                    databases=args.logins.path,
                    logins=dict(zip(("write", "read"), self.secrets.logins, strict=False)),
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=before),
        )
        return {
            "namespace": self.namespace,
            "image": domain.image,
            "tier": domain.tier,
            "minimum": args.size.minimum,
            "maximum": args.size.maximum,
            "away": AWAY,
            "nodes": dict(args.placement.nodes),
            "tolerates": dict(args.placement.tolerates),
            "apart": list(args.placement.apart),
        }

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
