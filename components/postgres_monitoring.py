"""What databases tell of their machines: enhanced monitoring's role, and the log it goes to.

One for the whole account: RDS writes to a group of a name that it chose.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components.service_role import ServiceRole, ServiceRoleArgs


@dataclass(frozen=True, kw_only=True)
class PostgresMonitoringArgs:
    """What monitoring is made of.

    Args:
        account: The account: 12 digits.
        logs_key_arn: The key that encrypts the log.
        boundary: ARN of the permissions boundary of the role.
        protect: Whether the log is protected from deletion.
    """

    account: str
    logs_key_arn: pulumi.Input[str]
    boundary: pulumi.Input[str]
    protect: bool


class PostgresMonitoring(pulumi.ComponentResource):
    """The role with which RDS writes what an instance's operating system measures."""

    role_arn: pulumi.Output[str]
    """The role's ARN, known once there is a log that is encrypted and kept."""

    def __init__(
        self, name: str, args: PostgresMonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:PostgresMonitoring", name, {}, opts)
        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            # RDS's name. Made by RDS itself it is encrypted with no key of the bank's.
            name="RDSOSMetrics",
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.logs_key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role="corebank-database-monitoring",
                service="monitoring.rds.amazonaws.com",
                account=args.account,
                managed_policies=(
                    "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
                ),
                boundary=args.boundary,
            ),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs]),
        )
        self.role_arn = role.arn
        self.register_outputs({"roleArn": self.role_arn})
