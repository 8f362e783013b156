"""A resource as policies see it, and the stack that it stands in."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

from policies.controls._wire import Object, Unknown, at, listed


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What is declared of a resource; of a whole stack after an update, what became of it.

    Args:
        type: Its type token.
        name: Its logical name.
        urn: Its identity.
        environment: The stack's: ``sandbox``, ``staging`` or ``production``.
        properties: In wire form, in camelCase; unknown ones raise ``Unknown`` when they are read.
        protect: Whether it is protected from deletion.
        ignored: Paths of the properties whose changes are ignored.
        provider: What makes it; ``None`` where the engine told of none.
        parent: URN of the resource above it; empty for the stack.
        refers: URNs of the resources that each property was made of.
    """

    type: str
    name: str
    urn: str
    environment: str
    properties: Mapping[str, Any]
    protect: bool = False
    ignored: Sequence[str] = ()
    provider: Self | None = None
    parent: str = ""
    refers: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    def at(self, *path: str | int) -> Any:
        """A property, however deep; ``None`` where there is none."""
        return at(self.properties, *path)

    @cached_property
    def identities(self) -> AbstractSet[str]:
        """What others may call it by, as far as it is known."""
        found: set[str] = set()
        for key in ("id", "arn", "name", "bucket", "keyId"):
            if isinstance(self.properties, Object) and not self.properties.is_known(key):
                continue
            if isinstance(value := self.properties.get(key), str):
                found.add(value)
        return found

    def refers_to(self, other: "Resource", key: str) -> bool:
        """Whether a property was made of another resource, or holds what it is called by."""
        if other.urn in self.refers.get(key, ()):
            return True
        names = other.identities
        try:
            values = listed(self.properties, key)
            return any(isinstance(value, str) and value in names for value in values)
        except Unknown:
            # Of what it was made is known also where it is not.
            return False

    def concerns(self, other: "Resource", key: str) -> bool:
        """Whether a property refers to another resource.

        Raises:
            Unknown: It is not known, nor of what it was made.
        """
        if self.refers_to(other, key):
            return True
        if not self.refers.get(key):
            self.at(key)
        return False


@dataclass(frozen=True)
class Stack:
    """All resources of a stack, by type.

    Args:
        environment: ``sandbox``, ``staging`` or ``production``.
        resources: All of them.
    """

    environment: str
    resources: Sequence[Resource]

    @cached_property
    def by_type(self) -> Mapping[str, list[Resource]]:
        """The resources of each type."""
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return found

    @cached_property
    def by_urn(self) -> Mapping[str, Resource]:
        """Each resource by its identity."""
        return {resource.urn: resource for resource in self.resources}

    def of(self, *types: str) -> list[Resource]:
        """The resources of these types."""
        return [resource for type_ in types for resource in self.by_type.get(type_, ())]

    def about(self, resource: Resource, key: str, types: Iterable[str]) -> list[Resource]:
        """The resources of these types of which a property refers to this one."""
        return [each for each in self.of(*types) if each.refers_to(resource, key)]
