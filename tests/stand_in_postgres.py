"""A real PostgreSQL for tests, and what the rows of its stand-in do in it."""

import io
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from rehearsal import servers
from rehearsal.postgres import Session, connect
from rehearsal.providers.postgresql import ROWS
from rehearsal.providers.postgresql.login import Login
from rehearsal.providers.resource_type import ResourceType
from rehearsal.servers.postgres import Postgres
from tests.stand_in_world import drift, new_name

Plain = dict[str, Any]

DATABASE = "postgresql:index/database:Database"
DEFAULTS = "postgresql:index/defaultPrivileges:DefaultPrivileges"
EXTENSION = "postgresql:index/extension:Extension"
GRANT = "postgresql:index/grant:Grant"
MEMBER = "postgresql:index/grantRole:GrantRole"
ROLE = "postgresql:index/role:Role"
SCHEMA = "postgresql:index/schema:Schema"


def row_of(token: str) -> ResourceType[Login]:
    return next(row for row in ROWS if row.type == token)


@dataclass
class Made:
    """A resource that was made: its row, its id, what is declared of it, and what is known."""

    row: ResourceType[Login]
    id: str
    inputs: Plain
    state: Plain = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class World:
    """The server, as its superuser, with the rows' client of it."""

    server: dict[str, str]

    @property
    def login(self) -> Login:
        return Login(self.server)

    def make(self, token: str, **inputs: Any) -> Made:
        """Makes a resource as the framework does, the provider's defaults included."""
        row = row_of(token)
        given = {**row.defaults, **inputs}
        made = Made(row, row.create(self.login, given), given)
        made.state = self.live(made)
        assert drift(given, made.state) == []
        return made

    def live(self, made: Made) -> Plain:
        found = made.row.read(self.login, made.id, made.inputs, made.state)
        assert found is not None
        return {**made.state, **found}

    def is_gone(self, made: Made) -> bool:
        return made.row.read(self.login, made.id, made.inputs, made.state) is None

    def drift(self, made: Made) -> list[str]:
        return drift(made.inputs, self.live(made))

    def mend(self, made: Made) -> list[str]:
        """Updates to what is declared, from what refresh found; tells what differs after."""
        found = self.live(made)
        made.row.update(
            self.login, made.id, found, {key: found.get(key) for key in made.inputs}, made.inputs
        )
        return self.drift(made)

    def change(self, made: Made, **changes: Any) -> None:
        new = {**made.inputs, **changes}
        made.row.update(self.login, made.id, made.state, made.inputs, new)
        made.inputs = new
        made.state = self.live(made)
        assert drift(new, made.state) == []

    def delete(self, made: Made) -> None:
        """Takes it away, twice: one that is gone is no error."""
        made.row.delete(self.login, made.id, made.state)
        assert self.is_gone(made)
        made.row.delete(self.login, made.id, made.state)

    def session(self, database: str = "postgres") -> Session:
        return connect(self.server, database)

    def as_user(self, user: str, password: str, database: str) -> Session:
        return connect({**self.server, "user": user, "password": password}, database)

    def by_hand(
        self, statement: str, *values: Any, database: str = "postgres"
    ) -> list[tuple[Any, ...]]:
        """Does something past the stand-in."""
        with self.session(database) as session:
            done = session.execute(statement.encode(), values or None)
            return done.fetchall() if done.description else []

    def database(self, **inputs: Any) -> Made:
        return self.make(DATABASE, name=new_name(), **inputs)

    def role(self, **inputs: Any) -> Made:
        return self.make(ROLE, name=new_name(), **inputs)


@contextmanager
def running(folder: Path) -> Generator[World]:
    """Runs it in a folder of its own."""
    try:
        at = servers.start(folder, [Postgres()], console=Console(file=io.StringIO()))
        yield World(at["postgres"])
    finally:
        servers.stop(folder)
