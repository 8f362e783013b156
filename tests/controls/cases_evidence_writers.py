"""Who writes evidence: WRM-02."""

import json
from typing import Any

from policies.controls import Resource
from policies.controls._buckets import BUCKET_POLICY, BUCKETS, MINIO_BUCKET
from policies.controls.evidence_writers import CHARTS, MINIO_BUCKET_POLICY, MINIO_POLICIES
from tests.controls.cases import UNKNOWN, Cases, Change, edit, thing

_ARN = "arn:aws:s3:::corebank-evidence-aml"
_PUTS = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]
_HARDENED: dict[str, Any] = {
    "environment": {"MINIO_BROWSER": "off"},
    "existingSecret": "evidence-root",
    "tls": {"enabled": True, "certSecret": "evidence-tls"},
}
_CHART = "oci://registry.corp.bank.internal/charts/minio"


def _let(action: object, **changed: object) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": [f"{_ARN}/*"], **changed}


def _policy(*told: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": told})


def _with(*told: object, bucket: Resource, type_: str = BUCKET_POLICY) -> list[Resource]:
    return [bucket, thing(type_, refers={"bucket": bucket}, policy=_policy(*told))]


def _values(**changed: Any) -> dict[str, Any]:
    values = {key: value for key, value in {**_HARDENED, **changed}.items() if value is not None}
    return {"chart": _CHART, "values": values}


_LOCKED = thing(BUCKETS[0], objectLockEnabled=True)
_STORE = thing(MINIO_BUCKET, bucket="corebank-evidence-aml")
_OTHER: dict[str, Any] = {"chart": "kafka", "values": {}}

CASES = {
    "wrm-02-policies": Cases(
        fails=[
            {"policy": _policy(_let("s3:*"))},
            {"policy": _policy(_let(_PUTS), _let("s3:BypassGovernanceRetention"))},
            {"policy": _policy(_let(["s3:PutObject", "s3:Delete*"]))},
            {"policy": _policy(_let("s3:PutBucketObjectLock*"))},
            {"policy": _policy(_let("s3:putbucketversioning"))},
            {"policy": _policy(_let(_PUTS), {"Effect": "Allow", "NotAction": "s3:DeleteObject"})},
            {"policy": json.dumps({"Statement": _let("*")})},
            thing(MINIO_POLICIES[1], policy=_policy(_let("s3:DeleteObjectVersion"))),
            thing(MINIO_POLICIES[2], policy=_policy(_let("s3:ForceDeleteBucket"))),
        ],
        passes=[
            {"policy": _policy(_let(_PUTS))},
            {"policy": _policy(_let(_PUTS), _let("admin:*", Effect="Deny"))},
            {"policy": _policy(_let("s3:*", Effect="Deny"))},
            thing(MINIO_POLICIES[2], targetUser="vault"),
        ],
        unknown=[{"policy": UNKNOWN}, {"policy": _policy(_let(_PUTS, Resource=[UNKNOWN]))}],
    ),
    "wrm-02-sessions": Cases(
        fails=[
            {"policyDocument": _policy(_let("s3:DeleteObject*"))},
            {"policyDocument": _policy(_let(_PUTS), _let("s3:*", Resource="*"))},
            {"policyDocument": _policy(_let("s3:PutBucketVersioning", Resource="arn:aws:s3:::*"))},
        ],
        passes=[
            {"policyDocument": _policy(_let(_PUTS))},
            {"policyDocument": _policy(_let("s3:DeleteObject", Resource="arn:aws:s3:::other/*"))},
            {"credentialType": "assumed_role"},
        ],
        unknown=[{"policyDocument": UNKNOWN}],
    ),
    "wrm-02-buckets": Cases(
        fails=[
            _with(_let("s3:DeleteObject"), bucket=_LOCKED),
            _with(_let(_PUTS), _let("s3:*"), bucket=_LOCKED),
            _with(_let("s3:*"), bucket=_STORE, type_=MINIO_BUCKET_POLICY),
        ],
        passes=[
            _with(_let(_PUTS), bucket=_LOCKED),
            _with(_let("s3:DeleteObject"), bucket=thing(BUCKETS[1])),
            [_LOCKED],
        ],
        unknown=[
            [_LOCKED, thing(BUCKET_POLICY, refers={"bucket": _LOCKED}, policy=UNKNOWN)],
            [thing(BUCKETS[0], objectLockEnabled=UNKNOWN)],
        ],
    ),
    "wrm-02-root": Cases(
        fails=[
            {"minioPassword": UNKNOWN},
            {"minioSecretKey": "never-told"},
            {"minioUser": "minioadmin"},
            {"minioAccessKey": "root"},
        ],
        passes=[{}, {"minioUser": "delivery", "minioSsl": "true"}],
        unknown=[{"minioUser": UNKNOWN}],
    ),
    "wrm-02-tls": Cases(
        fails=[{}, {"minioSsl": "false"}, {"minioSsl": "true", "minioInsecure": "true"}],
        passes=[{"minioSsl": "true"}, {"minioSsl": True, "minioInsecure": False}],
        unknown=[{"minioSsl": UNKNOWN}],
    ),
    "wrm-02-endpoint": Cases(
        fails=[
            {"endpoints": '[{"s3": "http://evidence.bank.internal:9000"}]'},
            {"endpoints": [{"sts": "https://sts"}, {"s3": "evidence.bank.internal"}]},
            {"insecure": "true"},
        ],
        passes=[
            {},
            {"endpoints": '[{"s3": "https://evidence.bank.internal:9000"}]'},
            {"endpoints": [{"sts": "http://localhost"}], "insecure": "false"},
        ],
        unknown=[{"endpoints": UNKNOWN}, {"endpoints": [{"s3": UNKNOWN}]}],
    ),
    "wrm-02-copies": Cases(
        fails=[{"serverProtocol": "HTTP"}, {"serverProtocol": "HTTP", "serverPort": 443.0}],
        passes=[{}, {"serverProtocol": "HTTPS"}],
        unknown=[{"serverProtocol": UNKNOWN}],
    ),
    "wrm-02-console": Cases(
        fails=[
            _values(environment={}),
            _values(environment={"MINIO_BROWSER": "on"}),
            thing(CHARTS[1], **_values(environment=None)),
            {"chart": "minio"},
        ],
        passes=[_values(), thing(CHARTS[0], **_values(tls=UNKNOWN)), _OTHER],
        unknown=[_values(environment={"MINIO_BROWSER": UNKNOWN}), {"chart": UNKNOWN}],
    ),
    "wrm-02-servers-root": Cases(
        fails=[
            _values(rootPassword=UNKNOWN),
            _values(rootUser="evidence"),
            thing(CHARTS[1], **_values(existingSecret=None)),
            {"chart": "minio"},
        ],
        passes=[_values(), thing(CHARTS[0], **_values()), _OTHER],
        unknown=[_values(existingSecret=UNKNOWN), {"chart": "minio", "values": UNKNOWN}],
    ),
    "wrm-02-servers-tls": Cases(
        fails=[_values(tls={"enabled": False}), thing(CHARTS[1], **_values(tls=None))],
        passes=[_values(), _OTHER],
        unknown=[_values(tls=UNKNOWN)],
    ),
}


def _let_delete(properties: dict[str, Any]) -> None:
    policy = json.loads(properties["policy"])
    policy["Statement"][0]["Action"].append("s3:DeleteObjectVersion")
    properties["policy"] = json.dumps(policy)


LOOSENED: dict[str, Change] = {"WRM-02": edit(MINIO_POLICIES[0], _let_delete)}
