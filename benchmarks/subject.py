"""One thing to preview, what a preview of it costs, and several of them in turns."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from rich.console import Console

from rehearsal.engine import Engine

_PULUMI = Path(__file__).parents[1] / "rehearsal" / "engine" / "bin" / "pulumi"
_QUIET = ("--non-interactive", "--suppress-outputs", "--suppress-progress")


class BenchmarkFailed(Exception):  # noqa: N818 - says what happened
    """A command that was to be measured failed; the text is what it told."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one preview took, in seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something to preview.

    Args:
        engine: The engine, bound to a program and a state.
        helpers: The processes beside it: the stand-ins that it asks, and the one that its language
            hosts are forked from.
        environment: What its program needs beside.
        unchanged: Whether all is made already, so that a preview with changes has failed.
        judged: Whether the program's policy packs judge it.
    """

    engine: Engine
    helpers: Sequence[psutil.Process]
    environment: Mapping[str, str]
    unchanged: bool = False
    judged: bool = False

    def measure(self) -> Cost:
        """Previews once.

        Raises:
            BenchmarkFailed: The preview failed, or told of changes where there are to be none.
        """
        expected = ["--expect-no-changes"] if self.unchanged else []
        packs = self.engine.policy_pack() if self.judged else []
        return self._run("preview", *_QUIET, *expected, *packs)

    def make(self) -> None:
        """Makes all, so that the next preview is an unchanged one.

        Raises:
            BenchmarkFailed: The update failed.
        """
        self._run("up", *_QUIET, "--yes", "--skip-preview")

    def count(self) -> tuple[int, int]:
        """Counts components, the stack among them, and custom resources: of a preview, or made."""
        made = self.engine.resources() if self.unchanged else self._previewed()
        custom = sum(bool(each.get("custom")) for each in made)
        return len(made) - custom, custom

    def _previewed(self) -> list[dict[str, Any]]:
        told = subprocess.run(  # noqa: S603 - our own script
            [_PULUMI, "preview", "--json"],
            cwd=self.engine.project,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if told.returncode:
            raise BenchmarkFailed(told.stdout[-2000:] + told.stderr[-2000:])
        return [step["newState"] for step in json.loads(told.stdout)["steps"]]

    def _run(self, *arguments: str) -> Cost:
        before, began = self._helpers_seconds(), time.monotonic()
        with subprocess.Popen(  # noqa: S603 - our own script
            [_PULUMI, *arguments],
            cwd=self.engine.project,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as pulumi:
            told = pulumi.stdout.read() if pulumi.stdout else b""
            _, status, used = os.wait4(pulumi.pid, 0)
            pulumi.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - began
        if pulumi.returncode:
            raise BenchmarkFailed(told.decode(errors="replace")[-2000:])
        cpu = used.ru_utime + used.ru_stime + self._helpers_seconds() - before
        return Cost(wall=wall, cpu=cpu)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self.engine.environment(),
            **self.engine.without_log(),
            **self.environment,
        }

    def _helpers_seconds(self) -> float:
        return sum(sum(process.cpu_times()[:4]) for process in self.helpers)


class Turn(NamedTuple):
    """One preview of each, one right after the other.

    What slows the machine down for a while falls on both sides of its ratio, or on that turn only.
    """

    bare: Cost
    ours: Cost
    judged: Cost

    @property
    def ratio(self) -> float:
        """Our wall seconds in those of the bare engine."""
        return self.ours.wall / self.bare.wall

    @property
    def cpu_ratio(self) -> float:
        """Our CPU seconds in those of the bare engine."""
        return self.ours.cpu / self.bare.cpu

    @property
    def added(self) -> float:
        """Wall seconds that policy packs add."""
        return self.judged.wall - self.ours.wall

    @property
    def share(self) -> float:
        """The part of the wall seconds that is the policy packs'."""
        return self.added / self.judged.wall


def take_turns(
    bare: Subject, ours: Subject, judged: Subject, turns: int, console: Console
) -> list[Turn]:
    """Measures all, one after the other; one more turn goes before, uncounted.

    Raises:
        BenchmarkFailed: A preview failed.
    """
    taken: list[Turn] = []
    for number in range(turns + 1):
        taken.append(turn := Turn(bare.measure(), ours.measure(), judged.measure()))
        told = " / ".join(f"{cost.wall:.1f} s" for cost in turn)
        name = f"{number} of {turns}" if number else "warm-up"
        console.print(f"  {name}: {told}, {turn.ratio:.2f}, {turn.share:.0%}", style="dim")
    return taken[1:]
