"""A resource type that is only written down, because no local server has its API.

Its inputs live in Pulumi's state and nowhere else: refresh can't see drift, and nothing enforces
what it declares. The rehearsal's summary counts such resources and gives each type's reason.
"""

from collections.abc import Callable
from dataclasses import dataclass

from rehearsal.providers.resource_type import Client, ResourceType
from rehearsal.providers.values import Plain


@dataclass(frozen=True, kw_only=True)
class Recorded(ResourceType[Client]):
    """A type that is recorded and not made.

    Args:
        why: Why, in words.
        id: The property that is its id, of the inputs or the outputs.
        outputs: What the official provider would compute from the inputs.
    """

    why: str
    id: str
    outputs: Callable[[Client, Plain], Plain]

    def create(self, client: Client, inputs: Plain) -> str:
        """Makes nothing."""
        return str({**inputs, **self.outputs(client, inputs)}[self.id])

    def read(self, client: Client, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Repeats what is written down."""
        del resource_id
        return {**state, **inputs, **self.outputs(client, inputs)}

    def update(
        self, client: Client, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Nothing to do: the engine writes the new inputs down."""

    def delete(self, client: Client, resource_id: str, state: Plain) -> None:
        """Nothing to do: there is nothing but the engine's own note."""
