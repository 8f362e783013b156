"""What a server of a rehearsal is: the shape that the manager starts, watches and stops.

One file beside this one holds each kind. A server that keeps nothing on disk forgets everything
when it ends; its own file says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

HOST = "127.0.0.1"
"""Servers of a rehearsal are never reached from another machine."""


class NotReady(Exception):  # noqa: N818 - an answer, not a failure
    """A server is not healthy yet; the message gives the reason as far as it is known."""


class ServerFailed(Exception):  # noqa: N818 - says what happened
    """Servers did not get healthy; gives for each the reason, its last output and its log."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What the manager gives a server to live with.

    Args:
        folder: The whole rehearsal's folder, absolute.
        data: The server's own folder; it is there.
        ports: A port on 127.0.0.1 for each purpose that the server named.
        environment: All environment variables of its processes.
    """

    folder: Path
    data: Path
    ports: Mapping[str, int]
    environment: Mapping[str, str]

    def address(self, port: str) -> str:
        """Host and port for a purpose: ``127.0.0.1:41234``."""
        return f"{HOST}:{self.ports[port]}"


@dataclass(frozen=True, kw_only=True)
class Command:
    """How a server is started. Arguments are seen by everyone on the machine: never a secret.

    Args:
        arguments: Program and arguments.
        folder: Where it runs; ``None`` stands for its own data folder.
        environment: What it needs beside the place's environment.
    """

    arguments: tuple[str, ...]
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


class Server(Protocol):
    """One server of a rehearsal."""

    @property
    def name(self) -> str:
        """Names its log, its data and its addresses (``kafka`` in ``kafka.bootstrap``)."""
        ...

    @property
    def ports(self) -> tuple[str, ...]:
        """The purposes of its ports; the first is listened to before it is asked for its health.

        Empty where a server chooses its own.
        """
        ...

    def prepare(self, place: Place) -> Command:
        """Writes what it reads when it starts. Runs before every start, never beside the server."""
        ...

    def health(self, place: Place) -> dict[str, str]:
        """What others need to reach it. Asked ten times a second, so it does one step and returns.

        Raises:
            NotReady: It has to be asked again. Any other exception ends the start.
        """
        ...
