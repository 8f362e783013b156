"""The shape of a stack file: its keys, and the type each becomes.

Owns names and types. What a value may be is in ``_fields`` and ``_allowed``, how values must
agree in ``_cross_checks``. Holds no secrets and no Outputs: a stack file is plain text.
"""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from types import MappingProxyType
from typing import Annotated, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    field_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from settings import _account_fields as account
from settings import _cluster_fields as cluster
from settings import _database_fields as database
from settings import _evidence_fields as evidence
from settings import _fields as read
from settings import _link_fields as link
from settings import _vsphere_fields as vsphere
from settings._allowed import (
    FEWEST_DRIVES,
    LARGEST_BUDGET,
    MOST_BROKERS,
    MOST_CORES,
    MOST_DISK_GIB,
    MOST_DRIVE_GIB,
    MOST_DRIVES,
    MOST_HOST_GIB,
    MOST_HOSTS,
    MOST_INSTANCES,
    MOST_MHZ,
    MOST_NODES,
    MOST_VOLUME_GIB,
    SMALLEST_DISK_GIB,
    SMALLEST_NODE_GIB,
    VLANS,
)
from settings._words import Environment, Lock, NatGateways, Through

Value = TypeVar("Value")

Region = Annotated[str, PlainValidator(read.region)]
Network = Annotated[IPv4Network, PlainValidator(read.network)]
OwnNetwork = Annotated[IPv4Network, PlainValidator(read.own_network)]
ZoneBlock = Annotated[IPv4Network, PlainValidator(read.zone_block)]
Name = Annotated[str, PlainValidator(read.name)]
Tag = Annotated[str, PlainValidator(read.tag)]
Role = Annotated[str, PlainValidator(account.role)]
DnsName = Annotated[str, PlainValidator(account.dns_name)]
Servers = Annotated[tuple[IPv4Address, ...], PlainValidator(account.servers)]
Days = Annotated[timedelta, PlainValidator(account.days)]
NodeCount = Annotated[int, PlainValidator(read.whole(1, MOST_NODES))]
BrokerCount = Annotated[int, PlainValidator(read.whole(1, MOST_BROKERS))]
InventoryName = Annotated[str, PlainValidator(vsphere.inventory_name)]
ClusterName = Annotated[str, PlainValidator(database.cluster_name)]
Origin = Annotated[database.Origin, PlainValidator(database.origin)]
Connection = Annotated[str, PlainValidator(link.connection)]
Vlan = Annotated[int, PlainValidator(read.whole(*VLANS))]
Device = Annotated[str, PlainValidator(link.device)]
Tunnels = Annotated[IPv4Network, PlainValidator(link.tunnels)]
OwnNumber = Annotated[int, PlainValidator(link.own_number)]


def _by_name(entries: Mapping[str, Value]) -> Mapping[str, Value]:
    return MappingProxyType(dict(sorted(entries.items())))


# Sorted, because the engine sorts a mapping and a stack file need not.
Zones = Annotated[Mapping[Name, ZoneBlock], AfterValidator(_by_name)]
Neighbours = Annotated[Mapping[Name, Network], AfterValidator(_by_name)]
Forward = Annotated[Mapping[DnsName, Servers], AfterValidator(_by_name)]
Clusters = Annotated[Mapping[ClusterName, Origin], AfterValidator(_by_name)]
Connections = Annotated[Mapping[Connection, Vlan], AfterValidator(_by_name)]
Devices = Annotated[Mapping[Device, Tunnels], AfterValidator(_by_name)]


class Section(BaseModel):
    """A mapping of known keys, written in camelCase in the stack file."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    @field_validator("*")
    @classmethod
    def _remember(cls, value: object, info: ValidationInfo) -> object:
        """Notes each value that was read, for the checks that can run beside a wrong one."""
        if info.context is not None and info.field_name is not None:
            info.context.setdefault(cls, {})[info.field_name] = value
        return value


def section_of(field: FieldInfo) -> type[Section] | None:
    """The section that a field holds, one that may be left out included; None for a value."""
    return None if get_origin(field.annotation) is Mapping else _section_in(field)


def entry_of(field: FieldInfo) -> type[Section] | None:
    """The section that each entry of a mapping is; None where a field is no such mapping."""
    return _section_in(field) if get_origin(field.annotation) is Mapping else None


def _section_in(field: FieldInfo) -> type[Section] | None:
    kinds: tuple[object, ...] = get_args(field.annotation) or (field.annotation,)
    return next((it for it in kinds if isinstance(it, type) and issubclass(it, Section)), None)


class PeopleSettings(Section):
    """IAM roles that people take on, made outside of the program."""

    auditor: Role = Field(examples=["arn:aws:iam::111111111111:role/corebank-auditor"])
    """Reads evidence and logs, and changes nothing."""
    break_glass: Role = Field(examples=["arn:aws:iam::111111111111:role/corebank-break-glass"])
    """Does what delivery may not, when it has to be done; every use is an event."""
    operator: Role = Field(examples=["arn:aws:iam::111111111111:role/corebank-operator"])
    """Keeps workloads running: restarts, scales, moves them; sees no secret, grants nothing."""
    viewers: Annotated[str, PlainValidator(account.roles_by_domain)] = Field(
        examples=["arn:aws:iam::111111111111:role/corebank-viewer-*"]
    )
    """Sees one domain's workloads and their logs; ``*`` stands for the domain's name."""

    def viewer(self, domain: str) -> str:
        """ARN of the role of those who see this domain's workloads."""
        return self.viewers.replace(account.EACH_DOMAIN, domain)


class OrganisationSettings(Section):
    """The organisation whose policies hold over the account, whoever administers it."""

    management_role: Role = Field(examples=["arn:aws:iam::444444444444:role/corebank-guardrails"])
    """A role in the management account that may write policies and attach them."""


class DeliverySettings(Section):
    """Where the program comes from, and where its state is."""

    issuer: Annotated[str, PlainValidator(account.issuer)] = Field(
        examples=["https://token.actions.githubusercontent.com"]
    )
    """Vouches for the jobs of the code host."""
    repository: Annotated[str, PlainValidator(account.repository)] = Field(
        examples=["example-bank/corebank"]
    )
    branch: Annotated[str, PlainValidator(account.branch)] = Field(examples=["main"])
    """The only branch that is applied."""
    state_bucket: Annotated[str, PlainValidator(account.bucket)] = Field(
        examples=["corebank-state-111111111111"]
    )
    state_key: Annotated[str, PlainValidator(account.key)] = Field(
        examples=["arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-4000-8000-000000000001"]
    )


class NetworkSettings(Section):
    """The stack's own network and those around it."""

    cidr: OwnNetwork = Field(examples=["10.16.0.0/16"])
    zones: Zones = Field(examples=["{eu-west-1a: 10.16.0.0/18}"])
    """Availability zone to its block. All its subnets are cut out of it, so a zone's addresses
    depend on its own entry only."""
    nat_gateways: Annotated[NatGateways, PlainValidator(read.word(NatGateways))] = Field(
        examples=["per-zone"]
    )
    neighbours: Neighbours = Field(examples=["{on-premises: 10.128.0.0/12}"])
    """Networks that this one is routed to or may be, by the name of their owner."""

    @property
    def nat_zones(self) -> tuple[str, ...]:
        """The zones with a NAT gateway: all of them, or the first by name."""
        zones = tuple(self.zones)
        return zones if self.nat_gateways is NatGateways.PER_ZONE else zones[:1]

    def neighbour_of(self, part: IPv4Network) -> str:
        """The neighbour whose network these addresses are a part of; empty if there is none."""
        return next((it for it, block in self.neighbours.items() if part.subnet_of(block)), "")


class DnsSettings(Section):
    """Names: the stack's own, those asked for elsewhere, and those that may be resolved at all."""

    zone: DnsName = Field(examples=["sandbox.bank.internal"])
    forward: Forward = Field(examples=["{corp.bank.internal: [10.128.0.53, 10.129.0.53]}"])
    """Names on-premises to the servers that know them; none where there are none."""
    allowed_names: Annotated[tuple[str, ...], PlainValidator(account.names)] = Field(
        examples=['["*"]']
    )
    """Resolved beside the stack's own zone and the forwarded names; ``*`` alone means all."""


class ArchiveSettings(Section):
    """How long what happened in the account is kept."""

    lock: Annotated[Lock, PlainValidator(read.word(Lock))] = Field(examples=["compliance"])
    locked_for: Days = Field(examples=["7y"])
    """In whole days; a year is 365.25 of them, rounded up."""
    kept_for: Days = Field(examples=["7y"])


class BackupSettings(Section):
    """How long backups are kept, in both regions."""

    kept_for: Days = Field(examples=["35d"])


class BudgetSettings(Section):
    """What the account may cost, and who is told."""

    monthly_usd: Annotated[int, PlainValidator(read.whole(1, LARGEST_BUDGET))] = Field(
        examples=[3000]
    )
    alarms_to: Annotated[str, PlainValidator(account.email)] = Field(
        examples=["platform-engineering@bank.example"]
    )


class NodeGroupSettings(Section):
    """Machines of one kind, spread over the zones."""

    instance_type: Annotated[str, PlainValidator(cluster.instance_type)] = Field(
        examples=["m7i.xlarge"]
    )
    minimum: NodeCount = Field(examples=[2])
    """How many there are at first, and at least."""
    maximum: NodeCount = Field(examples=[6])


class CriticalNodes(NodeGroupSettings):
    """For what stops money, and protection against fraud, when it stops."""


class CoreNodes(NodeGroupSettings):
    """For what stops new business when it stops."""


class StandardNodes(NodeGroupSettings):
    """For the rest, and for what the cluster itself needs."""


class NodeGroups(Section):
    """The machines by the tier of what runs on them."""

    critical: CriticalNodes
    core: CoreNodes
    standard: StandardNodes


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


Pools = Annotated[Mapping[Name, PoolSettings], AfterValidator(_by_name)]


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
                " diskGiB: 80, reserved: true}}"
            )
        ]
    )
    """The nodes, by the name of their pool."""


class ClusterSettings(Section):
    """The Kubernetes cluster that runs the bank's services."""

    version: Annotated[str, PlainValidator(cluster.kubernetes_version)] = Field(examples=['"1.35"'])
    """The minor version of the control plane and its nodes, in quotes."""
    node_release: Annotated[str, PlainValidator(cluster.node_release)] = Field(
        examples=["1.65.0-0be31b34"]
    )
    """The release of Bottlerocket on the nodes; another one replaces them, one after the other."""
    service_network: Annotated[IPv4Network, PlainValidator(cluster.service_network)] = Field(
        examples=["172.20.0.0/16"]
    )
    """Addresses of services inside the cluster, which nothing else may have."""
    node_groups: NodeGroups


class KafkaSettings(Section):
    """The Kafka cluster that carries the bank's events."""

    version: Annotated[str, PlainValidator(read.kafka_version)] = Field(examples=["3.9.x"])
    instance_type: Annotated[str, PlainValidator(read.broker_type)] = Field(
        examples=["kafka.m7g.large"]
    )
    brokers: BrokerCount = Field(examples=[3])
    """Over all zones together; each zone has as many."""
    volume_gib: Annotated[int, PlainValidator(read.whole(1, MOST_VOLUME_GIB))] = Field(
        alias="volumeGiB", examples=[100]
    )
    """Disk of each broker, in GiB, when the cluster is made."""
    grows_to_gib: Annotated[int, PlainValidator(read.whole(1, MOST_VOLUME_GIB))] = Field(
        alias="growsToGiB", examples=[100]
    )
    """Where each disk stops growing by itself, in GiB; equal to ``volume_gib`` it never grows."""
    replication: BrokerCount = Field(examples=[3])
    """Copies of each record."""
    min_insync_replicas: BrokerCount = Field(examples=[2])
    """Copies that must be written before a producer is told that its record is safe."""


class DatabaseSettings(Section):
    """The PostgreSQL clusters that hold what domains keep; each is of the same make."""

    clusters: Clusters = Field(examples=["{corebank: new}"])
    """A cluster's name to what it starts with: ``new``, a snapshot's ARN, or ``<cluster> at
    <time>``. A restored one stands beside the one it was restored from."""
    serving: ClusterName = Field(examples=["corebank"])
    """The cluster that clients are led to."""
    engine_version: Annotated[str, PlainValidator(database.engine_version)] = Field(
        examples=['"17"']
    )
    """PostgreSQL's major version."""
    instance_class: Annotated[str, PlainValidator(database.instance_class)] = Field(
        examples=["db.r7g.large"]
    )
    instances: Annotated[int, PlainValidator(read.whole(1, MOST_INSTANCES))] = Field(examples=[2])
    """Of each cluster: a writer, and readers that can take over from it."""
    backups_kept_for: Annotated[timedelta, PlainValidator(database.backups)] = Field(
        examples=["7d"]
    )
    """How far back any second can be restored."""
    activity_stream: Annotated[bool, PlainValidator(read.flag)] = Field(examples=["true"])
    """Whether what is done in the database is recorded as it happens."""
    proxy: Annotated[bool, PlainValidator(read.flag)] = Field(examples=["true"])
    """Whether clients share connections, and keep them while another instance takes over."""


class VaultSettings(Section):
    """The Vault that hands out secrets."""

    address: Annotated[str, PlainValidator(read.address)] = Field(
        examples=["https://vault.sandbox.bank.internal:8200"]
    )
    token_ttl: Annotated[timedelta, PlainValidator(read.token_life)] = Field(examples=["1h"])


class EvidenceSettings(Section):
    """The store of what the bank has to be able to prove, from which nobody can delete."""

    endpoint: Annotated[str, PlainValidator(read.address)] = Field(
        examples=["https://evidence.sandbox.bank.internal:9000"]
    )
    chart: Annotated[str, PlainValidator(evidence.chart)] = Field(
        examples=["oci://registry.corp.bank.internal/charts/minio"]
    )
    version: Annotated[str, PlainValidator(evidence.chart_version)] = Field(examples=["5.4.0"])
    """The chart's."""
    image: Annotated[str, PlainValidator(evidence.image)] = Field(
        examples=[f"registry.corp.bank.internal/minio@sha256:{'0' * 64}"]
    )
    drives: Annotated[int, PlainValidator(read.whole(FEWEST_DRIVES, MOST_DRIVES))] = Field(
        examples=[FEWEST_DRIVES]
    )
    """Spread over the machines."""
    drive_gib: Annotated[int, PlainValidator(read.whole(1, MOST_DRIVE_GIB))] = Field(
        alias="driveGiB", examples=[100]
    )
    """Each drive's size, in GiB; half of all is what the store holds."""
    lock: Annotated[Lock, PlainValidator(read.word(Lock))] = Field(examples=["compliance"])
    locked_for: Days = Field(examples=["7y"])
    """In whole days; what is locked longer says so itself."""
    replica: Annotated[bool, PlainValidator(read.flag)] = Field(examples=["true"])
    """Whether it is copied into a locked bucket in the second region."""


class Tags(Section):
    """Who answers for the stack and who pays; put on everything that takes tags."""

    owner: Tag = Field(examples=["platform-engineering"])
    cost_centre: Tag = Field(examples=['"4711"'])


class Settings(Section):
    """One stack file, read and found in order."""

    environment: Annotated[Environment, PlainValidator(read.word(Environment))] = Field(
        examples=["sandbox"]
    )
    """Equal to the stack's name."""
    through: Annotated[Through, PlainValidator(read.word(Through))] = Through.DOMAINS
    account: Annotated[str, PlainValidator(read.account)] = Field(examples=['"111111111111"'])
    """The only AWS account the stack may be built in: 12 digits."""
    region: Region = Field(examples=["eu-west-1"])
    second_region: Region = Field(examples=["eu-central-1"])
    """Where copies go that must survive the loss of ``region``."""
    protect: Annotated[bool, PlainValidator(read.flag)] = Field(examples=["true"])
    """Whether stateful things are protected from deletion."""
    people: PeopleSettings
    organisation: OrganisationSettings | None = None
    """None where no management account is known: then nothing holds over the account's own."""
    delivery: DeliverySettings
    network: NetworkSettings
    on_premises: OnPremisesSettings | None = None
    """None where everything runs in the cloud."""
    dns: DnsSettings
    archive: ArchiveSettings
    backups: BackupSettings
    budget: BudgetSettings
    cluster: ClusterSettings
    kafka: KafkaSettings
    database: DatabaseSettings
    vault: VaultSettings
    evidence: EvidenceSettings
    tags: Tags
