"""The catalogue: what business domains the bank has, and which topics they own and read.

One file per domain, one Avro schema per topic. A further domain is one further file and its
schemas: nothing lists the files, ``load_catalogue`` finds them and refuses what does not fit
together. Whatever is built for a domain is derived from its declaration, elsewhere; this package
imports no Pulumi, so that it can be read, checked and drawn without one.
"""

from domains._catalogue import PLATFORM, Catalogue, CataloguedTopic, load_catalogue
from domains._compatibility import problems as incompatibilities
from domains._dead_letters import dead_letter_schema, dead_letters
from domains._model import (
    AVAILABLE,
    RETENTION_MS,
    Api,
    Auth,
    Compatibility,
    DataClass,
    Domain,
    Secrets,
    Site,
    Tier,
    Topic,
)

__all__ = [
    "AVAILABLE",
    "PLATFORM",
    "RETENTION_MS",
    "Api",
    "Auth",
    "Catalogue",
    "CataloguedTopic",
    "Compatibility",
    "DataClass",
    "Domain",
    "Secrets",
    "Site",
    "Tier",
    "Topic",
    "dead_letter_schema",
    "dead_letters",
    "incompatibilities",
    "load_catalogue",
]
