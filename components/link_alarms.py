"""The alarm on a part of the link to the data centre: CloudWatch's, on a state that is below 1.

Traffic goes on by another way then, so nobody would notice until that fails too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch


@dataclass(frozen=True, kw_only=True)
class State:
    """What tells how a part of the link is.

    Args:
        namespace: The service's namespace in CloudWatch.
        metric: Its metric, which is 1 while all is well.
        dimensions: What of.
        description: What is so when it is less.
    """

    namespace: str
    metric: str
    dimensions: Mapping[str, pulumi.Input[str]]
    description: str


def alarm_when_down(
    name: str, state: State, *, topic_arn: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> None:
    """Declares it.

    Args:
        name: The alarm's name.
        state: What it is on.
        topic_arn: Where alarms go.
        opts: The resource's options.
    """
    cloudwatch.MetricAlarm(
        name,
        name=name,
        alarm_description=state.description,
        namespace=state.namespace,
        metric_name=state.metric,
        dimensions=dict(state.dimensions),
        statistic="Minimum",
        # Seconds: how often both services give a value.
        period=300,
        evaluation_periods=1,
        comparison_operator="LessThanThreshold",
        threshold=1,
        # What tells nothing is taken to be down.
        treat_missing_data="breaching",
        alarm_actions=[topic_arn],
        ok_actions=[topic_arn],
        opts=opts,
    )
