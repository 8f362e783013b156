"""Roles: who may log in, what is allowed to them, and whose privileges they have."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from rehearsal.postgres import Session
from rehearsal.providers.postgresql.login import Login, found
from rehearsal.providers.postgresql.passwords import opens, verifier
from rehearsal.providers.refusing import refuse_changes, refuse_others
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, from_api, is_list

_READ = """
SELECT r.rolsuper, r.rolcreatedb, r.rolcreaterole, r.rolinherit, r.rolcanlogin, r.rolreplication,
       r.rolbypassrls, r.rolconnlimit, coalesce(r.rolvaliduntil, 'infinity')::text,
       coalesce(r.rolvaliduntil, 'infinity') = %(until)s::timestamptz, r.rolconfig, a.rolpassword
FROM pg_roles r JOIN pg_authid a ON a.oid = r.oid
WHERE r.rolname = %(name)s
"""

_GROUPS = """
SELECT DISTINCT pg_get_userbyid(roleid)::text FROM pg_auth_members
WHERE pg_get_userbyid(member) = %s ORDER BY 1
"""

_MAY = {
    "superuser": (sql.SQL("SUPERUSER"), sql.SQL("NOSUPERUSER")),
    "createDatabase": (sql.SQL("CREATEDB"), sql.SQL("NOCREATEDB")),
    "createRole": (sql.SQL("CREATEROLE"), sql.SQL("NOCREATEROLE")),
    "inherit": (sql.SQL("INHERIT"), sql.SQL("NOINHERIT")),
    "login": (sql.SQL("LOGIN"), sql.SQL("NOLOGIN")),
    "replication": (sql.SQL("REPLICATION"), sql.SQL("NOREPLICATION")),
    "bypassRowLevelSecurity": (sql.SQL("BYPASSRLS"), sql.SQL("NOBYPASSRLS")),
}
"""What may be allowed to a role, in the order in which ``_READ`` tells it."""

_SUPERUSERS = ("superuser", "replication", "bypassRowLevelSecurity")
"""What of these only a superuser gives, or who has it; Aurora's master user has none of them."""

_PARAMETERS = {
    "assumeRole": "role",
    "idleInTransactionSessionTimeout": "idle_in_transaction_session_timeout",
    "searchPaths": "search_path",
    "statementTimeout": "statement_timeout",
}
"""Settings of its sessions, and PostgreSQL's names of them."""

_AT_THE_END = ("skipDropRole", "skipReassignOwned")
_PASSWORDS = ("password", "passwordWo", "passwordWoVersion")
_CHANGEABLE = (
    *_MAY,
    *_PARAMETERS,
    *_AT_THE_END,
    *_PASSWORDS,
    "connectionLimit",
    "roles",
    "validUntil",
)


def _defaults() -> Mapping[str, Any]:
    return {
        **dict.fromkeys((*_MAY, *_AT_THE_END), False),
        "inherit": True,
        "encryptedPassword": True,
        "connectionLimit": -1,
        "validUntil": "infinity",
        # Not the provider's, but what it compares with: what somebody added is told.
        "assumeRole": "",
        "idleInTransactionSessionTimeout": 0,
        "roles": [],
        "searchPaths": [],
        "statementTimeout": 0,
    }


@dataclass(frozen=True, kw_only=True)
class Role(ResourceType[Login]):
    """A role. Its password is sent as what checks it, and never told."""

    type: str = "postgresql:index/role:Role"
    autoname: str = "name"
    defaults: Mapping[str, Any] = field(default_factory=_defaults)

    def create(self, client: Login, inputs: Plain) -> str:
        """Makes it with all that belongs to it, or not at all."""
        self._refuse(client, inputs)
        name = str(inputs["name"])
        with client.session() as session, session.transaction():
            session.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
            _apply(session, name, inputs, password=_password(inputs))
        return name

    def read(self, client: Login, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells what is allowed to it, its settings and memberships; a password if it still is."""
        del state
        until = inputs.get("validUntil", "infinity")
        with client.session() as session:
            row = session.execute(_READ, {"name": resource_id, "until": until}).fetchone()
            roles = _groups(session, resource_id)
        if row is None:
            return None
        may, (limit, told, as_declared, settings, checks) = row[: len(_MAY)], row[len(_MAY) :]
        live = {
            **inputs,
            **dict(zip(_MAY, may, strict=True)),
            **_told(settings or []),
            "name": resource_id,
            "connectionLimit": limit,
            "validUntil": until if as_declared else told,
            "roles": from_api(inputs.get("roles", []), roles),
        }
        if "password" in inputs and not opens(inputs["password"], checks):
            live["password"] = None
        return live

    def update(self, client: Login, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Makes it what is declared; a password that is declared no more opens no more."""
        del state
        self._refuse(client, new)
        refuse_changes(self.type, old, new, *_CHANGEABLE)
        password = _password(new)
        taken = _password(old) is not None and password is None
        with client.session() as session, session.transaction():
            _apply(session, resource_id, new, password=password, without=taken)

    def delete(self, client: Login, resource_id: str, state: Plain) -> None:
        """Takes it away; what it owns in the maintenance database goes to the superuser."""
        name = sql.Identifier(resource_id)
        with client.session() as session, session.transaction():
            if not found(session, "pg_roles", "rolname", resource_id):
                return
            if not state.get("skipReassignOwned"):
                session.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(name))
                session.execute(sql.SQL("DROP OWNED BY {}").format(name))
            if not state.get("skipDropRole"):
                session.execute(sql.SQL("DROP ROLE {}").format(name))

    def _refuse(self, client: Login, inputs: Plain) -> None:
        refuse_others(self.type, inputs, "name", "encryptedPassword", *_CHANGEABLE)
        given = [name for name in _SUPERUSERS if inputs.get(name)]
        if given and not client.superuser:
            raise RuntimeError(
                f"only a superuser gives {', '.join(given)}, and the provider says that its user"
                " is none (superuser is false)"
            )
        if not inputs.get("encryptedPassword", True):
            raise RuntimeError("PostgreSQL keeps no password in clear (encryptedPassword is false)")
        if "password" in inputs and "passwordWo" in inputs:
            raise RuntimeError(f"{self.type} takes password or passwordWo, not both")


def _password(inputs: Plain) -> str | None:
    return inputs.get("password", inputs.get("passwordWo"))


def _apply(
    session: Session, name: str, inputs: Plain, *, password: str | None, without: bool = False
) -> None:
    role = sql.Identifier(name)
    given = {**_defaults(), **inputs}
    options: list[sql.Composable] = [yes if given[key] else no for key, (yes, no) in _MAY.items()]
    options.append(sql.SQL("CONNECTION LIMIT {}").format(int(given["connectionLimit"])))
    options.append(sql.SQL("VALID UNTIL {}").format(given["validUntil"]))
    if password is not None:
        checks = verifier(session, name, password)
        options.append(sql.SQL("PASSWORD {}").format(checks))
    elif without:
        options.append(sql.SQL("PASSWORD NULL"))
    session.execute(sql.SQL("ALTER ROLE {} {}").format(role, sql.SQL(" ").join(options)))
    for key, parameter in _PARAMETERS.items():
        session.execute(_setting(role, sql.Identifier(parameter), given[key]))
    _join(session, name, set(given["roles"]))


def _setting(role: sql.Identifier, parameter: sql.Identifier, value: Any) -> sql.Composed:
    if not value:
        return sql.SQL("ALTER ROLE {} RESET {}").format(role, parameter)
    values = value if is_list(value) else [value]
    told = sql.SQL(", ").join(int(each) if isinstance(each, float) else each for each in values)
    return sql.SQL("ALTER ROLE {} SET {} TO {}").format(role, parameter, told)


def _join(session: Session, name: str, wanted: set[str]) -> None:
    """Makes it a member of these roles, and of no others."""
    has = set(_groups(session, name))
    member = sql.Identifier(name)
    for role in sorted(has - wanted):
        session.execute(sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(role), member))
    for role in sorted(wanted - has):
        session.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(role), member))


def _groups(session: Session, name: str) -> list[str]:
    return [group for (group,) in session.execute(_GROUPS, [name])]


def _told(settings: list[str]) -> Plain:
    """The settings of its sessions by Pulumi's names; what is not set is empty or 0."""
    values = dict(setting.split("=", 1) for setting in settings)
    return {
        "assumeRole": values.get("role", ""),
        "idleInTransactionSessionTimeout": _number(
            values.get("idle_in_transaction_session_timeout", "0")
        ),
        "searchPaths": [
            quoted.replace('""', '"') or plain
            for quoted, plain in re.findall(
                r'"((?:[^"]|"")*)"|([^\s,"]+)', values.get("search_path", "")
            )
        ],
        "statementTimeout": _number(values.get("statement_timeout", "0")),
    }


def _number(text: str) -> int | str:
    """Milliseconds; somebody may have set it as ``5s``."""
    return int(text) if text.isdigit() else text
