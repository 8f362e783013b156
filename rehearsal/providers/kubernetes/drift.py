"""A live object in the words of its declaration, so that only a real difference is one. Pure.

A live object is compared with what it would become if the declaration were applied to it once more
(the server's answer to a dry run). Where both say the same there is no drift: so the server's
defaults, its spelling of a quantity and what others own beside are none. Where they differ, the
live value is told in place of the declared one. Members of a shared list are told apart by the keys
that the server's record of managed fields has for them; every other list is one value.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from rehearsal.providers.kubernetes.cluster import MANAGER
from rehearsal.providers.values import Plain, is_list, is_map

Fields = Mapping[str, Any]
"""A record of managed fields, as the API writes it: ``f:spec``, ``k:{"name":"x"}``."""


def in_words_of(declared: Plain, applied: Plain, live: Plain) -> Plain:
    """The declaration, but for where the live object is another than it asks for.

    Args:
        declared: What the program declares.
        applied: What the object would become.
        live: What it is.
    """
    told: Plain = _words(declared, _compared(applied), _compared(live), _ours(applied))
    if is_map(secret := declared.get("stringData")):
        # The server turns it into ``data`` and never tells it again.
        told["stringData"] = _texts(secret, applied.get("data") or {}, live.get("data") or {})
    return told


def _ours(applied: Plain) -> Fields:
    records: list[Plain] = applied["metadata"].get("managedFields") or []
    ours = (each for each in records if each["manager"] == MANAGER and each["operation"] == "Apply")
    record = next(ours, dict[str, Any]())
    return record.get("fieldsV1") or {}


def _compared(anything: Plain) -> Plain:
    metadata = {key: item for key, item in anything["metadata"].items() if key != "managedFields"}
    return {**anything, "metadata": metadata}


def _words(declared: Any, applied: Any, live: Any, fields: Fields) -> Any:
    if applied == live:
        return declared
    if is_map(declared) and is_map(applied) and is_map(live):
        told = {
            key: _words(item, applied.get(key), live.get(key), _inner(fields, key))
            for key, item in declared.items()
            if key in live or key not in applied
        }
        # What one more apply would take away: somebody put it into what is ours alone.
        return {**told, **{key: live[key] for key in live if key not in applied}}
    if is_list(declared) and is_list(applied) and is_list(live):
        if any(key.startswith("k:") for key in fields):
            return _shared_list(list(declared), list(applied), list(live), fields)
        if any(key.startswith("v:") for key in fields):
            return [one for one in declared if one in live]
        if len(declared) == len(applied) == len(live):
            return [_words(*each, {}) for each in zip(declared, applied, live, strict=True)]
    return live


def _shared_list(
    declared: list[Any], applied: list[Any], live: list[Any], fields: Fields
) -> list[Any]:
    """Each declared member as it is there; those of others are left out."""
    members: list[tuple[Plain, Fields]] = [
        (json.loads(key.removeprefix("k:")), inner or {})
        for key, inner in fields.items()
        if key.startswith("k:")
    ]
    names = {name for key, _ in members for name in key}
    told: list[Any] = []
    for one in declared:
        # The server fills in a key that was left out, such as a port's protocol.
        known = {name: one[name] for name in names if name in one}
        alone: tuple[Plain, Fields] = (known, {})
        key, inner = next((it for it in members if known.items() <= it[0].items()), alone)
        there = next((it for it in live if key.items() <= it.items()), None)
        wanted = next((it for it in applied if key.items() <= it.items()), None)
        if there is not None:
            told.append(_words(one, wanted, there, inner))
    return told


def _inner(fields: Fields, key: str) -> Fields:
    return fields.get(f"f:{key}") or {}


def _texts(declared: Mapping[str, Any], applied: Plain, live: Plain) -> Plain:
    return {
        key: text if applied.get(key) == live[key] else base64.b64decode(live[key]).decode()
        for key, text in declared.items()
        if key in live
    }
