"""MSK's topics, made on the rehearsal's real Kafka, which has as many brokers as they need."""

import json
from dataclasses import dataclass
from typing import Any

from confluent_kafka import KafkaError, KafkaException, admin

from rehearsal.providers.aws.broker import SECONDS, connected, finished, until
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_FIRST = 1
"""The number of the broker that is asked what there is."""

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
        kafka = connected(client.kafka)
        topic = _api.NewTopic(
            inputs["name"],
            num_partitions=int(inputs["partitionCount"]),
            replication_factor=int(inputs["replicationFactor"]),
            config=_configs(inputs),
        )
        finished(kafka.create_topics([topic], operation_timeout=SECONDS))
        return str(inputs["name"])

    def finish(self, client: Aws, resource_id: str, inputs: Plain) -> None:
        """Waits until it is to be seen."""
        kafka = connected(client.kafka)
        until(lambda: _partitions(kafka, resource_id) == int(inputs["partitionCount"]))

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Asks the broker; of the settings it compares those that are declared."""
        kafka = connected(client.kafka)
        found = _metadata(kafka, resource_id)
        if found is None:
            return None
        known = {**state, **inputs}
        live = {
            "arn": _arn(str(known.get("clusterArn", "")), resource_id),
            "name": resource_id,
            "partitionCount": len(found.partitions),
            "region": client.region(known),
            "replicationFactor": _replicas(found, int(known.get("replicationFactor", 0))),
        }
        if "configs" in inputs:
            present = _settings(kafka, resource_id)
            told = {name: present.get(name) for name in _configs(inputs)}
            live["configs"] = json.dumps(told, sort_keys=True)
        return {**inputs, **live}

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Adds partitions and changes settings.

        Raises:
            RuntimeError: There would be fewer partitions, which Kafka does not do.
        """
        del state
        kafka = connected(client.kafka)
        partitions, present = int(new["partitionCount"]), int(old["partitionCount"])
        if partitions < present:
            raise RuntimeError(
                f"topic {resource_id} has {present} partitions and Kafka takes none away: declare "
                f"{present} or more, or move its records to a new topic"
            )
        if partitions > present:
            finished(kafka.create_partitions([_api.NewPartitions(resource_id, partitions)]))
            until(lambda: _partitions(kafka, resource_id) == partitions)
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
            finished(kafka.incremental_alter_configs([topic]))
            until(lambda: after.items() <= _settings(kafka, resource_id).items())

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Deletes it and waits until it is gone."""
        del state
        kafka = connected(client.kafka)
        try:
            finished(kafka.delete_topics([resource_id], operation_timeout=SECONDS))
        except KafkaException as error:
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise
        until(lambda: _metadata(kafka, resource_id) is None)


def _metadata(kafka: Any, name: str) -> Any | None:
    """What the first broker tells of a topic.

    A broker learns a little later than the controller what has changed, and each on its own. Asked
    in turns, they would tell of a topic and then deny it.
    """
    # Asked for by its name, a topic that is missing could be created; so the whole list is asked.
    while (told := kafka.list_topics(timeout=SECONDS)).orig_broker_id != _FIRST:
        # The library asks any broker that it is connected to: this connects it to the first.
        finished(
            kafka.describe_configs([_api.ConfigResource(_api.ResourceType.BROKER, str(_FIRST))])
        )
    return told.topics.get(name)


def _replicas(topic: Any, declared: int) -> int:
    """The copies that every partition has; where they differ, of one that is not as declared."""
    found = {len(partition.replicas) for partition in topic.partitions.values()}
    return next(iter(found - {declared}), declared)


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
    [entries] = finished(kafka.describe_configs([_resource(name)], broker=_FIRST))
    return {entry.name: entry.value for entry in entries.values()}


def _arn(cluster: str, topic: str) -> str:
    return f"{cluster.replace(':cluster/', ':topic/')}/{topic}"
