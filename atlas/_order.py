"""In which order topics and readers stand, so that few lines cross.

Each is moved to the middle of what it is tied to (Sugiyama's barycentres), for some sweeps; then
neighbours change places as long as that takes a crossing away.
"""

from collections.abc import Mapping, Sequence
from statistics import mean

_SWEEPS = 12
"""How often all are moved; the best of it is kept."""


def ordered(
    owning: Mapping[str, str], reading: Mapping[str, Sequence[str]]
) -> tuple[list[str], list[str]]:
    """Topics, those of an owner beside each other, and readers.

    Args:
        owning: The owner of each topic.
        reading: The readers of each topic.
    """
    topics = sorted(owning, key=lambda name: (owning[name], name))
    readers = sorted({each for by in reading.values() for each in by})
    tried = [(topics, readers)]
    for _ in range(_SWEEPS):
        topics, readers = _swept(*tried[-1], owning, reading)
        tried.append((topics, readers))
    topics, readers = min(tried, key=lambda each: crossings(*each, reading))
    return _exchanged(topics, readers, owning, reading)


def crossings(
    topics: Sequence[str], readers: Sequence[str], reading: Mapping[str, Sequence[str]]
) -> int:
    """How many pairs of lines cross."""
    at = {name: index for index, name in enumerate(readers)}
    lines = [[at[each] for each in reading[name]] for name in topics]
    return sum(
        _crossed(upper, lower) for index, lower in enumerate(lines) for upper in lines[:index]
    )


def _crossed(upper: Sequence[int], lower: Sequence[int]) -> int:
    """How many lines cross of two that stand above each other, by where their lines end."""
    return sum(one > other for one in upper for other in lower)


def _swept(
    topics: Sequence[str],
    readers: Sequence[str],
    owning: Mapping[str, str],
    reading: Mapping[str, Sequence[str]],
) -> tuple[list[str], list[str]]:
    of_topic = {name: index for index, name in enumerate(topics)}
    tied = {
        each: mean(of_topic[name] for name, by in reading.items() if each in by) for each in readers
    }
    moved = sorted(readers, key=lambda each: (tied[each], each))
    of_reader = {name: index for index, name in enumerate(moved)}
    # What nobody reads stays where it is, in proportion.
    pull = {
        name: mean(of_reader[each] for each in by)
        if (by := reading[name])
        else of_topic[name] * len(moved) / len(topics)
        for name in topics
    }
    group = {
        owner: mean(pull[name] for name in topics if owning[name] == owner)
        for owner in owning.values()
    }
    return (
        sorted(topics, key=lambda name: (group[owning[name]], owning[name], pull[name], name)),
        moved,
    )


def _exchanged(
    topics: Sequence[str],
    readers: Sequence[str],
    owning: Mapping[str, str],
    reading: Mapping[str, Sequence[str]],
) -> tuple[list[str], list[str]]:
    """Neighbours exchanged for as long as that helps: owners, topics of one owner, readers."""
    owners = [*dict.fromkeys(owning[name] for name in topics)]
    of = {owner: [name for name in topics if owning[name] == owner] for owner in owners}
    readers = [*readers]
    while True:
        to = {name: index for index, name in enumerate(readers)}
        ends = {name: [to[each] for each in reading[name]] for name in topics}
        together = {owner: [at for name in of[owner] for at in ends[name]] for owner in owners}
        helped = _bubbled(owners, together)
        for names in of.values():
            helped |= _bubbled(names, ends)
        flat = [name for owner in owners for name in of[owner]]
        by = {each: [at for at, name in enumerate(flat) if each in reading[name]] for each in to}
        if not (_bubbled(readers, by) or helped):
            return flat, readers


def _bubbled(names: list[str], ends: Mapping[str, Sequence[int]]) -> bool:
    """Exchanges neighbours in the list, once along it; whether any was."""
    helped = False
    for at in range(len(names) - 1):
        upper, lower = ends[names[at]], ends[names[at + 1]]
        if _crossed(lower, upper) < _crossed(upper, lower):
            names[at], names[at + 1] = names[at + 1], names[at]
            helped = True
    return helped
