"""Privileges on what is there: on a database, a schema, or on what is in a schema."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from rehearsal.postgres import Session
from rehearsal.providers.postgresql.login import PUBLIC, Login, found, number_of
from rehearsal.providers.postgresql.privileges import (
    Kind,
    in_sql,
    in_words,
    kind_of,
    refuse_strange,
)
from rehearsal.providers.refusing import refuse_others
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_ON = ("database", "function", "procedure", "routine", "schema", "sequence", "table")
_NAMED = ("sequence", "table")
"""Kinds of which single objects can be named."""

_OF_RELATIONS = sql.SQL("""
SELECT relname::text, coalesce(relacl, acldefault(%(code)s, relowner)) FROM pg_class
WHERE relnamespace = to_regnamespace(%(schema)s) AND relkind::text = ANY(%(kinds)s)
""")
_OF_ROUTINES = sql.SQL("""
SELECT oid::text, coalesce(proacl, acldefault(%(code)s, proowner)) FROM pg_proc
WHERE pronamespace = to_regnamespace(%(schema)s) AND prokind::text = ANY(%(kinds)s)
""")
_LISTS = {
    "database": sql.SQL("""
SELECT datname::text, coalesce(datacl, acldefault(%(code)s, datdba)) FROM pg_database
WHERE datname = current_database()
"""),
    "schema": sql.SQL("""
SELECT nspname::text, coalesce(nspacl, acldefault(%(code)s, nspowner)) FROM pg_namespace
WHERE oid = to_regnamespace(%(schema)s)
"""),
    "table": _OF_RELATIONS,
    "sequence": _OF_RELATIONS,
    "function": _OF_ROUTINES,
    "procedure": _OF_ROUTINES,
    "routine": _OF_ROUTINES,
}
"""The access lists of all objects of a kind, those that PostgreSQL does not keep among them."""

_KINDS = {
    "table": list("rvmfp"),
    "sequence": ["S"],
    "function": ["f", "a", "w"],
    "procedure": ["p"],
    "routine": ["f", "a", "w", "p"],
}

_LOCKS = (
    "SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = %(role)s",
    "SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_database WHERE datname = %(database)s",
)
"""What the provider waits for: its other grants to a role, and those on a database itself."""


def _defaults() -> Mapping[str, Any]:
    return {"withGrantOption": False}


@dataclass(frozen=True, kw_only=True)
class Grant(ResourceType[Login]):
    """All privileges of one role on the objects of one kind: those it names, and no others."""

    type: str = "postgresql:index/grant:Grant"
    replaces: tuple[str, ...] = (
        "database",
        "objectType",
        "objects",
        "role",
        "schema",
        "withGrantOption",
    )
    defaults: Mapping[str, Any] = field(default_factory=_defaults)

    def create(self, client: Login, inputs: Plain) -> str:
        """Takes away what there is, and grants what is declared; an empty list grants nothing."""
        self._refuse(inputs)
        self._write(client, inputs, inputs["privileges"])
        parts = [inputs["role"], inputs["database"]]
        if "schema" in inputs:
            parts.append(inputs["schema"])
        return "_".join([*parts, inputs["objectType"], *inputs.get("objects", [])])

    def read(self, client: Login, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells what the access lists have; of several objects, those of the first that differs."""
        del resource_id
        known = {**state, **inputs}
        if not client.has_database(known["database"]):
            return None
        with client.session(known["database"]) as session:
            grantee = number_of(session, known["role"])
            if grantee is None or not _has_schema(session, known):
                return None
            lists = list(_lists(session, known, grantee))
        kind, declared = kind_of(self.type, known["objectType"], _ON), known["privileges"]
        option = bool(known.get("withGrantOption"))
        live = {**inputs, "privileges": declared, "withGrantOption": option}
        for has in lists:
            told = in_words(declared, kind, has)
            onward = any(has.values()) if not option else all(has.values())
            if told != declared or onward != option:
                return {**live, "privileges": told, "withGrantOption": onward}
        return live

    def update(self, client: Login, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Grants other privileges: as when it is made."""
        del resource_id, state, old
        self._refuse(new)
        self._write(client, new, new["privileges"])

    def delete(self, client: Login, resource_id: str, state: Plain) -> None:
        """Takes everything away, from ``PUBLIC`` too; what PostgreSQL gave it stays away."""
        if self.read(client, resource_id, {}, state) is not None:
            self._write(client, state, [])

    def _refuse(self, inputs: Plain) -> None:
        refuse_others(self.type, inputs, *self.replaces, "privileges")
        name = inputs["objectType"]
        refuse_strange(inputs["privileges"], name, kind_of(self.type, name, _ON))
        if (name == "database") == ("schema" in inputs):
            raise RuntimeError(f"a grant on a {name} needs a schema, one on a database has none")
        if inputs.get("objects") and name not in _NAMED:
            raise RuntimeError(f"the rehearsal can't name single objects of kind {name}")
        if inputs["role"] == PUBLIC and inputs.get("withGrantOption"):
            raise RuntimeError("PUBLIC can't be allowed to grant (withGrantOption is true)")

    def _write(self, client: Login, inputs: Plain, privileges: list[str]) -> None:
        kind = kind_of(self.type, inputs["objectType"], _ON)
        on, role = _objects(inputs, kind), sql.Identifier(inputs["role"])
        with client.session(inputs["database"]) as session, session.transaction():
            for lock in _LOCKS[: 2 if inputs["objectType"] == "database" else 1]:
                session.execute(lock, inputs)
            session.execute(sql.SQL("REVOKE ALL ON {} FROM {}").format(on, role))
            if privileges:
                option = " WITH GRANT OPTION" if inputs.get("withGrantOption") else ""
                session.execute(
                    sql.SQL("GRANT {} ON {} TO {}{}").format(
                        in_sql(privileges), on, role, sql.SQL(option)
                    )
                )


def _objects(inputs: Plain, kind: Kind) -> sql.Composed:
    """What a grant is on, in SQL."""
    if inputs["objectType"] == "database":
        return sql.SQL("{} {}").format(kind.word, sql.Identifier(inputs["database"]))
    schema = inputs["schema"]
    if inputs["objectType"] == "schema":
        return sql.SQL("{} {}").format(kind.word, sql.Identifier(schema))
    if named := inputs.get("objects"):
        names = sql.SQL(", ").join(sql.Identifier(schema, name) for name in named)
        return sql.SQL("{} {}").format(kind.word, names)
    return sql.SQL("ALL {}S IN SCHEMA {}").format(kind.word, sql.Identifier(schema))


def _has_schema(session: Session, known: Plain) -> bool:
    schema = known.get("schema")
    return schema is None or found(session, "pg_namespace", "nspname", schema)


def _lists(session: Session, known: Plain, grantee: int) -> Iterable[dict[str, bool]]:
    """What one role has on each object: its privileges, and whether it may grant them."""
    name = known["objectType"]
    query = sql.SQL(
        "SELECT o.name, a.privilege_type, a.is_grantable FROM ({}) AS o (name, list)"
        " LEFT JOIN LATERAL aclexplode(o.list) a ON a.grantee = %(grantee)s::bigint::oid"
        " ORDER BY 1, 2"
    ).format(_LISTS[name])
    schema = known.get("schema")
    values = {
        "code": kind_of("", name, _ON).code,
        "grantee": grantee,
        "kinds": _KINDS.get(name),
        "schema": schema and sql.Identifier(schema).as_string(session),
    }
    lists: dict[str, dict[str, bool]] = {}
    for each, privilege, onward in session.execute(query, values):
        of_object = lists.setdefault(each, {})
        if privilege:
            of_object[privilege] = of_object.get(privilege, False) or onward
    named = known.get("objects") or lists
    return [lists.get(each, {}) for each in named]
