"""A topic on a Kafka cluster, with the schema of its records in the cluster's registry."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import glue, msk

from components.kafka import KafkaCluster


@dataclass(frozen=True, kw_only=True)
class KafkaTopicArgs:
    """What a topic is made of.

    Args:
        cluster: The cluster it lives on; replication and retention are the cluster's.
        topic: The topic's name.
        partitions: Can only grow: Kafka refuses fewer.
        schema: The Avro schema of its records, as JSON.
        compatibility: What the registry holds a new version of the schema to, in its own words,
            such as ``BACKWARD``.
    """

    cluster: KafkaCluster
    topic: str
    partitions: int
    schema: str
    compatibility: str


class KafkaTopic(pulumi.ComponentResource):
    """A topic and the schema that every record on it follows."""

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
            compatibility=args.compatibility,
            schema_definition=args.schema,
            opts=kept,
        )
        self.topic = args.topic
        self.arn = topic.arn
        self.register_outputs({"topic": self.topic, "arn": self.arn})
