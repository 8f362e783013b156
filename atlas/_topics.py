"""The picture of topics: owners left, each beside its topics, and readers right.

Who stands where is decided in ``_order``; here it becomes pixels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from atlas._drawing import Box, wide
from atlas._order import ordered
from domains import Catalogue

ARCHIVE = "evidence archive"
"""What reads the topics that are archived; it is no domain."""
OUTSIDE = "outside"
"""The kind of what is no domain."""

_TOP, _HIGH, _GAP = 34, 24, 12
"""Heights in pixels: of the heads, of a box, and between those of two owners or readers."""
_PITCH, _PORT = _HIGH + 4, 9
"""From one topic of an owner to the next, and from where one line ends at a reader to the next."""
_WRITES, _READS = 56, 340
"""Widths in pixels: of the lines to topics, and of those to readers."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """An arrow: from an owner to a topic, or from a topic to a reader.

    Args:
        party: The owner or the reader.
        topic: The topic.
        owner: The topic's owner.
        kind: Of the topic's owner.
        start: Where it begins: pixels from the left and from the top.
        end: Where it ends.
        reads: Whether it goes to a reader.
    """

    party: str
    topic: str
    owner: str
    kind: str
    start: tuple[float, float]
    end: tuple[float, float]
    reads: bool


@dataclass(frozen=True, kw_only=True)
class Flow:
    """The whole picture.

    Args:
        owners: Left.
        topics: In the middle.
        readers: Right.
        lines: Between them.
        width: In pixels.
        height: In pixels.
        silent: Titles of the domains that have no topic and read none.
    """

    owners: Sequence[Box]
    topics: Sequence[Box]
    readers: Sequence[Box]
    lines: Sequence[Line]
    width: float
    height: float
    silent: Sequence[str]


def short(topic: str) -> str:
    """A topic's name as pictures have it."""
    return topic.removeprefix("corebank.")


def flow(catalogue: Catalogue) -> Flow:
    """Lays the topics of a catalogue out."""
    reading = {
        name: [*each.consumers, *([ARCHIVE] if each.topic.archived else [])]
        for name, each in catalogue.topics.items()
    }
    owning = {name: each.owner for name, each in catalogue.topics.items()}
    kinds = {each.name: str(each.tier) for each in catalogue.domains}
    names, readers = ordered(owning, reading)
    topics = _topics(names, owning, kinds)
    owners = _owners(topics, owning)
    left = max((box.right for box in topics.values()), default=0.0) + _READS
    ends = {each: [name for name in names if each in reading[name]] for each in readers}
    right = _spread(topics, ends, kinds, left)
    taking_part = {*owners, *right}
    boxes = [*owners.values(), *topics.values(), *right.values()]
    return Flow(
        owners=[*owners.values()],
        topics=[*topics.values()],
        readers=[*right.values()],
        lines=[
            *(
                Line(
                    party=owning[name],
                    topic=name,
                    owner=owning[name],
                    kind=box.kind,
                    start=(owners[owning[name]].right, box.middle),
                    end=(box.x, box.middle),
                    reads=False,
                )
                for name, box in topics.items()
            ),
            *(
                Line(
                    party=each,
                    topic=name,
                    owner=owning[name],
                    kind=topics[name].kind,
                    start=(topics[name].right, topics[name].middle),
                    end=(left, right[each].middle + _PORT * (at - (len(ends[each]) - 1) / 2)),
                    reads=True,
                )
                for each in readers
                for at, name in enumerate(ends[each])
            ),
        ],
        width=max((box.right for box in boxes), default=0.0) + 2,
        height=max((box.y + box.height for box in boxes), default=0.0) + 2,
        silent=[each.title for each in catalogue.domains if each.name not in taking_part],
    )


def _topics(
    names: Sequence[str], owning: Mapping[str, str], kinds: Mapping[str, str]
) -> dict[str, Box]:
    left = wide(*owning.values()) + _WRITES
    width = wide(mono=map(short, names))
    found: dict[str, Box] = {}
    y, before = float(_TOP - _PITCH), ""
    for name in names:
        y += _PITCH + (_GAP if before not in {"", owning[name]} else 0)
        kind = kinds.get(owning[name], OUTSIDE)
        found[name] = Box(name=name, kind=kind, x=left, y=y, width=width, height=_HIGH)
        before = owning[name]
    return found


def _owners(topics: Mapping[str, Box], owning: Mapping[str, str]) -> dict[str, Box]:
    """Each as high as its topics are together."""
    found: dict[str, Box] = {}
    for name, box in topics.items():
        owner = owning[name]
        y = found[owner].y if owner in found else box.y
        width, high = wide(*owning.values()), box.y + _HIGH - y
        found[owner] = Box(name=owner, kind=box.kind, x=1, y=y, width=width - 1, height=high)
    return found


def _spread(
    topics: Mapping[str, Box],
    ends: Mapping[str, Sequence[str]],
    kinds: Mapping[str, str],
    left: float,
) -> dict[str, Box]:
    """Each as near as may be to what it reads, as high as its lines ask, and in its order."""
    high = {each: max(_HIGH, _PORT * (len(names) + 1)) for each, names in ends.items()}
    tops: dict[str, float] = {}
    y = float(_TOP)
    for each, names in ends.items():
        tops[each] = max(y, mean(topics[name].middle for name in names) - high[each] / 2)
        y = tops[each] + high[each] + _GAP
    limit = max((box.y + _HIGH for box in topics.values()), default=0.0)
    limit = max(limit, _TOP + sum(high.values()) + _GAP * (len(high) - 1))
    for each in reversed([*ends]):
        tops[each] = min(tops[each], limit - high[each])
        limit = tops[each] - _GAP
    return {
        each: Box(
            name=each,
            kind=kinds.get(each, OUTSIDE),
            x=left,
            y=tops[each],
            width=wide(*ends),
            height=high[each],
        )
        for each in ends
    }
