"""The evidence store from the inside: a locked bucket for each writer, and how a writer gets in.

Needs a store that runs, speaks S3 and has object lock, and an initialised Vault. Owns buckets,
locks, and the engine in Vault that hands out credentials. Leaves out the engine's own access to
the store, which people give it in a ceremony: as a resource its secret would be in the state.
Leaves out bucket policies too: MinIO asks those about callers without credentials only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_minio as minio
import pulumi_vault as vault
from pulumi_aws import s3
from pulumi_vault import aws as vault_aws

from components._evidence_policies import (
    bucket_of,
    writers_ceiling,
    writes_and_reads,
)
from components._policy import policy_document
from components._vault_policy import reads
from components.vault import Vault

_DAY = timedelta(days=1)
_SHORT, _LONG = 900, 3600
"""Seconds that a writer's credentials live if it does not say, and at most; MinIO makes none that
live shorter."""


@dataclass(frozen=True, kw_only=True)
class EvidenceStoreArgs:
    """What all buckets have in common.

    Args:
        vault: The Vault in which credentials are had.
        mount: Where in it.
        mode: Of the lock: ``COMPLIANCE`` refuses everybody; ``GOVERNANCE`` yields to the store's
            administrators.
        writers: The names of all who write; each has a bucket of its own.
        protect: Whether buckets, locks and mount are protected from deletion.
    """

    vault: Vault
    mount: str
    mode: str
    writers: Sequence[str]
    protect: bool


class EvidenceStore(pulumi.ComponentResource):
    """The engine that hands out credentials, and the ceiling over all that it hands out."""

    mount: pulumi.Output[str]
    """Where the engine is mounted."""
    ceiling: pulumi.Output[str]
    """Name of the store's policy that the engine's own user has to carry, and no other."""

    def __init__(
        self, name: str, args: EvidenceStoreArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:EvidenceStore", name, {}, opts)
        self.args = args
        engine = vault.Mount(
            f"{name}-engine",
            path=args.mount,
            # Of the engine for AWS, since the store has the call by which it makes sessions.
            type="aws",
            description="Credentials of the evidence store, of its writers alone",
            opts=pulumi.ResourceOptions.merge(
                pulumi.ResourceOptions(parent=self, protect=args.protect), args.vault.audited
            ),
        )
        ceiling = minio.IamPolicy(
            f"{name}-ceiling",
            name="corebank-evidence-writers",
            policy=policy_document(writers_ceiling([bucket_of(each) for each in args.writers])),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.mount = engine.path
        self.ceiling = ceiling.name
        self.register_outputs({"mount": self.mount, "ceiling": self.ceiling})


@dataclass(frozen=True, kw_only=True)
class EvidenceBucketArgs:
    """Whose bucket it is.

    Args:
        store: The store.
        writer: Whoever writes, and reads its own; nobody else does either.
        locked_for: How long no version can be deleted, in whole days, from when it is written.
            After that it expires by itself.
    """

    store: EvidenceStore
    writer: str
    locked_for: timedelta


class EvidenceBucket(pulumi.ComponentResource):
    """One writer's locked bucket, and the role whose credentials open it.

    The role comes after the lock: what is written before a bucket has one stays without.
    """

    bucket: pulumi.Output[str]
    """The bucket's name."""
    role: pulumi.Output[str]
    """The role's name in the engine."""
    policy: pulumi.Output[str]
    """Name of the policy in Vault with which the role's credentials are had."""

    def __init__(
        self, name: str, args: EvidenceBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:EvidenceBucket", name, {}, opts)
        self.args = args
        store, days, label = args.store.args, self.days, bucket_of(args.writer)
        bucket = minio.S3Bucket(
            f"{name}-bucket",
            bucket=label,
            acl="private",
            # Only a new bucket can be given a lock.
            object_locking=True,
            # Not even where nothing is protected: evidence is never deleted along with its place.
            force_destroy=False,
            opts=pulumi.ResourceOptions(parent=self, protect=store.protect),
        )
        # What is said of a bucket goes with it, and not before: were it taken away first, and the
        # bucket then not be empty, it would be left without a lock. And one after another: of two
        # settings that one bucket is given at once MinIO loses either, and says yes to both.
        said = pulumi.ResourceOptions(parent=self, deleted_with=bucket)
        kept = pulumi.ResourceOptions.merge(said, pulumi.ResourceOptions(protect=store.protect))
        versioning = s3.BucketVersioning(
            f"{name}-versioning",
            bucket=bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=kept,
        )
        lock = s3.BucketObjectLockConfiguration(
            f"{name}-lock",
            bucket=versioning.bucket,
            rule={"default_retention": {"mode": store.mode, "days": days}},
            opts=kept,
        )
        encryption = s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=lock.bucket,
            # MinIO's word for its own key, which its key manager seals; aws:kms wants a key's name.
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=said,
        )
        lifecycle = s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=encryption.bucket,
            rules=[
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    # What is locked longer stays; an overwritten version goes a day after its lock.
                    "expiration": {"days": days},
                    "noncurrent_version_expiration": {"noncurrent_days": 1},
                }
            ],
            opts=said,
        )
        role = vault_aws.SecretBackendRole(
            f"{name}-role",
            backend=args.store.mount,
            name=args.writer,
            credential_type="assumed_role",
            # Wanted by the engine; the store makes a session of whoever asks, and reads no role.
            role_arns=[f"arn:aws:iam::000000000000:role/{label}"],
            policy_document=policy_document(writes_and_reads([label])),
            default_sts_ttl=_SHORT,
            max_sts_ttl=_LONG,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[lock, encryption, lifecycle]),
        )
        policy = vault.Policy(
            f"{name}-policy",
            name=f"evidence-{args.writer}",
            policy=pulumi.Output.format("{0}/creds/{1}", role.backend, role.name).apply(reads),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.bucket = bucket.bucket
        self.role = role.name
        self.policy = policy.name
        self.register_outputs({"bucket": self.bucket, "role": self.role, "policy": self.policy})

    @property
    def days(self) -> int:
        """How long no version can be deleted, in days."""
        return self.args.locked_for // _DAY
