"""Which processes belong to a rehearsal, and how they are ended.

Every process is started with a mark in its environment. What a killed command left behind is found
by that mark among the user's own processes, never by a program's name. A process number that was
written down counts only together with the time at which that process was created.
"""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

from rehearsal.servers.folder import Record, records

FOLDER_MARK = "COREBANK_REHEARSAL"
"""Environment variable with the rehearsal's folder, absolute."""

PART_MARK = "COREBANK_REHEARSAL_PART"
"""Environment variable with the server's name."""

GO = {"GOGC": "400"}
"""For programs in Go: they collect garbage once four times as much has been added as was in use. A
third of the API server's time went into that, and the machine has the memory."""

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ")

_BOOT_JITTER_S = 1.5
"""Creation times count from boot, and that is known to a second only."""


def marked_environment(folder: Path, part: str) -> dict[str, str]:
    """All variables for a process of a rehearsal.

    Little of ours is passed on: a server has no use for the caller's credentials, and would obey
    variables such as ``VAULT_SEAL_TYPE``.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, **GO, FOLDER_MARK: str(folder.resolve()), PART_MARK: part}


def running(record: Record | None) -> int | None:
    """The number of a server's process, if that still runs."""
    if record is None or record.pid is None or record.created is None:
        return None
    try:
        process = psutil.Process(record.pid)
        same = abs(process.create_time() - record.created) <= _BOOT_JITTER_S
    except psutil.Error:
        return None
    return record.pid if same and _runs(process) else None


def runs(pid: int) -> bool:
    """Whether the process of a number does anything."""
    try:
        return _runs(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False


def listens(pid: int, port: int) -> bool:
    """Whether a process or one of its descendants listens on a port."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return any(
            connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            for member in family
            for connection in member.net_connections(kind="tcp")
        )
    except psutil.Error:
        return False


def belonging(folder: Path, part: str | None = None) -> list[psutil.Process]:
    """The user's processes of a rehearsal, with their descendants and groups.

    Those that bear its mark, and those that were written down, since a program may overwrite the
    memory in which its environment is read.

    Args:
        folder: The rehearsal's folder.
        part: Only this server; ``None`` stands for all.

    Returns:
        The processes; neither the caller's own nor those that it descends from are among them.
    """
    own = {process.pid: process for process in psutil.process_iter() if _is_own(process)}
    wanted = {FOLDER_MARK: str(folder.resolve())} | ({PART_MARK: part} if part else {})
    spared = {os.getpid(), *(process.pid for process in psutil.Process().parents())}
    found = {pid for pid, process in own.items() if wanted.items() <= _environment(process).items()}
    noted = (record for name, record in records(folder).items() if part in {None, name})
    found |= {pid for pid in map(running, noted) if pid in own}
    found -= spared
    kin = {pid: _kin(process) for pid, process in own.items() if pid not in spared}
    while more := {pid for pid, related in kin.items() if related & found} - found:
        found |= more
    return [own[pid] for pid in sorted(found)]


def part(process: psutil.Process) -> str:
    """The server that a process belongs to, as far as it still tells."""
    return _environment(process).get(PART_MARK, "")


def end(processes: Iterable[psutil.Process], grace: float) -> None:
    """Ends processes and returns when they are gone: asked first, killed after ``grace`` seconds.

    psutil compares creation times before it sends a signal, so a number that has been taken over
    by another process since is left alone.
    """
    rest = list(processes)
    for signal, patience in ((psutil.Process.terminate, grace), (psutil.Process.kill, 5.0)):
        for process in rest:
            with suppress(psutil.NoSuchProcess):
                signal(process)
        until = time.monotonic() + patience
        while (rest := [process for process in rest if _runs(process)]) and (
            time.monotonic() < until
        ):
            time.sleep(0.05)
    if rest:
        raise TimeoutError(f"processes {[process.pid for process in rest]} cannot be ended")


def _runs(process: psutil.Process) -> bool:
    """Whether it does; one that has ended and waits for its parent to notice does not.

    While threads are left, its memory is being given back, and it still has its ports.
    """
    try:
        ended = process.status() == psutil.STATUS_ZOMBIE and process.num_threads() == 1
        return process.is_running() and not ended
    except psutil.NoSuchProcess:
        return False


def _is_own(process: psutil.Process) -> bool:
    try:
        return process.uids().real == os.getuid()
    except psutil.Error:
        return False


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except (psutil.Error, OSError):
        return {}


def _kin(process: psutil.Process) -> set[int]:
    """The leaders that a process follows: its parent and the head of its group."""
    try:
        return {process.ppid(), os.getpgid(process.pid)}
    except (psutil.Error, ProcessLookupError):
        return set()
