"""Who calls whom, as a matrix: callers down, called across."""

from collections.abc import Sequence
from dataclasses import dataclass

from domains import Catalogue


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that is allowed.

    Args:
        caller: Who calls.
        called: Whom.
        row: The caller's row, from 0.
        column: The other's column, from 0.
    """

    caller: str
    called: str
    row: int
    column: int


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """All that is allowed.

    Args:
        callers: Names of those who call somebody, sorted.
        called: Names of those whom somebody calls, the most called first.
        calls: Their places.
    """

    callers: Sequence[str]
    called: Sequence[str]
    calls: Sequence[Call]


def matrix(catalogue: Catalogue) -> Matrix:
    """Lays the calls of a catalogue out."""
    callers = [each.name for each in catalogue.domains if each.calls]
    number = {each.name: len(catalogue.callers(each.name)) for each in catalogue.domains}
    called = sorted((name for name in number if number[name]), key=lambda it: (-number[it], it))
    return Matrix(
        callers=callers,
        called=called,
        calls=[
            Call(
                caller=each.name,
                called=name,
                row=callers.index(each.name),
                column=called.index(name),
            )
            for each in catalogue.domains
            for name in each.calls
        ],
    )
