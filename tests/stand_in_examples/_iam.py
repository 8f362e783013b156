"""Examples of roles, policies and who is trusted."""

import json
from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def document(action: str) -> str:
    """A policy that allows one action."""
    allow = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def trust(service: str) -> str:
    """Lets a service take a role on."""
    allow = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def _exclusive(world: World) -> Plain:
    role = world.role()
    policy = {"role": role, "name": "own", "policy": document("s3:GetObject")}
    world.make("aws:iam/rolePolicy:RolePolicy", policy)
    return {"roleName": role, "policyNames": ["own"]}


def _attached(world: World) -> Plain:
    role, policy = world.role(), world.policy()
    inputs = {"role": role, "policyArn": policy}
    world.make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", inputs)
    return {"roleName": role, "policyArns": [policy]}


_PASSWORDS: Plain = {
    "minimumPasswordLength": 14.0,
    "passwordReusePrevention": 24.0,
    "maxPasswordAge": 90.0,
    "requireLowercaseCharacters": True,
    "requireNumbers": True,
    "requireSymbols": True,
    "requireUppercaseCharacters": True,
    "allowUsersToChangePassword": True,
    "hardExpiry": False,
}
_OTHER_PASSWORDS: Plain = {
    key: not value if isinstance(value, bool) else value / 2 for key, value in _PASSWORDS.items()
}

EXAMPLES: Mapping[str, Example] = {
    "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": Example(
        inputs=lambda _: _PASSWORDS, changes=lambda _: [_OTHER_PASSWORDS]
    ),
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": Example(
        inputs=lambda _: {
            "url": f"https://{new_name()}.example.com",
            "clientIdLists": ["sts.amazonaws.com"],
            "tags": TAGS,
        }
    ),
    "aws:iam/policy:Policy": Example(
        inputs=lambda _: {
            "name": new_name(),
            "description": "Reads",
            "policy": document("s3:GetObject"),
            "tags": TAGS,
        },
        # More than the five versions that IAM keeps.
        changes=lambda _: [{"policy": document(f"s3:Get{n}")} for n in range(7)],
    ),
    "aws:iam/role:Role": Example(
        inputs=lambda world: {
            "name": new_name(),
            "assumeRolePolicy": trust("backup.amazonaws.com"),
            "description": "Backs up",
            "maxSessionDuration": 3600.0,
            "permissionsBoundary": world.policy(),
            "tags": TAGS,
        },
        changes=lambda world: [
            {"assumeRolePolicy": trust("s3.amazonaws.com")},
            {"maxSessionDuration": 7200.0},
            {"description": "Copies"},
            {"permissionsBoundary": world.policy()},
        ],
    ),
    "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive": Example(
        inputs=_exclusive, changes=lambda _: [{"policyNames": []}]
    ),
    "aws:iam/rolePolicy:RolePolicy": Example(
        inputs=lambda world: {
            "role": world.role(),
            "name": "own",
            "policy": document("s3:GetObject"),
        },
        changes=lambda _: [{"policy": document("s3:PutObject")}],
    ),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": Example(
        inputs=lambda world: {"role": world.role(), "policyArn": world.policy()}
    ),
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": Example(
        inputs=_attached, changes=lambda _: [{"policyArns": []}]
    ),
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": Example(
        inputs=lambda _: {"awsServiceName": f"{new_name()}.amazonaws.com", "tags": TAGS}
    ),
}
