"""What the tunnels of a VPN connection may negotiate, and their addresses. Pure.

The strongest that Site-to-Site VPN offers and nothing else: AWS's defaults let a device ask for
IKEv1, SHA-1 and 1024-bit groups (Site-to-Site VPN user guide, tunnel options).
"""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

_CIPHERS = ("AES256-GCM-16",)
_HASHES = ("SHA2-384", "SHA2-512")
_GROUPS = (20, 21)
"""Elliptic curves over 384 and 521 bits (RFC 5903)."""


def tunnel_networks(inside: IPv4Network) -> tuple[IPv4Network, IPv4Network]:
    """The addresses of the first and the second tunnel: the halves of what is inside both."""
    first, second = inside.subnets(prefixlen_diff=1)
    return first, second


def tunnel_options(inside: IPv4Network) -> Mapping[str, Any]:
    """Options of both tunnels under the names that the SDK has for them.

    Args:
        inside: The addresses inside both.
    """
    return {
        f"tunnel{number}_{option}": value
        for number, network in enumerate(tunnel_networks(inside), start=1)
        for option, value in {
            "inside_cidr": str(network),
            "ike_versions": ["ikev2"],
            "phase1_encryption_algorithms": list(_CIPHERS),
            "phase1_integrity_algorithms": list(_HASHES),
            "phase1_dh_group_numbers": list(_GROUPS),
            "phase2_encryption_algorithms": list(_CIPHERS),
            "phase2_integrity_algorithms": list(_HASHES),
            "phase2_dh_group_numbers": list(_GROUPS),
            # Whichever side comes back first opens the tunnel again: it is there when it is needed.
            "startup_action": "start",
            "dpd_timeout_action": "restart",
            # The shortest that AWS takes, in seconds.
            "dpd_timeout_seconds": 30,
        }.items()
    }
