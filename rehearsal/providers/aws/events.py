"""Rules of EventBridge and where they lead, in moto."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call

_OF_RULE = {"Rule": "{rule}"}

ROWS = (
    ApiResource(
        type="aws:cloudwatch/eventRule:EventRule",
        service="events",
        create_by=Call("PutRule"),
        id="{name}",
        read_by=Call("DescribeRule", {"Name": "{id}"}),
        delete_by=(Call("DeleteRule", {"Name": "{id}"}),),
        again=("description", "eventPattern", "scheduleExpression", "state"),
        computed={"arn": "arn:aws:events:{region}:{account}:rule/{id}"},
        replaces=("name",),
        autoname="name",
        tags_of="arn:aws:events:{region}:{account}:rule/{id}",
    ),
    ApiResource(
        type="aws:cloudwatch/eventTarget:EventTarget",
        service="events",
        create_by=Call(
            "PutTargets", {**_OF_RULE, "Targets": [{"Id": "{targetId}", "Arn": "{arn}"}]}
        ),
        id="{rule}-{targetId}",
        read_by=Call("ListTargetsByRule", _OF_RULE, "Targets[?Id=='{targetId}'] | [0]"),
        delete_by=(Call("RemoveTargets", {**_OF_RULE, "Ids": ["{targetId}"]}),),
        again=("arn",),
        receive=lambda answer: {"targetId": answer["Id"]},
        untold=("rule",),
        replaces=("rule", "targetId"),
    ),
)
