"""Examples of Firehose's type."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, new_name


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


EXAMPLES: Mapping[str, Example] = {
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": Example(
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
