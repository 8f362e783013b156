"""Who may be a role in AWS: people and pipelines without keys, and from where."""

import re
from typing import Any

from policies.controls._iam import (
    ROLE,
    TRUST,
    USER,
    Statement,
    account,
    narrowed,
    own_accounts,
    trusted,
)
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource
from policies.controls._statements import conditions
from policies.controls._wire import listed

_KEYS = (
    USER,
    "aws:iam/accessKey:AccessKey",
    "aws:iam/userLoginProfile:UserLoginProfile",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
    "aws:iam/sshKey:SshKey",
    "aws:iam/signingCertificate:SigningCertificate",
    "aws-native:iam:User",
    "aws-native:iam:AccessKey",
)
_GITHUB = "token.actions.githubusercontent.com"
_PIPELINES = (_GITHUB, "gitlab.com", "api.bitbucket.org", "app.terraform.io", "api.pulumi.com")
"""Issuers that sign for jobs of anybody who has an account there."""
_JOB = re.compile(
    r"(?=.*\brepo:[^:*?/]+/[^:*?/]+(:|$))"
    r"(?=.*\benvironment:[^:*?]+(:|$))"
    r"(?=.*\bref:refs/(heads/[^:*?]+|pull/\*/merge)$)"
)
"""What GitHub is told to sign: a repository, an environment of it, and a branch. A pull request has
no branch of its own, and is held by its environment."""
_ORGANISATION = (
    "sts:externalid",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceorgid",
)
_HOUR = 3600

KEYLESS = Control(
    id="IAM-02",
    pack="security",
    title="No users and no keys; a pipeline proves which job it is",
    levels="MMM",
    severity="critical",
    supports="C5 1.14, C5 1.20, PCI 8.6.1, N IA-2, R 20",
    remedy=(
        "Let people come by single sign-on and pipelines by OIDC, and name repository, branch and"
        " environment in the condition on sub."
    ),
)


@KEYLESS.rule("users", "no user, none of its keys, and no role for one", *_KEYS, *TRUST)
def _users(identity: Resource) -> Wrong:
    if identity.type not in TRUST:
        yield "is a user's, or a key of one"
        return
    for where, statement in trusted(identity):
        if any(":user/" in each for each in _principals(statement, "AWS")):
            yield f"{where}.Principal.AWS names a user"


@KEYLESS.rule("job", "repository, branch and environment of a pipeline's job", *TRUST)
def _job(role: Resource) -> Wrong:
    for where, statement in trusted(role):
        for issuer in _issuers(statement):
            named = _asked(statement, f"{issuer}:sub")
            if not named or any(not _is_one_job(issuer, each) for each in named):
                yield (
                    f"{where}.Condition does not name repository, branch and environment in"
                    f" {issuer}:sub"
                )


@KEYLESS.rule("audience", "that a pipeline's token is meant for AWS", *TRUST)
def _audience(role: Resource) -> Wrong:
    for where, statement in trusted(role):
        for issuer in _issuers(statement):
            named = _asked(statement, f"{issuer}:aud")
            if not named or any("*" in each for each in named):
                yield f"{where}.Condition does not name {issuer}:aud"


BOUNDED = Control(
    id="IAM-03",
    pack="security",
    title="A role has a ceiling, and others come in only as they were told to",
    levels="AMM",
    severity="high",
    supports="N AC-6, D 28, PCI 7.2.5",
    remedy=(
        "Set permissionsBoundary; ask those of other accounts for sts:ExternalId or"
        " aws:PrincipalOrgID; give a pipeline's role an hour."
    ),
)


@BOUNDED.rule("ceiling", "a permissions boundary for each role and user", ROLE, USER)
def _ceiling(identity: Resource) -> Wrong:
    if not identity.refers.get("permissionsBoundary") and not identity.at("permissionsBoundary"):
        yield "has no permissionsBoundary"


@BOUNDED.rule("outsiders", "a condition for those of other accounts", *TRUST)
def _outsiders(role: Resource) -> Wrong:
    for where, statement in trusted(role):
        accounts = {account(each) for each in _principals(statement, "AWS")}
        if accounts and accounts - own_accounts(role) and not narrowed(statement, *_ORGANISATION):
            yield (
                f"{where} lets in another account, and asks for neither sts:ExternalId nor its"
                " organisation"
            )


@BOUNDED.rule("session", "sessions of an hour at most for pipelines", ROLE)
def _session(role: Resource) -> Wrong:
    if not any(_issuers(statement) for _, statement in trusted(role)):
        return
    # AWS gives an hour where nothing is said.
    if (role.at("maxSessionDuration") or _HOUR) > _HOUR:
        yield "maxSessionDuration is more than an hour, and a pipeline may be this role"


def _principals(statement: Statement, kind: str) -> list[str]:
    who: Any = statement.get("Principal")
    if "NotPrincipal" in statement or isinstance(who, str):
        return ["*"]
    return [str(each) for each in listed(who, kind)]


def _issuers(statement: Statement) -> list[str]:
    """The pipelines' issuers that a statement lets in."""
    return [
        issuer
        for each in _principals(statement, "Federated")
        for issuer in _PIPELINES
        if issuer in each
    ]


def _asked(statement: Statement, key: str) -> list[str]:
    """What a key has to be; nothing where it need not be there, or must only not be something."""
    return [
        value
        for operator, name, values in conditions(statement)
        if name == key and operator.split(":")[-1] in {"StringEquals", "StringLike"}
        for value in values
    ]


def _is_one_job(issuer: str, subject: str) -> bool:
    return bool(_JOB.match(subject)) if issuer == _GITHUB else not set("*?") & set(subject)


CONTROLS = (KEYLESS, BOUNDED)
