"""One stack's rehearsal on this machine: its folder, its servers and its engine together."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from rehearsal import servers
from rehearsal.engine import Engine
from rehearsal.servers.stand_ins import StandIns
from rehearsal.servers.warm_host import WarmHost
from rehearsal.toolchain import (
    ISTIO,
    JAVA,
    KAFKA,
    KUBERNETES,
    KWOK,
    MINIO,
    PROMETHEUS_OPERATOR,
    PROMTOOL,
    PULUMI,
    VAULT,
    VCSIM,
    ensure,
)
from rehearsal.wanted import data_centre, kafka_brokers

SERVERS = (
    "collector",
    "kafka",
    "kubernetes",
    "minio",
    "moto",
    "postgres",
    "vault",
    "vcsim",
    "stand-ins",
    "warm-host",
)
"""Everything that runs in a rehearsal, in the order in which it is listed."""

_FORGETFUL = {"moto": "AWS", "vcsim": "vCenter"}
"""Servers that keep nothing on disk, and what each stands for."""


class CannotGoOn(Exception):  # noqa: N818 - says what is so
    """The rehearsal is in a state from which a command can't proceed; the text says how to."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """The rehearsal of one stack.

    Args:
        project: The folder of ``Pulumi.yaml``.
        stack: The stack's name.
        console: Where progress is told.
    """

    project: Path
    stack: str
    console: Console

    @property
    def folder(self) -> Path:
        """Everything that the rehearsal keeps."""
        return home(self.project) / self.stack

    @property
    def engine(self) -> Engine:
        """The engine, with the stand-ins that answer it: the rehearsal's, or those for previews."""
        running = servers.addresses(self.folder)
        if "stand-ins" not in running:
            running = servers.addresses(self._preview_folder)
        return Engine(
            program=ensure(PULUMI, console=self.console)[PULUMI.name],
            project=self.project,
            stack=self.stack,
            folder=self.folder,
            stand_ins=running.get("stand-ins", {}),
            warm_host=running.get("warm-host", {}).get("folder", ""),
        )

    def start(self) -> None:
        """Brings up whatever does not run, and the stack's state where there is none.

        Raises:
            CannotGoOn: What the servers hold and what the state says have come apart.
        """
        tools = ensure(
            PULUMI,
            ISTIO,
            PROMETHEUS_OPERATOR,
            KAFKA,
            KWOK,
            VCSIM,
            MINIO,
            KUBERNETES,
            VAULT,
            PROMTOOL,
            JAVA,
            console=self.console,
        )
        self._refuse_what_was_lost()
        # Each client library takes a second to load, so only the command that starts them does.
        from rehearsal.servers.collector import Collector  # noqa: PLC0415
        from rehearsal.servers.kafka import Kafka  # noqa: PLC0415
        from rehearsal.servers.kubernetes import Kubernetes  # noqa: PLC0415
        from rehearsal.servers.minio import Minio  # noqa: PLC0415
        from rehearsal.servers.moto import Moto  # noqa: PLC0415
        from rehearsal.servers.postgres import Postgres  # noqa: PLC0415
        from rehearsal.servers.vault import Vault  # noqa: PLC0415
        from rehearsal.servers.vcsim import Vcsim  # noqa: PLC0415

        wanted = [
            Kafka(
                jars=tools[KAFKA.name],
                java=tools[JAVA.name],
                brokers=kafka_brokers(self.project, self.stack),
            ),
            Kubernetes(programs=tools[KUBERNETES.name], kwok=tools[KWOK.name]),
            Vault(program=tools[VAULT.name]),
            Minio(program=tools[MINIO.name]),
            Moto(),
            Collector(),
            Postgres(),
            Vcsim(program=tools[VCSIM.name], inventory=data_centre(self.project, self.stack)),
            StandIns(),
            WarmHost(),
        ]
        servers.start(self.folder, wanted, console=self.console)
        self.engine.prepare()

    def start_for_preview(self) -> None:
        """Sees to it that stand-ins answer. A preview asks them only, and they ask no server."""
        ensure(PULUMI, console=self.console)
        if "stand-ins" not in servers.addresses(self.folder):
            wanted = [StandIns(), WarmHost()]
            servers.start(self._preview_folder, wanted, console=self.console)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.engine.prepare()

    def stop_preview(self) -> None:
        """Ends the stand-ins that only previews needed."""
        if self._preview_folder.exists():
            servers.stop(self._preview_folder)
            remove(self._preview_folder)

    @property
    def running(self) -> dict[str, dict[str, str]]:
        """What each server that runs needs to be reached, and the number of its process."""
        known = servers.addresses(self.folder)
        return {
            each.name: {**known[each.name], "pid": str(each.pid)}
            for each in servers.status(self.folder, known)
            if each.pid is not None
        }

    def addresses(self) -> dict[str, dict[str, str]]:
        """The same, of all servers.

        Raises:
            CannotGoOn: Not all of them run.
        """
        known = self.running
        if missing := [name for name in SERVERS if name not in known]:
            raise CannotGoOn(
                f"the rehearsal of {self.stack} is not up (not running: {', '.join(missing)}); "
                f"`make up STACK={self.stack}` brings it up"
            )
        return known

    def _refuse_what_was_lost(self) -> None:
        anew = f"`make down STACK={self.stack}`, then `make up STACK={self.stack}`, starts anew"
        if not self.folder.exists():
            return
        update = self.engine.update()
        if update and update.running:
            raise CannotGoOn(f"an update of {self.stack} is under way ({update}); wait for its end")
        if update:
            raise CannotGoOn(
                f"an update of {self.stack} was killed ({update}). What it made is on the servers "
                f"and not in the state, so another update would make it twice; {anew}"
            )
        ended = [
            server
            for server in servers.status(self.folder, list(_FORGETFUL))
            if server.state is not servers.State.RUNNING
        ]
        if ended and self.engine.resources():
            raise CannotGoOn(
                f"{ended[0].name}, the rehearsal's {_FORGETFUL[ended[0].name]}, has ended and "
                "keeps nothing on disk: the state tells of things that are gone (its log: "
                f"{ended[0].log}); {anew}"
            )

    @property
    def _preview_folder(self) -> Path:
        # Of this process, since another one that previews would end what this one asks.
        return home(self.project) / f"preview-{os.getpid()}"


def home(project: Path) -> Path:
    """Where a clone's rehearsals are: ``$COREBANK_REHEARSALS``, else ``.rehearsal`` in it."""
    return Path(os.environ.get("COREBANK_REHEARSALS", project / ".rehearsal")).absolute()


def rehearsals(project: Path) -> Iterator[str]:
    """The stacks that have a rehearsal, or what is left of one, in this clone."""
    if home(project).exists():
        yield from sorted(folder.name for folder in home(project).iterdir() if _is_one(folder))


def remove(folder: Path) -> None:
    """Removes a rehearsal's folder, and no other.

    What tells it for one goes last, so that a removal that is killed can be taken up again.
    """
    if not _is_one(folder):
        return
    for inner in folder.iterdir():
        if inner.is_dir():
            shutil.rmtree(inner)
    shutil.rmtree(folder)


def _is_one(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in ("lock", "passphrase"))


def stacks(project: Path) -> list[str]:
    """The project's stacks: it has a file for each."""
    return sorted(file.name.split(".")[1] for file in project.glob("Pulumi.*.yaml"))
