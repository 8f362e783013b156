"""Writes the page into a rehearsal's folder; a reader has the old one or the new one, whole."""

import importlib.metadata
import platform
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pages import render
from rehearsal.drills import SIGNS, Outcome, Place
from rehearsal.page.ran import Ran
from rehearsal.servers.folder import write_private
from rehearsal.session import PAGE, TOOLS
from rehearsal.summary import Made

_FEW = 4
"""So few actors stand across a picture, and what they tried on down."""

_PACKAGES = ("moto", "pulumi", "pulumi-aws", "pulumi-kubernetes")
"""Those of Python whose versions decide what a rehearsal shows."""


def write(folder: Path, ran: Ran) -> Path:
    """Replaces the page by one that tells what a command did.

    Args:
        folder: The rehearsal's folder; links lead to what is in it.
        ran: The command, as far as it came.

    Returns:
        Where the page is.
    """
    text = render(
        Path(__file__).with_name("page.html.j2"),
        ran=ran,
        signs=SIGNS,
        providers=_providers(ran.made) if ran.made else {},
        pictures={name: _picture(each) for name, each in ran.drilled.outcomes.items()},
        logs=_files(folder, "logs/*.log"),
        # Named after the stack and the time; its other commands have logs too, without a "+".
        engine_logs=_files(folder, "home/logs/*+*.log"),
        versions=dict(_versions()),
    )
    write_private(folder / PAGE, text.encode())
    return folder / PAGE


def _files(folder: Path, pattern: str) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.glob(pattern))


def _providers(made: Made) -> dict[str, tuple[int, int]]:
    """By provider, how many of its resources a real local API made, and how many are recorded."""
    backed, recorded = _by_provider(made.backed), _by_provider(made.recorded)
    return {name: (backed[name], recorded[name]) for name in sorted(backed | recorded)}


def _by_provider(counts: Mapping[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for token, count in counts.items():
        found[token.partition(":")[0]] += count
    return found


def _picture(outcome: Outcome) -> dict[str, Any]:
    """Names across, and rows of a name and its places with what they tell in words."""
    places, actors, targets = outcome.places, outcome.actors, outcome.targets
    turned = len(actors) <= _FEW < len(targets)
    down, across = (targets, actors) if turned else (actors, targets)

    def told(one: str, other: str) -> tuple[Place, str] | None:
        place = places.get((other, one) if turned else (one, other))
        return (place, _words(place)) if place else None

    return {
        "across": across,
        "rows": [(one, [told(one, other) for other in across]) for one in down],
    }


def _words(place: Place) -> str:
    first, *_ = place.attempts
    ends: list[str] = []
    for granted, end in ((True, "worked"), (False, "refused")):
        if some := [each.what for each in place.attempts if each.granted is granted]:
            ends.append(" ".join([", ".join(dict.fromkeys(filter(None, some))), end]).lstrip())
    wrong = "" if place.held else ", not as it should"
    return f"{first.actor}, {first.target}: {'; '.join(ends)}{wrong}"


def _versions() -> Iterator[tuple[str, str]]:
    yield "Python", platform.python_version()
    for tool in sorted(TOOLS, key=lambda tool: tool.name):
        yield tool.name, tool.version
    for package in _PACKAGES:
        yield f"{package} (Python)", importlib.metadata.version(package)
