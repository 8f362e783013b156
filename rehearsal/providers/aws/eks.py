"""EKS: clusters and node groups in moto, their nodes and access entries on the real API server."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.aws.nodes import Group, Size, follow
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain
from rehearsal.servers.control_plane.access_entries import Entry, read_entries, write_entry

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
    return sent


_RESHAPED = ("enabledClusterLogTypes", "encryptionConfig", "vpcConfig")


def _receive_cluster(answer: Plain) -> Plain:
    told: Plain = answer.get("logging") or {}
    logging: list[Plain] = told.get("clusterLogging") or []
    encryption: list[Plain] = answer.get("encryptionConfig") or []
    return {
        "enabledClusterLogTypes": [
            kind for each in logging if each.get("enabled") for kind in each["types"]
        ],
        "encryptionConfig": encryption[0] if encryption else None,
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


def _entries(client: Aws) -> Path:
    return Path(client.kubernetes["entries"])


@dataclass(frozen=True, kw_only=True)
class AccessEntry(ResourceType[Aws]):
    """An access entry, by which the rehearsal's API server lets its principal in."""

    type: str = "aws:eks/accessEntry:AccessEntry"
    replaces: tuple[str, ...] = ("clusterName", "principalArn", "type")

    def create(self, client: Aws, inputs: Plain) -> str:
        """Lets the principal in."""
        principal: str = inputs["principalArn"]
        if principal in read_entries(_entries(client)):
            raise RuntimeError(f"an access entry of {principal} is there already")
        write_entry(_entries(client), principal, _entry(inputs))
        return f"{inputs['clusterName']}:{principal}"

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells the entry that the authenticator goes by."""
        known = {**state, **inputs}
        entry = read_entries(_entries(client)).get(known["principalArn"])
        if entry is None:
            return None
        region = client.region(known)
        return {
            **known,
            "accessEntryArn": f"arn:aws:eks:{region}:{ACCOUNT}:access-entry/{resource_id}",
            "kubernetesGroups": list(entry.groups),
            "region": region,
            "tagsAll": known.get("tags"),
            "type": known.get("type", "STANDARD"),
            "userName": entry.user,
        }

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Changes groups and name; policies stay."""
        del resource_id, state, old
        principal: str = new["principalArn"]
        former = read_entries(_entries(client)).get(principal)
        policies = former.policies if former else ()
        write_entry(_entries(client), principal, _entry(new, policies))

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Lets the principal in no more."""
        del resource_id
        write_entry(_entries(client), state["principalArn"], None)


def _entry(inputs: Plain, policies: tuple[str, ...] = ()) -> Entry:
    # EKS names a role's holder by the session of the assumed role.
    role = str(inputs["principalArn"]).replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")
    return Entry(
        user=inputs.get("userName") or f"{role}/{{{{SessionName}}}}",
        groups=tuple(inputs.get("kubernetesGroups") or ()),
        policies=policies,
    )


@dataclass(frozen=True, kw_only=True)
class AccessPolicyAssociation(ResourceType[Aws]):
    """An access policy of EKS's own on an access entry."""

    type: str = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
    replaces: tuple[str, ...] = ("accessScope", "clusterName", "policyArn", "principalArn")

    def create(self, client: Aws, inputs: Plain) -> str:
        """Puts it there, for the whole cluster: no other scope is known here."""
        if inputs["accessScope"]["type"] != "cluster":
            raise RuntimeError("the rehearsal knows access policies for the whole cluster only")
        _put(client, inputs, add=True)
        return f"{inputs['clusterName']}#{inputs['principalArn']}#{inputs['policyArn']}"

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells whether the entry has it."""
        del resource_id
        known = {**state, **inputs}
        entry = read_entries(_entries(client)).get(known["principalArn"])
        if entry is None or known["policyArn"] not in entry.policies:
            return None
        return {**known, "region": client.region(known)}

    def update(self, client: Aws, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Nothing of it changes in place."""

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Takes it off the entry."""
        del resource_id
        _put(client, state, add=False)


def _put(client: Aws, inputs: Plain, *, add: bool) -> None:
    principal, policy = inputs["principalArn"], inputs["policyArn"]
    entry = read_entries(_entries(client)).get(principal)
    if entry is None:
        if add:
            raise RuntimeError(f"there is no access entry of {principal}")
        return
    rest = tuple(each for each in entry.policies if each != policy)
    policies = (*rest, policy) if add else rest
    write_entry(
        _entries(client), principal, Entry(user=entry.user, groups=entry.groups, policies=policies)
    )


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
    AccessEntry(),
    AccessPolicyAssociation(),
    Recorded[Aws](
        type="aws:eks/addon:Addon",
        why=_NO_ADDONS,
        id="name",
        outputs=_addon,
        replaces=("addonName", "clusterName"),
    ),
)
