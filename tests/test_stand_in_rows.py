"""The stand-ins' rows speak the SDK's language, and replace what the official providers do."""

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, Shape, StructureShape

from rehearsal.providers import RECORDED, aws, minio, postgresql, vault, vsphere
from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.resource_type import ResourceType
from tests.stand_in_world import TAGGED, row_of, type_of

UNTAGGED = {
    "aws:appautoscaling/target:Target",
    "aws:budgets/budget:Budget",
    "aws:datasync/s3Location:S3Location",
    "aws:datasync/task:Task",
    "aws:guardduty/detector:Detector",
}
"""What moto takes no tags of, or changes none of."""

ALL_ROWS: list[ResourceType[Any]] = [
    *aws.ROWS,
    *minio.ROWS,
    *postgresql.ROWS,
    *vault.ROWS,
    *vsphere.ROWS,
]


@pytest.mark.parametrize(
    ("token", "path", "old", "new", "replaced"),
    [
        ("aws:ec2/vpc:Vpc", "cidrBlock", "a", "b", True),
        ("aws:ec2/vpc:Vpc", "enableDnsSupport", True, False, False),
        ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.clientSubnets[1]", "a", "b", True),
        ("aws:msk/cluster:Cluster", "brokerNodeGroupInfo.instanceType", "a", "b", False),
        ("aws:msk/cluster:Cluster", "encryptionInfo", {}, None, True),
        ("aws:msk/cluster:Cluster", "kafkaVersion", "3.9.x", "3.10.x", False),
        ("aws:msk/cluster:Cluster", "kafkaVersion", "3.10.x", "3.9.x", True),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "cidrIpv4",
            "10.0.0.0/8",
            "0.0.0.0/0",
            False,
        ),
        (
            "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            "cidrIpv4",
            "10.0.0.0/8",
            None,
            True,
        ),
        ("aws:glue/schema:Schema", "dataFormat", "AVRO", "JSON", False),
    ],
)
def test_replacement_is_the_official_providers(
    token: str, path: str, old: Any, new: Any, *, replaced: bool
) -> None:
    assert row_of(token).replaced_by(path, old, new) is replaced


def _sdk(token: str) -> tuple[set[str], set[str]]:
    """The SDK's names of a type's inputs and outputs."""
    package, module, name = token.split(":")
    inner = module.split("/")[0].lower()
    library = f"pulumi_{package}" if inner == "index" else f"pulumi_{package}.{inner}"
    resource = getattr(importlib.import_module(library), name)

    def names(owner: type) -> set[str]:
        properties = (item for item in vars(owner).values() if isinstance(item, property))
        return {getattr(item.fget, "_pulumi_name", "") for item in properties}

    # Not every package exports the arguments' classes.
    module = sys.modules[resource.__module__]
    # Where an inner type has the name already, the resource's arguments get another.
    arguments = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    return names(arguments), names(resource)


@pytest.mark.parametrize("row", ALL_ROWS, ids=type_of)
def test_a_row_speaks_of_properties_that_the_sdk_has(row: ResourceType[Any]) -> None:
    inputs, outputs = _sdk(row.type)
    spoken = {path.split(".")[0] for path in (*row.replaces, *row.replaces_when)}
    spoken |= {row.autoname, *row.defaults} - {""}
    computed: set[str] = set()
    if isinstance(row, ApiResource):
        spoken |= {name for setting in row.settings for name in setting.names}
        spoken |= {*row.local, *row.untold, *row.again, *(each.name for each in row.members)}
        computed = set(row.computed)
        assert bool(row.tags_of) == ("tags" in inputs and row.type not in UNTAGGED)
    if isinstance(row, vault.Path):
        spoken |= set(row.own)
        computed = set(row.computed)

    assert spoken <= inputs
    assert computed <= outputs


def _members(shape: Shape | None) -> Iterator[str]:
    if isinstance(shape, ListShape):
        yield from _members(shape.member)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield name
            yield from _members(member)


def test_what_a_row_calls_volatile_is_in_the_answer() -> None:
    models = botocore.session.get_session()
    for row in TAGGED:
        operation = models.get_service_model(row.service).operation_model(row.read_by.operation)
        assert set(row.volatile) <= set(_members(operation.output_shape))


def test_what_is_only_recorded_says_why() -> None:
    firewall, backups = "moto has no DNS firewall", "moto restores no backups"
    gateways = "moto has no Direct Connect gateways"
    query_log = "moto can make the resolver's log of queries and not take it away"
    assert {
        "aws:accessanalyzer/analyzer:Analyzer": "moto has no Access Analyzer",
        "aws:backup/restoreTestingPlan:RestoreTestingPlan": backups,
        "aws:backup/restoreTestingSelection:RestoreTestingSelection": backups,
        "aws:backup/selection:Selection": "moto's backup plans select nothing",
        "aws:backup/vaultPolicy:VaultPolicy": "moto's backup vaults have no policy",
        "aws:datasync/agent:Agent": "moto has no agents of DataSync",
        "aws:datasync/locationObjectStorage:LocationObjectStorage": (
            "moto has no object storage among DataSync's locations"
        ),
        "aws:directconnect/gateway:Gateway": gateways,
        "aws:directconnect/gatewayAssociation:GatewayAssociation": gateways,
        "aws:directconnect/transitVirtualInterface:TransitVirtualInterface": (
            "moto has no virtual interfaces of Direct Connect"
        ),
        "aws:ebs/defaultKmsKey:DefaultKmsKey": (
            "moto does not tell which key volumes get by default"
        ),
        "aws:eks/addon:Addon": "moto has no add-ons",
        "aws:eks/podIdentityAssociation:PodIdentityAssociation": (
            "moto has no pod identities, and no pod here asks for a role"
        ),
        "aws:msk/configuration:Configuration": "moto has no MSK configurations",
        "aws:rds/clusterActivityStream:ClusterActivityStream": (
            "moto has no database activity streams"
        ),
        "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": firewall,
        "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": firewall,
        "aws:route53/resolverFirewallRule:ResolverFirewallRule": firewall,
        "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": firewall,
        OF_GROUP: firewall,
        "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": query_log,
        OF_LOG: query_log,
        "aws:securityhub/findingAggregator:FindingAggregator": (
            "moto's Security Hub gathers no findings"
        ),
        "aws:securityhub/standardsSubscription:StandardsSubscription": (
            "moto's Security Hub has no standards"
        ),
        "aws:ssm/activation:Activation": "moto has no activations of Systems Manager",
        "kubernetes:helm.sh/v3:Release": "no Helm chart can be had on this machine",
    } == RECORDED


OF_GROUP = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
OF_LOG = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
