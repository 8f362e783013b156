"""Whether all finds a node: the arithmetic, against packing by trial and the scheduler's rule."""

from collections.abc import Iterator, Sequence
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domains import Catalogue
from machines import Machine, fit, in_turns, machine, spreads
from rehearsal.providers.aws.nodes import Size
from room import STORE, VAULT
from settings._allowed import NODE_FAMILIES, NODE_SIZES
from tests.engine import Deployment
from tests.test_agreement import told

GROUPS, TIERS = "corebank:cluster.nodeGroups", "corebank:workloads.tiers"

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 9), st.integers(1, 9))
WANTED = st.lists(SIZES, max_size=3)
NODE = st.builds(Machine, cpu_millis=st.integers(0, 12), memory_mib=st.integers(0, 12))


def packings(
    wanted: Sequence[tuple[int, int, int]], node: Machine, nodes: int
) -> Iterator[Sequence[int]]:
    """Every way to put all on nodes, by trying all of them."""
    pods = [(cpu, memory) for number, cpu, memory in wanted for _ in range(number)]
    for homes in product(range(nodes), repeat=len(pods)):
        on = [
            [pod for pod, home in zip(pods, homes, strict=True) if home == n] for n in range(nodes)
        ]
        if all(
            sum(cpu for cpu, _ in each) <= node.cpu_millis
            and sum(memory for _, memory in each) <= node.memory_mib
            for each in on
        ):
            yield homes


@given(WANTED, NODE, st.integers(0, 3))
def test_what_is_said_to_fit_can_be_packed(
    wanted: list[tuple[int, int, int]], node: Machine, nodes: int
) -> None:
    if fit(wanted, node, nodes):
        assert next(packings(wanted, node, nodes), None) is not None


@given(st.integers(0, 4), st.integers(1, 9), st.integers(1, 9), NODE, st.integers(0, 3))
def test_of_one_size_nothing_is_refused_that_could_be_packed(
    number: int, cpu: int, memory: int, node: Machine, nodes: int
) -> None:
    packed = next(packings([(number, cpu, memory)], node, nodes), None) is not None
    assert fit([(number, cpu, memory)], node, nodes) == packed


@example([(1, 2, 1), (2, 1, 2), (3, 2, 1)], Machine(cpu_millis=3, memory_mib=3), 4)
@given(st.lists(SIZES, max_size=4), NODE, st.integers(0, 6))
def test_a_further_node_makes_nothing_unfit(
    wanted: list[tuple[int, int, int]], node: Machine, nodes: int
) -> None:
    assert fit(wanted, node, nodes + 1) >= fit(wanted, node, nodes)


@given(st.integers(0, 20), st.integers(1, 4))
def test_nodes_come_in_turns(nodes: int, zones: int) -> None:
    there = in_turns(nodes, zones)
    assert sum(there) == nodes
    assert len(there) == zones
    assert there[0] == max(there) <= min(there) + 1


def started(replicas: int, nodes: Sequence[int]) -> set[int]:
    """How many start, for every choice that the scheduler has."""
    ends: set[int] = set()
    seen: set[tuple[tuple[int, ...], ...]] = set()
    open_ = [tuple((0,) * number for number in nodes if number)]
    while open_:
        there = open_.pop()
        if there in seen:
            continue
        seen.add(there)
        zones = [sum(zone) for zone in there]
        hosts = [host for zone in there for host in zone]
        # maxSkew 1, in every place that a pod counts: after it no place has two above the fewest.
        more = [
            (z, h)
            for z, zone in enumerate(there)
            for h, host in enumerate(zone)
            if zones[z] + 1 - min(zones) <= 1 and host + 1 - min(hosts) <= 1
        ]
        if sum(zones) == replicas or not more:
            ends.add(sum(zones))
            continue
        for z, h in more:
            zone = (*there[z][:h], there[z][h] + 1, *there[z][h + 1 :])
            open_.append((*there[:z], zone, *there[z + 1 :]))
    return ends


@given(st.integers(0, 7), st.lists(st.integers(0, 3), min_size=1, max_size=3))
def test_as_many_start_as_by_the_scheduler_s_rule_whatever_it_chooses(
    replicas: int, nodes: list[int]
) -> None:
    assert started(replicas, nodes) == {spreads(replicas, nodes)}


def test_replicas_that_would_wait_for_a_node_in_the_right_zone_are_refused(
    catalogue: Catalogue,
) -> None:
    said = told(
        catalogue, "sandbox", {f"{TIERS}.critical.minimum": 6, f"{TIERS}.critical.maximum": 6}
    )
    assert said[0].partition(": ")[2].startswith("has no room for the minimum")
    assert (
        f"ERR not-spread {GROUPS}.critical: lets 5 of 6 replicas of cards start: no zone and no"
        " node takes two more than another, and the zones have 2, 1 nodes; use as many nodes in"
        f" each zone, or 5 for the minimum in {TIERS}"
    ) in said


def test_where_a_zone_may_be_lost_the_others_have_room(catalogue: Catalogue) -> None:
    assert told(catalogue, "production", {f"{GROUPS}.core.instanceType": "m7i.xlarge"}) == [
        (
            f"ERR no-room {GROUPS}.core: has no room for the minimum of branch-atm, investments,"
            " lending, onboarding while a zone is lost: in one of 2 places they want 5200m and 9728"
            " MiB, and 1 nodes have 3620m and 14307 MiB each; use more or larger nodes, or a"
            f" smaller minimum in {TIERS}"
        )
    ]


def test_the_mesh_has_room_beside_the_domains(catalogue: Catalogue) -> None:
    (line, *_) = told(catalogue, "sandbox", {f"{TIERS}.critical.cpuMillis": 300})
    # Without the mesh's 900m they would have found it.
    assert "cards, payments, risk and the mesh: in one of 2 places they want 3150m" in line
    assert "1 nodes have 3070m" in line


@pytest.mark.parametrize("family", NODE_FAMILIES)
@pytest.mark.parametrize("size", NODE_SIZES)
def test_every_instance_type_has_a_size(family: str, size: str) -> None:
    has = machine(f"{family}.{size}")
    assert has.cpu_millis > 1000
    assert has.memory_mib > 1024


@given(st.integers(2, 64), st.integers(8, 512))
def test_a_node_keeps_for_itself_what_the_rehearsal_s_does(cpus: int, memory_gib: int) -> None:
    allocatable = Size(cpus=cpus, memory_mib=memory_gib * 1024, pods=110).allocatable
    pods = Machine.of(cpus=cpus, memory_gib=memory_gib)
    assert int(allocatable["cpu"].removesuffix("m")) - pods.cpu_millis in range(299, 302)
    assert allocatable["memory"] == f"{pods.memory_mib + 512}Mi"


def test_servers_take_what_their_charts_are_told(bank: Deployment) -> None:
    vault, store = (
        bank.one("kubernetes:helm.sh/v3:Release", name).inputs["values"]
        for name in ("vault-servers-release", "evidence-servers-release")
    )
    (beside,) = vault["server"]["extraContainers"]
    assert (VAULT.cpu_millis, VAULT.memory_mib) == (550, 2048 + 128)
    assert [each["resources"]["requests"] for each in (vault["server"], beside)] == [
        {"cpu": "500m", "memory": "2Gi"},
        {"cpu": "50m", "memory": "128Mi"},
    ]
    assert store["resources"]["requests"] == {
        "cpu": f"{STORE.cpu_millis}m",
        "memory": f"{STORE.memory_mib // 1024}Gi",
    }


def test_the_mesh_takes_what_its_charts_are_told(bank: Deployment) -> None:
    """Of each: replicas, and requests, as ``room`` counts them."""
    values = {
        name: bank.one("kubernetes:helm.sh/v3:Release", f"mesh-{name}").inputs["values"]
        for name in ("istiod", "ingress", "egress")
    }
    asked = {name: each["resources"]["requests"] for name, each in values.items()}
    assert asked == {
        "istiod": {"cpu": "500m", "memory": "2Gi"},
        "ingress": {"cpu": "200m", "memory": "256Mi"},
        "egress": {"cpu": "200m", "memory": "256Mi"},
    }
    pilot = values["istiod"]
    assert (pilot["autoscaleMin"], pilot["autoscaleMax"]) == (2, 4)
    for name in ("ingress", "egress"):
        assert values[name]["autoscaling"] == {"minReplicas": 2, "maxReplicas": 4}
