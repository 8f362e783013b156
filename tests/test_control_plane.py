"""The rehearsal's Kubernetes, live and alone: what it decides, whom it lets in, how it ends."""

import json
import os
import signal
from collections import Counter
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import kubernetes
import psutil
import pytest
from kubernetes.client.exceptions import ApiException

from rehearsal import servers
from rehearsal.servers.control_plane.access_entries import ADMINISTRATOR, Entry
from rehearsal.toolchain import KUBERNETES
from tests.control_plane import (
    TAINT,
    ZONES,
    Plane,
    available,
    bind,
    deployment,
    namespace,
    node,
    pod,
    pods,
    ready,
    started,
    status_of,
    wait_until,
    why_not,
)

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(180)]

_kubernetes: Any = kubernetes
"""A client without types of its own."""

ROLE = "arn:aws:iam::123456789012:role/corebank-auditor"


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Generator[Plane]:
    """One that runs, with three nodes of 2 CPUs, each in a zone, tainted for the critical tier."""
    yield from started(tmp_path_factory.mktemp("plane"))


@pytest.fixture
def own(tmp_path: Path) -> Generator[Plane]:
    """One that a test may break."""
    yield from started(tmp_path / "own")


@pytest.fixture(scope="module")
def core(plane: Plane) -> Generator[Any]:
    """The administrator's client, once three nodes are ready."""
    with closing(plane.administrator()) as client:
        core = _kubernetes.client.CoreV1Api(client)
        for zone in ZONES:
            core.create_node(node(zone))
        # The node controller takes its own taint off a moment after a node is ready.
        wait_until(lambda: len(ready(core)) == len(ZONES))
        wait_until(lambda: all(len(each.spec.taints) == 1 for each in core.list_node().items))
        core.create_namespace(namespace("payments", enforce="restricted"))
        wait_until(lambda: core.list_namespaced_service_account("payments").items != [])
        yield core


def test_it_tells_the_version_that_is_pinned(plane: Plane, core: Any) -> None:
    del core
    with closing(plane.administrator()) as client:
        version = _kubernetes.client.VersionApi(client).get_code()
    assert version.git_version == f"v{KUBERNETES.version}"


def test_a_node_is_kept_ready_as_it_was_declared(core: Any) -> None:
    (found,) = (each for each in core.list_node().items if each.metadata.name == ZONES[0])
    assert found.status.allocatable["cpu"] == "2"
    assert [(taint.key, taint.value, taint.effect) for taint in found.spec.taints] == [
        tuple(TAINT.values())
    ]
    leases = _kubernetes.client.CoordinationV1Api(core.api_client)
    assert leases.read_namespaced_lease(ZONES[0], "kube-node-lease").spec.holder_identity


def test_the_scheduler_spreads_a_deployment_over_the_zones(core: Any) -> None:
    apps = _kubernetes.client.AppsV1Api(core.api_client)
    apps.create_namespaced_deployment("payments", deployment("spread", replicas=4))

    wait_until(lambda: available(apps, "spread") == 4)

    placed = Counter(pod.spec.node_name for pod in pods(core, "spread"))
    assert sorted(placed.values()) == [1, 1, 2]
    assert set(placed) == set(ZONES)
    # 500m each: the node with two of them has a CPU left, too little for what asks for 1.5.
    full = deployment("greedy", replicas=3, cpu="1500m")
    apps.create_namespaced_deployment("payments", full)
    wait_until(lambda: available(apps, "greedy") == 2)
    (waiting,) = (pod for pod in pods(core, "greedy") if pod.spec.node_name is None)
    assert "Insufficient cpu" in why_not(core, waiting.metadata.name)

    for name in ("spread", "greedy"):
        apps.delete_namespaced_deployment(name, "payments", propagation_policy="Foreground")
    wait_until(lambda: pods(core, "spread") + pods(core, "greedy") == [])


def test_a_pod_without_toleration_is_not_placed(core: Any) -> None:
    core.create_namespaced_pod("payments", pod("intruder", tolerations=()))

    assert "had untolerated taint(s)" in why_not(core, "intruder")


def test_an_unrestricted_pod_is_refused(core: Any) -> None:
    privileged = pod("privileged")
    privileged["spec"]["containers"][0]["securityContext"] = {"privileged": True}
    bare = pod("bare")
    del bare["spec"]["containers"][0]["securityContext"]

    for refused in (privileged, bare):
        with pytest.raises(ApiException) as refusal:
            core.create_namespaced_pod("payments", refused)
        assert cast("Any", refusal.value).status == 403
        told = json.loads(cast("Any", refusal.value).body)["message"]
        assert 'violates PodSecurity "restricted:latest"' in told

    core.create_namespace(namespace("open", enforce="privileged"))
    wait_until(lambda: core.list_namespaced_service_account("open").items != [])
    core.create_namespaced_pod("open", privileged)


def test_an_eviction_that_breaks_a_disruption_budget_is_refused(core: Any) -> None:
    apps = _kubernetes.client.AppsV1Api(core.api_client)
    apps.create_namespaced_deployment("payments", deployment("kept", replicas=2, cpu="10m"))
    wait_until(lambda: available(apps, "kept") == 2)
    budgets = _kubernetes.client.PolicyV1Api(core.api_client)
    budget = {
        "metadata": {"name": "kept"},
        "spec": {"minAvailable": 2, "selector": {"matchLabels": {"app": "kept"}}},
    }
    budgets.create_namespaced_pod_disruption_budget("payments", budget)
    told = budgets.read_namespaced_pod_disruption_budget
    wait_until(lambda: (told("kept", "payments").status.current_healthy or 0) == 2)
    name = pods(core, "kept")[0].metadata.name

    with pytest.raises(ApiException) as refusal:
        core.create_namespaced_pod_eviction(name, "payments", {"metadata": {"name": name}})
    assert cast("Any", refusal.value).status == 429


def test_an_access_entry_gives_what_its_groups_may_do_until_it_is_taken_away(
    plane: Plane, core: Any
) -> None:
    rbac = _kubernetes.client.RbacAuthorizationV1Api(core.api_client)
    bind(rbac, "corebank:auditors", "view")
    with closing(plane.holder(ROLE)) as client:
        auditor = _kubernetes.client.CoreV1Api(client)
        assert status_of(auditor.list_namespaced_pod, "payments") == 401

        plane.enter(ROLE, Entry(user="auditor", groups=("corebank:auditors",)))
        assert status_of(auditor.list_namespaced_pod, "payments") == 200
        assert status_of(auditor.list_namespaced_secret, "payments") == 403
        assert status_of(auditor.create_namespaced_pod, "payments", pod("mine")) == 403

        plane.enter(ROLE, Entry(user="auditor", groups=("corebank:others",)))
        assert status_of(auditor.list_namespaced_pod, "payments") == 403

        plane.enter(ROLE, None)
        assert status_of(auditor.list_namespaced_pod, "payments") == 401


def test_the_cluster_admin_policy_gives_everything_and_no_other_gives_anything(
    plane: Plane, core: Any
) -> None:
    del core
    breakglass = "arn:aws:iam::123456789012:role/corebank-break-glass"
    with closing(plane.holder(breakglass)) as client:
        person = _kubernetes.client.CoreV1Api(client)
        view = ADMINISTRATOR.replace("ClusterAdmin", "AdminView")
        plane.enter(breakglass, Entry(user="person", policies=(view,)))
        assert status_of(person.list_namespaced_secret, "kube-system") == 403

        plane.enter(breakglass, Entry(user="person", policies=(view, ADMINISTRATOR)))
        assert status_of(person.list_namespaced_secret, "kube-system") == 200
        plane.enter(breakglass, None)


def test_without_a_credential_nothing_is_told(plane: Plane, core: Any) -> None:
    assert status_of(core.list_namespaced_pod, "payments") == 200
    for shown, status in ((None, 403), (lambda: "", 403), (lambda: "k8s-aws-v1.", 401)):
        with closing(plane.client(shown)) as client:
            nobody = _kubernetes.client.CoreV1Api(client)
            assert status_of(nobody.list_namespaced_pod, "payments") == status


def test_the_audit_log_tells_who_did_what_and_not_what_was_said(plane: Plane, core: Any) -> None:
    canary = {"metadata": {"name": "canary"}, "stringData": {"password": "nightingale"}}
    core.create_namespaced_secret("payments", canary)

    log = (plane.folder / "data/kubernetes/audit.log").read_text()
    (event,) = (
        event
        for event in map(json.loads, log.splitlines())
        if event["verb"] == "create" and event["objectRef"].get("name") == "canary"
    )
    assert event["user"]["username"] == "administrator"
    assert event["responseStatus"]["code"] == 201
    assert "nightingale" not in log


def test_no_secret_is_on_a_command_line_or_readable_by_others(plane: Plane) -> None:
    folder = plane.folder / "data/kubernetes"
    secrets = {*folder.glob("*.key"), *folder.glob("*.kubeconfig"), folder / "audit.log"}
    assert len(secrets) > len(plane.processes)
    assert {file.stat().st_mode & 0o777 for file in secrets} == {0o600}
    assert plane.folder.stat().st_mode & 0o777 == 0o700
    lines = [" ".join(process.cmdline()) for process in plane.processes]
    assert len(lines) == 6
    assert not any("PRIVATE KEY" in line or "--token" in line for line in lines)


def test_every_program_listens_on_this_machine_only(plane: Plane) -> None:
    heard = {
        connection.laddr.ip
        for process in plane.processes
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert heard == {"127.0.0.1"}


def test_what_it_holds_outlives_a_stop_and_a_kill(own: Plane) -> None:
    before = own.addresses
    with closing(own.administrator()) as client:
        core = _kubernetes.client.CoreV1Api(client)
        # Whoever was told that it is healthy need not wait for its controllers.
        assert core.read_namespaced_service_account("default", "default")
        core.create_namespace(namespace("kept"))
    servers.stop(own.folder)
    assert own.status.state is servers.State.NOT_STARTED

    assert own.start() == before
    family = own.processes
    family[0].kill()
    wait_until(lambda: own.status.state is servers.State.ENDED)
    orphans = [process.pid for process in family[1:]]
    assert all(map(psutil.pid_exists, orphans))

    assert own.start() == before
    assert not any(map(psutil.pid_exists, orphans))
    with closing(own.administrator()) as client:
        core = _kubernetes.client.CoreV1Api(client)
        assert core.read_namespace("kept").metadata.name == "kept"
    own.processes[0].kill()
    wait_until(lambda: own.status.state is servers.State.ENDED)
    # What it kept is found by its mark. Without storage the API server ends in its own time.
    assert len(servers.stop(own.folder, grace=1)) == 5


def test_when_one_program_ends_all_do_and_the_log_names_it(own: Plane) -> None:
    family = own.processes
    (scheduler,) = (p for p in family if "kube-scheduler" in p.cmdline()[0])
    os.kill(scheduler.pid, signal.SIGKILL)

    wait_until(lambda: own.status.state is servers.State.ENDED)
    wait_until(lambda: not any(process.is_running() for process in family[1:]))
    assert "kube-scheduler has ended with status -9" in own.status.log.read_text()
