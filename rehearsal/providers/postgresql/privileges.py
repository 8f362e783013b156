"""What may be granted on what: the words of the provider and of PostgreSQL's access lists."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from psycopg import sql

ALL = "ALL"
_SHORT = {"TEMP": "TEMPORARY"}

_WORDS = {
    ALL: sql.SQL("ALL"),
    "CONNECT": sql.SQL("CONNECT"),
    "CREATE": sql.SQL("CREATE"),
    "DELETE": sql.SQL("DELETE"),
    "EXECUTE": sql.SQL("EXECUTE"),
    "INSERT": sql.SQL("INSERT"),
    "REFERENCES": sql.SQL("REFERENCES"),
    "SELECT": sql.SQL("SELECT"),
    "TEMPORARY": sql.SQL("TEMPORARY"),
    "TRIGGER": sql.SQL("TRIGGER"),
    "TRUNCATE": sql.SQL("TRUNCATE"),
    "UPDATE": sql.SQL("UPDATE"),
    "USAGE": sql.SQL("USAGE"),
}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of object.

    Args:
        word: What it is called in a grant; with an S where all or later ones are meant.
        code: Its letter where PostgreSQL tells privileges that were never granted.
        later: Its letter among the default privileges; empty where it has none.
        privileges: What the provider grants on it.
    """

    word: sql.SQL
    code: str
    later: str = ""
    privileges: frozenset[str]


_CALLED = frozenset({"EXECUTE"})

KINDS = {
    "database": Kind(
        word=sql.SQL("DATABASE"),
        code="d",
        privileges=frozenset({"CONNECT", "CREATE", "TEMPORARY"}),
    ),
    "schema": Kind(
        word=sql.SQL("SCHEMA"), code="n", later="n", privileges=frozenset({"CREATE", "USAGE"})
    ),
    "table": Kind(
        word=sql.SQL("TABLE"),
        code="r",
        later="r",
        privileges=frozenset(
            {"DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"}
        ),
    ),
    "sequence": Kind(
        word=sql.SQL("SEQUENCE"),
        code="s",
        later="S",
        privileges=frozenset({"SELECT", "UPDATE", "USAGE"}),
    ),
    "function": Kind(word=sql.SQL("FUNCTION"), code="f", later="f", privileges=_CALLED),
    "procedure": Kind(word=sql.SQL("PROCEDURE"), code="f", privileges=_CALLED),
    "routine": Kind(word=sql.SQL("ROUTINE"), code="f", later="f", privileges=_CALLED),
    "type": Kind(word=sql.SQL("TYPE"), code="T", later="T", privileges=frozenset({"USAGE"})),
}
"""By what the provider calls an ``objectType``."""


def kind_of(token: str, name: str, known: Collection[str]) -> Kind:
    """The kind that a resource is about.

    Raises:
        RuntimeError: The resource knows no such kind.
    """
    if name not in known:
        raise RuntimeError(f"{token} knows no objectType {name}, but {', '.join(sorted(known))}")
    return KINDS[name]


def full(declared: Sequence[str], kind: Kind) -> frozenset[str]:
    """Privileges as PostgreSQL tells them: ``ALL`` is every one, and none has a second name."""
    named = {_SHORT.get(word, word) for word in declared}
    return kind.privileges if ALL in named else frozenset(named)


def refuse_strange(declared: Sequence[str], name: str, kind: Kind) -> None:
    """Refuses words that are no privileges on such an object.

    Raises:
        RuntimeError: There are some; it names them and those that there are.
    """
    if strange := sorted(full(declared, kind) - kind.privileges):
        raise RuntimeError(
            f"{', '.join(strange)} can't be granted on a {name}, but {ALL} and"
            f" {', '.join(sorted(kind.privileges))}"
        )


def in_sql(declared: Sequence[str]) -> sql.Composed:
    """Privileges for a grant, at least one."""
    return sql.SQL(", ").join(_WORDS[_SHORT.get(word, word)] for word in declared)


def in_words(declared: Sequence[str], kind: Kind, has: Collection[str]) -> list[str]:
    """What is granted, in the declared words where it is the same.

    A newer PostgreSQL has more privileges than the provider knows; ``ALL`` grants these too.
    """
    wanted = full(declared, kind)
    if wanted == (frozenset(has) & kind.privileges if ALL in declared else frozenset(has)):
        return list(declared)
    return sorted(has)
