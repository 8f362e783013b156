"""An object of whatever kind: applied, waited for, compared and deleted. Its id is its path."""

import time
from dataclasses import dataclass
from typing import Any

from rehearsal.providers.kubernetes.cluster import Cluster, UnknownKind
from rehearsal.providers.kubernetes.drift import in_words_of
from rehearsal.providers.kubernetes.readiness import Failed, unplaced, verdict
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain

_SKIP, _TIMEOUT, _FORCE = (
    "pulumi.com/skipAwait",
    "pulumi.com/timeoutSeconds",
    "pulumi.com/patchForce",
)
"""The official provider's annotations."""

_READY_S = 600.0
"""How long the official provider waits where the annotation does not say."""
_UNPLACED_S = 15.0
"""How long a pod may lack a place before it counts: nodes of one update come one by one."""
_GONE_S = 120.0
_POLL_S = 0.2

_POD_OWNERS = ("DaemonSet", "Deployment", "Job", "StatefulSet")


@dataclass(frozen=True, kw_only=True)
class KubernetesObject(ResourceType[Cluster]):
    """One kind of object.

    Args:
        namespace: Where objects are that name no namespace.
    """

    namespace: str = "default"
    delete_first: bool = True

    def create(self, client: Cluster, inputs: Plain) -> str:
        """Applies it; one that is there already is somebody else's."""
        body = self._body(client, inputs)
        metadata = body["metadata"]
        there = client.get(
            body["apiVersion"], body["kind"], metadata["name"], metadata.get("namespace", "")
        )
        if there is not None:
            raise RuntimeError(f"{_path(body)} exists already; import it, or give another name")
        client.apply(body)
        return _path(body)

    def finish(self, client: Cluster, resource_id: str, inputs: Plain) -> None:
        """Waits until it is ready."""
        del resource_id
        _await(client, self._body(client, inputs))

    def foresee(self, client: Cluster, inputs: Plain) -> None:
        """Has the server try it; where its kind or namespace are still to come, nobody can."""
        try:
            body = self._body(client, inputs)
            space = body["metadata"].get("namespace")
            if space and client.get("v1", "Namespace", space) is None:
                return
            client.apply(body, force=_forced(body), dry_run=True)
        except UnknownKind:
            return

    def read(self, client: Cluster, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Asks the server; of what is there it tells what was declared."""
        del resource_id
        declared = inputs or state
        body = self._body(client, declared)
        metadata = body["metadata"]
        live = client.get(
            body["apiVersion"], body["kind"], metadata["name"], metadata.get("namespace", "")
        )
        return None if live is None else in_words_of(declared, live)

    def update(
        self, client: Cluster, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Applies it again; what is declared no more is let go."""
        del resource_id, state, old
        body = self._body(client, new)
        client.apply(body, force=_forced(body))
        _await(client, body)

    def delete(self, client: Cluster, resource_id: str, state: Plain) -> None:
        """Deletes it and waits until it is gone, with all that it owns."""
        try:
            body = self._body(client, state)
        except UnknownKind:
            return
        metadata = body["metadata"]
        where = (body["apiVersion"], body["kind"], metadata["name"], metadata.get("namespace", ""))
        client.delete(*where)
        until = time.monotonic() + _GONE_S
        while (live := client.get(*where)) is not None:
            if time.monotonic() > until:
                spec: Plain = live.get("spec") or {}
                held: list[str] = live["metadata"].get("finalizers") or spec.get("finalizers", [])
                raise RuntimeError(f"{resource_id} is held by its finalizers: {', '.join(held)}")
            time.sleep(_POLL_S)

    def _body(self, client: Cluster, inputs: Plain) -> Plain:
        """What is sent: with a namespace where its kind has one."""
        body: Plain = {key: _whole(item) for key, item in inputs.items() if key != "status"}
        metadata: Plain = {**body.get("metadata", {})}
        if client.namespaced(body["apiVersion"], body["kind"]):
            metadata.setdefault("namespace", self.namespace)
        else:
            metadata.pop("namespace", None)
        return {**body, "metadata": metadata}


def _whole(value: Any) -> Any:
    # Pulumi's numbers are all floats, and the API takes none where it counts.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items() if item is not None}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [_whole(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def _path(body: Plain) -> str:
    metadata = body["metadata"]
    return "/".join(filter(None, (metadata.get("namespace"), metadata["name"])))


def _annotations(body: Plain) -> Plain:
    return body["metadata"].get("annotations") or {}


def _forced(body: Plain) -> bool:
    return _annotations(body).get(_FORCE) == "true"


def _await(client: Cluster, body: Plain) -> None:
    annotations = _annotations(body)
    if annotations.get(_SKIP) == "true":
        return
    began = time.monotonic()
    until = began + float(annotations.get(_TIMEOUT, _READY_S))
    metadata = body["metadata"]
    where = (body["apiVersion"], body["kind"], metadata["name"], metadata.get("namespace", ""))
    while True:
        live = client.get(*where)
        if live is None:
            raise RuntimeError(f"{_path(body)} was made and is not to be found")
        try:
            waiting = verdict(live)
        except Failed as failed:
            raise RuntimeError(f"{body['kind']} {_path(body)}: {failed}") from failed
        if waiting and body["kind"] == "PersistentVolumeClaim" and _bound_by_its_pod(client, live):
            waiting = ""
        if not waiting:
            return
        if time.monotonic() > began + _UNPLACED_S and (reason := _unplaced(client, live)):
            raise RuntimeError(f"{body['kind']} {_path(body)} finds no place: {reason}")
        if time.monotonic() > until:
            raise RuntimeError(f"{body['kind']} {_path(body)} is not ready: {waiting}")
        time.sleep(_POLL_S)


def _unplaced(client: Cluster, live: Plain) -> str:
    if live["kind"] == "Pod":
        return unplaced(live)
    if live["kind"] not in _POD_OWNERS:
        return ""
    selector: Plain = live["spec"].get("selector") or {}
    labels: Plain = selector.get("matchLabels") or {}
    pods = client.list(
        "v1",
        "Pod",
        live["metadata"]["namespace"],
        label_selector=",".join(f"{key}={value}" for key, value in labels.items()),
    )
    return next((reason for pod in pods if (reason := unplaced(pod))), "")


def _bound_by_its_pod(client: Cluster, claim: Plain) -> bool:
    """Whether a volume is only looked for when a pod wants it."""
    name = claim["spec"].get("storageClassName")
    found = client.get("storage.k8s.io/v1", "StorageClass", name) if name else None
    return found is not None and found.get("volumeBindingMode") == "WaitForFirstConsumer"
