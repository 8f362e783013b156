"""Properties as the engine sends them, read in such a way that nobody reads what is not known.

Reading a value that a preview does not know yet raises ``Unknown``, however deep it lies, also by
comparing or iterating over what holds it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast, overload

from pulumi_policy import proxy

_UNKNOWN = frozenset(value for name, value in vars(proxy).items() if name.startswith("UNKNOWN_"))
_Thing = TypeVar("_Thing")
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


class Postponed:
    """Lets a rule look at all that is known before it says what is not.

    What is wrong in one member of a map shows also where another one is not known yet.
    """

    def __init__(self) -> None:
        self._first: Unknown | None = None

    def __enter__(self) -> None:
        """Looks at one of many."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Goes on with the next one where this one is not known."""
        if isinstance(error, Unknown):
            self._first = self._first or error
        return isinstance(error, Unknown)

    def settle(self) -> None:
        """Says that one of them was not known.

        Raises:
            Unknown: One of them was not.
        """
        if self._first:
            raise self._first


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


def is_true(value: Any) -> bool:
    """Whether a switch is on; some of the providers' are texts."""
    return value is True or value == "true"


def any_of(things: Sequence[_Thing], test: Callable[[_Thing], bool]) -> bool:
    """Whether one passes a test, also where others are not known yet.

    Raises:
        Unknown: None passes, and one is not known yet.
    """
    postponed = Postponed()
    for place in range(len(things)):
        with postponed:
            if test(things[place]):
                return True
    postponed.settle()
    return False


def of_each(members: Sequence[Any], judge: Callable[[int, Any], Iterator[str]]) -> Iterator[str]:
    """What is wrong with each member, by its place, also where others are not known yet.

    Raises:
        Unknown: After all that is wrong: a value was not known.
    """
    postponed = Postponed()
    for place in range(len(members)):
        with postponed:
            yield from judge(place, members[place])
    postponed.settle()


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
