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


def test_a_budget_that_lets_two_go_turns_the_drill_red(sandbox: Bank) -> None:
    budgets = _api.client.PolicyV1Api(sandbox.client)
    name = "lending"
    found = sandbox.client.sanitize_for_serialization(
        budgets.read_namespaced_pod_disruption_budget(name, name)
    )
    loosened = [{"op": "replace", "path": "/spec/maxUnavailable", "value": 2}]
    back = [
        {"op": "replace", "path": "/spec/maxUnavailable", "value": 1},
        {
            "op": "replace",
            "path": "/metadata/managedFields",
            "value": found["metadata"]["managedFields"],
        },
    ]
    budgets.patch_namespaced_pod_disruption_budget(name, name, loosened)
    try:
        red = sandbox.red()
    finally:
        budgets.patch_namespaced_pod_disruption_budget(name, name, back)
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
