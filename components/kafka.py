"""Kafka on MSK: the cluster, its schema registry, and topics that carry a schema.

Clients log in with IAM and nothing else. Owns the cluster's log group, configuration and security
group. Leaves out who may read and write: that is granted where a client is declared.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import cloudwatch, ec2, glue, msk

from components._broker_properties import broker_properties

IAM_PORT = 9098
"""Where MSK's brokers take TLS connections that log in with IAM."""


@dataclass(frozen=True, kw_only=True)
class KafkaClusterArgs:
    """What a cluster is made of.

    Args:
        key_arn: The key that encrypts records.
        logs_key_arn: The key that encrypts the brokers' log.
        vpc_id: The network's VPC.
        subnet_ids: One subnet for each zone.
        client_networks: Where clients connect from, by a name that stays with the network.
        version: MSK's name of the Kafka version.
        instance_type: The brokers' size.
        brokers: How many, over all zones; a multiple of the zones.
        volume_gib: Each broker's disk, in GiB.
        replication: Copies of each record.
        min_insync_replicas: Copies written before a producer is answered.
        retention: How long a topic keeps a record.
        protect: Whether everything that holds records or schemas is protected from deletion.
    """

    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_networks: dict[str, IPv4Network]
    version: str
    instance_type: str
    brokers: int
    volume_gib: int
    replication: int
    min_insync_replicas: int
    retention: timedelta
    protect: bool


class KafkaCluster(pulumi.ComponentResource):
    """An MSK cluster that encrypts everything and knows its clients, with a schema registry."""

    arn: pulumi.Output[str]
    """The cluster's ARN."""
    bootstrap: pulumi.Output[str]
    """Where clients that log in with IAM start: ``host:port,…``."""
    registry_arn: pulumi.Output[str]
    """The schema registry's ARN."""

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
                "connectivity_info": {"public_access": {"type": "DISABLED"}},
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
            opts=kept,
        )
        registry = glue.Registry(
            f"{name}-schemas",
            registry_name=name,
            description=f"Schemas of the topics of the Kafka cluster {name}",
            opts=kept,
        )
        self.arn = cluster.arn
        self.bootstrap = cluster.bootstrap_brokers_sasl_iam
        self.registry_arn = registry.arn
        self.register_outputs(
            {"arn": self.arn, "bootstrap": self.bootstrap, "registryArn": self.registry_arn}
        )


@dataclass(frozen=True, kw_only=True)
class KafkaTopicArgs:
    """What a topic is made of.

    Args:
        cluster: The cluster it lives on; replication and retention are the cluster's.
        topic: The topic's name.
        partitions: Can only grow: Kafka refuses fewer.
        schema: The Avro schema of its records, as JSON.
    """

    cluster: KafkaCluster
    topic: str
    partitions: int
    schema: str


class KafkaTopic(pulumi.ComponentResource):
    """A topic and the schema that every record on it follows, kept backward compatible."""

    topic: str
    """The topic's name."""
    arn: pulumi.Output[str]
    """The topic's ARN, for grants."""

    def __init__(
        self, name: str, args: KafkaTopicArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:KafkaTopic", name, {}, opts)
        cluster = args.cluster.args
        kept = pulumi.ResourceOptions(parent=self, protect=cluster.protect)
        topic = msk.Topic(
            f"{name}-topic",
            cluster_arn=args.cluster.arn,
            name=args.topic,
            partition_count=args.partitions,
            replication_factor=cluster.replication,
            configs=json.dumps(
                {
                    "cleanup.policy": "delete",
                    "min.insync.replicas": str(cluster.min_insync_replicas),
                    "retention.ms": str(cluster.retention // timedelta(milliseconds=1)),
                }
            ),
            opts=kept,
        )
        glue.Schema(
            f"{name}-schema",
            registry_arn=args.cluster.registry_arn,
            schema_name=args.topic,
            data_format="AVRO",
            compatibility="BACKWARD",
            schema_definition=args.schema,
            opts=kept,
        )
        self.topic = args.topic
        self.arn = topic.arn
        self.register_outputs({"topic": self.topic, "arn": self.arn})
