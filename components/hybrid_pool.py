"""Nodes in a data centre: virtual machines that register with AWS and join the cluster.

Owns a pool's share of the hosts, its machines, what keeps them apart, and the activation of each.
"""

import base64
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

import pulumi
import pulumi_vsphere as vsphere
from pulumi_aws import ssm

from components._node_setup import Joining, Wiring, addresses, meta_data, user_data
from components.hybrid_identity import CLUSTER_TAG, HybridIdentity
from components.vsphere_site import VSphereSite

_MIB = 1024
"""Of a GiB."""

_ISOLATED = {
    # What is on a node's console stays there (VMware's security configuration guide).
    "isolation.tools.copy.disable": "TRUE",
    "isolation.tools.paste.disable": "TRUE",
    "isolation.tools.dnd.disable": "TRUE",
    "isolation.tools.setGUIOptions.enable": "FALSE",
}


@dataclass(frozen=True, kw_only=True)
class HybridPoolArgs:
    """What a pool is made of.

    Args:
        site: Where it is.
        pool: Its name in the site.
        identity: Who its machines are.
        joining: The cluster, and what its nodes are there.
        template: The template's name: with another one, nodes are made anew.
        wiring: The network.
        own_addresses: The range whose first addresses its nodes have, one each.
        nodes: How many there are.
        cpus: Of each.
        core_mhz: What one of them is, in MHz.
        memory_gib: Of each.
        disk_gib: Of each.
        reserved: Whether CPU and memory are its own, whatever else runs on the hosts.
    """

    site: VSphereSite
    pool: str
    identity: HybridIdentity
    joining: Joining
    template: str
    wiring: Wiring
    own_addresses: IPv4Network
    nodes: int
    cpus: int
    core_mhz: int
    memory_gib: int
    disk_gib: int
    reserved: bool


class HybridPool(pulumi.ComponentResource):
    """Machines that start only as signed and stay encrypted, each on a host of its own."""

    nodes: dict[str, str]
    """The name of each node, and its address."""
    cpu_reservation: int
    """What is the pool's own, in MHz."""
    memory_reservation: int
    """What is the pool's own, in MiB."""

    def __init__(
        self, name: str, args: HybridPoolArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:HybridPool", name, {}, opts)
        self._name, self._args = name, args
        own = pulumi.ResourceOptions(parent=self)
        site, reserved = args.site, int(args.reserved)
        self.cpu_reservation = reserved * args.nodes * args.cpus * args.core_mhz
        self.memory_reservation = reserved * args.nodes * args.memory_gib * _MIB
        self._tag = vsphere.Tag(
            f"{name}-tag",
            name=args.pool,
            category_id=site.pool_category_id,
            description="Nodes of one pool.",
            opts=own,
        )
        self._pool = vsphere.ResourcePool(
            f"{name}-resources",
            name=f"{site.prefix}-{args.pool}",
            parent_resource_pool_id=site.root_pool_id,
            cpu_reservation=self.cpu_reservation,
            memory_reservation=self.memory_reservation,
            # What the hypervisor needs for a machine comes on top of what the machine has.
            cpu_expandable=True,
            memory_expandable=True,
            tags=[self._tag.id],
            opts=own,
        )
        found = addresses(args.own_addresses, args.nodes)
        machines = {
            f"{site.prefix}-{args.pool}-{number}": address
            for number, address in enumerate(found, 1)
        }
        made = [
            self._machine(number, node, address)
            for number, (node, address) in enumerate(machines.items(), 1)
        ]
        # One machine is apart from nothing, and vCenter takes no such rule.
        if args.nodes > 1:
            vsphere.ComputeClusterVmAntiAffinityRule(
                f"{name}-apart",
                name=f"{site.prefix}-{args.pool}-apart",
                compute_cluster_id=site.cluster_id,
                virtual_machine_ids=[machine.id for machine in made],
                enabled=True,
                # Rather no node than two that one host takes along.
                mandatory=True,
                opts=own,
            )
        self.nodes = {node: str(address) for node, address in machines.items()}
        self.register_outputs(
            {
                "cpuReservation": self.cpu_reservation,
                "memoryReservation": self.memory_reservation,
                "nodes": self.nodes,
            }
        )

    def _machine(self, number: int, node: str, address: IPv4Address) -> vsphere.VirtualMachine:
        args, site = self._args, self._args.site
        reserved = int(args.reserved)
        return vsphere.VirtualMachine(
            f"{self._name}-node{number}",
            name=node,
            annotation=f"Node of {args.joining.cluster}; made by corebank.",
            folder=site.folder,
            resource_pool_id=self._pool.id,
            datastore_id=site.datastore_id,
            storage_policy_id=site.policy_id,
            clone={"template_uuid": site.template_id},
            guest_id=site.guest_id,
            firmware="efi",
            efi_secure_boot_enabled=True,
            vtpm={"version": "2.0"},
            num_cpus=args.cpus,
            cpu_reservation=reserved * args.cpus * args.core_mhz,
            memory=args.memory_gib * _MIB,
            memory_reservation=reserved * args.memory_gib * _MIB,
            memory_reservation_locked_to_max=args.reserved,
            scsi_type="pvscsi",
            disks=[{"label": "disk0", "size": args.disk_gib, "storage_policy_id": site.policy_id}],
            network_interfaces=[{"network_id": site.network_id, "adapter_type": "vmxnet3"}],
            extra_config={
                **_ISOLATED,
                "guestinfo.metadata": _encoded(meta_data(node, address, args.wiring)),
                "guestinfo.metadata.encoding": "base64",
                "guestinfo.userdata": self._joining(number, node),
                "guestinfo.userdata.encoding": "base64",
            },
            # It is read at the first start only, so a change of it is no reason for another.
            extra_config_reboot_required=False,
            # Whether a node has joined is the cluster's to tell.
            wait_for_guest_net_timeout=0,
            tags=[site.site_tag_id, self._tag.id],
            # The next one has the same name and the same address.
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _joining(self, number: int, node: str) -> pulumi.Output[str]:
        """What the machine is told to do, with a code that works once, for a day at most."""
        args = self._args
        activation = ssm.Activation(
            f"{self._name}-node{number}-activation",
            name=node,
            # A machine made anew needs a new code, and another description makes one.
            description=f"{node} from {args.template}",
            iam_role=args.identity.role_name,
            registration_limit=1,
            tags={CLUSTER_TAG: args.identity.cluster_arn},
            opts=pulumi.ResourceOptions(parent=self, additional_secret_outputs=["activationCode"]),
        )
        code = pulumi.Output.secret(activation.activation_code)
        return pulumi.Output.all(activation.id, code).apply(
            lambda known: _encoded(
                user_data(args.joining, activation_id=known[0], activation_code=known[1])
            )
        )


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
