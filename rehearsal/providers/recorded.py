"""A resource type that is only written down, because no local server has its API.

Its inputs live in Pulumi's state and nowhere else: refresh can't see drift, and nothing enforces
what it declares. The rehearsal's summary counts such resources and gives each type's reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rehearsal.providers.values import Plain


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A type that is recorded and not made.

    Args:
        token: Pulumi's type token.
        recorded: Why, in words.
        outputs: Computed outputs as texts over the inputs, such as ``arn:…/{name}``.
        replaces: Properties whose change makes a new resource.
        autoname: The property that gets a generated name.
    """

    token: str
    recorded: str
    outputs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    replaces: tuple[str, ...] = ()
    delete_first: bool = False
    autoname: str = ""

    def create(self, client: Any, inputs: Plain) -> str:
        del client
        return str(self._outputs(inputs).get("arn", inputs.get("name", self.token)))

    def read(self, client: Any, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        del client, resource_id
        return {**state, **inputs, **self._outputs(inputs)}

    def update(self, client: Any, resource_id: str, old: Plain, new: Plain) -> None:
        """Nothing to do: the engine writes the new inputs down."""

    def delete(self, client: Any, resource_id: str, state: Plain) -> None:
        """Nothing to do: there is nothing but the engine's own note."""

    def _outputs(self, inputs: Plain) -> Plain:
        return {
            key: value.format_map(inputs) if isinstance(value, str) else value
            for key, value in self.outputs.items()
        }
