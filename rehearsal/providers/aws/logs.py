"""CloudWatch log groups, their streams and who gets what is written there, in moto."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting

_GROUP = {"logGroupName": "{id}"}

ROWS = (
    ApiResource(
        type="aws:cloudwatch/logGroup:LogGroup",
        service="logs",
        create_by=Call("CreateLogGroup", {"logGroupName": "{name}"}),
        id="{name}",
        read_by=Call(
            "DescribeLogGroups",
            {"logGroupNamePrefix": "{id}"},
            "logGroups[?logGroupName=='{id}'] | [0]",
        ),
        delete_by=(Call("DeleteLogGroup", _GROUP),),
        settings=(
            Setting(
                names=("retentionInDays",),
                write=Call(
                    "PutRetentionPolicy", {**_GROUP, "retentionInDays": "{retentionInDays}"}
                ),
                clear=Call("DeleteRetentionPolicy", _GROUP),
            ),
        ),
        receive=lambda answer: {"name": answer["logGroupName"]},
        # The API's own ends in an asterisk, for the streams inside.
        computed={"arn": "arn:aws:logs:{region}:{account}:log-group:{id}"},
        replaces=("logGroupClass", "name"),
        autoname="name",
        tags_of="arn:aws:logs:{region}:{account}:log-group:{id}",
    ),
    ApiResource(
        type="aws:cloudwatch/logStream:LogStream",
        service="logs",
        create_by=Call("CreateLogStream", {"logStreamName": "{name}"}),
        id="{name}",
        read_by=Call(
            "DescribeLogStreams",
            {"logGroupName": "{logGroupName}", "logStreamNamePrefix": "{id}"},
            "logStreams[?logStreamName=='{id}'] | [0]",
        ),
        delete_by=(
            Call("DeleteLogStream", {"logGroupName": "{logGroupName}", "logStreamName": "{id}"}),
        ),
        receive=lambda answer: {"name": answer["logStreamName"]},
        untold=("logGroupName",),
        # They come and go with what is written.
        volatile=(
            "firstEventTimestamp",
            "lastEventTimestamp",
            "lastIngestionTime",
            "storedBytes",
            "uploadSequenceToken",
        ),
        replaces=("logGroupName", "name"),
        autoname="name",
    ),
    ApiResource(
        type="aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        service="logs",
        create_by=Call(
            "PutSubscriptionFilter", {"logGroupName": "{logGroup}", "filterName": "{name}"}
        ),
        id="{logGroup}/{name}",
        read_by=Call(
            "DescribeSubscriptionFilters",
            {"logGroupName": "{logGroup}", "filterNamePrefix": "{name}"},
            "subscriptionFilters[?filterName=='{name}'] | [0]",
        ),
        delete_by=(
            Call(
                "DeleteSubscriptionFilter", {"logGroupName": "{logGroup}", "filterName": "{name}"}
            ),
        ),
        again=("filterPattern", "roleArn"),
        receive=lambda answer: {"logGroup": answer["logGroupName"], "name": answer["filterName"]},
        replaces=("destinationArn", "logGroup", "name"),
        autoname="name",
    ),
)
