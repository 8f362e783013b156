"""Properties as the engine sends them, read in such a way that nobody reads what is not known.

Reading a value that a preview does not know yet raises ``Unknown``, however deep it lies, also by
comparing or iterating over what holds it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast, overload

from pulumi_policy import proxy

_UNKNOWN = frozenset(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_"))
_SIGN = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the mark of a secret, not one


class Unknown(Exception):  # noqa: N818 - a state of a value, not a failure
    """A value that is only known after an update was read.

    Args:
        path: Where it stands: ``metadataOptions.httpTokens``.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Object(Mapping[str, Any]):
    """A map whose unknown values can't be read."""

    def __init__(self, target: Mapping[str, Any], path: str = "") -> None:
        self.target, self._path = target, path

    def __getitem__(self, key: str) -> Any:
        return _known(self.target[key], f"{self._path}.{key}".lstrip("."))

    def __contains__(self, key: object) -> bool:
        # What is there is there, also where its value is not known.
        return key in self.target

    def __iter__(self) -> Iterator[str]:
        return iter(self.target)

    def __len__(self) -> int:
        return len(self.target)

    def is_secret(self, key: str) -> bool:
        """Whether a value is marked as a secret."""
        value: Any = self.target.get(key)
        return isinstance(value, dict) and cast("dict[str, Any]", value).get(_SIGN) == _SECRET

    def is_known(self, key: str) -> bool:
        """Whether a value can be read; also where there is none."""
        return _unmarked(self.target.get(key)) not in _UNKNOWN


class Array(Sequence[Any]):
    """A list whose unknown values can't be read; equal to a list or tuple of the same."""

    def __init__(self, target: Sequence[Any], path: str = "") -> None:
        self.target, self._path = target, path

    @overload
    def __getitem__(self, index: int) -> Any: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Any]: ...

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        return _known(self.target[index], f"{self._path}.{index}")

    def __len__(self) -> int:
        return len(self.target)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, (list, tuple, Array)) and [*self] == [*cast("list[Any]", other)]

    __hash__ = None  # type: ignore[assignment]


def at(properties: Any, *path: str | int) -> Any:
    """A value in a map or list, however deep; ``None`` where there is none.

    Raises:
        Unknown: It, or what it would stand in, is only known after an update.
    """
    for key in path:
        if isinstance(properties, Mapping):
            properties = cast("Mapping[Any, Any]", properties).get(key)
        elif isinstance(properties, (list, tuple, Array)) and isinstance(key, int):
            found = cast("Sequence[Any]", properties)
            properties = found[key] if key < len(found) else None
        else:
            return None
    return properties


def listed(properties: Any, *path: str | int) -> Sequence[Any]:
    """The members of a list, or the one thing that stands in its place; none where nothing does."""
    found = at(properties, *path)
    if found is None:
        return ()
    if isinstance(found, (list, tuple, Array)):
        return cast("Sequence[Any]", found)
    return (found,)


def document(properties: Any, *path: str | int) -> Any:
    """A text of JSON, read; ``None`` where there is no text.

    Raises:
        ValueError: It is no JSON.
        Unknown: It, or a value in it, is only known after an update.
    """
    text = at(properties, *path)
    if text is None:
        return None
    whole = ".".join(map(str, path))
    if not isinstance(text, str):
        return text
    if any(sentinel in text for sentinel in _UNKNOWN):
        raise Unknown(whole)
    return json.loads(text)


def _unmarked(value: Any) -> Any:
    while isinstance(value, dict) and cast("dict[str, Any]", value).get(_SIGN) == _SECRET:
        value = cast("dict[str, Any]", value).get("value")
    return value if isinstance(value, str) else None


def _known(value: Any, path: str) -> Any:
    if isinstance(value, dict):
        inner = cast("dict[str, Any]", value)
        if inner.get(_SIGN) == _SECRET:
            return _known(inner.get("value"), path)
        return Object(inner, path)
    if isinstance(value, list):
        return Array(cast("list[Any]", value), path)
    if isinstance(value, str) and value in _UNKNOWN:
        raise Unknown(path)
    return value
