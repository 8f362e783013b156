"""Copies by DataSync: tasks and the places that they go to are in moto, the rest is recorded."""

from dataclasses import dataclass

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain

_LOCATION = {"LocationArn": "{id}"}
_TASK = {"TaskArn": "{id}"}


def _agent(aws: Aws, inputs: Plain) -> Plain:
    region = aws.region(inputs)
    # AWS's own has a number.
    arn = f"arn:aws:datasync:{region}:{ACCOUNT}:agent/{inputs['name']}"
    return {"region": region, "arn": arn}


def _place(aws: Aws, inputs: Plain) -> Plain:
    region = aws.region(inputs)
    told = aws.service("datasync", region).call("ListLocations", {})
    at = f"smb://{inputs['serverHostname']}/{inputs['bucketName']}"
    found = [it["LocationArn"] for it in told["Locations"] if it["LocationUri"] == at]
    return {"region": region, "arn": found[-1] if found else None}


@dataclass(frozen=True, kw_only=True)
class _ObjectStorage(Recorded[Aws]):
    """A place in an object store, which is recorded; a share in moto stands for it.

    A task refers to the place, so there has to be one.
    """

    def create(self, client: Aws, inputs: Plain) -> str:
        """Makes what stands for the place."""
        client.service("datasync", client.region(inputs)).call(
            "CreateLocationSmb",
            {
                "ServerHostname": inputs["serverHostname"],
                "Subdirectory": inputs["bucketName"],
                "AgentArns": inputs["agentArns"],
                "User": "nobody",
                "Password": "-",
            },
        )
        return super().create(client, inputs)

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Takes it away."""
        del resource_id
        if arn := _place(client, state)["arn"]:
            client.service("datasync", client.region(state)).call(
                "DeleteLocation", {"LocationArn": arn}
            )


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
        outputs=_agent,
        replaces=("activationKey", "ipAddress", "privateLinkEndpoint"),
    ),
    _ObjectStorage(
        type="aws:datasync/locationObjectStorage:LocationObjectStorage",
        why="moto has no object storage among DataSync's locations",
        id="arn",
        outputs=_place,
        replaces=("bucketName", "serverHostname"),
    ),
    ApiResource(
        type="aws:datasync/task:Task",
        service="datasync",
        create_by=Call("CreateTask"),
        id="{TaskArn}",
        read_by=Call("DescribeTask", _TASK),
        delete_by=(Call("DeleteTask", _TASK),),
        # As of a location that is gone.
        listed_by=Call("ListTasks", {}, "Tasks[?TaskArn=='{id}'] | [0]"),
        # moto keeps no schedule.
        untold=("schedule",),
        computed={"arn": "{id}"},
        volatile=("Status", "CurrentTaskExecutionArn"),
        replaces=("destinationLocationArn", "sourceLocationArn"),
        # moto takes no tags of it.
        local=("tags",),
    ),
)
