"""Who may open a connection to whom, by the network policies that are in the cluster.

Nothing in a rehearsal enforces them, so they are read and reasoned about: a pod of every kind that
one of them could mean, in every namespace, towards every domain and from it, at every port at which
an answer could change. What should come out is what the stack exports, and nothing more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from typing import Any

import kubernetes

from rehearsal.drills import _reach as reach
from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._reach import Address, Pod, Port

_kubernetes: Any = kubernetes
"""A client without types of its own."""

_NAMES: Mapping[str, Any] = {
    "namespace": "kube-system",
    "pods": {"k8s-app": "kube-dns"},
    "ports": [53],
}
_CREDENTIALS: Mapping[str, Any] = {"networks": ["169.254.170.23/32"], "ports": [80]}
"""What every workload asks for, whatever it declares: names, and what its role gives it."""
_OTHER = "another pod in"
_MANY = 20
"""More ports than anybody declares: then a rule names none."""


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    client = _kubernetes.config.new_client_from_config(addresses["kubernetes"]["kubeconfig"])
    policies = client.sanitize_for_serialization(
        _kubernetes.client.NetworkingV1Api(client).list_network_policy_for_all_namespaces().items
    )
    namespaces: dict[str, reach.Labels] = {
        it.metadata.name: it.metadata.labels or {}
        for it in _kubernetes.client.CoreV1Api(client).list_namespace().items
    }
    return judged(outputs["ground"], policies, namespaces)


def judged(
    declared: Mapping[str, Any],
    policies: Sequence[reach.Object],
    namespaces: Mapping[str, reach.Labels],
) -> list[Attempt]:
    """Every connection that is open or should be, and for each two the word that no other is.

    Args:
        declared: What the stack exports of each domain's connections.
        policies: The policies that are there.
        namespaces: The namespaces that are there, with their labels.
    """
    ends = [end for it in declared.values() for end in (*it["admits"], *it["reaches"])]
    names = dict.fromkeys((*namespaces, *(end["namespace"] for end in (*ends, _NAMES))))
    places = {
        name: {"kubernetes.io/metadata.name": name, **namespaces.get(name, {})} for name in names
    }
    kinds: list[reach.Labels] = [it["pods"] for it in (*declared.values(), *ends, _NAMES)]
    spaces = {it["namespace"] for it in declared.values()}
    own = [each for each in policies if each["metadata"]["namespace"] in spaces]
    candidates = reach.pods(own, places, kinds)
    numbers = [
        int(port)
        for it in declared.values()
        for end in (*it["admits"], *it["reaches"], *it["networks"], _NAMES, _CREDENTIALS)
        for port in end["ports"]
    ]
    ports = reach.ports(own, numbers)
    world = _World(policies=policies, pods=candidates, ports=ports)
    found: dict[Attempt, None] = {}
    for name, it in sorted(declared.items()):
        for pod in _different(world, it):
            found |= dict.fromkeys(_summed(each) for each in _of_pod(name, it, pod, world))
    return list(found)


def _summed(attempt: Attempt) -> Attempt:
    """Pods beside the workloads' are all told of in one, unless one of them is open."""
    if not attempt.held:
        return attempt
    actor, target = (
        "any other pod" if each.startswith(_OTHER) else each
        for each in (attempt.actor, attempt.target)
    )
    return replace(attempt, actor=actor, target=target)


@dataclass(frozen=True, kw_only=True)
class _World:
    """What there is to try from one pod, or to it."""

    policies: Sequence[reach.Object]
    pods: Sequence[Pod]
    ports: Sequence[Port]


def _different(world: _World, it: Mapping[str, Any]) -> Iterable[Pod]:
    """The pods of a domain's namespace, one of all that the same policies select."""
    mine = [each for each in world.policies if each["metadata"]["namespace"] == it["namespace"]]
    alike: dict[tuple[bool, ...], Pod] = {}
    for pod in world.pods:
        if pod.namespace == it["namespace"]:
            selected = [reach.selects(each["spec"].get("podSelector"), pod.labels) for each in mine]
            alike.setdefault((it["pods"].items() <= pod.labels.items(), *selected), pod)
    return alike.values()


def _of_pod(name: str, it: Mapping[str, Any], own: Pod, world: _World) -> Iterator[Attempt]:
    """What comes to one pod of a domain's namespace, and goes from it."""
    policies, ports = world.policies, world.ports
    mine = [each for each in policies if each["metadata"]["namespace"] == own.namespace]
    # Any other pod in the namespace talks with nobody, whatever labels it has.
    works = it["pods"].items() <= own.labels.items()
    who = name if works else f"{_OTHER} {name}"
    admits: Sequence[Mapping[str, Any]] = it["admits"] if works else []
    reaches: Sequence[Mapping[str, Any]] = [*it["reaches"], _NAMES] if works else []
    for other in world.pods:
        at = other.namespace
        into, out = _ports(admits, other), _ports(reaches, other)
        yield from _told(at, "let in at", who, into, reach.enters(mine, other, own, ports))
        yield from _told(who, "let out to", at, out, reach.leaves(mine, own, other, ports))
        # What one end may open the other has to let in, be it whose it will.
        for port in out:
            granted = reach.connects(policies, own, other, [port])
            yield Attempt(
                actor=who, target=at, expected=True, granted=bool(granted), what=f"open {port} of"
            )
    networks = [*it["networks"], _CREDENTIALS] if works else []
    yield from _to_networks(who, own, networks, world)


def _to_networks(
    who: str, own: Pod, networks: Sequence[Mapping[str, Any]], world: _World
) -> Iterator[Attempt]:
    """What goes from a pod to where no pod is meant; from there nothing comes."""
    named = [network for each in networks for network in each["networks"]]
    mine = [each for each in world.policies if each["metadata"]["namespace"] == own.namespace]
    for address in reach.addresses(mine, named):
        wanted = _at(networks, address)
        inside = next((each for each in named if address in ip_network(each)), "anywhere else")
        out = reach.leaves(mine, own, address, world.ports)
        yield from _told(who, "let out to", inside, wanted, out)
        into = reach.enters(mine, address, own, world.ports)
        yield from _told("an address", "let in at", who, [], into)


def _told(
    actor: str, what: str, target: str, wanted: Iterable[Port], found: Iterable[Port]
) -> Iterator[Attempt]:
    """An attempt for each port that is open or should be, and one where none is."""
    wanted, found = set(wanted), set(found)
    if len(found) > _MANY:
        yield Attempt(
            actor=actor, target=target, expected=False, granted=True, what=f"{what} any port of"
        )
        found &= wanted
    for port in sorted(wanted | found, key=str):
        yield Attempt(
            actor=actor,
            target=target,
            expected=port in wanted,
            granted=port in found,
            what=f"{what} {port} of",
        )
    if not wanted | found:
        yield Attempt(
            actor=actor, target=target, expected=False, granted=False, what=f"{what} any port of"
        )


def _ports(ends: Sequence[Mapping[str, Any]], pod: Pod) -> set[Port]:
    """The ports that are declared for connections with a pod."""
    return {
        port
        for end in ends
        if end["namespace"] == pod.namespace and end["pods"].items() <= pod.labels.items()
        for port in _of(end)
    }


def _at(networks: Sequence[Mapping[str, Any]], address: Address) -> set[Port]:
    """The ports that are declared for connections to an address."""
    return {
        port
        for each in networks
        if any(address in ip_network(network) for network in each["networks"])
        for port in _of(each)
    }


def _of(end: Mapping[str, Any]) -> Iterator[Port]:
    for number in end["ports"]:
        yield Port(number=int(number))
        if end is _NAMES:
            yield Port(number=int(number), protocol="UDP")


SEGMENTS = Drill(
    name="segments",
    claim="by the network policies that are there, each domain talks with whom it declares, at the"
    " ports that are declared, and with nobody else",
    needs="ground",
    attempts=_attempts,
)
