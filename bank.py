"""The bank: everything a stack is made of, on one page, from the ground up.

Three layers, each standing on the one before it, so that a stack may stop after any. The first has
a page of its own, ``foundation``; what a part consists of is told in ``components`` and
``banking_domain``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pulumi

from banking_domain import BankingDomain, BankingDomainArgs
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
from components.kafka_topic import KafkaTopic, KafkaTopicArgs
from components.kubernetes_cluster import (
    KubernetesCluster,
    KubernetesClusterArgs,
    Machines,
    RemoteNetworks,
)
from components.network import Tier
from components.postgres import FromCluster, FromSnapshot, PostgresCluster, PostgresClusterArgs
from components.postgres_monitoring import PostgresMonitoring, PostgresMonitoringArgs
from components.vault import Vault, VaultArgs
from domains import PLATFORM, RETENTION_MS, Catalogue, DataClass
from domains import Tier as ServiceTier
from evidence import VAULT, copy_evidence, keep_evidence, run_evidence_store
from foundation import Foundation, data_networks, lay_foundation, private_networks
from providers import aws_provider, eks_provider, kubernetes_provider, vault_provider
from settings import Origin, Settings, Snapshot, Through
from tags import common_tags, tag_everything, tagged
from vault_servers import run_vault, snapshot_vault


def build(settings: Settings, catalogue: Catalogue) -> None:
    """Declares a stack up to the layer that its settings name, and exports what it made.

    The exports are the program's word to everything outside it: people, drills, other stacks.
    """
    tag_everything(common_tags(settings))
    aws = aws_provider(settings)
    opts = pulumi.ResourceOptions(providers=[aws])

    ground = lay_foundation(settings, opts)
    if settings.through is Through.FOUNDATION:
        return
    platform = _platform(settings, ground, opts)
    _databases(settings, ground, opts)
    if settings.through is Through.PLATFORM:
        return
    # Not before this layer: what these providers log in to is initialised by people first.
    secrets = vault_provider(settings)
    evidence = keep_evidence(settings, catalogue, secrets)
    if ground.evidence_replica is not None:
        copy_evidence(settings, ground, ground.evidence_replica, evidence, opts)
    opts = pulumi.ResourceOptions.merge(platform.opts, pulumi.ResourceOptions(providers=[secrets]))
    _domains(settings, catalogue, platform, evidence, opts)


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the domains stand on."""

    cluster: KubernetesCluster
    access: ClusterAccess
    kafka: KafkaCluster
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
                    # What the cluster itself needs runs with those that can wait.
                    reserved=tier is not ServiceTier.STANDARD,
                )
                for tier, group in (
                    (ServiceTier.CRITICAL, groups.critical),
                    (ServiceTier.CORE, groups.core),
                    (ServiceTier.STANDARD, groups.standard),
                )
            },
            label="bank.internal/tier",
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
    run_vault(settings, ground, cluster, opts)
    pulumi.export(
        "kubernetes",
        {
            "cluster": cluster.name,
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
    return Platform(cluster=cluster, access=access, kafka=kafka, opts=opts)


def _databases(settings: Settings, ground: Foundation, opts: pulumi.ResourceOptions) -> None:
    monitoring = PostgresMonitoring(
        "database-monitoring",
        PostgresMonitoringArgs(
            account=settings.account,
            logs_key_arn=ground.keys.arns[DataClass.LOGS],
            boundary=ground.boundary_arn,
            protect=settings.protect,
        ),
        opts=opts,
    )
    clusters = {
        name: PostgresCluster(
            f"database-{name}",
            PostgresClusterArgs(
                account=settings.account,
                region=settings.region,
                cluster=name,
                origin=_built_from(origin),
                key_arn=ground.keys.arns[DataClass.CUSTOMER],
                logs_key_arn=ground.keys.arns[DataClass.LOGS],
                vpc_id=ground.network.vpc_id,
                subnet_ids=ground.network.subnet_ids[Tier.DATA],
                zones=tuple(settings.network.zones)[: settings.database.instances],
                client_networks=private_networks(settings),
                data_networks=data_networks(settings),
                version=settings.database.engine_version,
                instance_class=settings.database.instance_class,
                backups_kept_for=settings.database.backups_kept_for,
                activity_stream=settings.database.activity_stream,
                proxy=settings.database.proxy,
                monitoring_role_arn=monitoring.role_arn,
                boundary=ground.boundary_arn,
                alarms_topic_arn=ground.alarms_topic_arn,
                protect=settings.protect,
            ),
            opts=tagged(opts, data_class=DataClass.CUSTOMER),
        )
        for name, origin in settings.database.clusters.items()
    }
    serving = clusters[settings.database.serving]
    pulumi.export(
        "database",
        {
            "endpoint": serving.endpoint,
            "readerEndpoint": serving.reader_endpoint,
            "port": serving.port,
            "clusterIdentifier": serving.cluster_identifier,
            "masterSecretArn": serving.master_secret_arn,
        },
    )


def _built_from(origin: Origin) -> FromSnapshot | FromCluster | None:
    if origin is None:
        return None
    if isinstance(origin, Snapshot):
        return FromSnapshot(arn=origin.arn)
    return FromCluster(cluster=origin.cluster, at=origin.at)


def _domains(
    settings: Settings,
    catalogue: Catalogue,
    platform: Platform,
    evidence: Mapping[str, EvidenceBucket],
    opts: pulumi.ResourceOptions,
) -> None:
    vault = Vault(
        "vault",
        VaultArgs(
            kv_path="corebank",
            token_ttl=settings.vault.token_ttl,
            protect=settings.protect,
        ),
        opts=opts,
    )
    snapshot_vault(settings, platform.cluster, vault, evidence[VAULT], opts)
    for name, catalogued in catalogue.topics.items():
        if catalogued.owner == PLATFORM:
            KafkaTopic(
                name,
                KafkaTopicArgs(
                    cluster=platform.kafka,
                    topic=name,
                    partitions=catalogued.topic.partitions,
                    schema=catalogued.schema,
                    compatibility=catalogued.topic.compatibility,
                ),
                opts=opts,
            )
    domains = {
        domain.name: BankingDomain(
            domain.name,
            BankingDomainArgs(
                domain=domain,
                catalogue=catalogue,
                cluster=platform.cluster,
                access=platform.access,
                viewer=settings.people.viewer(domain.name),
                owner=settings.tags.owner,
                kafka=platform.kafka,
                vault=vault,
                evidence=evidence.get(domain.name),
            ),
            opts=tagged(opts, data_class=domain.data_class, domain=domain.name),
        )
        for domain in catalogue.domains
    }
    pulumi.export(
        "workspaces",
        {domain.name: settings.people.viewer(domain.name) for domain in catalogue.domains},
    )
    pulumi.export("topics", {name: topic.owner for name, topic in catalogue.topics.items()})
    pulumi.export(
        "vault",
        {
            "kvPath": vault.kv_path,
            "workloads": {
                name: {"policy": domain.secrets.policy, "role": domain.secrets.role}
                for name, domain in domains.items()
            },
        },
    )
