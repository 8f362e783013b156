"""Logging in to the rehearsal's PostgreSQL: as its superuser, or as whoever has a password."""

from collections.abc import Mapping

import psycopg
from psycopg.rows import TupleRow

MAINTENANCE = "postgres"
"""The database that is always there: for what belongs to none, such as roles."""

Session = psycopg.Connection[TupleRow]
"""A login; ends with its ``with`` block. Each statement stands by itself unless a transaction is
opened."""

_PATIENCE_S = 10


def connect(server: Mapping[str, str], database: str = MAINTENANCE) -> Session:
    """Logs in, over TLS, to the server that ``server`` tells of and to no other.

    Args:
        server: ``host``, ``port`` and ``ca``, and ``user`` and ``password`` of who logs in.
        database: Where to.

    Raises:
        psycopg.OperationalError: There is no such server, user or database, or one may not.
    """
    return psycopg.connect(
        host=server["host"],
        port=server["port"],
        user=server["user"],
        password=server["password"],
        dbname=database,
        sslmode="verify-full",
        sslrootcert=server["ca"],
        connect_timeout=_PATIENCE_S,
        application_name="rehearsal",
        autocommit=True,
    )
