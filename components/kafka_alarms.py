"""Alarms on a Kafka cluster: CloudWatch's, on the metrics that MSK gives.

Where a cluster or a broker tells nothing, that is alarming too: missing data is a breach. Leaves
out consumers: see ``kafka_client``.
"""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch

MINUTE = timedelta(minutes=1)
"""How often MSK gives a value."""


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """What is alarming, and how long it has to last."""

    label: str
    description: str
    metric: str
    comparison: str
    threshold: int
    lasting: timedelta


_OF_CLUSTER = (
    _Rule(
        label="offline-partitions",
        description="Partitions have no leader: nobody reads or writes them",
        metric="OfflinePartitionsCount",
        comparison="GreaterThanThreshold",
        threshold=0,
        # When a broker is patched, another one leads within seconds.
        lasting=3 * MINUTE,
    ),
    _Rule(
        label="no-controller",
        description="No controller is active: no leader can be chosen, no topic changed",
        metric="ActiveControllerCount",
        comparison="LessThanThreshold",
        # Amazon MSK developer guide, metrics: at any time one is active.
        threshold=1,
        lasting=3 * MINUTE,
    ),
)
_OF_BROKER = (
    _Rule(
        label="under-replicated",
        description="The broker leads partitions that lack a copy",
        metric="UnderReplicatedPartitions",
        comparison="GreaterThanThreshold",
        threshold=0,
        # A broker that was patched or replaced catches up within minutes.
        lasting=15 * MINUTE,
    ),
    _Rule(
        label="disk",
        description="The broker's disk is filling up; a full one stops it",
        metric="KafkaDataLogsDiskUsed",
        comparison="GreaterThanOrEqualToThreshold",
        # Per cent. Amazon MSK developer guide, best practices. Where disks grow by themselves they
        # do so before: this tells that they do no more.
        threshold=85,
        lasting=5 * MINUTE,
    ),
)


@dataclass(frozen=True, kw_only=True)
class KafkaAlarmsArgs:
    """What the alarms on a cluster are made of.

    Args:
        cluster_name: The cluster, known once it is there: before, its silence would be alarming.
        brokers: How many it has; MSK numbers them from 1.
        topic_arn: Where alarms go.
    """

    cluster_name: pulumi.Input[str]
    brokers: int
    topic_arn: pulumi.Input[str]


class KafkaAlarms(pulumi.ComponentResource):
    """Whether partitions have leaders and copies, disks have room, and there is a controller."""

    def __init__(
        self, name: str, args: KafkaAlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:KafkaAlarms", name, {}, opts)
        of_cluster: dict[str, pulumi.Input[str]] = {"Cluster Name": args.cluster_name}
        alarming = [(f"{name}-{rule.label}", rule, of_cluster) for rule in _OF_CLUSTER] + [
            (f"{name}-broker{number}-{rule.label}", rule, {**of_cluster, "Broker ID": str(number)})
            for number in range(1, args.brokers + 1)
            for rule in _OF_BROKER
        ]
        for label, rule, dimensions in alarming:
            cloudwatch.MetricAlarm(
                label,
                name=label,
                alarm_description=rule.description,
                namespace="AWS/Kafka",
                metric_name=rule.metric,
                dimensions=dimensions,
                statistic="Maximum",
                period=MINUTE // timedelta(seconds=1),
                evaluation_periods=rule.lasting // MINUTE,
                comparison_operator=rule.comparison,
                threshold=rule.threshold,
                treat_missing_data="breaching",
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
