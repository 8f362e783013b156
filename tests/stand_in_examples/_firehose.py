"""Examples of what leads to a SIEM: Firehose's type, a log group's subscription, a secret."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def _to_s3(prefix: str) -> Plain:
    return {
        "bucketArn": "arn:aws:s3:::archive",
        "roleArn": "arn:aws:iam::123456789012:role/archive",
        "kmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/a",
        "prefix": prefix,
        "errorOutputPrefix": "failed/!{firehose:error-output-type}/",
        "bufferingInterval": 300.0,
        "bufferingSize": 64.0,
        "compressionFormat": "GZIP",
        "cloudwatchLoggingOptions": {"enabled": True, "logGroupName": "/a", "logStreamName": "b"},
    }


def _to_endpoint(url: str) -> Plain:
    role = "arn:aws:iam::123456789012:role/feed"
    return {
        "url": url,
        "name": "siem",
        "roleArn": role,
        "secretsManagerConfiguration": {
            "enabled": True,
            "roleArn": role,
            "secretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-abcdef",
        },
        "bufferingInterval": 60.0,
        "bufferingSize": 5.0,
        "retryDuration": 7200.0,
        "requestConfiguration": {"contentEncoding": "GZIP"},
        "cloudwatchLoggingOptions": {"enabled": True, "logGroupName": "/a", "logStreamName": "b"},
        "s3BackupMode": "FailedDataOnly",
        "s3Configuration": _to_s3("failed/"),
    }


def to_endpoint(world: World) -> Plain:
    """A stream that others put records into."""
    return {
        "name": new_name(),
        "destination": "http_endpoint",
        "httpEndpointConfiguration": _to_endpoint("https://siem.example/a"),
        "serverSideEncryption": {
            "enabled": True,
            "keyType": "CUSTOMER_MANAGED_CMK",
            "keyArn": world.key_arn(),
        },
        "tags": TAGS,
    }


def _subscription(world: World) -> Plain:
    group, _ = world.make("aws:cloudwatch/logGroup:LogGroup", {"name": new_name()})
    stream, _ = world.make(STREAM, to_endpoint(world))
    return {
        "name": new_name(),
        "logGroup": group,
        "destinationArn": stream,
        "filterPattern": "",
        "roleArn": "arn:aws:iam::123456789012:role/subscription",
    }


STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"

EXAMPLES: Mapping[str, Example] = {
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": Example(
        inputs=_subscription,
        changes=lambda _: [
            {"filterPattern": "ERROR"},
            {"roleArn": "arn:aws:iam::123456789012:role/other"},
        ],
    ),
    "aws:secretsmanager/secret:Secret": Example(
        inputs=lambda world: {
            "name": new_name(),
            "description": "d",
            "kmsKeyId": world.key_arn(),
            "recoveryWindowInDays": 0.0,
            "tags": TAGS,
        },
        changes=lambda world: [
            {"description": "e"},
            {"kmsKeyId": world.key_arn()},
            {"recoveryWindowInDays": 30.0},
        ],
    ),
    STREAM: Example(
        inputs=lambda _: {
            "name": new_name(),
            "destination": "extended_s3",
            "mskSourceConfiguration": {
                "authenticationConfiguration": {
                    "connectivity": "PRIVATE",
                    "roleArn": "arn:aws:iam::123456789012:role/archive",
                },
                "mskClusterArn": "arn:aws:kafka:eu-west-1:123456789012:cluster/corebank/1",
                "topicName": "corebank.cards.issued.v1",
                "readFromTimestamp": "1970-01-01T00:00:00Z",
            },
            "extendedS3Configuration": _to_s3("topics/"),
            "tags": TAGS,
        },
        changes=lambda _: [
            # Of what replaces a stream.
            {"destination": "extended_s3"},
            {"extendedS3Configuration": _to_s3("others/")},
            {"tags": {"owner": "others"}},
        ],
    ),
}
