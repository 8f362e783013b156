"""What pictures are made of: boxes with a name in them, and how wide a text may become.

Widths are for DejaVu, the widest of the fonts that a page asks for, so that no other one's text
leaves its box.
"""

from collections.abc import Iterable
from dataclasses import dataclass

_SANS, _MONO, _SMALL = 8.0, 7.3, 6.8
"""Pixels of a letter: of 13 pixels in height, and of 12, of one width and not."""
PAD = 10
"""Pixels between a text and its box."""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A name in its box.

    Args:
        name: What it is called.
        kind: A tier, or ``outside`` where it is no domain.
        x: Its left, in pixels.
        y: Its top.
        width: In pixels.
        height: In pixels.
    """

    name: str
    kind: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Its height in the middle."""
        return self.y + self.height / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width


def wide(*names: str, mono: Iterable[str] = (), small: Iterable[str] = ()) -> float:
    """How wide a box has to be for the longest of these."""
    widths = [
        len(text) * letter
        for texts, letter in ((names, _SANS), (mono, _MONO), (small, _SMALL))
        for text in texts
    ]
    return 2 * PAD + max(widths, default=0)


def key(name: str) -> str:
    """A name as a class of the page's."""
    return name.replace(".", "_").replace(" ", "_")
