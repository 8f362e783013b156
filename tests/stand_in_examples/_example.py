"""What an example of a resource type is."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.stand_in_world import Plain, World


@dataclass(frozen=True, kw_only=True)
class Example:
    """Inputs that need a world, and changes to them; ``None`` takes a property away."""

    inputs: Callable[[World], Plain]
    changes: Callable[[World], list[Plain]] = lambda _: []
