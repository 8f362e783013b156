"""Firehose's delivery streams, in moto; nothing is read, nothing is delivered."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.values import Plain

_STREAM = {"DeliveryStreamName": "{name}"}
_AT = "extendedS3Configuration"
_TO_S3 = {
    "BucketARN": f"{{{_AT}.bucketArn}}",
    "BufferingHints": {
        "IntervalInSeconds": f"{{{_AT}.bufferingInterval}}",
        "SizeInMBs": f"{{{_AT}.bufferingSize}}",
    },
    "CloudWatchLoggingOptions": {
        "Enabled": f"{{{_AT}.cloudwatchLoggingOptions.enabled}}",
        "LogGroupName": f"{{{_AT}.cloudwatchLoggingOptions.logGroupName}}",
        "LogStreamName": f"{{{_AT}.cloudwatchLoggingOptions.logStreamName}}",
    },
    "CompressionFormat": f"{{{_AT}.compressionFormat}}",
    "EncryptionConfiguration": {"KMSEncryptionConfig": {"AWSKMSKeyARN": f"{{{_AT}.kmsKeyArn}}"}},
    "ErrorOutputPrefix": f"{{{_AT}.errorOutputPrefix}}",
    "Prefix": f"{{{_AT}.prefix}}",
    "RoleARN": f"{{{_AT}.roleArn}}",
}
"""The provider flattens what the API nests: how long to wait, and the key."""


def _receive(answer: Plain) -> Plain:
    told: Plain = dict(answer["Destinations"][0]["ExtendedS3DestinationDescription"])
    hints: Plain = told.pop("BufferingHints")
    encryption: Plain = told.pop("EncryptionConfiguration", None) or {}
    key: Plain = encryption.get("KMSEncryptionConfig") or {}
    return {
        "arn": answer["DeliveryStreamARN"],
        "destinationId": answer["Destinations"][0]["DestinationId"],
        "extendedS3Configuration": {
            **told,
            "bufferingInterval": hints["IntervalInSeconds"],
            "bufferingSize": hints["SizeInMBs"],
            "kmsKeyArn": key.get("AWSKMSKeyARN"),
        },
        "name": answer["DeliveryStreamName"],
        "versionId": answer["VersionId"],
    }


ROWS = (
    ApiResource(
        type="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        service="firehose",
        create_by=Call(
            "CreateDeliveryStream",
            {
                **_STREAM,
                "DeliveryStreamType": "MSKAsSource",
                "ExtendedS3DestinationConfiguration": _TO_S3,
            },
        ),
        id="{DeliveryStreamARN}",
        read_by=Call("DescribeDeliveryStream", _STREAM, "DeliveryStreamDescription"),
        delete_by=(Call("DeleteDeliveryStream", _STREAM),),
        settings=(
            Setting(
                names=("extendedS3Configuration",),
                write=Call(
                    "UpdateDestination",
                    {
                        **_STREAM,
                        "CurrentDeliveryStreamVersionId": "{versionId}",
                        "DestinationId": "{destinationId}",
                        "ExtendedS3DestinationUpdate": _TO_S3,
                    },
                ),
                at_create=False,
            ),
        ),
        receive=_receive,
        # The provider's own word for which destination has settings.
        local=("destination",),
        # moto takes no note of where a stream reads.
        untold=("mskSourceConfiguration",),
        replaces=("destination", "mskSourceConfiguration", "name"),
        autoname="name",
        tags_of="{name}",
    ),
)
