"""Documents of IAM as they are written down: in one place or in several, with one thing or a list.

Owns how they are read, and what an action or a resource in them means. What may stand in them is
for the controls to say.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._stack import Resource, Stack
from policies.controls._statements import any_like, conditions
from policies.controls._wire import document, listed

POLICY = "aws:iam/policy:Policy"
ROLE = "aws:iam/role:Role"
USER = "aws:iam/user:User"

DOCUMENTS: Mapping[str, str] = {
    POLICY: "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
    "aws-native:iam:ManagedPolicy": "policyDocument",
    "aws-native:iam:RolePolicy": "policyDocument",
}
"""What holds one document of what may be done, and where."""
INLINE: Mapping[str, tuple[str, str]] = {
    ROLE: ("inlinePolicies", "policy"),
    "aws-native:iam:Role": ("policies", "policyDocument"),
}
"""What holds several of them: the list, and where in each of its members."""
TRUST: Mapping[str, str] = {
    ROLE: "assumeRolePolicy",
    "aws-native:iam:Role": "assumeRolePolicyDocument",
}
"""What holds a document of who may be somebody, and where."""
ATTACHMENTS: Mapping[str, str] = {
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
    "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": (
        "managedPolicyArns"
    ),
    ROLE: "managedPolicyArns",
    "aws-native:iam:Role": "managedPolicyArns",
}
"""What gives policies to somebody by their ARNs, and where."""

_PARTS = 6
"""Of an ARN."""

Statement = Mapping[str, Any]


def allowed(resource: Resource, stack: Stack) -> Iterator[tuple[str, Statement]]:
    """Every statement that gives somebody a right, and where it stands.

    A policy that is a boundary and nothing else gives nobody anything.
    """
    if _is_boundary(resource, stack):
        return
    for path, text in _documents(resource):
        for where, statement in statements(path, text):
            if statement.get("Effect") == "Allow":
                yield where, statement


def trusted(resource: Resource) -> Iterator[tuple[str, Statement]]:
    """Every statement that lets somebody be this role, and where it stands."""
    path = TRUST[resource.type]
    for where, statement in statements(path, document(resource.properties, path)):
        if statement.get("Effect") == "Allow":
            yield where, statement


def statements(path: str, text: Any) -> Iterator[tuple[str, Statement]]:
    """The statements of a document that was read, and where each stands.

    Raises:
        TypeError: It is no document of statements.
    """
    for number, statement in enumerate(listed(text, "Statement")):
        if not isinstance(statement, Mapping):
            raise TypeError(path)
        yield f"{path}.Statement.{number}", cast("Statement", statement)


def grants(statement: Statement, action: str) -> bool:
    """Whether an action is among those that a statement names, in whatever way."""
    return any_like(listed(statement, "Action"), action)


def narrowed(statement: Statement, *keys: str) -> bool:
    """Whether a statement counts only where one of these keys has a value that it names."""
    return any(
        key.startswith(keys)
        and bool(values)
        and "*" not in values
        and "Not" not in operator
        and not operator.endswith(("IfExists", "Null"))
        for operator, key, values in conditions(statement)
    )


def is_everywhere(arn: str) -> bool:
    """Whether an ARN stands for all there is, or for all of a kind in whatever account."""
    parts = arn.split(":", 5)
    if len(parts) < _PARTS:
        return "*" in arn
    account, named = parts[4:]
    if account == "":
        # Buckets and hosted zones have no account in their ARN.
        return bool(re.fullmatch(r"\*+(/\*+)?", named))
    return account == "*" and bool(re.fullmatch(r"([a-z-]+[:/])?\*+", named))


def is_any(arn: str, kind: str) -> bool:
    """Whether an ARN stands for all of a kind, if only in one account."""
    named = arn.split(":", 5)[-1]
    return is_everywhere(arn) or bool(re.fullmatch(rf"\*+|{kind}/\*+", named))


def resources(statement: Statement) -> list[str]:
    """What a statement is about; everything, where it says what it is not about."""
    if "NotResource" in statement:
        return ["*"]
    return [str(each) for each in listed(statement, "Resource")]


def account(principal: str) -> str:
    """The account that an ARN, or an account's number, belongs to."""
    return principal if principal.isdigit() else ":".join(principal.split(":")[4:5])


def own_accounts(resource: Resource) -> set[str]:
    """The accounts that it may stand in, as far as its provider or its own ARN says so."""
    found = {account(each) for each in resource.identities if each.startswith("arn:")}
    if resource.provider:
        # What a provider is given comes as text of JSON.
        told = document(resource.provider.properties, "allowedAccountIds")
        found |= {str(each) for each in listed(told)}
    return found - {""}


def _documents(resource: Resource) -> Iterator[tuple[str, Any]]:
    if path := DOCUMENTS.get(resource.type):
        yield path, document(resource.properties, path)
    if resource.type in INLINE:
        several, path = INLINE[resource.type]
        for number, each in enumerate(listed(resource.properties, several)):
            yield f"{several}.{number}.{path}", document(each, path)


def _is_boundary(policy: Resource, stack: Stack) -> bool:
    if policy.type != POLICY or not stack.about(policy, "permissionsBoundary", [ROLE, USER]):
        return False
    return not any(stack.about(policy, key, [type_]) for type_, key in ATTACHMENTS.items())
