"""Keys: KMS-01 and KMS-02."""

import json
from typing import Any

from policies.controls import Resource
from policies.controls.keys import ALIAS, KEY, KEY_POLICY, KEYS
from tests.controls.cases import UNKNOWN, Cases, Change, change, edit, thing

_REPLICA, _EXTERNAL = KEYS[1], KEYS[2]
_ROOT = "arn:aws:iam::111111111111:root"
_KEY = thing(KEY, policy=json.dumps({"Statement": []}))
_ADMINISTRATION = ["kms:DescribeKey", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]
_USE = ["kms:Decrypt", "kms:GenerateDataKey"]
_SERVICE = {
    "Effect": "Allow",
    "Principal": {"Service": "cloudtrail.amazonaws.com"},
    "Action": _USE,
    "Resource": "*",
}


def _role(name: str) -> str:
    return f"arn:aws:iam::111111111111:role/corebank-{name}"


def _let(action: object, who: object = _ROOT, **conditions: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": who}, "Action": action, "Resource": "*"}
    return {**statement, "Condition": conditions} if conditions else statement


def _only(*names: str) -> dict[str, Any]:
    return {"aws:PrincipalArn": [*map(_role, names)]}


def _policy(*told: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": told})


def _key(*told: object, type_: str = KEY, **properties: Any) -> list[Resource]:
    return [thing(type_, policy=_policy(*told), **properties)]


def _beside(*told: object) -> list[Resource]:
    made = thing(KEY, policy=_policy(_let("kms:*")), tags={"data-class": "payments-and-cards"})
    return [made, thing(KEY_POLICY, refers={"keyId": made}, keyId=UNKNOWN, policy=_policy(*told))]


def _of(data_class: str, *types: str, other: str = "logs") -> list[Resource]:
    key = thing(KEY, tags={"data-class": data_class})
    return [
        key,
        *(thing(type_, refers={"kmsKeyId": key}, tags={"data-class": other}) for type_ in types),
    ]


def _cards(*told: object) -> list[Resource]:
    return _key(*told, tags={"data-class": "payments-and-cards"})


CASES = {
    "kms-01-rotation": Cases(
        fails=[{}, {"enableKeyRotation": False}],
        passes=[
            {"enableKeyRotation": True},
            {"enableKeyRotation": True, "customerMasterKeySpec": "SYMMETRIC_DEFAULT"},
            {"customerMasterKeySpec": "ECC_NIST_P256"},
        ],
        unknown=[{"enableKeyRotation": UNKNOWN}, {"customerMasterKeySpec": UNKNOWN}],
    ),
    "kms-01-deletion": Cases(
        fails=[
            {},
            thing(KEY, protect=True, deletionWindowInDays=7.0),
            thing(_REPLICA, deletionWindowInDays=30.0),
            thing(_EXTERNAL, protect=True, deletionWindowInDays=29.0),
            thing(KEY, environment="sandbox", deletionWindowInDays=7.0),
        ],
        passes=[
            thing(KEY, protect=True),
            thing(_REPLICA, protect=True, deletionWindowInDays=30.0),
            thing(KEY, environment="sandbox"),
        ],
        unknown=[thing(KEY, protect=True, deletionWindowInDays=UNKNOWN)],
    ),
    "kms-01-alias": Cases(
        fails=[
            [_KEY],
            [_KEY, thing(ALIAS, targetKeyId="another", name="alias/corebank/logs")],
            [_KEY, thing(ALIAS, refers={"targetKeyId": _KEY}, name="alias/logs")],
            [_KEY, thing(ALIAS, refers={"targetKeyId": _KEY})],
        ],
        passes=[
            [
                _KEY,
                thing(
                    ALIAS,
                    refers={"targetKeyId": _KEY},
                    targetKeyId=UNKNOWN,
                    name="alias/corebank/logs",
                ),
            ],
            [thing(KEY, keyId="k"), thing(ALIAS, targetKeyId="k", namePrefix="alias/corebank/")],
        ],
        unknown=[[_KEY, thing(ALIAS, refers={"targetKeyId": _KEY}, name=UNKNOWN)]],
    ),
    "kms-01-public": Cases(
        fails=[
            _key(_let("kms:Decrypt", "*")),
            _key({**_let("kms:Decrypt"), "Principal": "*"}),
            _key(_let("kms:Decrypt", [_ROOT, "*"])),
            _key(_let("kms:Decrypt", "*", StringEquals={"kms:CallerAccount": "111111111111"})),
            _key({"Effect": "Allow", "NotPrincipal": {"AWS": _ROOT}, "Action": "kms:*"}),
            _beside(_SERVICE, _let("kms:Decrypt", "*")),
            _key(_let("kms:Decrypt", "*"), type_=_REPLICA),
        ],
        passes=[
            _key(_let(_ADMINISTRATION), _SERVICE),
            _key({**_let("kms:*", "*"), "Effect": "Deny"}),
            [thing(KEY, policy=json.loads(_policy(_let("kms:Decrypt"))))],
            [thing(KEY)],
        ],
        unknown=[[thing(KEY, policy=UNKNOWN)], _key(_let("kms:Decrypt", UNKNOWN))],
    ),
    "kms-01-all-actions": Cases(
        fails=[
            _key(_let("kms:*", _role("payments"))),
            _key(_let(["kms:DescribeKey", "*"], _role("payments"))),
            _key(_let("kms:*", [_ROOT, _role("payments")])),
            _key(_let("kms:*", ArnEquals=_only("payments"))),
            _key({**_SERVICE, "Action": "kms:*"}),
            _key({"Effect": "Allow", "Principal": {"AWS": _role("a")}, "NotAction": "kms:Sign"}),
        ],
        passes=[
            _key(_let("kms:*"), _let("kms:*", "111111111111")),
            _key(_let(["kms:Decrypt", "kms:GenerateDataKey*"], _role("payments"))),
            _key({**_let("kms:*", _role("payments")), "Effect": "Deny"}),
        ],
        unknown=[[thing(KEY, policy=UNKNOWN)]],
    ),
    "kms-02-one-class": Cases(
        fails=[
            [thing(KEY)],
            [thing(KEY, tags={})],
            _of("customer", "aws:rds/cluster:Cluster"),
            _of("evidence", "aws:sns/topic:Topic", "aws:backup/vault:Vault", other="evidences"),
        ],
        passes=[
            _of("logs", "aws:rds/cluster:Cluster", "aws:sns/topic:Topic"),
            _of("logs", "aws:cloudwatch/logGroup:LogGroup", other="customer"),
            [*_of("logs"), thing("aws:rds/cluster:Cluster", tags={"data-class": "customer"})],
            _of("logs", "aws:iam/policy:Policy", other="platform"),
        ],
        unknown=[
            [thing(KEY, tags=UNKNOWN)],
            _of("logs", "aws:sns/topic:Topic", other=UNKNOWN),
        ],
    ),
    "kms-02-cards": Cases(
        fails=[
            _cards(_let(_USE)),
            _cards(_let(_USE, _role("risk"))),
            _cards(_let(_USE, [_role("cards"), _role("cardservice")])),
            _cards(_let(_USE, ArnEquals=_only("cards", "analytics"))),
            _cards(_let("kms:*", "*")),
            _beside(_let(_USE, _role("risk"))),
        ],
        passes=[
            _cards(_let(_ADMINISTRATION)),
            _cards(_let(_USE, ArnEquals=_only("cards", "payments-worker"))),
            _cards(_let(["kms:CreateGrant"], Bool={"kms:GrantIsForAWSResource": "true"})),
            _key(_let(_USE, _role("risk")), tags={"data-class": "logs"}),
            _beside(_let(_USE, _role("cards"))),
        ],
        unknown=[
            [thing(KEY, tags={"data-class": UNKNOWN})],
            [thing(KEY, tags={"data-class": "payments-and-cards"}, policy=UNKNOWN)],
        ],
    ),
    "kms-02-apart": Cases(
        fails=[
            [thing(KEY)],
            _key(_let("kms:*")),
            _key(_let(_ADMINISTRATION), _let(_USE, _role("a"))),
            _key(_let(_ADMINISTRATION), _let(_USE, ArnEquals=_only("a"))),
            _key(_let(_ADMINISTRATION, _role("a")), _let(_USE, [_role("b"), _role("a")])),
            _key(_let(_ADMINISTRATION, ArnNotEquals=_only("a")), _let(_USE, ArnLike=_only("*"))),
            _key(_let(_ADMINISTRATION, _role("a")), _let("kms:CreateGrant", _role("a"))),
            _key(_let([*_ADMINISTRATION, *_USE], _role("a"))),
            _beside(_let("kms:*", _role("a"))),
        ],
        passes=[
            _key(_let(_ADMINISTRATION)),
            _key(_let(_ADMINISTRATION, ArnNotEquals=_only("a")), _let(_USE, ArnEquals=_only("a"))),
            _key(_let(_ADMINISTRATION, ArnNotEquals=_only("a")), _let(_USE, _role("a"))),
            _key(_let(_ADMINISTRATION, _role("a")), _let(_USE, _role("b")), _SERVICE),
            _key(
                _let(_ADMINISTRATION),
                _let(
                    _USE, StringEquals={"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"}
                ),
            ),
            _beside(_let(_ADMINISTRATION)),
        ],
        unknown=[[thing(KEY, policy=UNKNOWN)], _key(_let(_USE, UNKNOWN))],
    ),
}


def _join(key: dict[str, Any]) -> None:
    policy = json.loads(key["policy"])
    for statement in policy["Statement"]:
        if statement["Sid"] == "AccountAdministers":
            del statement["Condition"]
    key["policy"] = json.dumps(policy)


LOOSENED: dict[str, Change] = {
    "KMS-01": change(KEY, "enableKeyRotation", value=False),
    "KMS-02": edit(KEY, _join, name="keys-evidence-key"),
}
