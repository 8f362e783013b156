"""How Vault gets its database password, as the runbook ``open-databases`` says, on real servers."""

import io
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import hvac
import psycopg
import pytest
from hvac.exceptions import Forbidden, InternalServerError, InvalidRequest
from rich.console import Console

from components._vault_people import ADMINISTRATOR, people_rules
from components._vault_policy import Mounts, policy_text
from rehearsal import servers
from rehearsal.postgres import connect
from rehearsal.providers.vault import ROWS
from rehearsal.providers.vault.here import Here
from rehearsal.servers.postgres import Postgres
from rehearsal.servers.vault import Vault
from rehearsal.toolchain import VAULT, ensure

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(120)]

CONFIG = "database/config/corebank"
FIRST = "seen-by-two"

# The program has told Vault not to try, and Vault remembers that.
TRIED = {"verify_connection": True}


@dataclass
class World:
    """Both servers right after the update: Vault's user has no password."""

    root: Any
    administrator: Any
    postgres: dict[str, str]

    def vault_logs_in(self, password: str) -> bool:
        try:
            with connect({**self.postgres, "user": "vault", "password": password}):
                return True
        except psycopg.OperationalError:
            return False


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    folder = tmp_path_factory.mktemp("password")
    quiet = Console(file=io.StringIO())
    kinds = [Vault(program=ensure(VAULT, console=quiet)[VAULT.name]), Postgres()]
    try:
        at = servers.start(folder, kinds, console=quiet)
        root: Any = hvac.Client(url=at["vault"]["address"], token=at["vault"]["token"])
        rules = people_rules(Mounts(kv="a", transit="b", pki="c", databases="database"))
        root.sys.create_or_update_policy(name="a", policy=policy_text(rules[ADMINISTRATOR]))
        token = root.auth.token.create(policies=["a"])["auth"]["client_token"]
        root.sys.enable_secrets_engine("database")
        with connect(at["postgres"]) as session:
            session.execute("CREATE ROLE vault LOGIN CREATEROLE")
        connection = "vault:database/secretBackendConnection:SecretBackendConnection"
        row = next(row for row in ROWS if row.type == connection)
        row.create(
            Here(vault=root, servers=at),
            {
                "backend": "database",
                "name": "corebank",
                "allowedRoles": ["payments-read"],
                "verifyConnection": False,
                "postgresql": {
                    "connectionUrl": "postgresql://{{username}}:{{password}}@host:5432/postgres"
                    "?sslmode=verify-full&sslrootcert=/vault/tls/databases.pem",
                    "username": "vault",
                    "passwordAuthentication": "scram-sha-256",
                },
            },
        )
        administrator = hvac.Client(url=root.url, token=token)
        yield World(root, administrator, dict(at["postgres"]))
    finally:
        servers.stop(folder)


def test_vault_tries_the_first_password_keeps_all_else_and_changes_it(world: World) -> None:
    before = world.root.read(CONFIG)["data"]
    with connect(world.postgres) as session:
        session.execute(f"ALTER ROLE vault PASSWORD '{FIRST}'".encode())

    with pytest.raises((InternalServerError, InvalidRequest), match="error verifying connection"):
        world.administrator.write_data(CONFIG, data={"password": "mistyped", **TRIED})
    world.administrator.write_data(CONFIG, data={"password": FIRST, **TRIED})
    assert world.vault_logs_in(FIRST)

    world.administrator.write_data("database/rotate-root/corebank", data={})
    assert not world.vault_logs_in(FIRST)
    world.administrator.write_data(CONFIG, data={"verify_connection": False})
    after = world.root.read(CONFIG)["data"]
    assert {key: after[key] for key in before} == before
    world.root.write_data(
        "database/roles/payments-read",
        data={
            "db_name": "corebank",
            "creation_statements": [
                "CREATE ROLE \"{{name}}\" LOGIN PASSWORD '{{password}}'",
            ],
        },
    )
    assert world.root.read("database/creds/payments-read")["data"]["username"].startswith("v-")


def test_who_gives_vault_its_password_gets_no_login_of_a_domain(world: World) -> None:
    with pytest.raises(Forbidden):
        world.administrator.read("database/creds/payments-read")
    with pytest.raises(Forbidden):
        world.administrator.read(CONFIG)
