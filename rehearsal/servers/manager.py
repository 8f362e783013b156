"""Starts the servers of a rehearsal, tells how they are, and ends them.

Every function takes the rehearsal's folder; rehearsals in different folders do not know of each
other. A server goes on when the command that started it has ended, until ``stop``. Knows nothing of
the single servers, nor what is done with them.
"""

import re
import socket
import subprocess
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from threading import Event, Lock

import psutil
from rich.console import Console

from rehearsal.servers import processes
from rehearsal.servers.folder import Record, data, locked, log, records, save
from rehearsal.servers.server import HOST, NotReady, Place, Server

PATIENCE_S = 60.0
"""How long a server may take to get healthy: six times the slowest seen on two cores."""

GRACE_S = 10.0
"""How long a server may take to end by itself before it is killed."""

_POLL_S = 0.1
_ATTEMPTS = 3
_TAIL = 15

_spawned: list[subprocess.Popen[bytes]] = []
"""Kept, because Python warns of a forgotten process that still runs."""


class State(StrEnum):
    """How a server is, as far as its process tells."""

    RUNNING = "running"
    ENDED = "ended"
    """It ended without having been stopped."""
    NOT_STARTED = "not started"


@dataclass(frozen=True, kw_only=True)
class Status:
    """One server: its state, its process while it runs, its addresses on 127.0.0.1 and its log."""

    name: str
    state: State
    pid: int | None
    ports: dict[str, int]
    log: Path


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A process that ``stop`` ended: the server it belonged to, its number and its program."""

    server: str
    pid: int
    program: str


class ServerFailed(Exception):  # noqa: N818 - says what happened, like the program's BadInput
    """Servers did not get healthy; gives for each the reason, its last output and its log."""


def start(
    folder: Path, servers: Sequence[Server], *, console: Console, patience: float = PATIENCE_S
) -> dict[str, dict[str, str]]:
    """Starts those servers that do not run, all at once, and waits until all are healthy.

    A server that ran before takes its earlier ports again, since its addresses are kept elsewhere.

    Args:
        folder: The rehearsal's folder; made if need be.
        servers: What has to run. Call again for servers that need the addresses of these.
        console: Takes one line per server.
        patience: Seconds that each may take to get healthy.

    Returns:
        The addresses of all of ``servers``: ``{"kafka": {"bootstrap": "127.0.0.1:41234"}, …}``.

    Raises:
        ServerFailed: At least one did not get healthy; it has been ended, the others run.
        Busy: Another command starts or stops servers in this folder.
    """
    folder = folder.absolute()
    with locked(folder), ThreadPoolExecutor(max_workers=len(servers)) as pool:
        starting = _Starting(folder, console, patience)
        waiting = [pool.submit(starting.bring_up, server) for server in servers]
        try:
            problems = [problem for future in waiting if (problem := future.exception())]
        except BaseException:
            starting.cancelled.set()
            raise
    for problem in problems:
        if not isinstance(problem, ServerFailed):
            raise problem
    if problems:
        raise ServerFailed("\n\n".join(map(str, problems)))
    known = records(folder)
    return {server.name: known[server.name].addresses for server in servers}


def addresses(folder: Path) -> dict[str, dict[str, str]]:
    """What is needed to reach each running server: ``{"vault": {"address": …, "token": …}}``."""
    return {
        name: record.addresses
        for name, record in records(folder).items()
        if processes.alive(record.pid, record.created)
    }


def status(folder: Path, names: Iterable[str]) -> tuple[Status, ...]:
    """How each of these servers is, whether it was ever started or not."""
    known = records(folder)
    unknown = Record(pid=None, created=None, ports={})
    return tuple(_status(folder, name, known.get(name, unknown)) for name in names)


def stop(folder: Path, *, grace: float = GRACE_S) -> tuple[Ended, ...]:
    """Ends every process of a rehearsal, also those that a killed command left behind.

    What the servers keep on disk stays, and so do their ports.

    Args:
        folder: The rehearsal's folder; nothing need run in it.
        grace: Seconds that processes have to end by themselves.

    Returns:
        What was ended.

    Raises:
        Busy: Another command starts or stops servers in this folder.
        TimeoutError: A process outlived being killed.
    """
    folder = folder.absolute()
    ended: list[Ended] = []
    with locked(folder):
        # A process that was just being forked is not seen the first time.
        while rest := processes.belonging(folder):
            ended += [_ended(process) for process in rest]
            processes.end(rest, grace)
        known = records(folder)
        if known:
            save(folder, {name: replace(r, pid=None, created=None) for name, r in known.items()})
    return tuple(ended)


class _Starting:
    """One call of ``start``: what its threads, one per server, share."""

    def __init__(self, folder: Path, console: Console, patience: float) -> None:
        self.cancelled = Event()
        self._folder = folder
        self._console = console
        self._patience = patience
        self._records = records(folder)
        self._writing = Lock()

    def bring_up(self, server: Server) -> None:
        """Starts a server unless it runs, and waits until it is healthy."""
        began = time.monotonic()
        record = self._records.get(server.name)
        if record and processes.alive(record.pid, record.created):
            self._wait(server, record, self._place(server, record.ports), None, 0)
            return
        processes.end(processes.belonging(self._folder, server.name), GRACE_S)
        own = record.ports if record and record.addresses else {}
        for port in own.values():
            if not _free(port):
                raise ServerFailed(
                    f"{server.name} cannot start: another program uses its port {HOST}:{port},"
                    " which the stack's state refers to; end that program and start again"
                )
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._spawn(server, own or _free_ports(server.ports), record)
                break
            except _PortLost:
                if own or attempt == _ATTEMPTS:
                    raise
        seconds = time.monotonic() - began
        ports = self._records[server.name].ports
        at = f"{HOST}:{ports[server.ports[0]]}" if server.ports else ""
        self._console.print(
            f"{server.name:<12} healthy after {seconds:4.1f} s  {at}",
            highlight=False,
            soft_wrap=True,
        )

    def _place(self, server: Server, ports: dict[str, int]) -> Place:
        environment = processes.marked_environment(self._folder, server.name)
        at = data(self._folder, server.name)
        at.mkdir(parents=True, exist_ok=True)
        return Place(folder=self._folder, data=at, ports=ports, environment=environment)
