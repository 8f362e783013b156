"""The archive of Kafka topics: what a topic tells is kept when the topic has forgotten it.

Firehose cannot write into a bucket with a lock, so it is given one that is copied into a locked
one. What lands there are the records' values, one after another and without their keys, each with
the head by which the schema registry knows its schema: Avro needs no sign between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, kinesis

from components._firehose import from_topic, lands, telling
from components._kafka_grants import archive
from components.kafka import KafkaCluster
from components.kafka_topic import KafkaTopic
from components.service_role import ServiceRole, ServiceRoleArgs

ARCHIVE_ROLE = "corebank-topic-archive"
"""The name, in IAM, of the role that reads and writes; the key's policy knows it by that."""
_NAME = "corebank-topic-archive"
_WAIT = timedelta(minutes=5)
_LATE = timedelta(minutes=15)
"""Firehose developer guide, alarms: no record may wait longer than it can be made to."""


@dataclass(frozen=True, kw_only=True)
class TopicArchiveArgs:
    """What is archived, and where to.

    Args:
        account: The account, 12 digits.
        region: Where all of it is.
        cluster: The Kafka cluster; it lets the archive connect.
        topics: What is archived.
        bucket: Name of the bucket that takes them.
        key_arn: The key of that bucket, and of what is told about deliveries that fail.
        boundary: ARN of the permissions boundary of the role that reads and writes.
        protect: Whether it is protected from deletion.
    """

    account: str
    region: str
    cluster: KafkaCluster
    topics: Sequence[KafkaTopic]
    bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    boundary: pulumi.Input[str]
    protect: bool


class TopicArchive(pulumi.ComponentResource):
    """A stream from each topic into a folder of its own, and an alarm on one that is behind."""

    def __init__(
        self, name: str, args: TopicArchiveArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:TopicArchive", name, {}, opts)
        self._name = name
        self._args = args
        own = pulumi.ResourceOptions(parent=self)
        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/firehose/{_NAME}",
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        role = ServiceRole(
            f"{name}-reading",
            ServiceRoleArgs(
                role=ARCHIVE_ROLE,
                service="firehose.amazonaws.com",
                account=args.account,
                statements=pulumi.Output.all(args.cluster.arn, args.bucket, logs.arn).apply(
                    lambda known: [
                        *archive(known[0], [each.topic for each in args.topics]),
                        *lands(
                            known[1],
                            "topics",
                            "topics-failed",
                            logs_arn=known[2],
                            account=args.account,
                            region=args.region,
                        ),
                    ]
                ),
                boundary=args.boundary,
            ),
            opts=own,
        )
        for topic in args.topics:
            self._alarm(topic.topic, self._stream(topic, logs, role))
        self.register_outputs({})

    def _stream(
        self, source: KafkaTopic, logs: cloudwatch.LogGroup, role: ServiceRole
    ) -> kinesis.FirehoseDeliveryStream:
        topic, args = source.topic, self._args
        name = f"{self._name}-{topic}"
        told = cloudwatch.LogStream(
            f"{name}-told",
            name=topic,
            log_group_name=logs.name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        reads: Any = from_topic(args.cluster.arn, topic, role.arn)
        lands: Any = {
            "bucket_arn": pulumi.Output.concat("arn:aws:s3:::", args.bucket),
            "role_arn": role.arn,
            "kms_key_arn": args.key_arn,
            "prefix": f"topics/{topic}/!{{timestamp:yyyy/MM/dd}}/",
            "error_output_prefix": f"topics-failed/{topic}/!{{firehose:error-output-type}}/",
            "buffering_interval": _WAIT // timedelta(seconds=1),
            "buffering_size": 64,
            "compression_format": "GZIP",
            "cloudwatch_logging_options": telling(logs.name, told.name),
        }
        return kinesis.FirehoseDeliveryStream(
            f"{name}-stream",
            name=_name(topic),
            destination="extended_s3",
            msk_source_configuration=reads,
            extended_s3_configuration=lands,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect,
                # When the stream is made the topic has to be there, and what the role may do is
                # tried. Its name is not the topic's output: a topic made anew is the same source.
                depends_on=[source, role],
            ),
        )

    def _alarm(self, topic: str, stream: kinesis.FirehoseDeliveryStream) -> None:
        alarms = [self._args.cluster.args.alarms_topic_arn]
        cloudwatch.MetricAlarm(
            f"{self._name}-{topic}-late",
            name=f"{_name(topic)}-late",
            alarm_description=f"What {topic} tells is not archived in time",
            namespace="AWS/Firehose",
            metric_name="DeliveryToS3.DataFreshness",
            dimensions={"DeliveryStreamName": stream.name},
            statistic="Maximum",
            period=_WAIT // timedelta(seconds=1),
            evaluation_periods=3,
            comparison_operator="GreaterThanThreshold",
            threshold=_LATE // timedelta(seconds=1),
            # A topic on which nothing is said has nothing to archive.
            treat_missing_data="notBreaching",
            alarm_actions=alarms,
            ok_actions=alarms,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _name(topic: str) -> str:
    # At most 64 characters, of which the bank's own prefix need not be two times there.
    return f"{_NAME}-{topic.removeprefix('corebank.')}"
