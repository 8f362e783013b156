"""Kubernetes on EKS: the control plane, who gets in, its add-ons, and the machines it runs on.

Owns the roles that AWS and the nodes act in. Leaves out what runs in the cluster, and what those
who got in may do there: that is ``cluster_access``'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi
import pulumi_eks as eks
from pulumi_aws import cloudwatch
from pulumi_aws import eks as aws_eks

from components._addons import ADDONS, Addon
from components.node_group import NodeGroup, NodeGroupArgs
from components.service_role import ServiceRole, ServiceRoleArgs

ADMINISTRATOR = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
"""EKS's own policy that allows everything in the cluster."""

_LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")


@dataclass(frozen=True, kw_only=True)
class Machines:
    """What one kind of node is.

    Args:
        instance_type: Its size.
        minimum: How many there are at first, and at least.
        maximum: How many there can be.
        reserved: Whether only pods that ask for this kind run on it.
    """

    instance_type: str
    minimum: int
    maximum: int
    reserved: bool


@dataclass(frozen=True, kw_only=True)
class RemoteNetworks:
    """Where machines outside AWS are that join the cluster as hybrid nodes.

    Args:
        nodes: Their addresses.
        pods: The addresses of what runs on them.
    """

    nodes: IPv4Network
    pods: IPv4Network


@dataclass(frozen=True, kw_only=True)
class KubernetesClusterArgs:
    """What a cluster is made of.

    Args:
        cluster: Its name in the account.
        account: The account, 12 digits.
        version: Kubernetes' minor version, such as ``1.35``.
        node_release: The release of Bottlerocket on its nodes.
        vpc_id: The network's VPC.
        subnet_ids: One subnet for each zone, for the control plane's and the nodes' addresses.
        service_network: Addresses of services inside the cluster.
        remote: Where its hybrid nodes are; None where it has none.
        key_arn: The key that encrypts Kubernetes' secrets and the nodes' disks.
        logs_key_arn: The key that encrypts the control plane's log.
        break_glass: ARN of the role that may do everything in the cluster; nobody else may.
        groups: Groups of Kubernetes to the ARN of the role whose holders are in it.
        machines: Its nodes, by the kind of what runs on them.
        label: The key of the label, and of the taint, by which a pod asks for a kind of node.
        boundary: ARN of the permissions boundary of all its roles.
        tags: What everything made in its name is tagged with.
        protect: Whether it is protected from deletion.
    """

    cluster: str
    account: str
    version: str
    node_release: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    service_network: IPv4Network
    remote: RemoteNetworks | None
    key_arn: pulumi.Input[str]
    logs_key_arn: pulumi.Input[str]
    break_glass: str
    groups: Mapping[str, str]
    machines: Mapping[str, Machines]
    label: str
    boundary: pulumi.Input[str]
    tags: Mapping[str, str]
    protect: bool


class KubernetesCluster(pulumi.ComponentResource):
    """A cluster that is reached from inside the network only, by people and programs it knows."""

    name: str
    """Its name in the account."""
    kubeconfig: pulumi.Output[str]
    """How clients reach it, as JSON; it names a command that gets a token, and holds none."""
    version: str
    """Kubernetes' minor version."""
    log_group: pulumi.Output[str]
    """Name of the log group that the control plane writes to."""

    def __init__(
        self, name: str, args: KubernetesClusterArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:KubernetesCluster", name, {}, opts)
        self._name, self._args = name, args
        logs = cloudwatch.LogGroup(
            f"{name}-logs",
            # The name that EKS writes to: made before it, so that EKS makes none of its own.
            name=f"/aws/eks/{args.cluster}/cluster",
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.logs_key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        control_plane = self._role(
            "control-plane",
            service="eks.amazonaws.com",
            policies=("arn:aws:iam::aws:policy/AmazonEKSClusterPolicy",),
        )
        nodes = self._role(
            "nodes",
            service="ec2.amazonaws.com",
            policies=(
                "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
                "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
                "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
            ),
        )
        self._cluster = eks.Cluster(
            f"{name}-cluster",
            name=args.cluster,
            version=args.version,
            # No extended support: what is out of standard support is upgraded, not paid for.
            upgrade_policy={"support_type": "STANDARD"},
            service_role=control_plane.role,
            vpc_id=args.vpc_id,
            private_subnet_ids=args.subnet_ids,
            endpoint_private_access=True,
            endpoint_public_access=False,
            kubernetes_service_ip_address_range=str(args.service_network),
            encryption_config_key_arn=args.key_arn,
            enabled_cluster_log_types=list(_LOGS),
            authentication_mode=eks.AuthenticationMode.API,
            access_entries=self._entries(),
            create_oidc_provider=True,
            deletion_protection=args.protect,
            # The group that EKS makes for control plane and nodes is the only one that they need.
            skip_default_security_groups=True,
            skip_default_node_group=True,
            create_instance_role=False,
            # Add-ons are below, each with a version of its own.
            bootstrap_self_managed_addons=False,
            use_default_vpc_cni=True,
            coredns_addon_options=eks.CoreDnsAddonOptionsArgs(enabled=False),
            kube_proxy_addon_options=eks.KubeProxyAddonOptionsArgs(enabled=False),
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[logs],
                transforms=[hardened(remote=args.remote, protect=args.protect)],
            ),
        )
        # The cluster's name is a text that is known before the cluster is there.
        there = pulumi.ResourceOptions(parent=self, depends_on=[self.cluster])
        early = [self._addon(addon, there) for addon in ADDONS if addon.before_nodes]
        # Nodes are not ready without them, and EKS waits until they are.
        ready = pulumi.ResourceOptions.merge(there, pulumi.ResourceOptions(depends_on=early))
        nodes_there = tuple(
            NodeGroup(
                f"{name}-{kind}",
                NodeGroupArgs(
                    cluster=self.cluster,
                    cluster_name=args.cluster,
                    group=kind,
                    version=args.version,
                    release=args.node_release,
                    role_arn=nodes.arn,
                    subnet_ids=args.subnet_ids,
                    instance_type=machines.instance_type,
                    minimum=machines.minimum,
                    maximum=machines.maximum,
                    labels={args.label: kind},
                    taints={args.label: kind} if machines.reserved else {},
                    disk_key_arn=args.key_arn,
                    tags=args.tags,
                ),
                opts=ready,
            )
            for kind, machines in args.machines.items()
        )
        # They have no place to run before there are nodes.
        late = pulumi.ResourceOptions(parent=self, depends_on=[*nodes_there])
        for addon in ADDONS:
            if not addon.before_nodes:
                self._addon(addon, late)
        self.name, self.version = args.cluster, args.version
        self.kubeconfig = self.cluster.kubeconfig_json
        self.log_group = logs.name
        self.register_outputs(
            {
                "kubeconfig": self.kubeconfig,
                "logGroup": self.log_group,
                "name": self.name,
                "version": self.version,
            }
        )

    @property
    def cluster(self) -> eks.Cluster:
        """The cluster itself. What lives in it goes with it, and is not deleted one by one.

        No output: the engine would be asked for it before it is there again.
        """
        return self._cluster

    def _entries(self) -> dict[str, eks.AccessEntryArgs]:
        entries = {
            "break-glass": eks.AccessEntryArgs(
                principal_arn=self._args.break_glass,
                access_policies={
                    "administrator": eks.AccessPolicyAssociationArgs(
                        policy_arn=ADMINISTRATOR,
                        access_scope=aws_eks.AccessPolicyAssociationAccessScopeArgs(type="cluster"),
                    )
                },
            )
        }
        for group, role in self._args.groups.items():
            entries[group.rpartition(":")[2]] = eks.AccessEntryArgs(
                principal_arn=role, kubernetes_groups=[group]
            )
        return entries

    def _role(self, label: str, *, service: str, policies: Sequence[str]) -> ServiceRole:
        args = self._args
        return ServiceRole(
            f"{self._name}-{label}",
            ServiceRoleArgs(
                role=f"{args.cluster}-{label}",
                service=service,
                account=args.account,
                boundary=args.boundary,
                managed_policies=policies,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _addon(self, addon: Addon, opts: pulumi.ResourceOptions) -> aws_eks.Addon:
        args = self._args
        identities: list[aws_eks.AddonPodIdentityAssociationArgs] = []
        if addon.identity is not None:
            role = self._role(
                addon.name, service="pods.eks.amazonaws.com", policies=(addon.identity.policy,)
            )
            identities.append(
                aws_eks.AddonPodIdentityAssociationArgs(
                    role_arn=role.arn, service_account=addon.identity.service_account
                )
            )
        return aws_eks.Addon(
            f"{self._name}-{addon.name}",
            cluster_name=args.cluster,
            addon_name=addon.name,
            addon_version=addon.versions[args.version],
            configuration_values=addon.configuration,
            pod_identity_associations=identities,
            # What was changed by hand is put right, as everywhere.
            resolve_conflicts_on_create="OVERWRITE",
            resolve_conflicts_on_update="OVERWRITE",
            opts=opts,
        )


def hardened(*, remote: RemoteNetworks | None, protect: bool) -> pulumi.ResourceTransform:
    """What pulumi-eks has no setting for, said of the cluster itself, out of its component's reach.

    Whoever makes a cluster would be its administrator: that is taken back. And the cluster alone is
    protected, where the component's protection would be that of every access entry too.

    Args:
        remote: Where its hybrid nodes are.
        protect: Whether the cluster is protected from deletion.
    """

    def harden(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != "aws:eks/cluster:Cluster":
            return None
        props = dict(args.props)
        access: Any = props["accessConfig"]
        props["accessConfig"] = {**access, "bootstrapClusterCreatorAdminPermissions": False}
        if remote is not None:
            props["remoteNetworkConfig"] = {
                "remoteNodeNetworks": {"cidrs": [str(remote.nodes)]},
                "remotePodNetworks": {"cidrs": [str(remote.pods)]},
            }
        args.opts.protect = protect
        return pulumi.ResourceTransformResult(props, args.opts)

    return harden
