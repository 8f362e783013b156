"""Delivery may call whatever the declared resources take, as the stand-in's rows know it."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, cast

import pytest

from components._delivery_actions import (
    FORBIDDEN,
    GLOBAL_WRITES,
    NETWORK_WRITES,
    READS,
    WATCH_WRITES,
    WRITES,
    WRITES_WITHOUT_RESOURCE,
    actions,
)
from components._delivery_policies import Account, identities
from rehearsal.providers.aws import ROWS
from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from tests.policies import statements, words

LEDGERS = Path(__file__).parent / "ledgers"

# Calls whose action IAM names otherwise (Service Authorization Reference).
NAMED = {
    "budgets:CreateBudget": "budgets:ModifyBudget",
    "budgets:CreateNotification": "budgets:ModifyBudget",
    "budgets:DeleteBudget": "budgets:ModifyBudget",
    "budgets:DeleteNotification": "budgets:ModifyBudget",
    "budgets:DescribeBudget": "budgets:ViewBudget",
    "budgets:DescribeNotificationsForBudget": "budgets:ViewBudget",
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteBucketReplication": "s3:PutReplicationConfiguration",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutObjectLockConfiguration": "s3:PutBucketObjectLockConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3control:DeletePublicAccessBlock": "s3:PutAccountPublicAccessBlock",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
    "s3control:PutPublicAccessBlock": "s3:PutAccountPublicAccessBlock",
}

# What only people do: delivery itself, and what would leave the account less safe than it was.
FOR_PEOPLE = {
    "ec2:DisableEbsEncryptionByDefault",
    "iam:CreateOpenIDConnectProvider",
    "iam:DeleteAccountPasswordPolicy",
    "iam:DeleteOpenIDConnectProvider",
    "iam:DeleteServiceLinkedRole",
    "logs:DeleteRetentionPolicy",
}

_ACCOUNT = Account(
    account="111111111111",
    regions=("eu-west-1",),
    issuer="code.example",
    state_bucket="state",
    state_key="arn:aws:kms:eu-west-1:111111111111:key/state",
)


def _declared() -> set[str]:
    lines = [line for file in LEDGERS.glob("*.txt") for line in file.read_text().splitlines()]
    return {line.split()[0] for line in lines if line.startswith("aws:")}


def _calls(of: object) -> set[str]:
    found: set[str] = {of.operation} if isinstance(of, Call) else set()
    return found.union(*(_calls(each) for each in _parts(of)))


def _parts(of: Any) -> Iterable[object]:
    if isinstance(of, Call):
        return of.lookups.values()
    if is_dataclass(of):
        return (getattr(of, field.name) for field in fields(of))
    return cast("Iterable[object]", of) if isinstance(of, tuple) else ()


# The organisation's policies are another role's, in another account.
_ROWS = [
    row
    for row in ROWS
    if isinstance(row, ApiResource) and row.type in _declared() and row.service != "organizations"
]
_ALLOWED = [
    *actions(READS),
    *actions(WRITES),
    *actions(NETWORK_WRITES),
    *actions(WATCH_WRITES),
    *actions(WRITES_WITHOUT_RESOURCE),
    *actions(GLOBAL_WRITES),
    *(
        action
        for statement in statements(identities(_ACCOUNT, management_role=None))
        for action in words(statement["Action"])
    ),
]


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: str(row.type))
def test_delivery_may_make_every_call_that_a_declared_resource_takes(row: ApiResource) -> None:
    calls = {f"{row.service}:{call}" for call in _calls(row)}
    assert calls
    wanted = {NAMED.get(call, call) for call in calls} - FOR_PEOPLE - set(actions(FORBIDDEN))
    refused = {it for it in wanted if not any(_is(it, action) for action in _ALLOWED)}
    assert not refused


def test_no_exception_is_left_that_no_call_needs() -> None:
    calls = {f"{row.service}:{call}" for row in _ROWS for call in _calls(row)}
    assert set(NAMED) - calls == set()
    assert FOR_PEOPLE - calls == set()


def _is(action: str, pattern: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())
