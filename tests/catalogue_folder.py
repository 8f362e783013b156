"""A sound bank of two domains and one topic in a folder, for tests that spoil one thing of it."""

import json
import re
from pathlib import Path

import pytest

from domains import Catalogue, Topic, load_catalogue
from problems import BadInput
from tests.declarations import IMAGE

PAID = "corebank.payments.initiated.v1"
SCHEMA = {
    "type": "record",
    "name": "Initiated",
    "namespace": "corebank.payments.v1",
    "fields": [{"name": "paymentId", "type": "string"}, {"name": "note", "type": "string"}],
}


class Bank:
    """A catalogue folder under construction."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.schemas = folder / "schemas"
        self.schemas.mkdir(parents=True)
        self.domain("payments", publishes=f"Topic(name={PAID!r}, keyed_by='paymentId'),")
        self.domain("risk", consumes=f"{PAID!r},")
        self.schema(PAID, SCHEMA)

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def domain(
        self,
        name: str,
        *,
        file: str | None = None,
        publishes: str = "",
        consumes: str = "",
        secrets: str = "",
    ) -> None:
        # Of a name that is none, what is left.
        path = "/" + re.sub("[^a-z]", "", name)[:63]
        self.write(
            file or f"{name}.py",
            "from domains import Api, Auth, Domain, Secrets, Site, Tier, Topic\n"
            f"DOMAIN = Domain(name={name!r}, title='T', purpose='P.', tier=Tier.CORE,\n"
            f"    image={IMAGE!r}, api=Api(path={path!r}, auth=(Auth.ROLES,)),\n"
            f"    publishes=({publishes}), consumes=({consumes}),\n"
            f"    secrets=({secrets}))\n",
        )

    def schema(self, topic: str, schema: object) -> None:
        self.write(f"schemas/{topic}.avsc", json.dumps(schema))

    def load(self, *platform_topics: Topic) -> Catalogue:
        return load_catalogue(platform_topics, self.folder)

    def complaints(self, *platform_topics: Topic) -> str:
        with pytest.raises(BadInput) as refused:
            self.load(*platform_topics)
        return str(refused.value)
