"""The single values of a stack file that are about the link to the data centre.

Beside ``_fields``, and like it: every function returns the value read or raises ``Refused``.
"""

import re
from ipaddress import IPv4Address, IPv4Network

from settings._allowed import (
    OWN_NUMBERS,
    PRIVATE_SPACE,
    RESERVED_NUMBERS,
    RESERVED_TUNNELS,
    THEIR_NUMBERS,
    TUNNEL_SPACE,
    UNROUTED_SPACE,
)
from settings._fields import Refused, network, text, whole
from settings._telling import listed

_LARGEST = 2**32 - 1
"""Of all numbers of autonomous systems."""
_BOTH_TUNNELS = 29
"""Prefix length: each of a connection's two tunnels takes a /30."""


def own_number(value: object) -> int:
    """The number of an autonomous system of ours, at AWS: a private one."""
    number = whole(1, _LARGEST)(value)
    if not any(number in numbers for numbers in OWN_NUMBERS):
        raise Refused(
            "not-a-private-asn",
            "is no private AS number that AWS takes for its side",
            f"use {listed(f'{numbers[0]} to {numbers[-1]}' for numbers in OWN_NUMBERS)}",
        )
    return number


def their_number(value: object) -> int:
    """The number of the data centre's autonomous system, private or the bank's own."""
    number = whole(THEIR_NUMBERS[0], THEIR_NUMBERS[-1])(value)
    if number in RESERVED_NUMBERS:
        raise Refused(
            "reserved-asn",
            "is an AS number that no data centre can have",
            "write the data centre's own, for example 65010",
        )
    return number


def connection(value: object) -> str:
    """The id of a Direct Connect connection."""
    written = text(value)
    if not re.fullmatch(r"dxcon-[0-9a-z]{8}", written):
        raise Refused(
            "not-a-connection",
            "is not the id of a Direct Connect connection",
            "write dxcon- and its eight letters and digits, as AWS tells it",
        )
    return written


def device(value: object) -> str:
    """The public address of a device of the data centre, as text."""
    written = text(value)
    try:
        address = IPv4Address(written)
    except ValueError:
        address = None
    if address is None:
        raise Refused(
            "not-a-public-address",
            "is no IPv4 address",
            "write the device's public address, for example 203.0.113.10",
        )
    if any(address in space for space in (*PRIVATE_SPACE, *UNROUTED_SPACE)):
        raise Refused(
            "not-a-public-address",
            "is an address that the internet does not route",
            "write the device's public address, for example 203.0.113.10",
        )
    return written


def tunnels(value: object) -> IPv4Network:
    """The addresses inside the two tunnels to one device."""
    found = network(value)
    if found.prefixlen != _BOTH_TUNNELS or not found.subnet_of(TUNNEL_SPACE):
        raise Refused(
            "not-tunnels",
            "is no network for the inside of two tunnels",
            f"use a /{_BOTH_TUNNELS} of {TUNNEL_SPACE}: each tunnel takes half of it",
        )
    if taken := [block for block in RESERVED_TUNNELS if block.overlaps(found)]:
        raise Refused(
            "reserved-tunnels",
            f"has addresses that AWS keeps for itself, {taken[0]}",
            f"use another /{_BOTH_TUNNELS} of {TUNNEL_SPACE}",
        )
    return found
