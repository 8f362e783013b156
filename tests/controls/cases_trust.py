"""Who may be a role: IAM-02 and IAM-03."""

import json
from collections.abc import Mapping
from typing import Any

from policies.controls import Resource
from policies.controls._iam import ROLE, USER
from tests.controls.cases import UNKNOWN, Cases, Change, change, edit, thing

_GITHUB = "token.actions.githubusercontent.com"
_GITLAB = "gitlab.com"
_JOB = "repo:example-bank/corebank:environment:production:ref:refs/heads/main"
_OWN = "111111111111"
_OTHER = "222222222222"
_PROVIDER = thing("pulumi:providers:aws", allowedAccountIds=json.dumps([_OWN]))


def _trusting(
    principal: Mapping[str, Any] | str, condition: Mapping[str, Any] | None = None, **more: Any
) -> Resource:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
    }
    if condition:
        statement["Condition"] = condition
    provider = more.pop("provider", None)
    return thing(
        ROLE, provider=provider, assumeRolePolicy=json.dumps({"Statement": [statement]}), **more
    )


def _pipeline(
    condition: Mapping[str, Any] | None = None, issuer: str = _GITHUB, **more: Any
) -> Resource:
    provider = f"arn:aws:iam::{_OWN}:oidc-provider/{issuer}"
    return _trusting({"Federated": provider}, condition, **more)


def _subject(*subjects: str, operator: str = "StringLike", issuer: str = _GITHUB) -> Resource:
    named = subjects[0] if len(subjects) == 1 else [*subjects]
    return _pipeline({operator: {f"{issuer}:sub": named}}, issuer)


_SERVICE = _trusting({"Service": "ec2.amazonaws.com"})
_UNKNOWN = thing(ROLE, assumeRolePolicy=UNKNOWN)
_ROOT = f"arn:aws:iam::{_OTHER}:root"

CASES = {
    "iam-02-users": Cases(
        fails=[
            thing(USER),
            thing("aws:iam/accessKey:AccessKey", user="ci", status="Inactive"),
            thing("aws:iam/userLoginProfile:UserLoginProfile", user=UNKNOWN),
            _trusting({"AWS": f"arn:aws:iam::{_OWN}:user/ci"}),
            _trusting({"AWS": [f"arn:aws:iam::{_OWN}:root", f"arn:aws:iam::{_OWN}:user/a/ci"]}),
        ],
        passes=[_SERVICE, _trusting({"AWS": f"arn:aws:iam::{_OWN}:role/user"}), _pipeline()],
        unknown=[_UNKNOWN],
    ),
    "iam-02-job": Cases(
        fails=[
            _pipeline(),
            _pipeline({"StringEquals": {f"{_GITHUB}:aud": "sts.amazonaws.com"}}),
            _subject("repo:example-bank/corebank:*"),
            _subject("repo:example-bank/*:environment:production:ref:refs/heads/main"),
            _subject("repo:example-bank/corebank:environment:production"),
            _subject("repo:example-bank/corebank:ref:refs/heads/main"),
            _subject("repo:example-bank/corebank:environment:production:ref:refs/heads/*"),
            _subject("repo:example-bank/corebank:environment:*:ref:refs/heads/main"),
            _subject(_JOB, "*"),
            _subject(_JOB, operator="StringNotEquals"),
            _subject(_JOB, operator="StringLikeIfExists"),
            _subject("project_path:bank/*:ref_type:branch:ref:main", issuer=_GITLAB),
        ],
        passes=[
            _subject(_JOB),
            _subject(_JOB, operator="ForAnyValue:StringEquals"),
            _subject(_JOB, "repo:example-bank/corebank:environment:plan:ref:refs/pull/*/merge"),
            _subject("project_path:bank/corebank:ref_type:branch:ref:main", issuer=_GITLAB),
            _SERVICE,
        ],
        unknown=[_UNKNOWN, _subject(UNKNOWN)],
    ),
    "iam-02-audience": Cases(
        fails=[
            _subject(_JOB),
            _pipeline({"StringLike": {f"{_GITHUB}:aud": "*"}}),
            _pipeline({"StringEquals": {f"{_GITLAB}:aud": "sts.amazonaws.com"}}),
        ],
        passes=[
            _pipeline({"StringEquals": {f"{_GITHUB}:aud": ["sts.amazonaws.com"]}}),
            _SERVICE,
        ],
        unknown=[_UNKNOWN],
    ),
    "iam-03-ceiling": Cases(
        fails=[thing(ROLE), thing(ROLE, permissionsBoundary=""), thing(USER)],
        passes=[
            thing(ROLE, permissionsBoundary="arn:aws:iam::111111111111:policy/ceiling"),
            thing(ROLE, refers={"permissionsBoundary": _SERVICE}, permissionsBoundary=UNKNOWN),
        ],
        unknown=[thing(ROLE, permissionsBoundary=UNKNOWN)],
    ),
    "iam-03-outsiders": Cases(
        fails=[
            _trusting({"AWS": _ROOT}, provider=_PROVIDER),
            _trusting({"AWS": [f"arn:aws:iam::{_OWN}:root", _OTHER]}, provider=_PROVIDER),
            _trusting("*", provider=_PROVIDER),
            _trusting({"AWS": "*"}, {"StringEquals": {"aws:PrincipalArn": _ROOT}}),
            _trusting({"AWS": _ROOT}, {"StringNotEquals": {"sts:ExternalId": "a"}}),
            _trusting({"AWS": _ROOT}, {"StringLike": {"aws:PrincipalOrgID": "*"}}),
            _trusting({"AWS": _ROOT}),
        ],
        passes=[
            _trusting({"AWS": f"arn:aws:iam::{_OWN}:role/mine"}, provider=_PROVIDER),
            _trusting({"AWS": _OWN}, arn=f"arn:aws:iam::{_OWN}:role/it"),
            _trusting({"AWS": _ROOT}, {"StringEquals": {"sts:ExternalId": "a"}}),
            _trusting({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}),
            _SERVICE,
            _pipeline(),
        ],
        unknown=[
            _UNKNOWN,
            _trusting(
                {"AWS": _ROOT},
                provider=thing("pulumi:providers:aws", allowedAccountIds=UNKNOWN),
            ),
        ],
    ),
    "iam-03-session": Cases(
        fails=[_pipeline(maxSessionDuration=3601.0), _pipeline(maxSessionDuration=43200.0)],
        passes=[
            _pipeline(),
            _pipeline(maxSessionDuration=3600.0),
            _trusting({"Service": "ec2.amazonaws.com"}, maxSessionDuration=43200.0),
        ],
        unknown=[_pipeline(maxSessionDuration=UNKNOWN), _UNKNOWN],
    ),
}


def _any_branch(properties: dict[str, Any]) -> None:
    properties["assumeRolePolicy"] = properties["assumeRolePolicy"].replace(
        "ref:refs/heads/main", "ref:refs/heads/*"
    )


LOOSENED: dict[str, Change] = {
    "IAM-02": edit(ROLE, _any_branch, name="delivery-apply-role"),
    "IAM-03": change(ROLE, "maxSessionDuration", 43200.0, name="delivery-apply-role"),
}
