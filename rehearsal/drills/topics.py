"""The broker's topics against the declared ones: all of them, no other, and none made by itself."""

import secrets

from confluent_kafka import KafkaException, Producer
from confluent_kafka.admin import AdminClient

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs

_SECONDS = 5.0


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    bootstrap = addresses["kafka"]["bootstrap"]
    declared = set(outputs["topics"])
    # A leading double underscore marks the broker's own.
    topics = AdminClient({"bootstrap.servers": bootstrap}).list_topics(timeout=_SECONDS).topics
    present = {name for name in topics if not name.startswith("__")}
    undeclared = f"undeclared.{secrets.token_hex(4)}"
    return [
        Attempt(
            actor="broker", target=f"has {name}", expected=name in declared, granted=name in present
        )
        for name in sorted(declared | present)
    ] + [
        Attempt(
            actor="producer",
            target="write to a topic that nobody declared",
            expected=False,
            granted=_produced(bootstrap, undeclared),
        )
    ]


def _produced(bootstrap: str, topic: str) -> bool:
    """Whether a record reached a topic that does not exist."""
    arrived: list[bool] = []
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "message.timeout.ms": 2000,
            "topic.metadata.propagation.max.ms": 1000,
            "log_level": 0,
        }
    )
    try:
        producer.produce(topic, b"drill", on_delivery=lambda error, _: arrived.append(not error))
    except KafkaException:
        return False
    producer.flush(_SECONDS)
    return any(arrived)


TOPICS = Drill(
    name="topics",
    claim="the broker has the declared topics and no other, and makes none by itself",
    needs="topics",
    attempts=_attempts,
)
