"""AWS Backup, in moto: vaults, locks and plans; nothing is backed up."""

from collections.abc import Mapping
from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain, is_list, is_map

_VAULT = {"BackupVaultName": "{id}"}


_WORDS = {
    "coldStorageAfter": "moveToColdStorageAfterDays",
    "completionWindow": "completionWindowMinutes",
    "deleteAfter": "deleteAfterDays",
    "destinationVaultArn": "destinationBackupVaultArn",
    "schedule": "scheduleExpression",
    "startWindow": "startWindowMinutes",
    "targetVaultName": "targetBackupVaultName",
}
"""What the provider shortens of the API's words for a plan's rules."""
_BACK = {word: key for key, word in _WORDS.items()}


def _plan(inputs: Plain) -> Plain:
    rules = _renamed(inputs["rules"], _WORDS)
    return {"backupPlan": {"backupPlanName": inputs["name"], "rules": rules}}


def _renamed(value: Any, words: Mapping[str, str]) -> Any:
    """A value whose objects' keys are put into other words, wherever they stand."""
    if is_map(value):
        keys = {key: key[0].lower() + key[1:] for key in value}
        return {words.get(keys[key], keys[key]): _renamed(value[key], words) for key in value}
    if is_list(value):
        return [_renamed(item, words) for item in value]
    return value


def _testing_plan(aws: Aws, inputs: Plain) -> Plain:
    region = aws.region(inputs)
    arn = f"arn:aws:backup:{region}:{ACCOUNT}:restore-testing-plan:{inputs['name']}"
    return {"arn": arn, "region": region}


ROWS = (
    ApiResource(
        type="aws:backup/vault:Vault",
        service="backup",
        create_by=Call(
            "CreateBackupVault", {"BackupVaultName": "{name}", "EncryptionKeyArn": "{kmsKeyArn}"}
        ),
        id="{BackupVaultName}",
        read_by=Call("DescribeBackupVault", _VAULT),
        delete_by=(Call("DeleteBackupVault", _VAULT),),
        local=("forceDestroy",),
        receive=lambda answer: {
            "arn": answer["BackupVaultArn"],
            "kmsKeyArn": answer.get("EncryptionKeyArn"),
            "name": answer["BackupVaultName"],
        },
        # Its lock is a resource of its own.
        volatile=("LockDate", "Locked", "MaxRetentionDays", "MinRetentionDays"),
        replaces=("kmsKeyArn", "name"),
        autoname="name",
        tags_of="{arn}",
    ),
    ApiResource(
        type="aws:backup/vaultLockConfiguration:VaultLockConfiguration",
        service="backup",
        create_by=Call("PutBackupVaultLockConfiguration"),
        id="{backupVaultName}",
        read_by=Call("DescribeBackupVault", _VAULT, "Locked && @"),
        delete_by=(Call("DeleteBackupVaultLockConfiguration", _VAULT),),
        again=("maxRetentionDays", "minRetentionDays"),
        # Told as the day on which it can't be taken off any more.
        untold=("changeableForDays",),
        replaces=("backupVaultName", "changeableForDays"),
    ),
    ApiResource(
        type="aws:backup/plan:Plan",
        service="backup",
        create_by=Call("CreateBackupPlan"),
        id="{BackupPlanId}",
        read_by=Call("GetBackupPlan", {"BackupPlanId": "{id}"}, "[@][?!DeletionDate] | [0]"),
        delete_by=(Call("DeleteBackupPlan", {"BackupPlanId": "{id}"}),),
        send=_plan,
        receive=lambda answer: {
            "arn": answer["BackupPlanArn"],
            "name": answer["BackupPlan"]["BackupPlanName"],
            "rules": _renamed(answer["BackupPlan"]["Rules"], _BACK),
        },
        computed={"version": "{versionId}"},
        autoname="name",
        tags_of="{arn}",
    ),
    Recorded[Aws](
        type="aws:backup/selection:Selection",
        why="moto's backup plans select nothing",
        id="name",
        outputs=lambda aws, inputs: {"region": aws.region(inputs)},
        replaces=("iamRoleArn", "name", "planId", "resources", "selectionTags"),
    ),
    Recorded[Aws](
        type="aws:backup/vaultPolicy:VaultPolicy",
        why="moto's backup vaults have no policy",
        id="backupVaultName",
        outputs=lambda aws, inputs: {"region": aws.region(inputs)},
        replaces=("backupVaultName",),
    ),
    Recorded[Aws](
        type="aws:backup/restoreTestingPlan:RestoreTestingPlan",
        why="moto restores no backups",
        id="name",
        outputs=_testing_plan,
        replaces=("name",),
    ),
    Recorded[Aws](
        type="aws:backup/restoreTestingSelection:RestoreTestingSelection",
        why="moto restores no backups",
        id="name",
        outputs=lambda aws, inputs: {"region": aws.region(inputs)},
        replaces=("name", "protectedResourceType", "restoreTestingPlanName"),
    ),
)
