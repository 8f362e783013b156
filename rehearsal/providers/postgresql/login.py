"""How rows reach PostgreSQL, and what all of them ask of it.

Each call has a login of its own: one that is left open keeps a database from being taken away.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from rehearsal.postgres import MAINTENANCE, Session, connect

PUBLIC = "public"
"""Everybody, where a role is named; PostgreSQL takes it quoted as well."""


@dataclass(frozen=True)
class Login:
    """Who logs in, and where.

    Args:
        server: The server's addresses.
        superuser: Whether the stack's provider says that its user is one. Here it always is.
    """

    server: Mapping[str, str]
    superuser: bool = True

    def session(self, database: str = MAINTENANCE) -> Session:
        """Logs in to a database."""
        return connect(self.server, database)

    def has_database(self, name: str) -> bool:
        """Whether there is a database of this name."""
        with self.session() as session:
            return found(session, "pg_database", "datname", name)


def found(session: Session, catalog: str, column: str, name: str) -> bool:
    """Whether a catalog has a row of this name."""
    query = sql.SQL("SELECT FROM {} WHERE {} = {}").format(
        sql.Identifier(catalog), sql.Identifier(column), name
    )
    return session.execute(query).fetchone() is not None


def number_of(session: Session, role: str) -> int | None:
    """A role's number in PostgreSQL's access lists, ``None`` where there is no such role."""
    if role == PUBLIC:
        return 0
    row = session.execute("SELECT oid::bigint FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    return row[0] if row else None


def in_declared_words(declared: Any, live: Any) -> Any:
    """The live value, unless the declared one leaves it to the server: ``DEFAULT``."""
    return declared if is_default(declared) else live


def is_default(declared: Any) -> bool:
    """Whether a declared text is the word that leaves a value to the server."""
    return isinstance(declared, str) and declared.upper() == "DEFAULT"
