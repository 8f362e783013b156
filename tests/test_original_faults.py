"""What was wrong in the documents' own repository, put into ours: each is refused, with numbers.

What a stack file can say is refused before any provider is called. What is derived can be wrong in
the function that derives it only: there the fault is put, and what it declares is judged.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pulumi_kubernetes.policy import v1 as policy

import bank as bank_module
import banking_domain
import domain_network
from bank import build
from components import _network_policies, workload
from components._network_policies import Peer, credentials
from components._quota import PodSize
from domains import Catalogue
from settings import load_settings
from tests import feasible
from tests.engine import Deployment, deploy
from tests.stack_files import config_of
from tests.stack_files import told as refused
from tests.test_agreement import told

Changes = dict[str, object]
GROUPS, TIERS = "corebank:cluster.nodeGroups", "corebank:workloads.tiers"


WRITTEN: dict[str, tuple[str, Changes, str]] = {
    "more CPU is requested than there is": (
        "sandbox",
        {f"{TIERS}.core.cpuMillis": 1000},
        (
            f"ERR no-room {GROUPS}.core: has no room for the minimum of branch-atm, investments,"
            " lending, onboarding, treasury: in one of 2 places they want 5750m and 3520 MiB, and 1"
            " nodes have 3620m and 14307 MiB each; use more or larger nodes, or a smaller"
            f" minimum in {TIERS}"
        ),
    ),
    "replicas are to be apart on more hosts than there are": (
        "sandbox",
        {f"{TIERS}.critical.minimum": 6, f"{TIERS}.critical.maximum": 6},
        (
            f"ERR not-spread {GROUPS}.critical: lets 5 of 6 replicas of payments start: no zone"
            " and no node takes two more than another, and the zones have 2, 1 nodes; use as many"
            f" nodes in each zone, or 5 for the minimum in {TIERS}"
        ),
    ),
    "servers are to be apart on more hosts than there are": (
        "production",
        {"corebank:vault.servers": 7},
        (
            f"ERR too-few-nodes {GROUPS}.critical.minimum: is less than Vault's 7 servers, each"
            " on a node of its own (got 6); write 7 or more"
        ),
    ),
    "a domain runs once, so that its disruption budget keeps all": (
        "sandbox",
        {f"{TIERS}.core.minimum": 1},
        f"ERR out-of-range {TIERS}.core.minimum: is out of range (got 1); use 2 to 100",
    ),
    "production has the sandbox's addresses": (
        "production",
        {"corebank:vault.address": "https://vault.sandbox.bank.internal:8200"},
        (
            "ERR other-environment corebank:vault.address: is sandbox's Vault, and this is"
            " production (got https://vault.sandbox.bank.internal:8200); write production's"
        ),
    ),
}
"""By the fault: the stack, what is written in its file, and what is said of it."""


@pytest.mark.parametrize("fault", WRITTEN)
def test_what_a_stack_file_says_wrong_is_refused(fault: str, catalogue: Catalogue) -> None:
    stack, changes, line = WRITTEN[fault]
    assert told(catalogue, stack, {}) == []
    said = refused(stack, changes) or told(catalogue, stack, changes)
    assert line in said


Patch = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A fault in a function.

    Args:
        put: Puts it there.
        finds: The check that finds it.
        line: What it says, of one of those whom it finds.
        changes: Of the sandbox's file, if the fault needs some.
    """

    put: Patch
    finds: Callable[[Deployment], Iterator[str]]
    line: str
    changes: Changes | None = None


def _budget_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    made: Any = policy.PodDisruptionBudget

    def above(*args: Any, spec: Any, **kwargs: Any) -> Any:
        without = {key: value for key, value in spec.items() if key != "max_unavailable"}
        return made(*args, spec={**without, "min_available": 3}, **kwargs)

    monkeypatch.setattr(workload.policy, "PodDisruptionBudget", above)


def _pods(more: Changes) -> Patch:
    """Puts something more into every workload's pods."""

    def put(monkeypatch: pytest.MonkeyPatch) -> None:
        made: Any = workload.pod_spec

        def with_more(*args: Any, **kwargs: Any) -> Any:
            spec: Any = made(*args, **kwargs)
            # What follows from the fault is not replaced, but stands beside what is there.
            beside: Any = more.get("volumes", ())
            return {**spec, **more, "volumes": [*spec["volumes"], *beside]}

        monkeypatch.setattr(workload, "pod_spec", with_more)

    return put


def _share_without_what_is_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    made = banking_domain.share

    def less(size: Any) -> Any:
        own = PodSize(cpu_millis=size.cpu_millis, memory_mib=size.memory_mib)
        return replace(made(size), pod=own)

    monkeypatch.setattr(banking_domain, "share", less)


def _no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_network_policies, "names", credentials)


DERIVED = {
    "a quota does not hold what its domain grows to": Derived(
        put=_share_without_what_is_beside,
        finds=feasible.quotas_hold,
        line="cards: 5 pods want 2.000 of requests.cpu, and its quota has 1.250; raise the quota,"
        " or lower replicas or their size",
    ),
    "a disruption budget is above the autoscaler's minimum": Derived(
        put=_budget_of_all,
        finds=feasible.budgets_allow_a_drain,
        line="lending: its disruption budget keeps 3 replicas, and its autoscaler goes down to 2;"
        " keep 1 at most and 1 at least",
    ),
    "a service wants a host for each pod": Derived(
        put=_pods(
            {
                "affinity": {
                    "podAntiAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": [
                            {"topologyKey": "kubernetes.io/hostname"}
                        ]
                    }
                }
            }
        ),
        changes={f"{TIERS}.core.maximum": 5},
        finds=feasible.hosts_are_enough,
        line="lending: wants a node for each of 5 pods, and there are 4 at most; spread pods evenly"
        " instead, or have more nodes",
    ),
    "a volume of one writer has an autoscaler": Derived(
        put=_pods({"volumes": [{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}]}),
        finds=feasible.volumes_have_one_writer,
        line="cards: up to 4 replicas would write to the volume of 1 node, data; keep it in the"
        " database, or have 1 replica",
    ),
    "pods tolerate a taint that no pool carries": Derived(
        put=_pods({"tolerations": [{"key": "dedicated", "value": "banking"}]}),
        finds=feasible.taints_and_tolerations_agree,
        line="support: tolerates dedicated=banking, which none of 3 kinds of nodes has; leave it"
        " out, or taint nodes",
    ),
    "a reserved pool keeps away who belongs there": Derived(
        put=_pods({"tolerations": ()}),
        finds=feasible.taints_and_tolerations_agree,
        line="lending: is kept from all 1 kinds of its nodes, from the first by"
        " bank.internal/tier=core; let it tolerate that",
    ),
    "nodes of a tier are not reserved, and its pods tolerate what is not there": Derived(
        put=lambda monkeypatch: monkeypatch.setattr(bank_module, "RESERVED", frozenset[str]()),
        finds=feasible.taints_and_tolerations_agree,
        line="cards: tolerates bank.internal/tier=critical, which none of 3 kinds of nodes has;"
        " leave it out, or taint nodes",
    ),
    "policies open a port at which no broker listens": Derived(
        put=lambda monkeypatch: monkeypatch.setattr(domain_network, "IAM_PORT", 9092),
        finds=feasible.ports_are_answered,
        line="cards: its policy opens 9092 of 10.16.32.0/20, where servers listen at 5432, 9098;"
        " open those, or leave it out",
    ),
    "policies open a port at which no service answers": Derived(
        put=lambda monkeypatch: monkeypatch.setattr(domain_network, "REST", 8443),
        finds=feasible.ports_are_answered,
        line="cards: its policy opens 8443 of cards, which answers at 8080, 8081; open those, or"
        " leave it out",
    ),
    "nobody may ask for names": Derived(
        put=_no_names,
        finds=feasible.names_can_be_asked_for,
        line="cards: asks no names: of kube-system its policies open nothing; open 53",
    ),
    "who gathers metrics is not let in": Derived(
        put=lambda monkeypatch: monkeypatch.setattr(
            domain_network, "METRICS", Peer(namespace="monitoring", ports=(9090,))
        ),
        finds=feasible.metrics_are_let_in,
        line="cards: shows no metrics: of monitoring its policies open 9090; open 15020",
    ),
}
"""By the fault."""


@pytest.mark.parametrize("fault", DERIVED)
def test_what_is_derived_wrong_is_found(
    fault: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = DERIVED[fault]
    case.put(monkeypatch)
    settings = load_settings("sandbox", config_of("sandbox", case.changes))
    made = deploy(lambda: build(settings, catalogue), stack="sandbox")
    assert case.line in list(case.finds(made))
