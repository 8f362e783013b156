"""What a machine has to bring itself, where it is looked for, and how a person gets it.

Owns Java, Maven, an installer for Python packages, and finding a Go that is new enough. What can be
had from a package registry instead is in ``tools``.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

JAVA_RELEASE = 17
"""The oldest Java on which a Kafka 4 broker runs (kafka.apache.org, 4.1 compatibility)."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program that has to be on the machine already.

    Args:
        name: What it is called on the command line.
        why: What it is needed for, and by which command.
        get: How a person gets it.
        find: Gives the program, or ``None``.
        seen: Gives what was found instead but will not do, in words, or ``None``.
    """

    name: str
    why: str
    get: str
    find: Callable[[], Path | None]
    seen: Callable[[], str | None] = lambda: None

    def missing(self) -> str:
        """Says that it is missing, why it is needed and how to get it."""
        seen = self.seen()
        return f"{self.name}: {self.why}{f' (got {seen})' if seen else ''}; {self.get}"


class ProgramsMissing(Exception):  # noqa: N818 - says what is so
    """Programs that a person has to install first; all of them, a line each."""

    def __init__(self, programs: Iterable[Program]) -> None:
        super().__init__("\n".join(sorted(program.missing() for program in programs)))


def numbers(version: str) -> tuple[int, ...]:
    """The comparable part of a version: ``go1.26.8`` and ``v1.26.8-rc.1`` give ``(1, 26, 8)``."""
    found = re.search(r"\d+(\.\d+)*", version)
    return tuple(map(int, found[0].split("."))) if found else ()


@cache
def answer(*command: str) -> str:
    """What a command prints, both streams together; nothing where it fails or is not there."""
    environment = {**os.environ, "GOTOOLCHAIN": "local", "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command on a program found on PATH
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=30,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def on_path(name: str, minimum: str, *asking: str) -> Path | None:
    """The program of that name on PATH, if it says that it is ``minimum`` or newer."""
    found = shutil.which(name)
    if found is None or numbers(answer(found, *asking)) < numbers(minimum):
        return None
    return Path(found)


def _javas() -> list[tuple[int, Path]]:
    """Every Java that would be used: its release and its program, ``JAVA_HOME`` first."""
    home = os.environ.get("JAVA_HOME")
    candidates = (Path(home, "bin/java") if home else None, shutil.which("java"))
    javas: list[tuple[int, Path]] = []
    for candidate in filter(None, candidates):
        # The properties name the true home, which a version manager's shim on PATH hides.
        properties = answer(str(candidate), "-XshowSettings:properties", "-version")
        release = re.search(r"java\.specification\.version = (?:1\.)?(\d+)", properties)
        true_home = re.search(r"java\.home = (.+)", properties)
        if release and true_home:
            javas.append((int(release[1]), Path(true_home[1].strip(), "bin/java")))
    return javas


def _compiles(java: Path) -> bool:
    return java.with_name("javac").exists()


def _java() -> Path | None:
    new_enough = (java for release, java in _javas() if release >= JAVA_RELEASE)
    return next(filter(_compiles, new_enough), None)


def _other_javas() -> str | None:
    others = (
        f"Java {release} at {java}{'' if _compiles(java) else ' without its compiler'}"
        for release, java in _javas()
    )
    return ", ".join(others) or None


def _maven() -> Path | None:
    found = shutil.which("mvn")
    return Path(found) if found else None


def _installer() -> Path | None:
    beside_python = str(Path(sys.executable).parent)
    places = os.pathsep.join([beside_python, os.environ.get("PATH", os.defpath)])
    found = (shutil.which(name, path=places) for name in ("pip3", "pip", "uv"))
    return next(map(Path, filter(None, found)), None)


JAVA = Program(
    name="java",
    why=f"Java {JAVA_RELEASE} or newer, with its compiler, runs the rehearsal's Kafka brokers; only"
    " `make up` needs it, `make preview` does not",
    get="install it, on Debian `apt-get install openjdk-17-jdk-headless` (or newer), or set"
    " JAVA_HOME",
    find=_java,
    seen=_other_javas,
)
MAVEN = Program(
    name="mvn",
    why="Maven fetches the Kafka brokers' jars, once; only `make up` needs it, `make preview`"
    " does not",
    get="install it, on Debian `apt-get install maven`",
    find=_maven,
)
INSTALLER = Program(
    name="pip",
    why="no Go on PATH is new enough, and pip or uv would fetch the compiler",
    get="install one of them, on Debian `apt-get install python3-pip`, or install Go",
    find=_installer,
)
