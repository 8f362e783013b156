"""Roles, policies and who is trusted, in moto, which checks no permission.

What they allow on a Kafka cluster is enforced by the rehearsal's Kafka: see ``kafka_access``.
"""

import json
from collections.abc import Callable
from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.aws.kafka_access import (
    OpensKafka,
    attached_to,
    named,
    of_policy,
    of_role,
    own_of,
    written,
)
from rehearsal.providers.values import Plain

_ROLE = {"RoleName": "{id}"}
_POLICY = {"PolicyArn": "{id}"}
_OF_ROLE = {"RoleName": "{roleName}"}


def _role(answer: Plain) -> Plain:
    boundary: Plain = answer.get("PermissionsBoundary") or {}
    return {
        "assumeRolePolicy": json.dumps(answer["AssumeRolePolicyDocument"]),
        "name": answer["RoleName"],
        "permissionsBoundary": boundary.get("PermissionsBoundaryArn"),
        "uniqueId": answer["RoleId"],
    }


def _exactly(
    kind: str, name: str, told: str, at: Callable[[Any], list[str]], off: str
) -> ApiResource:
    """A type that holds a role to a list of policies which other resources put there.

    Args:
        kind: Its name in the SDK.
        name: The property that is the list.
        told: The call that lists them.
        at: What of the answer they are.
        off: The call that takes one off.
    """
    own = off == "DeleteRolePolicy"
    member = "PolicyName" if own else "PolicyArn"
    return OpensKafka(
        type=f"aws:iam/{kind[0].lower()}{kind[1:]}:{kind}",
        roles=of_role("roleName"),
        documents=(own_of if own else attached_to)("roleName"),
        service="iam",
        create_by=Call("GetRole", _OF_ROLE),
        id="{roleName}",
        read_by=Call("GetRole", _ROLE, "Role"),
        # It is about what else there is, so with it nothing goes.
        delete_by=(),
        members=(
            Members(
                name=name,
                told_by=Call(told, _ROLE),
                live=at,
                remove=Call(off, {**_ROLE, member: "{member}"}),
                always=True,
            ),
        ),
        receive=lambda answer: {"roleName": answer["RoleName"]},
        replaces=("roleName",),
    )


_OLDEST_OF_FIVE = Call(
    "ListPolicyVersions",
    _POLICY,
    "length(Versions) >= `5` && Versions[?!IsDefaultVersion] | [0].VersionId",
)
_PASSWORDS = (
    "allowUsersToChangePassword",
    "hardExpiry",
    "maxPasswordAge",
    "minimumPasswordLength",
    "passwordReusePrevention",
    "requireLowercaseCharacters",
    "requireNumbers",
    "requireSymbols",
    "requireUppercaseCharacters",
)

ROWS = (
    ApiResource(
        type="aws:iam/role:Role",
        service="iam",
        create_by=Call(
            "CreateRole",
            {"RoleName": "{name}", "AssumeRolePolicyDocument": "{assumeRolePolicy}"},
        ),
        id="{Role.RoleName}",
        read_by=Call("GetRole", _ROLE, "Role"),
        delete_by=(Call("DeleteRole", _ROLE),),
        settings=(
            Setting(
                names=("assumeRolePolicy",),
                write=Call(
                    "UpdateAssumeRolePolicy", {**_ROLE, "PolicyDocument": "{assumeRolePolicy}"}
                ),
                at_create=False,
            ),
            Setting(
                names=("description", "maxSessionDuration"),
                write=Call(
                    "UpdateRole",
                    {
                        **_ROLE,
                        "Description": "{description || ''}",
                        "MaxSessionDuration": "{maxSessionDuration || `3600`}",
                    },
                ),
                at_create=False,
            ),
            Setting(
                names=("permissionsBoundary",),
                write=Call(
                    "PutRolePermissionsBoundary",
                    {**_ROLE, "PermissionsBoundary": "{permissionsBoundary}"},
                ),
                clear=Call("DeleteRolePermissionsBoundary", _ROLE),
                at_create=False,
            ),
        ),
        receive=_role,
        replaces=("name", "path"),
        autoname="name",
        tags_of="Role:{id}",
    ),
    OpensKafka(
        type="aws:iam/rolePolicy:RolePolicy",
        roles=of_role("role"),
        documents=written,
        shows=True,
        service="iam",
        create_by=Call(
            "PutRolePolicy",
            {"RoleName": "{role}", "PolicyName": "{name}", "PolicyDocument": "{policy}"},
        ),
        id="{role}:{name}",
        read_by=Call("GetRolePolicy", {"RoleName": "{role}", "PolicyName": "{name}"}),
        delete_by=(Call("DeleteRolePolicy", {"RoleName": "{role}", "PolicyName": "{name}"}),),
        again=("policy",),
        receive=lambda answer: {
            "name": answer["PolicyName"],
            "policy": json.dumps(answer["PolicyDocument"]),
            "role": answer["RoleName"],
        },
        replaces=("name", "role"),
    ),
    OpensKafka(
        type="aws:iam/policy:Policy",
        roles=of_policy,
        documents=written,
        service="iam",
        create_by=Call("CreatePolicy", {"PolicyName": "{name}", "PolicyDocument": "{policy}"}),
        id="{Policy.Arn}",
        read_by=Call("GetPolicy", _POLICY, "Policy"),
        delete_by=(Call("DeletePolicy", _POLICY),),
        settings=(
            Setting(
                names=("policy",),
                # IAM keeps five versions; the oldest one makes room.
                clear=Call(
                    "DeletePolicyVersion",
                    {**_POLICY, "VersionId": "{oldest}"},
                    only_with="oldest",
                    lookups={"oldest": _OLDEST_OF_FIVE},
                ),
                write=Call(
                    "CreatePolicyVersion",
                    {**_POLICY, "PolicyDocument": "{policy}", "SetAsDefault": True},
                ),
                read=Call(
                    "GetPolicyVersion",
                    {**_POLICY, "VersionId": "{defaultVersionId}"},
                    "to_string(PolicyVersion.Document)",
                ),
                at_create=False,
            ),
        ),
        receive=lambda answer: {"name": answer["PolicyName"]},
        # Whoever attaches it changes these.
        volatile=("AttachmentCount", "PermissionsBoundaryUsageCount", "UpdateDate"),
        replaces=("description", "name", "path"),
        autoname="name",
        tags_of="Policy:{id}",
    ),
    OpensKafka(
        type="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        roles=of_role("role"),
        documents=named,
        shows=True,
        service="iam",
        create_by=Call("AttachRolePolicy", {"RoleName": "{role}", "PolicyArn": "{policyArn}"}),
        id="{role}/{policyArn}",
        read_by=Call(
            "ListAttachedRolePolicies",
            {"RoleName": "{role}"},
            "AttachedPolicies[?PolicyArn=='{policyArn}'] | [0]",
        ),
        delete_by=(Call("DetachRolePolicy", {"RoleName": "{role}", "PolicyArn": "{policyArn}"}),),
        untold=("role",),
        replaces=("policyArn", "role"),
    ),
    _exactly(
        "RolePoliciesExclusive",
        "policyNames",
        "ListRolePolicies",
        lambda told: list(told["PolicyNames"]),
        "DeleteRolePolicy",
    ),
    _exactly(
        "RolePolicyAttachmentsExclusive",
        "policyArns",
        "ListAttachedRolePolicies",
        lambda told: [each["PolicyArn"] for each in told["AttachedPolicies"]],
        "DetachRolePolicy",
    ),
    ApiResource(
        type="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        service="iam",
        create_by=Call(
            "CreateOpenIDConnectProvider",
            {"ClientIDList": "{clientIdLists}", "ThumbprintList": "{thumbprintLists || `[]`}"},
        ),
        id="{OpenIDConnectProviderArn}",
        read_by=Call("GetOpenIDConnectProvider", {"OpenIDConnectProviderArn": "{id}"}),
        delete_by=(Call("DeleteOpenIDConnectProvider", {"OpenIDConnectProviderArn": "{id}"}),),
        # The API tells the issuer without its scheme.
        receive=lambda answer: {"url": f"https://{answer['Url'].removeprefix('https://')}"},
        computed={"arn": "{id}"},
        replaces=("url",),
        tags_of="OpenIDConnectProvider:{id}",
    ),
    ApiResource(
        type="aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
        service="iam",
        create_by=Call("UpdateAccountPasswordPolicy"),
        id="iam-account-password-policy",
        read_by=Call("GetAccountPasswordPolicy", at="PasswordPolicy"),
        delete_by=(Call("DeleteAccountPasswordPolicy"),),
        again=_PASSWORDS,
    ),
    ApiResource(
        type="aws:iam/serviceLinkedRole:ServiceLinkedRole",
        service="iam",
        create_by=Call("CreateServiceLinkedRole", {"AWSServiceName": "{awsServiceName}"}),
        id="{Role.Arn}",
        read_by=Call(
            "ListRoles", {"PathPrefix": "/aws-service-role/"}, "Roles[?Arn=='{id}'] | [0]"
        ),
        delete_by=(Call("DeleteServiceLinkedRole", {"RoleName": "{name}"}),),
        receive=lambda answer: {"name": answer["RoleName"], "uniqueId": answer["RoleId"]},
        untold=("awsServiceName",),
        replaces=("awsServiceName", "customSuffix"),
        tags_of="Role:{id}",
    ),
)
