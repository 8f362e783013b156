"""Waits until an object is ready, or gone, without keeping others from their turn meanwhile."""

import asyncio
import time
from collections.abc import Callable, Iterator

from rehearsal.providers.framework import in_a_thread
from rehearsal.providers.kubernetes.cluster import Cluster
from rehearsal.providers.kubernetes.objects import Reference
from rehearsal.providers.kubernetes.readiness import Failed, obstacles, selector, verdict
from rehearsal.providers.values import Plain

READY_S, GONE_S = 600.0, 300.0
"""How long the official provider waits where nobody says how long."""

LASTING_S = 12.0
"""How long an obstacle may last. Nodes of one update come one by one, and within seconds; nobody
adds one later, so the rest of the ten minutes would be waited for nothing."""

_WORKLOADS = ("DaemonSet", "Deployment", "Job", "StatefulSet")

Stopped = Callable[[], bool]
"""Whether the engine has been told to stop."""


class Unready(Exception):  # noqa: N818 - says what is so
    """An object is there and does not get ready; the text says why.

    Args:
        reason: Why.
        live: The object as it was last seen.
    """

    def __init__(self, reason: str, live: Plain) -> None:
        super().__init__(reason)
        self.live = live


async def until_ready(cluster: Cluster, wanted: Reference, limit: float, stopped: Stopped) -> Plain:
    """Waits until an object is ready and returns it.

    Raises:
        Unready: It failed, something keeps it from getting ready, or the time is over.
        RuntimeError: It is gone.
    """
    began = time.monotonic()
    since: dict[str, float] = {}
    for now in _polls():
        await asyncio.sleep(now)
        live = await in_a_thread(cluster.find, wanted)
        if live is None:
            raise RuntimeError(f"{wanted} was made and is not to be found")
        try:
            waiting = await in_a_thread(_verdict, cluster, live)
        except Failed as failed:
            raise Unready(f"{wanted} has failed: {failed}", live) from failed
        if not waiting:
            return live
        seen = await in_a_thread(_obstacles, cluster, live)
        since = {name: since.get(name, time.monotonic()) for name in seen}
        lasting = [name for name in seen if time.monotonic() - since[name] > LASTING_S]
        late = time.monotonic() - began > limit
        if lasting or late or stopped():
            what = [f"{name}: {seen[name]}" for name in lasting or seen]
            why = "; ".join([waiting, *what[:3]])
            raise Unready(f"{wanted} is not ready: {why}", live)
    raise AssertionError


async def until_gone(cluster: Cluster, unwanted: Reference, limit: float, stopped: Stopped) -> None:
    """Waits until an object is gone.

    Raises:
        RuntimeError: The time is over; the text names what holds it.
    """
    began = time.monotonic()
    first = ""
    for now in _polls():
        live = await in_a_thread(cluster.find, unwanted)
        # A new one of the same name is somebody else's.
        if live is None or live["metadata"]["uid"] != (first := first or live["metadata"]["uid"]):
            return
        if time.monotonic() - began > limit or stopped():
            raise RuntimeError(f"{unwanted} is not gone after {limit:.0f} s: {_held(live)}")
        await asyncio.sleep(now)


def _polls() -> Iterator[float]:
    """Seconds between two looks: soon at first, seldom later."""
    pause = 0.05
    while True:
        yield pause
        pause = min(pause * 1.5, 1.0)


def _verdict(cluster: Cluster, live: Plain) -> str:
    metadata: Plain = live["metadata"]
    spec: Plain = live.get("spec") or {}
    if live["kind"] == "Service":
        slices = Reference("discovery.k8s.io/v1", "EndpointSlice", namespace=metadata["namespace"])
        own = f"kubernetes.io/service-name={metadata['name']}"
        return verdict(live, cluster.list(slices, labelSelector=own))
    if live["kind"] == "PersistentVolumeClaim" and (name := spec.get("storageClassName")):
        found = cluster.find(Reference("storage.k8s.io/v1", "StorageClass", name))
        return verdict(live, [found] if found else [])
    return verdict(live)


def _obstacles(cluster: Cluster, live: Plain) -> dict[str, str]:
    metadata = live["metadata"]
    if live["kind"] not in (*_WORKLOADS, "PersistentVolumeClaim"):
        return obstacles(live)
    space: str = metadata["namespace"]
    events = cluster.list(
        Reference("v1", "Event", namespace=space),
        fieldSelector=f"involvedObject.uid={metadata['uid']}",
    )
    if live["kind"] == "PersistentVolumeClaim":
        return obstacles(live, events=events)
    pods = cluster.list(Reference("v1", "Pod", namespace=space), labelSelector=selector(live))
    # The API leaves out in a list what is the same for all of it.
    return obstacles(live, [{**pod, "kind": "Pod"} for pod in pods], events)


def _held(live: Plain) -> str:
    metadata: Plain = live["metadata"]
    spec: Plain = live.get("spec") or {}
    status: Plain = live.get("status") or {}
    if not metadata.get("deletionTimestamp"):
        return "nobody has begun to delete it"
    finalizers: list[str] = [*metadata.get("finalizers", []), *spec.get("finalizers", [])]
    conditions: list[Plain] = status.get("conditions") or []
    told = [
        each["message"]
        for each in conditions
        if each["status"] == "True" and each["type"].startswith("Namespace")
    ]
    return "; ".join([f"it is held by its finalizers {', '.join(finalizers)}", *told])
