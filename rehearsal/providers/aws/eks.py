"""EKS: clusters and node groups in moto, their nodes on the real API server.

Who gets in is in ``eks_access``.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.aws.nodes import Group, Size, follow
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_NO_ADDONS = "moto has no add-ons"


def _logging(types: Any) -> Plain:
    return {"clusterLogging": [{"types": types, "enabled": True}]}


def _send_cluster(inputs: Plain) -> Plain:
    sent = {key: item for key, item in inputs.items() if key not in _RESHAPED}
    sent["resourcesVpcConfig"] = inputs["vpcConfig"]
    if types := inputs.get("enabledClusterLogTypes"):
        sent["logging"] = _logging(types)
    if encryption := inputs.get("encryptionConfig"):
        sent["encryptionConfig"] = [encryption]
    if remote := inputs.get("remoteNetworkConfig"):
        sent["remoteNetworkConfig"] = _listed(remote)
    return sent


_RESHAPED = ("enabledClusterLogTypes", "encryptionConfig", "remoteNetworkConfig", "vpcConfig")


def _listed(remote: Plain) -> Plain:
    """EKS has lists of networks where the provider has one of each."""
    return {kind: [networks] for kind, networks in remote.items()}


def _receive_cluster(answer: Plain) -> Plain:
    told: Plain = answer.get("logging") or {}
    logging: list[Plain] = told.get("clusterLogging") or []
    encryption: list[Plain] = answer.get("encryptionConfig") or []
    remote: Plain = answer.get("remoteNetworkConfig") or {}
    return {
        "enabledClusterLogTypes": [
            kind for each in logging if each.get("enabled") for kind in each["types"]
        ],
        "encryptionConfig": encryption[0] if encryption else None,
        "remoteNetworkConfig": {kind: of[0] for kind, of in remote.items() if of} or None,
        "identities": [{"oidcs": [answer["identity"]["oidc"]]}],
        "vpcConfig": answer.get("resourcesVpcConfig"),
    }


def _older(old: Any, new: Any) -> bool:
    """EKS takes no cluster back to an earlier version."""
    before, after = (tuple(map(int, str(text).split("."))) for text in (old, new))
    return after < before


def _update_cluster(member: str, value: Any) -> Call:
    return Call("UpdateClusterConfig", {"name": "{id}", member: value})


_CLUSTER = ApiResource(
    type="aws:eks/cluster:Cluster",
    service="eks",
    create_by=Call("CreateCluster"),
    id="{name}",
    read_by=Call("DescribeCluster", {"name": "{id}"}, "cluster"),
    delete_by=(Call("DeleteCluster", {"name": "{id}"}),),
    settings=(
        Setting(
            names=("enabledClusterLogTypes",),
            write=_update_cluster("logging", _logging("{enabledClusterLogTypes}")),
            at_create=False,
        ),
        Setting(
            names=("vpcConfig",),
            write=_update_cluster("resourcesVpcConfig", "{vpcConfig}"),
            at_create=False,
        ),
        Setting(
            names=("remoteNetworkConfig",),
            write=_update_cluster(
                "remoteNetworkConfig",
                {
                    "remoteNodeNetworks": ["{remoteNetworkConfig.remoteNodeNetworks}"],
                    "remotePodNetworks": ["{remoteNetworkConfig.remotePodNetworks}"],
                },
            ),
            at_create=False,
        ),
    ),
    send=_send_cluster,
    receive=_receive_cluster,
    # moto's clusters know nothing of these.
    local=("accessConfig", "bootstrapSelfManagedAddons", "deletionProtection", "upgradePolicy"),
    computed={
        "arn": "arn:aws:eks:{region}:{account}:cluster/{id}",
        # The rehearsal's own control plane stands for the cluster's.
        "certificateAuthority": {"data": "{kubernetes.ca}"},
        "endpoint": "{kubernetes.endpoint}",
    },
    replaces=(
        "accessConfig.bootstrapClusterCreatorAdminPermissions",
        "bootstrapSelfManagedAddons",
        "encryptionConfig",
        "kubernetesNetworkConfig.ipFamily",
        "kubernetesNetworkConfig.serviceIpv4Cidr",
        "name",
        "roleArn",
    ),
    replaces_when={"version": _older},
    autoname="name",
    tags_of="arn:aws:eks:{region}:{account}:cluster/{id}",
)

_OF_GROUP = {"clusterName": "{clusterName}", "nodegroupName": "{nodeGroupName}"}

_GROUP = ApiResource(
    type="aws:eks/nodeGroup:NodeGroup",
    service="eks",
    create_by=Call("CreateNodegroup", _OF_GROUP),
    id="{clusterName}:{nodeGroupName}",
    read_by=Call("DescribeNodegroup", _OF_GROUP, "nodegroup"),
    delete_by=(Call("DeleteNodegroup", _OF_GROUP),),
    settings=(
        Setting(
            names=("scalingConfig",),
            write=Call("UpdateNodegroupConfig", {**_OF_GROUP, "scalingConfig": "{scalingConfig}"}),
            at_create=False,
        ),
    ),
    send=lambda inputs: {
        **{key: item for key, item in inputs.items() if key not in ("nodeRoleArn", "subnetIds")},
        "nodeRole": inputs["nodeRoleArn"],
        "subnets": inputs["subnetIds"],
    },
    receive=lambda answer: {
        "arn": answer["nodegroupArn"],
        "nodeGroupName": answer["nodegroupName"],
        "nodeRoleArn": answer["nodeRole"],
        "scalingConfig": {
            key: answer["scalingConfig"][key] for key in ("desiredSize", "maxSize", "minSize")
        },
        "subnetIds": answer["subnets"],
    },
    replaces=(
        "amiType",
        "capacityType",
        "clusterName",
        "diskSize",
        "instanceTypes",
        "launchTemplate.id",
        "launchTemplate.name",
        "nodeGroupName",
        "nodeRoleArn",
        "remoteAccess",
        "subnetIds",
    ),
    autoname="nodeGroupName",
    # moto has calls for the tags of clusters only.
    local=("tags",),
)


_ROLLED_OUT = ("labels", "launchTemplate", "releaseVersion", "taints", "version")
"""What EKS brings to a group's nodes by replacing them."""


@dataclass(frozen=True, kw_only=True)
class NodeGroup(ResourceType[Aws]):
    """A node group in moto whose nodes are on the real API server."""

    type: str = _GROUP.type
    replaces: tuple[str, ...] = _GROUP.replaces
    autoname: str = _GROUP.autoname

    def create(self, client: Aws, inputs: Plain) -> str:
        """Makes the group."""
        return _GROUP.create(client, inputs)

    def finish(self, client: Aws, resource_id: str, inputs: Plain) -> None:
        """Makes its nodes."""
        _GROUP.finish(client, resource_id, inputs)
        _follow(client, inputs)

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells of the group."""
        return _GROUP.read(client, resource_id, inputs, state)

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Changes group and nodes."""
        scaling: Plain = new.get("scalingConfig") or {}
        if scaling.get("minSize", 0) > scaling.get("desiredSize", 0):
            raise RuntimeError(
                f"EKS refuses a minimum of {int(scaling['minSize'])} nodes where there are "
                f"{int(scaling['desiredSize'])}: add nodes first, then refresh"
            )
        if any(old.get(key) != new.get(key) for key in _ROLLED_OUT):
            # moto has no call for it, and so makes the group anew. Its nodes are replaced.
            _GROUP.delete(client, resource_id, {**state, **old})
            _GROUP.create(client, new)
            _follow(client, {**new, "scalingConfig": {"desiredSize": 0}})
        else:
            _GROUP.update(client, resource_id, state, old, new)
        _follow(client, new)

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Takes nodes and group away."""
        _follow(client, {**state, "scalingConfig": {"desiredSize": 0}})
        _GROUP.delete(client, resource_id, state)


def _follow(client: Aws, group: Plain) -> None:
    ec2 = client.service("ec2", client.region(group))
    (kind,) = group["instanceTypes"]
    told = ec2.call("DescribeInstanceTypes", {"InstanceTypes": [kind]})["InstanceTypes"][0]
    subnets = ec2.call("DescribeSubnets", {"SubnetIds": list(group["subnetIds"])})["Subnets"]
    follow(
        client.kubernetes["kubeconfig"],
        Group(
            name=group["nodeGroupName"],
            count=int(group["scalingConfig"]["desiredSize"]),
            size=Size.of(told),
            instance_type=kind,
            zones=sorted(subnet["AvailabilityZone"] for subnet in subnets),
            labels=group.get("labels") or {},
            taints=group.get("taints") or [],
        ),
    )


def _pod_identity(client: Aws, inputs: Plain) -> Plain:
    region = client.region(inputs)
    number = sha256(
        "/".join(inputs[key] for key in ("clusterName", "namespace", "serviceAccount")).encode()
    ).hexdigest()[:17]
    named = f"a-{number}"
    place = f"{region}:{ACCOUNT}:podidentityassociation/{inputs['clusterName']}"
    return {
        "associationArn": f"arn:aws:eks:{place}/{named}",
        "associationId": named,
        "region": region,
    }


def _addon(client: Aws, inputs: Plain) -> Plain:
    region = client.region(inputs)
    named = f"{inputs['clusterName']}/{inputs['addonName']}"
    return {
        "arn": f"arn:aws:eks:{region}:{ACCOUNT}:addon/{named}/recorded",
        "name": named.replace("/", ":"),
        "region": region,
    }


ROWS: tuple[ResourceType[Aws], ...] = (
    _CLUSTER,
    NodeGroup(),
    Recorded[Aws](
        type="aws:eks/addon:Addon",
        why=_NO_ADDONS,
        id="name",
        outputs=_addon,
        replaces=("addonName", "clusterName"),
    ),
    Recorded[Aws](
        type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
        why="moto has no pod identities, and no pod here asks for a role",
        id="associationId",
        outputs=_pod_identity,
        replaces=("clusterName", "namespace", "serviceAccount"),
    ),
)
