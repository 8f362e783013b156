"""The commands of a rehearsal: ``up``, ``preview``, ``drill``, ``status``, ``env``, ``down``.

Exit codes: 0 all is well, 1 the command failed or a drill did, 2 it could not start.
"""

import json
import shlex
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from rehearsal import servers
from rehearsal.engine import EngineFailed, leave_shell
from rehearsal.session import PAGE, SERVERS, CannotGoOn, Session, home, rehearsals, remove, stacks
from rehearsal.toolchain import BuildFailed, ProgramsMissing
from rehearsal.wanted import NotSaid

if TYPE_CHECKING:
    from rehearsal.page import Ran
    from rehearsal.summary import Made

PROJECT = Path(__file__).parents[1]

app = typer.Typer(
    help=__doc__, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)
console = Console(stderr=True, highlight=False, soft_wrap=True)

Stack = Annotated[str, typer.Argument(help="The stack to rehearse.", show_default=True)]
"""A stack by its name."""


def _session(stack: str) -> Session:
    if stack not in stacks(PROJECT):
        raise CannotGoOn(f"no stack is called {stack}; there are {', '.join(stacks(PROJECT))}")
    return Session(project=PROJECT, stack=stack, console=console)


@app.command()
def up(stack: Stack = "sandbox") -> None:
    """Brings a stack up: tools, servers, update with all policy packs, drills."""
    session = _session(stack)
    with _paged(session, "up") as ran:
        with ran.step("servers"):
            session.start()
        engine = session.engine
        with ran.step("update"):
            # Nobody would look at a preview in between: `make preview` is for that.
            failed = engine.controlled("up", "--yes", "--skip-preview", "--suppress-outputs")
        ran.made = _made(session)
        decided = _decided(session) == "passed"
        if failed:
            how = _how_to_go_on(session)
            console.print(f"[bold red]The update of {stack} failed.[/] {how}")
            ran.stop(f"The update failed. {how}")
            raise typer.Exit(1)
        if not decided:
            ran.stop("Controls are not met, or not decided. What is wrong stands on the console.")
            raise typer.Exit(1)
        _drill(session, ran)
        console.rule(f"{stack} is up")
        _tell(ran.made, console)
        console.print(str(ran.drilled))
        each = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in ran.seconds.items())
        console.print(f"Time: {sum(ran.seconds.values()):.1f} s ({each})")
        console.print("Stand-ins took the place of the official provider plugins.")
        console.print(
            f"Next: `make status`, `make drill`, `make down`; logs in {session.folder}/logs"
        )
    raise typer.Exit(0 if ran.drilled.held else 1)


@app.command()
def preview(
    stack: Annotated[str, typer.Argument(help="The stack; all of them without it.")] = "",
) -> None:
    """Shows what an update would change, without any server: previews ask stand-ins only."""
    wanted = [stack] if stack else stacks(PROJECT)
    sessions = [_session(name) for name in wanted]
    failed: list[str] = []
    try:
        for session in sessions:
            session.start_for_preview()
            engine = session.engine
            went_wrong = engine.controlled("preview", "--suppress-outputs", **engine.without_log())
            # What only an update tells is decided when it has.
            if _decided(session) == "failed" or went_wrong:
                failed.append(session.stack)
    finally:
        sessions[0].stop_preview()
    for name in wanted:
        console.print(f"{name}: preview {'[bold red]failed[/]' if name in failed else 'in order'}")
    raise typer.Exit(1 if failed else 0)


@app.command()
def drill(stack: Stack = "sandbox") -> None:
    """Tries to break in; fails if an attempt ends otherwise than the bank promises."""
    session = _session(stack)
    session.addresses()
    if not session.engine.outputs():
        raise CannotGoOn(f"{stack} exports nothing to drill on: has its update been through?")
    with _paged(session, "drill") as ran:
        ran.made = _made(session)
        _drill(session, ran)
        console.print(str(ran.drilled))
    raise typer.Exit(0 if ran.drilled.held and ran.drilled.outcomes else 1)


@app.command()
def status(
    stack: Stack = "sandbox",
    form: Annotated[str, typer.Option("--format", help="`text` or `json`.")] = "text",
) -> None:
    """Tells each server's address and login, and what the stack holds."""
    session = _session(stack)
    counts = _made(session)
    page = session.folder / PAGE
    if form == "json":
        told = {
            "stack": stack,
            **session.running,
            "resources": asdict(counts),
            "page": str(page) if page.exists() else None,
        }
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
        return
    known = servers.addresses(session.folder)
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"Rehearsal of {stack} in {session.folder}")
    for server in servers.status(session.folder, SERVERS):
        process = f", process {server.pid}" if server.pid else ""
        out.print(f"\n[bold]{server.name}[/] {server.state}{process}, log {server.log}")
        for key, value in known.get(server.name, {}).items():
            out.print(f"  {server.name}.{key:<12} {value}")
    out.print()
    _tell(counts, out)
    if page.exists():
        out.print(f"Page of the last `make up` or `make drill` that ended: {page}")


@app.command()
def env(stack: Stack = "sandbox") -> None:
    """Prints the lines after which plain `pulumi` in a shell works on the rehearsal.

    And what else asks a Kubernetes cluster: it is the rehearsal's, as its administrator.
    """
    session = _session(stack)
    cluster = session.addresses()["kubernetes"]["kubeconfig"]
    variables = {**session.engine.environment(), "KUBECONFIG": cluster}
    for name, value in variables.items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


@app.command()
def down(
    stack: Annotated[str, typer.Argument(help="The stack; all of this clone without it.")] = "",
) -> None:
    """Takes a rehearsal away: what the stack made, every process, all data."""
    there = list(rehearsals(PROJECT))
    if stack and stack not in (*there, *stacks(PROJECT)):
        raise CannotGoOn(f"no rehearsal is called {stack}; there are {', '.join(there) or 'none'}")
    wanted = [stack] if stack else there
    if not wanted:
        console.print("nothing to take away: this clone has no rehearsal")
    undestroyed = [name for name in wanted if not _take_away(name)]
    raise typer.Exit(1 if undestroyed else 0)


def _take_away(name: str) -> bool:
    """Whether all went as it should; the rehearsal is gone in any case."""
    folder = home(PROJECT) / name
    if folder.exists() and name not in rehearsals(PROJECT):
        raise CannotGoOn(f"{folder} is not a rehearsal's, so it is left alone")
    destroyed = True
    if all(server in servers.addresses(folder) for server in SERVERS):
        engine = _session(name).engine
        if not engine.update() and engine.resources():
            # Protected resources refuse to be destroyed: they go with their servers.
            destroyed = not engine.run(
                "destroy", "--yes", "--suppress-outputs", "--exclude-protected"
            )
    ended = servers.stop(folder)
    remove(folder)
    console.print(f"{name}: ended {len(ended)} processes and removed {folder}")
    if not destroyed:
        console.print(f"[bold red]{name}: `pulumi destroy` failed[/], as it says above")
    return destroyed


def _how_to_go_on(session: Session) -> str:
    stack = session.stack
    update = session.engine.update()
    if update and not update.running:
        return f"The engine was killed: `make down STACK={stack}`, then start anew"
    return (
        "What it made is in the state: put right what is said above and run "
        f"`make up STACK={stack}` again, or start anew after `make down STACK={stack}`"
    )


def _decided(session: Session) -> str:
    """Tells what the controls say of the stack: ``passed``, ``failed`` or ``undecided``."""
    # The catalogue takes a second to load.
    from policies.report import BadJournal, page, read, show  # noqa: PLC0415

    try:
        report = read(session.engine.journal)
    except BadJournal as bad:
        # The engine has said why no pack came to a judgement.
        console.print(str(bad))
        return "failed"
    show(report, console, whole=False)
    file = session.folder / "controls.html"
    file.write_text(page(report), encoding="utf-8")
    console.print(f"Controls: {file}")
    return report.outcome


def _drill(session: Session, ran: "Ran") -> None:
    addresses = {**session.addresses(), "rehearsal": {"folder": str(session.folder)}}
    with ran.step("drills"):
        ran.drilled.run(session.engine.outputs(), addresses, console)


@contextmanager
def _paged(session: Session, command: str) -> "Generator[Ran]":
    """What a command does, which ends up on the rehearsal's page however the command ends."""
    # The drills' client libraries take a second to load.
    from rehearsal.drills import LANES, Drilled  # noqa: PLC0415
    from rehearsal.page import Ran, write  # noqa: PLC0415

    ran = Ran(stack=session.stack, command=command, drilled=Drilled(lanes=LANES))
    try:
        yield ran
    except typer.Exit:
        raise
    except BaseException as error:
        # Not its words: they may quote what a server said.
        ran.stop(f"{type(error).__name__} ended it. What was wrong stands on the console.")
        raise
    finally:
        if session.folder.exists():
            console.print(f"Page: {write(session.folder, ran)}")


def _made(session: Session) -> "Made":
    # Knowing which types are only recorded takes the stand-ins' tables, a second to load.
    from rehearsal.summary import made  # noqa: PLC0415

    return made(session.engine.resources())


def _tell(counts: "Made", out: Console) -> None:
    out.print(
        f"Resources: {counts.total}; {sum(counts.backed.values())} made through a real local API, "
        f"{sum(counts.recorded.values())} only recorded, {counts.structural} components and "
        "providers"
    )
    for token, reason in counts.reasons.items():
        out.print(f"  recorded: {counts.recorded[token]} of {token}: {reason}")


_REASONS = (
    BuildFailed,
    CannotGoOn,
    EngineFailed,
    ProgramsMissing,
    servers.Busy,
    servers.ServerFailed,
    NotSaid,
)
"""What may keep a command from doing its work; each tells a person what to do."""


def main() -> None:
    """Runs a command; what stops it is told in words."""
    leave_shell()
    try:
        app()
    except _REASONS as reason:
        console.print(f"[bold red]error:[/] {reason}")
        sys.exit(2)


if __name__ == "__main__":
    main()
