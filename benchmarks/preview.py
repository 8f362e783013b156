"""The first preview of each stack, with policy packs and without, against the bare engine.

The bare engine previews as many resources that mean nothing.

What is compared: the same engine, language host, stand-in and file backend; as many components and
as many custom resources. What differs is the program: its settings and catalogue, the SDKs that it
imports, what its resources say, and what the stand-in has to look at.

All take turns, so that whatever else the machine does falls on both. CPU seconds are those of
the engine with everything that it starts, of the stand-ins' process and of the language hosts.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import psutil
import typer
from rich.console import Console
from rich.table import Table

from rehearsal import servers
from rehearsal.engine import Engine
from rehearsal.servers.stand_ins import StandIns
from rehearsal.servers.warm_host import WarmHost
from rehearsal.session import Session, stacks
from rehearsal.toolchain import PULUMI, ensure

PROJECT = Path(__file__).parents[1]
BARE = Path(__file__).parent / "bare"
MOST = {"production": 1.5}
"""Wall seconds of a stack's preview at most, in those of the bare engine."""
MOST_FOR_PACKS = {"production": (5.0, 0.35)}
"""Seconds that all policy packs may add to a stack's preview, and their share of it."""

_PULUMI = PROJECT / "rehearsal" / "engine" / "bin" / "pulumi"
_PREVIEW = ("preview", "--non-interactive", "--suppress-outputs", "--suppress-progress")


class BenchmarkFailed(Exception):  # noqa: N818 - says what happened
    """A preview that was to be measured failed; the text is what it told."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one preview, or the median of several, took, in seconds."""

    wall: float
    cpu: float


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Something to preview.

    Args:
        engine: The engine, bound to a program and a state that stays empty.
        helpers: The processes beside it: the stand-ins that it asks, and the one that its language
            hosts are forked from.
        environment: What its program needs beside.
        judged: Whether the program's policy packs judge it.
    """

    engine: Engine
    helpers: Sequence[psutil.Process]
    environment: Mapping[str, str]
    judged: bool = False

    def measure(self) -> Cost:
        """Previews once."""
        packs = self.engine.policy_pack() if self.judged else []
        before, began = self._helpers_seconds(), time.monotonic()
        with subprocess.Popen(  # noqa: S603 - our own script
            [_PULUMI, *_PREVIEW, *packs],
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

    def count(self) -> tuple[int, int]:
        """Previews once and counts components, the stack among them, and custom resources."""
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
        made: list[Any] = [step["newState"] for step in json.loads(told.stdout)["steps"]]
        custom = sum(bool(each.get("custom")) for each in made)
        return len(made) - custom, custom

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self.engine.environment(),
            **self.engine.without_log(),
            **self.environment,
        }

    def _helpers_seconds(self) -> float:
        return sum(sum(process.cpu_times()[:4]) for process in self.helpers)


def compare(subjects: Sequence[Subject], runs: int, console: Console) -> list[Cost]:
    """Measures all in turns and gives the median of each; one more of each goes before, uncounted.

    Raises:
        BenchmarkFailed: A preview failed.
    """
    costs: list[list[Cost]] = [[] for _ in subjects]
    for turn in range(runs + 1):
        for subject, found in zip(subjects, costs, strict=True):
            found.append(subject.measure())
        told = " / ".join(f"{found[-1].wall:.1f} s" for found in costs)
        console.print(f"  {'warm-up' if turn == 0 else f'{turn} of {runs}'}: {told}", style="dim")
    return [median(found[1:]) for found in costs]


def median(costs: Sequence[Cost]) -> Cost:
    """The middle of each figure by itself."""
    return Cost(
        wall=statistics.median(cost.wall for cost in costs),
        cpu=statistics.median(cost.cpu for cost in costs),
    )


def too_slow(stack: str, bare: Cost, bank: Cost, judged: Cost) -> Iterator[str]:
    """What to say of what is above what the stack may have."""
    ratio, most = bank.wall / bare.wall, MOST.get(stack)
    if most is not None and ratio > most:
        yield f"{stack}: {ratio:.2f} times the bare engine, and {most} is the most it may be"
    if stack not in MOST_FOR_PACKS:
        return
    seconds, share = MOST_FOR_PACKS[stack]
    added = judged.wall - bank.wall
    if added > seconds:
        yield f"{stack}: policy packs add {added:.1f} s, and {seconds} is the most they may"
    if added > share * judged.wall:
        part = added / judged.wall
        yield f"{stack}: policy packs are {part:.0%} of it, and {share:.0%} is the most they may be"


def main(
    stack: Annotated[str, typer.Argument(help="The stack; all of them without it.")] = "",
    runs: Annotated[int, typer.Option(min=1, help="How often each side is measured.")] = 5,
) -> None:
    """Previews of our stacks against the bare engine, in turns, as ratios.

    Each stack is measured without policy packs, and with all of them.

    Exit status: 0 if no stack is above its bounds, 1 if one is, 2 if a preview failed.
    """
    console = Console(stderr=True)
    table = Table("stack", "resources", "bare wall", "ours", "ratio", "bare CPU", "ours", "ratio")
    table.add_column("with packs")
    table.add_column("of it packs")
    slow: list[str] = []
    with TemporaryDirectory(prefix="corebank-bench-") as folder:
        os.environ["COREBANK_REHEARSALS"] = folder
        helpers = Path(folder, "helpers")
        servers.start(helpers, [StandIns(), WarmHost()], console=console)
        try:
            for name in [stack] if stack else stacks(PROJECT):
                row, late = _bench(name, helpers, runs, console)
                table.add_row(*row)
                slow += late
        except BenchmarkFailed as failed:
            console.print(f"a preview failed:\n{failed}", markup=False)
            raise typer.Exit(2) from None
        finally:
            servers.stop(helpers)
    Console().print(table)
    for line in slow:
        console.print(line, style="bold red")
    raise typer.Exit(1 if slow else 0)


def _bench(name: str, helpers: Path, runs: int, console: Console) -> tuple[list[str], list[str]]:
    known = servers.addresses(helpers)
    running = [psutil.Process(it.pid) for it in servers.status(helpers, known)]

    def subject(project: Path, stack: str, environment: Mapping[str, str]) -> Subject:
        session = Session(project=project, stack=stack, console=console)
        session.folder.mkdir(parents=True, exist_ok=True)
        engine = Engine(
            program=ensure(PULUMI, console=console)[PULUMI.name],
            project=project,
            stack=stack,
            folder=session.folder,
            stand_ins=known["stand-ins"],
            warm_host=known["warm-host"]["folder"],
        )
        engine.prepare()
        return Subject(engine=engine, helpers=running, environment=environment)

    ours = subject(PROJECT, name, {})
    components, custom = ours.count()
    # The stack and the provider are there anyway.
    numbers = {"BARE_COMPONENTS": str(components - 1), "BARE_CUSTOM": str(custom - 1)}
    shutil.rmtree(Path(os.environ["COREBANK_REHEARSALS"], "bare"), ignore_errors=True)
    console.print(
        f"{name}: {components} components, {custom} custom resources; bare / ours / with packs"
    )
    three = (subject(_bare_project(), "bare", numbers), ours, replace(ours, judged=True))
    bare, bank, judged = compare(three, runs, console)
    wall, cpu = bank.wall / bare.wall, bank.cpu / bare.cpu
    figures = [
        f"{bare.wall:.2f} s",
        f"{bank.wall:.2f} s",
        f"{wall:.2f}",
        f"{bare.cpu:.2f} s",
        f"{bank.cpu:.2f} s",
        f"{cpu:.2f}",
        f"{judged.wall:.2f} s",
        f"{(judged.wall - bank.wall) / judged.wall:.0%}",
    ]
    return [name, str(components + custom), *figures], [*too_slow(name, bare, bank, judged)]


def _bare_project() -> Path:
    """The bare program, in a folder where it and the engine find what ours does."""
    project = Path(os.environ["COREBANK_REHEARSALS"], "bare-project")
    if not project.exists():
        shutil.copytree(BARE, project)
        for part in ("rehearsal", "pace.py"):
            (project / part).symlink_to(PROJECT / part)
    return project


if __name__ == "__main__":
    sys.exit(typer.run(main))
