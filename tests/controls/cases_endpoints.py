"""Endpoints: NET-07."""

import json

from policies.controls import Resource
from policies.controls.endpoints import ENDPOINT, ENDPOINT_POLICY, NATIVE_ENDPOINT, SERVICES
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_VPC = thing("aws:ec2/vpc:Vpc")
_SERVICE = "com.amazonaws.eu-west-1.kms"


def _endpoints(*services: str) -> list[Resource]:
    return [
        _VPC,
        *(
            thing(
                ENDPOINT,
                service,
                refers={"vpcId": _VPC},
                vpcId=UNKNOWN,
                serviceName=service if service == UNKNOWN else f"com.amazonaws.eu-west-1.{service}",
            )
            for service in services
        ),
    ]


def _policy(**statement: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [_statement(**statement)]})


def _statement(**changed: object) -> dict[str, object]:
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    return {key: value for key, value in {**everything, **changed}.items() if value is not None}


def _held(operator: str, key: str, value: object) -> str:
    return _policy(Condition={operator: {key: value}})


_BESIDE = thing(ENDPOINT, serviceName=_SERVICE, policy=_policy())

CASES = {
    "net-07-endpoints": Cases(
        fails=[
            _endpoints(*SERVICES[1:]),
            [_VPC],
            _endpoints(*SERVICES[:-1], "ssmmessages"),
            _endpoints(*(each for each in SERVICES if each != "ecr.api"), "api"),
            [_VPC, *(thing(ENDPOINT, each, vpcId="vpc-2") for each in SERVICES)],
        ],
        passes=[
            _endpoints(*SERVICES),
            _endpoints("ec2", *reversed(SERVICES), UNKNOWN),
        ],
        unknown=[_endpoints(*SERVICES[1:], UNKNOWN)],
    ),
    "net-07-policy": Cases(
        fails=[
            {"serviceName": _SERVICE},
            {"serviceName": _SERVICE, "policy": _policy()},
            {"policy": _policy(Principal={"AWS": ["*"]}, Action=["kms:*"], Resource=["*"])},
            {"policy": json.dumps({"Statement": _statement()})},
            {"policy": _policy(Action=None, NotAction="kms:Delete*")},
            {"policy": _held("Bool", "aws:SecureTransport", "true")},
            {"policy": _held("StringNotEquals", "aws:PrincipalAccount", "111111111111")},
            {"policy": _held("StringEqualsIfExists", "aws:PrincipalAccount", "111111111111")},
            {"policy": _held("StringLike", "aws:PrincipalOrgID", "*")},
            {
                "policy": json.dumps(
                    {"Statement": [_statement(Action="kms:Decrypt"), _statement(Action="kms:*")]}
                )
            },
            [_BESIDE, thing(ENDPOINT_POLICY, refers={"vpcEndpointId": _BESIDE}, policy=_policy())],
            thing(NATIVE_ENDPOINT, serviceName=_SERVICE),
            thing(NATIVE_ENDPOINT, policyDocument={"Statement": [_statement()]}),
        ],
        passes=[
            {"policy": _held("StringEquals", "aws:PrincipalAccount", "111111111111")},
            {"policy": _held("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", ["o-1/r-1/*"])},
            {"policy": _policy(Principal={"AWS": "arn:aws:iam::111111111111:root"})},
            {"policy": _policy(Action="s3:GetObject", Resource=["arn:aws:s3:::images/*"])},
            {"policy": _policy(Effect="Deny")},
            {"serviceName": "x", "vpcEndpointType": "GatewayLoadBalancer"},
            {"serviceName": "com.amazonaws.vpce.eu-west-1.vpce-svc-1"},
            [
                _BESIDE,
                thing(
                    ENDPOINT_POLICY,
                    refers={"vpcEndpointId": _BESIDE},
                    policy=_held("StringEquals", "aws:PrincipalOrgID", "o-1"),
                ),
            ],
        ],
        unknown=[
            {"policy": UNKNOWN, "serviceName": _SERVICE},
            {"policy": _held("StringEquals", "aws:PrincipalAccount", UNKNOWN)},
            {"serviceName": UNKNOWN},
        ],
    ),
}

LOOSENED: dict[str, Change] = {"NET-07": change(ENDPOINT, "policy", _policy())}
