"""What the kubernetes stand-in waits for, on the rehearsal's real control plane."""

import time

import pytest
from google.protobuf import empty_pb2

from rehearsal.providers.kubernetes import waiting
from tests.stand_in_cluster import (
    DEPLOYMENT,
    NAMESPACE,
    SPACE,
    Plain,
    Unfinished,
    World,
    deployment,
    named,
    one,
    world,
)
from tests.stand_in_engine import plain

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(180)]

CONFIG_MAP = "kubernetes:core/v1:ConfigMap"


def test_what_finds_no_place_fails_in_the_schedulers_words_and_stays(here: World) -> None:
    began = time.monotonic()
    with pytest.raises(Unfinished) as unready:
        here.make(DEPLOYMENT, deployment("greedy", cpu="3", replicas=1))

    assert 12 < time.monotonic() - began < 20
    assert "Deployment payments/greedy is not ready: availableReplicas is 0 of 1" in str(
        unready.value
    )
    assert "0/1 nodes are available: 1 Insufficient cpu" in str(unready.value)
    made = unready.value.made
    assert made.id == "payments/greedy"
    smaller = plain(here.check(DEPLOYMENT, deployment("greedy", cpu="100m", replicas=1)).inputs)
    # So the engine goes on from there.
    assert here.change(made, smaller).state["status"]["availableReplicas"] == 1


def test_what_may_not_run_fails_in_the_servers_words(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LASTING_S", 2.0)
    enforced = {"pod-security.kubernetes.io/enforce": "restricted"}
    space = here.make(NAMESPACE, {"metadata": {"name": "strict", "labels": enforced}})
    for kind in ("Deployment", "StatefulSet"):
        wanted = deployment("loose", replicas=1)
        wanted["metadata"]["namespace"] = "strict"
        with pytest.raises(Unfinished, match='violates PodSecurity "restricted:latest"'):
            here.make(f"kubernetes:apps/v1:{kind}", wanted)
    here.remove(space)
    assert here.live(space) == {}


def test_readiness_is_waited_for_as_long_as_is_said(here: World) -> None:
    patient = deployment("hurried", cpu="3", replicas=1)
    patient["metadata"]["annotations"] = {"pulumi.com/timeoutSeconds": "1"}
    with pytest.raises(Unfinished):
        here.make(DEPLOYMENT, patient)
    careless = deployment("careless", cpu="3", replicas=1)
    careless["metadata"]["annotations"] = {"pulumi.com/skipAwait": "true"}
    assert here.make(DEPLOYMENT, careless).id == "payments/careless"


def test_an_engine_that_stops_is_not_kept_waiting(
    control_plane: dict[str, str], here: World
) -> None:
    del here
    with world(control_plane) as stopped:
        stopped.run(one(stopped.engine.stub.Cancel(empty_pb2.Empty())))
        began = time.monotonic()
        with pytest.raises(Unfinished):
            stopped.make(DEPLOYMENT, deployment("stopped", cpu="3", replicas=1))
        assert time.monotonic() - began < 5


def test_finalizers_hold_an_object_and_are_named(here: World) -> None:
    held = named("held", data={"a": "b"})
    held["metadata"] |= {
        "finalizers": ["bank.internal/audit"],
        "annotations": {"pulumi.com/timeoutSeconds": "2"},
    }
    made = here.make(CONFIG_MAP, held)

    told = here.refused(here.engine.delete(made.id, made.state, token=CONFIG_MAP))

    assert told == (
        "ConfigMap payments/held is not gone after 2 s: "
        "it is held by its finalizers bank.internal/audit"
    )
    here.hand("CoreV1Api").patch_namespaced_config_map(
        "held", SPACE, {"metadata": {"finalizers": None}}
    )
    here.remove(made)
    here.remove(made)
    assert here.look(made).id == ""


def test_a_deployment_goes_with_its_pods(here: World) -> None:
    made = here.make(DEPLOYMENT, deployment("short"))
    here.remove(made)
    pods = here.hand("CoreV1Api").list_namespaced_pod(SPACE, label_selector="app=short")
    assert pods.items == []


def test_a_service_is_ready_when_a_pod_answers_for_it(here: World) -> None:
    here.make(DEPLOYMENT, deployment("api", replicas=1))
    spec = {"selector": {"app": "api"}, "ports": [{"port": 80, "targetPort": 8080}]}
    made = here.make("kubernetes:core/v1:Service", named("api", spec=spec))
    assert here.drift(made) == []
    alone = named("alone", spec={**spec, "selector": {"app": "nobody"}})
    alone["metadata"]["annotations"] = {"pulumi.com/timeoutSeconds": "1"}
    with pytest.raises(Unfinished, match="no pod that it selects is ready"):
        here.make("kubernetes:core/v1:Service", alone)


def test_claims_wait_for_their_pod_or_for_a_volume(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "LASTING_S", 2.0)
    for name, mode in (("patient", "WaitForFirstConsumer"), ("eager", "Immediate")):
        here.make(
            "kubernetes:storage.k8s.io/v1:StorageClass",
            {
                "metadata": {"name": name},
                "provisioner": "ebs.csi.aws.com",
                "volumeBindingMode": mode,
            },
        )
        claim = named(
            name,
            spec={
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": "1Gi"}},
                "storageClassName": name,
            },
        )
        if mode == "Immediate":
            with pytest.raises(Unfinished, match=r"provisioner 'ebs\.csi\.aws\.com'"):
                here.make("kubernetes:core/v1:PersistentVolumeClaim", claim)
        else:
            here.make("kubernetes:core/v1:PersistentVolumeClaim", claim)


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet", "Job", "Pod"])
def test_workloads_of_every_kind_get_ready(here: World, kind: str) -> None:
    spec = deployment(kind.lower(), replicas=1)["spec"]
    spec["template"]["spec"]["restartPolicy"] = "Never" if kind in ("Job", "Pod") else "Always"
    wanted: Plain = {
        "StatefulSet": spec,
        "DaemonSet": {key: spec[key] for key in ("selector", "template")},
        "Job": {"template": spec["template"]},
        "Pod": spec["template"]["spec"],
    }[kind]
    group = {"Job": "batch/v1", "Pod": "core/v1"}.get(kind, "apps/v1")
    made = here.make(f"kubernetes:{group}:{kind}", named(kind.lower(), spec=wanted))
    assert here.drift(made) == []
    here.remove(made)
