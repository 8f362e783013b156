"""The picture of the path: whom it begins at in the middle, what comes in left, what it asks right.

What the stretches are is decided in ``_payment``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from atlas._drawing import Box, wide
from atlas._payment import Step, Way
from domains import Catalogue

_TOP, _HIGH, _GAP, _ARROW = 1, 44, 10, 84
"""Pixels: above all, of a box, between two, and of an arrow."""


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stretch in the picture.

    Args:
        number: Its number among the stretches, from 1.
        gist: What holds there.
        box: What is at its other end.
        inward: Whether it comes in.
        start: Where its arrow begins, in pixels from the left.
        end: Where that ends.
    """

    number: int
    gist: str
    box: Box
    inward: bool
    start: float
    end: float


@dataclass(frozen=True, kw_only=True)
class Path:
    """The whole picture.

    Args:
        number: Of the stretch in the middle.
        gist: What holds there.
        box: Whom the path begins at.
        stops: All others.
        width: In pixels.
        height: In pixels.
    """

    number: int
    gist: str
    box: Box
    stops: Sequence[Stop]
    width: float
    height: float


def path(steps: Sequence[Step], catalogue: Catalogue) -> Path | None:
    """Lays the stretches out; nothing where there are none."""
    if not steps:
        return None
    kinds = {each.name: str(each.tier) for each in catalogue.domains}
    rows = {way: [it for it in steps if it.way is way] for way in Way}
    widths = {
        way: wide(*(it.other for it in rows[way]), small=(it.gist for it in rows[way]))
        # For the number.
        + 36
        for way in Way
    }
    lefts = {Way.IN: 1.0, Way.HERE: 1.0 + widths[Way.IN] + _ARROW}
    lefts[Way.OUT] = lefts[Way.HERE] + widths[Way.HERE] + _ARROW
    most = max(len(rows[Way.IN]), len(rows[Way.OUT]), 1)
    high = most * (_HIGH + _GAP) - _GAP

    def box(step: Step, y: float, height: float) -> Box:
        return Box(
            name=step.other,
            kind=kinds.get(step.other, "plain"),
            x=lefts[step.way],
            y=y,
            width=widths[step.way],
            height=height,
        )

    (here,) = rows[Way.HERE]
    middle = box(here, _TOP, high)
    stops: list[Stop] = []
    for way in (Way.IN, Way.OUT):
        # Fewer than on the other side stand in the middle of it.
        y = _TOP + (high - len(rows[way]) * (_HIGH + _GAP) + _GAP) / 2
        for step in rows[way]:
            there = box(step, y, _HIGH)
            inward = way is Way.IN
            stops.append(
                Stop(
                    number=1 + steps.index(step),
                    gist=step.gist,
                    box=there,
                    inward=inward,
                    start=there.right if inward else middle.right,
                    end=middle.x if inward else there.x,
                )
            )
            y += _HIGH + _GAP
    return Path(
        number=1 + steps.index(here),
        gist=here.gist,
        box=middle,
        stops=stops,
        width=lefts[Way.OUT] + widths[Way.OUT] + 1,
        height=high + 2 * _TOP,
    )
