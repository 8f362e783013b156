"""The policies of delivery: who may take its roles on, what these may do, and the ceiling. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components._delivery_actions import (
    FORBIDDEN,
    GLOBAL_WRITES,
    LINKED_SERVICES,
    NETWORK_WRITES,
    READS,
    SERVICES_WITH_ROLES,
    WATCH_WRITES,
    WRITES,
    WRITES_WITHOUT_RESOURCE,
    actions,
)
from components._policy import Statement, policy_document

PREFIX = "corebank-"
"""Begins the name of every role and policy that the program makes."""
PLAN, APPLY, BOUNDARY = f"{PREFIX}plan", f"{PREFIX}apply", f"{PREFIX}boundary"
AUDIENCE = "sts.amazonaws.com"
"""Whom the code host's token must be made for."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account as policies name it.

    Args:
        account: 12 digits.
        regions: The only regions in which anything is made.
        issuer: The OIDC issuer, without ``https://``.
        state_bucket: The bucket of the engine's state.
        state_key: ARN of the key that encrypts its secrets.
    """

    account: str
    regions: Sequence[str]
    issuer: str
    state_bucket: str
    state_key: str

    def iam(self, what: str) -> str:
        """The ARN of something in IAM, such as ``role/a``."""
        return f"arn:aws:iam::{self.account}:{what}"


def trust(account: Account, *, subjects: Sequence[str]) -> str:
    """Lets jobs with one of these subjects take a role on, as JSON.

    Args:
        account: The account and its issuer.
        subjects: What the token's ``sub`` may be; ``*`` stands for any text.
    """
    exact = not any("*" in subject for subject in subjects)
    same = {f"{account.issuer}:aud": AUDIENCE}
    subject = {f"{account.issuer}:sub": list(subjects)}
    return policy_document(
        [
            {
                "Effect": "Allow",
                "Principal": {"Federated": account.iam(f"oidc-provider/{account.issuer}")},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {**same, **subject}}
                if exact
                else {"StringEquals": same, "StringLike": subject},
            }
        ]
    )


def boundary(account: Account) -> str:
    """The ceiling of every role that the program makes, as JSON. It grants nothing.

    What is left out of the first statement no such role can do. The rest depends on what it is done
    to: a role without this ceiling, delivery itself, another region.
    """
    return _compact(
        [
            {
                "Effect": "Allow",
                "NotAction": actions(FORBIDDEN),
                "Resource": "*",
            },
            {
                "Sid": "RolesUnderThis",
                "Effect": "Deny",
                "Action": ["iam:CreateRole", "iam:PutRolePermissionsBoundary"],
                "Resource": "*",
                "Condition": {
                    "StringNotEquals": {
                        "iam:PermissionsBoundary": account.iam(f"policy/{BOUNDARY}")
                    }
                },
            },
            {
                "Sid": "NotDeliveryItself",
                "Effect": "Deny",
                "Action": [
                    "iam:Add*",
                    "iam:Attach*",
                    "iam:Create*",
                    "iam:Delete*",
                    "iam:Detach*",
                    "iam:Put*",
                    "iam:Remove*",
                    "iam:Set*",
                    "iam:Tag*",
                    "iam:Untag*",
                    "iam:Update*",
                ],
                "Resource": [
                    account.iam(f"oidc-provider/{account.issuer}"),
                    account.iam(f"policy/{BOUNDARY}"),
                    account.iam(f"policy/{PLAN}*"),
                    account.iam(f"policy/{APPLY}*"),
                    account.iam(f"role/{PLAN}"),
                    account.iam(f"role/{APPLY}"),
                ],
            },
            {
                "Sid": "TheseRegions",
                "Effect": "Deny",
                "NotAction": ["budgets:*", "iam:*", "organizations:*", "route53:*", "sts:*"],
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(account.regions)}},
            },
        ]
    )


def reading(account: Account) -> str:
    """What both roles read, as JSON: configuration, the state, and nothing that is content.

    In databases it is what PostgreSQL lets their login look at, which people made.
    """
    state = f"arn:aws:s3:::{account.state_bucket}"
    return _compact(
        [
            {"Effect": "Allow", "Action": actions(READS), "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{state}/*"},
            {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": account.state_key},
            _logs_in(account, PLAN),
        ]
    )


def networking(account: Account) -> str:
    """What the applying role writes of networks, as JSON; IAM takes no policy that has it all."""
    return _apart(account, NETWORK_WRITES)


def watching(account: Account) -> str:
    """What the applying role writes of what watches and records, as JSON, likewise."""
    return _apart(account, WATCH_WRITES)


def writing(account: Account) -> str:
    """What the applying role writes beside networks, what watches, and IAM, as JSON."""
    here = _here(account)
    state = f"arn:aws:s3:::{account.state_bucket}"
    return _compact(
        [
            {
                "Effect": "Allow",
                "Action": actions(WRITES),
                "Resource": [
                    *(
                        f"arn:aws:{service}:*:{account.account}:*"
                        for service in WRITES
                        if service != "s3"
                    ),
                    f"arn:aws:s3:::{PREFIX}*",
                ],
                "Condition": here,
            },
            {
                "Effect": "Allow",
                "Action": actions(WRITES_WITHOUT_RESOURCE),
                "Resource": "*",
                "Condition": here,
            },
            {
                "Effect": "Allow",
                "Action": actions(GLOBAL_WRITES),
                "Resource": [
                    f"arn:aws:budgets::{account.account}:budget/*",
                    "arn:aws:route53:::hostedzone/*",
                    f"arn:aws:ec2:*:{account.account}:vpc/*",
                ],
            },
            {
                "Effect": "Allow",
                "Action": "kms:CreateGrant",
                "Resource": f"arn:aws:kms:*:{account.account}:key/*",
                "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
            },
            {
                # RDS has Secrets Manager make a database's master secret in our name. Reading it
                # takes another action, which this role does not have.
                "Effect": "Allow",
                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                "Resource": f"arn:aws:kms:*:{account.account}:key/*",
                "Condition": {
                    "StringEquals": {
                        "kms:ViaService": [
                            f"secretsmanager.{region}.amazonaws.com" for region in account.regions
                        ]
                    }
                },
            },
            {
                "Effect": "Allow",
                "Action": ["s3:DeleteObject", "s3:PutObject"],
                "Resource": f"{state}/*",
            },
            {
                "Effect": "Allow",
                "Action": ["kms:Encrypt", "kms:GenerateDataKey"],
                "Resource": account.state_key,
            },
        ]
    )


def identities(account: Account, *, management_role: str | None) -> str:
    """Whom the applying role makes and becomes, as JSON: roles of the program, under the ceiling.

    Args:
        account: The account.
        management_role: The role in the management account that it takes on, if there is one.
    """
    roles = account.iam(f"role/{PREFIX}*")
    linked = account.iam("role/aws-service-role/*")
    statements: list[Statement] = [
        {
            "Effect": "Allow",
            "Action": [
                "iam:AttachRolePolicy",
                "iam:CreateRole",
                "iam:DeleteRolePolicy",
                "iam:DetachRolePolicy",
                "iam:PutRolePermissionsBoundary",
                "iam:PutRolePolicy",
            ],
            "Resource": roles,
            "Condition": {
                "StringEquals": {"iam:PermissionsBoundary": account.iam(f"policy/{BOUNDARY}")}
            },
        },
        {
            # IAM does not tell the boundary when it is asked for these.
            "Effect": "Allow",
            "Action": [
                "iam:DeleteRole",
                "iam:TagRole",
                "iam:UntagRole",
                "iam:UpdateAssumeRolePolicy",
                "iam:UpdateRole",
            ],
            "Resource": roles,
        },
        {
            # What they allow counts on a role only, and that is under the ceiling.
            "Effect": "Allow",
            "Action": [
                "iam:CreatePolicy",
                "iam:CreatePolicyVersion",
                "iam:DeletePolicy",
                "iam:DeletePolicyVersion",
                "iam:TagPolicy",
                "iam:UntagPolicy",
            ],
            "Resource": account.iam(f"policy/{PREFIX}*"),
        },
        {
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": roles,
            "Condition": {"StringEquals": {"iam:PassedToService": list(SERVICES_WITH_ROLES)}},
        },
        {
            # AWS Config takes its own role by name.
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": account.iam("role/aws-service-role/config.amazonaws.com/*"),
            "Condition": {"StringEquals": {"iam:PassedToService": "config.amazonaws.com"}},
        },
        {
            "Effect": "Allow",
            "Action": "iam:CreateServiceLinkedRole",
            "Resource": linked,
            "Condition": {"StringEquals": {"iam:AWSServiceName": list(LINKED_SERVICES)}},
        },
        {
            # There is one for the whole account, and nothing to name.
            "Effect": "Allow",
            "Action": "iam:UpdateAccountPasswordPolicy",
            "Resource": "*",
        },
        _logs_in(account, APPLY),
    ]
    if management_role is not None:
        statements.append(
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": management_role}
        )
    return _compact(statements)


def _logs_in(account: Account, user: str) -> Statement:
    """Logging in to databases as one user of PostgreSQL.

    To whichever cluster of the account: it gets its number long after delivery is there, and a
    restored one another.
    """
    return {
        "Effect": "Allow",
        "Action": "rds-db:connect",
        "Resource": [
            f"arn:aws:rds-db:{region}:{account.account}:dbuser:*/{user}"
            for region in account.regions
        ],
    }


def _apart(account: Account, table: Mapping[str, tuple[str, ...]]) -> str:
    """A policy of its own for a table: on resources of the account, in its regions."""
    return _compact(
        [
            {
                "Effect": "Allow",
                "Action": actions(table),
                "Resource": [f"arn:aws:{service}:*:{account.account}:*" for service in table],
                "Condition": _here(account),
            }
        ]
    )


def _here(account: Account) -> Mapping[str, Mapping[str, list[str]]]:
    """The condition that it is done in the account's regions."""
    return {"StringEquals": {"aws:RequestedRegion": list(account.regions)}}


def _compact(statements: Sequence[Statement]) -> str:
    """Without blanks: IAM counts characters."""
    return json.dumps(json.loads(policy_document(statements)), separators=(",", ":"))
