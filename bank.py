"""The bank: everything a stack is made of, on one page, from the ground up.

Three layers, each standing on the one before it, so that a stack may stop after any. The first has
a page of its own, ``foundation``; what a part consists of is told in ``components`` and
``banking_domain``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi

from banking_domain import BankingDomain, BankingDomainArgs, login_roles
from components._vault_agent import Agent
from components.cluster_access import (
    AUDITORS,
    DELIVERY,
    OPERATORS,
    ClusterAccess,
    ClusterAccessArgs,
)
from components.cluster_classes import ClusterClasses, ClusterClassesArgs
from components.evidence_store import EvidenceBucket
from components.kafka import KafkaCluster, KafkaClusterArgs
from components.kafka_topic import KafkaTopic
from components.kubernetes_cluster import (
    KubernetesCluster,
    KubernetesClusterArgs,
    Machines,
    RemoteNetworks,
)
from components.mesh import Mesh
from components.monitoring import Monitoring
from components.network import Tier
from components.postgres import PostgresCluster
from components.vault import Vault
from components.vault_databases import VaultDatabases
from components.vault_servers import VaultServers
from databases import open_databases, run_databases
from domain_network import networks
from domains import PLATFORM, RETENTION_MS, Catalogue, DataClass
from domains import Tier as ServiceTier
from environment import DatabaseServer, Surroundings
from evidence import VAULT, copy_evidence, keep_evidence, run_evidence_store
from exports import export_domains, export_messaging, export_vault
from foundation import Foundation, lay_foundation, private_networks
from mesh import open_ways_out, run_mesh
from monitoring import keep_logs, keep_traces, run_monitoring
from placement import RESERVED, TIER, grown, placed, sized
from providers import (
    aws_provider,
    eks_provider,
    kubernetes_provider,
    postgresql_provider,
    vault_provider,
)
from settings import Settings, Through
from siem import open_siem, tell_platform, tell_topics
from streams import archive_topics, declare_topics
from tags import common_tags, tag_everything, tagged
from vault import open_vault, run_vault, snapshot_vault


def build(settings: Settings, catalogue: Catalogue) -> None:
    """Declares a stack up to the layer that its settings name, and exports what it made.

    The exports are the program's word to everything outside it: people, drills, other stacks.
    """
    tag_everything(common_tags(settings))
    aws = aws_provider(settings)
    opts = pulumi.ResourceOptions(providers=[aws])

    ground = lay_foundation(settings, opts)
    siem = open_siem(settings, ground, opts)
    if settings.through is Through.FOUNDATION:
        return
    platform = _platform(settings, ground, opts)
    siem = tell_platform(siem, platform.cluster, platform.vault, opts)
    database = run_databases(settings, ground, opts)
    if settings.through is Through.PLATFORM:
        return
    # Not before this layer: what these providers log in to is initialised by people first.
    secrets = vault_provider(settings)
    tables = postgresql_provider(settings, database.writer_endpoint, database.port)
    inside = pulumi.ResourceOptions(providers=[secrets, tables])
    opts = pulumi.ResourceOptions.merge(platform.opts, inside)
    vault = open_vault(settings, opts)
    roles = [role for domain in catalogue.domains for role in login_roles(domain)]
    logins = open_databases(settings, database, vault, roles, opts)
    evidence = keep_evidence(settings, catalogue, vault, secrets)
    snapshot_vault(settings, platform.vault, vault, evidence[VAULT], opts)
    if ground.evidence_replica is not None:
        copy_evidence(settings, ground, ground.evidence_replica, evidence, opts)
    shared = Shared(
        boundary=ground.boundary_arn,
        vault=vault,
        logins=logins,
        evidence=evidence,
        database=database,
    )
    topics = _domains(settings, catalogue, platform, shared, opts)
    kept = [topics[name] for name in catalogue.archived]
    archive_topics(settings, ground, platform.kafka, kept, opts)
    owned = [topics[name] for name, each in catalogue.topics.items() if each.owner == PLATFORM]
    tell_topics(siem, platform.kafka, owned, opts)


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the domains stand on."""

    cluster: KubernetesCluster
    access: ClusterAccess
    kafka: KafkaCluster
    vault: VaultServers
    mesh: Mesh
    monitoring: Monitoring
    opts: pulumi.ResourceOptions
    """The providers of the layer, the cluster's own among them."""


def _platform(settings: Settings, ground: Foundation, opts: pulumi.ResourceOptions) -> Platform:
    groups, on_premises = settings.cluster.node_groups, settings.on_premises
    cluster = KubernetesCluster(
        "kubernetes",
        KubernetesClusterArgs(
            cluster="corebank",
            account=settings.account,
            version=settings.cluster.version,
            node_release=settings.cluster.node_release,
            vpc_id=ground.network.vpc_id,
            subnet_ids=ground.network.subnet_ids[Tier.PRIVATE],
            service_network=settings.cluster.service_network,
            remote=on_premises and RemoteNetworks(nodes=on_premises.nodes, pods=on_premises.pods),
            key_arn=ground.keys.arns[DataClass.PLATFORM],
            logs_key_arn=ground.keys.arns[DataClass.LOGS],
            break_glass=settings.people.break_glass,
            groups={
                OPERATORS: settings.people.operator,
                AUDITORS: settings.people.auditor,
                DELIVERY: ground.delivery_role_arn,
            },
            machines={
                tier: Machines(
                    instance_type=group.instance_type,
                    minimum=group.minimum,
                    maximum=group.maximum,
                    reserved=tier in RESERVED,
                )
                for tier, group in (
                    (ServiceTier.CRITICAL, groups.critical),
                    (ServiceTier.CORE, groups.core),
                    (ServiceTier.STANDARD, groups.standard),
                )
            },
            label=TIER,
            boundary=ground.boundary_arn,
            tags=common_tags(settings),
            protect=settings.protect,
        ),
        opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[eks_provider()])),
    )
    kubernetes = kubernetes_provider(settings, cluster.name, cluster.kubeconfig)
    opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(providers=[kubernetes]))
    access = ClusterAccess("access", ClusterAccessArgs(cluster=cluster), opts=opts)
    ClusterClasses(
        "classes",
        ClusterClassesArgs(
            cluster=cluster,
            key_arn=ground.keys.arns[DataClass.PLATFORM],
            priorities={
                ServiceTier.CRITICAL: 1_000_000,
                ServiceTier.CORE: 100_000,
                ServiceTier.STANDARD: 10_000,
            },
        ),
        opts=opts,
    )
    run_evidence_store(settings, cluster, opts)
    vault = run_vault(settings, ground, cluster, opts)
    mesh = run_mesh(settings, cluster, opts)
    monitoring = run_monitoring(settings, cluster, opts)
    keep_logs(settings, ground, cluster, tagged(opts, data_class=DataClass.LOGS))
    keep_traces(settings, ground, mesh, tagged(opts, data_class=DataClass.LOGS))
    pulumi.export(
        "kubernetes",
        {
            "cluster": cluster.name,
            "nodes": grown(settings),
            "people": {
                "auditor": settings.people.auditor,
                "breakGlass": settings.people.break_glass,
                "operator": settings.people.operator,
            },
        },
    )
    kafka = KafkaCluster(
        "corebank",
        KafkaClusterArgs(
            account=settings.account,
            key_arn=ground.keys.arns[DataClass.PLATFORM],
            logs_key_arn=ground.keys.arns[DataClass.LOGS],
            vpc_id=ground.network.vpc_id,
            subnet_ids=ground.network.subnet_ids[Tier.DATA],
            client_networks=private_networks(settings),
            version=settings.kafka.version,
            instance_type=settings.kafka.instance_type,
            brokers=settings.kafka.brokers,
            volume_gib=settings.kafka.volume_gib,
            grows_to_gib=settings.kafka.grows_to_gib,
            replication=settings.kafka.replication,
            min_insync_replicas=settings.kafka.min_insync_replicas,
            retention=timedelta(milliseconds=RETENTION_MS),
            alarms_topic_arn=ground.alarms_topic_arn,
            protect=settings.protect,
        ),
        opts=opts,
    )
    pulumi.export("kafka", {"clusterArn": kafka.arn, "bootstrap": kafka.bootstrap})
    if on_premises is not None:
        # Its SDK takes half a second, which a stack without a data centre need not wait.
        from data_centre import equip_data_centre  # noqa: PLC0415

        equip_data_centre(settings, on_premises, ground, cluster, opts)
    return Platform(
        cluster=cluster,
        access=access,
        kafka=kafka,
        vault=vault,
        mesh=mesh,
        monitoring=monitoring,
        opts=opts,
    )


@dataclass(frozen=True, kw_only=True)
class Shared:
    """What the domains share out among themselves, and the ceiling of their roles."""

    boundary: pulumi.Output[str]
    vault: Vault
    logins: VaultDatabases
    evidence: Mapping[str, EvidenceBucket]
    database: PostgresCluster


def _domains(
    settings: Settings,
    catalogue: Catalogue,
    platform: Platform,
    shared: Shared,
    opts: pulumi.ResourceOptions,
) -> Mapping[str, KafkaTopic]:
    own = [each.topic for each in catalogue.topics.values() if each.owner == PLATFORM]
    topics = {**declare_topics(own, catalogue, platform.kafka, opts)}
    where = networks(settings)
    around = Surroundings(
        told={
            "ENVIRONMENT": settings.environment,
            "AWS_REGION": settings.region,
            "KAFKA_BOOTSTRAP": platform.kafka.bootstrap,
            "SCHEMA_REGISTRY": platform.kafka.registry,
        },
        zone=settings.dns.zone,
        agent=Agent(image=settings.vault.image, address=settings.vault.address),
        vault=shared.vault,
        database=DatabaseServer(host=shared.database.writer_endpoint, port=shared.database.port),
    )
    domains = {
        domain.name: BankingDomain(
            domain.name,
            BankingDomainArgs(
                domain=domain,
                catalogue=catalogue,
                account=settings.account,
                boundary=shared.boundary,
                networks=where,
                cluster=platform.cluster,
                access=platform.access,
                viewer=settings.people.viewer(domain.name),
                owner=settings.tags.owner,
                kafka=platform.kafka,
                mesh=platform.mesh,
                monitoring=platform.monitoring,
                around=around,
                logins=shared.logins,
                evidence=shared.evidence.get(domain.name),
                size=sized(settings, domain),
                placement=placed(settings, domain),
                protect=settings.protect,
            ),
            opts=tagged(opts, data_class=domain.data_class, domain=domain.name),
        )
        for domain in catalogue.domains
    }
    open_ways_out(catalogue, platform.mesh, opts)
    export_domains(settings, catalogue, domains)
    export_vault(shared.vault, shared.logins, domains)
    export_messaging(catalogue, platform.kafka, domains)
    for domain in domains.values():
        topics |= domain.topics
    return topics
