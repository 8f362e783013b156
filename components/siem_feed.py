"""The way to the bank's SIEM: what every source of it shares.

Owns the secret that people put the SIEM's access key into, so that no state has it, the role that
sends, the one by which CloudWatch hands over what a log group gets, and where failures are told.
Leaves out the sources: see ``siem_log`` and ``siem_topics``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, secretsmanager

from components._firehose import lands, opens
from components._policy import Statement
from components.service_role import ServiceRole, ServiceRoleArgs

NAME = "corebank-siem"
"""Begins the name of every stream and alarm."""
FEED_ROLE = "corebank-siem-feed"
"""The name, in IAM, of the role that sends what log groups get; the key's policy knows it."""
FAILED = "siem-failed"
"""The folder of what could not be delivered."""


@dataclass(frozen=True, kw_only=True)
class SiemFeedArgs:
    """Where the feed leads, and what falls beside it.

    Args:
        account: The account, 12 digits.
        region: Where all of it is.
        endpoint: The SIEM's URL, which Firehose reaches from outside: it has no way into a network.
        secret: Name of the secret with the access key, as JSON: ``{"api_key": "…"}``.
        bucket: Name of the bucket that takes what could not be delivered.
        key_arn: The key of that bucket, of the secret, and of what waits to be sent.
        boundary: ARN of the permissions boundary of its roles.
        alarms_topic_arn: Where alarms go.
        protect: Whether it is protected from deletion.
    """

    account: str
    region: str
    endpoint: str
    secret: str
    bucket: pulumi.Input[str]
    key_arn: pulumi.Input[str]
    boundary: pulumi.Input[str]
    alarms_topic_arn: pulumi.Input[str]
    protect: bool


class SiemFeed(pulumi.ComponentResource):
    """A secret for people to fill, and who sends."""

    secret_arn: pulumi.Output[str]
    """ARN of the secret with the access key."""
    log_group: pulumi.Output[str]
    """Name of the log group that tells of deliveries that fail."""

    def __init__(
        self, name: str, args: SiemFeedArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:SiemFeed", name, {}, opts)
        self.args = args
        own = pulumi.ResourceOptions(parent=self)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        secret = secretsmanager.Secret(
            f"{name}-access-key",
            name=args.secret,
            description="Opens the SIEM; people put it here",
            kms_key_id=args.key_arn,
            # In days: a trial environment can be taken down and made again under the same name.
            recovery_window_in_days=30 if args.protect else 0,
            opts=kept,
        )
        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/firehose/{NAME}",
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.key_arn,
            opts=kept,
        )
        self._logs_arn = logs.arn
        self.secret_arn, self.log_group = secret.arn, logs.name
        self._sender = ServiceRole(
            f"{name}-sending",
            ServiceRoleArgs(
                role=FEED_ROLE,
                service="firehose.amazonaws.com",
                account=args.account,
                statements=self.sends(),
                boundary=args.boundary,
            ),
            opts=own,
        )
        streams = f"arn:aws:firehose:{args.region}:{args.account}:deliverystream/{NAME}-*"
        self._subscriber = ServiceRole(
            f"{name}-subscribing",
            ServiceRoleArgs(
                role="corebank-siem-subscription",
                service="logs.amazonaws.com",
                account=args.account,
                # CloudWatch Logs user guide, subscription filters with Firehose.
                statements=[
                    {
                        "Effect": "Allow",
                        "Action": ["firehose:PutRecord", "firehose:PutRecordBatch"],
                        "Resource": streams,
                    }
                ],
                boundary=args.boundary,
            ),
            opts=own,
        )
        self.register_outputs({"secretArn": self.secret_arn, "logGroup": self.log_group})

    @property
    def sender(self) -> ServiceRole:
        """The role that sends what log groups get."""
        return self._sender

    @property
    def subscriber(self) -> ServiceRole:
        """The role by which CloudWatch hands over what a log group gets."""
        return self._subscriber

    def sends(self) -> pulumi.Output[Sequence[Statement]]:
        """What whoever sends may do: open the SIEM, and put down what it did not take."""
        account, region = self.args.account, self.args.region

        def known(texts: Sequence[str]) -> Sequence[Statement]:
            bucket, logs_arn, secret_arn = texts
            return [
                *lands(bucket, FAILED, logs_arn=logs_arn, account=account, region=region),
                *opens(secret_arn, account=account, region=region),
            ]

        return pulumi.Output.all(self.args.bucket, self._logs_arn, self.secret_arn).apply(known)
