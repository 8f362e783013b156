"""The postgresql stand-in on a real PostgreSQL: what is made, what is told of it, what drifts."""

import asyncio
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import psycopg
import pytest

from rehearsal.providers.postgresql import stand_in
from rehearsal.providers.serving import serve
from tests.stand_in_engine import Engine, plain, secret, secrets
from tests.stand_in_postgres import (
    DATABASE,
    GRANT,
    MEMBER,
    ROLE,
    Made,
    Plain,
    World,
    row_of,
    running,
)
from tests.stand_in_world import new_name

KEPT = "SELECT rolpassword FROM pg_authid WHERE rolname = %s"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    with running(tmp_path_factory.mktemp("postgres")) as world:
        yield world


def grant(here: World, database: Made, role: str, *privileges: str, **more: Any) -> Made:
    inputs = {"objectType": "database", "privileges": list(privileges), **more}
    return here.make(GRANT, database=database.id, role=role, **inputs)


def test_a_database_is_made_told_changed_and_taken_away(here: World) -> None:
    owner, heir = here.role(), here.role()
    made = here.database(owner=owner.id, connectionLimit=20.0)
    assert made.id == made.inputs["name"]
    assert made.state["encoding"] == "UTF8"
    assert made.state["template"] == "template0"

    here.change(made, owner=heir.id, connectionLimit=5.0, allowConnections=False, isTemplate=True)
    (told,) = here.by_hand(
        "SELECT pg_get_userbyid(datdba), datconnlimit, datallowconn, datistemplate"
        " FROM pg_database WHERE datname = %s",
        made.id,
    )
    assert told == (heir.id, 5, False, True)

    here.delete(made)


def test_a_database_goes_though_somebody_is_logged_in_to_it(here: World) -> None:
    made = here.database()
    with here.session(made.id) as session:
        here.delete(made)
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")


def test_a_name_is_only_a_name(here: World) -> None:
    made = here.make(DATABASE, name='it"; DROP DATABASE postgres; --')
    role = here.make(ROLE, name='who"; ALTER ROLE postgres NOLOGIN; --', searchPaths=['a"b', "c"])
    given = grant(here, made, role.id, "CONNECT")
    assert here.drift(given) == []
    given.row.delete(here.login, given.id, given.state)
    here.delete(made)
    here.delete(role)


def test_a_role_may_nothing_that_is_not_declared(here: World) -> None:
    made = here.role()
    (may,) = here.by_hand(
        "SELECT rolsuper, rolcreatedb, rolcreaterole, rolcanlogin, rolreplication, rolbypassrls"
        " FROM pg_roles WHERE rolname = %s",
        made.id,
    )
    assert set(may) == {False}


ROLES: dict[str, Plain] = {
    "login": {"login": True, "connectionLimit": 3.0},
    "powers": {"createDatabase": True, "createRole": True, "replication": True},
    "superuser": {"superuser": True, "bypassRowLevelSecurity": True, "inherit": False},
    "until": {"validUntil": "2030-01-01T00:00:00Z"},
    "sessions": {
        "searchPaths": ["payments", 'we"ird, name', "$user"],
        "statementTimeout": 5000.0,
        "idleInTransactionSessionTimeout": 60000.0,
    },
    "assumes": {"assumeRole": "rds_iam"},
    "memberships": {"roles": ["rds_superuser", "rds_iam"]},
    "password": {"login": True, "password": "correct horse"},
    "written only": {"login": True, "passwordWo": "battery staple", "passwordWoVersion": "1"},
}


@pytest.mark.parametrize("kind", ROLES)
def test_a_role_is_made_and_told_as_declared_and_back_again(here: World, kind: str) -> None:
    made = here.role(**ROLES[kind])
    plain = here.role()
    for key in ROLES[kind]:
        made.inputs.pop(key)
    # Only the name and defaults are left.
    old = {**made.inputs, **ROLES[kind]}
    made.row.update(here.login, made.id, made.state, old, {**plain.inputs, "name": made.id})
    made.inputs = {**plain.inputs, "name": made.id}
    made.state = {}
    assert here.drift(made) == []
    assert here.by_hand(KEPT, made.id) == [(None,)]
    here.delete(made)


@pytest.mark.parametrize(
    ("by_hand", "told"),
    [
        ("ALTER ROLE {} SUPERUSER", ["superuser"]),
        ("ALTER ROLE {} LOGIN CREATEROLE", ["createRole", "login"]),
        ("ALTER ROLE {} BYPASSRLS NOINHERIT", ["bypassRowLevelSecurity", "inherit"]),
        ("ALTER ROLE {} CONNECTION LIMIT 7", ["connectionLimit"]),
        ("ALTER ROLE {} VALID UNTIL '2031-01-01'", ["validUntil"]),
        ("ALTER ROLE {} SET search_path TO elsewhere", ["searchPaths"]),
        ("ALTER ROLE {} SET statement_timeout TO '5s'", ["statementTimeout"]),
        ("ALTER ROLE {} SET role TO postgres", ["assumeRole"]),
        ("GRANT rds_superuser TO {}", ["roles"]),
        ("ALTER ROLE {} PASSWORD 'another'", ["password"]),
        ("ALTER ROLE {} PASSWORD NULL", ["password"]),
    ],
)
def test_what_somebody_does_to_a_role_is_told_and_mended(
    here: World, by_hand: str, told: list[str]
) -> None:
    made = here.role(password="declared")  # noqa: S106 - the test's
    here.by_hand(by_hand.format(f'"{made.id}"'))
    assert here.drift(made) == told
    assert here.mend(made) == []


def test_a_password_opens_and_is_kept_as_what_checks_it(here: World) -> None:
    made = here.role(login=True, password="pass wörd")  # noqa: S106 - the test's
    with here.as_user(made.id, "pass wörd", "postgres") as session:
        assert session.execute("SELECT current_user::text").fetchone() == (made.id,)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        here.as_user(made.id, "pass word", "postgres")
    ((kept,),) = here.by_hand(KEPT, made.id)
    assert kept.startswith("SCRAM-SHA-256$")


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"encrypted": "true"}, "can't give encrypted to postgresql:index/role:Role"),
        ({"encryptedPassword": False}, "keeps no password in clear"),
        ({"password": "a", "passwordWo": "b"}, "takes password or passwordWo, not both"),
    ],
)
def test_a_role_that_would_not_be_as_declared_is_refused(
    here: World, inputs: Plain, told: str
) -> None:
    name = new_name()
    with pytest.raises(RuntimeError, match=told):
        row_of(ROLE).create(here.login, {"name": name, **inputs})
    assert here.by_hand("SELECT 1 FROM pg_roles WHERE rolname = %s", name) == []


def test_a_role_that_can_not_be_made_whole_is_not_made(here: World) -> None:
    name = new_name()
    with pytest.raises(psycopg.errors.UndefinedObject):
        row_of(ROLE).create(here.login, {"name": name, "roles": ["nobody-of-this-name"]})
    assert here.by_hand("SELECT 1 FROM pg_roles WHERE rolname = %s", name) == []


def test_names_are_not_changed_in_place(here: World) -> None:
    for made in (here.role(), here.database()):
        with pytest.raises(RuntimeError, match="can't change name of postgresql:index"):
            here.change(made, name=new_name())


def test_what_a_role_owns_outlives_it(here: World) -> None:
    owner = here.role()
    made = here.database(owner=owner.id)
    here.delete(owner)
    assert here.drift(made) == ["owner"]
    assert here.live(made)["owner"] == "postgres"


def test_a_membership_is_made_told_and_ended(here: World) -> None:
    group, member = here.role(), here.role()
    made = here.make(MEMBER, role=member.id, grantRole=group.id)
    assert made.id == f"{member.id}_{group.id}_false"
    # The provider's two ways to say it fight over it, as its own documentation has it.
    assert here.drift(member) == ["roles"]

    here.by_hand(f'GRANT "{group.id}" TO "{member.id}" WITH ADMIN OPTION')
    assert here.drift(made) == ["withAdminOption"]
    here.by_hand(f'REVOKE "{group.id}" FROM "{member.id}"')
    assert here.is_gone(made)

    admin = here.make(MEMBER, role=member.id, grantRole=group.id, withAdminOption=True)
    with pytest.raises(RuntimeError, match="can't change a postgresql:index/grantRole"):
        here.change(admin, withAdminOption=False)
    here.delete(admin)


def test_everybody_may_enter_a_new_database_until_public_is_stripped(here: World) -> None:
    outsider = here.role(login=True, password="x")  # noqa: S106 - the test's
    made = here.database()
    here.as_user(outsider.id, "x", made.id).close()

    stripped = grant(here, made, "public")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        here.as_user(outsider.id, "x", made.id)

    here.by_hand(f'GRANT CONNECT ON DATABASE "{made.id}" TO PUBLIC')
    assert here.live(stripped)["privileges"] == ["CONNECT"]
    assert here.mend(stripped) == []
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        here.as_user(outsider.id, "x", made.id)


def test_what_postgresql_gives_by_itself_is_told_before_it_is_in_any_list(here: World) -> None:
    made = here.database()
    row = row_of(GRANT)
    stripped: Plain = {
        "database": made.id,
        "role": "public",
        "objectType": "database",
        "privileges": [],
    }
    found = row.read(here.login, "public", stripped, {})
    assert found is not None
    assert found["privileges"] == ["CONNECT", "TEMPORARY"]


def test_a_grant_is_all_that_a_role_has_on_a_database(here: World) -> None:
    role, made = here.role(), here.database()
    here.by_hand(f'GRANT CREATE ON DATABASE "{made.id}" TO "{role.id}"')
    given = grant(here, made, role.id, "CONNECT", "TEMP")
    assert given.id == f"{role.id}_{made.id}_database"
    assert given.state["privileges"] == ["CONNECT", "TEMP"]

    here.by_hand(f'GRANT CREATE ON DATABASE "{made.id}" TO "{role.id}"')
    assert here.live(given)["privileges"] == ["CONNECT", "CREATE", "TEMPORARY"]
    assert here.mend(given) == []

    here.by_hand(f'GRANT CONNECT ON DATABASE "{made.id}" TO "{role.id}" WITH GRANT OPTION')
    assert here.drift(given) == ["withGrantOption"]

    here.change(given, privileges=["ALL"], withGrantOption=True)
    here.by_hand(f'REVOKE GRANT OPTION FOR CREATE ON DATABASE "{made.id}" FROM "{role.id}"')
    assert here.drift(given) == ["withGrantOption"]

    given.row.delete(here.login, given.id, given.state)
    assert here.live(given)["privileges"] == []


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"privileges": ["SELECT"]}, "SELECT can't be granted on a database, but ALL and CONNECT"),
        ({"objectType": "column"}, "knows no objectType column, but database, function"),
        ({"schema": "public"}, "one on a database has none"),
        ({"objectType": "schema", "privileges": ["USAGE"]}, "a grant on a schema needs a schema"),
        ({"columns": ["iban"]}, "can't give columns to postgresql:index/grant:Grant"),
        ({"role": "public", "withGrantOption": True}, "PUBLIC can't be allowed to grant"),
    ],
)
def test_a_grant_that_says_nothing_or_something_else_is_refused(
    here: World, inputs: Plain, told: str
) -> None:
    base: Plain = {
        "database": "postgres",
        "role": "rds_iam",
        "objectType": "database",
        "privileges": [],
    }
    with pytest.raises(RuntimeError, match=told):
        row_of(GRANT).create(here.login, {**base, **inputs})


def test_a_grant_goes_with_its_database_and_with_its_role(here: World) -> None:
    role, made = here.role(), here.database()
    given = grant(here, made, role.id, "CONNECT")
    other = grant(here, here.database(), role.id, "CONNECT")
    here.delete(made)
    assert here.is_gone(given)
    given.row.delete(here.login, given.id, given.state)
    here.by_hand(f'DROP OWNED BY "{role.id}"')
    here.by_hand(f'DROP ROLE "{role.id}"')
    assert here.is_gone(other)


def test_the_engine_meets_the_local_server_whatever_the_stack_says(here: World) -> None:
    name = new_name()

    async def run() -> None:
        server, port = await serve(stand_in(lambda: {"postgres": here.server}))
        engine = Engine(port)
        await engine.configure(host="aurora.internal", port=5432.0, sslmode="verify-full")
        hidden = "correct horse"
        declared = {"name": name, "login": True, "password": secret(hidden)}
        checked = await engine.check(declared, token=ROLE)
        inputs = {**plain(checked.inputs), "password": secret(hidden)}
        # What the program leaves out is the provider's to say, so refresh looks for it.
        assert (inputs["superuser"], inputs["login"]) == (False, True)
        made = await engine.create(inputs, token=ROLE)
        assert secrets(made.properties) == {"password"}

        here.by_hand(f'ALTER ROLE "{name}" SUPERUSER')
        found = await engine.read(name, inputs, plain(made.properties), token=ROLE)
        assert plain(found.inputs)["superuser"] is True
        assert plain(found.inputs)["password"] == hidden
        assert secrets(found.inputs) == secrets(found.properties) == {"password"}

        # Aurora's master user may not, though the local one may.
        await engine.configure(superuser="false")
        await engine.create({"name": new_name(), "createRole": True}, token=ROLE)
        with pytest.raises(grpc.aio.AioRpcError, match="only a superuser gives superuser"):
            await engine.create({"name": new_name(), "superuser": True}, token=ROLE)

        await engine.channel.close()
        await server.stop(None)

    asyncio.run(run())


def test_a_whole_bank_is_made_at_once(here: World) -> None:
    def domain(_number: int) -> Made:
        owner = here.role()
        database = here.database(owner=owner.id)
        grant(here, database, "public")
        return database

    with ThreadPoolExecutor(max_workers=13) as pool:
        made = list(pool.map(domain, range(13)))
    assert [here.drift(database) for database in made] == [[]] * 13
