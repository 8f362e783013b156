"""Backups that nobody deletes before their time, a copy elsewhere, and proof that they restore.

Owns vaults, locks, the plan, and the tests. What is backed up says so itself, by the tag
``backup=daily``.
"""

from dataclasses import dataclass
from datetime import timedelta

import pulumi
from pulumi_aws import backup

from components._policy import policy_document
from components.service_role import ServiceRole, ServiceRoleArgs

BACKUP_ROLE = "corebank-backup"
"""The name, in IAM, of the role that AWS Backup takes on; keys' policies know it by that."""
BACKED_UP = {"backup": "daily"}
"""The tag that puts a resource under the plan."""

_VAULT = "corebank"
_DAY = timedelta(days=1)
_AWS_POLICIES = "arn:aws:iam::aws:policy/service-role"
_TESTED = ("Aurora", "EBS")
"""Kinds of resources of which a backup is restored every week, as AWS Backup names them."""


@dataclass(frozen=True, kw_only=True)
class BackupsArgs:
    """What backups are made of.

    Args:
        account: The account: 12 digits.
        region: Where backups are made.
        second_region: Where each is copied to.
        key_arn: The key of evidence in ``region``.
        second_key_arn: The same in ``second_region``.
        kept_for: How long each is kept, in whole days; no shorter one can be made.
        boundary: ARN of the permissions boundary of the role.
        protect: Whether the vaults are protected from deletion.
    """

    account: str
    region: str
    second_region: str
    key_arn: pulumi.Input[str]
    second_key_arn: pulumi.Input[str]
    kept_for: timedelta
    boundary: pulumi.Input[str]
    protect: bool


class Backups(pulumi.ComponentResource):
    """Daily backups in a locked vault, copied to another, and restored every week to see."""

    vault_arn: pulumi.Output[str]
    """The first region's vault."""

    def __init__(
        self, name: str, args: BackupsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Backups", name, {}, opts)
        self._name = name
        self._args = args
        own = pulumi.ResourceOptions(parent=self)
        vault = self._vault("vault", args.region, args.key_arn)
        copies = self._vault("copies", args.second_region, args.second_key_arn)
        role = ServiceRole(
            f"{name}-role",
            ServiceRoleArgs(
                role=BACKUP_ROLE,
                service="backup.amazonaws.com",
                account=args.account,
                # AWS's own, which follow what it learns to back up.
                managed_policies=(
                    f"{_AWS_POLICIES}/AWSBackupServiceRolePolicyForBackup",
                    f"{_AWS_POLICIES}/AWSBackupServiceRolePolicyForRestores",
                ),
                boundary=args.boundary,
            ),
            opts=own,
        )
        plan = backup.Plan(
            f"{name}-daily",
            name="corebank-daily",
            rules=[
                {
                    "rule_name": "daily",
                    "target_vault_name": vault.name,
                    # At night in the bank's regions, in UTC.
                    "schedule": "cron(0 2 ? * * *)",
                    # Minutes: the shortest start AWS takes, and eight hours for all of it.
                    "start_window": 60,
                    "completion_window": 480,
                    "lifecycle": {"delete_after": args.kept_for // _DAY},
                    "copy_actions": [
                        {
                            "destination_vault_arn": copies.arn,
                            "lifecycle": {"delete_after": args.kept_for // _DAY},
                        }
                    ],
                }
            ],
            opts=own,
        )
        ((key, value),) = BACKED_UP.items()
        backup.Selection(
            f"{name}-tagged",
            name="tagged",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            selection_tags=[{"type": "STRINGEQUALS", "key": key, "value": value}],
            opts=own,
        )
        self._tests(vault, role)
        self.vault_arn = vault.arn
        self.register_outputs({"vaultArn": self.vault_arn})

    def _vault(self, label: str, region: str, key_arn: pulumi.Input[str]) -> backup.Vault:
        name = f"{self._name}-{label}"
        kept = pulumi.ResourceOptions(parent=self, protect=self._args.protect)
        vault = backup.Vault(name, region=region, name=_VAULT, kms_key_arn=key_arn, opts=kept)
        backup.VaultLockConfiguration(
            f"{name}-lock",
            region=region,
            backup_vault_name=vault.name,
            min_retention_days=self._args.kept_for // _DAY,
            # With it the lock is in compliance form: after these days, AWS's fewest, nobody can
            # take it off.
            changeable_for_days=3,
            opts=kept,
        )
        backup.VaultPolicy(
            f"{name}-policy",
            region=region,
            backup_vault_name=vault.name,
            policy=policy_document(
                [
                    {
                        "Sid": "RefuseDeleting",
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": [
                            "backup:DeleteBackupVault",
                            "backup:DeleteBackupVaultLockConfiguration",
                            "backup:DeleteRecoveryPoint",
                            "backup:DisassociateRecoveryPoint",
                            "backup:UpdateRecoveryPointLifecycle",
                        ],
                        "Resource": "*",
                    }
                ]
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return vault

    def _tests(self, vault: backup.Vault, role: ServiceRole) -> None:
        own = pulumi.ResourceOptions(parent=self)
        plan = backup.RestoreTestingPlan(
            f"{self._name}-restored-weekly",
            name="corebank_weekly",
            schedule_expression="cron(0 6 ? * SUN *)",
            start_window_hours=1,
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "include_vaults": [vault.arn],
                "recovery_point_types": ["SNAPSHOT"],
                "selection_window_days": 7,
            },
            opts=own,
        )
        for kind in _TESTED:
            backup.RestoreTestingSelection(
                f"{self._name}-restored-{kind.lower()}",
                name=kind.lower(),
                restore_testing_plan_name=plan.name,
                protected_resource_type=kind,
                protected_resource_arns=["*"],
                iam_role_arn=role.arn,
                # Time to look at what was restored before it is taken away.
                validation_window_hours=24,
                opts=own,
            )
