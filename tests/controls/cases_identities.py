"""What may be done: IAM-01."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from policies.controls import Resource
from policies.controls._iam import POLICY, ROLE, USER
from tests.controls.cases import UNKNOWN, Cases, Change, edit, thing

_ATTACHED = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
_INLINE = "aws:iam/rolePolicy:RolePolicy"
_KEYS = "arn:aws:kms:eu-west-1:111111111111:key/*"
_AWS = "arn:aws:iam::aws:policy"


def _text(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [*statements]})


def _allow(
    action: str | Sequence[str], on: str | Sequence[str] = "*", **more: Any
) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": on, **more}


def _policy(*statements: Mapping[str, Any]) -> Resource:
    return thing(POLICY, policy=_text(*statements))


_LOOK = _allow(["ec2:Describe*", "iam:List*"])
_DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}
_LONE = {"Version": "2012-10-17", "Statement": _allow("s3:PutObject", "arn:aws:s3:::mine/*")}
_BOUNDARY = thing(POLICY, "ceiling", policy=_text({"Effect": "Allow", "NotAction": "iam:*"}))
_UNDER = thing(ROLE, "under", refers={"permissionsBoundary": _BOUNDARY})
_UNKNOWN = [
    [thing(POLICY, policy=UNKNOWN)],
    [thing(POLICY, policy=_text(_allow("s3:GetObject", UNKNOWN)))],
    [thing(ROLE, inlinePolicies=[{"name": "a", "policy": UNKNOWN}])],
]

CASES = {
    "iam-01-everything": Cases(
        fails=[
            [_policy(_allow("*"))],
            [_policy(_LOOK, _allow(["s3:GetObject", "*:*"], "arn:aws:s3:::mine/*"))],
            [_policy({"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"})],
            [thing(POLICY, policy={"Statement": _allow("**")})],
            [
                thing(
                    ROLE, inlinePolicies=[{"policy": _text(_LOOK)}, {"policy": _text(_allow("*"))}]
                )
            ],
            [_BOUNDARY, _UNDER, thing(_ATTACHED, refers={"policyArn": _BOUNDARY})],
            [thing("aws-native:iam:RolePolicy", policyDocument={"Statement": [_allow("*")]})],
        ],
        passes=[
            [_policy(_LOOK)],
            [_policy(_DENY)],
            [thing(POLICY, policy=json.dumps(_LONE))],
            [_BOUNDARY, _UNDER],
            [thing(ROLE)],
        ],
        unknown=_UNKNOWN,
    ),
    "iam-01-service": Cases(
        fails=[
            [_policy(_allow("kms:*"))],
            [_policy(_allow(["s3:GetObject", "s3:**"], "arn:aws:s3:::mine/*"))],
            [thing(_INLINE, policy=_text(_allow("iam:*", "arn:aws:iam::111111111111:role/mine")))],
        ],
        passes=[[_policy(_allow("s3:Get*", "arn:aws:s3:::mine/*"))], [_policy(_DENY)]],
        unknown=_UNKNOWN,
    ),
    "iam-01-anywhere": Cases(
        fails=[
            [_policy(_allow("s3:PutObject"))],
            [_policy(_allow("s3:GetObject"))],
            [_policy(_allow("s3:Get*", "arn:aws:s3:::*"))],
            [_policy(_allow("S3:getobject", "arn:aws:s3:::*/*"))],
            [_policy(_allow("kms:Decrypt"))],
            [_policy(_allow("secretsmanager:*Value", "arn:aws:secretsmanager:*:*:secret:*"))],
            [_policy(_allow(["logs:PutResourcePolicy", "logs:Put*"]))],
            [
                _policy(
                    _LOOK, {"Effect": "Allow", "Action": "sqs:*", "NotResource": "arn:a:b:c:d:e"}
                )
            ],
            [thing("aws:iam/groupPolicy:GroupPolicy", policy=_text(_allow("iam:CreateRole")))],
        ],
        passes=[
            [_policy(_LOOK)],
            [_policy(_allow("kms:CreateKey"))],
            [_policy(_allow("s3:PutObject", ["arn:aws:s3:::mine", "arn:aws:s3:::mine/*"]))],
            [_policy(_allow("ec2:CreateVpc", "arn:aws:ec2:*:111111111111:vpc/*"))],
            [_policy(_allow("s3:GetBucket*"))],
        ],
        unknown=_UNKNOWN,
    ),
    "iam-01-decrypt": Cases(
        fails=[
            [_policy(_allow("kms:Decrypt", _KEYS))],
            [_policy(_allow(["kms:De*"], "arn:aws:kms:*:111111111111:*"))],
            [_policy(_allow("kms:ReEncrypt*", "*"))],
            [
                _policy(
                    _allow(
                        "kms:Decrypt",
                        _KEYS,
                        Condition={"StringNotEquals": {"kms:ViaService": "s3.eu-west-1.a.com"}},
                    )
                )
            ],
            [
                _policy(
                    _allow(
                        "kms:Decrypt", _KEYS, Condition={"StringLike": {"kms:ViaService": ["*"]}}
                    )
                )
            ],
        ],
        passes=[
            [_policy(_allow("kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/mine"))],
            [
                _policy(
                    _allow(
                        "kms:Decrypt",
                        _KEYS,
                        Condition={"StringEquals": {"kms:ViaService": "s3.eu-west-1.a.com"}},
                    )
                )
            ],
            [_policy(_allow("kms:Describe*"))],
        ],
        unknown=_UNKNOWN,
    ),
    "iam-01-pass-role": Cases(
        fails=[
            [_policy(_allow("iam:PassRole"))],
            [_policy(_allow("iam:Pass*", "arn:aws:iam::111111111111:role/*"))],
            [_policy(_allow(["iam:passrole"], ["arn:aws:iam::1:role/a", "arn:aws:iam::*:role/*"]))],
        ],
        passes=[
            [_policy(_allow("iam:PassRole", "arn:aws:iam::111111111111:role/mine-*"))],
            [_policy(_allow("iam:GetRole"))],
        ],
        unknown=_UNKNOWN,
    ),
    "iam-01-managed": Cases(
        fails=[
            thing(_ATTACHED, policyArn=f"{_AWS}/AdministratorAccess"),
            thing(_ATTACHED, policyArn="arn:aws-cn:iam::aws:policy/job-function/PowerUserAccess"),
            thing(_EXCLUSIVE, policyArns=[f"{_AWS}/ReadOnlyAccess", f"{_AWS}/IAMFullAccess"]),
            thing(ROLE, managedPolicyArns=[f"{_AWS}/AmazonS3FullAccess"]),
            thing(
                _EXCLUSIVE,
                refers={"policyArns": _BOUNDARY},
                policyArns=[UNKNOWN, f"{_AWS}/AdministratorAccess"],
            ),
        ],
        passes=[
            thing(_ATTACHED, policyArn=f"{_AWS}/AmazonEKSClusterPolicy"),
            thing(_ATTACHED, policyArn="arn:aws:iam::111111111111:policy/AdministratorAccess"),
            thing(_ATTACHED, refers={"policyArn": _BOUNDARY}, policyArn=UNKNOWN),
            thing(_EXCLUSIVE, refers={"policyArns": _BOUNDARY}, policyArns=[UNKNOWN]),
            thing(ROLE),
        ],
        unknown=[
            thing(_ATTACHED, policyArn=UNKNOWN),
            thing(_EXCLUSIVE, policyArns=[f"{_AWS}/ReadOnlyAccess", UNKNOWN]),
            thing(_ATTACHED, refers={"policyArn": thing(USER)}, policyArn=UNKNOWN),
        ],
    ),
}


def _more(properties: dict[str, Any]) -> None:
    document = json.loads(properties["policy"])
    document["Statement"].append(_allow("s3:*"))
    properties["policy"] = json.dumps(document)


LOOSENED: dict[str, Change] = {"IAM-01": edit(_INLINE, _more)}
