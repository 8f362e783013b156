"""The audit trail, in moto."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.values import Plain

_TRAIL = {"TrailName": "{id}"}


def _send(inputs: Plain) -> Plain:
    """The provider leaves a ``Log`` out."""
    return {
        "cloudWatchLogsLogGroupArn" if key == "cloudWatchLogsGroupArn" else key: value
        for key, value in inputs.items()
    }


def _receive(answer: Plain) -> Plain:
    return {
        "cloudWatchLogsGroupArn": answer.get("CloudWatchLogsLogGroupArn"),
        "enableLogFileValidation": answer.get("LogFileValidationEnabled"),
        "name": answer["Name"],
    }


ROWS = (
    ApiResource(
        type="aws:cloudtrail/trail:Trail",
        service="cloudtrail",
        create_by=Call("CreateTrail"),
        id="{TrailARN}",
        read_by=Call("GetTrail", {"Name": "{id}"}, "Trail"),
        delete_by=(Call("DeleteTrail", {"Name": "{name}"}),),
        then=(
            Call(
                "PutInsightSelectors",
                {**_TRAIL, "InsightSelectors": "{insightSelectors}"},
                only_with="insightSelectors",
            ),
        ),
        settings=(
            Setting(
                names=("enableLogging",),
                write=Call("StartLogging", {"Name": "{id}"}),
                clear=Call("StopLogging", {"Name": "{id}"}),
                read=Call("GetTrailStatus", {"Name": "{id}"}, "IsLogging"),
            ),
            Setting(
                names=("advancedEventSelectors",),
                write=Call(
                    "PutEventSelectors",
                    {**_TRAIL, "AdvancedEventSelectors": "{advancedEventSelectors}"},
                ),
                read=Call("GetEventSelectors", _TRAIL, "AdvancedEventSelectors"),
            ),
        ),
        # moto adds insights to those that are there, and takes none away.
        local=("insightSelectors",),
        send=_send,
        receive=_receive,
        computed={"arn": "{id}", "homeRegion": "{region}"},
        replaces=("name",),
        tags_of="{id}",
    ),
)
