"""Where a domain puts the records that it can't work on: a topic of its own, which none declares.

Owns its name, its shape and its one schema. It follows from consuming anything, so it is no
declaration, and whatever lists the bank's topics leaves it out.
"""

import json
from functools import cache
from pathlib import Path

from domains._model import Domain, Topic

WORD = "deadletter"
"""What marks such a topic's name; no other topic and no domain has it in its own."""

_SCHEMA = Path(__file__).with_name("dead_letter.avsc")


def dead_letters(domain: Domain) -> tuple[Topic, ...]:
    """The topic for what a domain could not work on; none where it consumes nothing.

    Its records have the keys that they came with. It has few partitions: what is there is rare,
    and of one key what came first need not be worked on first.
    """
    if not domain.consumes:
        return ()
    name = f"corebank.{domain.name}.{WORD}.v1"
    return (Topic(name=name, keyed_by="key", partitions=3),)


@cache
def dead_letter_schema() -> str:
    """The Avro record on all of these topics, as JSON without blanks."""
    return json.dumps(json.loads(_SCHEMA.read_text(encoding="utf-8")), separators=(",", ":"))
