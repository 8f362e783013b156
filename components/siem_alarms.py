"""Alarms on one stream to the SIEM: CloudWatch's, on the metrics that Firehose gives.

A stream that has nothing to send is told of by one of them alone: the others say nothing where
nothing is sent.
"""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch

from components.siem_feed import NAME

_OFTEN = timedelta(minutes=5)
_LASTING = timedelta(minutes=15)
"""A SIEM that is started anew is back before that, and gets what it missed."""
_DAY = timedelta(days=1)
"""The longest period that CloudWatch looks at as one."""


@dataclass(frozen=True, kw_only=True)
class SiemAlarmsArgs:
    """What the alarms on a stream are made of.

    Args:
        source: What is told, in a word.
        stream: The stream's name, known once it is there: before, its silence would be alarming.
        arrivals: The metric that counts what comes into it.
        quiet: How long nothing may come: less than a day, or whole days, and a week at most.
        topic_arn: Where alarms go.
    """

    source: str
    stream: pulumi.Input[str]
    arrivals: str
    quiet: timedelta
    topic_arn: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """What is alarming, and how long it has to last."""

    label: str
    description: str
    metric: str
    statistic: str
    comparison: str
    threshold: float
    period: timedelta
    lasting: timedelta
    missing: str


class SiemAlarms(pulumi.ComponentResource):
    """Whether what is told arrives, in time, and whether anything is told at all."""

    def __init__(
        self, name: str, args: SiemAlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:SiemAlarms", name, {}, opts)
        for rule in _rules(args):
            cloudwatch.MetricAlarm(
                f"{name}-{rule.label}",
                name=f"{NAME}-{args.source}-{rule.label}",
                alarm_description=rule.description,
                namespace="AWS/Firehose",
                metric_name=rule.metric,
                dimensions={"DeliveryStreamName": args.stream},
                statistic=rule.statistic,
                period=rule.period // timedelta(seconds=1),
                evaluation_periods=rule.lasting // rule.period,
                comparison_operator=rule.comparison,
                threshold=rule.threshold,
                treat_missing_data=rule.missing,
                alarm_actions=[args.topic_arn],
                ok_actions=[args.topic_arn],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})


def _rules(args: SiemAlarmsArgs) -> tuple[_Rule, ...]:
    return (
        _Rule(
            label="failing",
            description=f"The SIEM does not take what {args.source} tells",
            metric="DeliveryToHttpEndpoint.Success",
            statistic="Average",
            comparison="LessThanThreshold",
            # The share of deliveries that it took.
            threshold=1,
            period=_OFTEN,
            lasting=_LASTING,
            missing="notBreaching",
        ),
        _Rule(
            label="late",
            description=f"The SIEM gets late what {args.source} tells",
            metric="DeliveryToHttpEndpoint.DataFreshness",
            statistic="Maximum",
            comparison="GreaterThanThreshold",
            threshold=_LASTING // timedelta(seconds=1),
            period=_OFTEN,
            lasting=_OFTEN,
            missing="notBreaching",
        ),
        _Rule(
            label="silent",
            description=f"{args.source} tells the SIEM nothing",
            metric=args.arrivals,
            statistic="Sum",
            comparison="LessThanThreshold",
            threshold=1,
            period=min(args.quiet, _DAY),
            lasting=args.quiet,
            # Where nothing comes, there is no metric either.
            missing="breaching",
        ),
    )
