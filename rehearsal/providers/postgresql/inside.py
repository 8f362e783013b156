"""What is inside a database: schemas and extensions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from rehearsal.providers.postgresql.login import Login, found
from rehearsal.providers.refusing import refuse_changes, refuse_others
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain


def _schema_defaults() -> Mapping[str, Any]:
    return {"dropCascade": False, "ifNotExists": True}


@dataclass(frozen=True, kw_only=True)
class Schema(ResourceType[Login]):
    """A schema; one that is there already, such as ``public``, is taken over."""

    type: str = "postgresql:index/schema:Schema"
    replaces: tuple[str, ...] = ("database",)
    autoname: str = "name"
    defaults: Mapping[str, Any] = field(default_factory=_schema_defaults)

    def create(self, client: Login, inputs: Plain) -> str:
        """Makes it, or gives the one that is there its owner."""
        refuse_others(self.type, inputs, "name", "database", "owner", *_schema_defaults())
        database, name = _database(self.type, inputs), inputs["name"]
        with client.session(database) as session, session.transaction():
            there = inputs.get("ifNotExists", True) and found(
                session, "pg_namespace", "nspname", name
            )
            if not there:
                session.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
            if "owner" in inputs:
                _give_schema(session, name, inputs["owner"])
        return f"{database}.{name}"

    def read(self, client: Login, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells whose it is."""
        del resource_id
        known = {**state, **inputs}
        if not client.has_database(known["database"]):
            return None
        query = "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s"
        with client.session(known["database"]) as session:
            row = session.execute(query, [known["name"]]).fetchone()
        return None if row is None else {**inputs, "owner": row[0]}

    def update(self, client: Login, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Gives it another owner."""
        del resource_id, state
        refuse_others(self.type, new, "name", "database", "owner", *_schema_defaults())
        refuse_changes(self.type, old, new, "owner", *_schema_defaults())
        if "owner" in new:
            with client.session(new["database"]) as session:
                _give_schema(session, new["name"], new["owner"])

    def delete(self, client: Login, resource_id: str, state: Plain) -> None:
        """Takes it away; with what is in it only if that is declared."""
        if self.read(client, resource_id, {}, state) is None:
            return
        drop = sql.SQL("DROP SCHEMA {} {}").format(
            sql.Identifier(state["name"]), _with(state.get("dropCascade"))
        )
        with client.session(state["database"]) as session:
            session.execute(drop)


def _extension_defaults() -> Mapping[str, Any]:
    return {"createCascade": False, "dropCascade": False}


@dataclass(frozen=True, kw_only=True)
class Extension(ResourceType[Login]):
    """An extension of a database: one of PostgreSQL's own, Aurora's are not here."""

    type: str = "postgresql:index/extension:Extension"
    replaces: tuple[str, ...] = ("database", "name")
    autoname: str = "name"
    defaults: Mapping[str, Any] = field(default_factory=_extension_defaults)

    def create(self, client: Login, inputs: Plain) -> str:
        """Makes it, or leaves the one that is there."""
        self._refuse(inputs)
        name, database = inputs["name"], _database(self.type, inputs)
        parts = [sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(name))]
        if "schema" in inputs:
            parts.append(sql.SQL("SCHEMA {}").format(sql.Identifier(inputs["schema"])))
        if "version" in inputs:
            parts.append(sql.SQL("VERSION {}").format(inputs["version"]))
        if inputs.get("createCascade"):
            parts.append(sql.SQL("CASCADE").format())
        with client.session(database) as session:
            session.execute(sql.SQL(" ").join(parts))
        return f"{database}.{name}"

    def read(self, client: Login, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells its version, and where its objects are."""
        del resource_id
        known = {**state, **inputs}
        if not client.has_database(known["database"]):
            return None
        query = (
            "SELECT e.extversion, n.nspname::text FROM pg_extension e"
            " JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = %s"
        )
        with client.session(known["database"]) as session:
            row = session.execute(query, [known["name"]]).fetchone()
        return None if row is None else {**inputs, "version": row[0], "schema": row[1]}

    def update(self, client: Login, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Brings it to another version, or elsewhere."""
        del resource_id, state
        self._refuse(new)
        refuse_changes(self.type, old, new, "schema", "version", *_extension_defaults())
        name = sql.Identifier(new["name"])
        with client.session(new["database"]) as session:
            if "version" in new:
                change = sql.SQL("ALTER EXTENSION {} UPDATE TO {}")
                session.execute(change.format(name, new["version"]))
            if "schema" in new:
                change = sql.SQL("ALTER EXTENSION {} SET SCHEMA {}")
                session.execute(change.format(name, sql.Identifier(new["schema"])))

    def delete(self, client: Login, resource_id: str, state: Plain) -> None:
        """Takes it away; with what needs it only if that is declared."""
        if self.read(client, resource_id, {}, state) is None:
            return
        drop = sql.SQL("DROP EXTENSION {} {}").format(
            sql.Identifier(state["name"]), _with(state.get("dropCascade"))
        )
        with client.session(state["database"]) as session:
            session.execute(drop)

    def _refuse(self, inputs: Plain) -> None:
        known = ("name", "database", "schema", "version", *_extension_defaults())
        refuse_others(self.type, inputs, *known)


def _give_schema(session: Any, name: str, owner: str) -> None:
    change = sql.SQL("ALTER SCHEMA {} OWNER TO {}")
    session.execute(change.format(sql.Identifier(name), sql.Identifier(owner)))


def _database(token: str, inputs: Plain) -> str:
    """The database it is in.

    Raises:
        RuntimeError: The program names none: the provider's is not this server's.
    """
    if "database" not in inputs:
        raise RuntimeError(f"{token} has no default for database in a rehearsal")
    return str(inputs["database"])


def _with(cascade: Any) -> sql.SQL:
    return sql.SQL("CASCADE" if cascade else "RESTRICT")
