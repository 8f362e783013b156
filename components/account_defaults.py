"""What holds for everything in the account that says nothing else: the safe default.

Owns switches that the account has once, or once per region. They are not stateful: taking one off
is refused by the organisation's policies, not by protection.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import ebs, iam, s3


@dataclass(frozen=True, kw_only=True)
class AccountDefaultsArgs:
    """What the defaults are.

    Args:
        region: Where the account is at home.
        second_region: Where its copies are.
        volume_key_arn: The key of volumes in ``region`` that name none.
        second_volume_key_arn: The same in ``second_region``.
    """

    region: str
    second_region: str
    volume_key_arn: pulumi.Input[str]
    second_volume_key_arn: pulumi.Input[str]


class AccountDefaults(pulumi.ComponentResource):
    """Encrypted volumes, no public bucket, passwords worth the name, and a role to look with."""

    config_role_arn: pulumi.Output[str]
    """ARN of the role by which AWS Config looks at everything, in every region."""

    def __init__(
        self, name: str, args: AccountDefaultsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:AccountDefaults", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        for label, region, key_arn in (
            ("volumes", args.region, args.volume_key_arn),
            ("second-volumes", args.second_region, args.second_volume_key_arn),
        ):
            ebs.EncryptionByDefault(f"{name}-{label}", region=region, enabled=True, opts=own)
            ebs.DefaultKmsKey(f"{name}-{label}-key", region=region, key_arn=key_arn, opts=own)
        s3.AccountPublicAccessBlock(
            f"{name}-public-access",
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=own,
        )
        # For users that are not to be (CIS AWS Foundations 5.0, 1.7 and 1.8; PCI DSS 4.0.1, 8.3).
        iam.AccountPasswordPolicy(
            f"{name}-passwords",
            minimum_password_length=14,
            password_reuse_prevention=24,
            max_password_age=90,
            require_lowercase_characters=True,
            require_numbers=True,
            require_symbols=True,
            require_uppercase_characters=True,
            allow_users_to_change_password=True,
            opts=own,
        )
        looks = iam.ServiceLinkedRole(
            f"{name}-config-role", aws_service_name="config.amazonaws.com", opts=own
        )
        self.config_role_arn = looks.arn
        self.register_outputs({"configRoleArn": self.config_role_arn})
