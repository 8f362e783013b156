"""AWS Config, in moto: one recorder and one channel per region, and rules that judge nothing."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.values import Plain

_RECORDER = {"ConfigurationRecorderNames": ["{id}"]}
_BY_NAME = {"ConfigurationRecorderName": "{id}"}
_CHANNEL = {"DeliveryChannelNames": ["{id}"]}


def _recorder(inputs: Plain) -> Plain:
    return {"configurationRecorder": inputs}


def _channel(inputs: Plain) -> Plain:
    """The provider says ``s3KmsKeyArn`` as the API does, but calls the frequency otherwise."""
    snapshots: Plain = inputs.get("snapshotDeliveryProperties") or {}
    rest = {key: value for key, value in inputs.items() if key != "snapshotDeliveryProperties"}
    return {"deliveryChannel": {**rest, "configSnapshotDeliveryProperties": snapshots}}


def _rule(inputs: Plain) -> Plain:
    """The API calls a rule's name its own."""
    rest = {key: value for key, value in inputs.items() if key != "name"}
    return {"configRule": {**rest, "configRuleName": inputs["name"]}}


ROWS = (
    ApiResource(
        type="aws:cfg/recorder:Recorder",
        service="config",
        create_by=Call("PutConfigurationRecorder"),
        id="{name}",
        read_by=Call("DescribeConfigurationRecorders", _RECORDER, "ConfigurationRecorders[0]"),
        delete_by=(Call("DeleteConfigurationRecorder", _BY_NAME),),
        again=("recordingGroup", "roleArn"),
        send=_recorder,
        replaces=("name",),
        autoname="name",
    ),
    ApiResource(
        type="aws:cfg/deliveryChannel:DeliveryChannel",
        service="config",
        create_by=Call("PutDeliveryChannel"),
        id="{name}",
        read_by=Call("DescribeDeliveryChannels", _CHANNEL, "DeliveryChannels[0]"),
        delete_by=(Call("DeleteDeliveryChannel", {"DeliveryChannelName": "{id}"}),),
        again=(
            "s3BucketName",
            "s3KeyPrefix",
            "s3KmsKeyArn",
            "snapshotDeliveryProperties",
            "snsTopicArn",
        ),
        send=_channel,
        receive=lambda answer: {
            "snapshotDeliveryProperties": answer.get("configSnapshotDeliveryProperties")
        },
        replaces=("name",),
        autoname="name",
    ),
    ApiResource(
        type="aws:cfg/recorderStatus:RecorderStatus",
        service="config",
        create_by=Call(
            "DescribeConfigurationRecorders", {"ConfigurationRecorderNames": ["{name}"]}
        ),
        id="{name}",
        read_by=Call(
            "DescribeConfigurationRecorderStatus", _RECORDER, "ConfigurationRecordersStatus[0]"
        ),
        delete_by=(Call("StopConfigurationRecorder", _BY_NAME),),
        settings=(
            Setting(
                names=("isEnabled",),
                write=Call("StartConfigurationRecorder", _BY_NAME),
                clear=Call("StopConfigurationRecorder", _BY_NAME),
            ),
        ),
        receive=lambda answer: {"isEnabled": answer["recording"]},
        replaces=("name",),
    ),
    ApiResource(
        type="aws:cfg/rule:Rule",
        service="config",
        create_by=Call("PutConfigRule"),
        id="{name}",
        read_by=Call("DescribeConfigRules", {"ConfigRuleNames": ["{id}"]}, "ConfigRules[0]"),
        delete_by=(Call("DeleteConfigRule", {"ConfigRuleName": "{id}"}),),
        again=("description", "inputParameters", "maximumExecutionFrequency", "scope", "source"),
        send=_rule,
        receive=lambda answer: {
            "arn": answer["ConfigRuleArn"],
            "name": answer["ConfigRuleName"],
            "ruleId": answer["ConfigRuleId"],
        },
        replaces=("name",),
        autoname="name",
        tags_of="{arn}",
    ),
)
