"""Alarms on a PostgreSQL cluster: CloudWatch's on RDS's metrics, and RDS's own events.

Each alarm is about the cluster as a whole and looks at its worst instance, so instances may come
and go. Thresholds of memory and connections follow the instance class.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch, rds

from components._postgres_sizes import memory_bytes, most_connections

_MINUTE = timedelta(minutes=1)
_GIB = 1024**3

_EVENTS: Mapping[str, Sequence[str]] = {
    "db-cluster": ("deletion", "failover", "failure", "maintenance"),
    "db-instance": ("availability", "deletion", "failure", "low storage", "recovery"),
}
"""By kind of source, the categories of events that somebody has to know of (Aurora user guide,
event categories). What an update of ours does, such as a creation, is not among them."""


@dataclass(frozen=True, kw_only=True)
class PostgresAlarmsArgs:
    """What the alarms on a cluster are made of.

    Args:
        cluster: The cluster's identifier, known once it is there.
        instances: The instances' identifiers, likewise.
        instance_class: The instances' class.
        topic_arn: Where alarms go.
    """

    cluster: pulumi.Input[str]
    instances: Sequence[pulumi.Input[str]]
    instance_class: str
    topic_arn: pulumi.Input[str]


class PostgresAlarms(pulumi.ComponentResource):
    """Whether a cluster is there, has room to work in, and copies to its readers in time."""

    def __init__(
        self, name: str, args: PostgresAlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:PostgresAlarms", name, {}, opts)
        self._name = name
        self._args = args
        self._alarm(
            "cpu",
            "Processors are busy for a quarter of an hour, or the cluster tells nothing",
            metric="CPUUtilization",
            above=80,
            lasting=15 * _MINUTE,
            # A database that measures nothing is down.
            missing="breaching",
        )
        self._alarm(
            "memory",
            "Less than a tenth of the memory is free: the next large query may end an instance",
            metric="FreeableMemory",
            below=memory_bytes(args.instance_class) // 10,
            lasting=15 * _MINUTE,
        )
        self._alarm(
            "connections",
            "Four fifths of the connections are in use; with none left nobody gets in",
            metric="DatabaseConnections",
            above=most_connections(args.instance_class) * 4 // 5,
            lasting=5 * _MINUTE,
        )
        self._alarm(
            "local-storage",
            "The disk for sorting and logs is filling up; a full one restarts the instance",
            metric="FreeLocalStorage",
            below=5 * _GIB,
            lasting=5 * _MINUTE,
        )
        self._alarm(
            "deadlocks",
            "Transactions wait for each other, so the database ends one of them",
            metric="Deadlocks",
            above=0,
            lasting=5 * _MINUTE,
        )
        if len(args.instances) > 1:
            # Aurora user guide, replication: usually much less than 100 ms.
            self._alarm(
                "replica-lag",
                "A reader is more than two seconds behind the writer",
                metric="AuroraReplicaLagMaximum",
                above=2000,
                lasting=5 * _MINUTE,
            )
        for kind, sources in (("db-cluster", [args.cluster]), ("db-instance", args.instances)):
            rds.EventSubscription(
                f"{name}-{kind}-events",
                name=f"{name}-{kind}",
                sns_topic=args.topic_arn,
                source_type=kind,
                source_ids=sources,
                event_categories=_EVENTS[kind],
                enabled=True,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})

    def _alarm(  # noqa: PLR0913 - one for each thing that an alarm says
        self,
        label: str,
        description: str,
        *,
        metric: str,
        lasting: timedelta,
        above: float | None = None,
        below: float | None = None,
        missing: str = "notBreaching",
    ) -> None:
        cloudwatch.MetricAlarm(
            f"{self._name}-{label}",
            name=f"{self._name}-{label}",
            alarm_description=description,
            namespace="AWS/RDS",
            metric_name=metric,
            dimensions={"DBClusterIdentifier": self._args.cluster},
            statistic="Maximum" if below is None else "Minimum",
            period=_MINUTE // timedelta(seconds=1),
            evaluation_periods=lasting // _MINUTE,
            comparison_operator="GreaterThanThreshold" if below is None else "LessThanThreshold",
            threshold=above if below is None else below,
            treat_missing_data=missing,
            alarm_actions=[self._args.topic_arn],
            ok_actions=[self._args.topic_arn],
            opts=pulumi.ResourceOptions(parent=self),
        )
