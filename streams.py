"""What a domain has on Kafka: its topics, one for what it can't work on, and the right to its own.

The platform's topics are made by the same words. What of all of them is kept is archived here.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import pulumi

from components.kafka import KafkaCluster
from components.kafka_client import KafkaClient, KafkaClientArgs
from components.kafka_topic import KafkaTopic, KafkaTopicArgs
from components.topic_archive import TopicArchive, TopicArchiveArgs
from domains import Catalogue, DataClass, Domain, Tier, Topic, dead_letter_schema, dead_letters
from foundation import Foundation
from settings import Settings
from tags import tagged

LAG = {
    Tier.CRITICAL: timedelta(minutes=5),
    Tier.CORE: timedelta(minutes=10),
    Tier.STANDARD: timedelta(minutes=50),
}
"""How far a domain may be behind on what it reads before somebody is told: about a quarter of what
its tier may be down in 30 days (21, 43 and 216 minutes), so that there is time to act."""


def declare_topics(
    topics: Iterable[Topic],
    catalogue: Catalogue,
    kafka: KafkaCluster,
    opts: pulumi.ResourceOptions,
) -> Mapping[str, KafkaTopic]:
    """Declares topics of the catalogue, by name."""
    return {
        # Without their owner's name: a topic stays when another domain takes it over.
        topic.name: _topic(topic, catalogue.topics[topic.name].schema, kafka, opts)
        for topic in topics
    }


def declare_dead_letters(
    domain: Domain, kafka: KafkaCluster, opts: pulumi.ResourceOptions
) -> Mapping[str, KafkaTopic]:
    """Declares the topic for what a domain can't work on; none where it reads nothing."""
    return {
        letters.name: _topic(letters, dead_letter_schema(), kafka, opts)
        for letters in dead_letters(domain)
    }


def writes_and_reads(domain: Domain) -> tuple[list[str], list[str]]:
    """The topics that a domain writes to, and those that it reads.

    Whoever puts dead letters takes them up again, and is behind as long as none does.
    """
    own = [letters.name for letters in dead_letters(domain)]
    return [*(topic.name for topic in domain.publishes), *own], [*domain.consumes, *own]


def declare_client(
    domain: Domain, kafka: KafkaCluster, opts: pulumi.ResourceOptions
) -> tuple[pulumi.Output[str], ...]:
    """Declares what a domain may do on its topics; none where it has no topic.

    Returns:
        The ARN of the policy that its role needs, or nothing.
    """
    produces, consumes = writes_and_reads(domain)
    if not (produces or consumes):
        return ()
    client = KafkaClient(
        f"{domain.name}-kafka",
        KafkaClientArgs(
            cluster=kafka,
            client=domain.name,
            produces=produces,
            consumes=consumes,
            lag=LAG[domain.tier],
        ),
        opts=opts,
    )
    return (client.policy_arn,)


def archive_topics(
    settings: Settings,
    ground: Foundation,
    kafka: KafkaCluster,
    topics: Sequence[KafkaTopic],
    opts: pulumi.ResourceOptions,
) -> None:
    """Declares the archive of what must outlive Kafka's retention."""
    TopicArchive(
        "topic-archive",
        TopicArchiveArgs(
            account=settings.account,
            region=settings.region,
            cluster=kafka,
            topics=topics,
            bucket=ground.landing,
            key_arn=ground.keys.arns[DataClass.LOGS],
            boundary=ground.boundary_arn,
            protect=settings.protect,
        ),
        opts=tagged(opts, data_class=DataClass.LOGS),
    )


def _topic(
    topic: Topic, schema: str, kafka: KafkaCluster, opts: pulumi.ResourceOptions
) -> KafkaTopic:
    return KafkaTopic(
        topic.name,
        KafkaTopicArgs(
            cluster=kafka,
            topic=topic.name,
            partitions=topic.partitions,
            schema=schema,
            compatibility=topic.compatibility,
        ),
        opts=opts,
    )
