"""Text that must not stand in a stack file at all: secrets, and letters that look like others.

Looks at everything before any key is understood, since a secret may stand under a misspelt one.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import cast

from problems import Problem
from settings._places import Place, is_mapping
from settings._telling import kind_of_secret, shown_key


def suspicious(config: Mapping[str, object]) -> Iterator[tuple[Place, Problem]]:
    """Every suspicious key and value, with its place: the keys that lead to it."""
    for place, text in _texts((), config):
        path = _path(place)
        if kind := kind_of_secret(text):
            yield (
                place,
                Problem(
                    code="secret",
                    path=path,
                    what=f"looks like {kind}, and a stack file is read by many",
                    fix="take it out and revoke it; workloads get secrets from Vault",
                ),
            )
        elif odd := next(((at, c) for at, c in enumerate(text, 1) if not _is_plain(c)), None):
            at, character = odd
            yield (
                place,
                Problem(
                    code="odd-character",
                    path=path,
                    what=f"character {at} is {_described(character)}",
                    got=ascii(text)[1:-1],
                    fix="type it again in ASCII: a look-alike makes another name",
                ),
            )


def _texts(place: Place, value: object) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from _texts(place, inner)
    elif is_mapping(value):
        for key, inner in value.items():
            yield (*place, key), key
            yield from _texts((*place, key), inner)


def _path(place: Place) -> str:
    return ".".join(map(shown_key, place))


def _is_plain(character: str) -> bool:
    return " " <= character <= "~"


def _described(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}"
