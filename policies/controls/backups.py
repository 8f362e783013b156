"""Backups and their copies: locked, elsewhere, and restored to see."""

from collections.abc import Mapping
from typing import Any

from policies.controls._iam import own_accounts
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import listed

VAULT = "aws:backup/vault:Vault"
LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
PLAN = "aws:backup/plan:Plan"
TEST = "aws:backup/restoreTestingPlan:RestoreTestingPlan"
TESTED = "aws:backup/restoreTestingSelection:RestoreTestingSelection"
STATEFUL: Mapping[str, tuple[str, ...]] = {
    "aws:rds/cluster:Cluster": ("Aurora", "RDS"),
    "aws:rds/instance:Instance": ("RDS",),
    "aws:docdb/cluster:Cluster": ("DocumentDB",),
    "aws:neptune/cluster:Cluster": ("Neptune",),
    "aws:dynamodb/table:Table": ("DynamoDB",),
    "aws:efs/fileSystem:FileSystem": ("EFS",),
    "aws:ebs/volume:Volume": ("EBS",),
}
"""What loses data when it is lost, and as what AWS Backup restores it. Buckets are not among it:
versions, locks and replicas keep what is in them."""

_REGION, _ACCOUNT = 3, 4
"""Places in an ARN."""
_NO_ARN = ("",) * 5

RESTORABLE = Control(
    id="BKP-01",
    pack="operations",
    title="Backups can't be deleted, lie elsewhere as well, and are restored to see",
    levels="-AM",
    severity="critical",
    supports="HUB Backup.1, N CP-4, N CP-9(3), D 12(2), D 12(3), R 25",
    remedy=(
        "Lock each vault with changeableForDays, copy to a vault in another region or account, and"
        " name each kind of data in a restore test."
    ),
)


@RESTORABLE.rule_in_stack("locked", "a lock in compliance mode on each vault", VAULT)
def _locked(vault: Resource, stack: Stack) -> Wrong:
    locks = [
        lock
        for lock in stack.about(vault, "backupVaultName", [LOCK])
        if _region(lock) == _region(vault)
    ]
    # Without it the lock is in governance mode, and whoever has the right takes it off.
    if not any(lock.at("changeableForDays") for lock in locks):
        yield "has no lock with changeableForDays, which nobody can take off"


@RESTORABLE.rule_in_stack("copies", "a copy elsewhere by each rule of a plan", PLAN)
def _copies(plan: Resource, stack: Stack) -> Wrong:
    for number, rule in enumerate(listed(plan.properties, "rules")):
        if not any(_is_elsewhere(copy, plan, stack) for copy in listed(rule, "copyActions")):
            yield f"rules.{number}.copyActions names no vault in another region or account"


@RESTORABLE.rule_in_stack("restored", "a restore test of each kind of data", *STATEFUL)
def _restored(store: Resource, stack: Stack) -> Wrong:
    for selection in stack.of(TESTED):
        if selection.at("protectedResourceType") in STATEFUL[store.type] and any(
            selection.refers_to(test, "restoreTestingPlanName") for test in stack.of(TEST)
        ):
            return
    yield "no restore test of this stack restores its kind"


def _is_elsewhere(copy: Any, plan: Resource, stack: Stack) -> bool:
    here = _region(plan)
    made_of = [stack.by_urn[urn] for urn in plan.refers.get("rules", ()) if urn in stack.by_urn]
    if any(each.type == VAULT and _region(each) != here for each in made_of):
        return True
    parts = [*str(copy["destinationVaultArn"]).split(":"), *_NO_ARN]
    own = own_accounts(plan)
    return (bool(here) and parts[_REGION] not in {"", here}) or (
        bool(own) and parts[_ACCOUNT] not in {"", *own}
    )


def _region(resource: Resource) -> str:
    """Where it is, by what it says itself or by its provider."""
    found = resource.at("region") or (resource.provider and resource.provider.at("region"))
    return str(found or "")


CONTROLS = (RESTORABLE,)
