"""Categories of tags, and tags."""

from dataclasses import dataclass
from typing import Any

from rehearsal.providers.values import Plain, from_api
from rehearsal.providers.vsphere.row import Row
from rehearsal.vcenter import VCenter

_PATH = "/rest/com/vmware/cis/tagging"


@dataclass(frozen=True, kw_only=True)
class Tagging(Row):
    """A category or a tag.

    Args:
        part: The part of the API that has it.
        keys: Properties by their names in the API.
        changed: Those of them that can be changed.
    """

    part: str
    keys: dict[str, str]
    changed: tuple[str, ...]

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Makes it."""
        self.refuse_unknown(inputs)
        return str(self._send(client, "POST", "create_spec", inputs, tuple(self.keys)))

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells what it is."""
        found: Any = client.rest("GET", f"{_PATH}/{self.part}/id:{resource_id}")
        if found is None:
            return None
        live = {key: from_api(inputs.get(key), found.get(name)) for key, name in self.keys.items()}
        return {**state, **inputs, **live}

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Changes its name or what is said of it."""
        del state, old
        self.refuse_unknown(new)
        self._send(client, "PATCH", "update_spec", new, self.changed, f"/id:{resource_id}")

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Takes it away, from whatever has it too."""
        del state
        client.rest("DELETE", f"{_PATH}/{self.part}/id:{resource_id}")

    def _send(  # noqa: PLR0913, PLR0917 - as the API has it
        self,
        client: VCenter,
        method: str,
        spec: str,
        inputs: Plain,
        keys: tuple[str, ...],
        which: str = "",
    ) -> Any:
        body = {self.keys[key]: inputs.get(key) or "" for key in keys}
        return client.rest(method, f"{_PATH}/{self.part}{which}", {spec: body})


ROWS = (
    Tagging(
        type="vsphere:index/tagCategory:TagCategory",
        part="category",
        keys={
            "associableTypes": "associable_types",
            "cardinality": "cardinality",
            "description": "description",
            "name": "name",
        },
        known=("associableTypes", "cardinality", "description", "name"),
        changed=("description", "name"),
        replaces=("cardinality", "associableTypes"),
    ),
    Tagging(
        type="vsphere:index/tag:Tag",
        part="tag",
        keys={"categoryId": "category_id", "description": "description", "name": "name"},
        known=("categoryId", "description", "name"),
        changed=("description", "name"),
        replaces=("categoryId",),
    ),
)
