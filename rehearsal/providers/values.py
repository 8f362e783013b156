"""Pulumi's property values as plain Python, and how two of them differ.

A stand-in works on plain values (``dict``, ``list``, ``str``, ``float``, ``bool``, ``None``).
Secrets are unwrapped on the way in and marked again, per property, on the way out. A value that
is not known yet stays the engine's own marker text and equals nothing.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

Plain = dict[str, Any]

UNKNOWN = rpc.UNKNOWN


def to_plain(values: Mapping[str, PropertyValue]) -> Plain:
    """Unwraps a resource's properties, secrets included."""
    return {key: _unwrap(value) for key, value in values.items()}


def _unwrap(value: PropertyValue) -> Any:
    inner = value.value
    if isinstance(inner, Mapping):
        return {key: _unwrap(item) for key, item in inner.items()}
    if isinstance(inner, Sequence) and not isinstance(inner, str):
        return [_unwrap(item) for item in inner]
    return inner


def secret_keys(values: Mapping[str, PropertyValue]) -> frozenset[str]:
    """Names the top-level properties that hold a secret anywhere inside."""
    return frozenset(key for key, value in values.items() if value.contains_secret())


def from_plain(values: Mapping[str, Any], secrets: frozenset[str]) -> dict[str, PropertyValue]:
    """Wraps plain values again and marks those named in ``secrets``."""
    return {key: _wrap(value).with_secret(key in secrets) for key, value in values.items()}


def _wrap(value: Any) -> PropertyValue:
    if isinstance(value, Mapping):
        return PropertyValue({str(key): _wrap(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return PropertyValue([_wrap(item) for item in value])
    if value is None or isinstance(value, (bool, float, str)):
        return PropertyValue(value)
    if isinstance(value, int):
        return PropertyValue(float(value))
    return PropertyValue(str(value))


def has_unknown(value: Any) -> bool:
    """Whether something in the value is only known once other resources are made."""
    if isinstance(value, Mapping):
        return any(has_unknown(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknown(item) for item in value)
    return value == UNKNOWN


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: absent is empty, and JSON texts compare as JSON."""
    if one == other:
        return True
    if one in (None, [], {}) and other in (None, [], {}):
        return True
    if isinstance(one, str) and isinstance(other, str):
        documents = _document(one), _document(other)
        return None not in documents and documents[0] == documents[1]
    return False


def _document(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yields ``(path, old, new)`` for the innermost values that differ, e.g. ``tags.owner``."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in sorted({*old, *new}):
            inner = f"{path}.{key}" if path else key
            yield from differences(old.get(key), new.get(key), inner)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, f"{path}[{index}]")
    elif not same(old, new):
        yield path, old, new


def fold(name: str) -> str:
    """The spelling in which both sides agree."""
    return name.replace("_", "").lower()


def from_api(declared: Any, live: Any) -> Any:
    """The live value in the declared one's words; what the API does not tell stays as declared.

    Only what was declared is compared, so a value the API adds by itself is no drift. The order of
    a list counts only where its members differ too.
    """
    if isinstance(declared, Mapping) and isinstance(live, Mapping):
        found = {fold(str(key)): item for key, item in live.items()}
        return {
            key: from_api(item, found[fold(key)]) if fold(key) in found else item
            for key, item in declared.items()
        }
    if isinstance(declared, list) and isinstance(live, list):
        if sorted(map(str, declared)) == sorted(map(str, live)):
            return declared
        if len(declared) == len(live):
            return [from_api(one, other) for one, other in zip(declared, live, strict=True)]
        return live
    if same(declared, live) or (isinstance(declared, str) and declared == str(live)):
        return declared
    return live
