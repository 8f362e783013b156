"""One rehearsal's folder: what is kept where, who may see it, and who works in it now.

::

    .rehearsal/<stack>/      only its owner may enter
        servers.json         each server's process, ports and addresses; tokens are among these
        logs/<server>.log
        data/<server>/
        lock                 held while a command starts or stops servers
"""

import fcntl
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of a server that has been started at least once.

    Args:
        pid: Its process, or ``None`` once it was stopped.
        created: When that process was created, in seconds since the epoch; tells it from a later
            process with the same number.
        ports: The ports on 127.0.0.1 that are its own, by purpose.
        addresses: What others need to reach it; empty until it was healthy for the first time.
    """

    pid: int | None
    created: float | None
    ports: dict[str, int]
    addresses: dict[str, str] = field(default_factory=dict[str, str])


class Busy(Exception):  # noqa: N818 - says what is so
    """Another command is starting or stopping servers in the same folder."""


_RECORDS = TypeAdapter(dict[str, Record])


def records(folder: Path) -> dict[str, Record]:
    """Every server that was ever started in a folder, by its name."""
    file = folder / "servers.json"
    return _RECORDS.validate_json(file.read_bytes()) if file.exists() else {}


def save(folder: Path, known: dict[str, Record]) -> None:
    """Replaces the records, in one step."""
    write_private(folder / "servers.json", _RECORDS.dump_json(known, indent=2))


def log(folder: Path, server: str) -> Path:
    """Where a server's output goes."""
    return folder / "logs" / f"{server}.log"


def data(folder: Path, server: str) -> Path:
    """Where a server keeps what it has to keep."""
    return folder / "data" / server


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner may read; a reader sees the old or the new, never half."""
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Makes the folder if need be, and keeps other commands from starting or stopping in it.

    Raises:
        Busy: Another command does so; the message says which.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Busy(
                f"{folder} is in use by {lock.read() or 'a process that has just started'};"
                " wait until it has ended, or end it"
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()} ({' '.join(sys.argv)})")
        lock.flush()
        yield
