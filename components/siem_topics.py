"""Kafka topics as sources of the SIEM: what they still have, and what comes.

Owns the role that reads them. A record is told as it is on the topic: its value alone, with the
head by which the schema registry knows its schema.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi

from components._kafka_grants import archive
from components._policy import Statement
from components.kafka import KafkaCluster
from components.kafka_topic import KafkaTopic
from components.service_role import ServiceRole, ServiceRoleArgs
from components.siem_feed import SiemFeed
from components.siem_stream import ReadTopic, SiemStream, SiemStreamArgs

TOPIC_ROLE = "corebank-siem-topics"
"""The name, in IAM, of the role that reads and sends; the key's policy knows it by that."""


@dataclass(frozen=True, kw_only=True)
class SiemTopicsArgs:
    """What is told.

    Args:
        feed: The way to the SIEM.
        cluster: The Kafka cluster; it lets Firehose connect.
        topics: Topics by what each is as a source, in a word.
        quiet: How long a topic may have nothing new before somebody looks why.
    """

    feed: SiemFeed
    cluster: KafkaCluster
    topics: Mapping[str, KafkaTopic]
    quiet: timedelta


class SiemTopics(pulumi.ComponentResource):
    """A stream from each topic."""

    def __init__(
        self, name: str, args: SiemTopicsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:SiemTopics", name, {}, opts)
        feed = args.feed.args
        topics = [topic.topic for topic in args.topics.values()]

        def known(both: Sequence[Any]) -> Sequence[Statement]:
            cluster_arn, sends = both
            return [*archive(cluster_arn, topics), *sends]

        role = ServiceRole(
            f"{name}-reading",
            ServiceRoleArgs(
                role=TOPIC_ROLE,
                service="firehose.amazonaws.com",
                account=feed.account,
                statements=pulumi.Output.all(args.cluster.arn, args.feed.sends()).apply(known),
                boundary=feed.boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        for source, topic in args.topics.items():
            SiemStream(
                f"{name}-{source}",
                SiemStreamArgs(
                    feed=args.feed,
                    source=source,
                    role=role,
                    reads=ReadTopic(cluster=args.cluster, topic=topic),
                    quiet=args.quiet,
                ),
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
