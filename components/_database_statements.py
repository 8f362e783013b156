"""The SQL by which Vault makes and unmakes logins of a database. Pure; PostgreSQL 16 or later.

Vault fills in ``{{name}}``, ``{{password}}`` and ``{{expiration}}``. A login may leave nothing of
its own behind, for with that it could not be dropped: whatever it makes, it makes as the owner, and
as itself it only reads.
"""

from collections.abc import Sequence


def makes_writer(owner: str, reader: str) -> Sequence[str]:
    """Makes a login that acts as the database's owner.

    Args:
        owner: The role that owns the database and its schema.
        reader: The role that may connect and read.
    """
    return (
        *makes_reader(reader),
        f'GRANT "{owner}" TO "{{{{name}}}}" WITH INHERIT FALSE',
        f"ALTER ROLE \"{{{{name}}}}\" SET role TO '{owner}'",
    )


def makes_reader(reader: str) -> Sequence[str]:
    """Makes a login that reads.

    Args:
        reader: The role that may connect and read.
    """
    return (
        "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'",
        f'GRANT "{reader}" TO "{{{{name}}}}"',
    )


def unmakes() -> Sequence[str]:
    """Takes a login away, and first the connections that it has."""
    return (
        'ALTER ROLE "{{name}}" NOLOGIN',
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{{name}}'",
        'DROP ROLE "{{name}}"',
    )
