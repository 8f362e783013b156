"""Databases: the clusters that hold them, and the way in for those who are given logins.

A page of its own beside ``bank``. Each domain's own database is the domain's; between a cluster and
the first of them, people open it: they make the roles as which delivery logs in.
"""

from collections.abc import Sequence

import pulumi

from components.network import Tier
from components.postgres import FromCluster, FromSnapshot, PostgresCluster, PostgresClusterArgs
from components.postgres_monitoring import PostgresMonitoring, PostgresMonitoringArgs
from components.vault import Vault
from components.vault_databases import VaultDatabases, VaultDatabasesArgs
from domains import DataClass
from foundation import Foundation, data_networks, private_networks
from settings import Origin, Settings, Snapshot
from tags import tagged


def run_databases(
    settings: Settings, ground: Foundation, opts: pulumi.ResourceOptions
) -> PostgresCluster:
    """Declares the clusters, and exports the one that clients are led to, which it returns."""
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
    return serving


def _built_from(origin: Origin) -> FromSnapshot | FromCluster | None:
    if origin is None:
        return None
    if isinstance(origin, Snapshot):
        return FromSnapshot(arn=origin.arn)
    return FromCluster(cluster=origin.cluster, at=origin.at)


def open_databases(
    settings: Settings,
    cluster: PostgresCluster,
    vault: Vault,
    roles: Sequence[str],
    opts: pulumi.ResourceOptions,
) -> VaultDatabases:
    """Declares how Vault comes to a cluster and makes logins there.

    Args:
        settings: The stack's.
        cluster: The cluster that clients are led to.
        vault: Who makes logins.
        roles: The names of all roles by which logins are had.
        opts: With the providers of both.
    """
    return VaultDatabases(
        "databases",
        VaultDatabasesArgs(
            vault=vault,
            host=cluster.writer_endpoint,
            port=cluster.port,
            ttl=settings.vault.login_ttl,
            roles=roles,
            protect=settings.protect,
        ),
        opts=tagged(opts, data_class=DataClass.CUSTOMER),
    )
