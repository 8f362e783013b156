"""Examples of DataSync's types."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, new_name

_ARN = "arn:aws:datasync:eu-west-1:123456789012"

_SHARE = "aws:datasync/locationObjectStorage:LocationObjectStorage"


def _share() -> Plain:
    return {
        "agentArns": [f"{_ARN}:agent/a"],
        "serverHostname": "evidence.bank.internal",
        "serverPort": 9000.0,
        "serverProtocol": "HTTPS",
        "bucketName": new_name(),
        "tags": TAGS,
    }


EXAMPLES: Mapping[str, Example] = {
    "aws:datasync/agent:Agent": Example(
        inputs=lambda _: {"name": new_name(), "ipAddress": "agent.bank.internal", "tags": TAGS},
    ),
    "aws:datasync/locationObjectStorage:LocationObjectStorage": Example(
        inputs=lambda _: _share(),
    ),
    "aws:datasync/s3Location:S3Location": Example(
        inputs=lambda _: {
            "s3BucketArn": "arn:aws:s3:::copies",
            "subdirectory": "/cards/",
            "s3StorageClass": "STANDARD",
            "s3Config": {"bucketAccessRoleArn": "arn:aws:iam::123456789012:role/copies"},
            "tags": TAGS,
        },
        changes=lambda _: [{"tags": {"owner": "others"}}],
    ),
    "aws:datasync/task:Task": Example(
        inputs=lambda world: {
            "name": new_name(),
            "sourceLocationArn": world.make(_SHARE, _share())[0],
            "destinationLocationArn": world.make(_SHARE, _share())[0],
            "schedule": {"scheduleExpression": "rate(1 hour)"},
            "options": {"verifyMode": "ONLY_FILES_TRANSFERRED", "uid": "NONE"},
            "tags": TAGS,
        },
        changes=lambda _: [{"tags": {"owner": "others"}}],
    ),
}
