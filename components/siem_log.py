"""A log group as a source of the SIEM: whatever is written there is told, from then on.

Each record is what CloudWatch makes of a batch of events: JSON with the log group's name, packed
by gzip. Leaves out who writes.
"""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import cloudwatch

from components.siem_feed import SiemFeed
from components.siem_stream import SiemStream, SiemStreamArgs


@dataclass(frozen=True, kw_only=True)
class SiemLogArgs:
    """What is told.

    Args:
        feed: The way to the SIEM.
        source: What it is, in a word.
        log_group: Name of the log group.
        quiet: How long nothing may be written before somebody looks why.
    """

    feed: SiemFeed
    source: str
    log_group: pulumi.Input[str]
    quiet: timedelta


class SiemLog(pulumi.ComponentResource):
    """A stream, and a subscription of all that a log group gets."""

    stream: str
    """The stream's name."""

    def __init__(
        self, name: str, args: SiemLogArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:SiemLog", name, {}, opts)
        stream = SiemStream(
            name,
            SiemStreamArgs(
                feed=args.feed, source=args.source, role=args.feed.sender, quiet=args.quiet
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        cloudwatch.LogSubscriptionFilter(
            f"{name}-subscription",
            name=stream.stream,
            log_group=args.log_group,
            # All of it: what is left out here, nobody misses there.
            filter_pattern="",
            destination_arn=stream.arn,
            role_arn=args.feed.subscriber.arn,
            # CloudWatch tries the way when it is told of it.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.feed.subscriber]),
        )
        self.stream = stream.stream
        self.register_outputs({"stream": self.stream})
