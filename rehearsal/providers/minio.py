"""The minio stand-in: buckets and policies of the rehearsal's real MinIO.

What is said about a bucket beside its name comes through the aws stand-in, as in the program.
"""

import json
from dataclasses import dataclass

from botocore.exceptions import ClientError
from minio.error import MinioAdminException

from rehearsal.object_store import Store, code, connect
from rehearsal.providers.framework import Endpoints, StandIn
from rehearsal.providers.policies import in_words_of
from rehearsal.providers.refusing import refuse_changes, refuse_others
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_NO_LOCK = "ObjectLockConfigurationNotFoundError"


@dataclass(frozen=True, kw_only=True)
class Bucket(ResourceType[Store]):
    """A bucket. Whether it can be locked is decided when it is made, and never again."""

    type: str = "minio:index/s3Bucket:S3Bucket"
    replaces: tuple[str, ...] = ("bucket", "objectLocking")

    def create(self, client: Store, inputs: Plain) -> str:
        """Makes it, private; refuses what would be lost without a word."""
        refuse_others(self.type, inputs, "acl", "bucket", "forceDestroy", "objectLocking")
        if inputs.get("acl") not in (None, "private"):
            raise RuntimeError(f"the rehearsal's buckets are private, not {inputs['acl']}")
        locking = bool(inputs.get("objectLocking"))
        client.s3.create_bucket(Bucket=inputs["bucket"], ObjectLockEnabledForBucket=locking)
        return str(inputs["bucket"])

    def read(self, client: Store, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells whether it is there, and can be locked."""
        del state
        try:
            client.s3.head_bucket(Bucket=resource_id)
        except ClientError as error:
            if code(error) in ("404", "NoSuchBucket"):
                return None
            raise
        live = {**inputs, "bucket": resource_id, "arn": f"arn:aws:s3:::{resource_id}"}
        if _can_lock(client, resource_id) != bool(inputs.get("objectLocking")):
            live["objectLocking"] = not inputs.get("objectLocking")
        return live

    def update(self, client: Store, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Takes note of ``forceDestroy``, which is the provider's own; nothing else changes."""
        del client, resource_id, state
        refuse_changes(self.type, old, new, "forceDestroy")

    def delete(self, client: Store, resource_id: str, state: Plain) -> None:
        """Takes it away if it is empty. The store refuses otherwise, and so does this."""
        del state
        try:
            client.s3.delete_bucket(Bucket=resource_id)
        except ClientError as error:
            if code(error) != "NoSuchBucket":
                raise


@dataclass(frozen=True, kw_only=True)
class Policy(ResourceType[Store]):
    """A policy that users of the store are given."""

    type: str = "minio:index/iamPolicy:IamPolicy"
    replaces: tuple[str, ...] = ("name",)
    autoname: str = "name"

    def create(self, client: Store, inputs: Plain) -> str:
        """Writes it under its name."""
        refuse_others(self.type, inputs, "name", "policy")
        client.admin.policy_add(inputs["name"], policy=json.loads(inputs["policy"]))
        return str(inputs["name"])

    def read(self, client: Store, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells its text."""
        del state
        try:
            told = client.admin.policy_info(resource_id)
        except MinioAdminException as error:
            if "XMinioAdminNoSuchPolicy" in str(error):
                return None
            raise
        return {
            **inputs,
            "name": resource_id,
            "policy": in_words_of(inputs.get("policy", ""), told),
        }

    def update(self, client: Store, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Writes another text under the same name."""
        del state
        refuse_changes(self.type, old, new, "policy")
        client.admin.policy_add(resource_id, policy=json.loads(new["policy"]))

    def delete(self, client: Store, resource_id: str, state: Plain) -> None:
        """Takes it away; the store refuses while a user has it."""
        del state
        if self.read(client, resource_id, {}, {}) is not None:
            client.admin.policy_remove(resource_id)


ROWS: tuple[ResourceType[Store], ...] = (Bucket(), Policy())


def stand_in(endpoints: Endpoints) -> StandIn[Store]:
    """The stand-in for package ``minio``. It ignores the stack's address and asks the local one."""

    def reach(configuration: Plain) -> Store:
        del configuration
        return connect(endpoints()["minio"])

    return StandIn("minio", ROWS, reach)


def _can_lock(client: Store, bucket: str) -> bool:
    try:
        client.s3.get_object_lock_configuration(Bucket=bucket)
    except ClientError as error:
        if code(error) == _NO_LOCK:
            return False
        raise
    return True
