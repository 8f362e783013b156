"""What the rows of the vsphere stand-in share: refusing what they could not keep."""

from dataclasses import dataclass

from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain
from rehearsal.vcenter import VCenter


@dataclass(frozen=True, kw_only=True)
class Row(ResourceType[VCenter]):
    """A type of the data centre's.

    Args:
        known: Properties that the stand-in makes of what it is given; any other is refused.
    """

    known: tuple[str, ...]

    def refuse_unknown(self, inputs: Plain) -> None:
        """Raises where something would be taken and not kept."""
        if strange := sorted(key for key in inputs if key not in self.known):
            raise RuntimeError(
                f"the rehearsal can't give {', '.join(strange)} to {self.type}: its stand-in does"
                " not know what vCenter makes of it"
            )

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Refuses, unless a type says how it is changed."""
        del client, resource_id, state, old, new
        raise RuntimeError(f"the rehearsal can't change a {self.type} in place")
