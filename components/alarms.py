"""Where alarms go: an encrypted topic that AWS's own services may publish to, and a mailbox.

Owns the topic and who may publish. Leaves out what raises an alarm.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import sns

from components._policy import policy_document

PUBLISHERS = (
    "budgets.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "events.amazonaws.com",
    "events.rds.amazonaws.com",
)
"""Services that publish in the account's name; the topic's key has to let them in too."""


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """What the way of alarms is made of.

    Args:
        account: The account whose alarms they are: 12 digits.
        region: Where the topic is.
        key_arn: The key that encrypts what is published.
        email: Who is told; AWS asks them once whether they want to be.
    """

    account: str
    region: str
    key_arn: pulumi.Input[str]
    email: str


class Alarms(pulumi.ComponentResource):
    """A topic for alarms, with one mailbox behind it."""

    topic_arn: pulumi.Output[str]
    """The topic's ARN, known once its policy stands: whoever publishes is let in by that."""

    def __init__(
        self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Alarms", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        topic = sns.Topic(
            f"{name}-topic",
            region=args.region,
            name="corebank-alarms",
            kms_master_key_id=args.key_arn,
            opts=own,
        )
        arn = f"arn:aws:sns:{args.region}:{args.account}:corebank-alarms"
        policy = sns.TopicPolicy(
            f"{name}-policy",
            region=args.region,
            arn=topic.arn,
            policy=policy_document(
                [
                    {
                        "Sid": "ServicesPublish",
                        "Effect": "Allow",
                        "Principal": {"Service": list(PUBLISHERS)},
                        "Action": "sns:Publish",
                        "Resource": arn,
                        "Condition": {"StringEquals": {"aws:SourceAccount": args.account}},
                    },
                    {
                        "Sid": "RefusePlain",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "sns:Publish",
                        "Resource": arn,
                        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                    },
                ]
            ),
            opts=own,
        )
        sns.TopicSubscription(
            f"{name}-mailbox",
            region=args.region,
            topic=topic.arn,
            protocol="email",
            endpoint=args.email,
            opts=own,
        )
        self.topic_arn = policy.arn
        self.register_outputs({"topicArn": self.topic_arn})
