"""Brings one server up: its ports, its process, and the wait until it is healthy.

Owns what may go wrong on the way: a port lost to another program, an end or a hang before the
server was healthy. Which servers, and what becomes of them afterwards, is the ``manager``'s.
"""

import random
import re
import socket
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

import psutil
from rich.console import Console

from rehearsal.servers import processes
from rehearsal.servers.folder import Record, data, log, records, save
from rehearsal.servers.server import HOST, NotReady, Place, Server, ServerFailed

GRACE_S = 10.0
"""How long a server may take to end by itself before it is killed."""

_PORTS = range(20_000, 32_768)
"""Linux gives none of these to who connects, unless it was told otherwise: one that is free when it
is chosen is free when a server that takes its time listens, and when it comes back."""
_POLL_S = 0.1
_ATTEMPTS = 3
_TAIL_LINES = 15

_spawned: list[subprocess.Popen[bytes]] = []
"""Kept, because Python warns of a process that is forgotten while it runs."""


class _PortLost(ServerFailed):
    """Between choosing a port and listening to it, another program took it."""


class Starter:
    """One command's starting of servers: what the threads, one per server, share.

    Args:
        folder: The rehearsal's folder, absolute and locked.
        console: Takes one line per server.
        patience: Seconds that each server may take to get healthy.
    """

    def __init__(self, folder: Path, console: Console, patience: float) -> None:
        self.cancelled = Event()
        self._folder = folder
        self._console = console
        self._patience = patience
        self._known = records(folder)
        self._writing = Lock()
        self._choosing = Lock()
        self._ports = iter(random.sample(_PORTS, len(_PORTS)))

    def bring_up(self, server: Server) -> dict[str, str]:
        """Starts a server unless it runs, and gives its addresses once it is healthy.

        One that runs without a port that it wants by now is ended and started anew.
        """
        record = self._known.get(server.name)
        if record and processes.running(record) and record.ports.keys() >= set(server.ports):
            return self._wait(server, self._place(server, record.ports), record, log_start=0)
        processes.end(processes.belonging(self._folder, server.name), GRACE_S)
        if record and record.addresses:
            return self._launch(server, self._earlier_ports(server, record), record.addresses)
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._launch(server, self._free_ports(server.ports), {})
            except _PortLost:
                continue
        return self._launch(server, self._free_ports(server.ports), {})

    def _launch(
        self, server: Server, ports: dict[str, int], addresses: dict[str, str]
    ) -> dict[str, str]:
        began = time.monotonic()
        place = self._place(server, ports)
        output = log(self._folder, server.name)
        output.parent.mkdir(exist_ok=True)
        command = server.prepare(place)
        with output.open("ab") as sink:
            log_start = sink.tell()
            process = subprocess.Popen(  # noqa: S603 - a server of ours
                command.arguments,
                cwd=command.folder or place.data,
                env={**place.environment, **command.environment},
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _spawned.append(process)
        created = psutil.Process(process.pid).create_time()
        record = Record(pid=process.pid, created=created, ports=ports, addresses=addresses)
        self._save(server, record)
        try:
            found = self._wait(server, place, record, log_start)
        except BaseException:
            processes.end(processes.belonging(self._folder, server.name), GRACE_S)
            raise
        at = place.address(server.ports[0]) if server.ports else ""
        line = f"{server.name:<12} healthy after {time.monotonic() - began:4.1f} s  {at}"
        self._console.print(line, highlight=False, soft_wrap=True)
        return found

    def _wait(self, server: Server, place: Place, record: Record, log_start: int) -> dict[str, str]:
        until = time.monotonic() + self._patience
        reason = "it does not listen yet"
        while True:
            pid = processes.running(record)
            if pid is None:
                output = self._output(server, log_start)
                failure = _PortLost if re.search(r"\bin use\b", output) else ServerFailed
                last = self._last(server, output)
                raise failure(f"{server.name} ended before it was healthy. {last}")
            # On a port that it has not got, another rehearsal's server might answer.
            if not server.ports or processes.listens(pid, place.ports[server.ports[0]]):
                try:
                    addresses = server.health(place)
                except NotReady as answer:
                    reason = str(answer)
                else:
                    self._save(server, replace(record, addresses=addresses))
                    return addresses
            if self.cancelled.wait(_POLL_S):
                raise ServerFailed(f"{server.name}: its start was interrupted")
            if time.monotonic() > until:
                last = self._last(server, self._output(server, log_start))
                raise ServerFailed(
                    f"{server.name} is not healthy after {self._patience:.0f} s: {reason}. {last}"
                )

    def _earlier_ports(self, server: Server, record: Record) -> dict[str, int]:
        for port in record.ports.values():
            if not _is_free(port):
                raise ServerFailed(
                    f"{server.name} cannot start: another program uses {HOST}:{port}, where this"
                    " server was before and where the stack's state expects it; end that program"
                    " and start again"
                )
        return {**self._free_ports(server.ports), **record.ports}

    def _free_ports(self, purposes: tuple[str, ...]) -> dict[str, int]:
        """A different free port for each purpose, which no other server of this command has."""
        with self._choosing:
            return {purpose: next(filter(_is_free, self._ports)) for purpose in purposes}

    def _place(self, server: Server, ports: dict[str, int]) -> Place:
        environment = processes.marked_environment(self._folder, server.name)
        at = data(self._folder, server.name)
        at.mkdir(parents=True, exist_ok=True)
        return Place(folder=self._folder, data=at, ports=ports, environment=environment)

    def _save(self, server: Server, record: Record) -> None:
        with self._writing:
            self._known[server.name] = record
            save(self._folder, self._known)

    def _output(self, server: Server, log_start: int) -> str:
        """What a server has said in this start."""
        with log(self._folder, server.name).open("rb") as file:
            file.seek(log_start)
            return file.read().decode(errors="replace")

    def _last(self, server: Server, output: str) -> str:
        said = f"Its last output, all of which is in {log(self._folder, server.name)}:"
        return "\n".join([said, *output.splitlines()[-_TAIL_LINES:]])


def reap() -> None:
    """Takes note of the end of servers that this process has started."""
    for process in _spawned:
        process.poll()


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        # Connections of the server that had it may linger; they keep no new one from listening.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
        return True
