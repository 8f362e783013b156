"""Databases: RDS-01 to RDS-04."""

from typing import Any

from policies.controls import Resource
from policies.controls.databases import (
    BACKUP_COPIES,
    BACKUP_PLAN,
    BACKUP_SELECTION,
    CLUSTER,
    GLOBAL,
    INSTANCE,
    MEMBER,
)
from policies.controls.keys import ALIAS, KEY
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_KEY = thing(KEY)
_PLAIN = thing(CLUSTER)
_TAGGED = thing(CLUSTER, tags={"backup": "daily"})
_NAMED = thing(INSTANCE, arn="arn:aws:rds:eu-west-1:111111111111:db:one")
_COPYING = thing(BACKUP_PLAN, rules=[{"ruleName": "a"}, {"copyActions": [{"lifecycle": {}}]}])
_STAYING = thing(BACKUP_PLAN, rules=[{"ruleName": "daily"}])
_BY_TAG = {"type": "STRINGEQUALS", "key": "backup", "value": "daily"}
_SNAPSHOT: dict[str, Any] = {"skipFinalSnapshot": False, "finalSnapshotIdentifier": "last"}


def _chosen(**properties: Any) -> list[Resource]:
    return [_COPYING, thing(BACKUP_SELECTION, refers={"planId": _COPYING}, **properties)]


def _members(*zones: str | None) -> list[Resource]:
    return [
        _PLAIN,
        *(
            thing(
                MEMBER,
                f"member-{number}",
                refers={"clusterIdentifier": _PLAIN},
                availabilityZone=zone,
            )
            for number, zone in enumerate(zones)
        ),
    ]


CASES = {
    "rds-01-encrypted": Cases(
        fails=[
            {},
            {"storageEncrypted": False},
            thing(INSTANCE, kmsKeyId="arn:aws:kms:eu-west-1:111111111111:key/1"),
            thing(GLOBAL),
        ],
        passes=[
            {"storageEncrypted": True},
            thing(INSTANCE, storageEncrypted=True),
            # A replica is encrypted as what it is of.
            thing(INSTANCE, replicateSourceDb=UNKNOWN),
        ],
        unknown=[{"storageEncrypted": UNKNOWN}, thing(INSTANCE, storageEncrypted=UNKNOWN)],
    ),
    "rds-01-own-key": Cases(
        fails=[
            [_PLAIN],
            [thing(CLUSTER, kmsKeyId="")],
            [thing(INSTANCE, kmsKeyId="alias/aws/rds")],
            [thing(INSTANCE, kmsKeyId="arn:aws:kms:eu-west-1:111111111111:alias/aws/rds")],
        ],
        passes=[
            [_KEY, thing(CLUSTER, refers={"kmsKeyId": _KEY}, kmsKeyId=UNKNOWN)],
            [thing(ALIAS), thing(INSTANCE, refers={"kmsKeyId": thing(ALIAS)}, kmsKeyId=UNKNOWN)],
            [thing(INSTANCE, kmsKeyId="arn:aws:kms:eu-west-1:111111111111:key/1")],
        ],
        unknown=[[thing(CLUSTER, kmsKeyId=UNKNOWN)], [thing(INSTANCE, kmsKeyId=UNKNOWN)]],
    ),
    "rds-02-private": Cases(
        fails=[
            {"publiclyAccessible": True},
            thing(INSTANCE, publiclyAccessible=True),
            thing(MEMBER, publiclyAccessible="true"),
        ],
        passes=[{}, thing(INSTANCE, publiclyAccessible=False), thing(MEMBER)],
        unknown=[{"publiclyAccessible": UNKNOWN}, thing(MEMBER, publiclyAccessible=UNKNOWN)],
    ),
    "rds-03-kept": Cases(
        fails=[
            {},
            {"backupRetentionPeriod": 34.0},
            thing(CLUSTER, environment="staging", backupRetentionPeriod=6.0),
            thing(INSTANCE, environment="sandbox"),
            thing(INSTANCE, environment="sandbox", backupRetentionPeriod=0.0),
        ],
        passes=[
            {"backupRetentionPeriod": 35.0},
            thing(CLUSTER, environment="sandbox"),
            thing(CLUSTER, environment="staging", backupRetentionPeriod=7.0),
            thing(INSTANCE, replicateSourceDb="other"),
        ],
        unknown=[{"backupRetentionPeriod": UNKNOWN}],
    ),
    "rds-03-copied": Cases(
        fails=[
            [_TAGGED],
            [_TAGGED, _COPYING],
            [_PLAIN, *_chosen(selectionTags=[_BY_TAG])],
            [_TAGGED, *_chosen(selectionTags=[{**_BY_TAG, "value": "weekly"}])],
            [_TAGGED, *_chosen(resources=["arn:aws:rds:*:*:cluster:other"])],
            [_PLAIN, *_chosen(resources=["*"], conditions=[{"stringEquals": [_BY_TAG]}])],
            [
                _TAGGED,
                _STAYING,
                thing(BACKUP_SELECTION, refers={"planId": _STAYING}, selectionTags=[_BY_TAG]),
            ],
        ],
        passes=[
            [_TAGGED, *_chosen(selectionTags=[_BY_TAG])],
            [_PLAIN, *_chosen(resources=["*"])],
            [_NAMED, *_chosen(resources=["arn:aws:rds:*:*:db:*"])],
            [
                _TAGGED,
                *_chosen(
                    resources=["*"],
                    conditions=[
                        {"stringEquals": [{"key": "aws:ResourceTag/backup", "value": "daily"}]}
                    ],
                ),
            ],
            [_NAMED, thing(BACKUP_COPIES, refers={"sourceDbInstanceArn": _NAMED})],
            [thing(CLUSTER, environment="staging")],
        ],
        unknown=[
            [_PLAIN, *_chosen(resources=UNKNOWN)],
            [thing(CLUSTER, tags={"backup": UNKNOWN}), *_chosen(selectionTags=[_BY_TAG])],
        ],
    ),
    "rds-04-two-zones": Cases(
        fails=[[_PLAIN], _members("eu-west-1a"), _members("eu-west-1a", "eu-west-1a")],
        passes=[
            _members("eu-west-1a", "eu-west-1b"),
            _members(None, None),
            [thing(CLUSTER, dbClusterInstanceClass="db.r6gd.large")],
            [thing(CLUSTER, environment="sandbox")],
        ],
        unknown=[_members("eu-west-1a", UNKNOWN)],
    ),
    "rds-04-multi-az": Cases(
        fails=[{}, {"multiAz": False}],
        passes=[
            {"multiAz": True},
            thing(INSTANCE, environment="sandbox"),
            {"replicateSourceDb": "a"},
        ],
        unknown=[{"multiAz": UNKNOWN}],
    ),
    "rds-04-protected": Cases(
        fails=[
            {"deletionProtection": True},
            thing(INSTANCE, protect=True),
            thing(CLUSTER, protect=True, deletionProtection=False),
            thing(GLOBAL, protect=True),
            # What is wrong is wrong, whatever is not known.
            {"deletionProtection": UNKNOWN},
        ],
        passes=[
            thing(CLUSTER, protect=True, deletionProtection=True),
            thing(INSTANCE, protect=True, deletionProtection=True),
            thing(INSTANCE, environment="sandbox"),
        ],
        unknown=[thing(CLUSTER, protect=True, deletionProtection=UNKNOWN)],
    ),
    "rds-04-final-snapshot": Cases(
        fails=[{"skipFinalSnapshot": True}, thing(INSTANCE, skipFinalSnapshot=True)],
        passes=[
            {},
            _SNAPSHOT,
            thing(INSTANCE, **_SNAPSHOT),
            thing(CLUSTER, environment="sandbox", skipFinalSnapshot=True),
        ],
        unknown=[{"skipFinalSnapshot": UNKNOWN}],
    ),
}

LOOSENED: dict[str, Change] = {
    "RDS-01": change(CLUSTER, "storageEncrypted", ...),
    "RDS-02": change(MEMBER, "publiclyAccessible", value=True),
    "RDS-03": change(CLUSTER, "tags.backup", "weekly"),
    "RDS-04": change(CLUSTER, "deletionProtection", value=False),
}
