"""Alarms, in moto. Nothing is measured there, so none is ever raised."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from rehearsal.providers.values import Plain


def _send(inputs: Plain) -> Plain:
    """The API has the dimensions as a list, and says only ``Alarm`` before the name."""
    sent = {**inputs, "alarmName": inputs["name"]}
    del sent["name"]
    if "dimensions" in inputs:
        dimensions: Plain = inputs["dimensions"]
        sent["dimensions"] = [{"Name": key, "Value": it} for key, it in dimensions.items()]
    return sent


def _receive(answer: Plain) -> Plain:
    return {
        "name": answer["AlarmName"],
        "dimensions": {each["Name"]: each["Value"] for each in answer.get("Dimensions", ())},
    }


ROWS = (
    ApiResource(
        type="aws:cloudwatch/metricAlarm:MetricAlarm",
        service="cloudwatch",
        create_by=Call("PutMetricAlarm"),
        id="{name}",
        read_by=Call("DescribeAlarms", {"AlarmNames": ["{id}"]}, "MetricAlarms[0]"),
        delete_by=(Call("DeleteAlarms", {"AlarmNames": ["{id}"]}),),
        again=(
            "alarmActions",
            "alarmDescription",
            "comparisonOperator",
            "dimensions",
            "evaluationPeriods",
            "metricName",
            "namespace",
            "okActions",
            "period",
            "statistic",
            "threshold",
            "treatMissingData",
        ),
        send=_send,
        receive=_receive,
        computed={"arn": "arn:aws:cloudwatch:{region}:{account}:alarm:{id}"},
        # Others change its state all the time.
        volatile=("StateReason", "StateReasonData", "StateUpdatedTimestamp", "StateValue"),
        replaces=("name",),
        autoname="name",
        tags_of="arn:aws:cloudwatch:{region}:{account}:alarm:{id}",
    ),
)
