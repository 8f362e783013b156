"""What pods are to AWS."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, at, document, listed, of_each

ASSOCIATIONS = (
    "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    "aws-native:eks:PodIdentityAssociation",
)
ADDONS = ("aws:eks/addon:Addon", "aws-native:eks:Addon", "eks:index:Addon")
ROLE = "aws:iam/role:Role"
NATIVE_ROLE = "aws-native:iam:Role"
ROLES = (ROLE, NATIVE_ROLE)

_ISSUER = re.compile(r"\boidc\.eks[.-]|\boidc-eks\.")
"""How the issuers of EKS are called; other issuers are other controls' business."""
_SUBJECT = re.compile(r"system:serviceaccount:[a-z0-9.-]+:(?!default$)[a-z0-9.-]+")
_NAME = re.compile(r"[a-z0-9.-]+")
_AUDIENCE = "sts.amazonaws.com"

IDENTITY = Control(
    id="EKS-08",
    pack="security",
    title="A role is of one workload: of one service account that is named",
    levels="MMM",
    severity="high",
    supports="CE 5.2.1, PCI 7.2.5, PCI 8.6.1, N IA-9, R 20",
    remedy="Add an aws.eks.PodIdentityAssociation for one service account, or let a role's trust "
    "say StringEquals of the issuer's sub and aud.",
)


@IDENTITY.rule("account", "one service account that is named", *ASSOCIATIONS, *ADDONS)
def _account(resource: Resource) -> Wrong:
    if resource.type in ASSOCIATIONS:
        yield from _unnamed(resource.properties, ("namespace", "serviceAccount"))
        return
    inside = listed(resource.properties, "podIdentityAssociations")
    yield from of_each(inside, lambda _, each: _unnamed(each, ("serviceAccount",)))


@IDENTITY.rule_in_stack("own-role", "no role of several service accounts", *ASSOCIATIONS)
def _own_role(association: Resource, stack: Stack) -> Wrong:
    others = [each for each in stack.of(*ASSOCIATIONS) if each.urn != association.urn]
    roles = [each for each in stack.of(*ROLES) if association.refers_to(each, "roleArn")]

    def shares(other: Resource) -> bool:
        if roles:
            same = any(other.refers_to(role, "roleArn") for role in roles)
        else:
            same = other.at("roleArn") == association.at("roleArn")
        return same and _whose(other) != _whose(association)

    if any_of(others, shares):
        yield "roleArn is also that of another service account"


@IDENTITY.rule("subject", "a trust in EKS names one service account", *ROLES)
def _subject(role: Resource) -> Wrong:
    def loose(place: int, statement: Any) -> Wrong:
        found = [*_equal_to(statement, ":sub")]
        if len(found) != 1 or not _SUBJECT.fullmatch(found[0]):
            yield f"statement {place} of its trust does not name exactly one service account"

    yield from of_each(_trusts(role), loose)


@IDENTITY.rule("audience", "a trust in EKS names its audience", *ROLES)
def _audience(role: Resource) -> Wrong:
    def loose(place: int, statement: Any) -> Wrong:
        if [*_equal_to(statement, ":aud")] != [_AUDIENCE]:
            yield f"statement {place} of its trust does not ask for the audience {_AUDIENCE}"

    yield from of_each(_trusts(role), loose)


def _unnamed(properties: Any, keys: tuple[str, ...]) -> Wrong:
    for key in keys:
        name = at(properties, key) or ""
        if not _NAME.fullmatch(name) or (key == "serviceAccount" and name == "default"):
            yield f"{key} is not the name of one that is the workload's own"


def _whose(association: Resource) -> tuple[Any, Any]:
    return association.at("namespace"), association.at("serviceAccount")


def _trusts(role: Resource) -> list[Any]:
    """The statements by which EKS's service accounts may take a role."""
    key = "assumeRolePolicyDocument" if role.type == NATIVE_ROLE else "assumeRolePolicy"
    statements = listed(document(role.properties, key), "Statement")
    return [each for each in statements if at(each, "Effect") == "Allow" and _is_of_eks(each)]


def _is_of_eks(statement: Any) -> bool:
    issuers = listed(statement, "Principal", "Federated")
    subjects = [key for _, key, _ in _conditions(statement)]
    return any(_ISSUER.search(str(each)) for each in [*issuers, *subjects])


def _equal_to(statement: Any, ending: str) -> Iterator[str]:
    """The values that a condition asks for; none where it asks for less than equality."""
    for operator, key, values in _conditions(statement):
        if operator.lower() in ("stringequals", "stringlike") and key.lower().endswith(ending):
            yield from values


def _conditions(statement: Any) -> Iterator[tuple[str, str, list[str]]]:
    conditions = cast("Mapping[str, Any]", at(statement, "Condition") or {})
    for operator in conditions:
        for key in conditions[operator]:
            yield operator, key, [*listed(conditions, operator, key)]


CONTROLS = (IDENTITY,)
