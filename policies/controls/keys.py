"""Keys in KMS: how they live, and who has which."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._statements import ANYONE, Statement, statements

KEY = "aws:kms/key:Key"
KEYS = (
    KEY,
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
)
KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy"
ALIAS = "aws:kms/alias:Alias"

_ALIASES = "alias/corebank/"
"""What the names of this bank's aliases begin with."""
_CARD_ROLES = {
    "payments-and-cards": re.compile(
        r"arn:aws[\w-]*:iam::\d{12}:role/(.+/)?corebank-(payments|cards)(-[\w-]+)?"
    )
}
"""By the class of data that PCI DSS is about in this bank: the roles of those who have it."""
_LOGGED = ("aws:cloudwatch/logGroup:LogGroup",)
"""What is logged is of class logs, whoever logs it: it has one key, that of the logs."""
_ADMINISTRATION = (
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
)
_USE = (
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:Sign",
)
_LIKE = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")
_UNLIKE = ("ArnNotEquals", "ArnNotLike", "StringNotEquals", "StringNotLike")

LIFE = Control(
    id="KMS-01",
    pack="data_protection",
    title="A key rotates, is hard to lose, and is nobody's alone",
    levels="AMM",
    severity="high",
    supports="HUB KMS.3, HUB KMS.4, HUB KMS.5, C5 3.6, PCI 3.6.1, PCI 3.7.4, N SC-12, R 7",
    remedy="Rotate the key, wait 30 days before deleting it, protect it, give it an alias, and list"
    " what each principal may do with it.",
)
APART = Control(
    id="KMS-02",
    pack="data_protection",
    title="A key is for one class of data, and who administers it does not use it",
    levels="MMM",
    severity="high",
    supports="PCI 3.6.1, PCI 7.2.2, N AC-5, G 25",
    remedy="Make a key for each class of data, and take those who use it out of the statement that"
    " lets administer it.",
)


def has_own_key(resource: Resource, stack: Stack, key: str) -> bool:
    """Whether a property names a key of ours."""
    return is_made_of_key(resource, stack, key) or is_own(resource.at(key))


def is_made_of_key(resource: Resource, stack: Stack, key: str) -> bool:
    """Whether a property was made of a key of this stack; known also where its value is not."""
    made_of = (stack.by_urn.get(urn) for urn in resource.refers.get(key, ()))
    return any(each is not None and each.type in (*KEYS, ALIAS) for each in made_of)


def is_own(name: Any) -> bool:
    """Whether this names a key, and none of those that AWS makes for a service."""
    return isinstance(name, str) and name != "" and "alias/aws/" not in name


@LIFE.rule("rotation", "rotation of the key every year", KEY)
def _rotation(key: Resource) -> Wrong:
    # Keys that sign can't be rotated by KMS.
    if key.at("customerMasterKeySpec") in (None, "SYMMETRIC_DEFAULT") and (
        key.at("enableKeyRotation") is not True
    ):
        yield "enableKeyRotation is not true"


@LIFE.rule("deletion", "30 days until a key is deleted, and protection before", *KEYS)
def _deletion(key: Resource) -> Wrong:
    # A sandbox is taken down and made anew.
    if not key.protect and key.environment != "sandbox":
        yield "is not protected"
    # KMS takes 30 days where nothing is said.
    if key.at("deletionWindowInDays") not in (None, 30):
        yield "deletionWindowInDays is not 30"


@LIFE.rule_in_stack("alias", "an alias for each key that tells whose it is", *KEYS)
def _alias(key: Resource, stack: Stack) -> Wrong:
    aliases = stack.about(key, "targetKeyId", [ALIAS])
    if not aliases:
        yield "has no alias"
    for alias in aliases:
        if not str(alias.at("name") or alias.at("namePrefix")).startswith(_ALIASES):
            yield f"has an alias whose name does not begin with {_ALIASES}"


@LIFE.rule_in_stack("public", "no statement that lets whoever comes", *KEYS)
def _public(key: Resource, stack: Stack) -> Wrong:
    if any(each.allows and each.is_for_anyone for each in _policy(key, stack)):
        yield "policy allows something to the principal *, or to all but some"


@LIFE.rule_in_stack("all-actions", "actions by name for all but the account", *KEYS)
def _all_actions(key: Resource, stack: Stack) -> Wrong:
    for each in _policy(key, stack):
        whole = each.covers("kms:Decrypt") and each.covers("kms:PutKeyPolicy")
        account = bool(each.principals) and all(map(_is_account, each.principals))
        limited = each.values("aws:PrincipalArn", *_LIKE)
        if each.allows and whole and (limited or not account):
            yield "policy allows all actions to others than the account"


@APART.rule_in_stack("one-class", "a key for each class of data, and none for two", *KEYS)
def _one_class(key: Resource, stack: Stack) -> Wrong:
    own = key.at("tags", "data-class")
    if own is None:
        yield "tags.data-class is missing"
    for each in stack.resources:
        if each.type in _LOGGED or each.type.startswith("aws:iam/"):
            continue
        if any(key.urn in urns for urns in each.refers.values()) and (
            each.at("tags", "data-class") not in (None, own)
        ):
            yield f"encrypts data of another class: {each.type} {each.name}"


@APART.rule_in_stack("cards", "the key of card data used by the domains of cards only", *KEYS)
def _cards(key: Resource, stack: Stack) -> Wrong:
    roles = _CARD_ROLES.get(key.at("tags", "data-class") or "")
    if roles is None:
        return
    for each in _policy(key, stack):
        if _is_use(each) and not all(roles.fullmatch(caller) for caller in _callers(each)):
            yield "policy lets others than the roles of payments and cards use the key"


@APART.rule_in_stack("apart", "nobody who may both administer a key and use it", *KEYS)
def _apart(key: Resource, stack: Stack) -> Wrong:
    policy = _policy(key, stack)
    if not policy:
        yield "policy is missing: KMS's own lets the account's IAM policies give everything"
    users = [each for each in policy if _is_use(each)]
    administrators = [
        each for each in policy if each.allows and any(map(each.covers, _ADMINISTRATION))
    ]
    if any(_overlap(one, other) for one in administrators for other in users):
        yield "policy lets somebody who may administer the key use it too"


def _policy(key: Resource, stack: Stack) -> list[Statement]:
    # What stands beside a key takes the place of what it was made with.
    beside = stack.about(key, "keyId", [KEY_POLICY])
    return [each for one in beside or [key] for each in statements(one.properties, "policy")]


def _is_use(statement: Statement) -> bool:
    """Whether it lets use the key directly: not through a service that its user has to be let."""
    through = statement.values("kms:ViaService", *_LIKE) or "true" in statement.values(
        "kms:GrantIsForAWSResource", "Bool"
    )
    return statement.allows and not through and any(map(statement.covers, _USE))


def _callers(statement: Statement) -> Sequence[str]:
    if statement.names_others:
        return [ANYONE]
    return statement.values("aws:PrincipalArn", *_LIKE) or statement.principals


def _overlap(one: Statement, other: Statement) -> bool:
    return any(
        _same(mine, theirs) and not _out(theirs, one) and not _out(mine, other)
        for mine in _callers(one)
        for theirs in _callers(other)
    )


def _out(caller: str, statement: Statement) -> bool:
    taken_out = statement.values("aws:PrincipalArn", *_UNLIKE)
    return any(fnmatchcase(caller, pattern) for pattern in taken_out)


def _same(one: str, other: str) -> bool:
    if ANYONE in (one, other):
        return True
    if _is_account(one) or _is_account(other):
        return _account(one) == _account(other)
    return fnmatchcase(one, other) or fnmatchcase(other, one)


def _is_account(principal: str) -> bool:
    return principal.isdigit() or principal.endswith(":root")


def _account(principal: str) -> str:
    return principal if principal.isdigit() else principal.split(":")[4]


CONTROLS = (LIFE, APART)
