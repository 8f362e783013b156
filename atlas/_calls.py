"""Who calls whom, as a matrix: callers down, called across."""

from collections.abc import Sequence
from dataclasses import dataclass

from atlas._drawing import wide
from domains import Catalogue

SIDE = 28
"""Of a place in the matrix, in pixels."""


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that is allowed.

    Args:
        caller: Who calls.
        called: Whom.
        kind: The tier of who is called.
        row: The caller's row, from 0.
        column: The other's column, from 0.
    """

    caller: str
    called: str
    kind: str
    row: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """All that is allowed.

    Args:
        callers: Those who call somebody and how many they call, who calls most first.
        called: Those whom somebody calls and how many do, the most called first.
        calls: Their places.
        side: Of a place, in pixels.
        left: What is left of the places, for callers' names.
        top: What is above them.
    """

    callers: Sequence[tuple[str, int]]
    called: Sequence[tuple[str, int]]
    calls: Sequence[Call]
    side: int
    left: float
    top: float


def matrix(catalogue: Catalogue) -> Matrix:
    """Lays the calls of a catalogue out."""
    makes = {each.name: len(each.calls) for each in catalogue.domains if each.calls}
    gets = {d.name: len(by) for d in catalogue.domains if (by := catalogue.callers(d.name))}
    callers = sorted(makes, key=lambda it: (-makes[it], it))
    called = sorted(gets, key=lambda it: (-gets[it], it))
    kinds = {each.name: str(each.tier) for each in catalogue.domains}
    return Matrix(
        callers=[(name, makes[name]) for name in callers],
        called=[(name, gets[name]) for name in called],
        calls=[
            Call(
                caller=each.name,
                called=name,
                kind=kinds[name],
                row=callers.index(each.name),
                column=called.index(name),
            )
            for each in catalogue.domains
            for name in each.calls
        ],
        side=SIDE,
        left=wide(*callers),
        top=wide(*called),
    )
