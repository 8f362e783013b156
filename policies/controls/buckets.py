"""Buckets in S3: closed, encrypted, versioned, and whom they talk to."""

from typing import Any

from policies.controls._buckets import BUCKET_POLICY, BUCKETS, ENCRYPTION, about
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._statements import Statement, statements
from policies.controls._wire import at, listed
from policies.controls.keys import is_made_of_key, is_own

BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
ACCESS_POINT = "aws:s3/accessPoint:AccessPoint"
ACCESS_POINT_POLICY = "aws:s3control/accessPointPolicy:AccessPointPolicy"
ACLS = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
VERSIONING = (
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:s3/bucketVersioningV2:BucketVersioningV2",
)
LOGGING = ("aws:s3/bucketLogging:BucketLogging", "aws:s3/bucketLoggingV2:BucketLoggingV2")
LIFECYCLE = (
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
)
MINIO_BUCKET_POLICY = "minio:index/s3BucketPolicy:S3BucketPolicy"

_FLAGS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")

CLOSED = Control(
    id="S3-01",
    pack="data_protection",
    title="No bucket can be made public",
    levels="MMM",
    severity="critical",
    supports="HUB S3.1, HUB S3.2, HUB S3.3, HUB S3.8, C5 2.1.4, PCI 1.4.4",
    remedy="Add an aws.s3.BucketPublicAccessBlock with all four flags for the bucket, and an"
    " aws.s3.AccountPublicAccessBlock for the account.",
)
KEPT = Control(
    id="S3-02",
    pack="data_protection",
    title="A bucket keeps versions, is encrypted with our key, logs access, and ends",
    levels="AMM",
    severity="high",
    supports="HUB S3.9, HUB S3.12, HUB S3.13, HUB S3.14, HUB S3.17, PCI 3.5.1, PCI 10.2.1, R 6",
    remedy="Add versioning, encryption with aws:kms and a key of ours, logging and a lifecycle for"
    " the bucket, and no ACL.",
)
POLICY = Control(
    id="S3-03",
    pack="data_protection",
    title="A bucket talks over TLS only, and to nobody unnamed",
    levels="MMM",
    severity="critical",
    supports="HUB S3.5, HUB S3.6, C5 2.1.1, PCI 4.2.1",
    remedy="Deny s3:* to everybody where aws:SecureTransport is false, on the bucket and on what is"
    " in it, and allow nothing to the principal *.",
)


@CLOSED.rule_in_stack("block", "all public access to each bucket blocked", *BUCKETS)
def _block(bucket: Resource, stack: Stack) -> Wrong:
    if not any(_blocks(each.properties) for each in about(bucket, stack, [BLOCK])):
        yield f"has no BucketPublicAccessBlock with {', '.join(_FLAGS)} true"


@CLOSED.rule_of_stack("account", "all public access blocked in the account", *BUCKETS)
def _account(stack: Stack) -> Wrong:
    if not any(_blocks(each.properties) for each in stack.of(ACCOUNT_BLOCK)):
        yield f"has no AccountPublicAccessBlock with {', '.join(_FLAGS)} true"


@CLOSED.rule("access-point", "all public access through access points blocked", ACCESS_POINT)
def _access_point(point: Resource) -> Wrong:
    for flag in _FLAGS:
        # S3 blocks where nothing is said.
        if point.at("publicAccessBlockConfiguration", flag) not in (None, True):
            yield f"publicAccessBlockConfiguration.{flag} is not true"


def _blocks(block: Any) -> bool:
    return all(at(block, flag) is True for flag in _FLAGS)


@KEPT.rule_in_stack("versions", "versions of what is overwritten or deleted", *BUCKETS)
def _versions(bucket: Resource, stack: Stack) -> Wrong:
    told = [
        *(
            each.at("versioningConfiguration", "status") == "Enabled"
            for each in about(bucket, stack, VERSIONING)
        ),
        bucket.at("versioning", "enabled") is True,
        any(at(each, "enabled") is True for each in listed(bucket.properties, "versionings")),
    ]
    if not any(told):
        yield "has no BucketVersioning whose versioningConfiguration.status is Enabled"


@KEPT.rule_in_stack("own-key", "encryption with a key of our own", *BUCKETS)
def _own_key(bucket: Resource, stack: Stack) -> Wrong:
    # S3 writes access logs only where its own key encrypts them.
    if _takes_logs(bucket, stack):
        return
    beside = about(bucket, stack, ENCRYPTION)
    inline = _is_by_own_key(bucket, stack, "serverSideEncryptionConfiguration", "rule")
    if not inline and not any(_is_by_own_key(each, stack, "rules") for each in beside):
        yield "has no encryption whose sseAlgorithm is aws:kms and whose key is ours"


def _is_by_own_key(told: Resource, stack: Stack, key: str, *path: str) -> bool:
    for rule in listed(told.properties, key, *path):
        default = at(rule, "applyServerSideEncryptionByDefault")
        if str(at(default, "sseAlgorithm")).startswith("aws:kms") and (
            is_made_of_key(told, stack, key) or is_own(at(default, "kmsMasterKeyId"))
        ):
            return True
    return False


@KEPT.rule_in_stack("logged", "a log of who accessed what", *BUCKETS)
def _logged(bucket: Resource, stack: Stack) -> Wrong:
    # A log of access to logs of access would have no end.
    if _takes_logs(bucket, stack) or about(bucket, stack, LOGGING):
        return
    if not bucket.at("logging", "targetBucket") and not listed(bucket.properties, "loggings"):
        yield "has no BucketLogging"


@KEPT.rule_in_stack("ends", "an end for what is in a bucket, or for its old versions", *BUCKETS)
def _ends(bucket: Resource, stack: Stack) -> Wrong:
    told = [
        *(
            at(rule, "status") == "Enabled"
            for each in about(bucket, stack, LIFECYCLE)
            for rule in listed(each.properties, "rules")
        ),
        *(at(rule, "enabled") is True for rule in listed(bucket.properties, "lifecycleRules")),
    ]
    if not any(told):
        yield "has no BucketLifecycleConfiguration with a rule whose status is Enabled"


@KEPT.rule_in_stack("owner", "access by policies only, and not by lists of each object", *BUCKETS)
def _owner(bucket: Resource, stack: Stack) -> Wrong:
    # S3 enforces it where nothing is said.
    for each in about(bucket, stack, [OWNERSHIP]):
        if each.at("rule", "objectOwnership") != "BucketOwnerEnforced":
            yield "has rule.objectOwnership that is not BucketOwnerEnforced"


@KEPT.rule("acl", "no list that lets others in", *BUCKETS, *ACLS)
def _acl(bucket: Resource) -> Wrong:
    if bucket.at("acl") not in (None, "private"):
        yield "acl is not private"
    if "accessControlPolicy" in bucket.properties:
        yield "accessControlPolicy is set: access is given by policies only"


def _takes_logs(bucket: Resource, stack: Stack) -> bool:
    return bool(about(bucket, stack, LOGGING, "targetBucket"))


@POLICY.rule_in_stack("tls", "a policy that denies what comes without TLS", *BUCKETS)
def _tls(bucket: Resource, stack: Stack) -> Wrong:
    told = [*about(bucket, stack, [BUCKET_POLICY]), bucket]
    if not any(
        _denies_plain(each) for one in told for each in statements(one.properties, "policy")
    ):
        yield "has no policy that denies s3:* to all where aws:SecureTransport is false"


def _denies_plain(statement: Statement) -> bool:
    inside = [each for each in statement.resources if each.endswith("*")]
    itself = [each for each in statement.resources if not each.endswith("/*")]
    return (
        not statement.allows
        and "*" in statement.principals
        and statement.covers("s3:GetObject")
        and statement.covers("s3:ListBucket")
        and len(statement.conditions) == 1
        and statement.values("aws:SecureTransport", "Bool", "BoolIfExists") == ["false"]
        and bool(inside and itself)
    )


@POLICY.rule(
    "named",
    "nothing allowed to whoever comes",
    BUCKET_POLICY,
    *BUCKETS,
    ACCESS_POINT,
    ACCESS_POINT_POLICY,
    MINIO_BUCKET_POLICY,
)
def _named(bucket: Resource) -> Wrong:
    for statement in statements(bucket.properties, "policy"):
        if statement.allows and statement.is_for_anyone:
            yield "policy allows something to the principal *, or to all but some"


CONTROLS = (CLOSED, KEPT, POLICY)
