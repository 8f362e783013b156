"""Whether what was declared can run at all, judged by the resources alone, whatever derived them.

For what neither a stack file nor the catalogue can say wrong, since it is derived: each finding has
what is wanted, what there is, and what to change.
"""

from collections.abc import Callable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any, cast

import kubernetes

from rehearsal.providers.vsphere.nodes import node_of
from tests.engine import Declared, Deployment

Plain = dict[str, Any]

_kubernetes: Any = kubernetes
"""A client without types of its own."""
_quantity = _kubernetes.utils.parse_quantity

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
SCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
QUOTA = "kubernetes:core/v1:ResourceQuota"
SERVICE = "kubernetes:core/v1:Service"
CRON = "kubernetes:batch/v1:CronJob"
RELEASE = "kubernetes:helm.sh/v3:Release"
POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
GROUP = "eks:index:ManagedNodeGroup"
MACHINE = "vsphere:index/virtualMachine:VirtualMachine"
NAMESPACE = "kubernetes.io/metadata.name"
HOST = "kubernetes.io/hostname"
PROXY = {"requests.cpu": "100m", "requests.memory": "128Mi", "limits.memory": "256Mi"}
"""What the mesh puts beside each pod."""


def quotas_hold(bank: Deployment) -> Iterator[str]:
    """A namespace's share holds as many pods as its workload grows to, and one that replaces."""
    for name, spec in _workloads(bank):
        pods = int(_scaler(bank, name)["maxReplicas"]) + 1
        hard = _of(bank, QUOTA, name)["hard"]
        asked = {"pods": pods} | {
            key: pods
            * (sum(_asked(each, key) for each in _containers(spec)) + _quantity(PROXY[key]))
            for key in PROXY
        }
        for key, wanted in asked.items():
            if wanted > (there := _quantity(hard[key])):
                yield (
                    f"{name}: {pods} pods want {wanted} of {key}, and its quota has {there};"
                    " raise the quota, or lower replicas or their size"
                )


def budgets_allow_a_drain(bank: Deployment) -> Iterator[str]:
    """Of the fewest replicas there are, one may be taken away."""
    for name, _ in _workloads(bank):
        least, budget = int(_scaler(bank, name)["minReplicas"]), _of(bank, BUDGET, name)
        kept = int(budget.get("minAvailable", least - int(budget.get("maxUnavailable", 0))))
        if not 0 < kept < least:
            yield (
                f"{name}: its disruption budget keeps {kept} replicas, and its autoscaler goes down"
                f" to {least}; keep {least - 1} at most and 1 at least"
            )


def hosts_are_enough(bank: Deployment) -> Iterator[str]:
    """Who wants a node for each pod finds as many nodes as there can be pods."""
    for name, spec in _workloads(bank):
        affinity: Plain = spec.get("affinity") or {}
        apart: Plain = affinity.get("podAntiAffinity") or {}
        rules: list[Plain] = apart.get("requiredDuringSchedulingIgnoredDuringExecution") or []
        wanted = int(_scaler(bank, name)["maxReplicas"])
        there = sum(most for labels, _, most in _nodes(bank) if _selects(spec, labels))
        if any(rule["topologyKey"] == HOST for rule in rules) and wanted > there:
            yield (
                f"{name}: wants a node for each of {wanted} pods, and there are {there} at most;"
                " spread pods evenly instead, or have more nodes"
            )


def volumes_have_one_writer(bank: Deployment) -> Iterator[str]:
    """Nothing that is scaled mounts a claim: one node writes to it, and pods are on several."""
    for name, spec in _workloads(bank):
        most = int(_scaler(bank, name)["maxReplicas"])
        for volume in spec["volumes"]:
            if claim := volume.get("persistentVolumeClaim"):
                yield (
                    f"{name}: up to {most} replicas would write to the volume of 1 node,"
                    f" {claim['claimName']}; keep it in the database, or have 1 replica"
                )


def taints_and_tolerations_agree(bank: Deployment) -> Iterator[str]:
    """Everybody tolerates what is on their nodes and nothing else; each taint is for somebody."""
    nodes = _nodes(bank)
    taints = {taint for _, each, _ in nodes for taint in each}
    used: set[tuple[str, str]] = set()
    for name, spec in (*_workloads(bank), *_platforms(bank)):
        given = spec.get("tolerations") or ()
        tolerated = {(each["key"], each["value"]) for each in given if "key" in each}
        homes = [each for labels, each, _ in nodes if _selects(spec, labels)]
        if not homes:
            yield (
                f"{name}: wants nodes labelled {spec.get('nodeSelector')}, and of {len(nodes)}"
                " kinds none is; label some, or ask for others"
            )
        used |= tolerated
        for key, value in sorted(tolerated - taints):
            yield (
                f"{name}: tolerates {key}={value}, which none of {len(nodes)} kinds of nodes has;"
                " leave it out, or taint nodes"
            )
        # Who tolerates all is kept from nowhere, and is not whom nodes are kept free for.
        anything = any("key" not in each for each in given)
        kept = [] if anything else [sorted(each - tolerated) for each in homes]
        if kept and all(kept):
            told = ", ".join(f"{key}={value}" for key, value in kept[0])
            yield (
                f"{name}: is kept from all {len(kept)} kinds of its nodes, from the first by"
                f" {told}; let it tolerate that"
            )
    for key, value in sorted(taints - used):
        yield f"nodes: {key}={value} keeps everybody away; let somebody tolerate it, or take it off"


def ports_are_answered(bank: Deployment) -> Iterator[str]:
    """A policy opens no port at which nobody answers."""
    workloads = dict(_workloads(bank))
    answers = {
        name: {int(port["containerPort"]) for each in spec["containers"] for port in each["ports"]}
        for name, spec in workloads.items()
    }
    outside = _opened(bank)
    for policy in bank.of(POLICY):
        name, spec = policy.inputs["metadata"]["namespace"], policy.inputs["spec"]
        if name not in workloads:
            continue
        asked = [
            # Metrics are the proxy's to tell.
            *((name, _ports(rule) - {15020}) for rule in spec.get("ingress") or ()),
            *(
                (peer["namespaceSelector"]["matchLabels"][NAMESPACE], _ports(rule))
                for rule in spec.get("egress") or ()
                for peer in rule["to"]
                if "namespaceSelector" in peer
            ),
        ]
        for other, ports in asked:
            if other in answers and (odd := ports - answers[other]):
                yield (
                    f"{name}: its policy opens {_told(odd)} of {other}, which answers at"
                    f" {_told(answers[other])}; open those, or leave it out"
                )
        for rule in spec.get("egress") or ():
            for block in {peer["ipBlock"]["cidr"] for peer in rule["to"] if "ipBlock" in peer}:
                if block in outside and (odd := _ports(rule) - outside[block]):
                    yield (
                        f"{name}: its policy opens {_told(odd)} of {block}, where servers listen at"
                        f" {_told(outside[block])}; open those, or leave it out"
                    )


def names_can_be_asked_for(bank: Deployment) -> Iterator[str]:
    """Whoever may open connections at all may ask the cluster for names, both ways."""
    yield from _missing(bank, "egress", "to", "kube-system", {53}, "asks no names")


def metrics_are_let_in(bank: Deployment) -> Iterator[str]:
    """Who gathers metrics gets in."""
    yield from _missing(bank, "ingress", "from", "monitoring", {15020}, "shows no metrics")


FEASIBLE: tuple[Callable[[Deployment], Iterator[str]], ...] = (
    quotas_hold,
    budgets_allow_a_drain,
    hosts_are_enough,
    volumes_have_one_writer,
    taints_and_tolerations_agree,
    ports_are_answered,
    names_can_be_asked_for,
    metrics_are_let_in,
)


def _workloads(bank: Deployment) -> list[tuple[str, Plain]]:
    """What is scaled, each by its namespace, with its pods."""
    found = [each.inputs for each in bank.of(DEPLOYMENT)]
    return [(it["metadata"]["namespace"], it["spec"]["template"]["spec"]) for it in found]


def _platforms(bank: Deployment) -> Iterator[tuple[str, Plain]]:
    """What else asks for nodes: jobs, and what charts are told of their pods."""
    for job in bank.of(CRON):
        yield job.name, job.inputs["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    for release in bank.of(RELEASE):
        values = release.inputs["values"]
        pods = values.get("server", values)
        if "nodeSelector" in pods:
            yield release.name, pods


def _of(bank: Deployment, type_: str, namespace: str) -> Plain:
    (found,) = [r for r in bank.of(type_) if r.inputs["metadata"]["namespace"] == namespace]
    return found.inputs["spec"]


def _scaler(bank: Deployment, namespace: str) -> Plain:
    return _of(bank, SCALER, namespace)


def _containers(spec: Plain) -> list[Plain]:
    return [*spec.get("initContainers", ()), *spec["containers"]]


def _asked(container: Plain, key: str) -> Any:
    bound, what = key.split(".")
    return _quantity(container["resources"][bound][what])


def _nodes(bank: Deployment) -> list[tuple[Mapping[str, str], set[tuple[str, str]], int]]:
    """Each kind: its labels, its taints, and how many of it there are at most."""
    groups = [
        (each["labels"], each.get("taints") or (), int(each["scalingConfig"]["maxSize"]))
        for each in (group.inputs for group in bank.of(GROUP))
    ]
    nodes = [_node(machine) for machine in bank.of(MACHINE)]
    machines = [(node["metadata"]["labels"], node["spec"]["taints"], 1) for node in nodes]
    return [
        (labels, {(taint["key"], taint["value"]) for taint in taints}, most)
        for labels, taints, most in (*groups, *machines)
    ]


def _node(machine: Declared) -> Plain:
    inputs = dict(machine.inputs)
    inputs["extraConfig"] = {
        key: each["value"] if isinstance(each, dict) else each
        for key, each in cast("Plain", inputs["extraConfig"]).items()
    }
    return node_of(inputs)


def _selects(spec: Plain, labels: Mapping[str, str]) -> bool:
    wanted: Mapping[str, str] = spec.get("nodeSelector") or {}
    return wanted.items() <= labels.items()


def _opened(bank: Deployment) -> dict[str, set[int]]:
    """The networks in which brokers and databases are, and the ports that are open there."""
    data = [
        each.inputs["cidrBlock"]
        for each in bank.of("aws:ec2/subnet:Subnet")
        if "-data-" in each.name
    ]
    ports = {
        int(rule["fromPort"])
        for group in bank.of("aws:ec2/securityGroup:SecurityGroup")
        if group.name.endswith(("-brokers", "-database", "-instances", "-clients"))
        for rule in group.inputs["ingress"]
    }
    return {str(ip_network(block)): ports for block in data}


def _ports(rule: Plain) -> set[int]:
    return {int(port["port"]) for port in rule["ports"] if port.get("protocol", "TCP") == "TCP"}


def _told(ports: set[int]) -> str:
    return ", ".join(map(str, sorted(ports)))


def _missing(  # noqa: PLR0913, PLR0917 - what a rule consists of
    bank: Deployment, way: str, peers: str, namespace: str, ports: set[int], lacking: str
) -> Iterator[str]:
    for name, _ in _workloads(bank):
        rules = [
            rule
            for policy in bank.of(POLICY)
            if policy.inputs["metadata"]["namespace"] == name
            for rule in policy.inputs["spec"].get(way) or ()
        ]
        opened = {
            port
            for rule in rules
            for peer in rule[peers]
            if peer.get("namespaceSelector", {}).get("matchLabels", {}).get(NAMESPACE) == namespace
            for port in _ports(rule)
        }
        if not ports <= opened:
            yield (
                f"{name}: {lacking}: of {namespace} its policies open {_told(opened) or 'nothing'};"
                f" open {_told(ports)}"
            )
