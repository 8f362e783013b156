"""Clusters: EKS-01 to EKS-05 and EKS-07."""

from typing import Any

from policies.controls import Resource
from policies.controls.clusters import (
    CLUSTER,
    COMPONENT,
    KEYS,
    LOGS,
    LOGS_IN_SANDBOX,
    NATIVE,
    NATIVE_ENTRY,
)
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
_VIEW = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"
_GLASS = "arn:aws:iam::111111111111:role/corebank-break-glass"
_OPERATOR = "arn:aws:iam::111111111111:role/corebank-operator"
_KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/1"
_KEY = thing(KEYS[0])


def _cluster(environment: str = "production", **network: Any) -> Resource:
    return thing(CLUSTER, environment=environment, vpcConfig=network)


def _encrypted(arn: str, *resources: str) -> dict[str, Any]:
    return {"encryptionConfig": {"provider": {"keyArn": arn}, "resources": [*resources]}}


def _component(policy: str, principal: str) -> Resource:
    entry = {"principalArn": principal, "accessPolicies": {"its": {"policyArn": policy}}}
    plain = {"principalArn": _OPERATOR, "kubernetesGroups": ["corebank:operators"]}
    return thing(COMPONENT, accessEntries={"plain": plain, "one": entry})


def _native_logs(*types: str) -> Resource:
    enabled = [{"type": each} for each in types]
    return thing(NATIVE, logging={"clusterLogging": {"enabledTypes": enabled}})


def _access(mode: str) -> dict[str, Any]:
    return {"accessConfig": {"authenticationMode": mode}}


def _creator(rules: object) -> dict[str, Any]:
    return {"accessConfig": {"bootstrapClusterCreatorAdminPermissions": rules}}


CASES = {
    "eks-01-public": Cases(
        fails=[
            {},
            _cluster(endpointPublicAccess=True, publicAccessCidrs=["10.0.0.0/8"]),
            thing(COMPONENT),
            thing(NATIVE, resourcesVpcConfig={"endpointPublicAccess": True}),
        ],
        passes=[
            _cluster(endpointPublicAccess=False),
            thing(COMPONENT, endpointPublicAccess=False),
            thing(NATIVE, resourcesVpcConfig={"endpointPublicAccess": False}),
            _cluster("sandbox", endpointPublicAccess=True),
        ],
        unknown=[_cluster(endpointPublicAccess=UNKNOWN), thing(CLUSTER, vpcConfig=UNKNOWN)],
    ),
    "eks-01-private": Cases(
        fails=[{}, thing(COMPONENT, endpointPrivateAccess=False)],
        passes=[
            _cluster(endpointPrivateAccess=True),
            thing(COMPONENT, endpointPrivateAccess=True),
            _cluster("staging"),
        ],
        unknown=[_cluster(endpointPrivateAccess=UNKNOWN)],
    ),
    "eks-01-everybody": Cases(
        fails=[
            _cluster("sandbox"),
            _cluster("sandbox", publicAccessCidrs=["203.0.113.0/24", "0.0.0.0/0"]),
            _cluster("staging", publicAccessCidrs=["0.0.0.0/1", "128.0.0.0/1"]),
            _cluster("staging", publicAccessCidrs=[UNKNOWN, "::/0"]),
            thing(COMPONENT, environment="sandbox", endpointPublicAccess=True),
        ],
        passes=[
            _cluster("sandbox", publicAccessCidrs=["203.0.113.0/24"]),
            _cluster("sandbox", endpointPublicAccess=False),
        ],
        unknown=[_cluster("sandbox", publicAccessCidrs=[UNKNOWN])],
    ),
    "eks-02-secrets": Cases(
        fails=[{}, _encrypted(_KEY_ARN), thing(NATIVE, encryptionConfig=[{"resources": []}])],
        passes=[
            _encrypted(_KEY_ARN, "secrets"),
            thing(NATIVE, encryptionConfig=[{"resources": ["secrets"]}]),
        ],
        unknown=[{"encryptionConfig": {"resources": UNKNOWN}}],
    ),
    "eks-02-key": Cases(
        fails=[
            {},
            _encrypted("arn:aws:kms:eu-west-1:111111111111:alias/aws/eks", "secrets"),
            thing(COMPONENT),
            [_KEY, thing(COMPONENT, refers={"encryptionConfigKeyArn": _KEY})],
            thing(NATIVE, encryptionConfig=[{"resources": ["secrets"]}]),
        ],
        passes=[
            _encrypted(_KEY_ARN, "secrets"),
            thing(COMPONENT, encryptionConfigKeyArn=_KEY_ARN),
            [_KEY, thing(CLUSTER, refers={"encryptionConfig": _KEY}, **_encrypted(UNKNOWN))],
            [
                _KEY,
                thing(
                    COMPONENT,
                    refers={"encryptionConfigKeyArn": _KEY},
                    encryptionConfigKeyArn=UNKNOWN,
                ),
            ],
        ],
        unknown=[_encrypted(UNKNOWN), thing(COMPONENT, encryptionConfigKeyArn=UNKNOWN)],
    ),
    "eks-03-logs": Cases(
        fails=[
            {},
            {"enabledClusterLogTypes": [*LOGS[1:]]},
            thing(COMPONENT, environment="sandbox", enabledClusterLogTypes=["audit"]),
            _native_logs("audit", "authenticator"),
        ],
        passes=[
            {"enabledClusterLogTypes": [*LOGS]},
            thing(COMPONENT, environment="sandbox", enabledClusterLogTypes=[*LOGS_IN_SANDBOX]),
            _native_logs(*LOGS),
        ],
        unknown=[{"enabledClusterLogTypes": [*LOGS[1:], UNKNOWN]}],
    ),
    "eks-04-version": Cases(
        fails=[{"version": "1.29"}, {}, {"version": "1.33"}, thing(COMPONENT, version="1.3")],
        passes=[
            {"version": "1.35"},
            thing(COMPONENT, version="1.34"),
            thing(NATIVE, version="1.35"),
        ],
        unknown=[{"version": UNKNOWN}],
    ),
    "eks-04-support": Cases(
        fails=[
            {},
            {"upgradePolicy": {"supportType": "EXTENDED"}},
            thing(COMPONENT, version="1.35"),
        ],
        passes=[
            {"upgradePolicy": {"supportType": "STANDARD"}},
            thing(COMPONENT, upgradePolicy={"supportType": "STANDARD"}),
        ],
        unknown=[{"upgradePolicy": UNKNOWN}],
    ),
    "eks-05-mode": Cases(
        fails=[
            {},
            _access("API_AND_CONFIG_MAP"),
            thing(COMPONENT),
            thing(COMPONENT, authenticationMode="CONFIG_MAP"),
        ],
        passes=[
            _access("API"),
            thing(COMPONENT, authenticationMode="API"),
            thing(NATIVE, **_access("API")),
        ],
        unknown=[_access(UNKNOWN), {"accessConfig": UNKNOWN}],
    ),
    "eks-05-creator": Cases(
        fails=[{}, _creator(rules=True), thing(NATIVE, **_access("API"))],
        passes=[_creator(rules=False), thing(NATIVE, **_creator(rules=False))],
        unknown=[_creator(rules=UNKNOWN)],
    ),
    "eks-05-administrator": Cases(
        fails=[
            {"policyArn": _ADMIN, "principalArn": _OPERATOR},
            {"policyArn": _ADMIN, "principalArn": f"{_GLASS}-2"},
            _component(_ADMIN, _OPERATOR),
            thing(
                NATIVE_ENTRY,
                principalArn=_OPERATOR,
                accessPolicies=[{"policyArn": _VIEW}, {"policyArn": _ADMIN}],
            ),
        ],
        passes=[
            {"policyArn": _ADMIN, "principalArn": _GLASS},
            {"policyArn": _VIEW, "principalArn": _OPERATOR},
            _component(_ADMIN, _GLASS),
            _component(_VIEW, _OPERATOR),
            thing(COMPONENT),
            thing(NATIVE_ENTRY, principalArn=_OPERATOR),
        ],
        unknown=[
            {"policyArn": _ADMIN, "principalArn": UNKNOWN},
            {"policyArn": UNKNOWN, "principalArn": _OPERATOR},
            _component(_ADMIN, UNKNOWN),
        ],
    ),
    "eks-07-deletion": Cases(
        fails=[
            {},
            {"deletionProtection": True},
            {"deletionProtection": UNKNOWN},
            thing(CLUSTER, protect=True, deletionProtection=False),
            thing(COMPONENT, environment="staging"),
        ],
        passes=[
            thing(CLUSTER, protect=True, deletionProtection=True),
            thing(COMPONENT, deletionProtection=True),
            thing(CLUSTER, environment="sandbox"),
        ],
        unknown=[thing(CLUSTER, protect=True, deletionProtection=UNKNOWN)],
    ),
}

_ENTRIES = "accessEntries.operators.accessPolicies"

LOOSENED: dict[str, Change] = {
    "EKS-01": change(COMPONENT, "endpointPrivateAccess", value=False),
    "EKS-02": change(COMPONENT, "encryptionConfigKeyArn", "arn:aws:kms:::alias/aws/eks"),
    "EKS-03": change(COMPONENT, "enabledClusterLogTypes", ["api", "audit"]),
    "EKS-04": change(COMPONENT, "version", "1.29"),
    "EKS-05": change(COMPONENT, _ENTRIES, {"administrator": {"policyArn": _ADMIN}}),
    "EKS-07": change(COMPONENT, "deletionProtection", value=False),
}
