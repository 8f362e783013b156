"""Pods as they come and go: all of some namespaces, watched, so that no moment is missed."""

import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod as it was seen last.

    Args:
        name: Its name.
        namespace: Where.
        node: On which node; empty as long as none has it.
        ready: Whether it answers, and is not going.
        going: Whether it was told to end.
        waits: Why the scheduler finds no node for it, in its words.
    """

    name: str
    namespace: str
    node: str
    ready: bool
    going: bool
    waits: str

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Pod":
        """From the object, as it is on the wire."""
        conditions = {each["type"]: each for each in found["status"].get("conditions") or ()}
        going = "deletionTimestamp" in found["metadata"]
        placed = conditions.get("PodScheduled", {})
        return cls(
            name=found["metadata"]["name"],
            namespace=found["metadata"]["namespace"],
            node=found["spec"].get("nodeName", ""),
            ready=conditions.get("Ready", {}).get("status") == "True" and not going,
            going=going,
            waits=placed.get("message", "") if placed.get("status") == "False" else "",
        )


class Watch:
    """The pods of some namespaces, and how few of them were ready at the worst."""

    def __init__(self, core: Any, namespaces: Collection[str]) -> None:
        self._core, self._namespaces = core, frozenset(namespaces)
        self._changed = threading.Condition()
        self._pods: dict[str, Pod] = {}
        self._ended = False
        self.fewest: dict[str, int] = {}
        """Ready pods, by namespace."""
        self.visited: dict[str, set[str]] = {name: set() for name in namespaces}
        """The nodes that pods were on, by namespace."""
        version = self._begin()
        self._thread = threading.Thread(target=self._follow, args=(version,), daemon=True)
        self._thread.start()

    @property
    def pods(self) -> list[Pod]:
        """As they are now."""
        with self._changed:
            return list(self._pods.values())

    def until(self, holds: Callable[[list[Pod]], bool], patience_s: float) -> bool:
        """Waits until something holds of the pods; returns whether it does."""
        with self._changed:
            return self._changed.wait_for(lambda: holds(list(self._pods.values())), patience_s)

    def end(self) -> None:
        """Looks no longer."""
        self._ended = True
        self._thread.join()

    def _begin(self) -> str:
        found = json.loads(self._core.list_pod_for_all_namespaces(_preload_content=False).data)
        with self._changed:
            self._pods.clear()
            for each in found["items"]:
                self._take("ADDED", each)
        version: str = found["metadata"]["resourceVersion"]
        return version

    def _follow(self, version: str) -> None:
        while not self._ended:
            answer = self._core.list_pod_for_all_namespaces(
                watch=True, resource_version=version, timeout_seconds=1, _preload_content=False
            )
            for line in _lines(answer):
                event = json.loads(line)
                if event["type"] == "ERROR":
                    # It was away too long to be told all that happened.
                    version = self._begin()
                    break
                version = event["object"]["metadata"]["resourceVersion"]
                with self._changed:
                    self._take(event["type"], event["object"])
                    self._count(event["object"]["metadata"]["namespace"])
                    self._changed.notify_all()

    def _take(self, kind: str, found: Mapping[str, Any]) -> None:
        pod = Pod.of(found)
        if pod.namespace not in self._namespaces:
            return
        if kind == "DELETED":
            self._pods.pop(found["metadata"]["uid"], None)
        else:
            self._pods[found["metadata"]["uid"]] = pod
        if pod.node:
            self.visited[pod.namespace].add(pod.node)

    def _count(self, namespace: str) -> None:
        if namespace in self._namespaces:
            ready = sum(pod.ready for pod in self._pods.values() if pod.namespace == namespace)
            self.fewest[namespace] = min(ready, self.fewest.get(namespace, ready))


def _lines(answer: Any) -> Iterator[bytes]:
    """The events of a watch, as they come."""
    rest = b""
    for chunk in answer.stream(amt=None, decode_content=False):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
