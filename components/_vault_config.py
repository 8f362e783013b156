"""What Vault's servers are told: the text of their configuration. Pure.

Nothing secret is in it: what is, a server gets as a file or as a variable of its environment.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from textwrap import indent

PORT, CLUSTER_PORT = 8200, 8201
"""Where clients ask, and where servers talk among themselves."""
DATA, AUDIT, TLS = "/vault/data", "/vault/audit", "/vault/tls"
"""Folders of a server: what Vault knows, its audit log, and its certificate with key and issuer."""
PIN = "VAULT_HSM_PIN"
"""The variable in which Vault looks for a module's PIN."""

LONGEST_LEASE = timedelta(hours=4)
"""Of what names no length itself: long enough for the slowest update that delivery makes."""

_AES_GCM = "0x1087"
"""What the module does with the key, by PKCS#11's number."""


@dataclass(frozen=True, kw_only=True)
class HsmSeal:
    """A seal whose key is in a hardware security module; Vault Enterprise has it, and no other.

    Args:
        library: Path of the maker's library, in Vault's image.
        slot: Where the key is.
        key_label: What it is called there.
        pin_secret: Name of the Kubernetes secret that has the slot's PIN, under ``pin``.
    """

    library: str
    slot: int
    key_label: str
    pin_secret: str


def awskms(*, region: str, key_arn: str) -> str:
    """The stanza of a seal whose key is in AWS KMS, which answers to the server's own role."""
    return _block('seal "awskms"', {"region": region, "kms_key_id": key_arn})


def pkcs11(seal: HsmSeal) -> str:
    """The stanza of a seal whose key is in a module; the PIN is not in it."""
    return _block(
        'seal "pkcs11"',
        {
            "lib": seal.library,
            "slot": str(seal.slot),
            "key_label": seal.key_label,
            "mechanism": _AES_GCM,
            # People make the key, on a module of their own: one that Vault made is nowhere else.
            "generate_key": "false",
        },
    )


def address(server: str) -> str:
    """Where clients reach one server, by its name: ``vault-0``, or a variable that has it."""
    return f"https://{server}.vault-internal:{PORT}"


def cluster_address(server: str) -> str:
    """Where the other servers reach one."""
    return f"https://{server}.vault-internal:{CLUSTER_PORT}"


def vault_config(*, cluster: str, servers: int, lease: timedelta, seal: str) -> str:
    """Writes the configuration that all servers have, in HCL.

    Args:
        cluster: What they call themselves together.
        servers: How many there are, from ``vault-0`` on.
        lease: How long a token or credentials live of which nobody said how long.
        seal: The seal's stanza.
    """
    parts = (
        _settings(
            {
                "cluster_name": cluster,
                "log_format": "json",
                "log_level": "info",
                "ui": False,
                # Locked memory and raft's mapped files would fill it up. Nodes have no swap, so
                # nothing of it is written to a disk anyway (Vault, integrated storage).
                "disable_mlock": True,
                "raw_storage_endpoint": False,
                "introspection_endpoint": False,
                "default_lease_ttl": _seconds(lease),
                "max_lease_ttl": _seconds(LONGEST_LEASE),
            }
        ),
        _block(
            'listener "tcp"',
            {
                "address": f"[::]:{PORT}",
                "cluster_address": f"[::]:{CLUSTER_PORT}",
                "tls_cert_file": f"{TLS}/tls.crt",
                "tls_key_file": f"{TLS}/tls.key",
                "tls_min_version": "tls13",
            },
            _block("telemetry", {"unauthenticated_metrics_access": False}),
            _block("profiling", {"unauthenticated_pprof_access": False}),
        ),
        _block(
            'storage "raft"',
            # Servers are a millisecond apart: with Vault's own 5 a lost leader is missed late.
            {"path": DATA, "performance_multiplier": 1},
            *(_join(f"vault-{number}") for number in range(servers)),
        ),
        seal,
        'service_registration "kubernetes" {}',
        _block("telemetry", {"prometheus_retention_time": "1h", "disable_hostname": True}),
    )
    return "\n\n".join(parts) + "\n"


def _join(server: str) -> str:
    return _block(
        "retry_join",
        {"leader_api_addr": address(server), "leader_ca_cert_file": f"{TLS}/ca.crt"},
    )


def _block(header: str, values: Mapping[str, object], *inner: str) -> str:
    body = "\n".join((_settings(values), *inner))
    return f"{header} {{\n{indent(body, '  ')}\n}}"


def _settings(values: Mapping[str, object]) -> str:
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())


def _seconds(length: timedelta) -> str:
    return f"{length // timedelta(seconds=1)}s"
