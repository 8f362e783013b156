"""What holds for every resource of every stack."""

import importlib
import json
import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import cast

import pulumi
from pydantic.alias_generators import to_camel

from domains import Catalogue
from settings import Settings, load_settings
from tests.engine import SECRET, UNKNOWN, Deployment, texts
from tests.stack_files import STACKS, config_of

PROVIDER = "pulumi:providers:"
TOPIC = "corebank:components:KafkaTopic"
STATEFUL = {
    "aws:backup/vault:Vault",
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
    "aws:cloudtrail/trail:Trail",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:ec2/subnet:Subnet",
    "aws:ec2/vpc:Vpc",
    "aws:glue/registry:Registry",
    "aws:glue/schema:Schema",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    "aws:kms/key:Key",
    "aws:msk/cluster:Cluster",
    "aws:msk/topic:Topic",
    "aws:rds/cluster:Cluster",
    "aws:route53/zone:Zone",
    "aws:s3/bucket:Bucket",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:secretsmanager/secret:Secret",
    "kubernetes:helm.sh/v3:Release",
    "minio:index/s3Bucket:S3Bucket",
    "postgresql:index/database:Database",
    "postgresql:index/role:Role",
    "postgresql:index/schema:Schema",
    "vault:index/audit:Audit",
    "vault:index/authBackend:AuthBackend",
    "vault:index/mount:Mount",
    "vault:jwt/authBackend:AuthBackend",
    "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert",
    "vault:transit/secretBackendKey:SecretBackendKey",
}
LINK = {
    "aws:directconnect/gateway:Gateway",
    "aws:directconnect/transitVirtualInterface:TransitVirtualInterface",
    "aws:ec2/vpnConnection:VpnConnection",
    "aws:ec2transitgateway/transitGateway:TransitGateway",
}
"""What others have to be set up for anew when it is replaced, where there is a data centre."""
INGRESS = (
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
)


def test_only_components_and_providers_stand_at_the_top(bank: Deployment) -> None:
    top = [resource for resource in bank.resources if resource.parent == bank.stack]
    assert top
    assert [str(r) for r in top if r.custom and not r.type.startswith(PROVIDER)] == []


def test_every_parent_is_a_component(bank: Deployment) -> None:
    known = bank.by_urn()
    children = [resource for resource in bank.resources if resource.parent != bank.stack]
    assert [str(r) for r in children if known[r.parent].custom] == []


def test_every_resource_names_the_provider_of_its_package(bank: Deployment) -> None:
    known = bank.by_urn()
    made = [r for r in bank.resources if r.custom and not r.type.startswith(PROVIDER)]
    assert [str(r) for r in made if not r.provider] == []
    strangers = [
        str(r) for r in made if known[r.provider].type != PROVIDER + r.type.partition(":")[0]
    ]
    assert strangers == []


def test_the_aws_provider_is_bound_to_the_account_and_region(
    bank: Deployment, settings: Settings
) -> None:
    provider = bank.one("pulumi:providers:aws", "aws").inputs
    assert provider["region"] == settings.region
    assert provider["allowedAccountIds"] == f'["{settings.account}"]'


def test_only_the_organisation_s_policies_are_made_in_the_management_account(
    bank: Deployment, settings: Settings
) -> None:
    assert settings.organisation is not None
    role = settings.organisation.management_role
    provider = bank.one("pulumi:providers:aws", "aws-management")
    assert json.loads(provider.inputs["assumeRoles"])[0]["roleArn"] == role
    assert provider.inputs["allowedAccountIds"] == '["444444444444"]'
    made = {r.type for r in bank.resources if r.provider == provider.urn}
    assert made == {
        "aws:organizations/policy:Policy",
        "aws:organizations/policyAttachment:PolicyAttachment",
    }


def test_what_is_not_in_the_first_region_says_so_and_is_meant_to(
    bank: Deployment, settings: Settings
) -> None:
    elsewhere = {
        r.name for r in bank.resources if r.inputs.get("region") not in (None, settings.region)
    }
    assert elsewhere
    meant = (
        "account-second-",
        "backups-copies",
        "evidence-copies",
        "evidence-replica",
        "logs-replica",
        "second-",
    )
    assert [name for name in sorted(elsewhere) if not name.startswith(meant)] == []
    regions = {r.inputs.get("region") for r in bank.resources} - {None}
    assert regions == {settings.region, settings.second_region}


def test_everything_in_aws_that_takes_tags_has_the_common_ones(
    bank: Deployment, settings: Settings
) -> None:
    common = {
        "cost-centre": settings.tags.cost_centre,
        "environment": settings.environment,
        "managed-by": "corebank",
        "owner": settings.tags.owner,
    }
    taggable = [resource for resource in bank.resources if takes_tags(resource.type)]
    assert "aws:ec2/vpc:Vpc" in {resource.type for resource in taggable}
    assert [str(r) for r in taggable if not common.items() <= r.inputs["tags"].items()] == []


def test_whose_a_resource_is_and_what_it_holds_are_on_it(
    bank: Deployment, catalogue: Catalogue
) -> None:
    def holding(type_: str, name: str) -> tuple[str, str]:
        tags = bank.one(type_, name).inputs["tags"]
        return tags["domain"], tags["data-class"]

    schema = "aws:glue/schema:Schema"
    owners = {domain.name: domain.data_class for domain in catalogue.domains}
    for name, topic in catalogue.topics.items():
        data_class = owners.get(topic.owner, "platform")
        assert holding(schema, f"{name}-schema") == (topic.owner, data_class)
    assert holding("aws:ec2/vpc:Vpc", "network-vpc") == ("platform", "platform")
    assert holding("aws:s3/bucket:Bucket", "logs-archive-bucket") == ("platform", "logs")
    assert holding("aws:backup/vault:Vault", "backups-vault") == ("platform", "evidence")


def test_a_resource_s_own_tags_stay_beside_the_common_ones(bank: Deployment) -> None:
    assert bank.one("aws:ec2/vpc:Vpc").inputs["tags"].keys() == {
        "Name",
        "cost-centre",
        "data-class",
        "domain",
        "environment",
        "managed-by",
        "owner",
    }


def takes_tags(type_: str) -> bool:
    """Whether the SDK's class has tags; Vault's and our own types have none."""
    package, module, name = type_.split(":")
    if package != "aws":
        return False
    sdk = importlib.import_module(f"pulumi_aws.{module.partition('/')[0]}")
    return hasattr(getattr(sdk, name), "tags")


def test_a_child_is_named_after_its_component(bank: Deployment) -> None:
    # A topic's name is its own: it outlives its owner (test_fourteenth_domain.py).
    known = bank.by_urn()
    strangers = [
        str(r)
        for r in bank.resources
        if r.parent != bank.stack
        and r.type != TOPIC
        and not r.name.startswith(known[r.parent].name)
    ]
    assert strangers == []


def test_a_name_holds_no_stack_and_no_index(bank: Deployment, settings: Settings) -> None:
    link = settings.on_premises and settings.on_premises.link
    identities = (*settings.network.zones, *(link.gateways if link else ()))
    for resource in bank.resources:
        name = re.sub("|".join(map(re.escape, identities)), "x", resource.name)
        assert not set(re.split(r"[-.]", name)) & {*STACKS, "prod"}, resource
        assert settings.region not in name, resource
        assert not re.search(r"(^|[-.])\d+", name), resource


def test_what_has_state_is_protected_where_the_stack_says_so_and_nothing_else(
    bank: Deployment, settings: Settings
) -> None:
    kept = STATEFUL | LINK if settings.on_premises else STATEFUL
    assert {r.type for r in bank.resources} >= kept
    # A namespace's claims go with it: the evidence store's drives, Vault's disks, all metrics.
    disks = {
        bank.one("kubernetes:core/v1:Namespace", f"{servers}-namespace").urn
        for servers in ("evidence-servers", "monitoring", "vault-servers")
    }
    wrong = [
        str(r)
        for r in bank.resources
        if r.protect != (settings.protect and (r.type in kept or r.urn in disks))
    ]
    assert wrong == []


def test_staging_and_production_are_protected() -> None:
    protect = {stack: load_settings(stack, config_of(stack)).protect for stack in STACKS}
    assert protect == {"sandbox": False, "staging": True, "production": True}


def test_nothing_lets_the_whole_world_in(bank: Deployment) -> None:
    doors = [resource for type_ in INGRESS for resource in bank.of(type_)]
    assert doors
    for door in doors:
        sources = [text for text in texts(door.inputs) if re.fullmatch(r"[\d.:a-f]+/\d+", text)]
        assert all(ip_network(source).is_private for source in sources), door


def test_no_secret_is_an_input_or_an_export(bank: Deployment) -> None:
    secret = [r for r in bank.resources if SECRET in str(r.inputs)]
    # The one thing that a machine outside AWS has to be told, by someone who knows it already.
    assert {r.type for r in secret} <= {"vsphere:index/virtualMachine:VirtualMachine"}
    assert SECRET not in str(bank.exports)


def test_no_resource_claims_a_former_identity(bank: Deployment) -> None:
    # The SDKs themselves give some types the names that they had before.
    sdks = ("aws:s3/", "kubernetes:", "postgresql:")
    ours = [r for r in bank.resources if r.aliases and not r.type.startswith(sdks)]
    assert [str(r) for r in ours] == []


def test_a_component_registers_exactly_the_outputs_it_declares(bank: Deployment) -> None:
    components = [r for r in bank.resources if r.type.startswith("corebank:")]
    assert components
    for component in components:
        outputs = component.outputs or {}
        assert outputs.keys() == declared_outputs(component.type), component
        assert None not in outputs.values(), component


def declared_outputs(type_: str) -> set[str]:
    """The names, in wire form, that a component's class annotates."""
    project, where, name = type_.split(":")
    assert (project, where) in {("corebank", "components"), ("corebank", "index")}, type_
    ours = {
        class_.__name__: class_
        for class_ in pulumi.ComponentResource.__subclasses__()
        # An SDK may have a component of the same name.
        if not class_.__module__.startswith("pulumi_")
    }
    class_ = ours[name]
    return {to_camel(attribute) for attribute in class_.__annotations__}


def test_a_preview_shows_what_an_update_does(bank: Deployment, previewed: Deployment) -> None:
    assert previewed.by_urn().keys() == bank.by_urn().keys()
    done = bank.by_urn()
    for shown in previewed.resources:
        assert list(differences(shown.inputs, done[shown.urn].inputs)) == [], shown
        assert list(differences(shown.outputs, done[shown.urn].outputs)) == [], shown
    assert list(differences(previewed.exports, bank.exports)) == []


def differences(shown: object, done: object) -> Iterator[tuple[object, object]]:
    """Where the two differ. What a preview doesn't know has to be something in the update."""
    if shown == UNKNOWN:
        if done in (None, "", UNKNOWN):
            yield shown, done
    elif isinstance(shown, dict) and isinstance(done, dict):
        shown, done = cast("dict[str, object]", shown), cast("dict[str, object]", done)
        for key in {**shown, **done}:
            yield from differences(shown.get(key), done.get(key))
    elif isinstance(shown, list) and isinstance(done, list):
        shown, done = cast("list[object]", shown), cast("list[object]", done)
        if len(shown) != len(done):
            yield shown, done
        for pair in zip(shown, done, strict=False):
            yield from differences(*pair)
    elif shown != done:
        yield shown, done
