"""What is written down of an account: its trail, and its groups of logs."""

from collections.abc import Iterator
from typing import Any

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Unknown, listed

TRAIL = "aws:cloudtrail/trail:Trail"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
BUCKETS = ("aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2")
LOCKS = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
RUNNING = (
    "aws:ec2/vpc:Vpc",
    "aws:eks/cluster:Cluster",
    "aws:msk/cluster:Cluster",
    "aws:rds/cluster:Cluster",
    "aws:rds/instance:Instance",
)
"""A stack that has any of these is what an account is for, so what an account needs is its duty."""

_WATCHED = ("card", "evidence")
"""Words in the tag data-class of buckets whose every access is written down; also of those that are
locked, since a lock is what makes a bucket one of evidence."""
_YEAR = 365

TRAILED = Control(
    id="LOG-01",
    pack="operations",
    title="Everything that is done in the account is in a trail that nobody can change",
    levels="-AM",
    severity="high",
    supports=(
        "HUB CloudTrail.1, HUB CloudTrail.2, HUB CloudTrail.4, HUB CloudTrail.5, C5 3.1, C5 3.2,"
        " C5 3.5, C5 3.8, C5 3.9, PCI 10.2, PCI 10.3, D 17"
    ),
    remedy=(
        "Declare an aws.cloudtrail.Trail for all regions, with validation and a key of your own,"
        " data events of evidence and card buckets, and a locked bucket to write to."
    ),
)


@TRAILED.rule_of_stack("trail", "a trail of all regions that is on", *RUNNING, TRAIL)
def _trail(stack: Stack) -> Wrong:
    if not any(_records_all(trail) for trail in stack.of(TRAIL)):
        yield "no trail has isMultiRegionTrail and is on"


@TRAILED.rule("validation", "files that tell when they were changed", TRAIL)
def _validation(trail: Resource) -> Wrong:
    if trail.at("enableLogFileValidation") is not True:
        yield "enableLogFileValidation is not true"


@TRAILED.rule("key", "a key of one's own for the trail", TRAIL)
def _key(trail: Resource) -> Wrong:
    if not _has(trail, "kmsKeyId"):
        yield "kmsKeyId names no key"


@TRAILED.rule_in_stack("events", "every access to evidence and card data", *BUCKETS)
def _events(bucket: Resource, stack: Stack) -> Wrong:
    if not _is_watched(bucket, stack):
        return
    if not any(_tells_of(trail, bucket, stack) for trail in stack.of(TRAIL)):
        yield "no trail has its data events, and it is locked or holds evidence or card data"


@TRAILED.rule_in_stack("locked", "a locked bucket for the trail", TRAIL)
def _locked(trail: Resource, stack: Stack) -> Wrong:
    written = [each for each in stack.of(*BUCKETS) if _names(trail, "s3BucketName", each, stack)]
    if not any(_is_locked(bucket, stack) for bucket in written):
        yield "s3BucketName names no bucket of this stack that has an object lock"


KEPT = Control(
    id="LOG-02",
    pack="operations",
    title="Logs are kept for a year, under a key of one's own",
    levels="AMM",
    severity="medium",
    supports="PCI 10.5.1, N AU-11, R 12",
    remedy="Set retentionInDays to 365 or more, and kmsKeyId.",
)


@KEPT.rule("year", "logs of a year", LOG_GROUP, "aws-native:logs:LogGroup")
def _kept(group: Resource) -> Wrong:
    # AWS keeps them for ever where nothing, or 0, is said.
    if 0 < (group.at("retentionInDays") or 0) < _YEAR:
        yield f"retentionInDays is less than {_YEAR}"
    if group.at("logGroupClass") == "DELIVERY":
        yield "logGroupClass DELIVERY keeps logs for a day"


@KEPT.rule("key", "a key of one's own for logs", LOG_GROUP, "aws-native:logs:LogGroup")
def _encrypted(group: Resource) -> Wrong:
    if not _has(group, "kmsKeyId"):
        yield "kmsKeyId names no key"


def _has(resource: Resource, key: str) -> bool:
    """Whether something is named; also where it is known only after an update what."""
    return bool(resource.refers.get(key) or resource.at(key))


def _records_all(trail: Resource) -> bool:
    return (
        trail.at("isMultiRegionTrail") is True
        and trail.at("enableLogging") is not False
        and trail.at("includeGlobalServiceEvents") is not False
    )


def _is_locked(bucket: Resource, stack: Stack) -> bool:
    return bucket.at("objectLockEnabled") is True or bool(stack.about(bucket, "bucket", LOCKS))


def _is_watched(bucket: Resource, stack: Stack) -> bool:
    if _is_locked(bucket, stack):
        return True
    kind = str(bucket.at("tags", "data-class") or "")
    return any(word in kind for word in _WATCHED)


def _names(resource: Resource, key: str, bucket: Resource, stack: Stack) -> bool:
    """Whether a property was made of a bucket, or of what belongs to that bucket.

    A bucket's name often comes from its policy, so that nothing writes before it is let in.
    """
    if resource.refers_to(bucket, key):
        return True
    made_of = (stack.by_urn.get(urn) for urn in resource.refers.get(key, ()))
    return any(each.refers_to(bucket, "bucket") for each in made_of if each)


def _tells_of(trail: Resource, bucket: Resource, stack: Stack) -> bool:
    for key, limits in (
        ("advancedEventSelectors", _advanced(trail)),
        ("eventSelectors", _plain(trail)),
    ):
        for arns in limits:
            if arns is None or _are_of(arns, bucket) or _names(trail, key, bucket, stack):
                return True
    return False


def _advanced(trail: Resource) -> Iterator[Any]:
    """Of each selector that records objects: which ones; ``None`` for all."""
    for selector in listed(trail.properties, "advancedEventSelectors"):
        fields = {each.get("field"): each for each in listed(selector, "fieldSelectors")}
        if "readOnly" in fields or "eventName" in fields:
            continue
        if "Data" not in listed(fields.get("eventCategory"), "equals"):
            continue
        if "AWS::S3::Object" in listed(fields.get("resources.type"), "equals"):
            yield fields.get("resources.ARN")


def _plain(trail: Resource) -> Iterator[Any]:
    for selector in listed(trail.properties, "eventSelectors"):
        if selector.get("readWriteType") not in (None, "All"):
            continue
        for each in listed(selector, "dataResources"):
            if each.get("type") == "AWS::S3::Object":
                yield {"equals": each.get("values")}


def _are_of(arns: Any, bucket: Resource) -> bool:
    try:
        named = [*listed(arns, "equals"), *listed(arns, "startsWiths")]
    except Unknown:
        # What they were made of is known then, and asked for by the caller.
        return False
    wanted = {f"arn:aws:s3:::{each}/" for each in bucket.identities}
    return any(each == "arn:aws:s3" or each in wanted for each in named)


CONTROLS = (TRAILED, KEPT)
