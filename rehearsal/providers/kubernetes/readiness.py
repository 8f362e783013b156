"""When an object is ready, as the official provider sees it. Pure: decides on what was read.

An ``Ingress`` and the address of a ``Service`` of type ``LoadBalancer`` are not waited for: nothing
in a rehearsal gives them one.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Object = Mapping[str, Any]

Verdict = str
"""Why an object is not ready; empty where it is."""


class Failed(Exception):  # noqa: N818 - says what is so
    """An object will not get ready however long one waits."""


def verdict(live: Object, related: Sequence[Object] = ()) -> Verdict:
    """Why an object is not ready.

    Args:
        live: The object.
        related: Of a ``Service`` its ``EndpointSlice`` objects, of a ``PersistentVolumeClaim`` its
            ``StorageClass``.

    Raises:
        Failed: It never will be.
    """
    if live["kind"] == "Service":
        return _service(live, related)
    if live["kind"] == "PersistentVolumeClaim":
        return _claim(live, related)
    decide = _KINDS.get(live["kind"])
    return decide(live) if decide else ""


def obstacles(
    live: Object, pods: Sequence[Object] = (), events: Sequence[Object] = ()
) -> dict[str, str]:
    """What keeps an object that is not ready from getting so, if it lasts: a text per obstacle.

    Args:
        live: The object.
        pods: Those that its selector selects.
        events: What happened to the object itself since it was applied.
    """
    found = {
        f"pod {pod['metadata']['name']}": _condition(pod, "PodScheduled").get("message", "no place")
        for pod in (live, *pods)
        if pod["kind"] == "Pod" and _condition(pod, "PodScheduled").get("reason") == "Unschedulable"
    }
    failure = _condition(live, "ReplicaFailure")
    if failure.get("status") == "True":
        found["no pod"] = failure.get("message", "it can't be made")
    # A deployment tells by a condition, which goes once it is over; the others only by an event.
    wanted = live.get("spec", {}).get("replicas") or _status(live).get("desiredNumberScheduled", 1)
    if len(pods) < wanted:
        for event in events:
            if event.get("reason") in _OBSTRUCTIVE:
                found[event["reason"]] = event.get("message", "")
    return found


_OBSTRUCTIVE = ("ExternalProvisioning", "FailedCreate", "ProvisioningFailed")


def selector(live: Object) -> str:
    """A workload's selector of pods, as the API takes it in a query; empty where it has none."""
    given: Object = live.get("spec", {}).get("selector") or {}
    labels: Object = given.get("matchLabels") or {}
    rules: list[Object] = given.get("matchExpressions") or []
    terms = [f"{key}={value}" for key, value in labels.items()]
    for rule in rules:
        key, values = rule["key"], ",".join(rule.get("values") or [])
        terms.append(
            {
                "In": f"{key} in ({values})",
                "NotIn": f"{key} notin ({values})",
                "Exists": key,
                "DoesNotExist": f"!{key}",
            }[rule["operator"]]
        )
    return ",".join(terms)


def _observed(live: Object) -> Verdict:
    generation = live["metadata"].get("generation", 0)
    if _status(live).get("observedGeneration", 0) < generation:
        return "its controller has not seen it yet"
    return ""


def _deployment(live: Object) -> Verdict:
    if live["spec"].get("paused"):
        return ""
    if waiting := _observed(live):
        return waiting
    progressing = _condition(live, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded":
        raise Failed(progressing.get("message", "it makes no progress"))
    if waiting := _replicas(live, "updatedReplicas") or _replicas(live, "availableReplicas"):
        return waiting
    old = _status(live).get("replicas", 0) - _status(live).get("updatedReplicas", 0)
    return f"{old} old replicas are still there" if old > 0 else ""


def _stateful_set(live: Object) -> Verdict:
    if waiting := _observed(live) or _replicas(live, "readyReplicas"):
        return waiting
    strategy: Object = live["spec"].get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete":
        return ""
    rolling: Object = strategy.get("rollingUpdate") or {}
    status = _status(live)
    if status.get("currentRevision") == status.get("updateRevision"):
        return ""
    return _replicas(live, "updatedReplicas", rolling.get("partition", 0))


def _replicas(live: Object, counted: str, kept: int = 0) -> Verdict:
    wanted = live["spec"].get("replicas", 1) - kept
    there = _status(live).get(counted, 0)
    return "" if there >= wanted else f"{counted} is {there} of {wanted}"


def _daemon_set(live: Object) -> Verdict:
    if waiting := _observed(live):
        return waiting
    status = _status(live)
    wanted = status.get("desiredNumberScheduled", 0)
    strategy: Object = live["spec"].get("updateStrategy") or {}
    updated = () if strategy.get("type") == "OnDelete" else ("updatedNumberScheduled",)
    for counted in (*updated, "numberAvailable"):
        if status.get(counted, 0) < wanted:
            return f"{counted} is {status.get(counted, 0)} of {wanted}"
    return ""


def _job(live: Object) -> Verdict:
    if _condition(live, "Failed").get("status") == "True":
        raise Failed(_condition(live, "Failed").get("message", "it failed"))
    if live["spec"].get("suspend"):
        return ""
    return "" if _condition(live, "Complete").get("status") == "True" else "it is not complete"


def _pod(live: Object) -> Verdict:
    if _status(live).get("phase") == "Failed":
        raise Failed(_status(live).get("message", "it failed"))
    if _status(live).get("phase") == "Succeeded":
        return ""
    return "" if _condition(live, "Ready").get("status") == "True" else "it is not ready"


def _claim(live: Object, classes: Sequence[Object]) -> Verdict:
    phase = _status(live).get("phase")
    # Then a volume is only looked for when a pod wants it.
    later = any(each.get("volumeBindingMode") == "WaitForFirstConsumer" for each in classes)
    return "" if phase == "Bound" or later else f"it is {phase or 'not bound'}"


def _service(live: Object, slices: Sequence[Object]) -> Verdict:
    spec = live["spec"]
    if spec.get("type") == "ExternalName" or not spec.get("selector"):
        return ""
    for one in slices:
        endpoints: list[Object] = one.get("endpoints") or []
        conditions: list[Object] = [each.get("conditions") or {} for each in endpoints]
        if any(each.get("ready") is not False for each in conditions):
            return ""
    return "no pod that it selects is ready"


def _volume(live: Object) -> Verdict:
    phase = _status(live).get("phase")
    if phase == "Failed":
        raise Failed(_status(live).get("message", "it failed"))
    return "" if phase in ("Available", "Bound") else f"it is {phase}"


def _quota(live: Object) -> Verdict:
    return "" if _status(live).get("hard") == live["spec"].get("hard") else "it does not count yet"


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
    "PersistentVolume": _volume,
    "Pod": _pod,
    "ResourceQuota": _quota,
    "StatefulSet": _stateful_set,
}
