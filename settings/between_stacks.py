"""What the stack files must agree on among each other.

Owns only that. It looks at the configurations rather than at ``Settings``, so that a mistake
elsewhere in a file does not keep these from being told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from ipaddress import IPv4Network
from itertools import combinations
from typing import TypeVar

from problems import Problem
from settings._account_fields import bucket
from settings._fields import Refused, account, network, own_network
from settings._places import is_mapping
from settings._telling import NAMESPACE, path_of, shown

Value = TypeVar("Value")
Conflict = tuple[str, Problem]
"""The stack in whose file it is told, and what."""


def conflicts(configs: Mapping[str, Mapping[str, object]]) -> Iterator[Conflict]:
    """Each conflict between stacks, with the stack in whose file it is told.

    Args:
        configs: Stack to its configuration, as ``load_settings`` takes it.
    """
    networks = _of_each(configs, own_network, "network", "cidr")
    # All with all: one data centre is linked to every stack, and routes an address to one of them.
    yield from _overlaps(
        (stack, what, place, block)
        for what, place in (
            ("network", ("network", "cidr")),
            ("nodes", ("onPremises", "nodes")),
            ("pods", ("onPremises", "pods")),
        )
        for stack, block in _of_each(configs, network, *place).items()
    )
    yield from _on_one_line(configs)
    yield from _at_one_device(configs)
    for owner, block in networks.items():
        yield from _noted_elsewhere(configs, owner, block)
    yield from _shared(configs, "shared-account", account, "the account", "account")
    yield from _shared(
        configs, "shared-state", bucket, "the bucket of the state", "delivery", "stateBucket"
    )


def _overlaps(
    blocks: Iterable[tuple[str, str, tuple[str, ...], IPv4Network]],
) -> Iterator[Conflict]:
    """Addresses that two stacks have: of each its stack, what it is, its key, its block."""
    for (stack, what, _, block), (other, _, place, others_block) in combinations(blocks, 2):
        if stack != other and block.overlaps(others_block):
            yield (
                other,
                Problem(
                    code="overlap",
                    path=path_of(*place),
                    what=f"overlaps the {what} of {stack}, {block}",
                    got=others_block,
                    fix="move the one whose addresses are not yet in use",
                ),
            )


def _on_one_line(configs: Mapping[str, Mapping[str, object]]) -> Iterator[Conflict]:
    """A VLAN that two stacks have on one connection of Direct Connect."""
    lines = _of_each(configs, _mapping, "onPremises", "link", "connections")
    for (stack, some), (other, others) in combinations(lines.items(), 2):
        for connection in some.keys() & others.keys():
            if some[connection] == others[connection]:
                yield (
                    other,
                    Problem(
                        code="shared-vlan",
                        path=path_of("onPremises", "link", "connections", connection),
                        what=f"is the VLAN of {stack} on this connection too",
                        got=shown(others[connection]),
                        fix="give each stack its own",
                    ),
                )


def _at_one_device(configs: Mapping[str, Mapping[str, object]]) -> Iterator[Conflict]:
    """Addresses inside tunnels that two stacks have at one device, which could not tell them."""
    devices = {
        device
        for gateways in _of_each(configs, _mapping, "onPremises", "link", "gateways").values()
        for device in gateways
    }
    for device in sorted(devices):
        place = ("onPremises", "link", "gateways", device)
        inside = _of_each(configs, network, *place)
        yield from _overlaps((stack, "tunnels", place, it) for stack, it in inside.items())


def _mapping(value: object) -> Mapping[str, object]:
    """A mapping, whatever is in it."""
    if not is_mapping(value):
        raise Refused("wrong-type", "must be a mapping", "write one")
    return value


def _noted_elsewhere(
    configs: Mapping[str, Mapping[str, object]], owner: str, block: IPv4Network
) -> Iterator[Conflict]:
    """A stack's network that another one's file notes wrongly."""
    for stack, noted in _of_each(configs, network, "network", "neighbours", owner).items():
        if noted != block and stack != owner:
            yield (
                stack,
                Problem(
                    code="neighbour-moved",
                    path=path_of("network", "neighbours", owner),
                    what=f"is not the network of {owner}",
                    got=noted,
                    fix=f"write {block}, as in its own file",
                ),
            )


def _shared(
    configs: Mapping[str, Mapping[str, object]],
    code: str,
    read: Callable[[object], object],
    whose: str,
    *place: str,
) -> Iterator[Conflict]:
    """What each stack has to have for itself, and two name."""
    for (stack, one), (other, another) in combinations(_of_each(configs, read, *place).items(), 2):
        if one == another:
            yield (
                other,
                Problem(
                    code=code,
                    path=path_of(*place),
                    what=f"is {whose} of {stack} too",
                    got=shown(one),
                    fix="give each stack its own",
                ),
            )


def _of_each(
    configs: Mapping[str, Mapping[str, object]], read: Callable[[object], Value], *place: str
) -> dict[str, Value]:
    """The value at this place in each configuration where it can be read."""
    values: dict[str, Value] = {}
    for stack, config in configs.items():
        value: object = config.get(f"{NAMESPACE}:{place[0]}")
        for key in place[1:]:
            value = value.get(key) if is_mapping(value) else None
        with suppress(Refused):
            values[stack] = read(value)
    return values
