"""The postgresql stand-in inside a database: schemas, extensions, privileges on what is there."""

from collections.abc import Generator

import psycopg
import pytest
from psycopg import sql

from tests.stand_in_postgres import (
    DEFAULTS,
    EXTENSION,
    GRANT,
    SCHEMA,
    Made,
    Plain,
    World,
    row_of,
    running,
)
from tests.stand_in_world import new_name


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    with running(tmp_path_factory.mktemp("postgres")) as world:
        yield world


@pytest.fixture(scope="module")
def database(here: World) -> Made:
    return here.database()


@pytest.fixture
def owner(here: World) -> Made:
    return here.role(login=True, password="o")  # noqa: S106 - the test's


@pytest.fixture
def reader(here: World) -> Made:
    return here.role(login=True, password="r")  # noqa: S106 - the test's


@pytest.fixture
def schema(here: World, database: Made, owner: Made) -> Made:
    return here.make(SCHEMA, name=new_name(), database=database.id, owner=owner.id)


def name_of(schema: Made) -> str:
    return str(schema.inputs["name"])


def test_a_schema_is_made_told_changed_and_taken_away(
    here: World, database: Made, schema: Made, reader: Made
) -> None:
    assert schema.id == f"{database.id}.{name_of(schema)}"
    here.by_hand(f'ALTER SCHEMA "{name_of(schema)}" OWNER TO postgres', database=database.id)
    assert here.drift(schema) == ["owner"]
    assert here.mend(schema) == []

    here.change(schema, owner=reader.id)
    with pytest.raises(RuntimeError, match="can't change name of postgresql:index/schema"):
        here.change(schema, name=new_name())
    here.delete(schema)


def test_a_schema_goes_with_what_is_in_it_only_if_that_is_declared(
    here: World, database: Made, schema: Made
) -> None:
    here.by_hand(f'CREATE TABLE "{name_of(schema)}".accounts ()', database=database.id)
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        here.delete(schema)
    here.change(schema, dropCascade=True)
    here.delete(schema)


def test_a_schema_that_is_there_is_taken_over_unless_it_must_be_new(
    here: World, owner: Made
) -> None:
    database = here.database()
    taken = here.make(SCHEMA, name="public", database=database.id, owner=owner.id)
    assert here.live(taken)["owner"] == owner.id
    with pytest.raises(psycopg.errors.DuplicateSchema):
        here.make(SCHEMA, name="public", database=database.id, ifNotExists=False)
    here.delete(database)
    assert here.is_gone(taken)


@pytest.mark.parametrize(
    ("token", "inputs", "told"),
    [
        (SCHEMA, {"name": "a"}, "has no default for database in a rehearsal"),
        (EXTENSION, {"name": "citext"}, "has no default for database in a rehearsal"),
        (SCHEMA, {"name": "a", "database": "postgres", "policies": []}, "can't give policies to"),
        (EXTENSION, {"name": "a", "database": "postgres", "by": 1}, "can't give by to"),
    ],
)
def test_what_would_be_lost_without_a_word_is_refused(
    here: World, token: str, inputs: Plain, told: str
) -> None:
    with pytest.raises(RuntimeError, match=told):
        row_of(token).create(here.login, inputs)


def test_an_extension_is_made_told_moved_and_taken_away(
    here: World, database: Made, schema: Made
) -> None:
    made = here.make(EXTENSION, name="citext", database=database.id)
    assert made.id == f"{database.id}.citext"
    assert made.state["schema"] == "public"

    here.change(made, schema=name_of(schema))
    here.by_hand("ALTER EXTENSION citext SET SCHEMA public", database=database.id)
    assert here.drift(made) == ["schema"]
    assert here.mend(made) == []

    here.by_hand(f'CREATE TABLE names (name "{name_of(schema)}".citext)', database=database.id)
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        here.delete(made)
    here.change(made, dropCascade=True)
    here.delete(made)
    here.by_hand("DROP TABLE names", database=database.id)


def test_an_extension_may_bring_what_it_needs(here: World, database: Made) -> None:
    with pytest.raises(psycopg.errors.UndefinedObject):
        here.make(EXTENSION, name="earthdistance", database=database.id)
    made = here.make(
        EXTENSION, name="earthdistance", database=database.id, createCascade=True, version="1.2"
    )
    assert here.drift(made) == []


def test_everybody_may_use_the_public_schema_until_public_is_stripped(
    here: World, reader: Made
) -> None:
    database = here.database()
    here.by_hand("CREATE TABLE notes AS SELECT 1 AS number", database=database.id)
    here.by_hand("GRANT SELECT ON notes TO PUBLIC", database=database.id)
    with here.as_user(reader.id, "r", database.id) as session:
        session.execute("SELECT * FROM public.notes")

    on = {"database": database.id, "objectType": "schema", "schema": "public"}
    stripped = here.make(GRANT, role="public", privileges=[], **on)
    assert stripped.id == f"public_{database.id}_public_schema"
    with (
        here.as_user(reader.id, "r", database.id) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for schema"),
    ):
        session.execute("SELECT * FROM public.notes")

    here.by_hand("GRANT USAGE ON SCHEMA public TO PUBLIC", database=database.id)
    assert here.live(stripped)["privileges"] == ["USAGE"]
    assert here.mend(stripped) == []


OBJECTS: dict[str, tuple[str, list[str]]] = {
    "table": ("CREATE TABLE {}.accounts (number bigint)", ["SELECT", "INSERT"]),
    "sequence": ("CREATE SEQUENCE {}.numbers", ["USAGE", "SELECT"]),
    "function": ("CREATE FUNCTION {}.one() RETURNS int LANGUAGE sql AS 'SELECT 1'", ["EXECUTE"]),
    "procedure": ("CREATE PROCEDURE {}.nothing() LANGUAGE sql AS ''", ["EXECUTE"]),
    "routine": ("CREATE FUNCTION {}.two() RETURNS int LANGUAGE sql AS 'SELECT 2'", ["EXECUTE"]),
}


@pytest.mark.parametrize("kind", OBJECTS)
def test_a_grant_is_on_every_object_of_a_kind_in_a_schema(
    here: World, database: Made, schema: Made, reader: Made, kind: str
) -> None:
    create, privileges = OBJECTS[kind]
    here.by_hand(create.format(f'"{name_of(schema)}"'), database=database.id)
    where = {"database": database.id, "schema": name_of(schema), "objectType": kind}
    made = here.make(GRANT, role=reader.id, privileges=privileges, **where)
    everything = here.make(GRANT, role=reader.id, privileges=["ALL"], **where)
    assert here.drift(everything) == []

    for each in (made, everything):
        here.mend(each)
        here.by_hand(
            f'REVOKE ALL ON ALL {kind}S IN SCHEMA "{name_of(schema)}" FROM "{reader.id}"',
            database=database.id,
        )
        assert here.live(each)["privileges"] == []
        assert here.mend(each) == []
    everything.row.delete(here.login, everything.id, everything.state)
    assert here.live(everything)["privileges"] == []


def test_an_object_that_came_later_has_not_what_was_granted(
    here: World, database: Made, schema: Made, reader: Made
) -> None:
    where = {"database": database.id, "schema": name_of(schema), "objectType": "table"}
    made = here.make(GRANT, role=reader.id, privileges=["SELECT"], **where)
    # Nothing is there yet, so nothing is amiss.
    here.by_hand(f'CREATE TABLE "{name_of(schema)}".later ()', database=database.id)
    assert here.live(made)["privileges"] == []
    assert here.mend(made) == []


def test_a_grant_may_name_the_objects_it_is_on(
    here: World, database: Made, schema: Made, reader: Made
) -> None:
    for table in ("mine", "other"):
        here.by_hand(f'CREATE TABLE "{name_of(schema)}".{table} ()', database=database.id)
    where = {"database": database.id, "schema": name_of(schema), "objectType": "table"}
    made = here.make(GRANT, role=reader.id, privileges=["SELECT"], objects=["mine"], **where)
    assert here.drift(made) == []
    whole = {**made.inputs}
    del whole["objects"]
    found = made.row.read(here.login, made.id, whole, {})
    assert found is not None
    assert found["privileges"] == []

    here.by_hand(f'DROP TABLE "{name_of(schema)}".mine', database=database.id)
    assert here.live(made)["privileges"] == []


LATER = {
    "table": ["SELECT", "INSERT"],
    "sequence": ["USAGE"],
    "function": ["EXECUTE"],
    "routine": ["EXECUTE"],
    "type": ["USAGE"],
}


@pytest.mark.parametrize("kind", LATER)
@pytest.mark.parametrize("everywhere", [False, True])
def test_what_is_granted_on_later_objects_is_made_told_and_mended(
    here: World, schema: Made, reader: Made, kind: str, *, everywhere: bool
) -> None:
    owner = here.role()
    database, privileges = str(schema.inputs["database"]), LATER[kind]
    where = {} if everywhere else {"schema": name_of(schema)}
    on = {"database": database, "owner": owner.id, "objectType": kind, **where}
    made = here.make(DEFAULTS, role=reader.id, privileges=privileges, **on)
    place = where.get("schema", "noschema")
    assert made.id == f"{reader.id}_{database}_{place}_{owner.id}_{kind}"

    alter = f'ALTER DEFAULT PRIVILEGES FOR ROLE "{owner.id}"'
    alter += "" if everywhere else f' IN SCHEMA "{name_of(schema)}"'
    here.by_hand(f'{alter} REVOKE ALL ON {kind}S FROM "{reader.id}"', database=database)
    assert here.live(made)["privileges"] == []
    assert here.mend(made) == []

    here.change(made, privileges=["ALL"])
    made.row.delete(here.login, made.id, made.state)
    assert here.live(made)["privileges"] == []


def test_a_later_table_is_read_by_whom_it_is_granted_to(
    here: World, database: Made, owner: Made, reader: Made, schema: Made
) -> None:
    name = name_of(schema)
    usage = {"database": database.id, "objectType": "schema", "schema": name}
    here.make(GRANT, role=reader.id, privileges=["USAGE"], **usage)
    on = {"database": database.id, "owner": owner.id, "objectType": "table", "schema": name}
    here.make(DEFAULTS, role=reader.id, privileges=["SELECT"], **on)
    table = sql.Identifier(name, "later")
    with here.as_user(owner.id, "o", database.id) as session:
        session.execute(sql.SQL("CREATE TABLE {} AS SELECT 7 AS number").format(table))
    with here.as_user(reader.id, "r", database.id) as session:
        read = sql.SQL("SELECT number FROM {}").format(table)
        assert session.execute(read).fetchall() == [(7,)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(sql.SQL("DELETE FROM {}").format(table))


def test_what_everybody_gets_of_later_functions_is_told_and_stripped(
    here: World, database: Made, owner: Made
) -> None:
    on = {"database": database.id, "owner": owner.id, "objectType": "function"}
    found = row_of(DEFAULTS).read(
        here.login, "public", {**on, "role": "public", "privileges": []}, {}
    )
    assert found is not None
    assert found["privileges"] == ["EXECUTE"]
    made = here.make(DEFAULTS, role="public", privileges=[], **on)
    here.by_hand(
        f'ALTER DEFAULT PRIVILEGES FOR ROLE "{owner.id}" GRANT EXECUTE ON FUNCTIONS TO PUBLIC',
        database=database.id,
    )
    assert here.drift(made) == ["privileges"]
    assert here.mend(made) == []


def test_default_privileges_go_with_their_owner(here: World, database: Made, reader: Made) -> None:
    owner = here.role()
    on = {"database": database.id, "owner": owner.id, "objectType": "table"}
    made = here.make(DEFAULTS, role=reader.id, privileges=["SELECT"], **on)
    here.change(made, withGrantOption=True)
    made.row.delete(here.login, made.id, made.state)
    here.delete(owner)
    assert here.is_gone(made)
    made.row.delete(here.login, made.id, made.state)


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"privileges": ["CREATE"]}, "CREATE can't be granted on a table, but ALL and DELETE"),
        ({"objectType": "database"}, "knows no objectType database, but function, routine"),
        ({"objectType": "schema", "schema": "a"}, "there are no schemas in a schema"),
        ({"role": "public", "withGrantOption": True}, "PUBLIC can't be allowed to grant"),
        ({"objects": ["a"]}, "can't give objects to postgresql:index/defaultPrivileges"),
    ],
)
def test_default_privileges_that_say_nothing_are_refused(
    here: World, inputs: Plain, told: str
) -> None:
    on: Plain = {"database": "postgres", "owner": "postgres", "objectType": "table"}
    with pytest.raises(RuntimeError, match=told):
        row_of(DEFAULTS).create(here.login, {**on, "role": "rds_iam", "privileges": [], **inputs})
