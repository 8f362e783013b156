"""The cluster: closed from outside, encrypted, seen, and administered by one role alone."""

import json
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pytest

from components._addons import ADDONS
from components._cluster_roles import AUDITORS, DELIVERY, OPERATORS, ROLES, VIEWERS, Rule
from components.kubernetes_cluster import ADMINISTRATOR, RemoteNetworks, hardened
from domains import Catalogue
from settings import Settings
from tests.engine import Declared, Deployment

CLUSTER = "eks:index:Cluster"
GROUP = "eks:index:ManagedNodeGroup"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
ADDON = "aws:eks/addon:Addon"
ENTRY = "aws:eks/accessEntry:AccessEntry"
TIERS = ("core", "critical", "standard")
ALL_LOGS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


@pytest.fixture
def cluster(bank: Deployment) -> dict[str, Any]:
    return dict(bank.one(CLUSTER).inputs)


def test_nobody_reaches_it_from_outside(cluster: dict[str, Any]) -> None:
    assert cluster["endpointPrivateAccess"] is True
    assert cluster["endpointPublicAccess"] is False
    assert all("-private-" in subnet for subnet in cluster["privateSubnetIds"])


def test_what_it_keeps_is_encrypted_and_what_it_does_is_logged(
    cluster: dict[str, Any], bank: Deployment
) -> None:
    assert cluster["encryptionConfigKeyArn"].endswith(":keys-platform-key")
    assert cluster["enabledClusterLogTypes"] == ALL_LOGS
    logs = bank.one("aws:cloudwatch/logGroup:LogGroup", "kubernetes-logs").inputs
    assert logs["name"] == f"/aws/eks/{cluster['name']}/cluster"
    assert logs["retentionInDays"] >= 365
    assert logs["kmsKeyId"].endswith(":keys-logs-key")


def test_it_is_of_a_version_in_standard_support(
    cluster: dict[str, Any], settings: Settings
) -> None:
    assert cluster["version"] == settings.cluster.version
    assert cluster["upgradePolicy"] == {"supportType": "STANDARD"}


def test_people_get_in_by_entries_and_one_of_them_administers(
    cluster: dict[str, Any], settings: Settings
) -> None:
    assert cluster["authenticationMode"] == "API"
    entries = cluster["accessEntries"]
    administering = {name for name, entry in entries.items() if "accessPolicies" in entry}
    assert administering == {"break-glass"}
    (policy,) = entries["break-glass"]["accessPolicies"].values()
    assert policy == {"policyArn": ADMINISTRATOR, "accessScope": {"type": "cluster"}}
    assert entries["break-glass"]["principalArn"] == settings.people.break_glass
    assert {
        entry["kubernetesGroups"][0]: entry["principalArn"].rpartition("/")[2]
        for name, entry in entries.items()
        if name not in administering
    } == {
        AUDITORS: settings.people.auditor.rpartition("/")[2],
        DELIVERY: "corebank-apply",
        OPERATORS: settings.people.operator.rpartition("/")[2],
    }


def test_whoever_made_it_has_no_rights_and_the_cluster_alone_is_protected() -> None:
    for protect in (True, False):
        done = after_hardening("aws:eks/cluster:Cluster", protect=protect)
        assert isinstance(done, pulumi.ResourceTransformResult)
        assert done.props == {
            "accessConfig": {
                "authenticationMode": "API",
                "bootstrapClusterCreatorAdminPermissions": False,
            },
            "name": "a",
        }
        assert done.opts.protect is protect
    assert after_hardening("aws:eks/accessEntry:AccessEntry", protect=True) is None


def test_it_knows_the_networks_of_its_hybrid_nodes() -> None:
    remote = RemoteNetworks(nodes=IPv4Network("10.128.16.0/24"), pods=IPv4Network("10.130.0.0/16"))
    done = after_hardening("aws:eks/cluster:Cluster", remote=remote)
    assert isinstance(done, pulumi.ResourceTransformResult)
    assert done.props["remoteNetworkConfig"] == {
        "remoteNodeNetworks": {"cidrs": ["10.128.16.0/24"]},
        "remotePodNetworks": {"cidrs": ["10.130.0.0/16"]},
    }


def after_hardening(
    type_: str, *, remote: RemoteNetworks | None = None, protect: bool = True
) -> object:
    access = {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": True,
    }
    return hardened(remote=remote, protect=protect)(
        pulumi.ResourceTransformArgs(
            custom=True,
            type_=type_,
            name="a",
            props={"accessConfig": access, "name": "a"},
            opts=pulumi.ResourceOptions(),
        )
    )


def test_its_provider_stays_whatever_leads_to_it(bank: Deployment, settings: Settings) -> None:
    provider = bank.one("pulumi:providers:kubernetes").inputs
    assert provider["clusterIdentifier"] == f"{settings.account}/{settings.region}/corebank"
    assert "token" not in json.dumps(provider)


def test_what_is_in_it_goes_with_it(bank: Deployment) -> None:
    inside = [r for r in bank.resources if r.type.startswith("kubernetes:")]
    assert len(inside) > 300
    assert {r.provider.rpartition("::")[2] for r in inside} == {"kubernetes"}
    assert {r.deleted_with for r in inside} == {bank.one(CLUSTER).urn}


@pytest.mark.parametrize("tier", TIERS)
def test_nodes_are_spread_labelled_and_tainted(
    bank: Deployment, settings: Settings, tier: str
) -> None:
    group = bank.one(GROUP, f"kubernetes-{tier}-group").inputs
    wanted = getattr(settings.cluster.node_groups, tier)
    assert len(group["subnetIds"]) == len(settings.network.zones)
    assert group["scalingConfig"] == {
        "minSize": wanted.minimum,
        "maxSize": wanted.maximum,
        "desiredSize": wanted.minimum,
    }
    assert group["ignoreScalingChanges"] is True
    assert group["instanceTypes"] == [wanted.instance_type]
    assert group["releaseVersion"] == settings.cluster.node_release
    assert group["labels"] == {"bank.internal/tier": tier}
    taint = {"key": "bank.internal/tier", "value": tier, "effect": "NO_SCHEDULE"}
    assert group.get("taints") == ([] if tier == "standard" else [taint])


@pytest.mark.parametrize("tier", TIERS)
def test_a_pod_gets_nothing_from_its_machine(bank: Deployment, tier: str) -> None:
    template = bank.one(TEMPLATE, f"kubernetes-{tier}-template").inputs
    assert template["metadataOptions"]["httpTokens"] == "required"
    assert template["metadataOptions"]["httpPutResponseHopLimit"] == 1
    for device in template["blockDeviceMappings"]:
        assert device["ebs"]["encrypted"] == "true"
        assert device["ebs"]["volumeType"] == "gp3"
        assert device["ebs"]["kmsKeyId"].endswith(":keys-platform-key")
    tagged = {each["resourceType"]: each["tags"] for each in template["tagSpecifications"]}
    assert set(tagged) == {"instance", "network-interface", "volume"}
    assert all("owner" in tags for tags in tagged.values())


def test_addons_are_pinned_and_nodes_wait_for_those_they_need(
    bank: Deployment, settings: Settings
) -> None:
    made = {addon.inputs["addonName"]: addon for addon in bank.of(ADDON)}
    assert {name: addon.inputs["addonVersion"] for name, addon in made.items()} == {
        addon.name: addon.versions[settings.cluster.version] for addon in ADDONS
    }
    # A component that waits keeps its children waiting.
    groups = bank.of("corebank:components:NodeGroup")
    for addon in ADDONS:
        urn = made[addon.name].urn
        assert all((urn in group.depends_on) == addon.before_nodes for group in groups), addon.name
    network = json.loads(made["vpc-cni"].inputs["configurationValues"])
    assert network["enableNetworkPolicy"] == "true"
    assert "serviceAccountRoleArn" not in made["vpc-cni"].inputs


def test_addons_act_in_names_of_their_own(bank: Deployment) -> None:
    for name in ("vpc-cni", "aws-ebs-csi-driver"):
        (identity,) = bank.one(ADDON, f"kubernetes-{name}").inputs["podIdentityAssociations"]
        assert identity["roleArn"].endswith(f":kubernetes-{name}-role")
        trust = trusted(bank.one("aws:iam/role:Role", f"kubernetes-{name}-role"))
        assert trust["Principal"] == {"Service": "pods.eks.amazonaws.com"}
        assert trust["Action"] == ["sts:AssumeRole", "sts:TagSession"]
        assert "aws:SourceAccount" in trust["Condition"]["StringEquals"]


def test_machines_take_on_their_role_which_reaches_no_pods_network(bank: Deployment) -> None:
    trust = trusted(bank.one("aws:iam/role:Role", "kubernetes-nodes-role"))
    assert trust["Principal"] == {"Service": "ec2.amazonaws.com"}
    attached = {
        each.inputs["policyArn"].rpartition("/")[2]
        for each in bank.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
        if each.name.startswith("kubernetes-nodes-")
    }
    assert attached == {
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonEKSWorkerNodePolicy",
        "AmazonSSMManagedInstanceCore",
    }


def test_each_domain_has_a_namespace_that_its_own_people_see(
    bank: Deployment, settings: Settings, catalogue: Catalogue
) -> None:
    entries = {
        e.inputs["principalArn"]: e.inputs["kubernetesGroups"]
        for e in bank.of(ENTRY)
        # Of nodes in the data centre AWS knows itself what they are.
        if e.inputs.get("type") != "HYBRID_LINUX"
    }
    assert entries == {
        settings.people.viewer(domain.name): [f"{VIEWERS}:{domain.name}"]
        for domain in catalogue.domains
    }
    for domain in catalogue.domains:
        name = f"{domain.name}-workspace"
        namespace = bank.one("kubernetes:core/v1:Namespace", f"{name}-namespace").inputs
        labels = namespace["metadata"]["labels"]
        assert namespace["metadata"]["name"] == domain.name
        assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
        version = labels["pod-security.kubernetes.io/enforce-version"]
        assert version == f"v{settings.cluster.version}"
        assert labels["bank.internal/data-class"] == domain.data_class
        binding = bank.one(
            "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", f"{name}-viewers"
        ).inputs
        assert binding["roleRef"]["name"] == VIEWERS
        assert [subject["name"] for subject in binding["subjects"]] == [f"{VIEWERS}:{domain.name}"]


def test_disks_are_encrypted_and_outlive_their_claim(bank: Deployment) -> None:
    disk = bank.one("kubernetes:storage.k8s.io/v1:StorageClass", "classes-encrypted").inputs
    assert disk["parameters"]["encrypted"] == "true"
    assert disk["parameters"]["kmsKeyId"].endswith(":keys-platform-key")
    assert disk["volumeBindingMode"] == "WaitForFirstConsumer"
    assert disk["reclaimPolicy"] == "Retain"


def test_money_goes_first(bank: Deployment) -> None:
    values = {
        it.inputs["metadata"]["name"]: it.inputs["value"]
        for it in bank.of("kubernetes:scheduling.k8s.io/v1:PriorityClass")
    }
    assert sorted(values, key=lambda name: -values[name]) == ["critical", "core", "standard"]


def test_no_tier_reads_secrets_runs_commands_or_grants() -> None:
    for group in (OPERATORS, AUDITORS, VIEWERS):
        for rule in ROLES[group]:
            assert not {"secrets", "pods/exec", "pods/attach"} & set(rule.resources), group
            writes = set(rule.verbs) - {"get", "list", "watch"}
            assert not (writes and "rbac.authorization.k8s.io" in rule.groups), group
    assert all(set(rule.verbs) <= {"get", "list", "watch"} for rule in ROLES[AUDITORS])


def test_delivery_never_reads_a_secret() -> None:
    verbs = {verb for rule in ROLES[DELIVERY] if "secrets" in rule.resources for verb in rule.verbs}
    assert not verbs & {"get", "list", "watch"}


def test_a_wildcard_is_no_rule() -> None:
    with pytest.raises(ValueError, match="no wildcard"):
        Rule(groups=("",), resources=("*",), verbs=("get",))


def trusted(role: Declared) -> dict[str, Any]:
    (statement,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    return statement
