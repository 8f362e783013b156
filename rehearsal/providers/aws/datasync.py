"""Copies by DataSync: the places that they go to are in moto, the rest is recorded."""

from collections.abc import Callable

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain

_LOCATION = {"LocationArn": "{id}"}


def _arn(kind: str, named_by: str) -> Callable[[Aws, Plain], Plain]:
    """An ARN that tells what it is of: AWS's own has a number."""

    def outputs(aws: Aws, inputs: Plain) -> Plain:
        region = aws.region(inputs)
        arn = f"arn:aws:datasync:{region}:{ACCOUNT}:{kind}/{inputs[named_by]}"
        return {"region": region, "arn": arn}

    return outputs


ROWS = (
    ApiResource(
        type="aws:datasync/s3Location:S3Location",
        service="datasync",
        create_by=Call("CreateLocationS3"),
        id="{LocationArn}",
        read_by=Call("DescribeLocationS3", _LOCATION),
        delete_by=(Call("DeleteLocation", _LOCATION),),
        # Of one that is gone moto says what it says of any wrong request.
        listed_by=Call("ListLocations", {}, "Locations[?LocationArn=='{id}'] | [0]"),
        # moto tells the place as one address, and no class of storage.
        untold=("s3BucketArn", "s3StorageClass", "subdirectory"),
        computed={"arn": "{id}"},
        replaces=("agentArns", "s3BucketArn", "s3Config", "s3StorageClass", "subdirectory"),
        # moto takes no tags of it.
        local=("tags",),
    ),
    Recorded[Aws](
        type="aws:datasync/agent:Agent",
        why="moto has no agents of DataSync",
        id="arn",
        outputs=_arn("agent", "name"),
        replaces=("activationKey", "ipAddress", "privateLinkEndpoint"),
    ),
    Recorded[Aws](
        type="aws:datasync/locationObjectStorage:LocationObjectStorage",
        why="moto has no object storage among DataSync's locations",
        id="arn",
        outputs=_arn("location", "bucketName"),
        replaces=("bucketName",),
    ),
    Recorded[Aws](
        type="aws:datasync/task:Task",
        why="moto's tasks of DataSync take only locations that it has, and no schedule",
        id="arn",
        outputs=_arn("task", "name"),
        replaces=("destinationLocationArn", "sourceLocationArn"),
    ),
)
