"""Logins of databases that Vault makes when they are asked for, and takes away an hour later.

Owns the engine, its way to the cluster, and the role there as which it makes logins. Leaves out
that role's password: people set it and tell Vault, which then changes it, so that nobody has it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_postgresql as postgresql
import pulumi_vault as vault
from pulumi_vault import database

from components._database_statements import makes_reader, makes_writer, unmakes
from components._vault_config import TLS
from components.database import Database
from components.vault import Vault

_SECOND = timedelta(seconds=1)
_CONNECTION = "corebank"
_AUTHORITIES = f"{TLS}/databases.pem"
"""In Vault's own pods: the certificates of those who sign for databases."""


@dataclass(frozen=True, kw_only=True)
class VaultDatabasesArgs:
    """Where the databases are.

    Args:
        vault: The Vault.
        host: The cluster's name, where it is written to.
        port: Its port.
        ttl: How long a login lives, at most 1 h.
        roles: The names of all roles by which logins are had; there are no others.
        protect: Whether the engine is protected from deletion.
    """

    vault: Vault
    host: pulumi.Input[str]
    port: pulumi.Input[int]
    ttl: timedelta
    roles: Sequence[str]
    protect: bool


class VaultDatabases(pulumi.ComponentResource):
    """The engine, and the one role that it logs in as: it makes logins and owns nothing."""

    path: pulumi.Output[str]
    """Where the engine is mounted, known once it has its way to the cluster."""
    connection: pulumi.Output[str]
    """The engine's name for its way to the cluster."""
    maker: pulumi.Output[str]
    """The role that makes logins."""

    def __init__(
        self, name: str, args: VaultDatabasesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultDatabases", name, {}, opts)
        self.args = args
        own = pulumi.ResourceOptions(parent=self)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        maker = postgresql.Role(
            f"{name}-maker",
            name="vault",
            login=True,
            create_role=True,
            # Each database gives it its own roles; those that it makes give it themselves.
            opts=pulumi.ResourceOptions.merge(
                kept, pulumi.ResourceOptions(ignore_changes=["roles"])
            ),
        )
        postgresql.GrantRole(
            f"{name}-ending",
            role=maker.name,
            # To end the connections of a login that is taken away.
            grant_role="pg_signal_backend",
            opts=own,
        )
        engine = vault.Mount(
            f"{name}-engine",
            path=args.vault.mounts.databases,
            type="database",
            description="Logins of databases, for an hour at most",
            opts=pulumi.ResourceOptions.merge(kept, args.vault.audited),
        )
        way = database.SecretBackendConnection(
            f"{name}-connection",
            backend=engine.path,
            name=_CONNECTION,
            allowed_roles=list(args.roles),
            # There is no password yet.
            verify_connection=False,
            postgresql={
                "connection_url": pulumi.Output.format(
                    "postgresql://{{{{username}}}}:{{{{password}}}}@{0}:{1}/postgres"
                    "?sslmode=verify-full&sslrootcert={2}",
                    args.host,
                    args.port,
                    _AUTHORITIES,
                ),
                "username": maker.name,
                # What PostgreSQL is told, and may log, is no password.
                "password_authentication": "scram-sha-256",
            },
            opts=own,
        )
        self.path, self.connection, self.maker = way.backend, way.name, maker.name
        self.register_outputs(
            {"path": self.path, "connection": self.connection, "maker": self.maker}
        )


@dataclass(frozen=True, kw_only=True)
class VaultLoginsArgs:
    """Which database the logins are for.

    Args:
        databases: Whose engine makes them.
        database: The database.
        writers: Name of the role for logins that write.
        readers: Name of the role for logins that only read.
    """

    databases: VaultDatabases
    database: Database
    writers: str
    readers: str


class VaultLogins(pulumi.ComponentResource):
    """The two roles by which logins of one database are had."""

    def __init__(
        self, name: str, args: VaultLoginsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultLogins", name, {}, opts)
        seconds = args.databases.args.ttl // _SECOND
        owner, reader = args.database.owner, args.database.reader
        for label, role, statements in (
            ("writers", args.writers, makes_writer(owner, reader)),
            ("readers", args.readers, makes_reader(reader)),
        ):
            database.SecretBackendRole(
                f"{name}-{label}",
                backend=args.databases.path,
                name=role,
                db_name=_CONNECTION,
                creation_statements=list(statements),
                revocation_statements=list(unmakes()),
                default_ttl=seconds,
                max_ttl=seconds,
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
