"""The broker's topics against those that follow from the catalogue: all of them and no other."""

from confluent_kafka.admin import AdminClient

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs

_SECONDS = 5.0


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    admin = AdminClient({"bootstrap.servers": addresses["kafka"]["bootstrap"]})
    declared = {*outputs["topics"], *outputs["deadLetters"]}
    # A leading double underscore marks the broker's own.
    present = {name for name in admin.list_topics(timeout=_SECONDS).topics if name[:2] != "__"}
    return [
        Attempt(
            actor="broker",
            target=f"has {name}",
            expected=name in declared,
            granted=name in present,
        )
        for name in sorted(declared | present)
    ]


TOPICS = Drill(
    name="topics",
    claim="the broker has the declared topics and no other",
    needs="deadLetters",
    attempts=_attempts,
)
