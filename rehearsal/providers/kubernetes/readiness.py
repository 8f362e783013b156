"""When an object is ready, as the official provider sees it. Pure: decides on what was read.

A ``Service`` of type ``LoadBalancer`` and an ``Ingress`` are not waited for: nothing in a rehearsal
gives them an address.
"""

from collections.abc import Callable, Mapping
from typing import Any

Object = Mapping[str, Any]

Verdict = str
"""Why an object is not ready; empty where it is."""


class Failed(Exception):  # noqa: N818 - says what is so
    """An object will not get ready however long one waits."""


def verdict(live: Object) -> Verdict:
    """Why an object is not ready, by itself alone.

    Raises:
        Failed: It never will be.
    """
    decide = _KINDS.get(live["kind"])
    return decide(live) if decide else ""


def unplaced(pod: Object) -> str:
    """What the scheduler says of a pod that it can't place; empty where it can."""
    scheduled = _condition(pod, "PodScheduled")
    if scheduled.get("status") == "False" and scheduled.get("reason") == "Unschedulable":
        return f"pod {pod['metadata']['name']}: {scheduled.get('message', 'Unschedulable')}"
    return ""


def _observed(live: Object) -> Verdict:
    generation = live["metadata"].get("generation", 0)
    if _status(live).get("observedGeneration", 0) < generation:
        return "its controller has not seen it yet"
    return ""


def _deployment(live: Object) -> Verdict:
    if waiting := _observed(live):
        return waiting
    progressing = _condition(live, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        raise Failed(progressing.get("message", "it makes no progress"))
    return _replicas(live, "updatedReplicas") or _replicas(live, "availableReplicas")


def _stateful_set(live: Object) -> Verdict:
    return _observed(live) or _replicas(live, "updatedReplicas") or _replicas(live, "readyReplicas")


def _replicas(live: Object, counted: str) -> Verdict:
    wanted = live["spec"].get("replicas", 1)
    there = _status(live).get(counted, 0)
    return "" if there >= wanted else f"{counted} is {there} of {wanted}"


def _daemon_set(live: Object) -> Verdict:
    if waiting := _observed(live):
        return waiting
    status = _status(live)
    wanted = status.get("desiredNumberScheduled", 0)
    for counted in ("updatedNumberScheduled", "numberAvailable"):
        if status.get(counted, 0) < wanted:
            return f"{counted} is {status.get(counted, 0)} of {wanted}"
    return ""


def _job(live: Object) -> Verdict:
    if _condition(live, "Failed").get("status") == "True":
        raise Failed(_condition(live, "Failed").get("message", "it failed"))
    return "" if _condition(live, "Complete").get("status") == "True" else "it is not complete"


def _pod(live: Object) -> Verdict:
    if _status(live).get("phase") == "Failed":
        raise Failed(_status(live).get("message", "it failed"))
    if _status(live).get("phase") == "Succeeded":
        return ""
    return "" if _condition(live, "Ready").get("status") == "True" else "it is not ready"


def _claim(live: Object) -> Verdict:
    phase = _status(live).get("phase")
    return "" if phase == "Bound" else f"it is {phase or 'not bound'}"


def _definition(live: Object) -> Verdict:
    if _condition(live, "NamesAccepted").get("status") == "False":
        raise Failed(_condition(live, "NamesAccepted").get("message", "its names are taken"))
    established = _condition(live, "Established").get("status") == "True"
    return "" if established else "it is not established"


def _namespace(live: Object) -> Verdict:
    phase = _status(live).get("phase")
    return "" if phase == "Active" else f"it is {phase}"


def _status(live: Object) -> Mapping[str, Any]:
    return live.get("status") or {}


def _condition(live: Object, kind: str) -> Mapping[str, Any]:
    conditions: list[Object] = _status(live).get("conditions") or []
    return next((each for each in conditions if each["type"] == kind), dict[str, Any]())


_KINDS: Mapping[str, Callable[[Object], Verdict]] = {
    "CustomResourceDefinition": _definition,
    "DaemonSet": _daemon_set,
    "Deployment": _deployment,
    "Job": _job,
    "Namespace": _namespace,
    "PersistentVolumeClaim": _claim,
    "Pod": _pod,
    "StatefulSet": _stateful_set,
}
