"""A cluster's place in vSphere: its folder, its network, its tags, and who may operate it.

Owns what all pools of a site share. Looks up, and leaves alone, what the data centre has for
everybody: hosts, storage, the switch, the template and the storage policy.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_vsphere as vsphere

OPERATORS_PRIVILEGES = (
    "System.Anonymous",
    "System.Read",
    "System.View",
    "VirtualMachine.Interact.PowerOff",
    "VirtualMachine.Interact.PowerOn",
    "VirtualMachine.Interact.Reset",
)
"""To see a machine and to switch it on and off. No console, no settings, no disks."""


@dataclass(frozen=True, kw_only=True)
class VSphereSiteArgs:
    """What a site is made of, by names in vCenter's inventory.

    Args:
        prefix: Begins the name of all that is made: nothing else in vCenter is called so.
        datacenter: The data centre.
        cluster: The compute cluster.
        datastore: Where machines' files are.
        encryption_policy: The storage policy that encrypts them.
        switch: The distributed switch.
        vlan: The nodes' network on it.
        template: What nodes are cloned from.
        operators: The group of people that may see and switch nodes, with its directory.
    """

    prefix: str
    datacenter: str
    cluster: str
    datastore: str
    encryption_policy: str
    switch: str
    vlan: int
    template: str
    operators: str


class VSphereSite(pulumi.ComponentResource):
    """A folder for nodes, on a network whose ports pass on nothing but a machine's own."""

    prefix: str
    """Begins the name of all that is made."""
    cluster_id: pulumi.Output[str]
    """The compute cluster's id."""
    root_pool_id: pulumi.Output[str]
    """The resource pool that the whole cluster is."""
    datastore_id: pulumi.Output[str]
    """Where machines' files are."""
    policy_id: pulumi.Output[str]
    """The storage policy that encrypts them."""
    template_id: pulumi.Output[str]
    """UUID of what nodes are cloned from."""
    guest_id: pulumi.Output[str]
    """The template's operating system."""
    network_id: pulumi.Output[str]
    """The nodes' port group."""
    folder: pulumi.Output[str]
    """The path of the nodes' folder."""
    pool_category_id: pulumi.Output[str]
    """The category whose tags say of which pool a machine is."""
    site_tag_id: pulumi.Output[str]
    """The tag of all machines of this site."""

    def __init__(
        self, name: str, args: VSphereSiteArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VSphereSite", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        self._find(args)
        site, pool = (
            vsphere.TagCategory(
                f"{name}-{label}-category",
                name=f"{args.prefix}-{label}",
                description=what,
                cardinality="SINGLE",
                associable_types=kinds,
                opts=own,
            )
            for label, what, kinds in (
                ("site", "Whose nodes these are.", ["Folder", "VirtualMachine"]),
                ("pool", "Of which pool a node is.", ["ResourcePool", "VirtualMachine"]),
            )
        )
        tag = vsphere.Tag(
            f"{name}-tag",
            name=args.prefix,
            category_id=site.id,
            description="Made by corebank; changed by hand it is put right again.",
            opts=own,
        )
        folder = vsphere.Folder(
            f"{name}-folder",
            path=args.prefix,
            type="vm",
            datacenter_id=self._datacenter_id,
            tags=[tag.id],
            opts=own,
        )
        network = vsphere.DistributedPortGroup(
            f"{name}-network",
            name=f"{args.prefix}-nodes",
            description="Nodes of the cluster.",
            distributed_virtual_switch_uuid=self._switch_id,
            vlan_id=args.vlan,
            # A machine sees what is sent to it, and sends in no other's name.
            allow_promiscuous=False,
            allow_forged_transmits=False,
            allow_mac_changes=False,
            # And no port is an exception.
            security_policy_override_allowed=False,
            vlan_override_allowed=False,
            opts=own,
        )
        role = vsphere.Role(
            f"{name}-operators",
            name=f"{args.prefix}-operators",
            role_privileges=list(OPERATORS_PRIVILEGES),
            opts=own,
        )
        vsphere.EntityPermissions(
            f"{name}-permissions",
            entity_id=folder.id,
            entity_type="Folder",
            permissions=[
                {
                    "user_or_group": args.operators,
                    "is_group": True,
                    "propagate": True,
                    "role_id": role.id,
                }
            ],
            opts=own,
        )
        self.prefix, self.folder, self.network_id = args.prefix, folder.path, network.id
        self.pool_category_id, self.site_tag_id = pool.id, tag.id
        self.register_outputs(
            {
                "clusterId": self.cluster_id,
                "datastoreId": self.datastore_id,
                "folder": self.folder,
                "guestId": self.guest_id,
                "networkId": self.network_id,
                "policyId": self.policy_id,
                "poolCategoryId": self.pool_category_id,
                "prefix": self.prefix,
                "rootPoolId": self.root_pool_id,
                "siteTagId": self.site_tag_id,
                "templateId": self.template_id,
            }
        )

    def _find(self, args: VSphereSiteArgs) -> None:
        """Looks up what was there before."""
        ours: Any = pulumi.InvokeOutputOptions(parent=self)
        datacenter = vsphere.get_datacenter_output(name=args.datacenter, opts=ours)
        self._datacenter_id = datacenter.id
        cluster = vsphere.get_compute_cluster_output(
            name=args.cluster, datacenter_id=datacenter.id, opts=ours
        )
        self.cluster_id, self.root_pool_id = cluster.id, cluster.resource_pool_id
        self.datastore_id = vsphere.get_datastore_output(
            name=args.datastore, datacenter_id=datacenter.id, opts=ours
        ).id
        self.policy_id = vsphere.get_policy_output(name=args.encryption_policy, opts=ours).id
        self._switch_id = vsphere.get_distributed_virtual_switch_output(
            name=args.switch, datacenter_id=datacenter.id, opts=ours
        ).id
        template = vsphere.get_virtual_machine_output(
            name=args.template, datacenter_id=datacenter.id, opts=ours
        )
        self.template_id, self.guest_id = template.id, template.guest_id
