"""How people open the databases for Vault, as the runbook ``open-databases`` has it."""

import secrets

from psycopg import sql

from rehearsal.drills._attempts import Addresses, Outputs
from rehearsal.drills._vault_callers import root
from rehearsal.postgres import connect


def open_databases(outputs: Outputs, addresses: Addresses) -> str:
    """Gives Vault's role a password, tells Vault, and has it changed to one that nobody knows.

    Returns:
        The password that was known for a moment.
    """
    engine, vault = outputs["vault"]["databases"], root(addresses)
    connection = outputs["vault"]["connection"]
    told = vault.ask("GET", f"{engine}/config/{connection}")["data"]["connection_details"]
    password = secrets.token_hex(20)
    with connect(addresses["postgres"]) as session:
        role = sql.Identifier(told["username"])
        session.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))
    config = f"{engine}/config/{connection}"
    # Otherwise a wrong one would be taken, and found out with the first login.
    vault.ask("POST", config, {"password": password, "verify_connection": True})
    vault.ask("POST", f"{engine}/rotate-root/{connection}")
    vault.ask("POST", config, {"verify_connection": False})
    return password
