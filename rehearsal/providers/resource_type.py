"""What a row of a stand-in's table says of a resource type, and what it can do."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from rehearsal.providers.values import Plain

Client = TypeVar("Client")

When = Callable[[Any, Any], bool]
"""Decides by a property's old and new value."""


@dataclass(frozen=True, kw_only=True)
class ResourceType(ABC, Generic[Client]):
    """One row: a resource type, on a server that ``Client`` reaches.

    Args:
        type: Pulumi's token of the type, such as ``aws:ec2/vpc:Vpc``.
        replaces: Properties whose change makes a new resource with the official provider, inner
            ones with dots: ``encryptionInfo.encryptionInTransit.inCluster``.
        replaces_when: Properties of which some changes do.
        delete_first: Whether a replacement deletes the old one first in any case, because two
            can't coexist. With a name that the program gave and kept that is so for every type.
        autoname: The property that gets a generated name when the program gives none; empty for
            none.
        defaults: What the official provider declares where the program declares nothing, so that
            refresh compares it.
    """

    type: str
    replaces: tuple[str, ...] = ()
    replaces_when: Mapping[str, When] = field(default_factory=dict[str, When])
    delete_first: bool = False
    autoname: str = ""
    defaults: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @abstractmethod
    def create(self, client: Client, inputs: Plain) -> str:
        """Makes the resource and returns its id."""

    def finish(self, client: Client, resource_id: str, inputs: Plain) -> None:
        """Whatever follows the create. If it fails, the half-made resource is deleted."""

    @abstractmethod
    def read(self, client: Client, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Returns the live properties, ``None`` where the resource is gone.

        Args:
            client: Reaches the server.
            resource_id: The id that ``create`` returned.
            inputs: What was declared. The answer has a value for each, in the declared one's words
                (see ``values.from_api``); ``None`` for one that is set no more.
            state: What was known of it so far.
        """

    @abstractmethod
    def update(
        self, client: Client, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Changes the resource in place.

        Args:
            client: Reaches the server.
            resource_id: The id that ``create`` returned.
            state: Everything that is known of it.
            old: What was declared, as far as it is so.
            new: What is declared now.

        Raises:
            RuntimeError: The server has no way to change one of them.
        """

    @abstractmethod
    def delete(self, client: Client, resource_id: str, state: Plain) -> None:
        """Takes the resource away; one that is already gone is no error."""

    def replaced_by(self, path: str, old: Any, new: Any) -> bool:
        """Whether this change of the property at ``path`` makes a new resource."""
        if (decides := self.replaces_when.get(path)) is not None:
            return decides(old, new)
        # A whole object that comes or goes takes its inner properties along.
        return any(_within(path, fixed) or _within(fixed, path) for fixed in self.replaces)


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))
