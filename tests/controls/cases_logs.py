"""Trails and logs: LOG-01 and LOG-02."""

from typing import Any

from policies.controls import Resource
from policies.controls.logs import BUCKETS, LOCKS, LOG_GROUP, TRAIL
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_BUCKET, _BUCKET_V2 = BUCKETS
_NATIVE = "aws-native:logs:LogGroup"
_VPC = thing("aws:ec2/vpc:Vpc")
_KEY = thing("aws:kms/key:Key")
_LOCKED = thing(_BUCKET, "locked", bucket="evidence", objectLockEnabled=True)
_CARDS = thing(_BUCKET, "cards", bucket="cards", tags={"data-class": "payments-and-cards"})
_PLAIN = thing(_BUCKET, "plain", bucket="plain", objectLockEnabled=False)
_POLICY = thing("aws:s3/bucketPolicy:BucketPolicy", "policy", refers={"bucket": _LOCKED})
_LOCK_V2 = thing(LOCKS[1], "lock", refers={"bucket": _PLAIN}, bucket=UNKNOWN)


def _selector(**fields: Any) -> dict[str, Any]:
    asked = [
        {"field": "eventCategory", "equals": ["Data"]},
        {"field": "resources.type", "equals": ["AWS::S3::Object"]},
    ]
    more = [{"field": field.replace("_", "."), **said} for field, said in fields.items()]
    return {"fieldSelectors": [*asked, *more]}


_MANAGEMENT = {"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}


def _advanced(*selectors: dict[str, Any], **more: Any) -> Resource:
    return thing(TRAIL, advancedEventSelectors=[_MANAGEMENT, *selectors], **more)


def _plain(values: Any, read_write: str = "All") -> Resource:
    of = [{"type": "AWS::S3::Object", "values": values}]
    return thing(TRAIL, eventSelectors=[{"readWriteType": read_write, "dataResources": of}])


_UNNAMED = _selector(resources_ARN={"startsWiths": [UNKNOWN]})

CASES = {
    "log-01-trail": Cases(
        fails=[
            [_VPC],
            [_VPC, thing(TRAIL)],
            [thing(TRAIL, isMultiRegionTrail=True, enableLogging=False)],
            [thing(TRAIL, isMultiRegionTrail=True, includeGlobalServiceEvents=False)],
        ],
        passes=[
            [_VPC, thing(TRAIL, isMultiRegionTrail=True)],
            [thing(TRAIL, "one"), thing(TRAIL, isMultiRegionTrail=True, enableLogging=True)],
        ],
        unknown=[[_VPC, thing(TRAIL, isMultiRegionTrail=UNKNOWN)]],
    ),
    "log-01-validation": Cases(
        fails=[{}, {"enableLogFileValidation": False}],
        passes=[{"enableLogFileValidation": True}, thing(TRAIL, enableLogFileValidation=True)],
        unknown=[{"enableLogFileValidation": UNKNOWN}],
    ),
    "log-01-key": Cases(
        fails=[{}, {"kmsKeyId": ""}],
        passes=[
            {"kmsKeyId": "arn:aws:kms:eu-west-1:111111111111:key/a"},
            thing(TRAIL, refers={"kmsKeyId": _KEY}, kmsKeyId=UNKNOWN),
        ],
        unknown=[{"kmsKeyId": UNKNOWN}],
    ),
    "log-01-events": Cases(
        fails=[
            [_LOCKED],
            [_CARDS, thing(TRAIL)],
            [_LOCKED, _advanced(_selector(resources_ARN={"startsWiths": ["arn:aws:s3:::o/"]}))],
            [_LOCKED, _advanced(_selector(readOnly={"equals": ["false"]}))],
            [_LOCKED, _plain(["arn:aws:s3"], "WriteOnly")],
            [_PLAIN, _LOCK_V2],
            [thing(_BUCKET_V2, objectLockEnabled=True), _plain(["arn:aws:s3:::other/"])],
        ],
        passes=[
            [_PLAIN],
            [_LOCKED, _advanced(_selector())],
            [_LOCKED, _advanced(_selector(resources_ARN={"equals": ["arn:aws:s3:::evidence/"]}))],
            [_LOCKED, _POLICY, _advanced(_UNNAMED, refers={"advancedEventSelectors": _POLICY})],
            [_CARDS, _plain("arn:aws:s3:::cards/")],
            [_LOCKED, _CARDS, _plain(["arn:aws:s3"])],
        ],
        unknown=[
            [thing(_BUCKET, objectLockEnabled=UNKNOWN)],
            [_LOCKED, thing(TRAIL, advancedEventSelectors=UNKNOWN)],
            [thing(_BUCKET, tags=UNKNOWN)],
        ],
    ),
    "log-01-locked": Cases(
        fails=[
            [thing(TRAIL, s3BucketName="elsewhere")],
            [_PLAIN, thing(TRAIL, s3BucketName="plain")],
            [_PLAIN, _LOCKED, thing(TRAIL, refers={"s3BucketName": _PLAIN})],
        ],
        passes=[
            [_LOCKED, thing(TRAIL, s3BucketName="evidence")],
            [_LOCKED, _POLICY, thing(TRAIL, refers={"s3BucketName": _POLICY})],
            [_PLAIN, _LOCK_V2, thing(TRAIL, refers={"s3BucketName": _PLAIN})],
        ],
        unknown=[
            [
                thing(_BUCKET, bucket="a", objectLockEnabled=UNKNOWN),
                thing(TRAIL, s3BucketName="a"),
            ]
        ],
    ),
    "log-02-year": Cases(
        fails=[
            {"retentionInDays": 14.0},
            thing(_NATIVE, retentionInDays=30.0),
            {"logGroupClass": "DELIVERY"},
        ],
        passes=[{}, {"retentionInDays": 0.0}, {"retentionInDays": 365.0}],
        unknown=[{"retentionInDays": UNKNOWN}, {"logGroupClass": UNKNOWN}],
    ),
    "log-02-key": Cases(
        fails=[{}, {"kmsKeyId": ""}, thing(_NATIVE)],
        passes=[
            {"kmsKeyId": "arn:aws:kms:eu-west-1:111111111111:key/a"},
            thing(LOG_GROUP, refers={"kmsKeyId": _KEY}, kmsKeyId=UNKNOWN),
        ],
        unknown=[{"kmsKeyId": UNKNOWN}],
    ),
}

LOOSENED: dict[str, Change] = {
    "LOG-01": change(TRAIL, "isMultiRegionTrail", value=False),
    "LOG-02": change(LOG_GROUP, "retentionInDays", 30.0, name="trail-log"),
}
