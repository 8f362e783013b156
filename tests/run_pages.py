"""Runs that are made up, for tests of the page that a rehearsal leaves, and what a reader sees."""

import os
import re
import signal
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html import unescape
from typing import Any

from rich.console import Console

from rehearsal.drills import Attempt, Drill, Drilled
from rehearsal.page import Ran

MARKER = "1b47061264138c4ac30d75fd1eb44270"
"""Stands for a secret, in everything that a command has at hand."""


CLAIM = "each opens its own, and no more"


def attempt(actor: str, target: str, *, expected: bool, granted: bool, what: str = "") -> Attempt:
    return Attempt(actor=actor, target=target, expected=expected, granted=granted, what=what)


HELD = [
    attempt("accounts", "topic a", what="read", expected=True, granted=True),
    attempt("accounts", "topic b", what="read", expected=False, granted=False),
]
LOOSE = [*HELD, attempt("cards", "topic a", what="read", expected=False, granted=True)]


def drill(name: str, attempts: Sequence[Attempt] = HELD, needs: str = "topics") -> Drill:
    def tries(*_: Any) -> Sequence[Attempt]:
        return attempts

    return Drill(name=name, claim=CLAIM, needs=needs, attempts=tries)


def raising(name: str, error: BaseException) -> Drill:
    def raises(*_: Any) -> list[Attempt]:
        raise error

    return Drill(name=name, claim=CLAIM, needs="topics", attempts=raises)


def interrupting(name: str) -> Drill:
    """During it somebody interrupts the command."""

    def waits(*_: Any) -> list[Attempt]:
        os.kill(os.getppid(), signal.SIGINT)
        time.sleep(60)
        return HELD

    return Drill(name=name, claim=CLAIM, needs="topics", attempts=waits)


def ran(*drills: Drill, stopped: str = "", **told: Any) -> Ran:
    """A command that ran drills, where it was not stopped before, always at the same pace."""
    began = datetime(2026, 11, 27, 3, 4, 5, tzinfo=UTC)
    it = Ran(stack="sandbox", command="up", drilled=Drilled(lanes=[drills]), began=began, **told)
    if stopped:
        it.stop(stopped)
        return it
    it.drilled.run({"topics": MARKER}, {"vault": {"token": MARKER}}, Console(quiet=True))
    it.drilled.seconds.update(dict.fromkeys(it.drilled.seconds, 1.25))
    return it


def words(text: str) -> str:
    """What a reader of the page has before them."""
    body = text[text.index("<body>") :]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def rows(text: str, caption: str) -> list[list[str]]:
    """A table's rows below its heads."""
    table = text[text.index(f"<caption>{caption}") :]
    table = table[: table.index("</table>")]
    _, *found = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found]
    return [[words(f"<body>{cell}") for cell in row] for row in cells]


def bank(size: int) -> list[Drill]:
    """Drills of a bank of so many domains, shaped as those of the real one: three are not well."""
    names = [*(f"domain-{number:02}" for number in range(1, size)), "customer-correspondence"]
    return [
        drill("topics", [*_there(names)]),
        drill("broker matrix", [*_broker(names)]),
        drill("vault matrix", [*_vault(names)]),
        drill("mesh", [*_mesh(names)]),
        drill("cluster access", [*_access()]),
        drill("evidence lock", []),
        drill("pools", needs="pools"),
        raising("alerts", RuntimeError(MARKER)),
        drill("canary"),
    ]


def _topics(names: Sequence[str]) -> dict[str, str]:
    """Who writes each topic."""
    return {f"corebank.{name}.{what}.v1": name for name in names for what in ("opened", "changed")}


def _there(names: Sequence[str]) -> Iterator[Attempt]:
    for topic in _topics(names):
        yield attempt("the brokers", topic, expected=True, granted=True)


def _broker(names: Sequence[str]) -> Iterator[Attempt]:
    """One reads a topic that it should not."""
    letters = {f"corebank.{name}.dead-letters.v1": name for name in names}
    for actor in (*names, "stranger"):
        for topic, owner in {**_topics(names), **letters}.items():
            may, loose = (
                actor == owner,
                (actor, topic) == (names[1], f"corebank.{names[4]}.opened.v1"),
            )
            yield attempt(actor, topic, what="write", expected=may, granted=may)
            yield attempt(actor, topic, what="read", expected=may, granted=may or loose)
        for name in names:
            may = actor == name
            yield attempt(actor, f"group corebank-{name}", what="join", expected=may, granted=may)


def _vault(names: Sequence[str]) -> Iterator[Attempt]:
    doors = ("read", "encrypt for", "decrypt for", "log in-write to", "certificate of")
    for actor in names:
        yield attempt(actor, "log in", expected=True, granted=True)
        for name in names:
            for door in doors:
                may = actor == name
                yield attempt(actor, name, what=door, expected=may, granted=may)
        for beyond in ("list the mounts", "have its role certify a neighbour's name"):
            yield attempt(actor, beyond, expected=False, granted=False)


def _mesh(names: Sequence[str]) -> Iterator[Attempt]:
    for at, actor in enumerate((*names, "ingress gateway, with no proof", "without a certificate")):
        for number, name in enumerate(names):
            may = (at + number) % 5 == 0
            yield attempt(actor, name, what="at 8443", expected=may, granted=may)
            yield attempt(actor, name, what="at 15020", expected=False, granted=False)


def _access() -> Iterator[Attempt]:
    """Three who try many things: they stand across."""
    for actor in ("administrator", "viewer", "stranger"):
        for target in (
            "see pods",
            "read logs",
            "read secrets",
            "delete a namespace",
            "open a shell",
        ):
            may = actor == "administrator" or (
                actor == "viewer" and target in {"see pods", "read logs"}
            )
            yield attempt(actor, target, expected=may, granted=may)
