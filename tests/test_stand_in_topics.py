"""MSK's topics, on a cluster of two brokers that is a dict."""

import json
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin._resource import ResourceType

from rehearsal.providers.aws import topics
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.topics import Topic

Plain = dict[str, Any]

DEFAULTS = {"cleanup.policy": "delete", "retention.ms": "604800000", "min.insync.replicas": "1"}
ROW = Topic()
INPUTS: Plain = {
    "clusterArn": "arn:aws:kafka:eu-west-1:1:cluster/corebank/7",
    "name": "corebank.cards.issued.v1",
    "partitionCount": 24.0,
    "replicationFactor": 2.0,
    "configs": json.dumps({"retention.ms": "1209600000", "min.insync.replicas": 2}),
}


class Broker:
    """The first of two brokers, and as much of the admin client as topics need.

    The second knows of nothing yet. The client asks it until it is connected to the first.
    """

    def __init__(self) -> None:
        self.topics: dict[str, Any] = {}
        self.settings: dict[str, dict[str, str]] = {}
        self.connected = False

    def list_topics(self, timeout: float) -> Any:
        del timeout
        if self.connected:
            return SimpleNamespace(orig_broker_id=1, topics=self.topics)
        return SimpleNamespace(orig_broker_id=2, topics={})

    def create_topics(self, new: list[Any], operation_timeout: float) -> dict[str, Future[None]]:
        del operation_timeout
        for topic in new:
            self.grow(topic.topic, topic.num_partitions, topic.replication_factor)
            self.settings[topic.topic] = dict(topic.config)
        return {"": _done(None)}

    def grow(self, name: str, partitions: int, replicas: int = 2) -> None:
        one = SimpleNamespace(replicas=list(range(replicas)))
        found = dict.fromkeys(range(partitions), one)
        self.topics[name] = SimpleNamespace(partitions=found)

    def create_partitions(self, new: list[Any]) -> dict[str, Future[None]]:
        for topic in new:
            self.grow(topic.topic, topic.new_total_count)
        return {"": _done(None)}

    def describe_configs(
        self, resources: list[Any], broker: int | None = None
    ) -> dict[str, Future[Any]]:
        if resources[0].restype is ResourceType.BROKER:
            self.connected = resources[0].name == "1"
            return {"": _done({})}
        assert broker == 1
        told = {**DEFAULTS, **self.settings[resources[0].name]}
        return {"": _done({k: SimpleNamespace(name=k, value=v) for k, v in told.items()})}

    def incremental_alter_configs(self, resources: list[Any]) -> dict[str, Future[None]]:
        for entry in resources[0].incremental_configs:
            if entry.value is None:
                del self.settings[resources[0].name][entry.name]
            else:
                self.settings[resources[0].name][entry.name] = entry.value
        return {"": _done(None)}

    def delete_topics(self, names: list[str], operation_timeout: float) -> dict[str, Future[None]]:
        del operation_timeout
        if self.topics.pop(names[0], None) is None:
            failed: Future[None] = Future()
            failed.set_exception(KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)))
            return {"": failed}
        return {"": _done(None)}


def _done(value: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(value)
    return future


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    broker = Broker()

    def admin(bootstrap: str) -> Broker:
        del bootstrap
        return broker

    monkeypatch.setattr(topics, "connected", admin)
    return broker


@pytest.fixture
def aws() -> Aws:
    return Aws(
        endpoint="http://127.0.0.1:1", region="eu-west-1", kubernetes={}, kafka="127.0.0.1:1"
    )


def _make(aws: Aws, inputs: Plain = INPUTS) -> str:
    name = ROW.create(aws, inputs)
    ROW.finish(aws, name, inputs)
    return name


def _live(aws: Aws, inputs: Plain = INPUTS) -> Plain:
    live = ROW.read(aws, inputs["name"], inputs, {})
    assert live is not None
    return live


def test_a_topic_has_what_is_declared(broker: Broker, aws: Aws) -> None:
    name = _make(aws)

    assert broker.settings[name] == {"retention.ms": "1209600000", "min.insync.replicas": "2"}
    live = _live(aws)
    assert live["partitionCount"] == 24
    assert live["replicationFactor"] == 2
    assert json.loads(live["configs"]) == {"retention.ms": "1209600000", "min.insync.replicas": "2"}
    assert live["arn"] == "arn:aws:kafka:eu-west-1:1:topic/corebank/7/corebank.cards.issued.v1"


@pytest.mark.usefixtures("broker")
def test_a_number_and_its_text_are_the_same_setting(aws: Aws) -> None:
    _make(aws)

    ROW.update(aws, INPUTS["name"], INPUTS, INPUTS, INPUTS)

    assert (
        _live(aws)["configs"] == _live(aws, {**INPUTS, "configs": _live(aws)["configs"]})["configs"]
    )


def test_settings_and_partitions_changed_by_hand_are_seen(broker: Broker, aws: Aws) -> None:
    name = _make(aws)

    broker.grow(name, 30)
    del broker.settings[name]["retention.ms"]
    broker.settings[name]["cleanup.policy"] = "compact"

    live = _live(aws)
    assert live["partitionCount"] == 30
    # The broker's own value counts now; what is not declared is not compared.
    assert json.loads(live["configs"]) == {"retention.ms": "604800000", "min.insync.replicas": "2"}


def test_copies_added_or_taken_away_by_hand_are_seen(broker: Broker, aws: Aws) -> None:
    name = _make(aws)

    broker.grow(name, 24, 3)
    assert _live(aws)["replicationFactor"] == 3

    broker.grow(name, 24, 2)
    broker.topics[name].partitions[7] = SimpleNamespace(replicas=[1])
    assert _live(aws)["replicationFactor"] == 1


def test_fewer_partitions_are_refused_in_words(broker: Broker, aws: Aws) -> None:
    name = _make(aws)

    with pytest.raises(RuntimeError) as refused:
        ROW.update(aws, name, INPUTS, INPUTS, {**INPUTS, "partitionCount": 12.0, "configs": "{}"})

    assert str(refused.value) == (
        "topic corebank.cards.issued.v1 has 24 partitions and Kafka takes none away: declare 24 or "
        "more, or move its records to a new topic"
    )
    assert broker.settings[name] == {"retention.ms": "1209600000", "min.insync.replicas": "2"}


def test_an_update_grows_a_topic_and_changes_its_settings(broker: Broker, aws: Aws) -> None:
    name = _make(aws)
    new = {**INPUTS, "partitionCount": 48.0, "configs": '{"retention.ms": "1"}'}

    ROW.update(aws, name, INPUTS, INPUTS, new)

    assert _live(aws, new)["partitionCount"] == 48
    assert broker.settings[name] == {"retention.ms": "1"}


@pytest.mark.usefixtures("broker")
def test_a_topic_that_is_gone_is_told_and_deleted_again_without_an_error(aws: Aws) -> None:
    name = _make(aws)

    ROW.delete(aws, name, {})
    ROW.delete(aws, name, {})

    assert ROW.read(aws, name, INPUTS, {}) is None
