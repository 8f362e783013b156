"""Databases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from psycopg import sql

from rehearsal.providers.postgresql.login import Login, in_declared_words, is_default
from rehearsal.providers.refusing import refuse_changes, refuse_others
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_READ = """
SELECT pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
       t.spcname, d.datconnlimit, d.datallowconn, d.datistemplate
FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace
WHERE d.datname = %s
"""
_TOLD = (
    "owner",
    "encoding",
    "lcCollate",
    "lcCtype",
    "tablespaceName",
    "connectionLimit",
    "allowConnections",
    "isTemplate",
)
"""What ``_READ`` tells, in its order."""

_FIXED = ("template", "encoding", "lcCollate", "lcCtype")
_SWITCHES = {
    "allowConnections": sql.SQL("ALLOW_CONNECTIONS"),
    "isTemplate": sql.SQL("IS_TEMPLATE"),
}


def _defaults() -> Mapping[str, Any]:
    return {"allowConnections": True, "alterObjectOwnership": False, "connectionLimit": -1}


@dataclass(frozen=True, kw_only=True)
class Database(ResourceType[Login]):
    """A database. What is in it goes with it."""

    type: str = "postgresql:index/database:Database"
    replaces: tuple[str, ...] = _FIXED
    autoname: str = "name"
    defaults: Mapping[str, Any] = field(default_factory=_defaults)

    def create(self, client: Login, inputs: Plain) -> str:
        """Makes it from the empty template unless another is declared, as the provider does."""
        self._refuse(inputs)
        words = {
            "TEMPLATE": _name(inputs.get("template", "template0")),
            "ENCODING": _text(inputs.get("encoding", "UTF8")),
        }
        if "owner" in inputs:
            words["OWNER"] = _name(inputs["owner"])
        if "tablespaceName" in inputs:
            words["TABLESPACE"] = _name(inputs["tablespaceName"])
        if "lcCollate" in inputs:
            words["LC_COLLATE"] = _text(inputs["lcCollate"])
        if "lcCtype" in inputs:
            words["LC_CTYPE"] = _text(inputs["lcCtype"])
        options = [sql.SQL("{} {}").format(_WORDS[word], value) for word, value in words.items()]
        statement = sql.SQL("CREATE DATABASE {} WITH {}").format(
            sql.Identifier(inputs["name"]), sql.SQL(" ").join([*options, *_settings(inputs)])
        )
        with client.session() as session:
            session.execute(statement)
        return str(inputs["name"])

    def read(self, client: Login, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells all but the template, which nothing remembers."""
        with client.session() as session:
            row = session.execute(_READ, [resource_id]).fetchone()
        if row is None:
            return None
        told = dict(zip(_TOLD, row, strict=True))
        live = {name: in_declared_words(inputs.get(name), value) for name, value in told.items()}
        template = inputs.get("template") or state.get("template") or "template0"
        return {**inputs, **live, "name": resource_id, "template": template}

    def update(self, client: Login, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Gives it another owner, place or limit."""
        del state
        self._refuse(new)
        refuse_changes(self.type, old, new, *_TOLD)
        name = sql.Identifier(resource_id)
        changes = _settings(new)
        if "owner" in new and not is_default(new["owner"]):
            changes.append(sql.SQL("OWNER TO {}").format(sql.Identifier(new["owner"])))
        if "tablespaceName" in new and not is_default(new["tablespaceName"]):
            place = sql.Identifier(new["tablespaceName"])
            changes.append(sql.SQL("SET TABLESPACE {}").format(place))
        with client.session() as session:
            for change in changes:
                session.execute(sql.SQL("ALTER DATABASE {} {}").format(name, change))

    def delete(self, client: Login, resource_id: str, state: Plain) -> None:
        """Takes it away, and whoever is logged in to it out of it."""
        del state
        name = sql.Identifier(resource_id)
        with client.session() as session:
            if session.execute(_READ, [resource_id]).fetchone() is not None:
                session.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(name))
                session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))

    def _refuse(self, inputs: Plain) -> None:
        refuse_others(self.type, inputs, "name", "template", "alterObjectOwnership", *_TOLD)
        if inputs.get("alterObjectOwnership"):
            raise RuntimeError(
                "the rehearsal leaves objects with their owner: their database's may"
                " change alone (alterObjectOwnership is true)"
            )


_WORDS = {
    "OWNER": sql.SQL("OWNER"),
    "TEMPLATE": sql.SQL("TEMPLATE"),
    "ENCODING": sql.SQL("ENCODING"),
    "LC_COLLATE": sql.SQL("LC_COLLATE"),
    "LC_CTYPE": sql.SQL("LC_CTYPE"),
    "TABLESPACE": sql.SQL("TABLESPACE"),
}


def _settings(inputs: Plain) -> list[sql.Composed]:
    """What is said in the same words when it is made and later."""
    limit = int(inputs.get("connectionLimit", -1))
    settings = [sql.SQL("CONNECTION LIMIT {}").format(limit)]
    for name, word in _SWITCHES.items():
        if name in inputs:
            settings.append(sql.SQL("{} {}").format(word, bool(inputs[name])))
    return settings


def _name(value: str) -> sql.Composable:
    return sql.SQL("DEFAULT") if is_default(value) else sql.Identifier(value)


def _text(value: str) -> sql.Composable:
    return sql.SQL("DEFAULT") if is_default(value) else sql.Literal(value)
