"""Places in a nested configuration: the keys that lead to a value."""

from collections.abc import Collection, Mapping
from typing import TypeGuard

Place = tuple[str, ...]


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether the value has keys, which JSON and the reader of stack files always give as text."""
    return isinstance(value, Mapping)


def less(value: object, places: Collection[Place]) -> object:
    """A value less what stands at these places in it."""
    if not is_mapping(value):
        return value
    return {
        key: less(inner, {place[1:] for place in places if place[0] == key})
        for key, inner in value.items()
        if (key,) not in places
    }
