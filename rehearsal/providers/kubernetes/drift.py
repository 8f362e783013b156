"""A live object in the words of its declaration, so that only a real difference is one. Pure.

What the server fills in and what others own beside is no drift. How far a list is shared tells the
server itself, in its record of who manages which field: members of some are told apart by a key,
every other list is one value.
"""

import json
from collections.abc import Mapping
from typing import Any

from kubernetes.utils import quantity

from rehearsal.providers.values import Plain, is_list, is_map

_quantity: Any = quantity
"""A library without types of its own."""

Fields = Mapping[str, Any]
"""A record of managed fields, as the API writes it: ``f:spec``, ``k:{"name":"x"}``."""


def in_words_of(declared: Plain, live: Plain) -> Plain:
    """The live object, of which only what was declared is told."""
    metadata: Plain = live.get("metadata", {})
    shared: dict[str, Any] = {}
    for manager in metadata.get("managedFields", []):
        if not manager.get("subresource"):
            _merge(shared, manager.get("fieldsV1") or {})
    told = _words(declared, live, shared)
    if "stringData" in declared:
        # The server turns it into ``data`` and never tells it again.
        told["stringData"] = declared["stringData"]
    return told


def _words(declared: Any, live: Any, fields: Fields) -> Any:
    if is_map(declared) and is_map(live):
        return {
            key: _words(item, live.get(key), fields.get(f"f:{key}") or {})
            for key, item in declared.items()
        }
    if is_list(declared) and is_list(live):
        if members := {key: inner for key, inner in fields.items() if key.startswith("k:")}:
            return _shared_list(list(declared), list(live), members)
        if any(key.startswith("v:") for key in fields):
            return [one for one in declared if one in live]
        if len(declared) == len(live):
            return [_words(one, other, {}) for one, other in zip(declared, live, strict=True)]
    return declared if _equal(declared, live) else live


def _shared_list(declared: list[Any], live: list[Any], members: Mapping[str, Fields]) -> list[Any]:
    """Each declared member as it is there; those of others are left out."""
    known = [(_parsed(key), inner) for key, inner in members.items()]
    names = {name for keys, _ in known for name in keys}
    told: list[Any] = []
    for one in declared:
        # The server fills in a key that was left out, such as a port's protocol.
        keys = {name: one[name] for name in names if name in one}
        there = next((it for it in live if keys and keys.items() <= it.items()), None)
        if there is not None:
            of_it = (it for other, it in known if keys.items() <= other.items())
            inner: Fields = next(of_it, dict[str, Any]())
            told.append(_words(one, there, inner))
    return told


def _parsed(key: str) -> Plain:
    return json.loads(key.removeprefix("k:"))


def _merge(into: dict[str, Any], other: Fields) -> None:
    for key, inner in other.items():
        _merge(into.setdefault(key, {}), inner or {})


def _equal(declared: Any, live: Any) -> bool:
    # What is empty, false or nought the server mostly leaves out.
    if declared == live or (not declared and live is None):
        return True
    try:
        # ``1000m`` is told again as ``1``.
        return _quantity.parse_quantity(declared) == _quantity.parse_quantity(live)
    except (ValueError, TypeError, ArithmeticError):
        return False
