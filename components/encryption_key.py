"""A KMS key with its alias: rotated, slow to delete, and used by those it names only."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import kms

from components._key_policy import KeyUsers, key_policy


@dataclass(frozen=True, kw_only=True)
class EncryptionKeyArgs:
    """What a key is made of.

    Args:
        account: The AWS account, 12 digits, that administers the key.
        region: Where the key is; it never leaves.
        alias: The name people know it by, without the leading ``alias/``.
        description: What it encrypts.
        users: Who uses it.
        protect: Whether the key is protected from deletion.
    """

    account: str
    region: str
    alias: str
    description: str
    users: KeyUsers
    protect: bool


class EncryptionKey(pulumi.ComponentResource):
    """A key that changes its material every year and keeps the former."""

    arn: pulumi.Output[str]
    """The key's ARN."""

    def __init__(
        self, name: str, args: EncryptionKeyArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:EncryptionKey", name, {}, opts)
        key = kms.Key(
            f"{name}-key",
            region=args.region,
            description=args.description,
            enable_key_rotation=True,
            # The longest that KMS offers: time to notice and to cancel.
            deletion_window_in_days=30,
            policy=key_policy(account=args.account, region=args.region, users=args.users),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        kms.Alias(
            f"{name}-alias",
            region=args.region,
            name=f"alias/{args.alias}",
            target_key_id=key.id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = key.arn
        self.register_outputs({"arn": self.arn})
