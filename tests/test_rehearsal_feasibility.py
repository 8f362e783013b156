"""Live: the real scheduler against the arithmetic, and the drill on nodes seen red and killed."""

import json
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kubernetes
import pytest

from components._pod import labels
from rehearsal.drills import Outcome, scheduling
from rehearsal.drills.scheduling import NOTES, SCHEDULING
from rehearsal.drills.workloads import WORKLOADS
from rehearsal.providers.aws.nodes import Size
from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

_api: Any = kubernetes
"""A client without types of its own."""

CORE = {"bank.internal/tier": "core"}
SMALL = Size(cpus=2, memory_mib=8 * 1024, pods=29)
"""An m7i.large, of which no two would carry what is core."""


class Bank:
    """A stack as it runs, and the drills on its pods."""

    def __init__(self, copy: Copy, stack: str) -> None:
        self.folder = copy.home(stack)
        self.addresses: dict[str, Any] = {
            **copy.addresses(stack),
            "rehearsal": {"folder": str(self.folder)},
        }
        self.outputs = copy.outputs(stack)
        kubeconfig = self.addresses["kubernetes"]["kubeconfig"]
        self.client = _api.config.new_client_from_config(kubeconfig)
        self.core = _api.client.CoreV1Api(self.client)

    def red(self) -> list[str]:
        """What did not end as it should, of the drill on nodes."""
        return self._red(SCHEDULING)

    def unlike(self) -> list[str]:
        """What is not as declared, of the drill on workloads."""
        return self._red(WORKLOADS)

    def _red(self, drill: Any) -> list[str]:
        outcome = Outcome(drill=drill, attempts=drill.attempts(self.outputs, self.addresses))
        assert outcome.attempts
        return [str(each) for each in outcome.failures]

    def names(self, **labels: str) -> list[str]:
        selector = ",".join(f"{key}={value}" for key, value in labels.items())
        return [node.metadata.name for node in self.core.list_node(label_selector=selector).items]

    @contextmanager
    def smaller(self, nodes: list[str], size: Size) -> Generator[None]:
        """Nodes with less on them for a while."""
        before = {name: dict(self.core.read_node(name).status.allocatable) for name in nodes}
        for name in nodes:
            self._allocatable(name, size.allocatable)
        try:
            yield
        finally:
            for name, each in before.items():
                self._allocatable(name, each)

    def _allocatable(self, name: str, has: dict[str, str]) -> None:
        self.core.patch_node_status(name, {"status": {"allocatable": has}})


@pytest.fixture(scope="module")
def sandbox(copy: Copy) -> Bank:
    return Bank(copy, "sandbox")


def test_what_fits_by_the_arithmetic_is_placed_and_all_is_put_back(
    copy: Copy, sandbox: Bank
) -> None:
    assert copy.check().returncode == 0
    nodes = sandbox.names()
    assert sandbox.red() == []
    assert sandbox.names() == nodes
    assert sandbox.unlike() == []
    assert not (sandbox.folder / NOTES).exists()
    assert copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}


def test_machines_that_are_too_small_are_refused_by_both(
    copy: Copy, sandbox: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = "      core:\n        instanceType: "
    with copy.edited("Pulumi.sandbox.yaml", f"{group}m7i.xlarge", f"{group}m7i.large"):
        refused = copy.check()
    assert refused.returncode == 2
    assert "no-room Pulumi.sandbox.yaml corebank:cluster.nodeGroups.core" not in refused.stdout
    assert "corebank:cluster.nodeGroups.core: has no room for the minimum of" in refused.stderr

    monkeypatch.setattr(scheduling, "_PATIENCE_S", 6.0)
    with sandbox.smaller(sandbox.names(**CORE), SMALL):
        red = sandbox.red()
    short = [line for line in red if "Insufficient cpu" in line]
    assert any("is ready without eu-west-1a" in line for line in short), red
    assert {line.partition(",")[0] for line in short} <= {
        name for name, each in sandbox.outputs["workloads"].items() if each["nodes"] == CORE
    }
    monkeypatch.undo()
    # It has left notes, since it could not put back what found no node.
    assert sandbox.red() == []
    assert sandbox.unlike() == []


@contextmanager
def edited(
    read: Any, patch: Any, place: tuple[str, str], *changes: dict[str, Any]
) -> Generator[None]:
    """Changes an object by hand for a while, and nobody remembers by whom."""
    found = _api.client.ApiClient().sanitize_for_serialization(read(*place))
    patch(*place, [*changes])
    try:
        yield
    finally:
        known = found["metadata"]["managedFields"]
        patch(
            *place,
            [
                {"op": "replace", "path": "/spec", "value": found["spec"]},
                {"op": "replace", "path": "/metadata/managedFields", "value": known},
            ],
        )


@contextmanager
def budget(sandbox: Bank, name: str, spec: dict[str, Any]) -> Generator[None]:
    api = _api.client.PolicyV1Api(sandbox.client)
    changes = [{"op": "remove", "path": "/spec/maxUnavailable"}] if "minAvailable" in spec else []
    changes += [{"op": "add", "path": f"/spec/{key}", "value": each} for key, each in spec.items()]
    with edited(
        api.read_namespaced_pod_disruption_budget,
        api.patch_namespaced_pod_disruption_budget,
        (name, name),
        *changes,
    ):
        yield


@contextmanager
def pods(sandbox: Bank, name: str, **more: object) -> Generator[None]:
    """Puts something else into a domain's pods, all of which are made anew at once."""
    api = _api.client.AppsV1Api(sandbox.client)
    read, patch = api.read_namespaced_deployment, api.patch_namespaced_deployment
    template = sandbox.client.sanitize_for_serialization(read(name, name))["spec"]["template"]
    at = "/spec/template"
    changes: list[dict[str, Any]] = [
        {"op": "replace", "path": "/spec/strategy", "value": {"type": "Recreate"}},
        *({"op": "add", "path": f"{at}/spec/{key}", "value": value} for key, value in more.items()),
    ]
    with edited(read, patch, (name, name), *changes):
        try:
            yield
        finally:
            # One after another they would wait for each other: each bars its host to the next.
            patch(name, name, [{"op": "replace", "path": at, "value": template}])
            until = time.monotonic() + 60
            while not rolled_out(read(name, name)):
                assert time.monotonic() < until
                time.sleep(0.2)


def rolled_out(deployment: Any) -> bool:
    wanted, is_ = deployment.spec.replicas, deployment.status
    return (
        is_.observed_generation == deployment.metadata.generation
        and is_.updated_replicas == is_.replicas == is_.ready_replicas == wanted
    )


@contextmanager
def volume(sandbox: Bank, name: str) -> Generator[dict[str, Any]]:
    """A volume of one zone, as every disk of AWS's is, and a claim on it."""
    zone = {
        "key": "topology.kubernetes.io/zone",
        "operator": "In",
        "values": ["eu-west-1a"],
    }
    disk = {
        "metadata": {"name": "of-one-writer"},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "",
            "claimRef": {"namespace": name, "name": "data"},
            "csi": {"driver": "ebs.csi.aws.com", "volumeHandle": "vol-1"},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [zone]}]}},
        },
    }
    claim = {
        "metadata": {"name": "data"},
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "",
            "volumeName": "of-one-writer",
            "resources": {"requests": {"storage": "1Gi"}},
        },
    }
    core = sandbox.core
    claims = {"op": "replace", "path": "/spec/hard/persistentvolumeclaims", "value": "1"}
    share = ("share", name)
    with edited(
        core.read_namespaced_resource_quota, core.patch_namespaced_resource_quota, share, claims
    ):
        until = time.monotonic() + 30
        # The quota counts by what the controller has written, a moment later.
        while (
            core.read_namespaced_resource_quota(*share).status.hard["persistentvolumeclaims"] != "1"
        ):
            assert time.monotonic() < until
            time.sleep(0.1)
        core.create_persistent_volume(disk)
        try:
            core.create_namespaced_persistent_volume_claim(name, claim)
            yield {"name": "data", "persistentVolumeClaim": {"claimName": "data"}}
        finally:
            core.delete_namespaced_persistent_volume_claim("data", name)
            core.delete_persistent_volume("of-one-writer")


def test_the_original_s_other_faults_turn_the_drill_red_each_by_its_name(
    sandbox: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All at once, each in a domain of its own; ``test_original_faults`` has them computed."""
    monkeypatch.setattr(scheduling, "_PATIENCE_S", 12.0)
    host_each = {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {
                    "labelSelector": {"matchLabels": labels("lending")},
                    "topologyKey": "kubernetes.io/hostname",
                }
            ]
        }
    }
    api = _api.client.AppsV1Api(sandbox.client)
    found = sandbox.client.sanitize_for_serialization(
        api.read_namespaced_deployment("investments", "investments")
    )["spec"]["template"]["spec"]
    with (
        pods(sandbox, "lending", affinity=host_each),
        budget(sandbox, "treasury", {"minAvailable": 3}),
        volume(sandbox, "investments") as disk,
        pods(sandbox, "investments", volumes=[*found.get("volumes", []), disk]),
        pods(sandbox, "onboarding", tolerations=[{"key": "dedicated", "value": "banking"}]),
    ):
        red = sandbox.red()
    monkeypatch.undo()
    for name, said in (
        ("lending", "anti-affinity"),
        ("treasury", "lets one of its pods go"),
        ("investments", "PersistentVolume's node affinity"),
        ("onboarding", "untolerated taint"),
    ):
        of_it = [line for line in red if line.partition(",")[0] == name]
        assert any(said in line for line in of_it), of_it
    assert sandbox.red() == []
    assert sandbox.unlike() == []


def test_a_budget_that_lets_two_go_turns_the_drill_red(sandbox: Bank) -> None:
    with budget(sandbox, "lending", {"maxUnavailable": 2}):
        red = sandbox.red()
    assert "lending, lets a second one go: should have been refused, and was not" in red
    assert {line.partition(",")[0] for line in red} == {"lending"}


def test_what_a_killed_drill_has_left_is_put_right_by_the_next(sandbox: Bank) -> None:
    nodes = sandbox.names()
    told = json.dumps([sandbox.outputs, sandbox.addresses])
    program = (
        "import json, sys; from rehearsal.drills.scheduling import SCHEDULING;"
        "SCHEDULING.attempts(*json.load(sys.stdin))"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert running.stdin is not None
    running.stdin.write(told)
    running.stdin.close()
    until = time.monotonic() + 120
    while set(sandbox.names()) == set(nodes):
        assert time.monotonic() < until
        assert running.poll() is None
        time.sleep(0.1)
    running.kill()
    running.wait()
    assert (sandbox.folder / NOTES).exists()
    assert set(sandbox.names()) > set(nodes)

    assert sandbox.red() == []
    assert sandbox.names() == nodes
    assert sandbox.unlike() == []


def test_in_production_a_zone_and_a_machine_may_go_too(production: Copy) -> None:
    bank = Bank(production, "production")
    assert bank.red() == []
    assert bank.unlike() == []
