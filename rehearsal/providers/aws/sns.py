"""Topics of alarms and who may publish to them, in moto."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting

_TOPIC = {"TopicArn": "{id}"}


def _attribute(name: str, attribute: str) -> Setting:
    named = {**_TOPIC, "AttributeName": attribute}
    return Setting(
        names=(name,),
        write=Call("SetTopicAttributes", {**named, "AttributeValue": f"{{{name} || ''}}"}),
        read=Call("GetTopicAttributes", _TOPIC, f"Attributes.{attribute}"),
    )


ROWS = (
    ApiResource(
        type="aws:sns/topic:Topic",
        service="sns",
        create_by=Call("CreateTopic"),
        id="{TopicArn}",
        read_by=Call("GetTopicAttributes", _TOPIC, "Attributes"),
        delete_by=(Call("DeleteTopic", _TOPIC),),
        settings=(
            _attribute("kmsMasterKeyId", "KmsMasterKeyId"),
            _attribute("displayName", "DisplayName"),
        ),
        receive=lambda answer: {"name": answer["TopicArn"].rpartition(":")[2]},
        computed={"arn": "{id}"},
        replaces=("name",),
        autoname="name",
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:sns/topicPolicy:TopicPolicy",
        service="sns",
        create_by=Call(
            "SetTopicAttributes",
            {"TopicArn": "{arn}", "AttributeName": "Policy", "AttributeValue": "{policy}"},
        ),
        id="{arn}",
        read_by=Call("GetTopicAttributes", _TOPIC, "Attributes"),
        # The topic's own policy stays; it goes with the topic.
        delete_by=(),
        again=("policy",),
        receive=lambda answer: {"arn": answer["TopicArn"]},
        replaces=("arn",),
    ),
    ApiResource(
        type="aws:sns/topicSubscription:TopicSubscription",
        service="sns",
        create_by=Call("Subscribe", {"TopicArn": "{topic}", "ReturnSubscriptionArn": True}),
        id="{SubscriptionArn}",
        read_by=Call("GetSubscriptionAttributes", {"SubscriptionArn": "{id}"}, "Attributes"),
        delete_by=(Call("Unsubscribe", {"SubscriptionArn": "{id}"}),),
        receive=lambda answer: {"topic": answer["TopicArn"]},
        computed={"arn": "{id}"},
        replaces=("endpoint", "protocol", "topic"),
    ),
)
