"""The shape of a stack file: its keys, and the type each becomes.

Owns names and types. What a value may be is in ``_fields`` and ``_allowed``, how values must
agree in ``_cross_checks``. Holds no secrets and no Outputs: a stack file is plain text.
"""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from types import MappingProxyType
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator

from settings import _account_fields as account
from settings import _cluster_fields as cluster
from settings import _database_fields as database
from settings import _fields as read
from settings import _release_fields as release
from settings import _siem_fields as siem
from settings._allowed import (
    FEWEST_DRIVES,
    LARGEST_BUDGET,
    MOST_BROKERS,
    MOST_DRIVE_GIB,
    MOST_DRIVES,
    MOST_INSTANCES,
    MOST_NODES,
    MOST_VOLUME_GIB,
)
from settings._mesh_model import MeshSettings
from settings._monitoring_model import MonitoringSettings
from settings._on_premises_model import OnPremisesSettings, PoolSettings
from settings._section import DnsName, Name, Network, Section, by_name
from settings._vault_model import VaultSettings
from settings._words import Environment, Lock, NatGateways, Through
from settings._workloads_model import WorkloadsSettings

Region = Annotated[str, PlainValidator(read.region)]
OwnNetwork = Annotated[IPv4Network, PlainValidator(read.own_network)]
ZoneBlock = Annotated[IPv4Network, PlainValidator(read.zone_block)]
Tag = Annotated[str, PlainValidator(read.tag)]
Role = Annotated[str, PlainValidator(account.role)]
Servers = Annotated[tuple[IPv4Address, ...], PlainValidator(account.servers)]
Days = Annotated[timedelta, PlainValidator(account.days)]
NodeCount = Annotated[int, PlainValidator(read.whole(1, MOST_NODES))]
BrokerCount = Annotated[int, PlainValidator(read.whole(1, MOST_BROKERS))]
ClusterName = Annotated[str, PlainValidator(database.cluster_name)]
Origin = Annotated[database.Origin, PlainValidator(database.origin)]
Zones = Annotated[Mapping[Name, ZoneBlock], AfterValidator(by_name)]
Neighbours = Annotated[Mapping[Name, Network], AfterValidator(by_name)]
Forward = Annotated[Mapping[DnsName, Servers], AfterValidator(by_name)]
Clusters = Annotated[Mapping[ClusterName, Origin], AfterValidator(by_name)]


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


class SiemSettings(Section):
    """Where the bank watches over all its systems, and this one tells what is done in it."""

    endpoint: Annotated[str, PlainValidator(siem.endpoint)] = Field(
        examples=["https://siem.bank.example/firehose"]
    )
    """Takes what Firehose sends, which comes from outside."""
    secret: Annotated[str, PlainValidator(siem.secret)] = Field(examples=["corebank/siem"])
    """Name of the secret in Secrets Manager into which people put the access key."""


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


class EvidenceSettings(Section):
    """The store of what the bank has to be able to prove, from which nobody can delete."""

    endpoint: Annotated[str, PlainValidator(read.address)] = Field(
        examples=["https://evidence.sandbox.bank.internal:9000"]
    )
    chart: Annotated[str, PlainValidator(release.chart)] = Field(
        examples=["oci://registry.corp.bank.internal/charts/minio"]
    )
    version: Annotated[str, PlainValidator(release.chart_version)] = Field(examples=["5.4.0"])
    """The chart's."""
    image: Annotated[str, PlainValidator(release.image)] = Field(
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
    siem: SiemSettings
    backups: BackupSettings
    budget: BudgetSettings
    cluster: ClusterSettings
    kafka: KafkaSettings
    database: DatabaseSettings
    vault: VaultSettings
    evidence: EvidenceSettings
    workloads: WorkloadsSettings
    mesh: MeshSettings
    monitoring: MonitoringSettings
    tags: Tags

    @property
    def pools(self) -> Mapping[str, PoolSettings]:
        """The data centre's nodes, by the name of their pool; none where it is not there."""
        return self.on_premises.pools if self.on_premises is not None else MappingProxyType({})

    def pool_of(self, domain: str) -> str | None:
        """The pool that takes this domain; None where it runs in the cloud."""
        return next((name for name, pool in self.pools.items() if domain in pool.domains), None)
