"""Firehose's delivery streams, in moto; nothing is read, nothing is delivered."""

from collections.abc import Mapping

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.aws.texts import fill
from rehearsal.providers.values import Plain

_STREAM = {"DeliveryStreamName": "{name}"}
_S3, _HTTP = "extendedS3Configuration", "httpEndpointConfiguration"


def _buffering(at: str) -> Plain:
    return {
        "IntervalInSeconds": f"{{{at}.bufferingInterval}}",
        "SizeInMBs": f"{{{at}.bufferingSize}}",
    }


def _telling(at: str) -> Plain:
    options = f"{at}.cloudwatchLoggingOptions"
    return {
        "Enabled": f"{{{options}.enabled}}",
        "LogGroupName": f"{{{options}.logGroupName}}",
        "LogStreamName": f"{{{options}.logStreamName}}",
    }


def _to_s3(at: str) -> Plain:
    """The provider flattens what the API nests: how long to wait, and the key."""
    return {
        "BucketARN": f"{{{at}.bucketArn}}",
        "BufferingHints": _buffering(at),
        "CloudWatchLoggingOptions": _telling(at),
        "CompressionFormat": f"{{{at}.compressionFormat}}",
        "EncryptionConfiguration": {"KMSEncryptionConfig": {"AWSKMSKeyARN": f"{{{at}.kmsKeyArn}}"}},
        "ErrorOutputPrefix": f"{{{at}.errorOutputPrefix}}",
        "Prefix": f"{{{at}.prefix}}",
        "RoleARN": f"{{{at}.roleArn}}",
    }


def _to_endpoint(bucket: str) -> Plain:
    """Likewise; what falls beside is called otherwise when it changes."""
    secret = f"{_HTTP}.secretsManagerConfiguration"
    return {
        "BufferingHints": _buffering(_HTTP),
        "CloudWatchLoggingOptions": _telling(_HTTP),
        "EndpointConfiguration": {"Name": f"{{{_HTTP}.name}}", "Url": f"{{{_HTTP}.url}}"},
        "RequestConfiguration": {
            "ContentEncoding": f"{{{_HTTP}.requestConfiguration.contentEncoding}}"
        },
        "RetryOptions": {"DurationInSeconds": f"{{{_HTTP}.retryDuration}}"},
        "RoleARN": f"{{{_HTTP}.roleArn}}",
        "S3BackupMode": f"{{{_HTTP}.s3BackupMode}}",
        bucket: _to_s3(f"{_HTTP}.s3Configuration"),
        "SecretsManagerConfiguration": {
            "Enabled": f"{{{secret}.enabled}}",
            "RoleARN": f"{{{secret}.roleArn}}",
            "SecretARN": f"{{{secret}.secretArn}}",
        },
    }


_DESTINATIONS: Mapping[str, tuple[str, Plain]] = {
    _S3: ("ExtendedS3Destination", _to_s3(_S3)),
    _HTTP: ("HttpEndpointDestination", _to_endpoint("S3Configuration")),
}


def _send(inputs: Plain) -> Plain:
    """The API wants to hear where records come from, and has its own words for where they go."""
    apart = ("serverSideEncryption", *_DESTINATIONS)
    source = "MSKAsSource" if "mskSourceConfiguration" in inputs else "DirectPut"
    return {
        **{key: value for key, value in inputs.items() if key not in apart},
        "deliveryStreamType": source,
        **{
            f"{destination}Configuration": fill(texts, inputs)
            for key, (destination, texts) in _DESTINATIONS.items()
            if key in inputs
        },
    }


def _receive(answer: Plain) -> Plain:
    (at,) = answer["Destinations"]
    kept: Plain = answer.get("DeliveryStreamEncryptionConfiguration") or {}
    told: Plain = {
        "arn": answer["DeliveryStreamARN"],
        "destinationId": at["DestinationId"],
        "name": answer["DeliveryStreamName"],
        "serverSideEncryption": kept and {**kept, "enabled": kept.get("Status") == "ENABLED"},
        "versionId": answer["VersionId"],
    }
    if "HttpEndpointDestinationDescription" in at:
        http: Plain = _flat(at["HttpEndpointDestinationDescription"])
        told[_HTTP] = {
            **http,
            **http.pop("EndpointConfiguration"),
            "retryDuration": http.pop("RetryOptions")["DurationInSeconds"],
            "s3Configuration": _flat(http.pop("S3DestinationDescription")),
        }
    else:
        told[_S3] = _flat(at["ExtendedS3DestinationDescription"])
    return told


def _flat(description: Plain) -> Plain:
    told: Plain = dict(description)
    hints: Plain = told.pop("BufferingHints")
    encryption: Plain = told.pop("EncryptionConfiguration", None) or {}
    key: Plain = encryption.get("KMSEncryptionConfig") or {}
    return {
        **told,
        "bufferingInterval": hints["IntervalInSeconds"],
        "bufferingSize": hints["SizeInMBs"],
        "kmsKeyArn": key.get("AWSKMSKeyARN"),
    }


def _changing(key: str, update: str, texts: Plain) -> Setting:
    return Setting(
        names=(key,),
        write=Call(
            "UpdateDestination",
            {
                **_STREAM,
                "CurrentDeliveryStreamVersionId": "{versionId}",
                "DestinationId": "{destinationId}",
                update: texts,
            },
        ),
        at_create=False,
    )


ROWS = (
    ApiResource(
        type="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
        service="firehose",
        create_by=Call("CreateDeliveryStream", _STREAM),
        id="{DeliveryStreamARN}",
        read_by=Call("DescribeDeliveryStream", _STREAM, "DeliveryStreamDescription"),
        delete_by=(Call("DeleteDeliveryStream", _STREAM),),
        settings=(
            Setting(
                names=("serverSideEncryption",),
                write=Call(
                    "StartDeliveryStreamEncryption",
                    {
                        **_STREAM,
                        "DeliveryStreamEncryptionConfigurationInput": {
                            "KeyARN": "{serverSideEncryption.keyArn}",
                            "KeyType": "{serverSideEncryption.keyType}",
                        },
                    },
                ),
                clear=Call("StopDeliveryStreamEncryption", _STREAM),
            ),
            _changing(_S3, "ExtendedS3DestinationUpdate", _to_s3(_S3)),
            _changing(_HTTP, "HttpEndpointDestinationUpdate", _to_endpoint("S3Update")),
        ),
        send=_send,
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
