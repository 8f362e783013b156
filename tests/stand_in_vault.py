"""What the vault stand-in's rows are tried with, and who stands around Vault there."""

import base64
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.vault import ROWS
from rehearsal.providers.vault.here import Here, Servers

Plain = dict[str, Any]

API, DATABASES = "https://127.0.0.1:6443", "127.0.0.1:5432"
REVIEWER = "the reviewer's token"
ISSUER = "https://login.corp.bank.internal"
WAY = (
    "postgresql://{{{{username}}}}:{{{{password}}}}@{}/postgres?sslmode=verify-full&sslrootcert={}"
)


def row_of(token: str) -> ResourceType[Here]:
    """The stand-in's row of a type."""
    return next(row for row in ROWS if row.type == token)


@dataclass(frozen=True, kw_only=True)
class Example:
    """A resource of a type.

    Args:
        inputs: What is declared.
        change: What is declared otherwise later; empty where nothing can be.
        by_hand: What somebody writes past the stand-in, in Vault's words; empty where nobody can.
        after: What follows the resource's own path there.
        seen: The property in which that shows.
    """

    inputs: Plain
    change: Plain = field(default_factory=dict[str, Any])
    by_hand: Plain = field(default_factory=dict[str, Any])
    after: str = ""
    seen: str = ""


def _role(**more: Any) -> Plain:
    return {"tokenPolicies": ["cards"], "tokenTtl": 3600.0, "tokenMaxTtl": 3600.0, **more}


EXAMPLES: Mapping[str, Example] = {
    "vault:index/mount:Mount": Example(
        inputs={
            "path": "certificates",
            "type": "pki",
            "description": "a",
            "maxLeaseTtlSeconds": 315360000.0,
        },
        change={"description": "b", "maxLeaseTtlSeconds": 3600.0},
        by_hand={"max_lease_ttl": "2h"},
        after="/tune",
        seen="maxLeaseTtlSeconds",
    ),
    "vault:index/authBackend:AuthBackend": Example(
        inputs={"path": "elsewhere", "type": "kubernetes", "description": "a"},
        change={"description": "b"},
        by_hand={"description": "c"},
        after="/tune",
        seen="description",
    ),
    "vault:index/policy:Policy": Example(
        inputs={"name": "cards", "policy": 'path "a" {\n  capabilities = ["read"]\n}\n'},
        change={"policy": 'path "b" {\n  capabilities = ["read"]\n}\n'},
        by_hand={"policy": 'path "*" {\n  capabilities = ["sudo"]\n}\n'},
        seen="policy",
    ),
    "vault:kubernetes/authBackendConfig:AuthBackendConfig": Example(
        inputs={"backend": "kubernetes", "kubernetesHost": "https://kubernetes.default.svc"},
        by_hand={"kubernetes_host": "https://somebody.example", "disable_local_ca_jwt": True},
        seen="kubernetesHost",
    ),
    "vault:kubernetes/authBackendRole:AuthBackendRole": Example(
        inputs={
            "backend": "kubernetes",
            "roleName": "cards",
            "audience": "vault",
            "boundServiceAccountNames": ["cards"],
            "boundServiceAccountNamespaces": ["cards"],
            **_role(),
        },
        change={"tokenTtl": 1800.0},
        by_hand={"bound_service_account_namespaces": ["*"]},
        seen="boundServiceAccountNamespaces",
    ),
    "vault:aws/secretBackendRole:SecretBackendRole": Example(
        inputs={
            "backend": "aws",
            "name": "cards",
            "credentialType": "assumed_role",
            "roleArns": ["arn:aws:iam::000000000000:role/cards"],
            "defaultStsTtl": 900.0,
            "maxStsTtl": 3600.0,
        },
        change={"maxStsTtl": 1800.0},
        by_hand={"max_sts_ttl": "12h"},
        seen="maxStsTtl",
    ),
    "vault:index/audit:Audit": Example(
        inputs={
            "type": "file",
            "path": "file",
            "options": {"file_path": "/vault/audit/audit.log", "mode": "0600"},
        },
    ),
    "vault:index/quotaRateLimit:QuotaRateLimit": Example(
        inputs={"name": "logins", "path": "auth/kubernetes/", "rate": 200.0, "interval": 1.0},
        change={"rate": 100.0},
        by_hand={"rate": 100000, "path": "auth/kubernetes/", "interval": 1},
        seen="rate",
    ),
    "vault:jwt/authBackend:AuthBackend": Example(
        inputs={
            "path": "people",
            "type": "jwt",
            "description": "a",
            "oidcDiscoveryUrl": ISSUER,
            "boundIssuer": ISSUER,
        },
        change={"description": "b", "boundIssuer": "https://another.corp.bank.internal"},
        by_hand={"description": "c"},
        after="/tune",
        seen="description",
    ),
    "vault:jwt/authBackendRole:AuthBackendRole": Example(
        inputs={
            "backend": "jwt",
            "roleName": "auditor",
            "roleType": "jwt",
            "userClaim": "sub",
            "boundAudiences": ["vault"],
            "boundClaims": {"groups": "vault-auditors"},
            "tokenNoDefaultPolicy": True,
            **_role(),
        },
        change={"boundClaims": {"groups": "others"}},
        by_hand={
            "role_type": "jwt",
            "user_claim": "sub",
            "bound_audiences": ["vault"],
            "bound_claims": {"groups": "everybody"},
        },
        seen="boundClaims",
    ),
    "vault:transit/secretBackendKey:SecretBackendKey": Example(
        inputs={
            "backend": "transit",
            "name": "cards",
            "type": "aes256-gcm96",
            "autoRotatePeriod": 7776000.0,
            "exportable": False,
            "allowPlaintextBackup": False,
            "deletionAllowed": False,
        },
        # Otherwise it could not be taken away at the end.
        change={"autoRotatePeriod": 86400.0, "deletionAllowed": True},
        by_hand={"auto_rotate_period": "0"},
        after="/config",
        seen="autoRotatePeriod",
    ),
    "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert": Example(
        inputs={
            "backend": "pki",
            "type": "internal",
            "commonName": "partners",
            "issuerName": "partners",
            "keyType": "ec",
            "keyBits": 384.0,
            "maxPathLength": 0.0,
            "ttl": "86400",
        },
        by_hand={"issuer_name": "others"},
        seen="issuerName",
    ),
    "vault:pkiSecret/secretBackendRole:SecretBackendRole": Example(
        inputs={
            "backend": "pki",
            "name": "cards",
            "allowedDomains": ["cards.sandbox.bank.internal"],
            "allowAnyName": False,
            "allowBareDomains": True,
            "keyType": "ec",
            "keyBits": 256.0,
            "ttl": "86400",
            "maxTtl": "259200",
            "noStore": True,
        },
        change={"maxTtl": "172800"},
        by_hand={
            "allowed_domains": ["cards.sandbox.bank.internal"],
            "allow_any_name": True,
            "allow_bare_domains": True,
            "key_type": "ec",
            "key_bits": 256,
            "ttl": 86400,
            "max_ttl": 259200,
            "no_store": True,
        },
        seen="allowAnyName",
    ),
    "vault:database/secretBackendConnection:SecretBackendConnection": Example(
        inputs={
            "backend": "database",
            "name": "corebank",
            "allowedRoles": ["cards-read", "cards-write"],
            "verifyConnection": False,
            "postgresql": {
                "connectionUrl": WAY.format("db.example:5432", "/vault/tls/databases.pem"),
                "passwordAuthentication": "scram-sha-256",
                "username": "vault",
            },
        },
        change={"allowedRoles": ["cards-read"]},
        by_hand={"allowed_roles": ["*"], "verify_connection": False},
        seen="allowedRoles",
    ),
    "vault:database/secretBackendRole:SecretBackendRole": Example(
        inputs={
            "backend": "database",
            "name": "cards-read",
            "dbName": "corebank",
            "creationStatements": ["CREATE ROLE"],
            "revocationStatements": ["DROP ROLE"],
            "defaultTtl": 3600.0,
            "maxTtl": 3600.0,
        },
        change={"defaultTtl": 1800.0, "maxTtl": 1800.0},
        by_hand={"max_ttl": "720h"},
        seen="maxTtl",
    ),
}
"""One of each type; engines and logins that they need have the names of their kinds."""


def reviewers_token(kubeconfig: str) -> str:
    """In place of one that an API server makes."""
    assert kubeconfig == "kubeconfig"
    return REVIEWER


@contextmanager
def surroundings(folder: Path) -> Generator[Servers]:
    """Who stands around Vault: nobody but the collector has to answer.

    Args:
        folder: Takes Vault's audit, and the identity provider's key.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    people = folder / "identities.key"
    people.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    with socket.create_server(("127.0.0.1", 0)) as collector:
        host, port = collector.getsockname()
        yield {
            "collector": {"address": f"{host}:{port}"},
            "kubernetes": {
                "ca": base64.b64encode(_authority(key)).decode(),
                "endpoint": API,
                "kubeconfig": "kubeconfig",
            },
            "postgres": {"host": "127.0.0.1", "port": "5432", "ca": "/here/ca.pem"},
            "vault": {"audit": str(folder), "people": str(people)},
        }


def _authority(key: ec.EllipticCurvePrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "kubernetes")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)
