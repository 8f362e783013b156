"""MSK's topics, made on the rehearsal's real Kafka.

The rehearsal's Kafka may have fewer brokers than the stack's cluster: a topic then has as many
replicas as there are brokers, which is no drift. Everything else is as declared.
"""

import json
import time
from collections.abc import Mapping
from concurrent.futures import Future
from functools import cache
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from rehearsal.providers.aws.client import Aws
from rehearsal.providers.values import Plain

_SECONDS = 20.0


class Topic:
    """``aws:msk/topic:Topic`` on a real broker; a topic's id is its name."""

    token = "aws:msk/topic:Topic"  # noqa: S105 - Pulumi's type token
    replaces = ("clusterArn", "name", "replicationFactor")
    delete_first = True
    autoname = ""
    recorded = ""

    def create(self, client: Aws, inputs: Plain) -> str:
        admin = _admin(client.kafka)
        topic = NewTopic(
            inputs["name"],
            num_partitions=int(inputs["partitionCount"]),
            replication_factor=min(int(inputs["replicationFactor"]), _brokers(admin)),
            config=_configs(inputs),
        )
        _all(admin.create_topics([topic], operation_timeout=_SECONDS))
        _until(lambda: _metadata(admin, inputs["name"]) is not None)
        return str(inputs["name"])

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        admin = _admin(client.kafka)
        found = _metadata(admin, resource_id)
        if found is None:
            return None
        partitions = found.partitions
        replicas = min(len(partition.replicas) for partition in partitions.values())
        declared = int({**state, **inputs}.get("replicationFactor", replicas))
        capped = replicas == _brokers(admin) < declared
        return {
            **inputs,
            "name": resource_id,
            "partitionCount": len(partitions),
            "replicationFactor": declared if capped else replicas,
            "configs": json.dumps(_overrides(admin, resource_id), sort_keys=True),
            "arn": _arn(str({**state, **inputs}.get("clusterArn", "")), resource_id),
        }

    def update(self, client: Aws, resource_id: str, old: Plain, new: Plain) -> None:
        admin = _admin(client.kafka)
        if new["partitionCount"] != old["partitionCount"]:
            # Kafka itself refuses to shrink a topic, as MSK does.
            _all(admin.create_partitions([NewPartitions(resource_id, int(new["partitionCount"]))]))
            _until(lambda: _partitions(admin, resource_id) == int(new["partitionCount"]))
        wanted, present = _configs(new), _overrides(admin, resource_id)
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            for name, value in wanted.items()
            if present.get(name) != value
        ] + [
            ConfigEntry(name, None, incremental_operation=AlterConfigOpType.DELETE)
            for name in present.keys() - wanted.keys()
        ]
        if entries:
            resource = ConfigResource(
                ResourceType.TOPIC, resource_id, incremental_configs=entries
            )
            _all(admin.incremental_alter_configs([resource]))

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        del state
        admin = _admin(client.kafka)
        try:
            _all(admin.delete_topics([resource_id], operation_timeout=_SECONDS))
        except KafkaException as error:
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise
        _until(lambda: _metadata(admin, resource_id) is None)


@cache
def _admin(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})


@cache
def _brokers(admin: AdminClient) -> int:
    return len(admin.list_topics(timeout=_SECONDS).brokers)


def _metadata(admin: AdminClient, name: str) -> Any | None:
    # Asked for by its name, a topic that is missing could be created; so the whole list is asked.
    return admin.list_topics(timeout=_SECONDS).topics.get(name)


def _partitions(admin: AdminClient, name: str) -> int:
    found = _metadata(admin, name)
    return len(found.partitions) if found else 0


def _configs(inputs: Plain) -> dict[str, str]:
    declared = json.loads(inputs.get("configs") or "{}")
    return {name: str(value) for name, value in declared.items()}


def _overrides(admin: AdminClient, name: str) -> dict[str, str]:
    """The settings made on the topic itself, broker defaults left out."""
    resource = ConfigResource(ResourceType.TOPIC, name)
    [entries] = _all(admin.describe_configs([resource]))
    on_topic = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    return {entry.name: entry.value for entry in entries.values() if entry.source == on_topic}


def _all(futures: Mapping[Any, Future[Any]]) -> list[Any]:
    return [future.result(timeout=_SECONDS) for future in futures.values()]


def _until(condition: Any) -> None:
    """Waits for the broker to show what it has accepted."""
    deadline = time.monotonic() + _SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"Kafka has not followed within {_SECONDS:.0f} s")
        time.sleep(0.02)


def _arn(cluster: str, topic: str) -> str:
    return f"{cluster.replace(':cluster/', ':topic/')}/{topic}"
