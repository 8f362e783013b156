"""Buckets and what is said about one, each a resource of its own with the provider.

They are in moto, or in MinIO where the provider has an endpoint of its own for S3.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.policies import in_words_of
from rehearsal.providers.values import Plain

_BUCKET = {"Bucket": "{id}"}


@dataclass(frozen=True, kw_only=True)
class _About(ApiResource):
    """What is said about a bucket; a policy among it is compared by what it means."""

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells it, in the declared words where it means the same."""
        live = super().read(client, resource_id, inputs, state)
        if live and "policy" in inputs and isinstance(live.get("policy"), str):
            live["policy"] = in_words_of(inputs["policy"], live["policy"])
        return live


def _about(  # noqa: PLR0913 - one for each call and each way
    kind: str,
    *properties: str,
    put: str,
    get: Call,
    delete: Call,
    send: Callable[[Plain], Plain],
    receive: Callable[[Any], Plain],
) -> ApiResource:
    """A type that says one thing about a bucket, as a whole.

    Args:
        kind: Its name in the SDK, after ``Bucket``.
        properties: What it sets.
        put: The call that sets it, also anew.
        get: Tells it; an error or nothing where it is not set.
        delete: Takes it away.
        send: Its properties as the call has them.
        receive: The answer in the provider's words.
    """
    return _About(
        type=f"aws:s3/bucket{kind}:Bucket{kind}",
        service="s3",
        create_by=Call(put, {"Bucket": "{bucket}"}),
        id="{bucket}",
        read_by=Call(get.operation, _BUCKET, get.at),
        delete_by=(Call(delete.operation, {**_BUCKET, **delete.members}),),
        again=properties,
        send=lambda inputs: send({key: inputs[key] for key in properties if key in inputs}),
        receive=receive,
        untold=("bucket",),
        replaces=("bucket",),
    )


def _within(*path: str) -> Callable[[Plain], Plain]:
    """Puts properties into objects of the API around them."""

    def send(inputs: Plain) -> Plain:
        for name in reversed(path):
            inputs = {name: inputs}
        return inputs

    return send


def _same(answer: Plain) -> Plain:
    return answer


def _under(name: str) -> Callable[[Any], Plain]:
    return lambda answer: {name: answer}


_OFF: Mapping[str, Any] = {"VersioningConfiguration": {"Status": "Suspended"}}


@dataclass(frozen=True, kw_only=True)
class _Bucket(ApiResource):
    """A bucket, which is emptied before it goes where ``forceDestroy`` says so."""

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Takes it away, with what is in it or not at all."""
        there = self.read(client, resource_id, {}, state) is not None
        if there and state.get("forceDestroy"):
            s3 = client.service(self.service, client.region(state))
            told = s3.call("ListObjectVersions", {"Bucket": resource_id})
            for each in (*told.get("Versions", ()), *told.get("DeleteMarkers", ())):
                version = {"Key": each["Key"], "VersionId": each["VersionId"]}
                s3.call("DeleteObject", {"Bucket": resource_id, **version})
        super().delete(client, resource_id, state)


ROWS = (
    _Bucket(
        type="aws:s3/bucket:Bucket",
        service="s3",
        create_by=Call(
            "CreateBucket",
            {
                "Bucket": "{bucket}",
                "ObjectLockEnabledForBucket": "{objectLockEnabled || `false`}",
                "CreateBucketConfiguration": {"LocationConstraint": "{region}"},
            },
        ),
        id="{bucket}",
        read_by=Call("GetBucketLocation", _BUCKET),
        delete_by=(Call("DeleteBucket", _BUCKET),),
        local=("forceDestroy",),
        # Whether it can be locked is told where the lock is asked for.
        untold=("bucket", "objectLockEnabled"),
        computed={
            "arn": "arn:aws:s3:::{id}",
            "bucket": "{id}",
            "bucketDomainName": "{id}.s3.amazonaws.com",
            "bucketRegionalDomainName": "{id}.s3.{region}.amazonaws.com",
        },
        replaces=("bucket", "objectLockEnabled"),
        autoname="bucket",
        tags_of="{id}",
    ),
    _about(
        "Versioning",
        "versioningConfiguration",
        put="PutBucketVersioning",
        get=Call("GetBucketVersioning", at="Status && @"),
        # Versions can't be switched off again, only suspended.
        delete=Call("PutBucketVersioning", _OFF),
        send=_same,
        receive=_under("versioningConfiguration"),
    ),
    _about(
        "ServerSideEncryptionConfiguration",
        "rules",
        put="PutBucketEncryption",
        get=Call("GetBucketEncryption", at="ServerSideEncryptionConfiguration"),
        delete=Call("DeleteBucketEncryption"),
        send=_within("serverSideEncryptionConfiguration"),
        receive=lambda answer: {"rules": answer["Rules"]},
    ),
    _about(
        "PublicAccessBlock",
        "blockPublicAcls",
        "blockPublicPolicy",
        "ignorePublicAcls",
        "restrictPublicBuckets",
        put="PutPublicAccessBlock",
        get=Call("GetPublicAccessBlock", at="PublicAccessBlockConfiguration"),
        delete=Call("DeletePublicAccessBlock"),
        send=_within("publicAccessBlockConfiguration"),
        receive=_same,
    ),
    _about(
        "OwnershipControls",
        "rule",
        put="PutBucketOwnershipControls",
        get=Call("GetBucketOwnershipControls", at="OwnershipControls.Rules[0]"),
        delete=Call("DeleteBucketOwnershipControls"),
        send=lambda inputs: {"ownershipControls": {"rules": [inputs["rule"]]}},
        receive=_under("rule"),
    ),
    _about(
        "Policy",
        "policy",
        put="PutBucketPolicy",
        get=Call("GetBucketPolicy"),
        delete=Call("DeleteBucketPolicy"),
        send=_same,
        receive=_same,
    ),
    _about(
        "LifecycleConfiguration",
        "rules",
        put="PutBucketLifecycleConfiguration",
        get=Call("GetBucketLifecycleConfiguration"),
        delete=Call("DeleteBucketLifecycle"),
        send=_within("lifecycleConfiguration"),
        receive=lambda answer: {"rules": answer["Rules"]},
    ),
    _about(
        "ObjectLockConfiguration",
        "rule",
        put="PutObjectLockConfiguration",
        get=Call("GetObjectLockConfiguration", at="ObjectLockConfiguration"),
        # A bucket stays one that can be locked; its rule goes.
        delete=Call(
            "PutObjectLockConfiguration",
            {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}},
        ),
        send=lambda inputs: {"objectLockConfiguration": {"objectLockEnabled": "Enabled", **inputs}},
        receive=lambda answer: {"rule": answer.get("Rule")},
    ),
    _about(
        "ReplicationConfig",
        "role",
        "rules",
        put="PutBucketReplication",
        get=Call("GetBucketReplication", at="ReplicationConfiguration"),
        delete=Call("DeleteBucketReplication"),
        send=_within("replicationConfiguration"),
        receive=lambda answer: {"rules": answer["Rules"]},
    ),
    _about(
        "Logging",
        "targetBucket",
        "targetPrefix",
        put="PutBucketLogging",
        get=Call("GetBucketLogging", at="LoggingEnabled"),
        delete=Call("PutBucketLogging", {"BucketLoggingStatus": {}}),
        send=_within("bucketLoggingStatus", "loggingEnabled"),
        receive=_same,
    ),
    ApiResource(
        type="aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
        service="s3control",
        create_by=Call("PutPublicAccessBlock", {"AccountId": "{account}"}),
        id="{account}",
        read_by=Call(
            "GetPublicAccessBlock", {"AccountId": "{account}"}, "PublicAccessBlockConfiguration"
        ),
        delete_by=(Call("DeletePublicAccessBlock", {"AccountId": "{account}"}),),
        again=(
            "blockPublicAcls",
            "blockPublicPolicy",
            "ignorePublicAcls",
            "restrictPublicBuckets",
        ),
        send=_within("publicAccessBlockConfiguration"),
    ),
)
