"""What comes as a chart or as a file of objects, and not as an object: recorded, or refused.

A chart that brings definitions of kinds brings them here too, where they can be had: then the API
server judges every object of these kinds as it would there.
"""

import re
from dataclasses import dataclass

from rehearsal.providers.kubernetes.cluster import Cluster
from rehearsal.providers.kubernetes.definitions import bring
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain


def _told(client: Cluster, inputs: Plain) -> Plain:
    del client
    name, namespace = inputs["name"], inputs.get("namespace") or "default"
    status = {"name": name, "namespace": namespace, "status": "recorded, not deployed"}
    return {"id": f"{namespace}/{name}", "status": status}


@dataclass(frozen=True, kw_only=True)
class _Release(Recorded[Cluster]):
    """A release: what it runs is recorded, the kinds that it defines are there."""

    def create(self, client: Cluster, inputs: Plain) -> str:
        """Makes the kinds known."""
        bring(client, inputs)
        return super().create(client, inputs)

    def update(
        self, client: Cluster, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Makes the kinds of another version known."""
        bring(client, new)
        super().update(client, resource_id, state, old, new)

    # Nothing is deleted: such charts keep their definitions when they go (helm.sh/resource-policy),
    # since with a definition all objects of its kind would go.


RELEASE = _Release(
    type="kubernetes:helm.sh/v3:Release",
    why="no Helm chart can be had on this machine",
    id="id",
    outputs=_told,
    autoname="name",
    replaces=("name", "namespace"),
)

_ELSEWHERE = {
    "helm": f"no Helm chart can be had on this machine; {RELEASE.type} is recorded",
    "kustomize": "declare the objects one by one",
    "yaml": "declare the objects one by one",
}


def refused(token: str) -> str:
    """Why a type or a function is not rehearsed; empty for any other."""
    part = re.match(r"kubernetes:(helm|kustomize|yaml)\b", token)
    why = _ELSEWHERE[part[1]] if part and token != RELEASE.type else ""
    if not why and token.endswith("Patch"):
        why = "objects of others are not patched; declare the whole object"
    if not why and token.endswith("List"):
        why = "declare the objects one by one"
    return why and f"the rehearsal has no stand-in for {token}: {why}"
