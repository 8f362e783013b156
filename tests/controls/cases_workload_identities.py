"""Workload identities: EKS-08."""

import json
from typing import Any

from policies.controls import Resource
from policies.controls.workload_identities import ADDONS, ASSOCIATIONS, NATIVE_ROLE, ROLE
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/0123"
_PROVIDER = f"arn:aws:iam::111111111111:oidc-provider/{_ISSUER}"
_PAYMENTS = "system:serviceaccount:payments:payments"
_AUD, _SUB = f"{_ISSUER}:aud", f"{_ISSUER}:sub"
_AUDIENCE = {_AUD: "sts.amazonaws.com"}
_ONE, _TWO = thing(ROLE, "one"), thing(ROLE, "two")


def _statement(condition: Any, provider: Any = _PROVIDER) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }


def _trust(*statements: Any) -> dict[str, Any]:
    return {"assumeRolePolicy": json.dumps({"Version": "2012-10-17", "Statement": [*statements]})}


def _subject(subject: Any, operator: str = "StringEquals") -> dict[str, Any]:
    return _trust(_statement({operator: {_SUB: subject}}))


def _association(name: str, role: Resource | None, **properties: Any) -> Resource:
    given: dict[str, Any] = {"namespace": name, "serviceAccount": name, **properties}
    return thing(ASSOCIATIONS[0], name, refers={"roleArn": role} if role else {}, **given)


_GOOD = _statement({"StringEquals": {_SUB: _PAYMENTS, **_AUDIENCE}})
_GITHUB = _statement(
    {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:bank/*"}},
    "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
)
_PODS = {"Effect": "Allow", "Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": "sts:*"}

CASES = {
    "eks-08-account": Cases(
        fails=[
            {"namespace": "payments", "serviceAccount": "*"},
            {"namespace": "*", "serviceAccount": "payments"},
            {"namespace": "payments", "serviceAccount": "default"},
            {"serviceAccount": "payments"},
            thing(ADDONS[0], podIdentityAssociations=[{"serviceAccount": "default"}]),
            thing(ASSOCIATIONS[1], namespace="payments", serviceAccount="pay?ments"),
        ],
        passes=[
            {"namespace": "payments", "serviceAccount": "payments"},
            {"namespace": "default", "serviceAccount": "payments"},
            thing(ADDONS[0], podIdentityAssociations=[{"serviceAccount": "aws-node"}]),
            thing(ADDONS[0], podIdentityAssociations=[]),
        ],
        unknown=[
            {"namespace": "payments", "serviceAccount": UNKNOWN},
            thing(ADDONS[0], podIdentityAssociations=[{"serviceAccount": UNKNOWN}]),
        ],
    ),
    "eks-08-own-role": Cases(
        fails=[
            [_ONE, _association("payments", _ONE), _association("cards", _ONE)],
            [
                _association("payments", None, roleArn="a"),
                _association("cards", None, roleArn="a"),
                _association("risk", None, roleArn=UNKNOWN),
            ],
        ],
        passes=[
            [_ONE, _TWO, _association("payments", _ONE), _association("cards", _TWO)],
            [_association("payments", None, roleArn="a"), _association("cards", None, roleArn="b")],
            [_association("payments", None, roleArn=UNKNOWN)],
            [
                _ONE,
                _association("payments", _ONE, clusterName="blue"),
                thing(
                    ASSOCIATIONS[1],
                    "green",
                    refers={"roleArn": _ONE},
                    namespace="payments",
                    serviceAccount="payments",
                ),
            ],
        ],
        unknown=[
            [_association("payments", None, roleArn="a"), _association("x", None, roleArn=UNKNOWN)],
        ],
    ),
    "eks-08-subject": Cases(
        fails=[
            _subject("system:serviceaccount:payments:*"),
            _subject("system:serviceaccount:*:*", "StringLike"),
            _subject([_PAYMENTS, "system:serviceaccount:cards:cards"]),
            _subject("system:serviceaccount:payments:default"),
            _subject(_PAYMENTS, "StringNotEquals"),
            _subject(_PAYMENTS, "StringEqualsIfExists"),
            _trust(_statement({"StringEquals": _AUDIENCE})),
            _trust(_GITHUB, _GOOD, _statement({}, [_PROVIDER])),
            {"assumeRolePolicy": json.dumps({"Statement": _statement({})})},
            thing(NATIVE_ROLE, assumeRolePolicyDocument={"Statement": [_statement({})]}),
        ],
        passes=[
            _trust(_GOOD),
            _subject(_PAYMENTS, "StringLike"),
            _subject([_PAYMENTS]),
            _trust(_GITHUB, _PODS),
            _trust({**_statement({}), "Effect": "Deny"}),
            {},
        ],
        unknown=[{"assumeRolePolicy": UNKNOWN}, _subject(UNKNOWN)],
    ),
    "eks-08-audience": Cases(
        fails=[
            _trust(_statement({"StringEquals": {_SUB: _PAYMENTS}})),
            _trust(_statement({"StringEquals": {_SUB: _PAYMENTS, _AUD: "*"}})),
            _trust(_GOOD, _statement({"StringEquals": {_AUD: ["sts.amazonaws.com", "other"]}})),
        ],
        passes=[_trust(_GOOD), _trust(_GITHUB), _trust(_PODS)],
        unknown=[{"assumeRolePolicy": UNKNOWN}],
    ),
}

LOOSENED: dict[str, Change] = {"EKS-08": change(ASSOCIATIONS[0], "serviceAccount", "default")}
