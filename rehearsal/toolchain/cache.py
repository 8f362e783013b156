"""Finished tools, shared by all clones of one user, and how a missing one gets there.

Each tool has one folder, ``<name>-<version>-<key>``, which is there only when it is complete: it is
filled under another name and renamed. A build that is killed at any moment leaves nothing that the
next run would take for a tool. Owns no knowledge of single tools.
"""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from rehearsal.toolchain.building import build
from rehearsal.toolchain.programs import Program, ProgramsMissing
from rehearsal.toolchain.tools import Tool


def cache_folder() -> Path:
    """Where tools are kept: ``$COREBANK_CACHE``, else ``corebank`` in the user's cache."""
    if own := os.environ.get("COREBANK_CACHE"):
        return Path(own).absolute()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "corebank"


def built(tool: Tool | Program) -> bool:
    """Whether a tool is there, on the machine or in the cache."""
    return _present(tool) is not None


def missing(*tools: Tool | Program) -> tuple[Program, ...]:
    """The programs that a person has to install before these tools can be had."""
    programs: dict[str, Program] = {}
    for tool in tools:
        if _present(tool) is not None:
            continue
        lacking = (tool,) if isinstance(tool, Program) else missing(*tool.needs)
        programs |= {program.name: program for program in lacking}
    return tuple(programs.values())


def ensure(*tools: Tool | Program, console: Console) -> dict[str, Path]:
    """Makes those tools that are not there yet, one after another.

    May be called again for more tools, and from a thread while something else proceeds; then give
    it a console that is no terminal, so that its lines do not run into those of the other.

    Args:
        tools: What is needed, in the order of need.
        console: Where progress is shown.

    Returns:
        The program or folder of each tool, by its name.

    Raises:
        ProgramsMissing: All programs that the machine lacks, found before any build.
        BuildFailed: A build ended with an error.
    """
    if lacking := missing(*tools):
        raise ProgramsMissing(lacking)
    return {tool.name: _ensure(tool, console) for tool in tools}


def _present(tool: Tool | Program) -> Path | None:
    if isinstance(tool, Program):
        return tool.find()
    product = _slot(tool) / tool.product
    return tool.found() or (product if product.exists() else None)


def _slot(tool: Tool) -> Path:
    return cache_folder() / f"{tool.name}-{tool.version}-{tool.key()}"


def _ensure(tool: Tool | Program, console: Console) -> Path:
    if present := _present(tool):
        return present
    if isinstance(tool, Program):
        raise ProgramsMissing([tool])
    needs = {need.name: _ensure(need, console) for need in tool.needs}
    title = f"{tool.name} {tool.version}"
    slot = _slot(tool)
    with _held(slot, title, console) as held:
        if present := _present(tool):
            return present
        partial = slot.with_name(f".{slot.name}.part")
        log = cache_folder() / "logs" / f"{slot.name}.log"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir()
        _say(console, f"{title}: making it once for this machine takes {tool.estimate}; log {log}")
        build(title, tool.recipe(partial, needs), log=log, held=held, console=console)
        shutil.rmtree(slot, ignore_errors=True)
        partial.rename(slot)
        _say(console, f"{title}: ready")
    return slot / tool.product


@contextmanager
def _held(slot: Path, title: str, console: Console) -> Generator[int]:
    """Keeps every other run, of any clone, from making the same tool; gives the descriptor."""
    slot.parent.mkdir(parents=True, exist_ok=True)
    # The file stays: removed, two runs could each lock a file of that name.
    held = os.open(slot.with_name(f".{slot.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            builder = os.pread(held, 20, 0).decode() or "just started"
            _say(console, f"{title}: another run is making it (process {builder}); waiting for it")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield held
    finally:
        os.close(held)


def _say(console: Console, line: str) -> None:
    console.print(line, highlight=False, soft_wrap=True, markup=False)
