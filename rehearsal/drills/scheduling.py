"""What the real scheduler does when nodes go and load comes, and who is away meanwhile.

Nodes take no more pods and are emptied by evictions, as before a change of nodes: zone by zone, and
machine by machine in the data centre. Then all is grown to its maximum, on as many nodes as the
groups may have. All is put back at the end; what a drill that was killed has left is put back
first. Leaves out metrics, by which nobody here scales, and what runs on nodes beside workloads.
"""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from itertools import zip_longest
from pathlib import Path
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._nodes import Cluster, Notes
from rehearsal.drills._pods import Watch

_PATIENCE_S = 40.0
"""How long pods may take to be ready elsewhere."""
_ZONE = "topology.kubernetes.io/zone"
NOTES = "scheduling.json"
"""In the rehearsal's folder while the drill runs, or was killed."""


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    notes = Notes.read(Path(addresses["rehearsal"]["folder"]) / NOTES)
    cluster = Cluster(addresses["kubernetes"]["kubeconfig"], notes, outputs["workloads"])
    told = outputs.get("pools", {}).get("pools", {})
    pools = {pool: sorted(each["nodes"]) for pool, each in told.items()}
    attempts = [
        _attempt(name, "is there", granted=name in cluster.workloads)
        for name in outputs["workloads"]
    ]
    try:
        if notes.file.exists():
            cluster.put_back(_PATIENCE_S)
        before = notes.replicas = cluster.replicas()
        notes.write()
        # Whoever is still coming is not away because of the drill.
        cluster.ready(before, _PATIENCE_S)
        cluster.watch.fewest.clear()
        try:
            attempts += _emptied(cluster, before, pools)
            attempts += _grown(cluster, outputs["kubernetes"]["nodes"])
        finally:
            restored = cluster.put_back(_PATIENCE_S)
        attempts += throughout(cluster.workloads, cluster.watch, before, pools)
        attempts.append(_attempt("all", "are as they were", granted=restored))
    finally:
        cluster.watch.end()
    return attempts


def _emptied(
    cluster: Cluster, before: Mapping[str, int], pools: Mapping[str, Sequence[str]]
) -> Iterator[Attempt]:
    """Takes each zone and each machine of the data centre away in turn."""
    nodes = cluster.nodes()
    for number, lost in enumerate(rounds(nodes, pools)):
        if number:
            cluster.close(lost)
        else:
            # While nobody can come in its place, a second one of each may not go.
            cluster.close(nodes)
            yield from _second(cluster, lost)
            cluster.open(nodes.keys() - lost)
        where = _where({name: nodes[name] for name in lost})
        yield _attempt("all", f"left {where}", granted=cluster.empty(lost, _PATIENCE_S))
        for name, ready in cluster.ready(before, _PATIENCE_S).items():
            # What can wait may wait for a machine.
            if cluster.workloads[name]["tier"] != "standard":
                held = ready and cluster.left(name, lost)
                target = _why(f"is ready without {where}", cluster, name, held=held)
                yield _attempt(name, target, granted=held)
        cluster.open(lost)


def rounds(
    nodes: Mapping[str, Mapping[str, str]], pools: Mapping[str, Sequence[str]]
) -> list[set[str]]:
    """Nodes that are away together: those of a zone, and a machine of each pool."""
    zones: dict[str, set[str]] = {}
    for name, labels in sorted(nodes.items()):
        if _ZONE in labels:
            zones.setdefault(labels[_ZONE], set()).add(name)
    machines = zip_longest(*pools.values())
    return [
        (zone or set()) | {machine for machine in each or () if machine}
        for zone, each in zip_longest(zones.values(), machines)
    ]


def _where(lost: Mapping[str, Mapping[str, str]]) -> str:
    zones = sorted({labels[_ZONE] for labels in lost.values() if _ZONE in labels})
    return " and ".join([*zones, *sorted(name for name in lost if _ZONE not in lost[name])])


def _second(cluster: Cluster, lost: set[str]) -> Iterator[Attempt]:
    for name, each in cluster.workloads.items():
        pods = [p for p in cluster.watch.pods if p.namespace == each["namespace"] and p.ready]
        # One that has to go anyway.
        pods.sort(key=lambda pod: pod.node not in lost)
        yield _attempt(name, "lets one of its pods go", granted=any(map(cluster.goes, pods[:1])))
        asked = [cluster.evict(pod, only_ask=True) for pod in pods[1:]]
        yield Attempt(
            actor=name,
            target="lets a second one go",
            expected=False,
            granted=HTTPStatus.CREATED in asked,
        )


def _grown(cluster: Cluster, groups: list[Mapping[str, Any]]) -> Iterator[Attempt]:
    for group in groups:
        cluster.add(group["labels"], group["maximum"])
    most = {name: int(each["maximum"]) for name, each in cluster.workloads.items()}
    cluster.scale(most)
    for name, there in cluster.ready(most, _PATIENCE_S).items():
        yield _attempt(
            name, _why("has grown to its maximum", cluster, name, held=there), granted=there
        )


def throughout(
    workloads: Mapping[str, Any],
    seen: Watch,
    before: Mapping[str, int],
    pools: Mapping[str, Sequence[str]],
) -> Iterator[Attempt]:
    """What held at every moment: enough were ready, and nobody left the data centre."""
    for name, each in workloads.items():
        fewest = seen.fewest.get(each["namespace"], 0)
        budget = before[name] - each["away"]
        below = (
            "" if fewest >= budget else f" ({fewest} of {before[name]} were ready, not {budget})"
        )
        yield _attempt(name, f"was within its budget{below}", granted=fewest >= budget)
        for pool in pools.keys() & set(each["nodes"].values()):
            strays = seen.visited[each["namespace"]] - {*pools[pool]}
            yield _attempt(name, "stayed in the data centre", granted=not strays)


def _why(target: str, cluster: Cluster, name: str, *, held: bool) -> str:
    """With the scheduler's words and numbers, if something is short."""
    waits = "" if held else cluster.waits(name)
    return f"{target} ({waits})" if waits else target


def _attempt(name: str, target: str, *, granted: bool) -> Attempt:
    return Attempt(actor=name, target=target, expected=True, granted=granted)


SCHEDULING = Drill(
    name="scheduling",
    claim="without a zone, while nodes are emptied, and grown to the maximum, all finds a node, and"
    " no more is away than a budget allows",
    needs="workloads",
    attempts=_attempts,
)
