"""Evidence: what nobody can delete before its time, in S3 and in MinIO, and its copies."""

from typing import Any

from policies.controls._buckets import (
    BUCKETS,
    ENCRYPTION,
    LEAST_LOCKED,
    MINIO_BUCKET,
    REPLICATION,
    about,
    behind,
    days,
    is_compliant,
    is_evidence,
    is_locked,
    retentions,
)
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed

DATASYNC_TO_S3 = "aws:datasync/s3Location:S3Location"
DATASYNC_FROM_STORE = "aws:datasync/locationObjectStorage:LocationObjectStorage"
DATASYNC_TASK = "aws:datasync/task:Task"
MINIO_ENCRYPTION = "minio:index/s3BucketServerSideEncryption:S3BucketServerSideEncryption"

_SNAPSHOTS = "corebank-evidence-vault"
"""The bucket of Vault's snapshots. It is locked for as long as backups are kept, and not copied:
what a domain has erased by destroying its key would come back with a snapshot from before."""
_LEAST_SNAPSHOTS = {"sandbox": 1, "staging": 7, "production": 35}

EVIDENCE = Control(
    id="S3-04",
    pack="data_protection",
    title="Evidence in S3 can't be deleted by anybody, and is in two places",
    levels="-MM",
    severity="critical",
    supports="HUB S3.7, HUB S3.15, PCI 10.3.4, PCI 10.5.1, N AU-9(2), D 12, P 29",
    remedy="Make the bucket with objectLockEnabled, lock by default in mode COMPLIANCE for seven"
    " years (30 days in staging), protect it, and replicate it to a locked bucket in another region"
    " or account.",
)
STORE = Control(
    id="WRM-01",
    pack="data_protection",
    title="Evidence in MinIO is locked, encrypted, private, and copied",
    levels="AMM",
    severity="critical",
    supports="PCI 10.3.4, N AU-9(2), D 12(3)",
    remedy="Make the bucket with objectLocking, and set encryption and a lock in mode COMPLIANCE by"
    " aws.s3 resources on a provider whose endpoint is MinIO.",
)


@EVIDENCE.rule("lockable", "evidence only where it can be locked", *BUCKETS)
def _lockable(bucket: Resource) -> Wrong:
    if is_evidence(bucket) and not is_locked(bucket):
        yield "objectLockEnabled is not true"


@EVIDENCE.rule("lasting", "no bucket of evidence that is deleted with all in it", *BUCKETS)
def _lasting(bucket: Resource) -> Wrong:
    if not is_evidence(bucket):
        return
    # A sandbox is taken down and made anew.
    if not bucket.protect and bucket.environment != "sandbox":
        yield "is not protected"
    if bucket.at("forceDestroy") not in (None, False):
        yield "forceDestroy is not false"


@EVIDENCE.rule_in_stack("mode", "a lock that nobody can lift", *BUCKETS)
def _mode(bucket: Resource, stack: Stack) -> Wrong:
    if is_evidence(bucket):
        yield from _wrong_mode(bucket, stack)


@EVIDENCE.rule_in_stack("length", "a lock for as long as evidence is needed", *BUCKETS)
def _length(bucket: Resource, stack: Stack) -> Wrong:
    if is_evidence(bucket):
        yield from _wrong_length(bucket, stack, LEAST_LOCKED[bucket.environment])


def _wrong_mode(bucket: Resource, stack: Stack) -> Wrong:
    told = retentions(bucket, stack)
    if not told or not all(is_compliant(each, bucket.environment) for each in told):
        yield "has no rule.defaultRetention whose mode is COMPLIANCE"


def _wrong_length(bucket: Resource, stack: Stack, least: int) -> Wrong:
    told = [days(each) for each in retentions(bucket, stack)]
    if not told or min(told) < least:
        yield f"has no rule.defaultRetention of {least} days or more"


@EVIDENCE.rule_in_stack("replicated", "a locked copy in another region or account", *BUCKETS)
def _replicated(bucket: Resource, stack: Stack) -> Wrong:
    if not is_evidence(bucket) or _is_copy(bucket, stack):
        return
    replications = about(bucket, stack, [REPLICATION])
    if not any(_is_safe(each, bucket, stack) for each in replications):
        yield "has no BucketReplicationConfig to a locked bucket in another region or account"


def _is_copy(bucket: Resource, stack: Stack) -> bool:
    """Whether others copy into it, from another region or from a store that is not S3."""
    copied = any(_leads_to(bucket, each, "s3BucketArn", stack) for each in stack.of(DATASYNC_TO_S3))
    return copied or any(
        _leads_to(bucket, replication, "rules", stack)
        for source in stack.of(*BUCKETS)
        if _region(source) != _region(bucket)
        for replication in about(source, stack, [REPLICATION])
    )


def _leads_to(bucket: Resource, resource: Resource, key: str, stack: Stack) -> bool:
    return bucket.urn in {each.urn for each in _targets(resource, key, stack)}


def _targets(resource: Resource, key: str, stack: Stack) -> list[Resource]:
    made_of = behind(resource, key, stack)
    found = [each for each in stack.of(*BUCKETS) if each.urn in made_of]
    if found:
        return found
    told = {
        each if isinstance(each, str) else at(each, "destination", "bucket")
        for each in listed(resource.properties, key)
    }
    return [each for each in stack.of(*BUCKETS) if each.identities & told]


def _is_safe(replication: Resource, bucket: Resource, stack: Stack) -> bool:
    rules = listed(replication.properties, "rules")
    if not any(at(rule, "status") == "Enabled" for rule in rules):
        return False
    if any(at(rule, "destination", "account") is not None for rule in rules):
        return True
    return any(
        is_locked(target) and _region(target) != _region(bucket)
        for target in _targets(replication, "rules", stack)
    )


def _region(bucket: Resource) -> Any:
    return bucket.at("region") or (bucket.provider and bucket.provider.at("region"))


@STORE.rule("locking", "buckets that can lock, as they are made", MINIO_BUCKET)
def _locking(bucket: Resource) -> Wrong:
    if not is_locked(bucket):
        yield "objectLocking is not true"


@STORE.rule("lasting", "no bucket that is deleted with all in it", MINIO_BUCKET)
def _store_lasting(bucket: Resource) -> Wrong:
    yield from _lasting(bucket)


@STORE.rule("private", "no access to whoever comes", MINIO_BUCKET)
def _private(bucket: Resource) -> Wrong:
    if bucket.at("acl") not in (None, "private"):
        yield "acl is not private"


@STORE.rule_in_stack("encrypted", "encryption by the store's key manager", MINIO_BUCKET)
def _encrypted(bucket: Resource, stack: Stack) -> Wrong:
    # AES256 is encryption with the key manager's own key in MinIO, and aws:kms with a named one.
    told = [
        *(each.at("encryptionType") for each in about(bucket, stack, [MINIO_ENCRYPTION])),
        *(
            at(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm")
            for each in about(bucket, stack, ENCRYPTION)
            for rule in listed(each.properties, "rules")
        ),
    ]
    if not any(each in ("AES256", "aws:kms", "aws:kms:dsse") for each in told):
        yield "has no encryption whose sseAlgorithm is aws:kms or AES256"


@STORE.rule_in_stack("mode", "a lock that nobody can lift", MINIO_BUCKET)
def _store_mode(bucket: Resource, stack: Stack) -> Wrong:
    yield from _wrong_mode(bucket, stack)


@STORE.rule_in_stack("length", "a lock for as long as evidence is needed", MINIO_BUCKET)
def _store_length(bucket: Resource, stack: Stack) -> Wrong:
    least = _LEAST_SNAPSHOTS if bucket.at("bucket") == _SNAPSHOTS else LEAST_LOCKED
    yield from _wrong_length(bucket, stack, least[bucket.environment])


@STORE.rule_in_stack("copied", "a copy of evidence elsewhere in production", MINIO_BUCKET)
def _copied(bucket: Resource, stack: Stack) -> Wrong:
    if bucket.environment != "production" or bucket.at("bucket") == _SNAPSHOTS:
        return
    locations = stack.about(bucket, "bucketName", [DATASYNC_FROM_STORE])
    tasks = (stack.about(each, "sourceLocationArn", [DATASYNC_TASK]) for each in locations)
    if not any(tasks) and not about(bucket, stack, [REPLICATION]):
        yield "is the source of no aws.datasync.Task, and has no BucketReplicationConfig"


CONTROLS = (EVIDENCE, STORE)
