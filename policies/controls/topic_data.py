"""What topics carry: fields that may not be in the clear, and what has to outlive 14 days."""

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, cast

from policies.controls._kafka_grants import POLICIES, Grant, grants, holders
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._topics import CARD_SCOPE, SCHEMA, TOPICS, name_of, tag
from policies.controls._wire import Unknown, at, document, listed

STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
LOCKS = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
EVIDENCE = re.compile(r"corebank\.(aml\.alerts|regulatory\.reports|operations\.audits)\.v[0-9]+")
"""Topics that prove something for years, by the bank's decision on its eighteen: alerts on money
laundering, reports to authorities, and who did what to the platform."""
KEPT_YEARS = 5
"""Directive (EU) 2015/849, art. 40. Elsewhere than in production a rehearsed lock is enough."""
_DAYS_A_YEAR = 365.25
PROTECTION = "protection"
"""The attribute of a field in a schema that says how its value is protected."""
PROTECTED = ("tokenised", "encrypted")

Names = tuple[frozenset[str], tuple[str, ...]]
"""Words of which a name is made, and phrases, without spaces, that it holds."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
_CARD = (frozenset({"pan"}), ("cardnumber", "primaryaccountnumber"))
_ACCOUNT = (frozenset({"iban"}), ("accountnumber",))
_AUTHENTICATION = (
    frozenset({"cvv", "cvc", "cav", "pin", "track"}),
    ("securitycode", "magneticstripe", "magstripe"),
)

SHIELDED = Control(
    id="TOP-05",
    pack="data_protection",
    title="No topic carries card or account numbers in the clear",
    levels="MMM",
    severity="critical",
    supports="PCI 3.3.1, PCI 3.5.1, PCI 7.2.1, G 25, G 32(1)(a)",
    remedy="Leave the field out; or put a token or a cipher in its place and say so in the schema: "
    '"protection": "tokenised" or "encrypted". Codes, PINs and tracks are never kept, not even so.',
)
ARCHIVED = Control(
    id="TOP-06",
    pack="data_protection",
    title="Topics that are evidence are archived where nobody can delete",
    levels="AMM",
    severity="high",
    supports="AML 40, P 29, N AU-11",
    remedy="Add a Firehose stream from the topic into a bucket that has, or is copied into one "
    "that has, an object lock in COMPLIANCE mode of five years or more.",
)


@SHIELDED.rule("numbers", "no card or account number in the clear", SCHEMA)
def _numbers(schema: Resource) -> Wrong:
    for place, field in _fields(schema):
        if _is_called(field, _CARD, _ACCOUNT) and field.get(PROTECTION) not in PROTECTED:
            allowed = " or ".join(PROTECTED)
            yield f"{place} is named as a card's or account's number, and is not {allowed}"


@SHIELDED.rule("authentication", "nothing that authenticates a card's holder", SCHEMA)
def _authentication(schema: Resource) -> Wrong:
    # PCI DSS 4.0.1, 3.3.1: not even if it is encrypted; and a topic keeps for 14 days.
    for place, field in _fields(schema):
        if _is_called(field, _AUTHENTICATION):
            yield f"{place} is named as a card's code, PIN or track, which no topic may keep"


@SHIELDED.rule("format", "schemas whose fields can be judged", SCHEMA)
def _format(schema: Resource) -> Wrong:
    if schema.at("dataFormat") != "AVRO":
        yield "dataFormat is not AVRO, the only one whose fields are judged"


@SHIELDED.rule_in_stack("readers", "card numbers only for those in PCI's scope", *POLICIES)
def _readers(policy: Resource, stack: Stack) -> Wrong:
    for grant in grants(policy):
        if not grant.allows("ReadData"):
            continue
        if not any(_has_cards(schema) for schema in _read_by(grant, stack)):
            continue
        who = holders(policy, stack)
        if not who or any(tag(each, "data-class") != CARD_SCOPE for each in who):
            yield (
                f"{grant.place} lets read a topic with card numbers: "
                f"who may has not the tag data-class {CARD_SCOPE}"
            )


@ARCHIVED.rule_in_stack("sink", "a stream into a bucket for each topic that is evidence", *TOPICS)
def _sink(topic: Resource, stack: Stack) -> Wrong:
    name = name_of(topic) or ""
    if EVIDENCE.fullmatch(name) and not any(
        _source(stream) == name and _lands(stream) for stream in stack.of(STREAM)
    ):
        yield "is evidence, and no Firehose stream takes it to a bucket"


@ARCHIVED.rule_in_stack("locked", "evidence in a bucket with a lock", STREAM)
def _locked(stream: Resource, stack: Stack) -> Wrong:
    if _keeps_evidence(stream) and not _locks(stream, stack):
        yield (
            "extendedS3Configuration.bucketArn has no object lock with a default, "
            "and is not copied into a bucket that has one"
        )


@ARCHIVED.rule_in_stack("years", "evidence locked for five years in production", STREAM)
def _years(stream: Resource, stack: Stack) -> Wrong:
    if stack.environment != "production" or not _keeps_evidence(stream):
        return
    locks = _locks(stream, stack)
    if locks and not any(_holds_for_years(lock) for lock in locks):
        yield f"lands where no lock is in COMPLIANCE mode and of {KEPT_YEARS} years or more"


def _fields(schema: Resource) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field of an Avro schema with its place, however deep; of another format none."""
    if schema.at("dataFormat") == "AVRO":
        definition = document(schema.properties, "schemaDefinition")
        yield from _within(definition, "schemaDefinition")


def _within(type_: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(type_, list):
        for number, one in enumerate(cast("list[Any]", type_)):
            yield from _within(one, f"{place}.{number}")
    if not isinstance(type_, Mapping):
        return
    record = cast("Mapping[str, Any]", type_)
    for number, field in enumerate(listed(record, "fields")):
        yield f"{place}.fields.{number}", field
        yield from _within(field["type"], f"{place}.fields.{number}.type")
    for key in ("type", "items", "values"):
        yield from _within(record.get(key), f"{place}.{key}")


def _is_called(field: Mapping[str, Any], *any_of: Names) -> bool:
    """Whether a field, by its name or an alias, is called by any of these words or phrases."""
    for name in (field["name"], *listed(field, "aliases")):
        words = [word.lower() for word in _WORD.findall(name)]
        for single, phrases in any_of:
            if single & {*words} or any(phrase in "".join(words) for phrase in phrases):
                return True
    return False


def _has_cards(schema: Resource) -> bool:
    return any(_is_called(field, _CARD, _AUTHENTICATION) for _, field in _fields(schema))


def _read_by(grant: Grant, stack: Stack) -> list[Resource]:
    """The schemas of the topics that a statement is about, patterns included."""
    return [
        schema
        for schema in stack.of(SCHEMA)
        if any(fnmatchcase(schema.at("schemaName") or "", name) for name in grant.names("topic"))
    ]


def _source(stream: Resource) -> Any:
    return stream.at("mskSourceConfiguration", "topicName")


def _lands(stream: Resource) -> bool:
    return stream.at("extendedS3Configuration") is not None


def _keeps_evidence(stream: Resource) -> bool:
    return bool(EVIDENCE.fullmatch(_source(stream) or "")) and _lands(stream)


def _holds_for_years(lock: Resource) -> bool:
    retention = lock.at("rule", "defaultRetention")
    years = at(retention, "years") or (at(retention, "days") or 0) / _DAYS_A_YEAR
    return at(retention, "mode") == "COMPLIANCE" and years >= KEPT_YEARS


def _locks(stream: Resource, stack: Stack) -> list[Resource]:
    """The locks on the bucket of a stream, and on those that it is copied into."""
    ends = _buckets(stream, stack, "extendedS3Configuration", "bucketArn")
    folder = stream.at("extendedS3Configuration", "prefix") or ""
    for copying in stack.of(REPLICATION):
        if ends & _buckets(copying, stack, "bucket"):
            for number, rule in enumerate(listed(copying.properties, "rules")):
                if _is_copied(folder, rule):
                    ends |= _buckets(copying, stack, "rules", number, "destination", "bucket")
    return [
        lock
        for lock in stack.of(*LOCKS)
        if ends & _buckets(lock, stack, "bucket")
        and lock.at("rule", "defaultRetention") is not None
    ]


def _is_copied(folder: str, rule: Mapping[str, Any]) -> bool:
    """Whether a rule of replication copies all of a folder: others pick by tag or by prefix."""
    picks = at(rule, "filter", "tag") or at(rule, "filter", "and")
    prefix = at(rule, "filter", "prefix") or at(rule, "prefix") or ""
    return rule.get("status") == "Enabled" and not picks and folder.startswith(prefix)


def _buckets(resource: Resource, stack: Stack, *path: str | int) -> set[str]:
    """The buckets that a property is about: of what it was made, or as it calls them.

    Raises:
        Unknown: Neither is known.
    """
    found = _made_of(resource.refers.get(str(path[0]), ()), stack)
    try:
        name = str(resource.at(*path)).removeprefix("arn:aws:s3:::")
    except Unknown:
        if found:
            return found
        raise
    return found | {name} | {each.urn for each in stack.of(*BUCKETS) if name in each.identities}


def _made_of(urns: Any, stack: Stack) -> set[str]:
    """The buckets among these, and those that parts of a bucket among these belong to."""
    found: set[str] = set()
    for each in (stack.by_urn[urn] for urn in urns if urn in stack.by_urn):
        if each.type in BUCKETS:
            found.add(each.urn)
        elif each.type.startswith("aws:s3/bucket"):
            found |= _made_of(each.refers.get("bucket", ()), stack)
    return found


CONTROLS = (SHIELDED, ARCHIVED)
