"""Topics: how they are called, how long and how often they keep a record, and whose they are."""

import re

from policies.controls._kafka_grants import POLICIES, grants, holders, is_read
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._topics import (
    DATA_CLASSES,
    OWNERS,
    SCHEMA,
    TOPICS,
    clusters_of,
    copies_asked_for,
    copies_of,
    name_of,
    number,
    schemas_of,
    settings_of,
    tag,
)

RETENTION_MS = 1_209_600_000
"""The bank's topic standard: 14 days for every topic; what is kept for longer is archived."""
LONGEST = 249
"""The most characters that Kafka allows in a name."""
NAME = re.compile(r"corebank\.[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+\.v[1-9][0-9]*")
"""The bank's own rule for names: subject, event and the version of the contract."""
COMPATIBLE = ("BACKWARD", "BACKWARD_ALL", "FULL", "FULL_ALL")
_DEFAULT_REGISTRY = "registry/default-registry"

NAMED = Control(
    id="TOP-01",
    pack="data_protection",
    title="A topic's name tells its subject, its event and its version",
    levels="MMM",
    severity="medium",
    supports="N CM-8, R 4, R 5, G 30",
    remedy="Call the topic corebank.<domain>.<event>.v<N>, and put its schema, of the same name, "
    "into the bank's registry by registryArn.",
)
FORGETS = Control(
    id="TOP-02",
    pack="data_protection",
    title="A topic forgets every record after 14 days",
    levels="MMM",
    severity="high",
    supports="G 5(1)(e), PCI 3.2.1, N SI-12",
    remedy="Set retention.ms to 1209600000 and cleanup.policy to delete, and set no other limit. "
    "What has to be kept for longer is archived.",
)
COPIES = Control(
    id="TOP-03",
    pack="data_protection",
    title="A topic loses no record, and goes on, when a broker is lost",
    levels="AMM",
    severity="high",
    supports="N CP-9, N SC-36, D 11, D 12, R 9",
    remedy="Keep three copies of each record, with min.insync.replicas at 2: as many as there are "
    "copies would stop writers as soon as one broker is away.",
)
CONTRACT = Control(
    id="TOP-04",
    pack="data_protection",
    title="A topic has a contract, an owner, a class of data and readers",
    levels="MMM",
    severity="high",
    supports="R 4, G 30, N SI-10, PCI 6.2.4",
    remedy="Add an aws.glue.Schema of the topic's name, compatible backwards, with the tags domain "
    "and data-class; grant reading to those who consume it, whose roles say their domain.",
)


@NAMED.rule("form", "names of the form corebank.<domain>.<event>.v<N>", *TOPICS)
def _form(topic: Resource) -> Wrong:
    name = name_of(topic) or ""
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        yield "name is not corebank.<domain>.<event>.v<N>"


@NAMED.rule("registry", "schemas in the bank's registry", SCHEMA)
def _registry(schema: Resource) -> Wrong:
    if "registryArn" not in [*schema.properties]:
        yield "registryArn is missing, which means AWS's default registry"
    elif not schema.refers.get("registryArn") and schema.at("registryArn").endswith(
        _DEFAULT_REGISTRY
    ):
        yield "registryArn is AWS's default registry"


@FORGETS.rule("retention", "records kept for 14 days", *TOPICS)
def _retention(topic: Resource) -> Wrong:
    if number(settings_of(topic), "retention.ms") != RETENTION_MS:
        yield f"retention.ms is not {RETENTION_MS}"


@FORGETS.rule("other-limits", "no limit but time", *TOPICS)
def _other_limits(topic: Resource) -> Wrong:
    # -1, the default, is no limit.
    if number(settings_of(topic), "retention.bytes") not in (None, -1):
        yield "retention.bytes takes records away before their time"


@FORGETS.rule("compaction", "records deleted, and not compacted", *TOPICS)
def _compaction(topic: Resource) -> Wrong:
    # Compacted, the last record of each key is kept for ever. The standard declares no such topic.
    if settings_of(topic).get("cleanup.policy", "delete") != "delete":
        yield "cleanup.policy is not delete"


@COPIES.rule_in_stack("copies", "three copies, or one for each broker", *TOPICS)
def _copies(topic: Resource, stack: Stack) -> Wrong:
    asked = copies_asked_for(clusters_of(topic, stack))
    if (copies_of(topic) or 0) < asked:
        yield f"has fewer than {asked} copies of each record"


@COPIES.rule_in_stack("written", "records that count as written in two copies", *TOPICS)
def _written(topic: Resource, stack: Stack) -> Wrong:
    asked = max(1, copies_asked_for(clusters_of(topic, stack)) - 1)
    if (number(settings_of(topic), "min.insync.replicas") or 0) < asked:
        yield f"min.insync.replicas is below {asked}"


@COPIES.rule("goes-on", "writers that go on without one broker", *TOPICS)
def _goes_on(topic: Resource) -> Wrong:
    if (number(settings_of(topic), "min.insync.replicas") or 0) >= (copies_of(topic) or 0):
        yield "min.insync.replicas is not below the number of copies"


@CONTRACT.rule_in_stack("schema", "a schema for each topic", *TOPICS)
def _schema(topic: Resource, stack: Stack) -> Wrong:
    if not schemas_of(name_of(topic), stack):
        yield "has no schema of its name"


@CONTRACT.rule("compatibility", "schemas that stay readable", SCHEMA)
def _compatibility(schema: Resource) -> Wrong:
    if schema.at("compatibility") not in COMPATIBLE:
        yield f"compatibility is none of {', '.join(COMPATIBLE)}"


@CONTRACT.rule("owner", "an owner for each schema, and so for its topic", SCHEMA)
def _owner(schema: Resource) -> Wrong:
    if tag(schema, "domain") not in OWNERS:
        yield "tags.domain is none of the bank's domains, nor platform"


@CONTRACT.rule("data-class", "a class of data for each schema, and so for its topic", SCHEMA)
def _data_class(schema: Resource) -> Wrong:
    if tag(schema, "data-class") not in DATA_CLASSES:
        yield f"tags.data-class is none of {', '.join(sorted(DATA_CLASSES))}"


@CONTRACT.rule_in_stack("consumers", "somebody who may read each topic", *TOPICS)
def _consumers(topic: Resource, stack: Stack) -> Wrong:
    # What is granted is the list of consumers: TOP-07 sees to it that it names topics one by one.
    if not is_read(name_of(topic) or "", stack):
        yield "is read by nobody: no policy and no ACL of this stack lets anybody"


@CONTRACT.rule_in_stack("named-consumers", "readers of whom the domain is known", *POLICIES)
def _named_consumers(policy: Resource, stack: Stack) -> Wrong:
    reads = [grant for grant in grants(policy) if grant.allows("ReadData")]
    if not reads:
        return
    if not (who := holders(policy, stack)):
        yield f"{reads[0].place} lets somebody read topics of whom no domain is known"
    for holder in who:
        if tag(holder, "domain") not in OWNERS:
            yield f"lets read topics: tags.domain of {holder.type} {holder.name} is no domain"


CONTROLS = (NAMED, FORGETS, COPIES, CONTRACT)
