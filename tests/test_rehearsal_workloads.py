"""Live: what domains run, on the nodes they belong to, and the drill on them seen red.

Also Vault's agent itself, with the configuration that a pod has, as the pod's service account: it
brings a login that PostgreSQL takes.
"""

import io
import json
import os
import ssl
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kubernetes
import pytest
from rich.console import Console

from components._vault_agent import IDENTITY, SECRETS
from rehearsal.drills import Outcome, workloads
from rehearsal.drills._vault_callers import account_token
from rehearsal.drills._vault_ceremony import open_databases
from rehearsal.drills.workloads import WORKLOADS
from rehearsal.postgres import connect
from rehearsal.toolchain import VAULT, ensure
from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

_api: Any = kubernetes
"""A client without types of its own."""

TIER = "bank.internal/tier"


class Bank:
    """A stack as it runs, and its drill."""

    def __init__(self, copy: Copy, stack: str) -> None:
        self.addresses: dict[str, Any] = {
            **copy.addresses(stack),
            "rehearsal": {"folder": str(copy.home(stack))},
        }
        self.outputs = copy.outputs(stack)
        kubeconfig = self.addresses["kubernetes"]["kubeconfig"]
        client = _api.config.new_client_from_config(kubeconfig)
        self.core = _api.client.CoreV1Api(client)
        self.apps = _api.client.AppsV1Api(client)

    def red(self) -> list[str]:
        """What did not end as it should."""
        outcome = Outcome(
            drill=WORKLOADS, attempts=WORKLOADS.attempts(self.outputs, self.addresses)
        )
        assert outcome.attempts
        return [str(each) for each in outcome.failures]

    @contextmanager
    def edited(self, name: str, **pod: object) -> Generator[None]:
        """Changes a Deployment's pods by hand for a while, and nobody remembers by whom."""
        found = self.apps.api_client.sanitize_for_serialization(
            self.apps.read_namespaced_deployment(name, name)
        )
        before, known = found["spec"]["template"]["spec"], found["metadata"]["managedFields"]
        self._pods(name, pod)
        try:
            yield
        finally:
            self._pods(name, {key: before.get(key) for key in pod})
            forgotten = {"op": "replace", "path": "/metadata/managedFields", "value": known}
            self.apps.patch_namespaced_deployment(name, name, [forgotten])

    def _pods(self, name: str, pod: dict[str, Any]) -> None:
        at = "/spec/template/spec"
        changes = [
            {"op": "remove", "path": f"{at}/{key}"}
            if value is None
            else {"op": "add", "path": f"{at}/{key}", "value": value}
            for key, value in pod.items()
        ]
        self.apps.patch_namespaced_deployment(name, name, changes)


@pytest.fixture(scope="module")
def sandbox(copy: Copy) -> Bank:
    return Bank(copy, "sandbox")


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays red is waited for no longer than it takes a rollout."""
    monkeypatch.setattr(workloads, "_PATIENCE_S", 20.0)


def test_the_drill_is_green_and_nothing_changes_the_second_time(copy: Copy, sandbox: Bank) -> None:
    assert sandbox.red() == []
    assert copy.plan("sandbox", "--expect-no-changes", "--refresh") == {}


def test_a_workload_that_goes_anywhere_turns_the_drill_red_and_is_drift(
    copy: Copy, sandbox: Bank
) -> None:
    with sandbox.edited("accounts", tolerations=[{"operator": "Exists"}]):
        assert sandbox.red() == ["accounts, goes elsewhere: should have been refused, and was not"]
        assert set(copy.differing("sandbox")) == {"accounts-workload-deployment"}
    assert sandbox.red() == []


def test_a_workload_on_other_nodes_turns_the_drill_red(sandbox: Bank) -> None:
    with sandbox.edited("accounts", nodeSelector={TIER: "standard"}, tolerations=[]):
        assert sandbox.red() == [
            "accounts, asks for its nodes: should have worked, and did not",
            "accounts, goes elsewhere: should have been refused, and was not",
            "accounts, is on its nodes: should have worked, and did not",
            "accounts, is spread over kubernetes.io/hostname: should have worked, and did not",
        ]
    assert sandbox.red() == []


def test_a_workload_that_is_scaled_away_turns_the_drill_red(sandbox: Bank) -> None:
    def scale(replicas: int) -> None:
        # Nobody's autoscaler wakes what was put to sleep.
        sandbox.apps.patch_namespaced_deployment_scale(
            "risk", "risk", {"spec": {"replicas": replicas}}
        )

    scale(0)
    try:
        assert "risk, has all its replicas: should have worked, and did not" in sandbox.red()
    finally:
        scale(2)
    assert sandbox.red() == []


def test_another_image_turns_the_drill_red_and_is_drift(copy: Copy, sandbox: Bank) -> None:
    (own,) = sandbox.apps.api_client.sanitize_for_serialization(
        sandbox.apps.read_namespaced_deployment("cards", "cards")
    )["spec"]["template"]["spec"]["containers"]
    foreign = f"docker.io/library/cards@sha256:{'e' * 64}"
    with sandbox.edited("cards", containers=[{**own, "image": foreign}]):
        assert sandbox.red() == ["cards, runs its image: should have worked, and did not"]
        assert set(copy.differing("sandbox")) == {"cards-workload-deployment"}
    assert sandbox.red() == []


def test_a_stranger_in_a_domain_s_namespace_turns_the_drill_red(sandbox: Bank) -> None:
    stranger = {
        "metadata": {"name": "miner"},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "miner"}},
            "template": {
                "metadata": {"labels": {"app": "miner"}},
                "spec": {"containers": [{"name": "miner", "image": "miner"}]},
            },
        },
    }
    sandbox.apps.create_namespaced_deployment("support", stranger)
    try:
        assert sandbox.red() == ["miner, is there: should have been refused, and was not"]
    finally:
        sandbox.apps.delete_namespaced_deployment("miner", "support")


def test_one_replica_may_be_evicted_and_no_second(sandbox: Bank) -> None:
    pods = sandbox.core.list_namespaced_pod("lending").items
    assert len(pods) == 2

    def evict(pod: Any) -> int:
        try:
            sandbox.core.create_namespaced_pod_eviction(
                pod.metadata.name, "lending", {"metadata": {"name": pod.metadata.name}}
            )
        except _api.client.exceptions.ApiException as refused:
            return int(refused.status)
        return 201

    # On a fast machine another pod is ready in the place of the first before the second is asked.
    nodes = [node.metadata.name for node in sandbox.core.list_node().items]
    for node in nodes:
        sandbox.core.patch_node(node, {"spec": {"unschedulable": True}})
    try:
        assert [evict(pod) for pod in pods] == [201, 429]
    finally:
        for node in nodes:
            sandbox.core.patch_node(node, {"spec": {"unschedulable": None}})
    # The pod that was waiting took the first node that was open again, in whatever zone.
    known = {pod.metadata.name for pod in pods}
    for pod in sandbox.core.list_namespaced_pod("lending").items:
        if pod.metadata.name not in known:
            sandbox.core.delete_namespaced_pod(pod.metadata.name, "lending")
    assert sandbox.red() == []


def test_the_agent_brings_a_login_that_postgresql_takes(sandbox: Bank, tmp_path: Path) -> None:
    open_databases(sandbox.outputs, sandbox.addresses)
    config = sandbox.core.read_namespaced_config_map("accounts-vault-agent", "accounts").data
    secrets, identity = tmp_path / "secrets", tmp_path / "identity"
    secrets.mkdir()
    identity.mkdir()
    (identity / "token").write_text(
        account_token(sandbox.core, "accounts", "accounts", sandbox.outputs["vault"]["audience"])
    )
    text = config["agent.hcl"].replace(SECRETS, str(secrets)).replace(IDENTITY, str(identity))
    (tmp_path / "agent.hcl").write_text(text)
    vault = ensure(VAULT, console=Console(file=io.StringIO()))[VAULT.name]
    done = subprocess.run(
        [vault, "agent", f"-config={tmp_path / 'agent.hcl'}", "-exit-after-auth"],
        env={**os.environ, "VAULT_ADDR": sandbox.addresses["vault"]["address"]},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(file.name for file in secrets.iterdir()) == [
        "database-read.json",
        "database-write.json",
        "tls.pem",
        "vault-token",
    ]
    assert {file.stat().st_mode & 0o777 for file in secrets.iterdir()} == {0o600}
    server = {**sandbox.addresses["postgres"], "user": "", "password": ""}
    for purpose in ("read", "write"):
        login = json.loads((secrets / f"database-{purpose}.json").read_text())
        connect({**server, "user": login["username"], **login}, "accounts").close()
    # A key that fits its certificate, or this raises.
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(secrets / "tls.pem")


@pytest.fixture(scope="module")
def bank_of_production(production: Copy) -> Bank:
    return Bank(production, "production")


def test_every_machine_of_the_data_centre_is_a_node(bank_of_production: Bank) -> None:
    pools = bank_of_production.outputs["pools"]["pools"]
    nodes = {
        node.metadata.name: node.metadata.labels
        for node in bank_of_production.core.list_node(label_selector="bank.internal/site").items
    }
    assert {name: labels["bank.internal/pool"] for name, labels in nodes.items()} == {
        node: pool for pool, each in pools.items() for node in each["nodes"]
    }


def test_in_production_the_drill_is_green_too(bank_of_production: Bank) -> None:
    assert bank_of_production.red() == []
    homes = {
        pod.spec.node_name.rpartition("-")[0]
        for pod in bank_of_production.core.list_namespaced_pod("aml").items
    }
    assert homes == {"corebank-production-aml"}


def test_a_workload_that_leaves_its_pool_turns_the_drill_red(bank_of_production: Bank) -> None:
    other = {"bank.internal/pool": "payments", "bank.internal/site": "dublin"}
    tolerated = [{"key": "bank.internal/pool", "operator": "Exists"}]
    with bank_of_production.edited("aml", nodeSelector=other, tolerations=tolerated):
        told = bank_of_production.red()
    assert "aml, is on its nodes: should have worked, and did not" in told
    assert {line.partition(",")[0] for line in told} == {"aml"}
    assert bank_of_production.red() == []
