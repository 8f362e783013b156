"""A further domain is one further file and its schemas; everything else follows from them."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import domains
from bank import build
from domains import Catalogue, Domain, Tier, load_catalogue
from platform_topics import PLATFORM_TOPICS
from settings import load_settings
from tests.engine import Deployment, deploy
from tests.stack_files import config_of

TOPIC = "corebank.deeds.registered.v1"
DECLARATION = f"""
from domains import Domain, Tier, Topic

DOMAIN = Domain(
    name="notary",
    title="Notary",
    purpose="Registers deeds.",
    tier=Tier.STANDARD,
    publishes=(Topic(name="{TOPIC}", keyed_by="deedId", partitions=6),),
)
"""
SCHEMA = {
    "type": "record",
    "name": "Registered",
    "namespace": "corebank.deeds.v1",
    "doc": "A deed was registered.",
    "fields": [{"name": "deedId", "type": "string", "doc": "The deed."}],
}


@pytest.fixture(scope="module")
def before(catalogue: Catalogue) -> Deployment:
    return deployed(catalogue)


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    folder = tmp_path_factory.mktemp("bank") / "domains"
    shutil.copytree(Path(domains.__file__).parent, folder)
    (folder / "notary.py").write_text(DECLARATION)
    (folder / "schemas" / f"{TOPIC}.avsc").write_text(json.dumps(SCHEMA))
    return deployed(load_catalogue(PLATFORM_TOPICS, folder))


def test_it_has_everything_a_domain_has(before: Deployment, after: Deployment) -> None:
    new = after.by_urn().keys() - before.by_urn().keys()
    assert sorted(str(after.by_urn()[urn]) for urn in new) == [
        "aws:eks/accessEntry:AccessEntry notary-workspace-viewers",
        "aws:glue/schema:Schema corebank.deeds.registered.v1-schema",
        "aws:iam/policy:Policy notary-kafka-policy",
        "aws:msk/topic:Topic corebank.deeds.registered.v1-topic",
        "corebank:components:KafkaClient notary-kafka",
        "corebank:components:KafkaTopic corebank.deeds.registered.v1",
        "corebank:components:VaultWorkload notary",
        "corebank:components:Workspace notary-workspace",
        "corebank:index:BankingDomain notary",
        "kubernetes:core/v1:Namespace notary-workspace-namespace",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding notary-workspace-viewers",
        "vault:index/policy:Policy notary-policy",
        "vault:kubernetes/authBackendRole:AuthBackendRole notary-role",
    ]
    assert after.exports["topics"][TOPIC] == "notary"
    assert after.exports["vault"]["workloads"]["notary"] == {"policy": "notary", "role": "notary"}


def test_it_has_what_it_declared(after: Deployment) -> None:
    topic = after.one("aws:msk/topic:Topic", f"{TOPIC}-topic").inputs
    assert (topic["name"], topic["partitionCount"]) == (TOPIC, 6)
    schema = after.one("aws:glue/schema:Schema", f"{TOPIC}-schema").inputs
    assert json.loads(schema["schemaDefinition"]) == SCHEMA


def test_nobody_else_notices(before: Deployment, after: Deployment) -> None:
    assert resources(before).items() <= resources(after).items()


def test_a_topic_stays_when_another_domain_takes_it_over(
    before: Deployment, catalogue: Catalogue
) -> None:
    notifications = "corebank.notifications.sent.v1"
    owner = catalogue.topics[notifications].owner
    moved = catalogue.topics[notifications].topic
    rest = tuple(
        replace(d, publishes=tuple(t for t in d.publishes if t != moved)) if d.name == owner else d
        for d in catalogue.domains
    )
    new = Domain(
        name="messages",
        title="Messages",
        purpose="Sends messages.",
        tier=Tier.STANDARD,
        publishes=(moved,),
    )
    topics = {
        **catalogue.topics,
        notifications: replace(catalogue.topics[notifications], owner=new.name),
    }
    after = deployed(Catalogue(domains=(*rest, new), topics=topics))
    # All that changes of what there was is the tag that says whose the schema is, and who writes.
    schema = after.one("aws:glue/schema:Schema", f"{notifications}-schema")
    assert schema.inputs["tags"]["domain"] == "messages"
    former = before.one("aws:iam/policy:Policy", f"{owner}-kafka-policy")
    there, now = resources(before), resources(after)
    assert {urn for urn in there if there[urn] != now[urn]} == {schema.urn, former.urn}
    topic = after.one("corebank:components:KafkaTopic", notifications)
    assert topic.parent == after.one("corebank:index:BankingDomain", "messages").urn


def deployed(catalogue: Catalogue) -> Deployment:
    settings = load_settings("sandbox", config_of("sandbox"))
    return deploy(lambda: build(settings, catalogue))


def resources(deployment: Deployment) -> dict[str, Mapping[str, object]]:
    """Inputs by identity."""
    return {resource.urn: resource.inputs for resource in deployment.resources}
