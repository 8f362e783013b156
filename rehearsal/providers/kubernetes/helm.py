"""What comes as a chart or as a file of objects, and not as an object: recorded, or refused."""

import re

from rehearsal.providers.kubernetes.cluster import Cluster
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain


def _told(client: Cluster, inputs: Plain) -> Plain:
    del client
    name, namespace = inputs["name"], inputs.get("namespace") or "default"
    status = {"name": name, "namespace": namespace, "status": "recorded, not deployed"}
    return {"id": f"{namespace}/{name}", "status": status}


RELEASE = Recorded[Cluster](
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
