"""The commands of a rehearsal: ``up``, ``preview``, ``drill``, ``status``, ``env``, ``down``.

Exit codes: 0 all is well, 1 the command failed or a drill did, 2 it could not start.
"""

import json
import shlex
import shutil
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from rehearsal import servers
from rehearsal.engine import EngineFailed
from rehearsal.session import SERVERS, CannotGoOn, Session, home, rehearsals, stacks
from rehearsal.toolchain import BuildFailed

PROJECT = Path(__file__).parents[1]

app = typer.Typer(
    help=__doc__, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)
console = Console(stderr=True, highlight=False)

Stack = Annotated[str, typer.Argument(help="The stack to rehearse.", show_default=True)]
"""A stack by its name."""


def _session(stack: str) -> Session:
    if stack not in stacks(PROJECT):
        raise CannotGoOn(f"no stack is called {stack}; there are {', '.join(stacks(PROJECT))}")
    return Session(project=PROJECT, stack=stack, console=console)


@app.command()
def up(stack: Stack = "sandbox") -> None:
    """Brings a stack up: tools, servers, update with all policy packs, drills."""
    began = time.monotonic()
    session = _session(stack)
    session.start()
    ready = time.monotonic()
    code = session.engine.run(
        "up", "--yes", "--suppress-outputs", *session.engine.policy_packs()
    )
    if code:
        raise CannotGoOn(
            f"the update of {stack} failed. What it had made is in the state: put right what it "
            f"says above and run `make up STACK={stack}` again, or take all away with `make down`"
        )
    updated = time.monotonic()
    passed = _drill(session)
    _summary(session, {"servers": ready - began, "update": updated - ready,
                       "drills": time.monotonic() - updated})
    raise typer.Exit(0 if passed else 1)


@app.command()
def preview(
    stack: Annotated[str, typer.Argument(help="The stack; all of them without it.")] = "",
) -> None:
    """Shows what an update would change, without any server: previews ask stand-ins only."""
    wanted = [stack] if stack else stacks(PROJECT)
    codes: dict[str, int] = {}
    for name in wanted:
        session = _session(name)
        try:
            session.start_for_preview()
            codes[name] = session.engine.run(
                "preview", "--suppress-outputs", *session.engine.policy_packs()
            )
        finally:
            if name == wanted[-1]:
                session.stop_preview()
    failed = [name for name, code in codes.items() if code]
    for name in wanted:
        console.print(f"{name}: preview [bold]{'failed' if name in failed else 'is in order'}[/]")
    raise typer.Exit(1 if failed else 0)


@app.command()
def drill(stack: Stack = "sandbox") -> None:
    """Tries to break in; fails if an attempt ends otherwise than the bank promises."""
    raise typer.Exit(0 if _drill(_session(stack)) else 1)


@app.command()
def status(
    stack: Stack = "sandbox",
    form: Annotated[str, typer.Option("--format", help="`text` or `json`.")] = "text",
) -> None:
    """Tells each server's address and login, and what the stack holds."""
    session = _session(stack)
    known = servers.addresses(session.folder)
    if form == "json":
        sys.stdout.write(json.dumps(known, indent=2) + "\n")
        return
    table = Table("server", "state", "process", "address", "log")
    for server in servers.status(session.folder, SERVERS):
        reach = "\n".join(f"{key}: {value}" for key, value in known.get(server.name, {}).items())
        table.add_row(server.name, server.state, str(server.pid or ""), reach, str(server.log))
    out = Console(highlight=False)
    out.print(f"Rehearsal of {stack}")
    out.print(table)
    if any(session.folder.glob("state/.pulumi")):
        _counts(session, out)


@app.command()
def env(stack: Stack = "sandbox") -> None:
    """Prints the lines after which plain `pulumi` in a shell works on the rehearsal."""
    session = _session(stack)
    session.addresses()
    for name, value in session.engine.environment().items():
        sys.stdout.write(f"export {name}={shlex.quote(value)}\n")


@app.command()
def down(
    stack: Annotated[str, typer.Argument(help="The stack; all of this clone without it.")] = "",
) -> None:
    """Takes a rehearsal away: what the stack made, every process, all data."""
    wanted = [stack] if stack else list(rehearsals(PROJECT))
    if not wanted:
        console.print("nothing to take away: this clone has no rehearsal")
    for name in wanted:
        _take_away(name)


def _take_away(name: str) -> None:
    folder = home(PROJECT) / name
    running = servers.addresses(folder)
    if all(server in running for server in SERVERS):
        session = _session(name)
        # Protected resources refuse to be destroyed; they go with their servers.
        if not session.engine.killed_update() and session.engine.resources():
            session.engine.run("destroy", "--yes", "--suppress-outputs", "--exclude-protected")
    ended = servers.stop(folder)
    shutil.rmtree(folder, ignore_errors=True)
    console.print(f"{name}: ended {len(ended)} processes and removed {folder}")


def _drill(session: Session) -> bool:
    # The drills' client libraries take a second to load.
    from rehearsal.drills import DRILLS, Outcome  # noqa: PLC0415

    addresses = session.addresses()
    outputs = session.engine.outputs()
    passed = True
    for drill in DRILLS:
        if drill.needs not in outputs:
            console.print(f"[yellow]–[/] {drill.name}: not run, the stack exports no {drill.needs}")
            continue
        outcome = Outcome(drill=drill, attempts=drill.attempts(outputs, addresses))
        outcome.tell(console)
        passed = passed and outcome.passed
    return passed


def _summary(session: Session, times: dict[str, float]) -> None:
    console.rule(f"{session.stack} is up")
    _counts(session, console)
    total = sum(times.values())
    parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in times.items())
    console.print(f"Time: {total:.1f} s ({parts})")
    console.print("Stand-ins took the place of the official provider plugins.")
    console.print(f"Next: `make status`, `make drill`, `make down`; logs in {session.folder}/logs")


def _counts(session: Session, out: Console) -> None:
    # Knowing which types are only recorded takes the stand-ins' tables, a second to load.
    from rehearsal.providers import RECORDED  # noqa: PLC0415
    from rehearsal.summary import made  # noqa: PLC0415

    counts = made(session.engine.resources())
    backed = sum(counts.backed.values())
    recorded = sum(counts.recorded.values())
    out.print(
        f"Resources: {counts.total}; {backed} made through a real local API, {recorded} only "
        f"recorded, {counts.structural} components and providers"
    )
    for token, number in counts.recorded.items():
        out.print(f"  recorded: {number} × {token}: {RECORDED[token]}")


def main() -> None:
    """Runs a command; what stops it is told in words."""
    try:
        app()
    except (CannotGoOn, EngineFailed, BuildFailed, servers.Busy, servers.ServerFailed) as reason:
        console.print(f"[bold red]error:[/] {reason}", soft_wrap=True)
        sys.exit(2 if isinstance(reason, servers.Busy) else 1)


if __name__ == "__main__":
    main()
