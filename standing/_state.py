"""What the stack's state tells of its resources, before this run.

Owns the asking. The engine answers it itself, without any provider; of a stack that is new it
tells nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

_TELL = "pulumi:pulumi:readStackResourceOutputs"

Outputs = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """What stands.

    Args:
        resources: Type token to the outputs of each resource of that type.
    """

    resources: Mapping[str, tuple[Outputs, ...]]

    def of(self, type_: str) -> tuple[Outputs, ...]:
        """The resources of a type."""
        return self.resources.get(type_, ())


def read_standing() -> Standing:
    """Asks the engine for the state of the stack that is being run."""
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    told: Any = pulumi.runtime.invoke(_TELL, {"stackName": stack}).value
    found: dict[str, list[Outputs]] = {}
    for resource in told["outputs"].values():
        found.setdefault(resource["type"], []).append(resource["outputs"])
    return Standing({type_: tuple(outputs) for type_, outputs in found.items()})
