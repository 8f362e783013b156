"""Previews of each stack, with policy packs and without, against the bare engine.

Two kinds: the first preview, of a stack of which nothing is made yet, and the unchanged one, where
all is made; that one only of a stack whose rehearsal is up. The bare engine previews as many
resources that mean nothing, made or not like ours.

What is compared: the same engine, language host, stand-in and file backend; as many components and
as many custom resources. What differs is the program: its settings and catalogue, the SDKs that it
imports, what its resources say, and what the stand-in has to look at.

All take turns, so that whatever else the machine does falls on both: what counts is the median of
the turns' own ratios. CPU seconds are those of the engine with everything that it starts, of the
stand-ins' process and of the language hosts.
"""

import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import psutil
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.subject import BenchmarkFailed, Subject, Turn, take_turns
from rehearsal import servers
from rehearsal.engine import Engine
from rehearsal.servers.stand_ins import StandIns
from rehearsal.servers.warm_host import WarmHost
from rehearsal.session import CannotGoOn, Session, stacks
from rehearsal.toolchain import PULUMI, ensure

PROJECT = Path(__file__).parents[1]
BARE = Path(__file__).parent / "bare"
FIRST, UNCHANGED = "first", "unchanged"
MOST = {"production": 1.5}
"""Wall seconds of a stack's preview at most, of either kind, in those of the bare engine."""
MOST_FOR_PACKS = {("production", UNCHANGED): (5.0, 0.35)}
"""Seconds that all policy packs may add to a stack's preview, and their share of it. A stack is
previewed for the first time once; of that the figures are told and not bounded."""

_WIDTH = 145
"""Characters that the table needs."""


def too_slow(stack: str, kind: str, turns: Sequence[Turn]) -> Iterator[str]:
    """What to say of what is above what a kind of preview of the stack may have."""
    ratio, most = median(turn.ratio for turn in turns), MOST.get(stack)
    if most is not None and ratio > most:
        yield f"{stack}, {kind}: {ratio:.2f} times the bare engine, and {most} is the most"
    if (stack, kind) not in MOST_FOR_PACKS:
        return
    seconds, share = MOST_FOR_PACKS[stack, kind]
    added, part = median(turn.added for turn in turns), median(turn.share for turn in turns)
    if added > seconds:
        yield f"{stack}, {kind}: policy packs add {added:.1f} s, and {seconds} is the most"
    if part > share:
        yield f"{stack}, {kind}: policy packs are {part:.0%} of it, and {share:.0%} is the most"


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Where subjects are made, and who helps them.

    Args:
        folder: Of the subjects' states and of the bare program, for this run only.
        helpers: The folder of the servers beside: stand-ins, and what language hosts are forked
            from.
        console: Where progress is told.
    """

    folder: Path
    helpers: Path
    console: Console

    def subject(
        self, project: Path, stack: str, state: Path, environment: Mapping[str, str]
    ) -> Subject:
        """A program to preview, whose state is in the folder ``state``."""
        known = servers.addresses(self.helpers)
        state.mkdir(parents=True, exist_ok=True)
        engine = Engine(
            program=ensure(PULUMI, console=self.console)[PULUMI.name],
            project=project,
            stack=stack,
            folder=state,
            stand_ins=known["stand-ins"],
            warm_host=known["warm-host"]["folder"],
        )
        engine.prepare()
        running = servers.status(self.helpers, ("stand-ins", "warm-host"))
        helpers = [psutil.Process(each.pid) for each in running]
        return Subject(engine=engine, helpers=helpers, environment=environment)

    def bare(self, beside: Subject, components: int, custom: int) -> Subject:
        """The bare program with so many resources, all made if those of the other are."""
        # The stack and the provider are there anyway.
        numbers = {"BARE_COMPONENTS": str(components - 1), "BARE_CUSTOM": str(custom - 1)}
        state = self.folder / "bare"
        shutil.rmtree(state, ignore_errors=True)
        bare = self.subject(_bare_project(self.folder), "bare", state, numbers)
        if not beside.unchanged:
            return bare
        bare.make()
        return replace(bare, unchanged=True)


def main(
    stack: Annotated[str, typer.Argument(help="The stack; all of them without it.")] = "",
    runs: Annotated[int, typer.Option(min=1, help="How many turns are taken.")] = 9,
) -> None:
    """Previews of our stacks against the bare engine, in turns, as ratios.

    Each stack is measured without policy packs, and with all of them: its first preview, and, where
    its rehearsal is up, the unchanged one.

    Exit status: 0 if no stack is above its bounds, 1 if one is, 2 if a preview failed.
    """
    console = Console(stderr=True)
    table = Table(
        "stack", "preview", "resources", "bare wall", "ours", "ratio", "bare CPU", "ours", "ratio"
    )
    table.add_column("with packs")
    table.add_column("packs add")
    slow: list[str] = []
    with TemporaryDirectory(prefix="corebank-bench-") as made:
        folder, helpers = Path(made), Path(made, "helpers")
        servers.start(helpers, [StandIns(), WarmHost()], console=console)
        try:
            for name in [stack] if stack else stacks(PROJECT):
                for kind, bench, ours in _previews(name, folder, helpers, console):
                    row, late = _compared(kind, name, bench, ours, runs)
                    table.add_row(*row)
                    slow += late
        except BenchmarkFailed as failed:
            console.print(f"a preview failed:\n{failed}", markup=False)
            raise typer.Exit(2) from None
        finally:
            servers.stop(helpers)
    shown = Console()
    # A log has no width of its own, and half a figure tells nothing.
    shown.width = max(shown.width, _WIDTH)
    shown.print(table)
    for line in slow:
        console.print(line, style="bold red")
    raise typer.Exit(1 if slow else 0)


def _previews(
    stack: str, folder: Path, helpers: Path, console: Console
) -> Iterator[tuple[str, Bench, Subject]]:
    """What there is to measure of a stack."""
    bench = Bench(folder=folder, helpers=helpers, console=console)
    yield FIRST, bench, bench.subject(PROJECT, stack, folder / stack, {})
    session = Session(project=PROJECT, stack=stack, console=console)
    try:
        session.addresses()
    except CannotGoOn as absent:
        console.print(f"no unchanged preview is measured: {absent}")
        return
    bench = replace(bench, helpers=session.folder)
    made = bench.subject(PROJECT, stack, session.folder, {})
    yield UNCHANGED, bench, replace(made, unchanged=True)


def _compared(
    kind: str, stack: str, bench: Bench, ours: Subject, runs: int
) -> tuple[list[str], list[str]]:
    components, custom = ours.count()
    bench.console.print(
        f"{stack}, {kind} preview: {components} components, {custom} custom resources; "
        "bare / ours / with packs, ours in bare ones, packs' part"
    )
    bare, judged = bench.bare(ours, components, custom), replace(ours, judged=True)
    turns = take_turns(bare, ours, judged, runs, bench.console)
    ratios = sorted(turn.ratio for turn in turns)
    added, share = median(turn.added for turn in turns), median(turn.share for turn in turns)
    figures = [
        f"{median(turn.bare.wall for turn in turns):.2f} s",
        f"{median(turn.ours.wall for turn in turns):.2f} s",
        f"{median(turn.ratio for turn in turns):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f})",
        f"{median(turn.bare.cpu for turn in turns):.2f} s",
        f"{median(turn.ours.cpu for turn in turns):.2f} s",
        f"{median(turn.cpu_ratio for turn in turns):.2f}",
        f"{median(turn.judged.wall for turn in turns):.2f} s",
        f"{added:.1f} s, {share:.0%}",
    ]
    return [stack, kind, str(components + custom), *figures], [*too_slow(stack, kind, turns)]


def _bare_project(folder: Path) -> Path:
    """The bare program, in a folder where it and the engine find what ours does."""
    project = folder / "bare-project"
    if not project.exists():
        shutil.copytree(BARE, project)
        for part in ("rehearsal", "pace.py"):
            (project / part).symlink_to(PROJECT / part)
    return project


if __name__ == "__main__":
    sys.exit(typer.run(main))
