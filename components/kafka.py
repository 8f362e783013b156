"""Kafka on MSK: the cluster and its schema registry, its alarms, and how its disks grow.

Clients log in with IAM and nothing else. Owns the cluster's log group, configuration, policy and
security group. Leaves out who reads and writes: that is granted where a client is declared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import appautoscaling, cloudwatch, ec2, glue, msk

from components._broker_properties import broker_properties
from components._kafka_grants import cluster_policy, consume, produce, schemas
from components._policy import Statement
from components.kafka_alarms import KafkaAlarms, KafkaAlarmsArgs

IAM_PORT = 9098
"""Where MSK's brokers take TLS connections that log in with IAM."""

VOLUME = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
"""The path of the disks' size in a cluster's properties."""


@dataclass(frozen=True, kw_only=True)
class KafkaClusterArgs:
    """What a cluster is made of.

    Args:
        account: The only account whose identities may use it: 12 digits.
        key_arn: The key that encrypts records.
        logs_key_arn: The key that encrypts the brokers' log.
        vpc_id: The network's VPC.
        subnet_ids: One subnet for each zone.
        client_networks: Where clients connect from, by a name that stays with the network.
        version: MSK's name of the Kafka version.
        instance_type: The brokers' size.
        brokers: How many, over all zones; a multiple of the zones.
        volume_gib: Each broker's disk, in GiB; where it grows, the least it is.
        grows_to_gib: Where a disk stops growing by itself, in GiB; with ``volume_gib`` it does not.
        replication: Copies of each record.
        min_insync_replicas: Copies written before a producer is answered.
        retention: How long a topic keeps a record.
        alarms_topic_arn: Where alarms go.
        protect: Whether everything that holds records or schemas is protected from deletion.
    """

    account: str
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_networks: dict[str, IPv4Network]
    version: str
    instance_type: str
    brokers: int
    volume_gib: int
    grows_to_gib: int
    replication: int
    min_insync_replicas: int
    retention: timedelta
    alarms_topic_arn: pulumi.Input[str]
    protect: bool


@dataclass(frozen=True)
class KafkaGrants:
    """What a client of one cluster may be granted, as statements for its role's policy.

    Args:
        cluster_arn: The cluster's ARN.
        registry_arn: Its schema registry's.
    """

    cluster_arn: pulumi.Output[str]
    registry_arn: pulumi.Output[str]

    def produce(self, topic: str) -> pulumi.Output[list[Statement]]:
        """Writing to this topic."""
        return self.cluster_arn.apply(lambda arn: produce(arn, topic))

    def consume(self, topic: str, group: str) -> pulumi.Output[list[Statement]]:
        """Reading this topic as a member of this consumer group."""
        return self.cluster_arn.apply(lambda arn: consume(arn, topic, group))

    def schemas(
        self, *, produces: Sequence[str], consumes: Sequence[str]
    ) -> pulumi.Output[Sequence[Statement]]:
        """Looking up the schemas of what it writes, and reading those of what it reads."""
        return self.registry_arn.apply(
            lambda arn: schemas(arn, produces=produces, consumes=consumes)
        )


class KafkaCluster(pulumi.ComponentResource):
    """An MSK cluster that encrypts everything and knows its clients, with a schema registry."""

    arn: pulumi.Output[str]
    """The cluster's ARN."""
    cluster_name: pulumi.Output[str]
    """The cluster's name, known once it is there."""
    bootstrap: pulumi.Output[str]
    """Where clients that log in with IAM start: ``host:port,…``."""
    registry_arn: pulumi.Output[str]
    """The schema registry's ARN."""
    registry: pulumi.Output[str]
    """The schema registry's name."""

    def __init__(
        self, name: str, args: KafkaClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:KafkaCluster", name, {}, opts)
        self.args = args
        own = pulumi.ResourceOptions(parent=self)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)

        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/msk/{name}",
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.logs_key_arn,
            opts=kept,
        )
        configuration = msk.Configuration(
            f"{name}-configuration",
            # No version in its name: the cluster keeps it through an upgrade.
            name=name,
            server_properties=broker_properties(
                replication=args.replication,
                min_insync_replicas=args.min_insync_replicas,
                retention_hours=args.retention // timedelta(hours=1),
            ),
            opts=own,
        )
        group = ec2.SecurityGroup(
            f"{name}-brokers",
            name=f"{name}-brokers",
            description=f"Brokers of the Kafka cluster {name}",
            vpc_id=args.vpc_id,
            ingress=[
                {
                    "description": f"Clients in {network}, with TLS and IAM",
                    "protocol": "tcp",
                    "from_port": IAM_PORT,
                    "to_port": IAM_PORT,
                    "cidr_blocks": [str(cidr)],
                }
                for network, cidr in args.client_networks.items()
            ],
            egress=[],
            tags={"Name": f"{name}-brokers"},
            opts=own,
        )
        grows = args.grows_to_gib > args.volume_gib
        cluster = msk.Cluster(
            f"{name}-cluster",
            cluster_name=name,
            kafka_version=args.version,
            number_of_broker_nodes=args.brokers,
            broker_node_group_info={
                "instance_type": args.instance_type,
                "client_subnets": args.subnet_ids,
                "security_groups": [group.id],
                "storage_info": {"ebs_storage_info": {"volume_size": args.volume_gib}},
                "connectivity_info": {
                    "public_access": {"type": "DISABLED"},
                    # By which Firehose comes to a topic that is archived.
                    "vpc_connectivity": {"client_authentication": {"sasl": {"iam": True}}},
                },
            },
            client_authentication={"sasl": {"iam": True}, "unauthenticated": False},
            encryption_info={
                "encryption_at_rest_kms_key_arn": args.key_arn,
                "encryption_in_transit": {"client_broker": "TLS", "in_cluster": True},
            },
            configuration_info={
                "arn": configuration.arn,
                "revision": configuration.latest_revision,
            },
            enhanced_monitoring="PER_TOPIC_PER_BROKER",
            open_monitoring={
                "prometheus": {
                    "jmx_exporter": {"enabled_in_broker": True},
                    "node_exporter": {"enabled_in_broker": True},
                }
            },
            logging_info={
                "broker_logs": {"cloudwatch_logs": {"enabled": True, "log_group": logs.name}}
            },
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect,
                # What has grown by itself would be shrunk again, which MSK refuses.
                ignore_changes=[VOLUME] if grows else None,
            ),
        )
        if grows:
            self._grow(name, cluster)
        msk.ClusterPolicy(
            f"{name}-policy",
            cluster_arn=cluster.arn,
            policy=cluster.arn.apply(lambda arn: cluster_policy(arn, account=args.account)),
            opts=own,
        )
        KafkaAlarms(
            f"{name}-alarms",
            KafkaAlarmsArgs(
                cluster_name=cluster.cluster_name,
                brokers=args.brokers,
                topic_arn=args.alarms_topic_arn,
            ),
            opts=own,
        )
        registry = glue.Registry(
            f"{name}-schemas",
            registry_name=name,
            description=f"Schemas of the topics of the Kafka cluster {name}",
            opts=kept,
        )
        self.arn = cluster.arn
        self.cluster_name = cluster.cluster_name
        self.bootstrap = cluster.bootstrap_brokers_sasl_iam
        self.registry_arn = registry.arn
        self.registry = registry.registry_name
        self.register_outputs(
            {
                "arn": self.arn,
                "clusterName": self.cluster_name,
                "bootstrap": self.bootstrap,
                "registry": self.registry,
                "registryArn": self.registry_arn,
            }
        )

    @property
    def grants(self) -> KafkaGrants:
        """What a client may be granted."""
        return KafkaGrants(self.arn, self.registry_arn)

    def _grow(self, name: str, cluster: msk.Cluster) -> None:
        """Has the disks grow by themselves, up to their limit; MSK never takes space away."""
        own = pulumi.ResourceOptions(parent=self)
        target = appautoscaling.Target(
            f"{name}-disks",
            service_namespace="kafka",
            scalable_dimension="kafka:broker-storage:VolumeSize",
            resource_id=cluster.arn,
            # More than the disks have makes them grow at once: the one way to do so by hand.
            min_capacity=self.args.volume_gib,
            max_capacity=self.args.grows_to_gib,
            opts=own,
        )
        appautoscaling.Policy(
            f"{name}-disks-policy",
            name=f"{name}-disks",
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration={
                "predefined_metric_specification": {
                    "predefined_metric_type": "KafkaBrokerStorageUtilization"
                },
                # Per cent. Amazon MSK developer guide, automatic scaling: 50 to 60.
                "target_value": 60,
                "disable_scale_in": True,
            },
            opts=own,
        )
