"""What the runbook ``open-databases`` has people type, on a real PostgreSQL.

Its users log in with a password here, since nothing checks a token of IAM; and whoever makes them
is a superuser, which Aurora's master user is not.
"""

import re
from collections.abc import Generator
from graphlib import TopologicalSorter
from pathlib import Path

import psycopg
import pytest

from components._database_statements import makes_writer, unmakes
from domains import Catalogue
from rehearsal.postgres import connect
from rehearsal.providers.postgresql.login import Login
from settings import load_settings
from tests.engine import Declared
from tests.stack_files import config_of
from tests.stand_in_postgres import ROLE, World, row_of, running

pytestmark = [pytest.mark.timeout(300)]

RUNBOOK = Path(__file__).parents[1] / "docs" / "runbooks" / "open-databases.md"
PASSWORD = "not-a-secret"  # noqa: S105 - of a server that ends with the test


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    """A server in which people have made delivery's users as the runbook says."""
    (statements,) = re.findall(r"```sql\n(.*?)```", RUNBOOK.read_text(), re.DOTALL)
    with running(tmp_path_factory.mktemp("postgres")) as world:
        for statement in filter(str.strip, statements.split(";")):
            world.by_hand(statement)
        for user in ("corebank-apply", "corebank-plan"):
            world.by_hand(f"ALTER ROLE \"{user}\" PASSWORD '{PASSWORD}'")
        yield world


@pytest.fixture(scope="module")
def declared(catalogue: Catalogue) -> list[Declared]:
    """What production declares in PostgreSQL, each after what it waits for."""
    from bank import build  # noqa: PLC0415 - Pulumi is not imported where it is not needed
    from tests.engine import deploy  # noqa: PLC0415 - likewise

    settings = load_settings("production", config_of("production"))
    bank = deploy(lambda: build(settings, catalogue), stack="production")
    found = {it.urn: it for it in bank.resources if it.type.startswith("postgresql:")}
    order = TopologicalSorter({urn: set(it.depends_on) & set(found) for urn, it in found.items()})
    return [found[urn] for urn in order.static_order()]


def _as(here: World, user: str) -> Login:
    return Login({**here.server, "user": user, "password": PASSWORD}, superuser=False)


def _make_role(login: Login, it: Declared) -> None:
    """As the official provider does; the row says more than only a superuser may."""
    words = [word.upper() for word in ("login", "createRole") if it.inputs.get(word)]
    with login.session() as session:
        session.execute(f'CREATE ROLE "{it.inputs["name"]}" {" ".join(words)}'.encode())


@pytest.fixture(scope="module")
def full(here: World, declared: list[Declared]) -> World:
    """In which delivery's user has made everything."""
    login = _as(here, "corebank-apply")
    assert len(declared) > 100
    for it in declared:
        if it.type == ROLE:
            _make_role(login, it)
        else:
            row = row_of(it.type)
            row.create(login, {**row.defaults, **it.inputs})
    return here


def test_delivery_s_user_makes_all_that_the_program_declares(full: World) -> None:
    (owner,) = full.by_hand("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname='aml'")
    assert owner == ("aml",)
    told = full.by_hand(
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles"
        " WHERE rolname = 'corebank-apply'"
    )
    assert told == [(False, True, True, False)]


def test_who_plans_looks_at_the_catalogue_and_opens_no_domain_s_database(full: World) -> None:
    with connect(_as(full, "corebank-plan").server) as session:
        known = session.execute("SELECT datname FROM pg_database WHERE datname = 'aml'").fetchall()
        assert known == [("aml",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("CREATE DATABASE mine")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(_as(full, "corebank-plan").server, "aml")


def test_vault_s_user_makes_and_unmakes_logins_of_one_database(full: World) -> None:
    with connect(_as(full, "corebank-apply").server) as session:
        session.execute(f"ALTER ROLE vault PASSWORD '{PASSWORD}'")
    for statement in makes_writer("aml", "aml-reader"):
        _say(full, statement)
    writer = _as(full, "v-test").server
    with connect(writer, "aml") as session:
        session.execute("CREATE TABLE aml.a AS SELECT 1 AS b")
        assert session.execute("SELECT current_user, b FROM aml.a").fetchall() == [("aml", 1)]
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        connect(writer, "cards")

    for statement in unmakes():
        _say(full, statement)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(writer, "aml")


def _say(here: World, statement: str) -> None:
    """As Vault, which fills a login's name, password and end in."""
    for word, value in (
        ("name", "v-test"),
        ("password", PASSWORD),
        ("expiration", "2099-01-01 00:00:00+00"),
    ):
        statement = statement.replace(f"{{{{{word}}}}}", value)
    with connect(_as(here, "vault").server) as session:
        session.execute(statement.encode())
