"""Pulumi's property values as plain Python, and how two of them differ.

A stand-in works on plain values (``dict``, ``list``, ``str``, ``float``, ``bool``, ``None``).
Secrets are unwrapped on the way in and marked again, per property, on the way out. A value that
is not known yet stays the engine's own marker text and equals nothing.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeGuard

from pulumi.provider.experimental.property_value import PropertyValue

Plain = dict[str, Any]


def is_map(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a plain value is an object; JSON's and Pulumi's have texts for keys."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    """Whether a plain value is an array."""
    return isinstance(value, (list, tuple))


def to_plain(values: Mapping[str, PropertyValue]) -> Plain:
    """Unwraps a resource's properties, secrets included."""
    return {key: _unwrap(value) for key, value in values.items()}


def property_of(values: Mapping[str, PropertyValue], name: str) -> Any:
    """Unwraps one of a resource's properties; ``None`` where it has none of that name."""
    return _unwrap(values[name]) if name in values else None


def _unwrap(value: PropertyValue) -> Any:
    inner: Any = value.value
    if is_map(inner):
        return {key: _unwrap(item) for key, item in inner.items()}
    if is_list(inner):
        return [_unwrap(item) for item in inner]
    return inner


def secret_keys(values: Mapping[str, PropertyValue]) -> frozenset[str]:
    """Names the top-level properties that hold a secret anywhere inside."""
    return frozenset(key for key, value in values.items() if value.contains_secret())


def from_plain(values: Mapping[str, Any], secrets: frozenset[str]) -> dict[str, PropertyValue]:
    """Wraps plain values again, marks those named in ``secrets``, and leaves out ``None``."""
    return {
        key: _wrap(value).with_secret(key in secrets)
        for key, value in values.items()
        if value is not None
    }


def _wrap(value: Any) -> PropertyValue:
    if is_map(value):
        return PropertyValue({key: _wrap(item) for key, item in value.items()})
    if is_list(value):
        return PropertyValue([_wrap(item) for item in value])
    if value is None or isinstance(value, (bool, float, str)):
        return PropertyValue(value)
    if isinstance(value, int):
        return PropertyValue(float(value))
    return PropertyValue(str(value))


def same(one: Any, other: Any) -> bool:
    """Whether two values mean the same: absent is empty, and JSON texts compare as JSON."""
    if one == other or (one in _NOTHING and other in _NOTHING):
        return True
    if isinstance(one, str) and isinstance(other, str):
        document = _document(one)
        return document is not None and document == _document(other)
    return False


_NOTHING: tuple[Any, ...] = (None, "", [], {})


def _document(text: str) -> Any:
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def differences(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yields ``(path, old, new)`` for the innermost values that differ, e.g. ``tags.owner``."""
    if is_map(old) and is_map(new):
        for key in sorted({*old, *new}):
            inner = _inner(path, key)
            yield from differences(old.get(key), new.get(key), inner)
    elif is_list(old) and is_list(new) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from differences(before, after, f"{path}[{index}]")
    elif not same(old, new):
        yield path, old, new


def _inner(path: str, key: str) -> str:
    # As Pulumi writes a path through a name with dots in it.
    if "." in key:
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key


def fold(name: str) -> str:
    """The spelling in which Pulumi's and an API's name of a thing agree."""
    return name.replace("_", "").lower()


def spelt(name: str, folded: Collection[str]) -> str | None:
    """A property's name among an API's, which are given folded; ``None`` if it is not there.

    Pulumi puts the names of lists into the plural, whatever the API says.
    """
    wanted = fold(name)
    return next((each for each in (wanted, wanted.removesuffix("s")) if each in folded), None)


def from_api(declared: Any, live: Any) -> Any:
    """The live value in the declared one's words, so that only a real difference is one.

    Inside an object only what was declared is compared: what an API adds by itself is no drift, and
    what it does not tell stays as declared. The order of a list counts only where its members
    differ too.
    """
    if is_map(declared) and is_map(live):
        found = {fold(key): item for key, item in live.items()}
        names = {key: spelt(key, found) for key in declared}
        return {
            key: item if (name := names[key]) is None else from_api(item, found[name])
            for key, item in declared.items()
        }
    if is_list(declared) and is_list(live):
        if sorted(map(str, declared)) == sorted(map(str, live)):
            return declared
        if len(declared) == len(live):
            return [from_api(one, other) for one, other in zip(declared, live, strict=True)]
        return live
    if same(declared, live) or (isinstance(declared, str) and declared == str(live)):
        return declared
    return live
