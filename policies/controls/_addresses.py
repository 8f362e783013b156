"""Ranges of IP addresses, and what is said of them."""

from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network

_WIDE = {4: 8, 6: 16}
"""Nobody owns as much as is wider: 0.0.0.0/0 can be said as two halves, or as many parts."""
_UNIQUE_LOCAL = IPv6Network("fc00::/7")
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
"""RFC 1918."""


def network(text: str) -> Network:
    """A range, as it is written.

    Raises:
        ValueError: It is none.
    """
    return ip_network(text, strict=False)


def is_everywhere(text: str) -> bool:
    """Whether it is all of the internet, or such a part of it as is nobody's own."""
    found = network(text)
    if isinstance(found, IPv6Network) and found.subnet_of(_UNIQUE_LOCAL):
        return False
    return found.prefixlen < _WIDE[found.version]


def is_private(text: str) -> bool:
    """Whether it lies in what RFC 1918 keeps for private use."""
    found = network(text)
    return isinstance(found, IPv4Network) and any(found.subnet_of(each) for each in _PRIVATE)
