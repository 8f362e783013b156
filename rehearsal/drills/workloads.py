"""Every workload on the live cluster: there, whole, as declared, and on the nodes it belongs to.

It looks at Deployments, pods and nodes themselves: one that was edited, moved or scaled away by
hand is seen, whatever the state says.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import kubernetes
from kubernetes.client.exceptions import ApiException

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs

_kubernetes: Any = kubernetes
"""A client without types of its own."""

_PATIENCE_S = 60.0
"""How long replicas may take that were asked for just now."""


@dataclass(frozen=True, kw_only=True)
class _Live:
    """What the cluster has.

    Args:
        deployment: The Deployment; None where there is none.
        pods: Its pods that are not going.
        nodes: Labels of each node, by its name.
    """

    deployment: Any
    pods: list[Any]
    nodes: Mapping[str, Mapping[str, str]]


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    client = _kubernetes.config.new_client_from_config(addresses["kubernetes"]["kubeconfig"])
    core, apps = _kubernetes.client.CoreV1Api(client), _kubernetes.client.AppsV1Api(client)
    declared: Mapping[str, Any] = outputs["workloads"]
    until = time.monotonic() + _PATIENCE_S
    attempts: list[Attempt] = []
    for name, wanted in sorted(declared.items()):
        seen = _seen(name, wanted, _look(core, apps, name, wanted))
        while not all(attempt.held for attempt in seen) and time.monotonic() < until:
            time.sleep(1)
            seen = _seen(name, wanted, _look(core, apps, name, wanted))
        attempts += seen
    namespaces = {wanted["namespace"] for wanted in declared.values()}
    attempts += _strangers(apps, namespaces, set(declared))
    return attempts


def _look(core: Any, apps: Any, name: str, wanted: Mapping[str, Any]) -> _Live:
    nodes: dict[str, Any] = {each.metadata.name: each.metadata.labels for each in _nodes(core)}
    try:
        deployment = apps.read_namespaced_deployment(name, wanted["namespace"])
    except ApiException:
        return _Live(deployment=None, pods=[], nodes=nodes)
    selector = ",".join(
        f"{key}={value}" for key, value in deployment.spec.selector.match_labels.items()
    )
    pods = core.list_namespaced_pod(wanted["namespace"], label_selector=selector).items
    return _Live(
        deployment=deployment,
        pods=[pod for pod in pods if pod.metadata.deletion_timestamp is None],
        nodes=nodes,
    )


def _nodes(core: Any) -> list[Any]:
    return core.list_node().items


def _seen(name: str, wanted: Mapping[str, Any], live: _Live) -> list[Attempt]:
    def shown(target: str, *, granted: bool, expected: bool = True) -> Attempt:
        return Attempt(actor=name, target=target, expected=expected, granted=granted)

    if live.deployment is None:
        return [shown("is there", granted=False)]
    spec, status = live.deployment.spec, live.deployment.status
    pod = spec.template.spec
    running = [each for each in live.pods if _is_ready(each)]
    homes = [live.nodes.get(each.spec.node_name or "", {}) for each in running]
    own = {container.name: container.image for container in pod.containers}
    asked: list[Any] = pod.tolerations or []
    tolerated = {each.key or "*": each.value for each in asked}
    at_home = [wanted["nodes"].items() <= home.items() for home in homes]
    return [
        shown("is there", granted=True),
        shown(
            "has all its replicas",
            granted=len(running) == spec.replicas == (status.available_replicas or 0)
            and spec.replicas >= wanted["minimum"],
        ),
        shown("runs its image", granted=own.get(name) == wanted["image"] and _same(running, pod)),
        shown("asks for its nodes", granted=pod.node_selector == wanted["nodes"]),
        shown("goes elsewhere", expected=False, granted=tolerated != wanted["tolerates"]),
        shown("is on its nodes", granted=bool(homes) and all(at_home)),
        *(
            shown(f"is spread over {key}", granted=_is_spread(key, wanted, homes, live))
            for key in wanted["apart"]
        ),
    ]


def _is_ready(pod: Any) -> bool:
    conditions: list[Any] = pod.status.conditions or []
    return any(each.type == "Ready" and each.status == "True" for each in conditions)


def _same(pods: list[Any], template: Any) -> bool:
    """Whether pods run what their Deployment says."""
    wanted = {container.name: container.image for container in template.containers}
    return all(
        {each.name: each.image for each in pod.spec.containers}.items() >= wanted.items()
        for pod in pods
    )


def _is_spread(
    key: str, wanted: Mapping[str, Any], homes: list[Mapping[str, str]], live: _Live
) -> bool:
    """Whether no place has two more than another that pods could be in."""
    places = {
        labels[key]
        for labels in live.nodes.values()
        if key in labels and wanted["nodes"].items() <= labels.items()
    }
    there = Counter(home.get(key, "") for home in homes)
    numbers = [there[place] for place in places]
    return bool(numbers) and max(numbers) - min(numbers) <= 1 and there.keys() <= places


def _strangers(apps: Any, namespaces: set[str], declared: set[str]) -> Iterator[Attempt]:
    """Deployments beside the declared ones."""
    for deployment in apps.list_deployment_for_all_namespaces().items:
        name, namespace = deployment.metadata.name, deployment.metadata.namespace
        if namespace in namespaces and name not in declared:
            yield Attempt(actor=name, target="is there", expected=False, granted=True)


WORKLOADS = Drill(
    name="workloads",
    claim="every workload has its replicas, its image, and its own nodes, over all their zones",
    needs="workloads",
    attempts=_attempts,
)
