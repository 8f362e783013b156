"""When an object is ready: the kubernetes stand-in's decisions alone."""

from typing import Any

import pytest

from rehearsal.providers.kubernetes.readiness import Failed, obstacles, selector, verdict

Plain = dict[str, Any]


def _live(kind: str, spec: Plain, status: Plain, generation: int = 1) -> Plain:
    return {"kind": kind, "metadata": {"generation": generation}, "spec": spec, "status": status}


def _conditions(**conditions: str) -> Plain:
    told = [
        {"type": kind, "status": status, "message": kind} for kind, status in conditions.items()
    ]
    return {"conditions": told}


DONE: Plain = {"observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}
IN_SET: Plain = {"observedGeneration": 1, "readyReplicas": 2, "currentRevision": "1"}
ON_NODES: Plain = {
    "observedGeneration": 1,
    "desiredNumberScheduled": 2,
    "updatedNumberScheduled": 2,
    "numberAvailable": 2,
}
TWO: Plain = {"replicas": 2}


@pytest.mark.parametrize(
    ("live", "why"),
    [
        (_live("Deployment", TWO, DONE), ""),
        (_live("Deployment", TWO, DONE, generation=2), "its controller has not seen it yet"),
        (_live("Deployment", {"replicas": 3}, DONE), "updatedReplicas is 2 of 3"),
        (
            _live("Deployment", TWO, {**DONE, "availableReplicas": 1}),
            "availableReplicas is 1 of 2",
        ),
        (_live("Deployment", TWO, {**DONE, "replicas": 3}), "1 old replicas are still there"),
        (_live("Deployment", {**TWO, "paused": True}, {}), ""),
        (_live("Deployment", {"replicas": 0}, {"observedGeneration": 1}), ""),
        (_live("StatefulSet", TWO, {**IN_SET, "updateRevision": "1"}), ""),
        (_live("StatefulSet", TWO, {**IN_SET, "readyReplicas": 1}), "readyReplicas is 1 of 2"),
        (
            _live("StatefulSet", TWO, {**IN_SET, "updateRevision": "2", "updatedReplicas": 1}),
            "updatedReplicas is 1 of 2",
        ),
        (
            _live(
                "StatefulSet",
                {**TWO, "updateStrategy": {"rollingUpdate": {"partition": 1}}},
                {**IN_SET, "updateRevision": "2", "updatedReplicas": 1},
            ),
            "",
        ),
        (_live("DaemonSet", {}, ON_NODES), ""),
        (_live("DaemonSet", {}, {**ON_NODES, "numberAvailable": 1}), "numberAvailable is 1 of 2"),
        (_live("Job", {}, _conditions(Complete="True")), ""),
        (_live("Job", {}, {}), "it is not complete"),
        (_live("Job", {"suspend": True}, {}), ""),
        (_live("Pod", {}, _conditions(Ready="True")), ""),
        (_live("Pod", {}, _conditions(Ready="False")), "it is not ready"),
        (_live("Pod", {}, {"phase": "Succeeded"}), ""),
        (_live("Namespace", {}, {"phase": "Terminating"}), "it is Terminating"),
        (_live("PersistentVolume", {}, {"phase": "Available"}), ""),
        (_live("PersistentVolume", {}, {"phase": "Pending"}), "it is Pending"),
        (_live("PersistentVolumeClaim", {}, {"phase": "Pending"}), "it is Pending"),
        (_live("ResourceQuota", {"hard": {"pods": "1"}}, {}), "it does not count yet"),
        (
            _live("CustomResourceDefinition", {}, _conditions(Established="False")),
            "it is not established",
        ),
        (_live("Service", {"selector": {"a": "b"}}, {}), "no pod that it selects is ready"),
        (_live("Service", {"selector": {"a": "b"}, "type": "ExternalName"}, {}), ""),
        (_live("Service", {}, {}), ""),
        (_live("ServiceAccount", {}, {}), ""),
        (_live("Ingress", {}, {}), ""),
    ],
)
def test_an_object_is_ready_or_says_why_not(live: Plain, why: str) -> None:
    assert verdict(live) == why


def test_what_is_related_decides_too() -> None:
    service = _live("Service", {"selector": {"a": "b"}}, {})
    for ready, why in ((True, ""), (False, "no pod that it selects is ready"), (None, "")):
        assert verdict(service, [{"endpoints": [{"conditions": {"ready": ready}}]}]) == why
    claim = _live("PersistentVolumeClaim", {}, {"phase": "Pending"})
    assert verdict(claim, [{"volumeBindingMode": "Immediate"}]) == "it is Pending"
    assert verdict(claim, [{"volumeBindingMode": "WaitForFirstConsumer"}]) == ""


@pytest.mark.parametrize(
    ("live", "why"),
    [
        (
            _live(
                "Deployment",
                TWO,
                {
                    **DONE,
                    "conditions": [
                        {
                            "type": "Progressing",
                            "reason": "ProgressDeadlineExceeded",
                            "message": "too late",
                        }
                    ],
                },
            ),
            "too late",
        ),
        (_live("Job", {}, _conditions(Failed="True")), "Failed"),
        (_live("Pod", {}, {"phase": "Failed", "message": "evicted"}), "evicted"),
        (_live("PersistentVolume", {}, {"phase": "Failed"}), "it failed"),
        (
            _live("CustomResourceDefinition", {}, _conditions(NamesAccepted="False")),
            "NamesAccepted",
        ),
    ],
)
def test_what_has_failed_is_not_waited_for(live: Plain, why: str) -> None:
    with pytest.raises(Failed, match=why):
        verdict(live)


def test_obstacles_are_told_in_kubernetes_own_words() -> None:
    def unplaced(name: str, reason: str = "Unschedulable") -> Plain:
        told = {"type": "PodScheduled", "reason": reason, "message": f"no place for {name}"}
        return {"kind": "Pod", "metadata": {"name": name}, "status": {"conditions": [told]}}

    owner = _live("StatefulSet", TWO, {})
    assert obstacles(owner, [unplaced("a"), unplaced("b", "")]) == {"pod a": "no place for a"}
    assert obstacles(unplaced("alone")) == {"pod alone": "no place for alone"}
    event = {"reason": "FailedCreate", "message": "exceeded quota"}
    assert obstacles(owner, [unplaced("b", "")], [event]) == {"FailedCreate": "exceeded quota"}
    # As many as wanted are there again.
    assert obstacles(owner, [unplaced("b", ""), unplaced("c", "")], [event]) == {}
    assert obstacles(owner, [], [{"reason": "SuccessfulCreate"}]) == {}
    assert obstacles(_live("Deployment", TWO, _conditions(ReplicaFailure="True")), [], []) == {
        "no pod": "ReplicaFailure"
    }


def test_a_selector_is_asked_for_as_the_api_takes_it() -> None:
    rules = [
        {"key": "tier", "operator": "In", "values": ["core", "critical"]},
        {"key": "stage", "operator": "NotIn", "values": ["test"]},
        {"key": "owner", "operator": "Exists"},
        {"key": "old", "operator": "DoesNotExist"},
    ]
    given = {"matchLabels": {"app": "api"}, "matchExpressions": rules}
    assert selector({"spec": {"selector": given}}) == (
        "app=api,tier in (core,critical),stage notin (test),owner,!old"
    )
