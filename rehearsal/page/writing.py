"""Writes the page into a rehearsal's folder; a reader has the old one or the new one, whole."""

import importlib.metadata
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pages import render
from rehearsal import toolchain
from rehearsal.drills import Outcome
from rehearsal.drills._attempts import mark
from rehearsal.page.ran import Ran
from rehearsal.servers.folder import write_private
from rehearsal.session import PAGE

_FEW = 4
"""So few actors stand across a picture, and what they tried on down."""


def write(folder: Path, ran: Ran) -> Path:
    """Replaces the page by one that tells what a command did.

    Args:
        folder: The rehearsal's folder; links lead to what is in it.
        ran: The command, as far as it came.

    Returns:
        Where the page is.
    """
    made = ran.made
    text = render(
        Path(__file__).with_name("page.html.j2"),
        ran=ran,
        providers=sorted(_by_provider(made.backed).items()) if made else [],
        pictures=[_picture(outcome) for outcome in ran.drilled.outcomes],
        logs=[file.relative_to(folder).as_posix() for file in sorted(folder.glob("logs/*.log"))]
        + [
            f.relative_to(folder).as_posix()
            for f in sorted(folder.glob("home/logs/*"))
            if f.is_file()
        ],
        versions=dict(_versions()),
    )
    write_private(folder / PAGE, text.encode())
    return folder / PAGE


def _by_provider(backed: Mapping[str, int]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for token, count in backed.items():
        found.setdefault(token.partition(":")[0], {})[token] = count
    return found


def _picture(outcome: Outcome) -> dict[str, Any]:
    """Names across, and rows of a name and its cells: sign, words, whether all held."""
    places, actors, targets = outcome.places, outcome.actors, outcome.targets
    turned = len(actors) <= _FEW < len(targets)
    down, across = (targets, actors) if turned else (actors, targets)
    rows = [
        (
            one,
            [
                _cell(list(places.get((other, one) if turned else (one, other), ())))
                for other in across
            ],
        )
        for one in down
    ]
    return {"outcome": outcome, "across": across, "rows": rows}


def _cell(attempts: list[Any]) -> dict[str, Any] | None:
    if not attempts:
        return None
    held = all(attempt.held for attempt in attempts)
    ends = {True: "worked", False: "refused"}
    words = "; ".join(
        ": ".join(
            part
            for part in (", ".join(dict.fromkeys(a.what for a in some if a.what)), ends[end])
            if part
        )
        for end in (True, False)
        if (some := [a for a in attempts if a.granted is end])
    )
    return {
        "sign": mark(attempts),
        "words": words if held else f"not as it should: {words}",
        "held": held,
    }


def _versions() -> Iterator[tuple[str, str]]:
    yield "Python", platform.python_version()
    for name in ("ISTIO", "KAFKA", "KUBERNETES", "KWOK", "MINIO", "PULUMI", "VAULT", "VCSIM"):
        tool: toolchain.Tool = getattr(toolchain, name)
        yield tool.name, tool.version
    for package in ("moto", "pulumi", "pulumi-aws", "pulumi-kubernetes"):
        yield f"{package} (Python)", importlib.metadata.version(package)
