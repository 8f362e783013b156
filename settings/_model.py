"""The shape of a stack file: its keys, and the type each becomes.

Owns names and types. What a value may be is in ``_fields`` and ``_allowed``, how values must
agree in ``_cross_checks``. Holds no secrets and no Outputs: a stack file is plain text.
"""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Annotated

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

from settings import _fields as read
from settings._allowed import MOST_BROKERS, MOST_VOLUME_GIB
from settings._words import Environment, NatGateways, Through

Region = Annotated[str, PlainValidator(read.region)]
Network = Annotated[IPv4Network, PlainValidator(read.network)]
OwnNetwork = Annotated[IPv4Network, PlainValidator(read.own_network)]
ZoneBlock = Annotated[IPv4Network, PlainValidator(read.zone_block)]
Name = Annotated[str, PlainValidator(read.name)]
Tag = Annotated[str, PlainValidator(read.tag)]
BrokerCount = Annotated[int, PlainValidator(read.whole(1, MOST_BROKERS))]


def _by_name(entries: Mapping[str, IPv4Network]) -> Mapping[str, IPv4Network]:
    return MappingProxyType(dict(sorted(entries.items())))


# Sorted, because the engine sorts a mapping and a stack file need not.
Zones = Annotated[Mapping[Name, ZoneBlock], AfterValidator(_by_name)]
Neighbours = Annotated[Mapping[Name, Network], AfterValidator(_by_name)]


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
    """Disk of each broker, in GiB."""
    replication: BrokerCount = Field(examples=[3])
    """Copies of each record."""
    min_insync_replicas: BrokerCount = Field(examples=[2])
    """Copies that must be written before a producer is told that its record is safe."""


class VaultSettings(Section):
    """The Vault that hands out secrets."""

    address: Annotated[str, PlainValidator(read.address)] = Field(
        examples=["https://vault.sandbox.bank.internal:8200"]
    )
    token_ttl: Annotated[timedelta, PlainValidator(read.token_life)] = Field(examples=["1h"])


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
    network: NetworkSettings
    kafka: KafkaSettings
    vault: VaultSettings
    tags: Tags
