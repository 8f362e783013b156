"""A client of a Kafka cluster: what it may do there, and the alarm when it falls behind.

Makes no identity: the policy is put on whatever role the client runs as. A consumer group tells
nothing before its first member came, so for it missing data is in order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch, iam

from components._kafka_grants import granting
from components._policy import Statement
from components.kafka import KafkaCluster
from components.kafka_alarms import MINUTE


@dataclass(frozen=True, kw_only=True)
class KafkaClientArgs:
    """What a client is made of.

    Args:
        cluster: The cluster it connects to.
        client: Its name, and its consumer group's.
        produces: The topics it writes to.
        consumes: The topics it reads.
        lag: How far it may be behind on a topic, in MSK's estimate of the time it takes to catch
            up, before somebody is told.
    """

    cluster: KafkaCluster
    client: str
    produces: Sequence[str]
    consumes: Sequence[str]
    lag: timedelta


class KafkaClient(pulumi.ComponentResource):
    """The policy of one client, and an alarm for each topic it reads."""

    policy_arn: pulumi.Output[str]
    """ARN of the policy that its role needs."""

    def __init__(
        self, name: str, args: KafkaClientArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:KafkaClient", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        grants = args.cluster.grants
        statements: list[pulumi.Output[list[Statement]]] = [
            *(grants.produce(topic) for topic in args.produces),
            *(grants.consume(topic, args.client) for topic in args.consumes),
        ]
        cluster, alarms = args.cluster.cluster_name, [args.cluster.args.alarms_topic_arn]
        policy = iam.Policy(
            f"{name}-policy",
            name=pulumi.Output.concat(cluster, "-", args.client, "-kafka"),
            description=f"Topics that {args.client} writes and reads",
            policy=pulumi.Output.all(*statements).apply(
                lambda known: granting([statement for each in known for statement in each])
            ),
            opts=own,
        )
        for topic in args.consumes:
            cloudwatch.MetricAlarm(
                f"{name}-lag-{topic}",
                name=pulumi.Output.concat(cluster, "-", args.client, "-lag-", topic),
                alarm_description=f"{args.client} is behind on {topic}",
                namespace="AWS/Kafka",
                metric_name="EstimatedMaxTimeLag",
                dimensions={
                    "Cluster Name": cluster,
                    "Consumer Group": args.client,
                    "Topic": topic,
                },
                statistic="Maximum",
                period=MINUTE // timedelta(seconds=1),
                # While a group shares its topics out anew, nobody reads.
                evaluation_periods=5,
                comparison_operator="GreaterThanThreshold",
                threshold=args.lag // timedelta(seconds=1),
                treat_missing_data="notBreaching",
                alarm_actions=alarms,
                ok_actions=alarms,
                opts=own,
            )
        self.policy_arn = policy.arn
        self.register_outputs({"policyArn": self.policy_arn})
