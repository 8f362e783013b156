"""The sections of a stack file that are about Vault.

Beside ``_model``, and like it: names and types, and no rule.
"""

from datetime import timedelta
from ipaddress import IPv4Address
from typing import Annotated

from pydantic import Field, PlainValidator

from settings import _account_fields as account
from settings import _fields as read
from settings import _release_fields as release
from settings import _vault_fields as vault
from settings._allowed import MOST_DRIVE_GIB, SMALLEST_VAULT_GIB
from settings._section import Name, Section
from settings._words import Seal

Group = Annotated[str, PlainValidator(vault.group)]
DiskGib = Annotated[int, PlainValidator(read.whole(SMALLEST_VAULT_GIB, MOST_DRIVE_GIB))]


class HsmSettings(Section):
    """The hardware security modules that hold the key of Vault's seal."""

    library: Annotated[str, PlainValidator(vault.library)] = Field(
        examples=["/opt/hsm/libCryptoki2_64.so"]
    )
    """Of the modules' maker, in Vault's image."""
    slot: Annotated[int, PlainValidator(read.whole(0, 2**31 - 1))] = Field(examples=[0])
    key_label: Annotated[str, PlainValidator(vault.label)] = Field(examples=["corebank-vault"])
    pin_secret: Annotated[str, PlainValidator(vault.secret)] = Field(examples=["vault-hsm"])
    """Name of the Kubernetes secret that has the slot's PIN, beside Vault, under ``pin``."""
    servers: Annotated[tuple[IPv4Address, ...], PlainValidator(account.servers)] = Field(
        examples=["[10.128.0.60, 10.129.0.60]"]
    )
    """Where the modules answer."""
    port: Annotated[int, PlainValidator(read.whole(1, 65535))] = Field(examples=[1792])


class AuditSettings(Section):
    """Where Vault writes every request down before it answers: in two ways that fail apart.

    One that is not told is empty, and refused with all that is wrong between settings.
    """

    file: Annotated[str, PlainValidator(vault.audit_file)] = Field(
        default="", examples=["/vault/audit/audit.log"]
    )
    """On a disk of each server."""
    socket: Annotated[str, PlainValidator(vault.collector)] = Field(
        default="", examples=["audit.corp.bank.internal:6514"]
    )
    """Name and port of what collects, over TCP."""


class GroupsSettings(Section):
    """The identity provider's group for each kind of people at Vault."""

    administrator: Group = Field(examples=["vault-administrators"])
    """Puts secrets in and cannot read them."""
    operator: Group = Field(examples=["vault-operators"])
    """Sees how the servers are, and takes back what was given out."""
    auditor: Group = Field(examples=["vault-auditors"])
    """Sees who may what."""
    break_glass: Group = Field(examples=["vault-break-glass"])
    """Everything but the audit and the rules themselves, for a quarter of an hour."""


class VaultPeopleSettings(Section):
    """How people log in at Vault: by a token that the identity provider makes for it."""

    issuer: Annotated[str, PlainValidator(account.issuer)] = Field(
        examples=["https://login.corp.bank.internal"]
    )
    audience: Name = Field(examples=["vault"])
    groups: GroupsSettings


class SnapshotSettings(Section):
    """Snapshots of what Vault knows, put into the evidence store."""

    every_hours: Annotated[int, PlainValidator(vault.hours)] = Field(examples=[1])
    """What was written since the last one is lost with all servers."""
    image: Annotated[str, PlainValidator(release.image)] = Field(
        examples=[f"registry.corp.bank.internal/aws-cli@sha256:{'0' * 64}"]
    )
    """What puts them there: the AWS command line, with a shell."""


class VaultSettings(Section):
    """The Vault that hands out secrets."""

    address: Annotated[str, PlainValidator(read.address)] = Field(
        examples=["https://vault.sandbox.bank.internal:8200"]
    )
    token_ttl: Annotated[timedelta, PlainValidator(read.token_life)] = Field(examples=["1h"])
    login_ttl: Annotated[timedelta, PlainValidator(read.token_life)] = Field(examples=["1h"])
    """How long a login of a database lives that Vault has made."""
    audit: AuditSettings
    people: VaultPeopleSettings
    chart: Annotated[str, PlainValidator(release.chart)] = Field(
        examples=["oci://registry.corp.bank.internal/charts/vault"]
    )
    version: Annotated[str, PlainValidator(release.chart_version)] = Field(examples=["0.31.0"])
    """The chart's."""
    image: Annotated[str, PlainValidator(release.image)] = Field(
        examples=[f"registry.corp.bank.internal/vault@sha256:{'0' * 64}"]
    )
    servers: Annotated[int, PlainValidator(vault.servers)] = Field(examples=[3])
    """Spread over the zones; each has all that Vault knows."""
    data_gib: DiskGib = Field(alias="dataGiB", examples=[20])
    """Size of each server's disk for what Vault knows, in GiB."""
    audit_gib: DiskGib = Field(alias="auditGiB", examples=[50])
    """Size of each server's disk for its audit log, in GiB."""
    snapshots: SnapshotSettings
    seal: Annotated[Seal, PlainValidator(read.word(Seal))] = Field(examples=[Seal.AWSKMS])
    hsm: HsmSettings | None = None
    """None where the seal's key is in AWS."""
