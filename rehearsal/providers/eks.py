"""The eks stand-in: the components of pulumi-eks, made again of the same resources of aws.

Owns which resources a component consists of and what they are called, after the official one
(pulumi-eks 4.4). Only what a private cluster with managed node groups asks for is here; any other
input is refused. The resources themselves are the aws stand-in's.
"""

import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import pulumi
from pulumi.provider import ConstructResult
from pulumi.provider.provider import Provider
from pulumi_aws import eks, iam

from rehearsal.providers.framework import Endpoints
from rehearsal.providers.values import Plain, is_map

Inputs = Mapping[str, Any]

_CLUSTER = (
    "accessEntries",
    "authenticationMode",
    "bootstrapSelfManagedAddons",
    "corednsAddonOptions",
    "createInstanceRole",
    "createOidcProvider",
    "deletionProtection",
    "enabledClusterLogTypes",
    "encryptionConfigKeyArn",
    "endpointPrivateAccess",
    "endpointPublicAccess",
    "kubeProxyAddonOptions",
    "kubernetesServiceIpAddressRange",
    "name",
    "privateSubnetIds",
    "serviceRole",
    "skipDefaultNodeGroup",
    "skipDefaultSecurityGroups",
    "tags",
    "upgradePolicy",
    "useDefaultVpcCni",
    "version",
    "vpcId",
)
_WANTED: Mapping[str, Any] = {
    "authenticationMode": "API",
    "corednsAddonOptions": {"enabled": False},
    "createInstanceRole": False,
    "kubeProxyAddonOptions": {"enabled": False},
    "skipDefaultNodeGroup": True,
    "skipDefaultSecurityGroups": True,
    "useDefaultVpcCni": True,
}
"""What has to be chosen, since the official component would make more than is rehearsed."""

_GROUP = (
    "amiType",
    "cluster",
    "clusterName",
    "ignoreScalingChanges",
    "instanceTypes",
    "labels",
    "launchTemplate",
    "nodeGroupName",
    "nodeRoleArn",
    "releaseVersion",
    "scalingConfig",
    "subnetIds",
    "tags",
    "taints",
    "version",
)


class Cluster(pulumi.ComponentResource):
    """A control plane, its access entries and its issuer of identities."""

    def __init__(self, name: str, given: Inputs, opts: pulumi.ResourceOptions) -> None:
        super().__init__("eks:index:Cluster", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        self.cluster = eks.Cluster(
            f"{name}-eksCluster",
            name=given["name"],
            role_arn=given["serviceRole"].arn,
            version=given["version"],
            bootstrap_self_managed_addons=given["bootstrapSelfManagedAddons"],
            vpc_config={
                "subnet_ids": given["privateSubnetIds"],
                "endpoint_private_access": given["endpointPrivateAccess"],
                "endpoint_public_access": given["endpointPublicAccess"],
            },
            kubernetes_network_config={
                "service_ipv4_cidr": given["kubernetesServiceIpAddressRange"],
                "ip_family": "ipv4",
            },
            enabled_cluster_log_types=given["enabledClusterLogTypes"],
            encryption_config={
                "provider": {"key_arn": given["encryptionConfigKeyArn"]},
                "resources": ["secrets"],
            },
            access_config={
                "authentication_mode": given["authenticationMode"],
                "bootstrap_cluster_creator_admin_permissions": True,
            },
            upgrade_policy=given["upgradePolicy"],
            deletion_protection=given["deletionProtection"],
            tags={"Name": f"{name}-eksCluster", **given["tags"]},
            opts=pulumi.ResourceOptions(
                parent=self,
                ignore_changes=[
                    "accessConfig.bootstrapClusterCreatorAdminPermissions",
                    "bootstrapSelfManagedAddons",
                ],
            ),
        )
        entries: Plain = given.get("accessEntries") or {}
        for label, entry in entries.items():
            self._let_in(f"{name}-{label}", entry)
        if given.get("createOidcProvider"):
            issuer = self.cluster.identities[0].oidcs[0].issuer
            iam.OpenIdConnectProvider(
                f"{name}-oidcProvider",
                client_id_lists=["sts.amazonaws.com"],
                url=issuer,
                tags=given["tags"],
                opts=own,
            )
        self.kubeconfig = pulumi.Output.json_dumps(self._kubeconfig())
        self.register_outputs({"kubeconfigJson": self.kubeconfig})

    def _let_in(self, name: str, entry: Inputs) -> None:
        made = eks.AccessEntry(
            name,
            cluster_name=self.cluster.name,
            principal_arn=entry["principalArn"],
            kubernetes_groups=entry.get("kubernetesGroups"),
            opts=pulumi.ResourceOptions(parent=self),
        )
        policies: Plain = entry.get("accessPolicies") or {}
        for label, policy in policies.items():
            eks.AccessPolicyAssociation(
                f"{name}-{label}",
                cluster_name=self.cluster.name,
                principal_arn=made.principal_arn,
                policy_arn=policy["policyArn"],
                access_scope=policy["accessScope"],
                opts=pulumi.ResourceOptions(parent=self),
            )

    def _kubeconfig(self) -> dict[str, Any]:
        cluster = {
            "server": self.cluster.endpoint,
            "certificate-authority-data": self.cluster.certificate_authority.apply(
                lambda authority: authority.data
            ),
        }
        asks = ["eks", "get-token", "--cluster-name", self.cluster.name]
        login = {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "aws",
            "args": asks,
        }
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "kubernetes", "cluster": cluster}],
            "contexts": [{"name": "aws", "context": {"cluster": "kubernetes", "user": "aws"}}],
            "current-context": "aws",
            "users": [{"name": "aws", "user": {"exec": login}}],
        }


class ManagedNodeGroup(pulumi.ComponentResource):
    """A node group."""

    def __init__(self, name: str, given: Inputs, opts: pulumi.ResourceOptions) -> None:
        super().__init__("eks:index:ManagedNodeGroup", name, {}, opts)
        self.group = eks.NodeGroup(
            name,
            cluster_name=given["clusterName"],
            node_group_name=given["nodeGroupName"],
            version=given["version"],
            release_version=given["releaseVersion"],
            ami_type=given["amiType"],
            node_role_arn=given["nodeRoleArn"],
            subnet_ids=given["subnetIds"],
            instance_types=given["instanceTypes"],
            launch_template=given["launchTemplate"],
            scaling_config=given["scalingConfig"],
            labels=given.get("labels"),
            taints=given.get("taints"),
            tags=given["tags"],
            opts=pulumi.ResourceOptions(
                parent=self,
                ignore_changes=["scalingConfig.desiredSize"]
                if given.get("ignoreScalingChanges")
                else None,
            ),
        )
        self.register_outputs({})


class Eks(Provider):
    """Makes the components."""

    def __init__(self) -> None:
        super().__init__(version("pulumi-eks"))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Makes one component and all that it consists of."""
        options = options or pulumi.ResourceOptions()
        given: Plain = {key: item for key, item in (inputs or {}).items() if item is not None}
        if resource_type == "eks:index:Cluster":
            _refuse(resource_type, given, _CLUSTER)
            for key, wanted in _WANTED.items():
                found: Any = given.get(key)
                # The SDK fills in the rest of an object.
                same = (
                    wanted.items() <= found.items() if is_map(wanted) and found else found == wanted
                )
                if not same:
                    raise RuntimeError(
                        f"the rehearsal makes {resource_type} with {key} {json.dumps(wanted)} only"
                    )
            cluster = Cluster(name, given, options)
            return ConstructResult(
                cluster.urn,
                {"eksCluster": cluster.cluster, "kubeconfigJson": cluster.kubeconfig},
            )
        if resource_type == "eks:index:ManagedNodeGroup":
            _refuse(resource_type, given, _GROUP)
            group = ManagedNodeGroup(name, given, options)
            return ConstructResult(group.urn, {"nodeGroup": group.group})
        raise RuntimeError(
            f"the rehearsal has no stand-in for {resource_type}; "
            "add a component to rehearsal/providers/eks.py"
        )


def _refuse(resource_type: str, given: Inputs, known: tuple[str, ...]) -> None:
    if strange := sorted(given.keys() - set(known)):
        raise RuntimeError(
            f"the rehearsal can't give {', '.join(strange)} to {resource_type}: "
            "its stand-in does not know what the official component makes of it"
        )


def stand_in(endpoints: Endpoints) -> Eks:
    """The stand-in for package ``eks``, which needs no server of its own."""
    del endpoints
    return Eks()
