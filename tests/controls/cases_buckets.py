"""Buckets: S3-01 to S3-03."""

import json
from typing import Any

from policies.controls import Resource
from policies.controls._buckets import BUCKET_POLICY, BUCKETS, ENCRYPTION
from policies.controls.buckets import (
    ACCESS_POINT,
    ACCESS_POINT_POLICY,
    ACCOUNT_BLOCK,
    ACLS,
    BLOCK,
    LIFECYCLE,
    LOGGING,
    MINIO_BUCKET_POLICY,
    OWNERSHIP,
    VERSIONING,
)
from policies.controls.keys import KEY
from tests.controls.cases import UNKNOWN, Cases, Change, change, edit, thing

BUCKET, OLD_BUCKET = BUCKETS
_BUCKET = thing(BUCKET, bucket="corebank-data")
_OLD = thing(OLD_BUCKET, bucket="corebank-data")
_KEY = thing(KEY)
_ALL: dict[str, Any] = {
    "blockPublicAcls": True,
    "blockPublicPolicy": True,
    "ignorePublicAcls": True,
    "restrictPublicBuckets": True,
}
_THREE: dict[str, Any] = {**_ALL, "restrictPublicBuckets": False}
_UNSURE: dict[str, Any] = {**_ALL, "blockPublicPolicy": UNKNOWN}
_ON: dict[str, Any] = {"versioningConfiguration": {"status": "Enabled"}}
_ARN = "arn:aws:s3:::corebank-data"
_PLAIN = {"Bool": {"aws:SecureTransport": "false"}}
_REFUSES = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": [_ARN, f"{_ARN}/*"],
    "Condition": _PLAIN,
}
_PUBLIC = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{_ARN}/*"}


def _with(*settings: tuple[str, dict[str, Any]], bucket: Resource = _BUCKET) -> list[Resource]:
    """A bucket, and what is said of it beside it, in a preview."""
    return [
        bucket,
        *(
            thing(type_, refers={"bucket": bucket}, bucket=UNKNOWN, **properties)
            for type_, properties in settings
        ),
    ]


def _policy(*told: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": told})


def _encrypted(algorithm: object, **key: object) -> tuple[str, dict[str, Any]]:
    default = {"sseAlgorithm": algorithm, **key}
    return ENCRYPTION[0], {"rules": [{"applyServerSideEncryptionByDefault": default}]}


def _by_our_key() -> list[Resource]:
    rules = _encrypted("aws:kms", kmsMasterKeyId=UNKNOWN)[1]
    made = thing(ENCRYPTION[1], refers={"bucket": _OLD, "rules": _KEY}, **rules)
    return [_KEY, _OLD, made]


def _refusing(**changed: object) -> list[Resource]:
    return _with((BUCKET_POLICY, {"policy": _policy({**_REFUSES, **changed})}))


CASES = {
    "s3-01-block": Cases(
        fails=[
            [_BUCKET],
            [_OLD],
            _with((BLOCK, _THREE)),
            _with((BLOCK, {"blockPublicAcls": True})),
            [_BUCKET, thing(BLOCK, bucket="corebank-other", **_ALL)],
        ],
        passes=[
            _with((BLOCK, _ALL)),
            _with((BLOCK, _ALL), bucket=_OLD),
            [_BUCKET, thing(BLOCK, bucket="corebank-data", **_ALL)],
        ],
        unknown=[_with((BLOCK, _UNSURE))],
    ),
    "s3-01-account": Cases(
        fails=[[_BUCKET], [_OLD, thing(ACCOUNT_BLOCK, **_THREE)], [_BUCKET, thing(ACCOUNT_BLOCK)]],
        passes=[
            [_BUCKET, thing(ACCOUNT_BLOCK, **_ALL)],
            [_BUCKET, _OLD, thing(ACCOUNT_BLOCK, **_ALL, accountId=UNKNOWN)],
        ],
        unknown=[[_BUCKET, thing(ACCOUNT_BLOCK, **_UNSURE)]],
    ),
    "s3-01-access-point": Cases(
        fails=[
            {"publicAccessBlockConfiguration": _THREE},
            {"publicAccessBlockConfiguration": {"blockPublicPolicy": False}},
        ],
        passes=[{}, {"publicAccessBlockConfiguration": _ALL}],
        unknown=[{"publicAccessBlockConfiguration": UNKNOWN}],
    ),
    "s3-02-versions": Cases(
        fails=[
            [_BUCKET],
            _with((VERSIONING[0], {"versioningConfiguration": {"status": "Suspended"}})),
            [thing(BUCKET, versioning={"enabled": False})],
            [thing(OLD_BUCKET, versionings=[])],
        ],
        passes=[
            _with((VERSIONING[0], _ON)),
            _with((VERSIONING[1], _ON)),
            [thing(BUCKET, versioning={"enabled": True})],
            [thing(OLD_BUCKET, versionings=[{"enabled": True}])],
        ],
        unknown=[_with((VERSIONING[0], {"versioningConfiguration": {"status": UNKNOWN}}))],
    ),
    "s3-02-own-key": Cases(
        fails=[
            [_BUCKET],
            _with(_encrypted("AES256")),
            _with(_encrypted("aws:kms")),
            _with(_encrypted("aws:kms", kmsMasterKeyId="alias/aws/s3")),
        ],
        passes=[
            _with(_encrypted("aws:kms", kmsMasterKeyId="arn:aws:kms:eu-west-1:1:key/1")),
            _with(_encrypted("aws:kms:dsse", kmsMasterKeyId="alias/corebank/logs")),
            _by_our_key(),
            [
                thing(
                    BUCKET,
                    serverSideEncryptionConfiguration={
                        "rule": _encrypted("aws:kms", kmsMasterKeyId="k")[1]["rules"][0]
                    },
                )
            ],
            # Where access logs go to.
            [_BUCKET, thing(LOGGING[0], refers={"targetBucket": _BUCKET}, bucket="another")],
        ],
        unknown=[
            _with(_encrypted(UNKNOWN)),
            _with(_encrypted("aws:kms", kmsMasterKeyId=UNKNOWN)),
        ],
    ),
    "s3-02-logged": Cases(
        fails=[
            [_BUCKET],
            [_OLD],
            [_BUCKET, thing(LOGGING[0], bucket="corebank-other", targetBucket="logs")],
        ],
        passes=[
            _with((LOGGING[0], {"targetBucket": UNKNOWN})),
            _with((LOGGING[1], {"targetBucket": "logs"}), bucket=_OLD),
            [thing(BUCKET, logging={"targetBucket": "logs"})],
            [
                _BUCKET,
                # The target is named by its policy, so that it lets write in before.
                (policy := thing(BUCKET_POLICY, refers={"bucket": _BUCKET})),
                thing(LOGGING[0], refers={"targetBucket": policy}, bucket="another"),
            ],
        ],
        unknown=[[thing(BUCKET, logging=UNKNOWN)]],
    ),
    "s3-02-ends": Cases(
        fails=[
            [_BUCKET],
            _with((LIFECYCLE[0], {"rules": []})),
            _with((LIFECYCLE[1], {"rules": [{"id": "a", "status": "Disabled"}]})),
            [thing(BUCKET, lifecycleRules=[{"enabled": False}])],
        ],
        passes=[
            _with((LIFECYCLE[0], {"rules": [{"status": "Disabled"}, {"status": "Enabled"}]})),
            _with((LIFECYCLE[1], {"rules": [{"status": "Enabled"}]})),
            [thing(OLD_BUCKET, lifecycleRules=[{"enabled": True}])],
        ],
        unknown=[_with((LIFECYCLE[0], {"rules": UNKNOWN}))],
    ),
    "s3-02-owner": Cases(
        fails=[
            _with((OWNERSHIP, {"rule": {"objectOwnership": "ObjectWriter"}})),
            _with((OWNERSHIP, {"rule": {"objectOwnership": "BucketOwnerPreferred"}}), bucket=_OLD),
        ],
        passes=[
            [_BUCKET],
            _with((OWNERSHIP, {"rule": {"objectOwnership": "BucketOwnerEnforced"}})),
        ],
        unknown=[_with((OWNERSHIP, {"rule": {"objectOwnership": UNKNOWN}}))],
    ),
    "s3-02-acl": Cases(
        fails=[
            {"acl": "public-read"},
            thing(ACLS[0], acl="authenticated-read"),
            thing(ACLS[1], accessControlPolicy=UNKNOWN),
        ],
        passes=[{}, thing(OLD_BUCKET, acl="private"), thing(ACLS[0], acl="private")],
        unknown=[{"acl": UNKNOWN}, thing(ACLS[1], acl=UNKNOWN)],
    ),
    "s3-03-tls": Cases(
        fails=[
            [_BUCKET],
            _refusing(Effect="Allow"),
            _refusing(Principal={"AWS": "arn:aws:iam::111111111111:root"}),
            _refusing(Action="s3:GetObject"),
            _refusing(Resource=[_ARN]),
            _refusing(Resource=f"{_ARN}/*"),
            _refusing(Condition={"Bool": {"aws:SecureTransport": "true"}}),
            _refusing(Condition={**_PLAIN, "StringEquals": {"aws:PrincipalAccount": "1"}}),
            _refusing(Condition={}),
            [_BUCKET, thing(BUCKET_POLICY, bucket="another", policy=_policy(_REFUSES))],
        ],
        passes=[
            _refusing(),
            _refusing(Principal={"AWS": ["*"]}, Action=["s3:*"]),
            _refusing(Condition={"Bool": {"aws:SecureTransport": False}}),
            _refusing(Resource=f"{_ARN}*"),
            [thing(OLD_BUCKET, policy=_policy(_PUBLIC, _REFUSES))],
            _with((BUCKET_POLICY, {"policy": {"Statement": _REFUSES}})),
        ],
        unknown=[_with((BUCKET_POLICY, {"policy": UNKNOWN})), _refusing(Resource=[_ARN, UNKNOWN])],
    ),
    "s3-03-named": Cases(
        fails=[
            {"policy": _policy(_PUBLIC)},
            {"policy": _policy(_REFUSES, {**_PUBLIC, "Principal": {"AWS": ["1", "*"]}})},
            {"policy": json.dumps({"Statement": _PUBLIC})},
            {"policy": _policy({**_PUBLIC, "Condition": {"StringLike": {"aws:Referer": "a"}}})},
            {"policy": _policy({"Effect": "Allow", "NotPrincipal": {"AWS": "1"}, "Action": "*"})},
            thing(BUCKET, policy=_policy(_PUBLIC)),
            thing(ACCESS_POINT, policy=_policy(_PUBLIC)),
            thing(ACCESS_POINT_POLICY, policy=_policy(_PUBLIC)),
            thing(MINIO_BUCKET_POLICY, policy=_policy(_PUBLIC)),
        ],
        passes=[
            {"policy": _policy(_REFUSES)},
            {"policy": _policy({**_PUBLIC, "Principal": {"Service": "cloudtrail.amazonaws.com"}})},
            {"policy": {"Statement": [{**_PUBLIC, "Principal": {"AWS": "111111111111"}}]}},
            thing(OLD_BUCKET),
        ],
        unknown=[{"policy": UNKNOWN}, {"policy": _policy({**_PUBLIC, "Principal": UNKNOWN})}],
    ),
}


def _let_plain(properties: dict[str, Any]) -> None:
    policy = json.loads(properties["policy"])
    policy["Statement"] = [each for each in policy["Statement"] if each.get("Sid") != "RefusePlain"]
    properties["policy"] = json.dumps(policy)


LOOSENED: dict[str, Change] = {
    "S3-01": change(BLOCK, "blockPublicPolicy", value=False),
    "S3-02": change(
        VERSIONING[0], "versioningConfiguration.status", "Suspended", name="logs-config-versioning"
    ),
    "S3-03": edit(BUCKET_POLICY, _let_plain),
}
