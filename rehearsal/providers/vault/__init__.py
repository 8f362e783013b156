"""The vault stand-in: every resource is a path, or two, of the rehearsal's real Vault."""

import hvac

from rehearsal.providers.framework import Endpoints, StandIn
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain
from rehearsal.providers.vault.here import Here, cluster, database, devices, plugin, reviewer
from rehearsal.providers.vault.path import Path
from rehearsal.providers.vault.special import Audit, Authority, PeoplesLogin

_TTLS = {
    "defaultLeaseTtlSeconds": "default_lease_ttl",
    "maxLeaseTtlSeconds": "max_lease_ttl",
}

ROWS: tuple[ResourceType[Here], ...] = (
    Path(
        type="vault:index/mount:Mount",
        path="sys/mounts/{path}",
        own=("path",),
        tune="/tune",
        tuned=tuple(_TTLS),
        words=_TTLS,
        at=dict.fromkeys(_TTLS, "config"),
        missing="No secret engine mount",
        computed={"accessor": "accessor"},
        replaces=("externalEntropyAccess", "local", "sealWrap", "type"),
    ),
    Path(
        type="vault:index/authBackend:AuthBackend",
        path="sys/auth/{path}",
        own=("path",),
        tune="/tune",
        missing="No auth engine",
        computed={"accessor": "accessor"},
        replaces=("local", "type"),
    ),
    Path(
        type="vault:index/policy:Policy",
        path="sys/policies/acl/{name}",
        own=("name",),
        replaces=("name",),
        autoname="name",
    ),
    Path(
        type="vault:kubernetes/authBackendRole:AuthBackendRole",
        path="auth/{backend}/role/{roleName}",
        own=("backend", "roleName"),
        replaces=("backend", "roleName"),
    ),
    Path(
        type="vault:aws/secretBackendRole:SecretBackendRole",
        path="{backend}/roles/{name}",
        own=("backend", "name"),
        replaces=("backend", "name"),
        autoname="name",
    ),
    Audit(
        type="vault:index/audit:Audit",
        path="sys/audit/{path}",
        own=("path",),
        elsewhere=devices,
        replaces=("description", "local", "options", "path", "type"),
    ),
    Path(
        type="vault:index/quotaRateLimit:QuotaRateLimit",
        path="sys/quotas/rate-limit/{name}",
        own=("name",),
        replaces=("name",),
        autoname="name",
    ),
    Path(
        type="vault:kubernetes/authBackendConfig:AuthBackendConfig",
        path="auth/{backend}/config",
        own=("backend",),
        elsewhere=cluster,
        besides=reviewer,
        stays=True,
        replaces=("backend",),
    ),
    PeoplesLogin(type="vault:jwt/authBackend:AuthBackend", replaces=("path", "type")),
    Path(
        type="vault:jwt/authBackendRole:AuthBackendRole",
        path="auth/{backend}/role/{roleName}",
        own=("backend", "roleName"),
        replaces=("backend", "roleName"),
    ),
    Path(
        type="vault:transit/secretBackendKey:SecretBackendKey",
        path="{backend}/keys/{name}",
        own=("backend", "name"),
        tune="/config",
        tuned=("deletionAllowed", "minDecryptionVersion", "minEncryptionVersion"),
        missing="could not delete key; not found",
        computed={"latestVersion": "latest_version"},
        defaults={"minDecryptionVersion": 1.0, "minEncryptionVersion": 0.0},
        replaces=("backend", "context", "convergentEncryption", "derived", "name", "type"),
    ),
    Authority(
        type="vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert",
        replaces=(
            "backend",
            "commonName",
            "issuerName",
            "keyBits",
            "keyType",
            "maxPathLength",
            "ttl",
            "type",
        ),
    ),
    Path(
        type="vault:pkiSecret/secretBackendRole:SecretBackendRole",
        path="{backend}/roles/{name}",
        own=("backend", "name"),
        replaces=("backend", "name"),
        autoname="name",
    ),
    Path(
        type="vault:database/secretBackendConnection:SecretBackendConnection",
        path="{backend}/config/{name}",
        own=("backend", "name"),
        at={"postgresql": "connection_details"},
        flat=("postgresql",),
        untold=("verifyConnection",),
        elsewhere=database,
        besides=plugin,
        replaces=("backend", "name"),
        autoname="name",
    ),
    Path(
        type="vault:database/secretBackendRole:SecretBackendRole",
        path="{backend}/roles/{name}",
        own=("backend", "name"),
        replaces=("backend", "name"),
        autoname="name",
    ),
)


def stand_in(endpoints: Endpoints) -> StandIn[Here]:
    """The stand-in for package ``vault``. It ignores the stack's address and asks the local one."""

    def connect(configuration: Plain) -> Here:
        del configuration
        servers = endpoints()
        at = servers["vault"]
        return Here(vault=hvac.Client(url=at["address"], token=at["token"]), servers=servers)

    return StandIn("vault", ROWS, connect)
