"""The rehearsal's Vault, and what stands around it in place of what a bank's has around it.

A bank's Vault asks its cluster who a token is, logs in to Aurora, writes its audit to a disk of its
pod and to a collector, and has its people vouched for by an identity provider. Here each of these
is on this machine, at another address, so a stand-in writes that address in place of the declared.
"""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import hvac
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from rehearsal.providers.values import Plain
from rehearsal.providers.vault.reviewer import reviewers_token

Servers = Mapping[str, Mapping[str, str]]
Elsewhere = Callable[[Servers, Plain], Plain]
"""From what is declared to what is written in its place, or besides."""


@dataclass(frozen=True, kw_only=True)
class Here:
    """Reaches Vault, and knows where the others are."""

    vault: hvac.Client
    servers: Servers


def nothing(servers: Servers, inputs: Plain) -> Plain:
    """Nothing differs, and nothing is added."""
    del servers, inputs
    return {}


def devices(servers: Servers, inputs: Plain) -> Plain:
    """The audit goes into Vault's own folder, and to the rehearsal's collector."""
    options: Plain = dict(inputs.get("options") or {})
    if path := options.get("file_path"):
        options["file_path"] = str(Path(servers["vault"]["audit"]) / Path(path).name)
    if "address" in options:
        options["address"] = servers["collector"]["address"]
    return {"options": options}


def cluster(servers: Servers, inputs: Plain) -> Plain:
    """The rehearsal's API server, and whom to trust: Vault, being in no pod, finds neither."""
    del inputs
    known = servers["kubernetes"]
    return {
        "kubernetesHost": known["endpoint"],
        "kubernetesCaCert": base64.b64decode(known["ca"]).decode(),
        "disableLocalCaJwt": True,
    }


def reviewer(servers: Servers, inputs: Plain) -> Plain:
    """A token with which to ask the API server, which a pod would find too."""
    del inputs
    return {"tokenReviewerJwt": reviewers_token(servers["kubernetes"]["kubeconfig"])}


def provider_of_identities(servers: Servers, inputs: Plain) -> Plain:
    """Nobody answers at the issuer's address: its key is told instead of asked for."""
    del inputs
    private = load_pem_private_key(Path(servers["vault"]["people"]).read_bytes(), password=None)
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return {"oidcDiscoveryUrl": "", "jwtValidationPubkeys": [public.decode().strip()]}


def database(servers: Servers, inputs: Plain) -> Plain:
    """The rehearsal's PostgreSQL, under its own authority."""
    declared: Plain = inputs["postgresql"]
    at = servers["postgres"]
    url = re.sub(r"@[^/]+/", f"@{at['host']}:{at['port']}/", declared["connectionUrl"])
    url = re.sub(r"sslrootcert=[^&]*", f"sslrootcert={at['ca']}", url)
    return {"postgresql": {**declared, "connectionUrl": url}}


def plugin(servers: Servers, inputs: Plain) -> Plain:
    """Which of Vault's plugins it is, which the provider tells by the property that is given."""
    del servers, inputs
    return {"pluginName": "postgresql-database-plugin"}
