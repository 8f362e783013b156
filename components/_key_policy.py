"""The policy of a KMS key: who administers it and who uses it, which are never the same. Pure.

No action is a wildcard. The resource is one, since a key's policy is about that key alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components._policy import Statement, policy_document

_ADMINISTER = (
    "CancelKeyDeletion",
    "CreateAlias",
    "DeleteAlias",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListGrants",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "PutKeyPolicy",
    "RevokeGrant",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
)
_READ = ("Decrypt", "DescribeKey")
_WRAP = (*_READ, "Encrypt")
_USE = (
    *_READ,
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
)

Condition = Mapping[str, Mapping[str, str]]
"""A statement's condition: operator, then key, then value."""


@dataclass(frozen=True, kw_only=True)
class KeyUsers:
    """Who uses a key. None of them may administer it.

    Args:
        services: Service principal, such as ``cloudtrail.amazonaws.com``, to the condition under
            which it uses the key.
        roles: ARNs of the account's roles that encrypt and decrypt.
        readers: ARNs of the account's roles that only decrypt.
        wrappers: ARNs of the account's roles that encrypt and decrypt keys of their own.
        grants: Services that use the key by a grant, for which they ask in the name of whoever
            makes a resource of theirs, such as ``kafka``.
        through: Services that use the key in the name of whoever calls them, as far as the
            caller's own policy goes, such as ``secretsmanager``.
    """

    services: Mapping[str, Condition] = field(default_factory=dict[str, Condition])
    roles: Sequence[str] = ()
    readers: Sequence[str] = ()
    wrappers: Sequence[str] = ()
    grants: Sequence[str] = ()
    through: Sequence[str] = ()


def key_policy(*, account: str, region: str, users: KeyUsers) -> str:
    """Writes the policy as JSON.

    The account administers, by its IAM policies; no person has an action that reads with the key
    unless they are among the readers. Roles are named by condition and not as principals, because
    KMS demands that a principal exists and forgets one that is made anew (AWS KMS developer guide,
    key policies).

    Args:
        account: The account that owns the key: 12 digits.
        region: The key's region.
        users: Who uses the key.
    """
    account_itself = {"AWS": f"arn:aws:iam::{account}:root"}
    named = [*users.roles, *users.readers, *users.wrappers]
    statements: list[Statement] = [
        {
            "Sid": "AccountAdministers",
            "Effect": "Allow",
            "Principal": account_itself,
            "Action": _kms(_ADMINISTER),
            "Resource": "*",
            **_condition("ArnNotEquals", named),
        }
    ]
    if users.grants:
        statements.append(
            {
                "Sid": "ServicesGetGrants",
                "Effect": "Allow",
                "Principal": account_itself,
                "Action": _kms(("CreateGrant",)),
                "Resource": "*",
                "Condition": {
                    "Bool": {"kms:GrantIsForAWSResource": "true"},
                    "StringEquals": {
                        "kms:ViaService": [
                            f"{name}.{region}.amazonaws.com" for name in users.grants
                        ]
                    },
                },
            }
        )
    if users.through:
        statements.append(
            {
                "Sid": "CallersUseThroughServices",
                "Effect": "Allow",
                "Principal": account_itself,
                "Action": _kms((*_READ, "GenerateDataKey")),
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "kms:CallerAccount": account,
                        "kms:ViaService": [
                            f"{name}.{region}.amazonaws.com" for name in users.through
                        ],
                    }
                },
            }
        )
    statements += [
        {
            "Sid": f"{_words(service)}Uses",
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": _kms(_USE),
            "Resource": "*",
            "Condition": condition,
        }
        for service, condition in users.services.items()
    ]
    statements += [
        {
            "Sid": sid,
            "Effect": "Allow",
            "Principal": account_itself,
            "Action": _kms(actions),
            "Resource": "*",
            **_condition("ArnEquals", roles),
        }
        for sid, actions, roles in (
            ("RolesUse", _USE, users.roles),
            ("ReadersDecrypt", _READ, users.readers),
            ("WrappersWrap", _WRAP, users.wrappers),
        )
        if roles
    ]
    return policy_document(statements)


def _words(service: str) -> str:
    """A service's name as one word: ``events.rds.amazonaws.com`` is ``EventsRds``."""
    return "".join(re.findall(r"[A-Za-z0-9]+", service.removesuffix(".amazonaws.com").title()))


def _condition(operator: str, roles: Sequence[str]) -> Statement:
    return {"Condition": {operator: {"aws:PrincipalArn": list(roles)}}} if roles else {}


def _kms(actions: tuple[str, ...]) -> list[str]:
    return [f"kms:{action}" for action in actions]
