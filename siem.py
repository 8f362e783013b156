"""What the bank's SIEM is told. Which sources there are is in ``siem_sources``.

Each layer of ``bank`` adds its own, so that the trail is told before there is anything of value,
and Vault's ceremony while it is held. What the feed consists of is told in ``components``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi

from components.kafka import KafkaCluster
from components.kafka_topic import KafkaTopic
from components.kubernetes_cluster import KubernetesCluster
from components.siem_feed import FAILED, NAME, SiemFeed, SiemFeedArgs
from components.siem_log import SiemLog, SiemLogArgs
from components.siem_topics import SiemTopics, SiemTopicsArgs
from components.vault_servers import VaultServers
from domains import DataClass
from foundation import Foundation
from settings import Settings
from siem_sources import CONTROL_PLANE, OPERATIONS, TRAIL, VAULT, Source, of_topics
from tags import tagged


@dataclass(frozen=True, kw_only=True)
class Siem:
    """The way to the SIEM, and what leads there so far.

    Args:
        feed: What all sources share.
        told: Of each source what it is and how quiet it may be, by its name.
    """

    feed: SiemFeed
    told: Mapping[str, Mapping[str, Any]]

    def with_source(self, source: Source, **what: pulumi.Input[str]) -> "Siem":
        """One source more."""
        told = {
            "stream": f"{NAME}-{source.name}",
            "quietSeconds": source.quiet // timedelta(seconds=1),
            **what,
        }
        return Siem(feed=self.feed, told={**self.told, source.name: told})


def open_siem(settings: Settings, ground: Foundation, opts: pulumi.ResourceOptions) -> Siem:
    """Declares the way, and tells every call to AWS's API."""
    opts = tagged(opts, data_class=DataClass.LOGS)
    feed = SiemFeed(
        "siem",
        SiemFeedArgs(
            account=settings.account,
            region=settings.region,
            endpoint=settings.siem.endpoint,
            secret=settings.siem.secret,
            bucket=ground.landing,
            key_arn=ground.keys.arns[DataClass.LOGS],
            boundary=ground.boundary_arn,
            alarms_topic_arn=ground.alarms_topic_arn,
            protect=settings.protect,
        ),
        opts=opts,
    )
    return _exported(_log(Siem(feed=feed, told={}), TRAIL, ground.trail_log, opts=opts))


def tell_platform(
    siem: Siem, cluster: KubernetesCluster, vault: VaultServers, opts: pulumi.ResourceOptions
) -> Siem:
    """Tells what is asked of the cluster, and of Vault."""
    opts = tagged(opts, data_class=DataClass.LOGS)
    siem = _log(siem, CONTROL_PLANE, cluster.log_group, opts=opts)
    return _exported(_log(siem, VAULT, vault.audit_log, opts=opts))


def tell_topics(
    siem: Siem, kafka: KafkaCluster, topics: Sequence[KafkaTopic], opts: pulumi.ResourceOptions
) -> Siem:
    """Tells what these topics do, each under its name without the bank's own."""
    sources = of_topics(topic.topic for topic in topics)
    SiemTopics(
        "siem-topics",
        SiemTopicsArgs(
            feed=siem.feed,
            cluster=kafka,
            topics={sources[topic.topic].name: topic for topic in topics},
            quiet=OPERATIONS,
        ),
        opts=tagged(opts, data_class=DataClass.LOGS),
    )
    for name, source in sources.items():
        siem = siem.with_source(source, topic=name)
    return _exported(siem)


def _log(
    siem: Siem,
    source: Source,
    log_group: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> Siem:
    SiemLog(
        f"siem-{source.name}",
        SiemLogArgs(feed=siem.feed, source=source.name, log_group=log_group, quiet=source.quiet),
        opts=opts,
    )
    return siem.with_source(source, logGroup=log_group)


def _exported(siem: Siem) -> Siem:
    """Tells what leads there so far; the last layer's word stands."""
    feed = siem.feed.args
    pulumi.export(
        "siem",
        {
            "region": feed.region,
            "endpoint": feed.endpoint,
            "secret": feed.secret,
            "bucket": feed.bucket,
            "folder": FAILED,
            "alarms": feed.alarms_topic_arn,
            "sources": siem.told,
        },
    )
    return siem
