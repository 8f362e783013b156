"""Live: what is declared of workloads, on a real API server through the stand-in, read back.

Nodes of every tier and pool are there as in a stack that is up, so the scheduler decides as it
would; what others, such as the autoscaler, make of an object is no drift.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

import pytest

from domains import Catalogue
from placement import TIER
from rehearsal.drills import Outcome
from rehearsal.drills.workloads import WORKLOADS
from rehearsal.providers.aws.nodes import Group, Size, follow
from rehearsal.providers.vsphere.nodes import join, leave
from settings import load_settings
from tests.engine import Declared, Deployment, deploy
from tests.stack_files import config_of
from tests.stand_in_cluster import Made, World, world

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(300)]

KINDS = (
    "Namespace",
    "PriorityClass",
    "ServiceAccount",
    "ConfigMap",
    "Deployment",
    "Service",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
)
"""In an order in which each finds what it names."""
SIZES = {"m7i.2xlarge": Size(cpus=8, memory_mib=32768, pods=58)}
DOMAINS = ("accounts", "aml", "lending", "support")
"""One of each tier in the cloud, and one in the data centre."""


def whole(value: Any) -> Any:
    """As it was before it went over the wire, which knows only one kind of number."""
    if isinstance(value, float):
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in cast("dict[str, Any]", value).items()}
    return value


@pytest.fixture(scope="module")
def production(catalogue: Catalogue) -> Deployment:
    from bank import build  # noqa: PLC0415 - it takes as long as the rest

    settings = load_settings("production", config_of("production"))
    return deploy(lambda: build(settings, catalogue), stack="production")


@pytest.fixture(scope="module")
def machines(production: Deployment) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for machine in production.of("vsphere:index/virtualMachine:VirtualMachine"):
        extra: dict[str, Any] = dict(machine.inputs["extraConfig"])
        extra["guestinfo.userdata"] = extra["guestinfo.userdata"]["value"]
        found.append({**machine.inputs, "extraConfig": extra})
    return found


@pytest.fixture(scope="module")
def there(control_plane: dict[str, str], machines: list[dict[str, Any]]) -> Iterator[World]:
    """The cluster, with the nodes that production begins with."""
    settings = load_settings("production", config_of("production"))
    kubeconfig = control_plane["kubeconfig"]
    tiers = settings.cluster.node_groups
    groups = [
        Group(
            name=tier,
            count=group.minimum,
            size=SIZES[group.instance_type],
            instance_type=group.instance_type,
            zones=sorted(settings.network.zones),
            labels={TIER: tier},
            taints=[{"key": TIER, "value": tier, "effect": "NO_SCHEDULE"}] if kept else [],
        )
        for tier, group, kept in (
            ("critical", tiers.critical, True),
            ("core", tiers.core, True),
            ("standard", tiers.standard, False),
        )
    ]
    for group in groups:
        follow(kubeconfig, group)
    for machine in machines:
        join(kubeconfig, machine)
    with world(control_plane) as there:
        yield there
    for machine in machines:
        leave(kubeconfig, machine["name"])
    for group in groups:
        follow(kubeconfig, replace(group, count=0))


def _declared(production: Deployment) -> Iterator[Declared]:
    for kind in KINDS:
        for resource in production.resources:
            shared = kind == "PriorityClass"
            mine = resource.name.startswith(tuple(f"{name}-work" for name in DOMAINS))
            if resource.type.endswith(f":{kind}") and (shared or mine):
                yield resource


def test_objects_read_back_are_what_was_declared(
    there: World, production: Deployment, control_plane: dict[str, str]
) -> None:
    made: list[tuple[Declared, Made]] = [
        (each, there.make(each.type, whole(each.inputs))) for each in _declared(production)
    ]
    assert {each.type.rpartition(":")[2] for each, _ in made} == set(KINDS)

    wanted: Mapping[str, Any] = whole(production.exports["workloads"])
    outputs = {"workloads": {name: wanted[name] for name in DOMAINS}}
    attempts = WORKLOADS.attempts(outputs, {"kubernetes": control_plane})
    assert [str(each) for each in Outcome(drill=WORKLOADS, attempts=attempts).failures] == []

    assert {str(each): there.drift(object_) for each, object_ in made if there.drift(object_)} == {}
    for _, object_ in reversed(made):
        there.remove(object_)


def test_a_machine_that_is_gone_is_no_node_any_more(
    there: World, machines: list[dict[str, Any]], control_plane: dict[str, str]
) -> None:
    nodes = there.hand("CoreV1Api")
    first = machines[0]
    taints = [
        taint.key for taint in nodes.read_node(first["name"]).spec.taints if "bank" in taint.key
    ]
    assert taints == ["bank.internal/pool"]

    join(control_plane["kubeconfig"], {**first, "numCpus": 32})
    assert nodes.read_node(first["name"]).status.capacity["cpu"] == "32"

    leave(control_plane["kubeconfig"], first["name"])
    until = time.monotonic() + 10
    while first["name"] in {node.metadata.name for node in nodes.list_node().items}:
        assert time.monotonic() < until
        time.sleep(0.2)
