"""The picture of topics: owners left, topics in the middle, readers right, with few crossings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from domains import PLATFORM, Catalogue

ARCHIVE = "evidence archive"
"""What reads the topics that are archived; it is no domain."""

_PITCH, _GAP, _TOP = 22, 12, 44
"""Heights in pixels: of a row, between the topics of two owners, and of the heads."""
_SWEEPS = 12
"""How often the order is improved; it settles within a few."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A name in the picture.

    Args:
        name: What it is called.
        y: Its middle, in pixels from the top.
        outside: Whether it is no domain.
    """

    name: str
    y: float
    outside: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """From an owner to a topic, or from a topic to a reader.

    Args:
        party: The owner or the reader.
        topic: The topic.
        start: Height on the left, in pixels.
        end: Height on the right.
        reads: Whether it goes to a reader.
    """

    party: str
    topic: str
    start: float
    end: float
    reads: bool


@dataclass(frozen=True, kw_only=True)
class Flow:
    """The whole picture.

    Args:
        owners: Left.
        topics: In the middle.
        readers: Right.
        lines: Between them.
        height: In pixels.
        silent: Titles of the domains that have no topic and read none.
    """

    owners: Sequence[Mark]
    topics: Sequence[Mark]
    readers: Sequence[Mark]
    lines: Sequence[Line]
    height: float
    silent: Sequence[str]


def flow(catalogue: Catalogue) -> Flow:
    """Lays the topics of a catalogue out."""
    reading = {name: [*each.consumers] for name, each in catalogue.topics.items()}
    for name in catalogue.archived:
        reading[name].append(ARCHIVE)
    owning = {name: each.owner for name, each in catalogue.topics.items()}
    topics, readers = _ordered(owning, reading)
    at = _heights(topics, owning)
    height = max(at.values(), default=0.0) + _PITCH
    left = _spread({owner: _middle(at, owning, owner) for owner in owning.values()}, height)
    wanted = {
        each: mean(at[name] for name, by in reading.items() if each in by) for each in readers
    }
    right = _spread(wanted, height)
    lines = [
        *(
            Line(
                party=owning[name], topic=name, start=left[owning[name]], end=at[name], reads=False
            )
            for name in topics
        ),
        *(
            Line(party=reader, topic=name, start=at[name], end=right[reader], reads=True)
            for name in topics
            for reader in reading[name]
        ),
    ]
    taking_part = {*left, *right}
    return Flow(
        owners=[Mark(name=name, y=y, outside=name == PLATFORM) for name, y in left.items()],
        topics=[Mark(name=name, y=at[name]) for name in topics],
        readers=[Mark(name=name, y=y, outside=name == ARCHIVE) for name, y in right.items()],
        lines=lines,
        height=max([height, *left.values(), *right.values()]) + _PITCH,
        silent=[each.title for each in catalogue.domains if each.name not in taking_part],
    )


def crossings(lines: Iterable[Line]) -> int:
    """How many pairs of lines cross between topics and readers."""
    right = [line for line in lines if line.reads]
    return sum(
        (one.start - other.start) * (one.end - other.end) < 0
        for index, one in enumerate(right)
        for other in right[:index]
    )


def _ordered(
    owning: Mapping[str, str], reading: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Topics and readers, each moved to the middle of what it is tied to until that settles."""
    topics = sorted(owning, key=lambda name: (owning[name], name))
    readers = sorted({each for by in reading.values() for each in by})
    best: tuple[int, list[str], list[str]] | None = None
    for _ in range(_SWEEPS):
        of_topic = {name: index for index, name in enumerate(topics)}
        tied = {
            each: mean(of_topic[name] for name, by in reading.items() if each in by)
            for each in readers
        }
        readers.sort(key=lambda each: (tied[each], each))
        found = _crossed(topics, readers, reading)
        if best is None or found < best[0]:
            best = found, [*topics], [*readers]
        of_reader = {name: index for index, name in enumerate(readers)}
        # What nobody reads stays where it is, in proportion.
        pull = {
            name: mean(of_reader[each] for each in by)
            if (by := reading[name])
            else of_topic[name] * len(readers) / len(topics)
            for name in topics
        }
        group = {
            owner: mean(pull[name] for name in topics if owning[name] == owner)
            for owner in owning.values()
        }
        topics.sort(key=lambda name: (group[owning[name]], owning[name], pull[name], name))
    return (best[1], best[2]) if best else (topics, readers)


def _crossed(topics: list[str], readers: list[str], reading: Mapping[str, Sequence[str]]) -> int:
    return crossings(
        Line(
            party=each,
            topic=name,
            start=topics.index(name),
            end=readers.index(each),
            reads=True,
        )
        for name in topics
        for each in reading[name]
    )


def _heights(topics: Sequence[str], owning: Mapping[str, str]) -> dict[str, float]:
    heights: dict[str, float] = {}
    y, before = float(_TOP - _PITCH - _GAP), ""
    for name in topics:
        y += _PITCH + (_GAP if owning[name] != before else 0)
        heights[name], before = y, owning[name]
    return heights


def _middle(at: Mapping[str, float], owning: Mapping[str, str], owner: str) -> float:
    return mean(y for name, y in at.items() if owning[name] == owner)


def _spread(wanted: Mapping[str, float], height: float) -> dict[str, float]:
    """Each as near as may be to where it wants to be, and no two closer than a row."""
    order = sorted(wanted, key=lambda name: (wanted[name], name))
    placed: dict[str, float] = {}
    y = float(_TOP - _PITCH)
    for name in order:
        y = max(y + _PITCH, wanted[name])
        placed[name] = y
    limit = max(height, _TOP + _PITCH * len(order))
    for name in reversed(order):
        placed[name] = limit = min(placed[name], limit - _PITCH)
    return placed
