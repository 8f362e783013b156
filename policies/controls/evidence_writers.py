"""Who writes evidence: they may not take it away, and nobody is the store's root."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any

from policies.controls._buckets import BUCKET_POLICY, BUCKETS, MINIO_BUCKET, about, is_evidence
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._statements import Statement, statements
from policies.controls._wire import at, document, listed

MINIO_POLICIES = (
    "minio:index/iamPolicy:IamPolicy",
    "minio:index/iamGroupPolicy:IamGroupPolicy",
    "minio:index/iamServiceAccount:IamServiceAccount",
)
MINIO_BUCKET_POLICY = "minio:index/s3BucketPolicy:S3BucketPolicy"
VAULT_ROLE = "vault:aws/secretBackendRole:SecretBackendRole"
MINIO_PROVIDER = "pulumi:providers:minio"
AWS_PROVIDER = "pulumi:providers:aws"
DATASYNC_FROM_STORE = "aws:datasync/locationObjectStorage:LocationObjectStorage"
CHARTS = (
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v4:Chart",
)

_EVIDENCE = "corebank-evidence"
"""What the names of this bank's buckets of evidence begin with."""
_CHART = "minio"
_UNDOING = (
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersion",
    "s3:DeleteObjectVersionTagging",
    "s3:ForceDeleteBucket",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutBucketVersioning",
)
"""What takes evidence away, or its lock. ``ForceDeleteBucket`` is MinIO's, and takes all of it."""

WRITERS = Control(
    id="WRM-02",
    pack="data_protection",
    title="Who writes evidence can't take it away, and nobody uses the store's root",
    levels="AMM",
    severity="critical",
    supports="PCI 7.2.2, PCI 10.3.2, N AU-9(4), N AC-5",
    remedy="Let writers put, read and list; keep the store's root key out of the program, its"
    " console off, and talk to it over TLS.",
)


@WRITERS.rule("policies", "no policy of the store that undoes evidence", *MINIO_POLICIES)
def _policies(policy: Resource) -> Wrong:
    yield from _undoing(statements(policy.properties, "policy"))


@WRITERS.rule("sessions", "no session of Vault's that undoes evidence", VAULT_ROLE)
def _sessions(role: Resource) -> Wrong:
    told = statements(role.properties, "policyDocument")
    yield from _undoing(each for each in told if _is_about_evidence(each))


@WRITERS.rule_in_stack(
    "buckets", "no policy of a bucket that lets undo evidence", *BUCKETS, MINIO_BUCKET
)
def _buckets(bucket: Resource, stack: Stack) -> Wrong:
    if is_evidence(bucket):
        for policy in about(bucket, stack, [BUCKET_POLICY, MINIO_BUCKET_POLICY]):
            yield from _undoing(statements(policy.properties, "policy"))


def _undoing(told: Iterable[Statement]) -> Wrong:
    allowing = [each for each in told if each.allows]
    for action in _UNDOING:
        if any(each.covers(action) for each in allowing):
            yield f"policy allows {action}"


def _is_about_evidence(statement: Statement) -> bool:
    name = f"arn:aws:s3:::{_EVIDENCE}"
    return any(
        each.startswith(name) or fnmatchcase(f"{name}-any/object", each)
        for each in statement.resources or ["*"]
    )


@WRITERS.rule("root", "no key of the store in the program", MINIO_PROVIDER)
def _root(provider: Resource) -> Wrong:
    # That there is one is enough: it is not read.
    for key in ("minioPassword", "minioSecretKey"):
        if key in provider.properties:
            yield f"{key} is set: it comes from outside"
    for key in ("minioUser", "minioAccessKey"):
        if provider.at(key) in ("minioadmin", "root", "admin"):
            yield f"{key} is the store's root"


@WRITERS.rule("tls", "TLS to the store", MINIO_PROVIDER)
def _tls(provider: Resource) -> Wrong:
    # A provider's properties are texts.
    if provider.at("minioSsl") not in (True, "true"):
        yield "minioSsl is not true"
    if provider.at("minioInsecure") in (True, "true"):
        yield "minioInsecure is true"


@WRITERS.rule("endpoint", "TLS to what stands for S3", AWS_PROVIDER)
def _endpoint(provider: Resource) -> Wrong:
    for each in listed({"told": document(provider.properties, "endpoints")}, "told"):
        if not (at(each, "s3") or "https:").startswith("https:"):
            yield "endpoints.s3 does not begin with https"
    if provider.at("insecure") in (True, "true"):
        yield "insecure is true"


@WRITERS.rule("copies", "TLS to the store for what copies it", DATASYNC_FROM_STORE)
def _copies(location: Resource) -> Wrong:
    # DataSync takes HTTPS where nothing is said.
    if location.at("serverProtocol") not in (None, "HTTPS"):
        yield "serverProtocol is not HTTPS"


@WRITERS.rule("console", "no console of the store", *CHARTS)
def _console(release: Resource) -> Wrong:
    if _is_store(release) and _value(release, "environment", "MINIO_BROWSER") not in ("off", False):
        yield "values.environment.MINIO_BROWSER is not off"


@WRITERS.rule("servers-root", "no key of the store in a chart's values", *CHARTS)
def _servers_root(release: Resource) -> Wrong:
    if not _is_store(release):
        return
    for key in ("rootPassword", "rootUser", "secretKey", "accessKey"):
        if key in (_value(release) or {}):
            yield f"values.{key} is set: it comes from a Secret"
    if not _value(release, "existingSecret"):
        yield "values.existingSecret is not set: the chart makes a key, which is in the release"


@WRITERS.rule("servers-tls", "TLS at the store", *CHARTS)
def _servers_tls(release: Resource) -> Wrong:
    if _is_store(release) and _value(release, "tls", "enabled") is not True:
        yield "values.tls.enabled is not true"


def _is_store(release: Resource) -> bool:
    return (release.at("chart") or "").rpartition("/")[2] == _CHART


def _value(release: Resource, *path: str) -> Any:
    return release.at("values", *path)


CONTROLS = (WRITERS,)
