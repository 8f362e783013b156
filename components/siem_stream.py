"""A stream of one source to the SIEM: its own, so that no source drowns or hides another.

Owns what is sent how, what becomes of what the SIEM does not take, and the alarms. Leaves out how
records get into it, unless it reads them by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, kinesis

from components._firehose import from_topic, telling
from components.kafka import KafkaCluster
from components.kafka_topic import KafkaTopic
from components.service_role import ServiceRole
from components.siem_alarms import SiemAlarms, SiemAlarmsArgs
from components.siem_feed import FAILED, NAME, SiemFeed

WAIT = timedelta(minutes=1)
"""How long records are gathered before they are sent."""
_RETRIED = timedelta(hours=2)
"""How long a delivery is tried again; Firehose tries no longer."""


@dataclass(frozen=True, kw_only=True)
class ReadTopic:
    """A topic that a stream reads by itself.

    Args:
        cluster: The Kafka cluster.
        topic: The topic.
    """

    cluster: KafkaCluster
    topic: KafkaTopic


@dataclass(frozen=True, kw_only=True)
class SiemStreamArgs:
    """What a stream is made of.

    Args:
        feed: The way to the SIEM.
        source: What is told, in a word.
        role: The role that sends, and reads the topic.
        reads: The topic that it reads; without one, others put records into it.
        quiet: How long nothing may be told before somebody looks why.
    """

    feed: SiemFeed
    source: str
    role: ServiceRole
    reads: ReadTopic | None = None
    quiet: timedelta


class SiemStream(pulumi.ComponentResource):
    """A stream, and alarms on one that fails, is late or has nothing to send."""

    stream: str
    """The stream's name."""
    arn: pulumi.Output[str]
    """Its ARN."""

    def __init__(
        self, name: str, args: SiemStreamArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:SiemStream", name, {}, opts)
        feed, reads = args.feed.args, args.reads
        own = pulumi.ResourceOptions(parent=self)
        self.stream = f"{NAME}-{args.source}"
        told = cloudwatch.LogStream(
            f"{name}-told", name=args.source, log_group_name=args.feed.log_group, opts=own
        )
        options = telling(args.feed.log_group, told.name)
        source: Any = reads and from_topic(reads.cluster.arn, reads.topic.topic, args.role.arn)
        http: Any = self._http(args, options)
        stream = kinesis.FirehoseDeliveryStream(
            f"{name}-stream",
            name=self.stream,
            destination="http_endpoint",
            msk_source_configuration=source,
            # What is read from a topic waits there, and is encrypted there.
            server_side_encryption=None
            if reads
            else {"enabled": True, "key_type": "CUSTOMER_MANAGED_CMK", "key_arn": feed.key_arn},
            http_endpoint_configuration=http,
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=feed.protect,
                # When the stream is made the topic has to be there, and what the role may do is
                # tried. Its name is not the topic's output: a topic made anew is the same source.
                depends_on=[args.role, *([reads.topic] if reads else [])],
            ),
        )
        SiemAlarms(
            f"{name}-alarms",
            SiemAlarmsArgs(
                source=args.source,
                stream=stream.name,
                # Firehose developer guide, metrics: what is read by itself is counted apart.
                arrivals="DataReadFromSource.Records" if reads else "IncomingRecords",
                quiet=args.quiet,
                topic_arn=feed.alarms_topic_arn,
            ),
            opts=own,
        )
        self.arn = stream.arn
        self.register_outputs({"stream": self.stream, "arn": self.arn})

    @staticmethod
    def _http(args: SiemStreamArgs, options: Mapping[str, Any]) -> dict[str, Any]:
        """Where it leads, and where that is kept which it can't deliver there."""
        feed, folder = args.feed.args, f"{FAILED}/{args.source}"
        return {
            "url": feed.endpoint,
            "name": NAME,
            "role_arn": args.role.arn,
            "secrets_manager_configuration": {
                "enabled": True,
                "secret_arn": args.feed.secret_arn,
                "role_arn": args.role.arn,
            },
            "buffering_interval": WAIT // timedelta(seconds=1),
            "buffering_size": 5,
            "retry_duration": _RETRIED // timedelta(seconds=1),
            # Who tells it is known by the stream's ARN, which every request has in its head.
            "request_configuration": {"content_encoding": "GZIP"},
            "cloudwatch_logging_options": options,
            "s3_backup_mode": "FailedDataOnly",
            "s3_configuration": {
                "bucket_arn": pulumi.Output.concat("arn:aws:s3:::", feed.bucket),
                "role_arn": args.role.arn,
                "kms_key_arn": feed.key_arn,
                "prefix": f"{folder}/!{{timestamp:yyyy/MM/dd}}/",
                "error_output_prefix": (
                    f"{folder}/!{{firehose:error-output-type}}/!{{timestamp:yyyy/MM/dd}}/"
                ),
                "buffering_interval": 300,
                "buffering_size": 5,
                "compression_format": "GZIP",
                "cloudwatch_logging_options": options,
            },
        }
