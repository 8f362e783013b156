"""Alarms on a Kafka cluster, and on consumers that fall behind: CloudWatch's on MSK's metrics.

Where a broker tells nothing, that is alarming too: missing data counts as a breach. A consumer
group tells nothing before its first member came, so there missing data is in order.
"""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch

MINUTE = timedelta(minutes=1)
"""How often MSK gives a value."""


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
        self._name = name
        self._args = args
        # Nobody reads or writes a partition without a leader. When a broker is patched, another
        # one leads within seconds.
        self._alarm(
            "offline-partitions",
            "Partitions have no leader",
            metric="OfflinePartitionsCount",
            comparison="GreaterThanThreshold",
            threshold=0,
            lasting=3 * MINUTE,
        )
        # Amazon MSK developer guide, metrics: at any time exactly one controller is active.
        self._alarm(
            "no-controller",
            "No controller is active: no leader can be chosen, no topic changed",
            metric="ActiveControllerCount",
            comparison="LessThanThreshold",
            threshold=1,
            lasting=3 * MINUTE,
        )
        for broker in range(1, args.brokers + 1):
            # A broker that is patched or replaced catches up within minutes.
            self._alarm(
                f"broker{broker}-under-replicated",
                f"Broker {broker} leads partitions that lack a copy",
                metric="UnderReplicatedPartitions",
                comparison="GreaterThanThreshold",
                threshold=0,
                lasting=15 * MINUTE,
                broker=broker,
            )
            # Amazon MSK developer guide, best practices: act at 85 %. Where disks grow by
            # themselves they do so before, so this tells that they do no more.
            self._alarm(
                f"broker{broker}-disk",
                f"The disk of broker {broker} is filling up; a full one stops it",
                metric="KafkaDataLogsDiskUsed",
                comparison="GreaterThanOrEqualToThreshold",
                threshold=85,
                lasting=5 * MINUTE,
                broker=broker,
            )
        self.register_outputs({})

    def _alarm(
        self,
        label: str,
        description: str,
        *,
        metric: str,
        comparison: str,
        threshold: float,
        lasting: timedelta,
        broker: int | None = None,
    ) -> None:
        of_broker = {} if broker is None else {"Broker ID": str(broker)}
        cloudwatch.MetricAlarm(
            f"{self._name}-{label}",
            name=f"{self._name}-{label}",
            alarm_description=description,
            namespace="AWS/Kafka",
            metric_name=metric,
            dimensions={"Cluster Name": self._args.cluster_name, **of_broker},
            statistic="Maximum",
            period=MINUTE // timedelta(seconds=1),
            evaluation_periods=lasting // MINUTE,
            comparison_operator=comparison,
            threshold=threshold,
            treat_missing_data="breaching",
            alarm_actions=[self._args.topic_arn],
            ok_actions=[self._args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
