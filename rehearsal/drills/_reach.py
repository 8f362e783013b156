"""Who may open a connection to whom, by a cluster's network policies. Pure: reads what is there.

Follows the API's own words (``networking.k8s.io/v1``): a pod that no policy selects is open in that
direction, and one that is selected opens only what one of them allows. What it cannot judge, such
as a port by its name, it refuses to judge.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from itertools import product
from typing import Any

Object = Mapping[str, Any]
Labels = Mapping[str, str]
Address = IPv4Address | IPv6Address

INGRESS, EGRESS = "Ingress", "Egress"
_MOST = 65535


@dataclass(frozen=True, kw_only=True)
class Pod:
    """A pod that is there or could be.

    Args:
        namespace: Its namespace.
        labels: Its labels.
        of_namespace: Its namespace's labels.
    """

    namespace: str
    labels: Labels
    of_namespace: Labels


@dataclass(frozen=True, kw_only=True)
class Port:
    """A port of a transport."""

    number: int
    protocol: str = "TCP"

    def __str__(self) -> str:
        return f"{self.number}" if self.protocol == "TCP" else f"{self.number}/{self.protocol}"


def connects(
    policies: Sequence[Object], source: Pod, target: Pod, among: Sequence[Port]
) -> list[Port]:
    """The ports at which a pod may open a connection to another: both ends have to allow it."""
    return leaves(policies, source, target, enters(policies, source, target, among))


def leaves(
    policies: Sequence[Object], source: Pod, target: Pod | Address, among: Sequence[Port]
) -> list[Port]:
    """The ports at which the policies of who asks allow it."""
    return _allowed(policies, EGRESS, source, target, among)


def enters(
    policies: Sequence[Object], source: Pod | Address, target: Pod, among: Sequence[Port]
) -> list[Port]:
    """The ports at which the policies of who is asked allow it."""
    return _allowed(policies, INGRESS, target, source, among)


def closed(policies: Sequence[Object], namespace: str, direction: str) -> bool:
    """Whether a policy selects every pod of a namespace and allows nothing by itself."""
    rules = "ingress" if direction == INGRESS else "egress"
    return any(
        policy["metadata"]["namespace"] == namespace
        and not _terms(policy["spec"].get("podSelector"))
        and direction in _directions(policy)
        and not policy["spec"].get(rules)
        for policy in policies
    )


def _allowed(
    policies: Sequence[Object],
    direction: str,
    own: Pod,
    other: Pod | Address,
    among: Sequence[Port],
) -> list[Port]:
    selecting = [
        policy
        for policy in policies
        if policy["metadata"]["namespace"] == own.namespace
        and direction in _directions(policy)
        and selects(policy["spec"].get("podSelector"), own.labels)
    ]
    if not selecting:
        return list(among)
    peers, rules = ("from", "ingress") if direction == INGRESS else ("to", "egress")
    meant = [
        rule.get("ports")
        for policy in selecting
        for rule in policy["spec"].get(rules) or ()
        if _has_peer(rule.get(peers), own.namespace, other)
    ]
    return [port for port in among if any(_has_port(ports, port) for ports in meant)]


def _directions(policy: Object) -> Sequence[str]:
    spec = policy["spec"]
    return spec.get("policyTypes") or [INGRESS, *([EGRESS] if spec.get("egress") else [])]


def _has_port(ports: Sequence[Object] | None, port: Port) -> bool:
    return not ports or any(
        each.get("protocol", "TCP") == port.protocol and first <= port.number <= last
        for each in ports
        for first, last in [_range(each)]
    )


def _range(port: Object) -> tuple[int, int]:
    number = port.get("port")
    if number is None:
        return 0, _MOST
    if not isinstance(number, int):
        raise TypeError(f"a network policy names port {number!r}, and which that is depends")
    return number, port.get("endPort") or number


def _has_peer(peers: Sequence[Object] | None, namespace: str, other: Pod | Address) -> bool:
    return not peers or any(_is(peer, namespace, other) for peer in peers)


def _is(peer: Object, namespace: str, other: Pod | Address) -> bool:
    if not isinstance(other, Pod):
        return any(other in network for network in _blocks(peer))
    if "ipBlock" in peer:
        # A pod has an address too. Where a block says anything of pods is looked at by address.
        return False
    if peer.get("namespaceSelector") is None:
        there = other.namespace == namespace
    else:
        there = selects(peer["namespaceSelector"], other.of_namespace)
    return there and selects(peer.get("podSelector"), other.labels)


def _blocks(peer: Object) -> Iterator[IPv4Network | IPv6Network]:
    block = peer.get("ipBlock")
    if block is None:
        return
    left = [ip_network(block["cidr"])]
    for each in block.get("except") or ():
        out: Any = ip_network(each)
        kept: list[Any] = []
        for network in left:
            if not network.overlaps(out):
                kept.append(network)
            elif out.prefixlen > network.prefixlen:
                kept += network.address_exclude(out)  # pyright: ignore[reportArgumentType]
        left = kept
    yield from left


def selects(selector: Object | None, labels: Labels) -> bool:
    """Whether a selector selects what has these labels; one that says nothing selects all."""
    for key, operator, values in _terms(selector):
        value = labels.get(key)
        if operator == "In":
            held = value in values
        elif operator == "NotIn":
            held = value not in values
        elif operator == "Exists":
            held = value is not None
        elif operator == "DoesNotExist":
            held = value is None
        else:
            raise ValueError(f"a selector has the operator {operator!r}, which is not known here")
        if not held:
            return False
    return True


def _terms(selector: Object | None) -> list[tuple[str, str, Sequence[str]]]:
    selector = selector or {}
    labels: Labels = selector.get("matchLabels") or {}
    return [
        *((key, "In", [value]) for key, value in labels.items()),
        *(
            (each["key"], each["operator"], each.get("values") or [])
            for each in selector.get("matchExpressions") or ()
        ),
    ]


# What there is to ask about. Between the values that the policies name they decide alike, so it is
# enough to ask once for each of them, and once beside each.


def ports(policies: Sequence[Object], more: Iterable[int] = ()) -> list[Port]:
    """Every port at which the policies' answer may change, of each transport."""
    named = {
        edge
        for policy in policies
        for rules in ("ingress", "egress")
        for rule in policy["spec"].get(rules) or ()
        for port in rule.get("ports") or ()
        for edge in _range(port)
    }
    numbers = sorted(
        number
        for each in {1, _MOST, *named, *more}
        for number in (each - 1, each, each + 1)
        if 1 <= number <= _MOST
    )
    return [
        Port(number=number, protocol=protocol)
        for protocol, number in product(("TCP", "UDP", "SCTP"), dict.fromkeys(numbers))
    ]


def addresses(policies: Sequence[Object], more: Iterable[str] = ()) -> list[Address]:
    """The ends of every block of addresses that is named, and those beside it."""
    named: list[Any] = [
        block
        for policy in policies
        for rules, peers in (("ingress", "from"), ("egress", "to"))
        for rule in policy["spec"].get(rules) or ()
        for peer in rule.get(peers) or ()
        for block in _named(peer)
    ]
    everywhere = ("0.0.0.0/0", "::/0")
    found: dict[Address, None] = {}
    for network in (*named, *map(ip_network, (*everywhere, *more))):
        most = 2**network.max_prefixlen - 1
        first, last = int(network.network_address), int(network.broadcast_address)
        for number in (first - 1, first, last, last + 1):
            if 0 <= number <= most:
                one = IPv4Address(number) if network.version == 4 else IPv6Address(number)  # noqa: PLR2004 - IPv4
                found[one] = None
    return list(found)


def _named(peer: Object) -> Iterator[IPv4Network | IPv6Network]:
    block: Object = peer.get("ipBlock") or {}
    left_out: Sequence[str] = block.get("except") or ()
    texts: Sequence[str] = [block["cidr"], *left_out] if block else []
    yield from map(ip_network, texts)


def pods(
    policies: Sequence[Object], namespaces: Mapping[str, Labels], more: Iterable[Labels] = ()
) -> list[Pod]:
    """A pod of each kind that a selector could mean, in each namespace that one could mean.

    Args:
        policies: The policies.
        namespaces: Those that are there, with their labels.
        more: Labels that pods are known to have.
    """
    places = dict(namespaces)
    kinds: list[Labels] = [{}, *more]
    for policy in policies:
        kinds.append(_witness(policy["spec"].get("podSelector")))
        for rules, peers in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(rules) or ():
                for peer in rule.get(peers) or ():
                    kinds.append(_witness(peer.get("podSelector")))
                    wanted = peer.get("namespaceSelector")
                    if not any(selects(wanted, labels) for labels in places.values()):
                        labels = _witness(wanted)
                        name = labels.get("kubernetes.io/metadata.name", f"{labels}")
                        places[name] = labels
    different = {tuple(sorted(labels.items())): labels for labels in kinds}.values()
    return [
        Pod(namespace=name, labels=labels, of_namespace=of)
        for name, of in places.items()
        for labels in different
    ]


def _witness(selector: Object | None) -> Labels:
    """Labels that a selector selects, as few as it takes.

    Raises:
        ValueError: None were found, so what it means is not known.
    """
    terms = _terms(selector)
    named = {value for _, _, values in terms for value in values}
    free = next(f"any{number}" for number in range(len(named) + 1) if f"any{number}" not in named)
    choices: dict[str, list[str]] = {}
    for key, operator, values in terms:
        if operator in ("In", "Exists"):
            choices.setdefault(key, []).extend(values or [free])
    for values in product(*choices.values()):
        labels = dict(zip(choices, values, strict=True))
        if selects(selector, labels):
            return labels
    raise ValueError(f"nothing was found that {selector} selects")
