"""Privileges on what will be made: what an owner's later objects are granted at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from rehearsal.postgres import Session
from rehearsal.providers.postgresql.login import PUBLIC, Login, number_of
from rehearsal.providers.postgresql.privileges import (
    KINDS,
    in_sql,
    in_words,
    kind_of,
    refuse_strange,
)
from rehearsal.providers.refusing import refuse_others
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_ON = tuple(name for name, kind in KINDS.items() if kind.later)

_READ = """
SELECT a.privilege_type, a.is_grantable
FROM aclexplode(coalesce(
    (SELECT defaclacl FROM pg_default_acl
     WHERE defaclrole = %(owner)s::bigint::oid AND defaclobjtype::text = %(later)s
       AND defaclnamespace = coalesce(to_regnamespace(%(schema)s)::oid, 0)),
    -- Without an entry, it is what PostgreSQL gives; a schema's entry comes on top of that.
    CASE WHEN %(schema)s::text IS NULL
         THEN acldefault(%(code)s, %(owner)s::bigint::oid) END)) a
WHERE a.grantee = %(grantee)s::bigint::oid
"""


def _defaults() -> Mapping[str, Any]:
    return {"withGrantOption": False}


@dataclass(frozen=True, kw_only=True)
class DefaultPrivileges(ResourceType[Login]):
    """All default privileges of one role on one kind of an owner's later objects."""

    type: str = "postgresql:index/defaultPrivileges:DefaultPrivileges"
    replaces: tuple[str, ...] = (
        "database",
        "objectType",
        "owner",
        "role",
        "schema",
        "withGrantOption",
    )
    defaults: Mapping[str, Any] = field(default_factory=_defaults)

    def create(self, client: Login, inputs: Plain) -> str:
        """Takes away what there is, and grants what is declared; an empty list grants nothing."""
        self._refuse(inputs)
        self._write(client, inputs, inputs["privileges"])
        schema = inputs.get("schema", "noschema")
        keys = inputs["role"], inputs["database"], schema, inputs["owner"], inputs["objectType"]
        return "_".join(keys)

    def read(self, client: Login, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells what later objects will get."""
        del resource_id
        known = {**state, **inputs}
        if not client.has_database(known["database"]):
            return None
        with client.session(known["database"]) as session:
            has = _granted(session, known)
        if has is None:
            return None
        kind, declared = kind_of(self.type, known["objectType"], _ON), known["privileges"]
        option = bool(known.get("withGrantOption"))
        onward = any(has.values()) if not option else all(has.values())
        privileges = in_words(declared, kind, has)
        return {**inputs, "privileges": privileges, "withGrantOption": onward}

    def update(self, client: Login, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Grants other privileges: as when it is made."""
        del resource_id, state, old
        self._refuse(new)
        self._write(client, new, new["privileges"])

    def delete(self, client: Login, resource_id: str, state: Plain) -> None:
        """Takes everything away; what is there by then keeps what it has."""
        if self.read(client, resource_id, {}, state) is not None:
            self._write(client, state, [])

    def _refuse(self, inputs: Plain) -> None:
        refuse_others(self.type, inputs, *self.replaces, "privileges")
        name = inputs["objectType"]
        refuse_strange(inputs["privileges"], name, kind_of(self.type, name, _ON))
        if name == "schema" and "schema" in inputs:
            raise RuntimeError("there are no schemas in a schema (objectType is schema)")
        if inputs["role"] == PUBLIC and inputs.get("withGrantOption"):
            raise RuntimeError("PUBLIC can't be allowed to grant (withGrantOption is true)")

    def _write(self, client: Login, inputs: Plain, privileges: list[str]) -> None:
        word = kind_of(self.type, inputs["objectType"], _ON).word
        role, owner = sql.Identifier(inputs["role"]), sql.Identifier(inputs["owner"])
        alter = sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {}").format(owner)
        if "schema" in inputs:
            alter += sql.SQL(" IN SCHEMA {}").format(sql.Identifier(inputs["schema"]))
        with client.session(inputs["database"]) as session, session.transaction():
            lock = "SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = %s"
            session.execute(lock, [inputs["owner"]])
            session.execute(alter + sql.SQL(" REVOKE ALL ON {}S FROM {}").format(word, role))
            if privileges:
                option = sql.SQL(" WITH GRANT OPTION" if inputs.get("withGrantOption") else "")
                grant = sql.SQL(" GRANT {} ON {}S TO {}{}")
                session.execute(alter + grant.format(in_sql(privileges), word, role, option))


def _granted(session: Session, known: Plain) -> dict[str, bool] | None:
    """Each privilege and whether it may be granted on; ``None`` where owner or role is gone."""
    owner, grantee = (number_of(session, known[key]) for key in ("owner", "role"))
    if owner is None or grantee is None:
        return None
    schema = known.get("schema")
    kind = KINDS[known["objectType"]]
    values = {
        "owner": owner,
        "grantee": grantee,
        "code": kind.code,
        "later": kind.later,
        "schema": schema and sql.Identifier(schema).as_string(session),
    }
    return dict(session.execute(_READ, values).fetchall())
