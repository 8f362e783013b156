"""The data centre's part of a stack file: its keys, and the type each becomes. As ``_model`` is."""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from settings import _fields as read
from settings import _link_fields as link
from settings import _vsphere_fields as vsphere
from settings._allowed import (
    MOST_CORES,
    MOST_DISK_GIB,
    MOST_HOST_GIB,
    MOST_HOSTS,
    MOST_MHZ,
    SMALLEST_DISK_GIB,
    SMALLEST_NODE_GIB,
    VLANS,
)
from settings._section import DnsName, Name, Network, Section, by_name

InventoryName = Annotated[str, PlainValidator(vsphere.inventory_name)]
Connection = Annotated[str, PlainValidator(link.connection)]
Vlan = Annotated[int, PlainValidator(read.whole(*VLANS))]
Device = Annotated[str, PlainValidator(link.device)]
Tunnels = Annotated[IPv4Network, PlainValidator(link.tunnels)]
OwnNumber = Annotated[int, PlainValidator(link.own_number)]
Connections = Annotated[Mapping[Connection, Vlan], AfterValidator(by_name)]
Devices = Annotated[Mapping[Device, Tunnels], AfterValidator(by_name)]


class LinkSettings(Section):
    """The way to the data centre: Direct Connect, and VPN over the internet behind it."""

    data_centre_asn: Annotated[int, PlainValidator(link.their_number)] = Field(examples=[65010])
    """The data centre's number in BGP, on both ways."""
    direct_connect_asn: OwnNumber = Field(examples=[64532])
    """The Direct Connect gateway's."""
    transit_gateway_asn: OwnNumber = Field(examples=[64533])
    """The transit gateway's, which VPN connections end at."""
    connections: Connections = Field(examples=["{dxcon-fg5678gh: 110}"])
    """Connections of Direct Connect to the VLAN that is the stack's on it."""
    gateways: Devices = Field(examples=["{203.0.113.10: 169.254.32.0/29}"])
    """The data centre's VPN devices, by their public address, to the addresses inside the two
    tunnels to each."""


class HostsSettings(Section):
    """The machines of the data centre's compute cluster; all are alike."""

    number: Annotated[int, PlainValidator(read.whole(1, MOST_HOSTS))] = Field(examples=[4])
    cores: Annotated[int, PlainValidator(read.whole(1, MOST_CORES))] = Field(examples=[64])
    """Physical ones, of each."""
    core_mhz: Annotated[int, PlainValidator(read.whole(1000, MOST_MHZ))] = Field(examples=[2600])
    """Clock of a core, in MHz: what vSphere counts CPU in."""
    memory_gib: Annotated[int, PlainValidator(read.whole(1, MOST_HOST_GIB))] = Field(
        alias="memoryGiB", examples=[1024]
    )
    """Memory of each, in GiB."""


class VCenterSettings(Section):
    """The vCenter of the data centre, and what of its inventory nodes are made from."""

    server: DnsName = Field(examples=["vcenter.corp.bank.internal"])
    allow_unverified_ssl: Annotated[bool, PlainValidator(vsphere.verified)] = False
    """Never: it is known so that whoever writes it is told."""
    datacenter: InventoryName = Field(examples=["dublin"])
    cluster: InventoryName = Field(examples=["corebank-staging"])
    """The compute cluster that nodes run on."""
    hosts: HostsSettings
    datastore: InventoryName = Field(examples=["corebank-staging"])
    encryption_policy: InventoryName = Field(examples=["VM Encryption Policy"])
    """The storage policy that encrypts disks and the virtual machine's own files."""
    switch: InventoryName = Field(examples=["corebank"])
    """The distributed switch that the nodes' network is on."""
    vlan: Vlan = Field(examples=[116])
    template: InventoryName = Field(examples=["corebank-node-1.35"])
    """What nodes are cloned from: an operating system with cloud-init and ``nodeadm``."""
    operators: Annotated[str, PlainValidator(vsphere.group)] = Field(
        examples=["BANK\\corebank-operators"]
    )
    """The people who may see nodes in vCenter, and switch them on and off."""


class PoolSettings(Section):
    """Nodes of one kind, no two of them on one host."""

    addresses: Network = Field(examples=["10.128.16.16/28"])
    """Theirs alone, every one of them from the first: a part of the nodes' network."""
    nodes: Annotated[int, PlainValidator(read.whole(1, MOST_HOSTS))] = Field(examples=[2])
    cpus: Annotated[int, PlainValidator(read.whole(1, MOST_CORES))] = Field(examples=[8])
    """Of each node; one is as much as a core of a host."""
    memory_gib: Annotated[int, PlainValidator(read.whole(SMALLEST_NODE_GIB, MOST_HOST_GIB))] = (
        Field(alias="memoryGiB", examples=[32])
    )
    disk_gib: Annotated[int, PlainValidator(read.whole(SMALLEST_DISK_GIB, MOST_DISK_GIB))] = Field(
        alias="diskGiB", examples=[80]
    )
    reserved: Annotated[bool, PlainValidator(read.flag)] = Field(examples=["true"])
    """Whether CPU and memory are its own, whatever else runs: for what is confidential, or must
    answer in a time that is known."""
    domains: Annotated[tuple[str, ...], PlainValidator(read.several(read.name))] = Field(
        examples=["[payments]"]
    )
    """Names of the domains that run here, and nowhere else."""


Pools = Annotated[Mapping[Name, PoolSettings], AfterValidator(by_name)]


class OnPremisesSettings(Section):
    """The data centre's part of the cluster: its hybrid nodes."""

    nodes: Network = Field(examples=["10.128.16.0/24"])
    """Addresses of the nodes; a part of the neighbour that the data centre is. It is one network:
    its first address is the gateway."""
    pods: Network = Field(examples=["10.130.0.0/16"])
    """Addresses of the pods on them; a part of the same neighbour."""
    link: LinkSettings
    vcenter: VCenterSettings
    pools: Pools = Field(
        examples=[
            (
                "{payments: {addresses: 10.128.16.16/28, nodes: 2, cpus: 8, memoryGiB: 32,"
                " diskGiB: 80, reserved: true, domains: [payments]}}"
            )
        ]
    )
    """The nodes, by the name of their pool."""
