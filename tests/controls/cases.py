"""How the cases of a control are written down."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

from pulumi_policy import proxy

from policies.controls import Object, Resource

UNKNOWN = proxy.UNKNOWN_STRING_VALUE
"""Stands for what a preview does not know yet."""

Given = Mapping[str, Any] | Resource | Sequence[Resource]
"""Properties of the rule's first type; a resource; or all resources of a stack."""

Bank = list[Resource]
Change = Callable[[Bank], Bank]


@dataclass(frozen=True, kw_only=True)
class Cases:
    """What a rule has to say of what.

    Args:
        fails: Of each it says that something is wrong.
        passes: Of each it says that all is well.
        unknown: Of each it can't say yet.
    """

    fails: Sequence[Given] = field(default=())
    passes: Sequence[Given] = field(default=())
    unknown: Sequence[Given] = field(default=())


def thing(
    type_: str,
    name: str = "it",
    /,
    *,
    refers: Mapping[str, Resource] | None = None,
    protect: bool = False,
    ignored: Sequence[str] = (),
    provider: Resource | None = None,
    environment: str = "production",
    **properties: Any,
) -> Resource:
    """A resource of a case: its properties as keywords, in camelCase.

    Args:
        type_: Its type token.
        name: Its logical name.
        refers: The resources that properties were made of.
        protect: Whether it is protected from deletion.
        ignored: Paths of the properties whose changes are ignored.
        provider: Its provider.
        environment: The stack's.
        properties: In wire form.
    """
    return Resource(
        type=type_,
        name=name,
        urn=f"urn:pulumi:{environment}::any::{type_}::{name}",
        environment=environment,
        properties=Object(properties),
        protect=protect,
        ignored=ignored,
        provider=provider,
        refers={key: (other.urn,) for key, other in (refers or {}).items()},
    )


def change(type_: str, path: str, value: object, *, name: str = "") -> Change:
    """Sets a property of the first resource of a type; ``...`` takes it away.

    Args:
        type_: The type token.
        path: Keys and places in lists: ``ingress.0.fromPort``.
        value: What it is then.
        name: The resource's logical name, if it is not the first.
    """

    def loosen(properties: dict[str, Any]) -> None:
        *above, last = (int(key) if key.isdigit() else key for key in path.split("."))
        found: Any = properties
        for key in above:
            found = found[key] if isinstance(key, int) else found.setdefault(key, {})
        if value is ...:
            del found[last]
        else:
            found[last] = value

    return edit(type_, loosen, name=name)


def edit(type_: str, loosen: Callable[[dict[str, Any]], None], *, name: str = "") -> Change:
    """Lets a function change the properties of the first resource of a type."""

    def of(bank: Bank) -> Bank:
        at = first(bank, type_, name)
        properties = deepcopy(plain(bank[at]))
        loosen(properties)
        return [*bank[:at], replace(bank[at], properties=Object(properties)), *bank[at + 1 :]]

    return of


def unprotected(type_: str, *, name: str = "") -> Change:
    """Lets the first resource of a type be deleted."""

    def of(bank: Bank) -> Bank:
        at = first(bank, type_, name)
        return [*bank[:at], replace(bank[at], protect=False), *bank[at + 1 :]]

    return of


def without(type_: str, *, name: str = "") -> Change:
    """Takes the first resource of a type away; all of them if the name is ``*``."""

    def of(bank: Bank) -> Bank:
        if name == "*":
            return [each for each in bank if each.type != type_]
        at = first(bank, type_, name)
        return [*bank[:at], *bank[at + 1 :]]

    return of


def beside(*others: Resource) -> Change:
    """Adds resources."""
    return lambda bank: [*bank, *others]


def first(bank: Bank, type_: str, name: str = "") -> int:
    """The place of the first resource of a type, or of the one with this name."""
    return next(
        at for at, each in enumerate(bank) if each.type == type_ and name in ("", each.name)
    )


def plain(resource: Resource) -> dict[str, Any]:
    """Properties as a program gave them."""
    assert isinstance(resource.properties, Object)
    return dict(resource.properties.target)
