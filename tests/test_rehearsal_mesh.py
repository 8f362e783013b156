"""Live: the mesh of a stack that is up, and the drill on it seen red.

More of the same, on a control plane alone, is in ``test_stand_in_definitions_live``.
"""

import json
from typing import Any

import pytest

from components import _mesh_policy as policy
from rehearsal.drills import Outcome
from rehearsal.drills.mesh import MESH
from rehearsal.providers.kubernetes.cluster import Cluster
from rehearsal.providers.kubernetes.objects import Reference
from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

NOBODY = Reference("security.istio.io/v1", "AuthorizationPolicy", "nobody", "payments")


@pytest.fixture(scope="module")
def cluster(copy: Copy) -> Cluster:
    return Cluster(copy.addresses("sandbox")["kubernetes"]["kubeconfig"])


def _red(copy: Copy) -> list[str]:
    told = copy.pulumi("sandbox", "stack", "output", "--json")
    attempts = MESH.attempts(json.loads(told.stdout), copy.addresses("sandbox"))
    return [str(each) for each in Outcome(drill=MESH, attempts=attempts).failures]


def test_the_drill_is_green(copy: Copy) -> None:
    assert _red(copy) == []


def test_nothing_changes_the_second_time(copy: Copy) -> None:
    assert copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}


def test_a_policy_that_somebody_opens_turns_the_drill_red_and_is_closed_again(
    copy: Copy, cluster: Cluster
) -> None:
    opened: dict[str, Any] = {
        "apiVersion": NOBODY.api_version,
        "kind": NOBODY.kind,
        "metadata": {"name": NOBODY.name, "namespace": NOBODY.namespace},
        "spec": {"rules": [{}]},
    }
    cluster.apply(opened, force=True)
    assert "nowhere, at 8080 payments: should have been refused, and was not" in _red(copy)
    assert copy.plan("sandbox", "--refresh") == {"payments-mesh-nobody": "update"}
    assert copy.update("sandbox", "--refresh").returncode == 0
    assert _red(copy) == []


def test_a_policy_that_is_taken_away_comes_back(copy: Copy, cluster: Cluster) -> None:
    cluster.delete(Reference("security.istio.io/v1", "PeerAuthentication", "default", "payments"))
    # The mesh's own still holds.
    assert _red(copy) == []
    assert copy.plan("sandbox", "--refresh") == {"payments-mesh-strict": "create"}
    assert copy.update("sandbox", "--refresh").returncode == 0


def test_a_caller_whom_nobody_declares_turns_the_drill_red(copy: Copy, cluster: Cluster) -> None:
    added: dict[str, Any] = {
        "apiVersion": NOBODY.api_version,
        "kind": NOBODY.kind,
        "metadata": {"name": "by-hand", "namespace": "payments"},
        "spec": policy.caller("payments", by="analytics", ports=[9090]),
    }
    cluster.apply(added)
    try:
        red = _red(copy)
    finally:
        cluster.delete(Reference.of(added))
    assert red == ["analytics, at 9090 payments: should have been refused, and was not"]


def test_a_caller_that_the_catalogue_takes_out_loses_its_policy_and_nothing_else(
    copy: Copy,
) -> None:
    with copy.edited("domains/support.py", '"payments"', '"branch-atm"'):
        planned = copy.plan("sandbox")
    assert planned == {
        "branch-atm-mesh-from-support": "create",
        "payments-mesh-from-support": "delete",
        "support-mesh-sidecar": "update",
        **{f"{each}-segment-workload": "update" for each in ("branch-atm", "payments", "support")},
    }
