"""Examples of EKS's types, but for node groups: those have nodes on a real API server."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name

_ADMINISTRATOR = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def _cluster(_: World) -> Plain:
    return {
        "name": new_name(),
        "roleArn": "arn:aws:iam::123456789012:role/control-plane",
        "version": "1.35",
        "accessConfig": {
            "authenticationMode": "API",
            "bootstrapClusterCreatorAdminPermissions": False,
        },
        "bootstrapSelfManagedAddons": False,
        "deletionProtection": True,
        "enabledClusterLogTypes": ["api", "audit"],
        "encryptionConfig": {
            "provider": {"keyArn": "arn:aws:kms:eu-west-1:1:key/a"},
            "resources": ["secrets"],
        },
        "kubernetesNetworkConfig": {"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16"},
        "upgradePolicy": {"supportType": "STANDARD"},
        "vpcConfig": {
            "endpointPrivateAccess": True,
            "endpointPublicAccess": False,
            "subnetIds": ["subnet-1", "subnet-2"],
        },
        "tags": TAGS,
    }


def _entry(_: World) -> Plain:
    return {
        "clusterName": "c",
        "principalArn": f"arn:aws:iam::1:role/{new_name()}",
        "kubernetesGroups": ["operators"],
        "tags": TAGS,
    }


def _policy(world: World) -> Plain:
    entry = _entry(world)
    world.make("aws:eks/accessEntry:AccessEntry", entry)
    return {
        "clusterName": "c",
        "principalArn": entry["principalArn"],
        "policyArn": _ADMINISTRATOR,
        "accessScope": {"type": "cluster"},
    }


def _template(_: World) -> Plain:
    return {
        "name": new_name(),
        "updateDefaultVersion": True,
        "blockDeviceMappings": [_disk(100.0)],
        "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1.0},
        "monitoring": {"enabled": True},
        "tagSpecifications": [{"resourceType": "instance", "tags": TAGS}],
        "tags": TAGS,
    }


def _disk(size: float) -> Plain:
    return {
        "deviceName": "/dev/xvdb",
        "ebs": {"encrypted": "true", "volumeSize": size, "volumeType": "gp3"},
    }


EXAMPLES: Mapping[str, Example] = {
    "aws:ssm/activation:Activation": Example(
        inputs=lambda _: {
            "name": "nodes",
            "description": "A pool",
            "iamRole": "nodes",
            "registrationLimit": 2,
            "tags": TAGS,
        },
    ),
    "aws:ec2/launchTemplate:LaunchTemplate": Example(
        inputs=_template,
        changes=lambda _: [
            {"blockDeviceMappings": [_disk(200.0)]},
            {"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 2.0}},
            {"monitoring": {"enabled": False}},
            {"tagSpecifications": [{"resourceType": "volume", "tags": TAGS}]},
            {"updateDefaultVersion": False},
        ],
    ),
    "aws:eks/accessEntry:AccessEntry": Example(
        inputs=_entry,
        changes=lambda _: [{"kubernetesGroups": ["auditors"]}, {"userName": "somebody"}],
    ),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": Example(inputs=_policy),
    "aws:eks/addon:Addon": Example(
        inputs=lambda _: {"clusterName": "c", "addonName": "coredns", "addonVersion": "v1"},
        changes=lambda _: [{"addonVersion": "v2"}, {"configurationValues": "{}"}],
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": Example(
        inputs=lambda _: {
            "clusterName": "c",
            "namespace": "n",
            "serviceAccount": "s",
            "roleArn": "arn:aws:iam::1:role/a",
            "tags": TAGS,
        },
        changes=lambda _: [{"roleArn": "arn:aws:iam::1:role/b"}],
    ),
    "aws:eks/cluster:Cluster": Example(
        inputs=_cluster,
        changes=lambda _: [
            {"enabledClusterLogTypes": ["api"]},
            {
                "vpcConfig": {
                    "endpointPrivateAccess": True,
                    "endpointPublicAccess": False,
                    "subnetIds": ["subnet-1", "subnet-2", "subnet-3"],
                }
            },
            {
                "remoteNetworkConfig": {
                    "remoteNodeNetworks": {"cidrs": ["10.128.17.0/24"]},
                    "remotePodNetworks": {"cidrs": ["10.130.0.0/16"]},
                }
            },
            {"remoteNetworkConfig": None},
            {"accessConfig": {"authenticationMode": "API"}},
            {"bootstrapSelfManagedAddons": None},
            {"deletionProtection": False},
            {"upgradePolicy": {"supportType": "EXTENDED"}},
        ],
    ),
}
