"""The drill on nodes: what it takes away together, what it notes, and whom it finds in a crowd."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rehearsal.drills._nodes import Notes, crowded, staying
from rehearsal.drills._pods import Pod
from rehearsal.drills.scheduling import rounds, throughout

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"


def nodes(**zones: int) -> dict[str, Mapping[str, str]]:
    return {
        f"{zone}{n}": {ZONE: zone, HOST: f"{zone}{n}"} for zone in zones for n in range(zones[zone])
    }


def pods(*homes: str) -> list[Pod]:
    return [
        Pod(name=f"p{n}", namespace="cards", node=home, ready=True, going=False, waits="")
        for n, home in enumerate(homes)
    ]


def test_nodes_of_a_zone_go_together_with_a_machine_of_each_pool() -> None:
    pools = {"aml": ["m1", "m2"], "payments": ["n1", "n2", "n3", "n4"]}
    machines: dict[str, Mapping[str, str]] = {each: {} for of in pools.values() for each in of}
    assert rounds({**nodes(a=2, b=1), **machines}, pools) == [
        {"a0", "a1", "m1", "n1"},
        {"b0", "m2", "n2"},
        {"n3"},
        {"n4"},
    ]
    assert rounds(nodes(a=1, b=1), {}) == [{"a0"}, {"b0"}]


def test_a_pod_is_in_a_crowd_where_two_more_are_than_elsewhere() -> None:
    homes = nodes(a=2, b=1)
    assert crowded(pods("a0", "a1", "b0"), homes, [ZONE, HOST]) is None
    found = crowded(pods("a0", "a0", "a1"), homes, [ZONE])
    assert found is not None
    assert found.node == "a0"
    # Even over zones, and not over nodes.
    found = crowded(pods("a0", "a0", "b0"), nodes(a=3, b=1), [ZONE, HOST])
    assert found is not None
    assert found.node == "a0"
    assert crowded(pods("a0", "a0", "b0"), nodes(a=2, b=1), [ZONE]) is None


def test_what_was_changed_is_known_to_the_next_who_comes(tmp_path: Path) -> None:
    file = tmp_path / "notes.json"
    assert Notes.read(file).added == []
    notes = Notes(file=file, replicas={"cards": 2}, closed=["a0"], added=["a0-drill-4"])
    notes.write()
    assert Notes.read(file) == notes
    assert [each.name for each in tmp_path.iterdir()] == ["notes.json"]


def found(**more: Any) -> dict[str, Any]:
    conditions = [{"type": "Ready", "status": "True"}]
    pod: dict[str, Any] = {
        "metadata": {"name": "p", "namespace": "cards"},
        "spec": {"nodeName": "a0"},
        "status": {"conditions": conditions},
    }
    return {key: {**pod[key], **more.get(key, {})} for key in pod}


def test_who_was_told_to_end_is_ready_no_longer() -> None:
    assert Pod.of(found()).ready
    going = Pod.of(found(metadata={"deletionTimestamp": "now"}))
    assert (going.ready, going.going) == (False, True)


def test_who_was_told_to_end_stays_nowhere_though_it_takes_its_time() -> None:
    here, elsewhere, also_here = pods("a0", "b0", "a0")
    assert staying([here, elsewhere, replace(also_here, ready=False, going=True)], {"a0"}) == [here]


def test_why_nobody_takes_a_pod_is_said_in_the_scheduler_s_words() -> None:
    words = "0/2 nodes are available: 2 Insufficient cpu."
    refused = [{"type": "PodScheduled", "status": "False", "message": words}]
    assert Pod.of(found(spec={"nodeName": ""}, status={"conditions": refused})).waits == words


class Seen:
    """What a watch saw."""

    def __init__(self, fewest: int, *visited: str) -> None:
        self.fewest, self.visited = {"aml": fewest}, {"aml": set(visited)}


def wrong(seen: Any, replicas: int = 3) -> list[str]:
    workloads = {"aml": {"namespace": "aml", "away": 1, "nodes": {"pool": "aml"}}}
    attempts = throughout(workloads, seen, {"aml": replicas}, {"aml": ["m1", "m2"]})
    return [str(attempt) for attempt in attempts if not attempt.held]


def test_one_moment_below_a_budget_or_out_of_the_data_centre_is_told() -> None:
    assert wrong(Seen(2, "m1", "m2")) == []
    assert wrong(Seen(1, "m1")) == [
        "aml, was within its budget (1 of 3 were ready, not 2): should have worked, and did not"
    ]
    assert wrong(Seen(3, "m1", "core-eu-west-1a-1")) == [
        "aml, stayed in the data centre: should have worked, and did not"
    ]
