"""Runs one build, keeps its output in a log and shows how far it is.

Owns what a person sees while waiting: a live line on a terminal, a plain line now and then where
there is none. Knows nothing of caches.
"""

import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from rehearsal.toolchain.tools import Recipe

PLAIN_INTERVAL_S = 20.0
"""How often a line is written where there is no terminal: CI ends a job that stays silent."""

_TAIL = 15


class BuildFailed(Exception):  # noqa: N818 - says what happened
    """A tool could not be made; the message gives its last output and where all of it is."""


class Tally:
    """How far a build is, as far as its output tells."""

    def __init__(self, packages: int) -> None:
        self._packages = packages
        self._seen: Counter[str] = Counter()

    def add(self, line: str) -> None:
        """Takes in one line of a build's output."""
        if line.startswith("go: downloading "):
            self._seen["modules fetched"] += 1
        elif "Downloaded from " in line:
            self._seen["files fetched"] += 1
        elif self._packages and line and not set(line) & set(" :\t"):
            # `go build -v` prints the path of each package it compiles, alone on its line.
            self._seen[f"of at most {self._packages} packages compiled"] += 1

    def __str__(self) -> str:
        """``120 modules fetched, 312 of at most 2575 packages compiled``."""
        return ", ".join(f"{number} {what}" for what, number in self._seen.items()) or "at work"


def build(title: str, recipe: Recipe, *, log: Path, held: int, console: Console) -> None:
    """Runs a recipe to its end.

    Args:
        title: The tool and its version.
        recipe: What to run.
        log: The file that takes all of its output.
        held: Descriptor of the lock on the result. The build inherits it, so that a build whose
            starter was killed still keeps others from starting a second one beside it.
        console: Where progress is shown.

    Raises:
        BuildFailed: It ended with another status than 0.
        OSError: Its command could not be started.
    """
    tally = Tally(recipe.packages)
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("w") as sink,
        _shown(title, tally, console),
        subprocess.Popen(  # noqa: S603 - a recipe of ours
            recipe.command,
            cwd=recipe.folder,
            env={**os.environ, **recipe.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=(held,),
        ) as process,
    ):
        os.ftruncate(held, 0)
        os.pwrite(held, str(process.pid).encode(), 0)
        try:
            for line in process.stdout or ():
                sink.write(line)
                tally.add(line.rstrip("\n"))
        except BaseException:
            os.killpg(process.pid, signal.SIGTERM)
            raise
    if process.returncode != 0:
        last = "".join(f"  {line}\n" for line in log.read_text().splitlines()[-_TAIL:])
        raise BuildFailed(
            f"{title} could not be made: {recipe.command[0]} ended with status"
            f" {process.returncode}. Its last output, all of which is in {log}:\n{last}"
        )


@contextmanager
def _shown(title: str, tally: Tally, console: Console) -> Generator[None]:
    """Shows a build while it runs."""
    if console.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}  {task.fields[tally]}"))
        with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
            progress.add_task(title, total=None, tally=tally)
            yield
        return
    over = Event()
    began = time.monotonic()

    def write() -> None:
        while not over.wait(PLAIN_INTERVAL_S):
            elapsed = timedelta(seconds=int(time.monotonic() - began))
            console.print(f"{title}: {elapsed}  {tally}", highlight=False, soft_wrap=True)

    writing = Thread(target=write, daemon=True)
    writing.start()
    try:
        yield
    finally:
        over.set()
        writing.join()
