"""Secrets in Vault: how long each lives, what leaves with it, and what the program may write."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._vault import POLICY, lives
from policies.controls._wire import at, listed

LOGIN = 60 * 60
"""Seconds that a login of a database lives."""
LEAF = 72 * 60 * 60
"""Seconds that a certificate lives: nobody can call it back."""
ROTATED = 90 * 24 * 60 * 60
"""Seconds after which a key is changed."""
PASSING = "sandbox"
"""The environment whose data nobody has to keep, and whose keys go with it (ADR 0030)."""

LOGINS = "vault:database/secretBackendRole:SecretBackendRole"
STATIC = "vault:database/secretBackendStaticRole:SecretBackendStaticRole"
KEYS = "vault:transit/secretBackendKey:SecretBackendKey"
CERTIFICATES = "vault:pkiSecret/secretBackendRole:SecretBackendRole"
TOKENS = "vault:index/token:Token"
QUOTAS = "vault:index/quotaRateLimit:QuotaRateLimit"
CONNECTIONS = (
    "vault:database/secretBackendConnection:SecretBackendConnection",
    # Its lists are the same inside the mount.
    "vault:database/secretsMount:SecretsMount",
)
_ENGINES = (
    *("cassandra", "couchbase", "elasticsearch", "hana", "influxdb", "mongodb", "mongodbatlas"),
    *("mssql", "mysql", "mysqlAurora", "mysqlLegacy", "mysqlRds", "oracle", "postgresql"),
    *("redis", "redisElasticache", "redshift", "snowflake"),
)
_IN_A_MOUNT = (
    *("cassandras", "couchbases", "elasticsearches", "hanas", "influxdbs", "mongodbs", "mssqls"),
    *("mysqls", "mysqlAuroras", "mysqlLegacies", "oracles", "postgresqls", "redisElasticaches"),
    *("redshifts", "snowflakes"),
)
"""Lists of these, by the words of a mount where they are others."""
_PASSWORD = re.compile(r"//[^/@:]*:(?!\{\{)[^@/]+@")
_WRITTEN: Mapping[str, tuple[str, ...]] = {
    "vault:kv/secretV2:SecretV2": ("dataJson",),
    # These have no form that stays out of the state.
    "vault:kv/secret:Secret": ("dataJson",),
    "vault:generic/secret:Secret": ("dataJson",),
    "vault:generic/endpoint:Endpoint": ("dataJson",),
    "vault:aws/secretBackend:SecretBackend": ("secretKey",),
    "vault:aws/authBackendClient:AuthBackendClient": ("secretKey",),
    "vault:azure/backend:Backend": ("clientSecret",),
    "vault:gcp/secretBackend:SecretBackend": ("credentials",),
    "vault:ldap/secretBackend:SecretBackend": ("bindpass",),
    "vault:ldap/authBackend:AuthBackend": ("bindpass",),
    "vault:jwt/authBackend:AuthBackend": ("oidcClientSecret",),
    "vault:kubernetes/authBackendConfig:AuthBackendConfig": ("tokenReviewerJwt",),
    "vault:kubernetes/secretBackend:SecretBackend": ("serviceAccountJwt",),
}
"""What a value passes through the state in, by what is declared."""
_UNIT = {"": 1, "s": 1, "m": 60, "h": 60 * 60, "d": 24 * 60 * 60}

SHORT = Control(
    id="VLT-05",
    pack="security",
    title="Logins, keys and certificates end soon, and keys stay in Vault",
    levels="AMM",
    severity="high",
    supports="PCI 3.7.4, PCI 8.6.3, N SC-12, R 7",
    remedy="Give logins an hour, certificates 72 hours and keys 90 days at most; let no key be "
    "exported, backed up in clear or deleted, and no certificate be for any name.",
)
UNWRITTEN = Control(
    id="VLT-07",
    pack="security",
    title="The program writes no secret, makes no endless token, and requests are limited",
    levels="MMM",
    severity="high",
    supports="VH tokens, P 22, PCI 8.6.2, N IA-5(7)",
    remedy="Write values by dataJsonWo or passwordWo, which stay out of the state, or let people "
    "write them; give tokens a ttl; declare a QuotaRateLimit.",
)


@SHORT.rule("login", "logins of an hour", LOGINS)
def _login(role: Resource) -> Wrong:
    if not lives(role, "defaultTtl", LOGIN):
        yield f"defaultTtl is not between 1 and {LOGIN} seconds"


@SHORT.rule("login-renewed", "logins of an hour, however often they are renewed", LOGINS)
def _login_renewed(role: Resource) -> Wrong:
    if not lives(role, "maxTtl", LOGIN):
        yield f"maxTtl is not between 1 and {LOGIN} seconds"


@SHORT.rule("static", "passwords that are changed every hour", STATIC)
def _static(role: Resource) -> Wrong:
    if not lives(role, "rotationPeriod", LOGIN):
        yield f"rotationPeriod is not between 1 and {LOGIN} seconds"


@SHORT.rule("exported", "keys that nobody takes out", KEYS)
def _exported(key: Resource) -> Wrong:
    if key.at("exportable"):
        yield "exportable is set"


@SHORT.rule("backup", "keys that are in no backup in clear", KEYS)
def _backup(key: Resource) -> Wrong:
    if key.at("allowPlaintextBackup"):
        yield "allowPlaintextBackup is set"


@SHORT.rule("deleted", "keys that nobody deletes where data has to be kept", KEYS)
def _deleted(key: Resource) -> Wrong:
    if key.environment != PASSING and key.at("deletionAllowed"):
        yield "deletionAllowed is set"


@SHORT.rule("rotated", "keys that are changed every 90 days", KEYS)
def _rotated(key: Resource) -> Wrong:
    if not lives(key, "autoRotatePeriod", ROTATED):
        yield f"autoRotatePeriod is not between 1 and {ROTATED} seconds"


@SHORT.rule("any-name", "certificates of named hosts", CERTIFICATES)
def _any_name(role: Resource) -> Wrong:
    if role.at("allowAnyName"):
        yield "allowAnyName is set"


@SHORT.rule("names", "no name that stands for any", CERTIFICATES)
def _names(role: Resource) -> Wrong:
    if any(set(str(name)) <= set("*.") for name in listed(role.properties, "allowedDomains")):
        yield "allowedDomains has a name that stands for any"


@SHORT.rule("leaf", "certificates of 72 hours", CERTIFICATES)
def _leaf(role: Resource) -> Wrong:
    if not 0 < _seconds(role.at("maxTtl")) <= LEAF:
        yield f"maxTtl is not between 1 and {LEAF} seconds"


@SHORT.rule("not-after", "no certificate to a day that is far away", CERTIFICATES)
def _not_after(role: Resource) -> Wrong:
    if role.at("notAfter"):
        yield "notAfter goes before maxTtl"


@UNWRITTEN.rule("values", "no value that stays in the state", *_WRITTEN)
def _values(written: Resource) -> Wrong:
    for key in _WRITTEN[written.type]:
        if written.at(key) is not None:
            yield f"{key} would stay in the state"


@UNWRITTEN.rule("passwords", "no password of a database in the state", *CONNECTIONS)
def _passwords(connection: Resource) -> Wrong:
    for path, engine in _engines(connection):
        for key in ("password", "privateKey"):
            if at(engine, key) is not None:
                yield f"{path}.{key} would stay in the state"


@UNWRITTEN.rule("address", "no password in a database's address", *CONNECTIONS)
def _address(connection: Resource) -> Wrong:
    for path, engine in _engines(connection):
        # Vault fills in names in braces itself.
        if _PASSWORD.search(at(engine, "connectionUrl") or ""):
            yield f"{path}.connectionUrl has a password in it"


@UNWRITTEN.rule("token", "tokens that end", TOKENS)
def _token(token: Resource) -> Wrong:
    if not _seconds(token.at("ttl")) > 0:
        yield "ttl is not set"


@UNWRITTEN.rule("token-renewed", "tokens that are not renewed for ever", TOKENS)
def _token_renewed(token: Resource) -> Wrong:
    if token.at("period"):
        yield "period lets it be renewed for ever"


@UNWRITTEN.rule_of_stack("quota", "a limit of requests", POLICY, "vault:index/mount:Mount")
def _quota(stack: Stack) -> Wrong:
    # Without a path it holds everywhere.
    limits = (each for each in stack.of(QUOTAS) if not each.at("path"))
    if not any(float(each.at("rate") or 0) > 0 for each in limits):
        yield "there is no QuotaRateLimit for all of Vault"


def _engines(connection: Resource) -> Iterator[tuple[str, Any]]:
    """What is told of each kind of database, and where it stands."""
    for key in (*_ENGINES, *_IN_A_MOUNT):
        for engine in listed(connection.properties, key):
            yield key, engine


def _seconds(told: Any) -> float:
    """A time as Vault reads it: a number of seconds, or numbers with a unit each; 0 if none."""
    if told is None or isinstance(told, int | float):
        return float(told or 0)
    parts = re.findall(r"(\d+(?:\.\d+)?)([smhd]?)", told)
    if "".join(number + unit for number, unit in parts) != told:
        raise ValueError("no time")
    return sum(float(number) * _UNIT[unit] for number, unit in parts)


CONTROLS = (SHORT, UNWRITTEN)
