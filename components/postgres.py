"""PostgreSQL on Aurora: a cluster with an instance in each of its zones, and all it is watched by.

AWS keeps the master password and nobody else knows it; clients log in with IAM and TLS. A cluster
starts empty or is built from a backup; either way it is a new one, and no other is touched. Leaves
out databases and users in it, and who may log in as whom.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import cloudwatch, ec2, rds
from pulumi_aws.rds.outputs import ClusterMasterUserSecret

from components._postgres_parameters import cluster_parameters
from components.backups import BACKED_UP
from components.postgres_alarms import PostgresAlarms, PostgresAlarmsArgs
from components.postgres_groups import POSTGRES_PORT, instances_group, proxy_group
from components.postgres_proxy import PostgresProxy, PostgresProxyArgs

ENGINE = rds.EngineType.AURORA_POSTGRESQL
LOGS = ("iam-db-auth-error", "instance", "postgresql")
"""The logs that Aurora PostgreSQL gives to CloudWatch, all of them."""

_MAINTENANCE = "sun:03:00-sun:04:00"
"""When AWS upgrades minor versions, in UTC."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class FromSnapshot:
    """What a cluster is built from: a snapshot.

    Args:
        arn: The snapshot's, in the cluster's own region.
    """

    arn: str


@dataclass(frozen=True, kw_only=True)
class FromCluster:
    """What a cluster is built from: another one, as it was at a time.

    Args:
        cluster: The other's identifier; it has to be there still.
        at: When, with a time zone; None for the latest time that can be restored.
    """

    cluster: str
    at: datetime | None


@dataclass(frozen=True, kw_only=True)
class PostgresClusterArgs:
    """What a cluster is made of.

    Args:
        account: The account: 12 digits.
        region: Where it is.
        cluster: Its identifier in RDS.
        origin: What it is built from; None for nothing. It can't change afterwards.
        key_arn: The key of its data, of the master secret and of what queries tell of data.
        logs_key_arn: The key of its logs and of the activity stream.
        vpc_id: The network's VPC.
        subnet_ids: One subnet for each zone of the network.
        zones: The zones that have an instance, one each.
        client_networks: Where clients connect from, by a name that stays with the network.
        data_networks: Where its subnets are, likewise.
        version: PostgreSQL's major version.
        instance_class: The instances' size.
        backups_kept_for: How far back any second can be restored, in whole days.
        activity_stream: Whether what is done in it is recorded as it happens.
        proxy: Whether clients share connections.
        monitoring_role_arn: The role of enhanced monitoring.
        boundary: ARN of the permissions boundary of roles.
        alarms_topic_arn: Where alarms go.
        protect: Whether it is protected from deletion, by the engine and by RDS.
    """

    account: str
    region: str
    cluster: str
    origin: FromSnapshot | FromCluster | None
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    zones: Sequence[str]
    client_networks: Mapping[str, IPv4Network]
    data_networks: Mapping[str, IPv4Network]
    version: str
    instance_class: str
    backups_kept_for: timedelta
    activity_stream: bool
    proxy: bool
    monitoring_role_arn: pulumi.Input[str]
    boundary: pulumi.Input[str]
    alarms_topic_arn: pulumi.Input[str]
    protect: bool


class PostgresCluster(pulumi.ComponentResource):
    """An encrypted Aurora cluster that is reached privately, backed up, logged and watched."""

    cluster_identifier: pulumi.Output[str]
    """The cluster's identifier in RDS."""
    endpoint: pulumi.Output[str]
    """Where clients that write connect: the proxy, where there is one."""
    writer_endpoint: pulumi.Output[str]
    """Where the instance that writes is, behind no proxy; known once there is one."""
    reader_endpoint: pulumi.Output[str]
    """Where clients that only read connect; with one instance it is the writer."""
    port: pulumi.Output[int]
    """The port of both."""
    master_secret_arn: pulumi.Output[str]
    """The secret in which AWS keeps the master password, and changes it every week."""

    def __init__(
        self, name: str, args: PostgresClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:PostgresCluster", name, {}, opts)
        self._name = name
        self._args = args
        own = pulumi.ResourceOptions(parent=self)

        before_proxy = (
            proxy_group(
                f"{name}-proxy",
                vpc_id=args.vpc_id,
                clients=args.client_networks,
                instances=args.data_networks,
                opts=own,
            )
            if args.proxy
            else None
        )
        group = instances_group(
            f"{name}-instances",
            vpc_id=args.vpc_id,
            clients=args.client_networks,
            proxy=before_proxy,
            opts=own,
        )
        cluster = self._cluster(group)
        instances = [
            rds.ClusterInstance(
                f"{name}-{zone}",
                identifier=f"{args.cluster}-{zone}",
                cluster_identifier=cluster.cluster_identifier,
                engine=ENGINE,
                # No version: the cluster's holds for all of its instances.
                instance_class=args.instance_class,
                availability_zone=zone,
                publicly_accessible=False,
                # Any of them takes over as well as any other; RDS chooses in this order.
                promotion_tier=tier,
                auto_minor_version_upgrade=True,
                preferred_maintenance_window=_MAINTENANCE,
                apply_immediately=True,
                copy_tags_to_snapshot=True,
                # Seconds.
                monitoring_interval=60,
                monitoring_role_arn=args.monitoring_role_arn,
                performance_insights_enabled=True,
                performance_insights_kms_key_id=args.key_arn,
                # Days: what is kept without a further charge.
                performance_insights_retention_period=7,
                tags={"Name": f"{args.cluster}-{zone}"},
                opts=own,
            )
            for tier, zone in enumerate(args.zones)
        ]
        if args.activity_stream:
            rds.ClusterActivityStream(
                f"{name}-activity",
                resource_arn=cluster.arn,
                # A statement does not wait until it is recorded: payments have 200 ms.
                mode="async",
                kms_key_id=args.logs_key_arn,
                # RDS starts it on instances that run.
                opts=pulumi.ResourceOptions(parent=self, depends_on=instances),
            )
        PostgresAlarms(
            f"{name}-alarms",
            PostgresAlarmsArgs(
                cluster=cluster.cluster_identifier,
                instances=[instance.identifier for instance in instances],
                instance_class=args.instance_class,
                topic_arn=args.alarms_topic_arn,
            ),
            opts=own,
        )
        self.cluster_identifier = cluster.cluster_identifier
        self.endpoint = cluster.endpoint
        self.writer_endpoint = pulumi.Output.all(cluster.endpoint, instances[0].id).apply(
            lambda known: known[0]
        )
        self.reader_endpoint = cluster.reader_endpoint
        self.port = cluster.port
        self.master_secret_arn = cluster.master_user_secrets.apply(_arn_of_the_only)
        if before_proxy is not None:
            self.endpoint = PostgresProxy(
                f"{name}-proxy",
                PostgresProxyArgs(
                    account=args.account,
                    region=args.region,
                    # It has no targets before there are instances.
                    cluster=instances[0].cluster_identifier,
                    cluster_resource_id=cluster.cluster_resource_id,
                    subnet_ids=args.subnet_ids,
                    group_id=before_proxy.id,
                    boundary=args.boundary,
                ),
                opts=own,
            ).endpoint
        self.register_outputs(
            {
                "clusterIdentifier": self.cluster_identifier,
                "endpoint": self.endpoint,
                "writerEndpoint": self.writer_endpoint,
                "readerEndpoint": self.reader_endpoint,
                "port": self.port,
                "masterSecretArn": self.master_secret_arn,
            }
        )

    def _cluster(self, group: ec2.SecurityGroup) -> rds.Cluster:
        name, args = self._name, self._args
        own = pulumi.ResourceOptions(parent=self)
        subnets = rds.SubnetGroup(
            f"{name}-subnets",
            name=args.cluster,
            description=f"Instances of the PostgreSQL cluster {args.cluster}",
            subnet_ids=args.subnet_ids,
            opts=own,
        )
        parameters = rds.ClusterParameterGroup(
            f"{name}-parameters",
            # With the version: the next one gets a group of its own, and needs this one until then.
            name=f"{args.cluster}-postgres{args.version}",
            family=f"{ENGINE.value}{args.version}",
            description=f"Parameters of the PostgreSQL cluster {args.cluster}",
            parameters=[
                rds.ClusterParameterGroupParameterArgs(**parameter)
                for parameter in cluster_parameters(slow_ms=1000)
            ],
            opts=own,
        )
        return rds.Cluster(
            f"{name}-cluster",
            cluster_identifier=args.cluster,
            snapshot_identifier=args.origin.arn if isinstance(args.origin, FromSnapshot) else None,
            restore_to_point_in_time=_point_in_time(args.origin)
            if isinstance(args.origin, FromCluster)
            else None,
            engine=ENGINE,
            # Major only. AWS moves the minor one on, and then it would be a change to go back.
            engine_version=args.version,
            allow_major_version_upgrade=True,
            apply_immediately=True,
            port=POSTGRES_PORT,
            master_username="corebank_owner",
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.key_arn,
            iam_database_authentication_enabled=True,
            storage_encrypted=True,
            kms_key_id=args.key_arn,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[group.id],
            db_cluster_parameter_group_name=parameters.name,
            enabled_cloudwatch_logs_exports=list(LOGS),
            backup_retention_period=args.backups_kept_for // _DAY,
            # In UTC; AWS Backup's copies start at two.
            preferred_backup_window="00:30-01:00",
            preferred_maintenance_window=_MAINTENANCE,
            copy_tags_to_snapshot=True,
            deletion_protection=args.protect,
            skip_final_snapshot=not args.protect,
            final_snapshot_identifier=f"{args.cluster}-final" if args.protect else None,
            tags={"Name": args.cluster, **BACKED_UP},
            # RDS makes logs that are not there itself, and encrypts them with no key of the bank's.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, depends_on=self._logs()),
        )

    def _logs(self) -> list[cloudwatch.LogGroup]:
        kept = pulumi.ResourceOptions(parent=self, protect=self._args.protect)
        return [
            cloudwatch.LogGroup(
                f"{self._name}-{log}-logs",
                # RDS's name for it.
                name=f"/aws/rds/cluster/{self._args.cluster}/{log}",
                # PCI DSS 4.0.1, 10.5.1: twelve months.
                retention_in_days=365,
                kms_key_id=self._args.logs_key_arn,
                opts=kept,
            )
            for log in LOGS
        ]


def _arn_of_the_only(secrets: Sequence[ClusterMasterUserSecret]) -> str:
    (secret,) = secrets
    return secret.secret_arn or ""


def _point_in_time(origin: FromCluster) -> rds.ClusterRestoreToPointInTimeArgsDict:
    source: rds.ClusterRestoreToPointInTimeArgsDict = {
        "source_cluster_identifier": origin.cluster,
        # A copy of its own, which the fate of the other does not touch.
        "restore_type": "full-copy",
    }
    if origin.at is None:
        return {**source, "use_latest_restorable_time": True}
    return {**source, "restore_to_time": f"{origin.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
