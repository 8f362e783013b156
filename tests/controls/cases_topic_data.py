"""What topics carry: TOP-05 and TOP-06."""

import json
from typing import Any

from policies.controls import Resource
from policies.controls._kafka_grants import POLICIES, POLICY, ROLE
from policies.controls._topics import KAFKA_TOPIC, MSK_TOPIC, SCHEMA, STRIMZI_TOPICS
from policies.controls.topic_data import BUCKETS, LOCKS, REPLICATION, STREAM
from tests.controls.cases import UNKNOWN, Cases, Change, Given, edit, thing, without

_CARDS = "corebank.cards.issued.v1"
_ALERTS = "corebank.aml.alerts.v1"


def _fields(*fields: object, name: str = _CARDS) -> dict[str, Any]:
    definition = json.dumps({"type": "record", "name": "Issued", "fields": fields})
    return {"schemaName": name, "dataFormat": "AVRO", "schemaDefinition": definition}


def _field(name: str, type_: object = "string", **others: object) -> dict[str, object]:
    return {"name": name, "type": type_, **others}


def _nested(name: str, **others: object) -> object:
    """A field in a record in a list, in a field that may be null."""
    record = {"type": "record", "name": "Card", "fields": [_field(name, **others)]}
    return _field("cards", ["null", {"type": "array", "items": record}])


_HARMLESS = [_field("cardId"), _field("panel"), _field("trackingId"), _field("spinCount", "int")]
_UNREAD: Given = {"dataFormat": "AVRO", "schemaDefinition": UNKNOWN}
_WITH_CARDS = thing(SCHEMA, **_fields(_field("pan", protection="tokenised")))
_WITHOUT = thing(SCHEMA, **_fields(*_HARMLESS))


def _reader(topic: str, scope: str, action: object = "kafka-cluster:ReadData") -> Resource:
    resource = f"arn:aws:kafka:eu-west-1:1:topic/corebank/a-1/{topic}"
    statement = {"Effect": "Allow", "Action": action, "Resource": [resource]}
    return thing(
        POLICY,
        tags={"data-class": scope},
        policy=json.dumps({"Statement": [statement]}),
    )


_SCOPE = "payments-and-cards"
_OUT = thing(ROLE, name="support", tags={"data-class": "customer"})
_IN_SCOPE = _reader(_CARDS, _SCOPE)

_LANDING = thing(BUCKETS[0], "landing", bucket="landing")
_LANDING_POLICY = thing(
    "aws:s3/bucketPolicy:BucketPolicy", refers={"bucket": _LANDING}, bucket=UNKNOWN
)
_ARCHIVE = thing(BUCKETS[0], "archive", bucket="archive")
_STREAM = thing(
    STREAM,
    mskSourceConfiguration={"topicName": _ALERTS},
    extendedS3Configuration={"bucketArn": "arn:aws:s3:::landing", "prefix": "topics/alerts/"},
)
_UNSEEN = thing(
    STREAM,
    refers={"extendedS3Configuration": _LANDING_POLICY},
    mskSourceConfiguration={"topicName": _ALERTS},
    extendedS3Configuration={"bucketArn": UNKNOWN},
)
_SIEM = thing(
    STREAM,
    mskSourceConfiguration={"topicName": _ALERTS},
    httpEndpointConfiguration={"name": "siem"},
)


def _lock(
    bucket: str, type_: str = LOCKS[0], environment: str = "production", **kept: object
) -> Resource:
    return thing(
        type_,
        environment=environment,
        bucket=bucket,
        rule={"defaultRetention": kept} if kept else None,
    )


def _copying(status: str = "Enabled", **picks: object) -> Resource:
    archive = {"bucket": "arn:aws:s3:::archive"}
    rule = {"status": status, "destination": archive, "filter": {"prefix": "", **picks}}
    return thing(REPLICATION, bucket="landing", rules=[rule])


_COPIED_BY_REFERENCE = thing(
    REPLICATION,
    refers={"bucket": _LANDING_POLICY, "rules": _ARCHIVE},
    bucket=UNKNOWN,
    rules=[{"status": "Enabled", "destination": {"bucket": UNKNOWN}}],
)
_YEARS = _lock("archive", mode="COMPLIANCE", days=2557.0)
_LOCKED_BY_REFERENCE = thing(
    LOCKS[0],
    refers={"bucket": _ARCHIVE},
    bucket=UNKNOWN,
    rule={"defaultRetention": {"mode": "COMPLIANCE", "years": 7.0}},
)
_ALL_BY_REFERENCE = [
    _LANDING,
    _LANDING_POLICY,
    _ARCHIVE,
    _UNSEEN,
    _COPIED_BY_REFERENCE,
    _LOCKED_BY_REFERENCE,
]

CASES = {
    "top-05-numbers": Cases(
        fails=[
            _fields(_field("cardId"), _field("pan")),
            _fields(_field("cardPAN")),
            _fields(_field("creditor_iban", ["null", "string"])),
            _fields(_field("primaryAccountNumber")),
            _fields(_field("reference", aliases=["iban"])),
            _fields(_field("pan", protection="none")),
            _fields(_nested("cardNumber")),
        ],
        passes=[
            _fields(*_HARMLESS),
            _fields(_field("pan", protection="tokenised")),
            _fields(_nested("iban", protection="encrypted")),
        ],
        unknown=[_UNREAD],
    ),
    "top-05-authentication": Cases(
        fails=[
            _fields(_field("cvv")),
            _fields(_field("CVV2")),
            _fields(_field("pinBlock", "bytes", protection="encrypted")),
            _fields(_nested("track2")),
            _fields(_field("securityCode")),
        ],
        passes=[_fields(*_HARMLESS), _fields(_field("pan"))],
        unknown=[_UNREAD, {"dataFormat": UNKNOWN}],
    ),
    "top-05-format": Cases(
        fails=[{}, {"dataFormat": "PROTOBUF"}, {"dataFormat": "JSON"}],
        passes=[{"dataFormat": "AVRO"}, _fields(*_HARMLESS)],
        unknown=[{"dataFormat": UNKNOWN}],
    ),
    "top-05-readers": Cases(
        fails=[
            [_WITH_CARDS, _reader(_CARDS, "customer")],
            [_WITH_CARDS, _reader("*", "customer", ["kafka-cluster:*"])],
            [_WITH_CARDS, thing(POLICY, policy=_reader(_CARDS, "").at("policy"))],
            [
                _WITH_CARDS,
                _OUT,
                _IN_SCOPE,
                thing(
                    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                    refers={"policyArn": _IN_SCOPE, "role": _OUT},
                ),
            ],
            [_WITH_CARDS, _OUT, thing(POLICIES[1], role="support", policy=_IN_SCOPE.at("policy"))],
        ],
        passes=[
            [_WITH_CARDS, _IN_SCOPE],
            [_WITHOUT, _reader(_CARDS, "customer")],
            [_WITH_CARDS, _reader(_CARDS, "customer", "kafka-cluster:WriteData")],
            [_WITH_CARDS, _reader("corebank.support.tickets.created.v1", "customer")],
        ],
        unknown=[
            [_WITH_CARDS, thing(POLICY, policy=UNKNOWN)],
            [_WITH_CARDS, thing(POLICY, tags=UNKNOWN, policy=_IN_SCOPE.at("policy"))],
        ],
    ),
    "top-06-sink": Cases(
        fails=[
            {"name": _ALERTS},
            [thing(MSK_TOPIC, name=_ALERTS), _SIEM],
            [thing(MSK_TOPIC, name="corebank.operations.audits.v2"), _STREAM],
            [thing(KAFKA_TOPIC, name="corebank.regulatory.reports.v1")],
            [thing(STRIMZI_TOPICS[0], metadata={"name": _ALERTS})],
        ],
        passes=[
            [thing(MSK_TOPIC, name=_ALERTS), _SIEM, _STREAM],
            [thing(MSK_TOPIC, name=_ALERTS), _UNSEEN],
            {"name": _CARDS},
        ],
        unknown=[
            {"name": UNKNOWN},
            [thing(MSK_TOPIC, name=_ALERTS), thing(STREAM, mskSourceConfiguration=UNKNOWN)],
        ],
    ),
    "top-06-locked": Cases(
        fails=[
            [_STREAM],
            [_STREAM, _YEARS],
            [_STREAM, _copying("Disabled"), _YEARS],
            [_STREAM, _copying(prefix="config/"), _YEARS],
            [_STREAM, _copying(tag={"key": "a", "value": "b"}), _YEARS],
            [_STREAM, _copying(), _lock("archive")],
            [_STREAM, _copying(), _lock("other", mode="COMPLIANCE", days=2557.0)],
        ],
        passes=[
            [_STREAM, _copying(), _YEARS],
            [_STREAM, _copying(prefix="topics/"), _YEARS],
            [_STREAM, _lock("landing", LOCKS[1], mode="GOVERNANCE", days=1.0)],
            _ALL_BY_REFERENCE,
            [_SIEM],
            [thing(STREAM, extendedS3Configuration={"bucketArn": "a"})],
        ],
        unknown=[
            [
                thing(
                    STREAM,
                    mskSourceConfiguration={"topicName": _ALERTS},
                    extendedS3Configuration={"bucketArn": UNKNOWN},
                )
            ],
        ],
    ),
    "top-06-years": Cases(
        fails=[
            [_STREAM, _copying(), _lock("archive", mode="COMPLIANCE", days=365.0)],
            [_STREAM, _copying(), _lock("archive", mode="COMPLIANCE", years=4.0)],
            [_STREAM, _copying(), _lock("archive", mode="GOVERNANCE", days=2557.0)],
        ],
        passes=[
            [_STREAM, _copying(), _YEARS],
            [_STREAM, _copying(), _lock("archive", mode="COMPLIANCE", years=5.0)],
            _ALL_BY_REFERENCE,
            [
                thing(
                    STREAM,
                    environment="sandbox",
                    mskSourceConfiguration={"topicName": _ALERTS},
                    extendedS3Configuration={"bucketArn": "arn:aws:s3:::landing"},
                ),
                _lock("landing", environment="sandbox", mode="GOVERNANCE", days=1.0),
            ],
        ],
        unknown=[[_STREAM, _copying(), _lock("archive", mode=UNKNOWN, days=2557.0)]],
    ),
}


def _add_pan(schema: dict[str, Any]) -> None:
    definition = json.loads(schema["schemaDefinition"])
    definition["fields"].append(_field("pan"))
    schema["schemaDefinition"] = json.dumps(definition)


LOOSENED: dict[str, Change] = {
    "TOP-05": edit(SCHEMA, _add_pan, name="corebank.payments.initiated.v1-schema"),
    "TOP-06": without(STREAM, name=f"topic-archive-{_ALERTS}-stream"),
}
