"""The sections of a stack file that are about the mesh: how services reach each other.

Beside ``_model``, and like it: names and types, and no rule.
"""

from typing import Annotated

from pydantic import Field, PlainValidator

from settings import _account_fields as account
from settings import _release_fields as release
from settings._section import Name, Section

Image = Annotated[str, PlainValidator(release.image)]


class MeshImagesSettings(Section):
    """What the mesh runs, each by its digest."""

    pilot: Image = Field(examples=[f"registry.corp.bank.internal/istio/pilot@sha256:{'0' * 64}"])
    """The control plane."""
    proxy: Image = Field(examples=[f"registry.corp.bank.internal/istio/proxyv2@sha256:{'0' * 64}"])
    """Beside each workload, and at both gateways."""
    cni: Image = Field(examples=[f"registry.corp.bank.internal/istio/cni@sha256:{'0' * 64}"])
    """What leads a pod's connections through its proxy, on each node."""


class TokensSettings(Section):
    """Who vouches for those whose requests come from outside."""

    issuer: Annotated[str, PlainValidator(account.issuer)] = Field(
        examples=["https://identity.corp.bank.internal"]
    )
    keys: Annotated[str, PlainValidator(account.issuer)] = Field(
        examples=["https://identity.corp.bank.internal/jwks"]
    )
    """Where it publishes the keys that its tokens are signed with."""
    audience: Name = Field(examples=["corebank"])
    """Whom its tokens are for."""


class CertificatesSettings(Section):
    """Names of Kubernetes secrets beside the gateway that lets requests in; people put them there.

    Their content is never written here.
    """

    gateway: Name = Field(examples=["gateway-certificate"])
    """The gateway's own certificate and its key."""
    third_parties: Name = Field(examples=["third-parties-authorities"])
    """Those who certify the third parties that a law lets in (Directive 2015/2366)."""


class MeshSettings(Section):
    """The mesh in which services know each other by certificates."""

    charts: Annotated[str, PlainValidator(release.chart)] = Field(
        examples=["oci://registry.corp.bank.internal/charts/istio"]
    )
    """Under which its charts are: base, istiod, cni and gateway."""
    version: Annotated[str, PlainValidator(release.chart_version)] = Field(examples=["1.31.4"])
    """Theirs, all the same."""
    images: MeshImagesSettings
    tokens: TokensSettings
    certificates: CertificatesSettings
