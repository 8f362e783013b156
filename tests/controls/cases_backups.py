"""Backups: BKP-01."""

import json
from typing import Any

from policies.controls import Resource
from policies.controls.backups import LOCK, PLAN, STATEFUL, TEST, TESTED, VAULT
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_DATABASE, _INSTANCE, *_ = STATEFUL
_HERE = thing("pulumi:providers:aws", region="eu-west-1", allowedAccountIds=json.dumps(["1" * 12]))
_VAULT = thing(VAULT, "here", provider=_HERE, name="daily")
_THERE = thing(VAULT, "there", provider=_HERE, region="eu-central-1", name="daily")
_PLANNED = thing(TEST, name="weekly")


def _lock(vault: Resource, **properties: Any) -> Resource:
    return thing(LOCK, provider=_HERE, refers={"backupVaultName": vault}, **properties)


def _plan(*rules: dict[str, Any], made_of: Resource | None = None) -> Resource:
    refers = {"rules": made_of} if made_of else None
    return thing(PLAN, provider=_HERE, refers=refers, rules=[*rules])


def _rule(*arns: str) -> dict[str, Any]:
    return {"ruleName": "a", "copyActions": [{"destinationVaultArn": arn} for arn in arns]}


def _arn(region: str, account: str = "1" * 12) -> str:
    return f"arn:aws:backup:{region}:{account}:backup-vault:daily"


def _tested(kind: str, plan: str = "weekly") -> Resource:
    return thing(TESTED, protectedResourceType=kind, restoreTestingPlanName=plan)


_COPIED = _rule(_arn("eu-central-1"))

CASES = {
    "bkp-01-locked": Cases(
        fails=[
            [_VAULT],
            [_VAULT, _lock(_VAULT, minRetentionDays=35.0)],
            [_VAULT, _lock(_VAULT, changeableForDays=0.0)],
            [
                _VAULT,
                thing(
                    LOCK,
                    provider=_HERE,
                    backupVaultName="daily",
                    region="eu-central-1",
                    changeableForDays=3.0,
                ),
            ],
        ],
        passes=[
            [_VAULT, _lock(_VAULT, changeableForDays=3.0)],
            [_THERE, _lock(_THERE, region="eu-central-1", changeableForDays=3.0)],
        ],
        unknown=[[_VAULT, _lock(_VAULT, changeableForDays=UNKNOWN)]],
    ),
    "bkp-01-copies": Cases(
        fails=[
            [_plan({"ruleName": "a"})],
            [_plan(_rule())],
            [_plan(_COPIED, _rule())],
            [_plan(_rule(_arn("eu-west-1")))],
            [_VAULT, _plan(_rule(_arn("eu-west-1")), made_of=_VAULT)],
        ],
        passes=[
            [_plan(_COPIED)],
            [_plan(_rule(_arn("eu-west-1"), _arn("eu-west-1", "2" * 12)))],
            [_VAULT, _THERE, _plan(_rule(UNKNOWN), made_of=_THERE)],
        ],
        unknown=[[_plan(_rule(UNKNOWN))], [_VAULT, _plan(_rule(UNKNOWN), made_of=_VAULT)]],
    ),
    "bkp-01-restored": Cases(
        fails=[
            [thing(_DATABASE)],
            [thing(_DATABASE), _PLANNED, _tested("EBS")],
            [thing(_DATABASE), _tested("Aurora")],
            [thing(_INSTANCE), _PLANNED, _tested("RDS", "gone")],
        ],
        passes=[
            [thing(_DATABASE), _PLANNED, _tested("EBS"), _tested("Aurora")],
            [
                thing(_INSTANCE),
                thing(
                    TESTED,
                    refers={"restoreTestingPlanName": _PLANNED},
                    protectedResourceType="RDS",
                    restoreTestingPlanName=UNKNOWN,
                ),
                _PLANNED,
            ],
        ],
        unknown=[[thing(_DATABASE), _PLANNED, thing(TESTED, protectedResourceType=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {
    "BKP-01": change(LOCK, "changeableForDays", ..., name="backups-copies-lock"),
}
