"""The log group of Vault's audit: where what its servers write on their own disks is told outside.

Leaves out who ships it there: an agent beside each server that reads the audit device's file.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

LOG_GROUP = "/corebank/vault-audit"
"""Its name, by which the agent knows it."""


@dataclass(frozen=True, kw_only=True)
class VaultAuditLogArgs:
    """What the log group is made of.

    Args:
        key_arn: The key of logs.
        protect: Whether it is protected from deletion.
    """

    key_arn: pulumi.Input[str]
    protect: bool


class VaultAuditLog(pulumi.ComponentResource):
    """An encrypted log group that keeps a year."""

    log_group: pulumi.Output[str]
    """Its name, known once it is there."""
    arn: pulumi.Output[str]
    """Its ARN, for who ships."""

    def __init__(
        self, name: str, args: VaultAuditLogArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultAuditLog", name, {}, opts)
        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            name=LOG_GROUP,
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.log_group, self.arn = logs.name, logs.arn
        self.register_outputs({"logGroup": self.log_group, "arn": self.arn})
