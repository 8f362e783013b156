"""A further domain is one further file and its schemas; everything else follows from them."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

import domains
from bank import build
from domains import Api, Auth, Catalogue, Domain, Tier, load_catalogue
from platform_topics import PLATFORM_TOPICS
from settings import load_settings
from tests.declarations import IMAGE
from tests.engine import Deployment, deploy
from tests.stack_files import config_of
from tests.vault_policies import capabilities, granted

EXCLUSIVE = "AttachmentsExclusive"
S3, ENCRYPTION = "aws:s3/bucket", "ServerSideEncryptionConfiguration"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
TOPIC = "corebank.deeds.registered.v1"
READ = "corebank.fraud.detected.v1"
LETTERS = "corebank.notary.deadletter.v1"
DECLARATION = f"""
from domains import Api, Auth, Domain, Secrets, Tier, Topic

DOMAIN = Domain(
    name="notary",
    title="Notary",
    purpose="Registers deeds.",
    tier=Tier.STANDARD,
    image="{IMAGE}",
    api=Api(path="/notary", auth=(Auth.ROLES,)),
    calls=("accounts",),
    publishes=(Topic(name="{TOPIC}", keyed_by="deedId", partitions=6),),
    consumes=("{READ}",),
    erasable=True,
    evidence="Deeds, for courts.",
    secrets=(Secrets(path="notary/seals", may=("create", "update")),),
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
        f"aws:cloudwatch/metricAlarm:MetricAlarm notary-kafka-lag-{READ}",
        f"aws:cloudwatch/metricAlarm:MetricAlarm notary-kafka-lag-{LETTERS}",
        "aws:eks/accessEntry:AccessEntry notary-workspace-viewers",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation notary-identity-association",
        "aws:glue/schema:Schema corebank.deeds.registered.v1-schema",
        "aws:glue/schema:Schema corebank.notary.deadletter.v1-schema",
        "aws:iam/policy:Policy notary-kafka-policy",
        "aws:iam/role:Role notary-identity-role",
        "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive notary-identity-policies",
        "aws:iam/rolePolicy:RolePolicy notary-identity-policy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment notary-identity-kafka",
        f"aws:iam/rolePolicy{EXCLUSIVE}:RolePolicy{EXCLUSIVE} notary-identity-attachments",
        "aws:msk/topic:Topic corebank.deeds.registered.v1-topic",
        "aws:msk/topic:Topic corebank.notary.deadletter.v1-topic",
        f"{S3}LifecycleConfiguration:BucketLifecycleConfiguration evidence-notary-lifecycle",
        f"{S3}ObjectLockConfiguration:BucketObjectLockConfiguration evidence-notary-lock",
        f"{S3}{ENCRYPTION}:Bucket{ENCRYPTION} evidence-notary-encryption",
        f"{S3}Versioning:BucketVersioning evidence-notary-versioning",
        "corebank:components:Database notary-data",
        "corebank:components:EvidenceBucket evidence-notary",
        "corebank:components:KafkaClient notary-kafka",
        "corebank:components:KafkaTopic corebank.deeds.registered.v1",
        "corebank:components:KafkaTopic corebank.notary.deadletter.v1",
        "corebank:components:MeshWorkload notary-mesh",
        "corebank:components:NetworkSegment notary-segment",
        "corebank:components:ServiceMonitoring notary-monitoring",
        "corebank:components:ServiceRole notary-identity",
        "corebank:components:VaultLogins notary-logins",
        "corebank:components:VaultWorkload notary",
        "corebank:components:Workload notary-workload",
        "corebank:components:WorkloadIdentity notary-identity",
        "corebank:components:Workspace notary-workspace",
        "corebank:index:BankingDomain notary",
        "kubernetes:apps/v1:Deployment notary-workload-deployment",
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler notary-workload-scale",
        "kubernetes:core/v1:ConfigMap notary-monitoring-dashboard",
        "kubernetes:core/v1:ConfigMap notary-workload-agent",
        "kubernetes:core/v1:ConfigMap notary-workload-environment",
        "kubernetes:core/v1:LimitRange notary-workspace-limits",
        "kubernetes:core/v1:Namespace notary-workspace-namespace",
        "kubernetes:core/v1:ResourceQuota notary-workspace-quota",
        "kubernetes:core/v1:Service notary-monitoring-metrics",
        "kubernetes:core/v1:Service notary-workload-service",
        "kubernetes:core/v1:ServiceAccount notary-workspace-account",
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule notary-monitoring-prometheusrule",
        "kubernetes:monitoring.coreos.com/v1:ServiceMonitor notary-monitoring-servicemonitor",
        "kubernetes:networking.istio.io/v1:DestinationRule notary-mesh-connections",
        "kubernetes:networking.istio.io/v1:Sidecar notary-mesh-sidecar",
        "kubernetes:networking.istio.io/v1:VirtualService notary-mesh-outside",
        "kubernetes:networking.istio.io/v1:VirtualService notary-mesh-within",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy notary-segment-nothing",
        "kubernetes:networking.k8s.io/v1:NetworkPolicy notary-segment-workload",
        "kubernetes:policy/v1:PodDisruptionBudget notary-workload-disruption",
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding notary-workspace-viewers",
        "kubernetes:security.istio.io/v1:AuthorizationPolicy accounts-mesh-from-notary",
        "kubernetes:security.istio.io/v1:AuthorizationPolicy notary-mesh-admitted",
        "kubernetes:security.istio.io/v1:AuthorizationPolicy notary-mesh-from-outside",
        "kubernetes:security.istio.io/v1:AuthorizationPolicy notary-mesh-nobody",
        "kubernetes:security.istio.io/v1:PeerAuthentication notary-mesh-strict",
        "kubernetes:security.istio.io/v1:RequestAuthentication notary-mesh-tokens",
        "minio:index/s3Bucket:S3Bucket evidence-notary-bucket",
        "postgresql:index/database:Database notary-data-database",
        "postgresql:index/defaultPrivileges:DefaultPrivileges notary-data-reading",
        "postgresql:index/grant:Grant notary-data-connecting",
        "postgresql:index/grant:Grant notary-data-looking",
        "postgresql:index/grant:Grant notary-data-nobody",
        "postgresql:index/grant:Grant notary-data-nobody-in-public",
        "postgresql:index/grantRole:GrantRole notary-data-owner-maker",
        "postgresql:index/grantRole:GrantRole notary-data-reader-maker",
        "postgresql:index/role:Role notary-data-owner",
        "postgresql:index/role:Role notary-data-reader",
        "postgresql:index/schema:Schema notary-data-schema",
        "vault:aws/secretBackendRole:SecretBackendRole evidence-notary-role",
        "vault:database/secretBackendRole:SecretBackendRole notary-logins-readers",
        "vault:database/secretBackendRole:SecretBackendRole notary-logins-writers",
        "vault:index/policy:Policy evidence-notary-policy",
        "vault:index/policy:Policy notary-policy",
        "vault:kubernetes/authBackendRole:AuthBackendRole notary-role",
        "vault:pkiSecret/secretBackendRole:SecretBackendRole notary-certificates",
        "vault:transit/secretBackendKey:SecretBackendKey notary-key",
        "vault:transit/secretBackendKey:SecretBackendKey notary-personal-key",
    ]
    assert after.exports["topics"][TOPIC] == "notary"
    assert after.exports["deadLetters"][LETTERS] == "notary"
    assert "notary" in after.exports["messaging"]["consumers"][READ]
    assert after.exports["messaging"]["clients"]["notary"] == {
        "role": "corebank-notary",
        "group": "notary",
    }
    assert after.exports["workloads"]["notary"] == {
        "namespace": "notary",
        "image": IMAGE,
        "tier": "standard",
        "minimum": 2,
        "maximum": 3,
        "away": 1,
        "nodes": {"bank.internal/tier": "standard"},
        "tolerates": {},
        "apart": ["topology.kubernetes.io/zone"],
    }
    ground = after.exports["ground"]["notary"]
    assert (ground["namespace"], ground["serviceAccount"]) == ("notary", "notary")
    assert after.exports["vault"]["workloads"]["notary"] == {
        "policy": "notary",
        "role": "notary",
        "namespace": "notary",
        "serviceAccount": "notary",
        "hostname": "notary.sandbox.bank.internal",
        "keys": ["notary", "notary-personal"],
        "databases": ["notary"],
        "logins": ["notary-write", "notary-read"],
    }


def test_it_has_what_it_declared(after: Deployment) -> None:
    topic = after.one("aws:msk/topic:Topic", f"{TOPIC}-topic").inputs
    assert (topic["name"], topic["partitionCount"]) == (TOPIC, 6)
    schema = after.one("aws:glue/schema:Schema", f"{TOPIC}-schema").inputs
    assert json.loads(schema["schemaDefinition"]) == SCHEMA


def test_its_policy_opens_its_own_and_nobody_else_s_opens_that(
    after: Deployment, catalogue: Catalogue
) -> None:
    policies = {
        name: after.one("vault:index/policy:Policy", f"{name}-policy").inputs["policy"]
        for name in ("notary", *(domain.name for domain in catalogue.domains))
    }
    assert len(policies) == 14
    assert len(granted(policies["notary"], "notary")) == 6
    for other in policies.keys() - {"notary"}:
        assert granted(policies["notary"], other) == set()
        assert granted(policies[other], "notary") == set()
    assert capabilities(policies["notary"], "corebank/data/notary/seals/a") == {
        "create",
        "read",
        "update",
    }


def test_its_workloads_alone_log_in_for_it_and_for_an_hour_at_most(after: Deployment) -> None:
    role = after.one("vault:kubernetes/authBackendRole:AuthBackendRole", "notary-role").inputs
    assert role["boundServiceAccountNames"] == ["notary"]
    assert role["boundServiceAccountNamespaces"] == ["notary"]
    assert (role["audience"], role["tokenPolicies"]) == ("vault", ["notary", "evidence-notary"])
    assert 0 < role["tokenTtl"] <= role["tokenMaxTtl"] <= 3600
    for label in ("readers", "writers"):
        logins = after.one(
            "vault:database/secretBackendRole:SecretBackendRole", f"notary-logins-{label}"
        ).inputs
        assert 0 < logins["defaultTtl"] <= logins["maxTtl"] <= 3600


def test_nobody_else_notices_but_whom_it_calls_and_two_lists_of_all_grow(
    before: Deployment, after: Deployment
) -> None:
    there, now = resources(before), resources(after)
    logins = before.one("vault:database/secretBackendConnection:SecretBackendConnection").urn
    writers = before.one("minio:index/iamPolicy:IamPolicy", "evidence-ceiling").urn
    called = before.one(NETWORK_POLICY, "accounts-segment-workload").urn
    assert {urn for urn in there if there[urn] != now.get(urn)} == {logins, writers, called}
    for urn in (logins, writers):
        assert without("notary", there[urn]) == there[urn], "nobody is called so before"
        assert without("notary", now[urn]) == there[urn]


def without(name: str, inputs: Mapping[str, object]) -> object:
    """Inputs without those entries of their lists that have a name in them."""
    entry = rf', "[^"]*\b{name}\b[^"]*"'
    return {
        key: re.sub(entry, "", value)
        if isinstance(value, str)
        else json.loads(re.sub(entry, "", json.dumps(value)))
        for key, value in inputs.items()
    }


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
        image=IMAGE,
        api=Api(path="/messages", auth=(Auth.ROLES,)),
        publishes=(moved,),
        # So that nobody has to hear of logins of it.
        database=False,
    )
    topics = {
        **catalogue.topics,
        notifications: replace(catalogue.topics[notifications], owner=new.name),
    }
    after = deployed(Catalogue(domains=(*rest, new), topics=topics))
    # All that changes of what there was is the tag that says whose the schema is, who writes by it,
    # and what the former owner is told.
    schema = after.one("aws:glue/schema:Schema", f"{notifications}-schema")
    assert schema.inputs["tags"]["domain"] == "messages"
    former = {
        before.one("aws:iam/policy:Policy", f"{owner}-kafka-policy").urn,
        before.one("aws:iam/rolePolicy:RolePolicy", f"{owner}-identity-policy").urn,
        before.one("kubernetes:core/v1:ConfigMap", f"{owner}-workload-environment").urn,
        before.one("kubernetes:apps/v1:Deployment", f"{owner}-workload-deployment").urn,
    }
    there, now = resources(before), resources(after)
    assert {urn for urn in there if there[urn] != now[urn]} == {schema.urn, *former}
    topic = after.one("corebank:components:KafkaTopic", notifications)
    assert topic.parent == after.one("corebank:index:BankingDomain", "messages").urn


def deployed(catalogue: Catalogue) -> Deployment:
    settings = load_settings("sandbox", config_of("sandbox"))
    return deploy(lambda: build(settings, catalogue))


def resources(deployment: Deployment) -> dict[str, Mapping[str, object]]:
    """Inputs by identity."""
    return {resource.urn: resource.inputs for resource in deployment.resources}
