"""What the bank's SIEM is told: which sources there are, and how long each may say nothing.

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
from components.vault_audit_log import VaultAuditLog, VaultAuditLogArgs
from domains import DataClass
from foundation import Foundation
from settings import Settings
from tags import tagged

_TRAIL = timedelta(hours=1)
"""AWS's own services act in the account's name all the time."""
_CONTROL_PLANE = timedelta(minutes=15)
"""Every node and controller renews its lease within seconds, and the audit log has it."""
_VAULT = timedelta(hours=2)
"""Each workload logs in anew within an hour, the longest that a token may live."""
_OPERATIONS = timedelta(days=3)
"""People rest from Friday evening to Monday morning, and on one day more."""


@dataclass(frozen=True, kw_only=True)
class Siem:
    """The way to the SIEM, and what leads there so far.

    Args:
        feed: What all sources share.
        told: Of each source what it is and how quiet it may be, by its name.
    """

    feed: SiemFeed
    told: Mapping[str, Mapping[str, Any]]

    def with_source(self, source: str, quiet: timedelta, **what: pulumi.Input[str]) -> "Siem":
        """One source more."""
        told = {
            "stream": f"{NAME}-{source}",
            "quietSeconds": quiet // timedelta(seconds=1),
            **what,
        }
        return Siem(feed=self.feed, told={**self.told, source: told})


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
    return _exported(
        _log(Siem(feed=feed, told={}), "trail", ground.trail_log, quiet=_TRAIL, opts=opts)
    )


def tell_platform(siem: Siem, cluster: KubernetesCluster, opts: pulumi.ResourceOptions) -> Siem:
    """Tells what is asked of the cluster, and of Vault."""
    opts = tagged(opts, data_class=DataClass.LOGS)
    feed = siem.feed.args
    vault = VaultAuditLog(
        "vault-audit",
        VaultAuditLogArgs(key_arn=feed.key_arn, protect=feed.protect),
        opts=opts,
    )
    siem = _log(siem, "control-plane", cluster.log_group, quiet=_CONTROL_PLANE, opts=opts)
    return _exported(_log(siem, "vault", vault.log_group, quiet=_VAULT, opts=opts))


def tell_topics(
    siem: Siem, kafka: KafkaCluster, topics: Sequence[KafkaTopic], opts: pulumi.ResourceOptions
) -> Siem:
    """Tells what these topics do, each under its name without the bank's own."""
    sources = {topic.topic.removeprefix("corebank."): topic for topic in topics}
    SiemTopics(
        "siem-topics",
        SiemTopicsArgs(feed=siem.feed, cluster=kafka, topics=sources, quiet=_OPERATIONS),
        opts=tagged(opts, data_class=DataClass.LOGS),
    )
    for source, topic in sources.items():
        siem = siem.with_source(source, _OPERATIONS, topic=topic.topic)
    return _exported(siem)


def _log(
    siem: Siem,
    source: str,
    log_group: pulumi.Output[str],
    *,
    quiet: timedelta,
    opts: pulumi.ResourceOptions,
) -> Siem:
    SiemLog(
        f"siem-{source}",
        SiemLogArgs(feed=siem.feed, source=source, log_group=log_group, quiet=quiet),
        opts=opts,
    )
    return siem.with_source(source, quiet, logGroup=log_group)


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
