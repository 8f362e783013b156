"""Logins of databases, taken from Vault when they are needed: what each opens, and for how long.

Each workload that has a database takes a login that writes and one that reads, and uses them on
PostgreSQL itself, against its own database and everybody else's.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._vault_callers import Caller, root, workloads
from rehearsal.drills._vault_ceremony import open_databases
from rehearsal.postgres import Session, connect

_HOUR = 3600
_REFUSED = ("password authentication failed", "permission denied for database", "not permitted")
"""How PostgreSQL refuses to let somebody in."""


@dataclass(frozen=True, kw_only=True)
class _Login:
    """A login that Vault has made.

    Args:
        server: How one logs in with it.
        lease: By which it is taken back.
        seconds: How long it lives.
    """

    server: Mapping[str, str]
    lease: str
    seconds: int

    def opens(self, database: str) -> bool:
        """Whether it is let into a database."""
        try:
            connect(self.server, database).close()
        except psycopg.OperationalError as error:
            if not any(words in str(error) for words in _REFUSED):
                raise
            return False
        return True


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    open_databases(outputs, addresses)
    vault = outputs["vault"]
    owners = {
        name: database
        for name, each in vault["workloads"].items()
        for database in each["databases"]
    }
    with workloads(outputs, addresses) as all_:
        return [
            attempt
            for name in owners
            for attempt in _of_workload(outputs, addresses, name, all_.get(name), owners)
        ]


def _of_workload(
    outputs: Outputs,
    addresses: Addresses,
    name: str,
    caller: Caller | None,
    owners: Mapping[str, str],
) -> Iterator[Attempt]:
    vault, server = outputs["vault"], addresses["postgres"]
    writing, reading = vault["workloads"][name]["logins"]
    writer = caller and _taken(vault, server, caller, writing)
    reader = caller and _taken(vault, server, caller, reading)
    yield Attempt(
        actor=name,
        target="take two logins, for an hour at most",
        expected=True,
        granted=bool(writer and reader and max(writer.seconds, reader.seconds) <= _HOUR),
    )
    if not (writer and reader):
        return
    for other, database in owners.items():
        for what, login in (("open as a writer", writer), ("open as a reader", reader)):
            yield Attempt(
                actor=name,
                what=what,
                target=other,
                expected=other == name,
                granted=login.opens(database),
            )
    own = owners[name]
    if writer.opens(own) and reader.opens(own):
        yield from _inside(name, own, writer, reader, owners)
    yield from _afterwards(name, own, root(addresses), writer)


def _taken(vault: Any, server: Mapping[str, str], caller: Caller, role: str) -> _Login | None:
    path = f"{vault['databases']}/creds/{role}"
    if not caller.does("GET", path):
        return None
    told = caller.ask("GET", path)
    known = {"user": told["data"]["username"], "password": told["data"]["password"]}
    return _Login(
        server={**server, **known}, lease=told["lease_id"], seconds=told["lease_duration"]
    )


def _inside(
    name: str, own: str, writer: _Login, reader: _Login, owners: Mapping[str, str]
) -> Iterator[Attempt]:
    """What the two do in their own database."""
    table = sql.Identifier(own, f"drill_{secrets.token_hex(6)}")
    make = sql.SQL("CREATE TABLE {} (body text)").format(table)
    put = sql.SQL("INSERT INTO {} VALUES ('its own')").format(table)
    look = sql.SQL("SELECT body FROM {}").format(table)
    drop = sql.SQL("DROP TABLE {}").format(table)
    longer = sql.SQL("ALTER ROLE {} VALID UNTIL 'infinity'")

    def attempt(actor: str, target: str, *, expected: bool, granted: bool) -> Attempt:
        return Attempt(actor=f"{name}, {actor}", target=target, expected=expected, granted=granted)

    with connect(writer.server, own) as writes, connect(reader.server, own) as reads:
        yield attempt("writer", "make a table", expected=True, granted=_done(writes, make))
        yield attempt("writer", "write", expected=True, granted=_done(writes, put))
        yield attempt("writer", "read", expected=True, granted=_done(writes, look))
        yield attempt("reader", "read", expected=True, granted=_done(reads, look))
        yield attempt("reader", "write", expected=False, granted=_done(reads, put))
        yield attempt("reader", "take a table away", expected=False, granted=_done(reads, drop))
        beside = sql.SQL("CREATE TABLE public.drill ()")
        granted = _done(reads, beside, undone=True)
        yield attempt("reader", "make a table", expected=False, granted=granted)
        for actor, session, login in (("writer", writes, writer), ("reader", reads, reader)):
            for other in owners.values():
                if other != own:
                    become = sql.SQL("SET ROLE {}").format(sql.Identifier(other))
                    granted = _done(session, become, undone=True)
                    yield Attempt(
                        actor=name,
                        what=f"become the owner as a {actor} of",
                        target=other,
                        expected=False,
                        granted=granted,
                    )
            for target, statement in {
                "live longer": longer.format(sql.Identifier(login.server["user"])),
                "read passwords": sql.SQL("SELECT rolpassword FROM pg_authid"),
                "make a role": sql.SQL("CREATE ROLE drill"),
                "run a program": sql.SQL("COPY (SELECT 1) TO PROGRAM 'true'"),
            }.items():
                granted = _done(session, statement, undone=True)
                yield attempt(actor, target, expected=False, granted=granted)
        _done(writes, drop)


def _afterwards(name: str, own: str, starter: Caller, writer: _Login) -> Iterator[Attempt]:
    """What is left of a login whose lease was revoked."""
    before: Session | None = None
    if writer.opens(own):
        before = connect(writer.server, own)
    starter.ask("POST", "sys/leases/revoke", {"lease_id": writer.lease, "sync": True})
    going_on = before is not None and _done(before, sql.SQL("SELECT 1"))
    for target, granted in {
        "log in after it was revoked": writer.opens(own),
        "go on after it was revoked": going_on,
    }.items():
        yield Attempt(actor=f"{name}, writer", target=target, expected=False, granted=granted)
    if before is not None:
        before.close()


def _done(session: Session, statement: sql.SQL | sql.Composed, *, undone: bool = False) -> bool:
    """Whether PostgreSQL did what it was told to.

    Args:
        session: Who tells it.
        statement: What.
        undone: Whether it is taken back at once.
    """
    try:
        with session.transaction(force_rollback=undone):
            session.execute(statement)
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.AdminShutdown):
        return False
    return True


JUST_IN_TIME = Drill(
    name="just in time",
    claim="a login of a database is made when it is needed, opens that one, and ends when told to",
    needs="vault",
    attempts=_attempts,
)
