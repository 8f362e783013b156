"""Nodes that are taken away, emptied and added, and what becomes of pods meanwhile.

Whatever is changed is written into a file first. From it all is put back: at the end, or by the
next one who comes, if nobody was there to do it.
"""

import json
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import kubernetes
from kubernetes.client.exceptions import ApiException

from rehearsal.drills._pods import Pod, Watch

_api: Any = kubernetes
"""A client without types of its own."""

_POLL_S = 0.2
_BRIEFLY_S = 5.0
"""How long a budget may take to learn of pods that are ready again."""
_ZONE, _HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"


@dataclass
class Notes:
    """What was changed and is to be put back.

    Args:
        file: Where it is written, before each change.
        replicas: How many of each Deployment there were, by its namespace.
        closed: Nodes that take no more pods.
        added: Nodes that were not there.
    """

    file: Path
    replicas: dict[str, int] = field(default_factory=dict[str, int])
    closed: list[str] = field(default_factory=list[str])
    added: list[str] = field(default_factory=list[str])

    @classmethod
    def read(cls, file: Path) -> "Notes":
        """What somebody left, or nothing."""
        return cls(file=file, **json.loads(file.read_text())) if file.exists() else cls(file=file)

    def write(self) -> None:
        """Keeps them, whole or not at all."""
        kept = {"replicas": self.replicas, "closed": self.closed, "added": self.added}
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(kept))
        draft.replace(self.file)


class Cluster:
    """A live cluster's nodes and workloads."""

    def __init__(self, kubeconfig: str, notes: Notes, workloads: Mapping[str, Any]) -> None:
        """Looks at it from now on.

        Args:
            kubeconfig: Its administrator's.
            notes: Where changes are kept.
            workloads: By name, as the stack exports them; each is alone in its namespace. Those
                that are not there are left out.
        """
        client = _api.config.new_client_from_config(kubeconfig)
        self.core, self._apps = _api.client.CoreV1Api(client), _api.client.AppsV1Api(client)
        self.notes = notes
        self.workloads = {name: it for name, it in workloads.items() if self._is_there(name, it)}
        # It has a connection of its own, which stays open.
        watching = _api.client.CoreV1Api(_api.config.new_client_from_config(kubeconfig))
        self.watch = Watch(watching, [each["namespace"] for each in workloads.values()])

    def nodes(self, labels: Mapping[str, str] | None = None) -> dict[str, Mapping[str, str]]:
        """Labels of each node that has these, by its name."""
        found = self.core.list_node().items
        has: dict[str, Mapping[str, str]] = {n.metadata.name: n.metadata.labels for n in found}
        wanted = (labels or {}).items()
        return {name: each for name, each in has.items() if wanted <= each.items()}

    def _is_there(self, name: str, wanted: Mapping[str, Any]) -> bool:
        try:
            self._apps.read_namespaced_deployment(name, wanted["namespace"])
        except ApiException:
            return False
        return True

    def replicas(self) -> dict[str, int]:
        """How many of each workload are wanted now, by its name."""
        return {
            name: self._apps.read_namespaced_deployment_scale(name, each["namespace"]).spec.replicas
            for name, each in self.workloads.items()
        }

    def scale(self, wanted: Mapping[str, int]) -> None:
        """Has so many of each, without a field that the program has declared."""
        for name, number in wanted.items():
            self._apps.patch_namespaced_deployment_scale(
                name, self.workloads[name]["namespace"], {"spec": {"replicas": number}}
            )

    def close(self, nodes: Collection[str]) -> None:
        """Lets no further pod onto these; what somebody else has closed is not ours to open."""
        shut = {
            each.metadata.name for each in self.core.list_node().items if each.spec.unschedulable
        }
        nodes = {*nodes} - (shut - {*self.notes.closed})
        self.notes.closed = sorted({*self.notes.closed, *nodes})
        self.notes.write()
        self._patch(nodes, closed=True)

    def open(self, nodes: Collection[str]) -> None:
        """Lets pods onto these again, if it was we who closed them."""
        nodes = {*nodes} & {*self.notes.closed}
        self._patch(nodes, closed=False)
        self.notes.closed = sorted({*self.notes.closed} - {*nodes})
        self.notes.write()

    def _patch(self, nodes: Collection[str], *, closed: bool) -> None:
        for name in nodes:
            self.core.patch_node(name, {"spec": {"unschedulable": True if closed else None}})

    def add(self, labels: Mapping[str, str], most: int) -> None:
        """Adds nodes with these labels until there are so many, like those that are there."""
        there = self.nodes(labels)
        zones = Counter(each.get(_ZONE, "") for each in there.values())
        for number in range(len(there), most):
            zone = min(sorted(zones), key=lambda each: zones[each])
            zones[zone] += 1
            sibling = next(name for name, each in there.items() if each.get(_ZONE, "") == zone)
            name = f"{sibling}-drill-{number}"
            self.notes.added.append(name)
            self.notes.write()
            self.core.create_node(_like(self.core.read_node(sibling), name))

    def evict(self, pod: Pod, *, only_ask: bool = False) -> int:
        """Asks that a pod go; returns the status: 201, 404 if it went already, 429 if it may not.

        Args:
            pod: The pod.
            only_ask: Whether it stays in any case.
        """
        try:
            self.core.create_namespaced_pod_eviction(
                pod.name,
                pod.namespace,
                {"metadata": {"name": pod.name, "namespace": pod.namespace}},
                **({"dry_run": "All"} if only_ask else {}),
            )
        except ApiException as refused:
            error: Any = refused
            status: int = error.status
            if status not in (HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS):
                raise
            return status
        return HTTPStatus.CREATED

    def goes(self, pod: Pod) -> bool:
        """Evicts a pod that may go; whether it went."""
        until = time.monotonic() + _BRIEFLY_S
        while (status := self.evict(pod)) == HTTPStatus.TOO_MANY_REQUESTS:
            if time.monotonic() > until:
                return False
            time.sleep(_POLL_S)
        return status == HTTPStatus.CREATED

    def empty(self, nodes: Collection[str], patience_s: float) -> bool:
        """Evicts all pods from closed nodes, as fast as their budgets let it; whether it could."""
        until = time.monotonic() + patience_s
        while left := staying(self.watch.pods, nodes):
            if time.monotonic() > until:
                return False
            for pod in left:
                self.evict(pod)
            # Refused ones are asked again when something has changed.
            before = {pod.name for pod in self.watch.pods if pod.ready}
            self.watch.until(lambda pods: {p.name for p in pods if p.ready} != before, _POLL_S)  # noqa: B023 - called at once
        return True

    def left(self, name: str, nodes: Collection[str]) -> bool:
        """Whether a workload has no pod on these nodes but such as were told to end."""
        kept = {pod.namespace for pod in staying(self.watch.pods, nodes)}
        return self.workloads[name]["namespace"] not in kept

    def ready(self, wanted: Mapping[str, int], patience_s: float) -> dict[str, bool]:
        """Waits for so many of each; which of them are there then."""

        def there(pods: Sequence[Pod]) -> dict[str, bool]:
            found = Counter(pod.namespace for pod in pods if pod.ready)
            alive = Counter(pod.namespace for pod in pods if not pod.going)
            return {
                name: found[space] == alive[space] == number
                for name, number in wanted.items()
                for space in [self.workloads[name]["namespace"]]
            }

        self.watch.until(lambda pods: all(there(pods).values()), patience_s)
        return there(self.watch.pods)

    def waits(self, name: str) -> str:
        """Why the scheduler finds no node for one of its pods; empty if it does for all."""
        space = self.workloads[name]["namespace"]
        return next((p.waits for p in self.watch.pods if p.namespace == space and p.waits), "")

    def put_back(self, patience_s: float) -> bool:
        """Makes all as it was by the notes; whether all pods are ready and spread then.

        Notes are thrown away only if they are.
        """
        notes = self.notes
        self.scale(notes.replicas)
        there = self.nodes()
        added = [name for name in notes.added if name in there]
        self.open([name for name in notes.closed if name in there and name not in added])
        self._patch(added, closed=True)
        gone = self.empty(added, patience_s)
        wanted = {name: notes.replicas.get(name, n) for name, n in self.replicas().items()}
        whole = all(self.ready(wanted, patience_s).values())
        if gone:
            for name in added:
                self.core.delete_node(name)
            notes.added = []
            notes.write()
        if gone and whole and self._spread(wanted, patience_s):
            notes.file.unlink(missing_ok=True)
            notes.replicas, notes.closed = {}, []
            return True
        return False

    def _spread(self, wanted: Mapping[str, int], patience_s: float) -> bool:
        """Evicts from where too many are, one of each workload at a time, until none is."""
        nodes = self.nodes()
        for _ in range(sum(wanted.values())):
            odd = {name: pod for name in wanted if (pod := self._in_a_crowd(name, nodes))}
            if not odd:
                return True
            for pod in odd.values():
                self.evict(pod)
            names = {pod.name for pod in odd.values()}
            self.watch.until(lambda pods: not names & {p.name for p in pods if p.ready}, 1)  # noqa: B023 - called at once
            if not all(self.ready(wanted, patience_s).values()):
                return False
        return False

    def _in_a_crowd(self, name: str, nodes: Mapping[str, Mapping[str, str]]) -> Pod | None:
        """A pod in a place that has two more than another; from the fullest node of it."""
        wanted = self.workloads[name]
        homes = {node: has for node, has in nodes.items() if wanted["nodes"].items() <= has.items()}
        pods = [
            pod
            for pod in self.watch.pods
            if pod.namespace == wanted["namespace"] and pod.ready and pod.node in homes
        ]
        return crowded(pods, homes, wanted["apart"])


def staying(pods: Sequence[Pod], nodes: Collection[str]) -> list[Pod]:
    """Pods on these nodes; one that was told to end is as good as gone, and may take its time."""
    return [pod for pod in pods if pod.node in nodes and not pod.going]


def crowded(
    pods: Sequence[Pod], homes: Mapping[str, Mapping[str, str]], apart: Sequence[str]
) -> Pod | None:
    """A pod in a place that has two more than another, from the fullest node of it; or none.

    Args:
        pods: All of one workload.
        homes: Labels of each node that it may be on.
        apart: Labels over whose values it is to be spread.
    """
    on = Counter(pod.node for pod in pods)
    for key in apart:
        there = Counter({labels[key]: 0 for labels in homes.values()})
        there.update(homes[pod.node][key] for pod in pods)
        fullest = max(there, key=lambda place: there[place])
        if there[fullest] > min(there.values()) + 1:
            inside = [pod for pod in pods if homes[pod.node][key] == fullest]
            return max(inside, key=lambda pod: on[pod.node])
    return None


def _like(sibling: Any, name: str) -> dict[str, Any]:
    """A node as this one, with a name of its own."""
    # Kubernetes' own come by themselves.
    taints = [
        {"key": taint.key, "value": taint.value, "effect": taint.effect}
        for taint in sibling.spec.taints or ()
        if not taint.key.startswith("node.kubernetes.io/")
    ]
    return {
        "metadata": {"name": name, "labels": {**sibling.metadata.labels, _HOST: name}},
        "spec": {"taints": taints},
        "status": {
            "allocatable": sibling.status.allocatable,
            "capacity": sibling.status.capacity,
        },
    }
