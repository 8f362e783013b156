"""MSK's topics, made on the rehearsal's real Kafka.

The rehearsal's Kafka may have fewer brokers than the stack's cluster: a topic then has as many
replicas as there are brokers, which is no drift. Everything else is as declared.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from confluent_kafka import KafkaError, KafkaException, admin

from rehearsal.providers.aws.client import Aws
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_SECONDS = 20.0
"""How long the broker may take for anything."""

_api: Any = admin
"""The library: it exports its classes without saying so to type checkers."""


@dataclass(frozen=True, kw_only=True)
class Topic(ResourceType[Aws]):
    """A topic on a real broker; its id is its name."""

    type: str = "aws:msk/topic:Topic"
    replaces: tuple[str, ...] = ("clusterArn", "name", "replicationFactor")
    autoname: str = "name"

    def create(self, client: Aws, inputs: Plain) -> str:
        """Asks the broker to make it."""
        kafka = _admin(client.kafka)
        topic = _api.NewTopic(
            inputs["name"],
            num_partitions=int(inputs["partitionCount"]),
            replication_factor=min(int(inputs["replicationFactor"]), _brokers(kafka)),
            config=_configs(inputs),
        )
        _all(kafka.create_topics([topic], operation_timeout=_SECONDS))
        return str(inputs["name"])

    def finish(self, client: Aws, resource_id: str, inputs: Plain) -> None:
        """Waits until it is to be seen."""
        kafka = _admin(client.kafka)
        _until(lambda: _partitions(kafka, resource_id) == int(inputs["partitionCount"]))

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Asks the broker; of the settings it compares those that are declared."""
        kafka = _admin(client.kafka)
        found = _metadata(kafka, resource_id)
        if found is None:
            return None
        known = {**state, **inputs}
        replicas = min(len(partition.replicas) for partition in found.partitions.values())
        declared = int(known.get("replicationFactor", replicas))
        capped = replicas == _brokers(kafka) < declared
        live = {
            "arn": _arn(str(known.get("clusterArn", "")), resource_id),
            "name": resource_id,
            "partitionCount": len(found.partitions),
            "region": client.region(known),
            "replicationFactor": declared if capped else replicas,
        }
        if "configs" in inputs:
            present = _settings(kafka, resource_id)
            told = {name: present.get(name) for name in _configs(inputs)}
            live["configs"] = json.dumps(told, sort_keys=True)
        return {**inputs, **live}

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Adds partitions and changes settings; Kafka refuses to take partitions away."""
        del state
        kafka = _admin(client.kafka)
        partitions = int(new["partitionCount"])
        if partitions != int(old["partitionCount"]):
            _all(kafka.create_partitions([_api.NewPartitions(resource_id, partitions)]))
            _until(lambda: _partitions(kafka, resource_id) == partitions)
        before, after = _configs(old), _configs(new)
        kinds = _api.AlterConfigOpType
        entries = [
            _api.ConfigEntry(name, value, incremental_operation=kinds.SET)
            for name, value in after.items()
            if before.get(name) != value
        ] + [
            _api.ConfigEntry(name, None, incremental_operation=kinds.DELETE)
            for name in before.keys() - after.keys()
        ]
        if entries:
            topic = _resource(resource_id, incremental_configs=entries)
            _all(kafka.incremental_alter_configs([topic]))
            _until(lambda: after.items() <= _settings(kafka, resource_id).items())

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Deletes it and waits until it is gone."""
        del state
        kafka = _admin(client.kafka)
        try:
            _all(kafka.delete_topics([resource_id], operation_timeout=_SECONDS))
        except KafkaException as error:
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise
        _until(lambda: _metadata(kafka, resource_id) is None)


@cache
def _admin(bootstrap: str) -> Any:
    return _api.AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})


@cache
def _brokers(kafka: Any) -> int:
    return len(kafka.list_topics(timeout=_SECONDS).brokers)


def _metadata(kafka: Any, name: str) -> Any | None:
    # Asked for by its name, a topic that is missing could be created; so the whole list is asked.
    return kafka.list_topics(timeout=_SECONDS).topics.get(name)


def _partitions(kafka: Any, name: str) -> int:
    found = _metadata(kafka, name)
    return len(found.partitions) if found else 0


def _resource(name: str, **options: Any) -> Any:
    return _api.ConfigResource(_api.ResourceType.TOPIC, name, **options)


def _configs(properties: Plain) -> dict[str, str]:
    declared: Plain = json.loads(properties.get("configs") or "{}")
    return {name: _text(value) for name, value in declared.items()}


def _text(value: Any) -> str:
    """Kafka's settings are texts, and JSON's ``true`` is ``true`` there too."""
    return value if isinstance(value, str) else json.dumps(value)


def _settings(kafka: Any, name: str) -> dict[str, str]:
    """All settings in force on a topic, the broker's defaults included."""
    [entries] = _all(kafka.describe_configs([_resource(name)]))
    return {entry.name: entry.value for entry in entries.values()}


def _all(futures: Any) -> list[Any]:
    return [future.result(timeout=_SECONDS) for future in futures.values()]


def _until(condition: Callable[[], bool]) -> None:
    """Waits for the broker to show what it has accepted."""
    deadline = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Kafka has not followed within {_SECONDS:.0f} s")
        time.sleep(0.02)


def _arn(cluster: str, topic: str) -> str:
    return f"{cluster.replace(':cluster/', ':topic/')}/{topic}"
