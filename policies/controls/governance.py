"""What lasts can't be deleted by mistake, says whose it is, and is what is declared."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._checked import CHECKED
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Object, at, document, listed

STATEFUL = (
    "aws:backup/vault:Vault",
    "aws:cloudtrail/trail:Trail",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:docdb/cluster:Cluster",
    "aws:dynamodb/table:Table",
    "aws:ebs/volume:Volume",
    "aws:efs/fileSystem:FileSystem",
    "aws:eks/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/key:Key",
    "aws:kms/replicaKey:ReplicaKey",
    "aws:msk/cluster:Cluster",
    "aws:msk/serverlessCluster:ServerlessCluster",
    "aws:msk/topic:Topic",
    "aws:neptune/cluster:Cluster",
    "aws:opensearch/domain:Domain",
    "aws:rds/cluster:Cluster",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:rds/instance:Instance",
    "aws:redshift/cluster:Cluster",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketV2:BucketV2",
    "aws:secretsmanager/secret:Secret",
    "kubernetes:core/v1:PersistentVolume",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:postgresql.cnpg.io/v1:Cluster",
    "minio:index/s3Bucket:S3Bucket",
    "postgresql:index/database:Database",
    "vault:index/mount:Mount",
    "vault:transit/secretBackendKey:SecretBackendKey",
)
"""Deleting one of these deletes data, or what reads it. Not eks:index:Cluster: all its children
inherit what that component is given, and what stands behind it is aws:eks/cluster:Cluster."""
TAGGED = (
    *(each for each in STATEFUL if each.startswith("aws:") and each != "aws:msk/topic:Topic"),
    "aws:ec2/instance:Instance",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:iam/role:Role",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "aws:lambda/function:Function",
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
)
"""What holds, moves or computes something, or costs; of what AWS takes tags for."""
NAMESPACE = "kubernetes:core/v1:Namespace"
CLAIMING = (
    "kubernetes:apps/v1:StatefulSet",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "kubernetes:postgresql.cnpg.io/v1:Cluster",
)
CHARTS = ("kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart")
SCRIPTS = (
    "command:local:Command",
    "command:remote:Command",
    "command:remote:CopyFile",
    "command:remote:CopyToRemote",
    "pulumi-nodejs:dynamic:Resource",
    "pulumi-python:dynamic:Resource",
    # A dynamic resource may call itself what it likes; its provider may not.
    "pulumi:providers:command",
    "pulumi:providers:pulumi-nodejs",
    "pulumi:providers:pulumi-python",
)
AWS_PROVIDER = "pulumi:providers:aws"

REQUIRED = ("cost-centre", "data-class", "domain", "environment", "owner")
"""The bank's register of assets is kept by these."""
_THROWN_AWAY = ("sandbox",)
"""A sandbox is made to be taken down, and holds no data of anybody."""
_CLAIMS = ("dataStorage", "auditStorage", "persistence")
"""What charts call storage that they claim, beside volumeClaimTemplate."""

GOVERNED = Control(
    id="GOV-02",
    pack="operations",
    title="What lasts is protected and tagged, and nothing goes round what is declared",
    levels="AMM",
    severity="high",
    supports="N CM-5, N CP-10, D 9(4)(e), PCI 6.5.1",
    remedy=(
        "Set protect on what holds data, the bank's tags on everything that takes them, and declare"
        " resources in place of scripts and ignored changes."
    ),
)


@GOVERNED.rule("protected", "protection of whatever holds data", *STATEFUL)
def _protected(resource: Resource) -> Wrong:
    if resource.environment in _THROWN_AWAY:
        return
    if not resource.protect:
        yield "is not protected"
    if resource.at("forceDestroy") is True:
        yield "forceDestroy deletes what is in it too"


@GOVERNED.rule_in_stack("claims", "protection of a namespace with volumes", NAMESPACE)
def _claims(namespace: Resource, stack: Stack) -> Wrong:
    if namespace.environment in _THROWN_AWAY or namespace.protect:
        return
    claimed = any(
        each.type != "kubernetes:apps/v1:StatefulSet" or each.at("spec", "volumeClaimTemplates")
        for each in stack.of(*CLAIMING)
        if _stands_in(each, namespace, "metadata", "namespace")
    )
    if claimed or any(
        _claims_storage(chart.at("values"))
        for chart in stack.of(*CHARTS)
        if _stands_in(chart, namespace, "namespace")
    ):
        yield "is not protected, and volumes are claimed in it"


@GOVERNED.rule("tags", "the bank's tags", *TAGGED)
def _tags(resource: Resource) -> Wrong:
    missing = {key for key in REQUIRED if not resource.at("tags", key)}
    if missing and resource.provider:
        # What a provider is given comes as text of JSON.
        defaults = document(resource.provider.properties, "defaultTags")
        missing = {key for key in missing if not at(defaults, "tags", key)}
    if missing:
        yield f"tags has no {', '.join(sorted(missing))}"


@GOVERNED.rule("scripts", "no scripts in place of resources", *SCRIPTS, *CHARTS)
def _scripts(resource: Resource) -> Wrong:
    if resource.environment in _THROWN_AWAY:
        return
    if resource.type not in CHARTS:
        yield "runs what nobody sees in a preview"
        return
    for key in ("postrender", "postRenderer"):
        if resource.at(key):
            yield f"{key} runs a program that changes what the chart makes"


@GOVERNED.rule("ignored", "no ignored change of what is checked", *CHECKED, AWS_PROVIDER)
def _ignored(resource: Resource) -> Wrong:
    for path in resource.ignored:
        for checked in CHECKED.get(resource.type, ()):
            if _overlap(path, checked):
                yield f"ignores changes of {checked}, which is checked"
    if resource.type == AWS_PROVIDER:
        told: Any = document(resource.properties, "ignoreTags") or {}
        for key in REQUIRED:
            if key in listed(told, "keys") or key.startswith((*listed(told, "keyPrefixes"),)):
                yield f"ignoreTags names {key}, which is required"


def _stands_in(resource: Resource, namespace: Resource, *path: str) -> bool:
    if made_of := resource.refers.get(path[0]):
        return namespace.urn in made_of
    found = resource.at(*path)
    return found is not None and found == namespace.at("metadata", "name")


def _claims_storage(values: Any) -> bool:
    """Whether a chart is told to claim volumes, at whatever depth."""
    for key, value in _known_first(values):
        if not isinstance(value, Mapping):
            continue
        told = cast("Mapping[str, Any]", value)
        if key == "volumeClaimTemplate" or (key in _CLAIMS and told.get("enabled", True)):
            return True
        if _claims_storage(told):
            return True
    return False


def _known_first(values: Any) -> Iterator[tuple[str, Any]]:
    """What is in a map; a value that is not known comes last, so that it hides no claim."""
    keys = [*(values or ())]
    if isinstance(values, Object):
        keys.sort(key=lambda key: not values.is_known(key))
    for key in keys:
        yield key, values[key]


def _overlap(ignored: str, checked: str) -> bool:
    """Whether one path leads to the other."""
    one, other = _steps(ignored), _steps(checked)
    shorter = min(len(one), len(other))
    return all(
        "*" in pair or pair[0] == pair[1]
        for pair in zip(one[:shorter], other[:shorter], strict=True)
    )


def _steps(path: str) -> list[str]:
    return [each for each in re.split(r"[.\[\]\"']+", path) if each]


CONTROLS = (GOVERNED,)
