"""Topics and their schemas, whichever provider declares them, and what the bank calls its own."""

import re
from collections.abc import Mapping
from typing import Any, cast

from policies.controls._stack import Resource, Stack
from policies.controls._wire import document

CLUSTER = "aws:msk/cluster:Cluster"
MSK_TOPIC = "aws:msk/topic:Topic"
KAFKA_TOPIC = "kafka:index/topic:Topic"
SCHEMA = "aws:glue/schema:Schema"
STRIMZI = ("v1", "v1beta2", "v1beta1", "v1alpha1")
"""The versions of Strimzi's API in which a topic and a user can be declared."""
STRIMZI_TOPICS = tuple(
    f"kubernetes:kafka.strimzi.io/{version}:{kind}"
    for version in STRIMZI
    for kind in ("KafkaTopic", "KafkaTopicPatch")
)
TOPICS = (MSK_TOPIC, KAFKA_TOPIC, *STRIMZI_TOPICS)

OWNERS = frozenset(
    {
        "accounts",
        "aml",
        "analytics",
        "branch-atm",
        "cards",
        "developer-portal",
        "investments",
        "lending",
        "onboarding",
        "payments",
        "platform",
        "risk",
        "support",
        "treasury",
    }
)
"""What the tag ``domain`` may say: the bank's thirteen domains, and the platform, which owns what
no business line may write. Not in a topic's name, whose first segment is the event's subject."""
CARD_SCOPE = "payments-and-cards"
"""The class of data that is in scope of PCI DSS."""
DATA_CLASSES = frozenset({"platform", "customer", CARD_SCOPE, "evidence", "logs"})
"""What the tag ``data-class`` may say."""
_EXACT = re.compile(r"[A-Za-z0-9._-]+")


def name_of(topic: Resource) -> str | None:
    """What Kafka calls a topic."""
    if topic.type in STRIMZI_TOPICS:
        return topic.at("spec", "topicName") or topic.at("metadata", "name")
    return topic.at("name")


def settings_of(topic: Resource) -> Mapping[str, Any]:
    """What a topic sets for itself; the brokers decide the rest."""
    if topic.type == MSK_TOPIC:
        found = document(topic.properties, "configs")
    elif topic.type == KAFKA_TOPIC:
        found = topic.at("config")
    else:
        found = topic.at("spec", "config")
    return cast("Mapping[str, Any]", found or {})


def copies_of(topic: Resource) -> Any:
    """How many copies of each record there are."""
    if topic.type in STRIMZI_TOPICS:
        return topic.at("spec", "replicas")
    return topic.at("replicationFactor")


def number(settings: Mapping[str, Any], key: str) -> int | None:
    """A setting that is a number; in JSON and in files of properties it is written as a text."""
    value = settings.get(key)
    return None if value is None else int(value)


def copies_asked_for(clusters: list[Resource]) -> int:
    """Three, or as many as there are brokers where there are fewer."""
    return int(min([3, *(cluster.at("numberOfBrokerNodes") for cluster in clusters)]))


def clusters_of(topic: Resource, stack: Stack) -> list[Resource]:
    """The clusters in this stack that a topic is on."""
    return [each for each in stack.of(CLUSTER) if topic.refers_to(each, "clusterArn")]


def schemas_of(topic: str | None, stack: Stack) -> list[Resource]:
    """The schemas of a topic: they bear its name."""
    return [each for each in stack.of(SCHEMA) if each.at("schemaName") == topic]


def is_exact(name: str) -> bool:
    """Whether it is the name of one topic or group: no pattern, no variable."""
    return bool(_EXACT.fullmatch(name))


def tag(resource: Resource, key: str) -> str | None:
    """A tag in AWS: the resource's own, or one that its provider gives to all."""
    return resource.at("tags", key) or resource.at("tagsAll", key)
