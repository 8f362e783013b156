"""Pulumi's engine, bound to one rehearsal: its state, its passphrase, its stand-ins.

Owns the environment in which any ``pulumi`` command works on the rehearsal and on nothing else.
The engine itself is the toolchain's, the servers are ``servers``'.
"""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.servers.folder import write_private
from rehearsal.servers.processes import FOLDER_MARK, GO, PART_MARK, runs

_HERE = Path(__file__).parent
_HOST = "pulumi-language-python"


def leave_shell() -> None:
    """Takes the command that ``env`` gives a shell off our own PATH: it only leads back to here."""
    if project := os.environ.get("REHEARSAL_PROJECT"):
        ours = str(Path(project, "rehearsal", "engine", "bin"))
        entries = os.environ["PATH"].split(os.pathsep)
        os.environ["PATH"] = os.pathsep.join(entry for entry in entries if entry != ours)


class EngineFailed(Exception):  # noqa: N818 - says what happened
    """A ``pulumi`` command ended with an error that it has told."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """An update that has begun and not ended: its process, when it began, whether it still runs."""

    pid: int
    since: str
    running: bool

    def __str__(self) -> str:
        return f"process {self.pid}, since {self.since}"


@dataclass(frozen=True, kw_only=True)
class Engine:
    """One stack's rehearsal as the engine sees it.

    Args:
        program: The ``pulumi`` executable.
        project: The folder of ``Pulumi.yaml``.
        stack: The stack's name.
        folder: The rehearsal's folder, absolute.
        stand_ins: Package to the port of its stand-in.
        warm_host: The folder of the process that language hosts are forked from; empty where there
            is none.
    """

    program: Path
    project: Path
    stack: str
    folder: Path
    stand_ins: Mapping[str, str]
    warm_host: str

    def environment(self) -> dict[str, str]:
        """The variables that make plain ``pulumi`` work on this rehearsal, ``PATH`` among them."""
        path = [str(_HERE / "bin"), str(self.program.parent), os.environ.get("PATH", "")]
        return {
            **GO,
            "PATH": os.pathsep.join(path),
            "PULUMI_BACKEND_URL": f"file://{self.folder}/state",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self.folder / "passphrase"),
            "PULUMI_DEBUG_PROVIDERS": ",".join(
                f"{package}:{port}" for package, port in self.stand_ins.items()
            ),
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_HOME": str(self.folder / "home"),
            # The state is written once, at the end: with a file for a backend, writing it at every
            # step takes time that grows with the square of the stack.
            "PULUMI_SKIP_CHECKPOINTS": "true",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_STACK": self.stack,
            "REHEARSAL_ENGINE": str(self.program),
            "REHEARSAL_FOLDER": str(self.folder),
            "REHEARSAL_PROJECT": str(self.project),
            "REHEARSAL_PYTHON": sys.executable,
            "REHEARSAL_STACK": self.stack,
            "REHEARSAL_WARM_HOST": self.warm_host,
        }

    def prepare(self) -> None:
        """Makes the stack's state, its passphrase and its own copy of the stack file, once."""
        self._bring_language_host()
        if self._stack_file.exists() and self._state.exists():
            return
        passphrase = self.folder / "passphrase"
        if not passphrase.exists():
            write_private(passphrase, secrets.token_urlsafe(32).encode())
        (self.folder / "state").mkdir(exist_ok=True)
        self._stack_file.parent.mkdir(exist_ok=True)
        shutil.copy(self.project / "Pulumi.yaml", self._stack_file.parent)
        # In a folder of its own, since the engine writes the passphrase's salt into a stack file.
        made = subprocess.run(  # noqa: S603 - the engine that the toolchain found or built
            [self.program, "stack", "init", self.stack, "--non-interactive"],
            cwd=self._stack_file.parent,
            env=self._own_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise EngineFailed(f"pulumi can't make the stack {self.stack}: {made.stderr.strip()}")

    def without_log(self) -> dict[str, str]:
        """Variables by which the engine keeps no log of its own: nobody reads that of a preview.

        It writes down each property each time that it passes it on: in a preview of 1,800
        resources some 100 MB, compressed and encrypted, for a third of its time. There is no
        setting for it; it goes without where it can make no folder for logs.
        """
        home = self.folder / "home-without-log"
        home.mkdir(exist_ok=True)
        (home / "logs").touch()
        return {"PULUMI_HOME": str(home)}

    def controlled(self, *arguments: str, **more: str) -> int:
        """Runs ``pulumi`` with the policy pack of the project, which writes to ``journal``.

        Takes what ``run`` takes, and returns the exit code.
        """
        shutil.rmtree(self.journal, ignore_errors=True)
        self.journal.mkdir()
        journal = {"CONTROLS_JOURNAL": str(self.journal)}
        return self.run(*arguments, *self.policy_pack(), **journal, **more)

    def policy_pack(self) -> list[str]:
        """The arguments that put the policy pack of the project in force, with all controls."""
        return ["--policy-pack", str(self.project / "policies" / "all")]

    @property
    def journal(self) -> Path:
        """The folder of what the policy pack decided last."""
        return self.folder / "controls"

    def run(self, *arguments: str, **more: str) -> int:
        """Runs ``pulumi`` in the project, its output where ours goes, and returns its exit code.

        Args:
            arguments: Of ``pulumi``.
            more: Further variables of its environment.
        """
        command = [_HERE / "bin" / "pulumi", *arguments]
        with subprocess.Popen(  # noqa: S603 - our own script
            command, cwd=self.project, env={**self._own_environment(), **more}
        ) as pulumi:
            while True:
                try:
                    return pulumi.wait()
                except KeyboardInterrupt:
                    # The terminal has told the engine too: it ends the step it is in and says so.
                    continue

    def resources(self) -> list[dict[str, Any]]:
        """The resources in the stack's state, as the engine writes them down."""
        if not self._state.exists():
            return []
        latest: dict[str, Any] | None = json.loads(self._state.read_bytes())["checkpoint"]["latest"]
        return latest.get("resources", []) if latest else []

    def outputs(self) -> dict[str, Any]:
        """What the program exported at its last update."""
        for resource in self.resources():
            if resource["type"] == "pulumi:pulumi:Stack":
                return resource.get("outputs", {})
        return {}

    def update(self) -> "Update | None":
        """The update that holds the stack's lock, whether it is at work or was killed."""
        for lock in self.folder.glob("state/.pulumi/locks/**/*.json"):
            try:
                held = json.loads(lock.read_text())
            except (FileNotFoundError, ValueError):
                # It is just being taken or let go.
                continue
            return Update(pid=held["pid"], since=held["timestamp"], running=runs(held["pid"]))
        return None

    def _own_environment(self) -> dict[str, str]:
        """For a command of ours: marked, so that `down` finds what a killed one leaves behind."""
        marks = {FOLDER_MARK: str(self.folder), PART_MARK: "engine"}
        return {**os.environ, **self.environment(), **marks}

    @property
    def _stack_file(self) -> Path:
        return self.folder / "stack" / f"Pulumi.{self.stack}.yaml"

    @property
    def _state(self) -> Path:
        found = self.folder.glob(f"state/.pulumi/stacks/*/{self.stack}.json")
        return next(found, self.folder / "state" / "none")

    def _bring_language_host(self) -> None:
        """Lays ours beside a compiled engine, which has none; the official CLI has its own."""
        beside = self.program.resolve().with_name(_HOST)
        if not beside.exists() and not shutil.which(_HOST):
            partial = beside.with_suffix(f".{os.getpid()}")
            shutil.copy(_HERE / "host" / _HOST, partial)
            partial.replace(beside)
