"""Starts the servers of a rehearsal, tells how they are, and ends them.

Every function takes the rehearsal's folder; rehearsals in different folders do not know of each
other. A server goes on when the command that started it has ended, until ``stop``. Knows nothing of
the single servers, nor what is done with them.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from rehearsal.servers import processes
from rehearsal.servers.folder import locked, log, records, save
from rehearsal.servers.server import Server, ServerFailed
from rehearsal.servers.starting import GRACE_S, Starter, reap

PATIENCE_S = 180.0
"""How long a server may take to get healthy: the slowest takes some 4 s on two quiet cores, and was
seen to take more than 60 s where eight others were at work on them."""


class State(StrEnum):
    """How a server is, as far as its process tells; says nothing of its health."""

    RUNNING = "running"
    ENDED = "ended"
    """It is gone without having been stopped."""
    NOT_STARTED = "not started"
    """It was never started, or it was stopped."""


@dataclass(frozen=True, kw_only=True)
class Status:
    """One server: its state, its process while it runs, its ports by purpose, and its log."""

    name: str
    state: State
    pid: int | None
    ports: dict[str, int]
    log: Path


@dataclass(frozen=True, kw_only=True)
class Ended:
    """A process that ``stop`` ended: its server, as far as it still told, and its number."""

    server: str
    pid: int


def start(
    folder: Path, servers: Sequence[Server], *, console: Console, patience: float = PATIENCE_S
) -> dict[str, dict[str, str]]:
    """Starts those servers that do not run, all at once, and waits until all are healthy.

    A server that ran before takes its earlier ports again, since a stack's state refers to them.

    Args:
        folder: The rehearsal's folder; made if need be.
        servers: What has to run. Call again for servers that need the addresses of these.
        console: Takes one line per server started.
        patience: Seconds that each may take to get healthy.

    Returns:
        The addresses of all of ``servers``: ``{"kafka": {"bootstrap": "127.0.0.1:41234"}, …}``.

    Raises:
        ServerFailed: At least one did not get healthy. If this call started it, it has been ended;
            the others run.
        Busy: Another command starts or stops servers in this folder.
    """
    folder = folder.resolve()
    with locked(folder), ThreadPoolExecutor(max_workers=len(servers)) as pool:
        starter = Starter(folder, console, patience)
        under_way = {server.name: pool.submit(starter.bring_up, server) for server in servers}
        try:
            failures = [failure for each in under_way.values() if (failure := each.exception())]
        except BaseException:
            starter.cancelled.set()
            raise
        for failure in failures:
            if not isinstance(failure, ServerFailed):
                raise failure
        if failures:
            raise ServerFailed("\n\n".join(map(str, failures)))
        return {name: each.result() for name, each in under_way.items()}


def addresses(folder: Path) -> dict[str, dict[str, str]]:
    """What is needed to reach each server that runs: ``{"vault": {"address": …, "token": …}}``.

    A server that was not healthy yet is left out.
    """
    return {
        name: record.addresses
        for name, record in records(folder).items()
        if record.addresses and processes.running(record)
    }


def status(folder: Path, names: Iterable[str]) -> tuple[Status, ...]:
    """How each of these servers is, whether it was ever started or not."""
    known = records(folder)

    def one(name: str) -> Status:
        record = known.get(name)
        pid = processes.running(record)
        if record is None or record.pid is None:
            state = State.NOT_STARTED
        else:
            state = State.RUNNING if pid else State.ENDED
        ports = record.ports if record else {}
        return Status(name=name, state=state, pid=pid, ports=ports, log=log(folder, name))

    return tuple(map(one, names))


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
    folder = folder.resolve()
    ended: list[Ended] = []
    with locked(folder):
        # A process that was being forked while the others were listed shows the second time.
        while rest := processes.belonging(folder):
            ended += [Ended(server=processes.part(process), pid=process.pid) for process in rest]
            processes.end(rest, grace)
        reap()
        known = records(folder)
        if known:
            save(folder, {name: replace(r, pid=None, created=None) for name, r in known.items()})
    return tuple(ended)
