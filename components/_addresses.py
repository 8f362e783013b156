"""The address plan inside one availability zone.

A zone's block is written in the stack file; this module cuts it into tiers. Nothing here looks at
another zone, so adding or removing a zone never moves a subnet that exists.
"""

from enum import StrEnum
from ipaddress import IPv4Network


class Tier(StrEnum):
    """A subnet's place in the network, by what may reach it. Not a domain's importance."""

    PUBLIC = "public"
    """Reached from the internet: load balancers and NAT gateways only."""
    PRIVATE = "private"
    """Reaches out through NAT: nodes and their pods."""
    DATA = "data"
    """No way out: brokers and databases."""


def tier_network(block: IPv4Network, tier: Tier) -> IPv4Network:
    """Cuts one tier's subnet out of a zone's block.

    Private takes the first half, since each pod has an address; data the third quarter; public
    the seventh eighth. The last eighth stays free.

    Args:
        block: The zone's block, /25 or larger: AWS makes no subnet below /28.
        tier: Whose subnet.
    """
    halves = list(block.subnets(prefixlen_diff=1))
    quarters = list(halves[1].subnets(prefixlen_diff=1))
    eighths = quarters[1].subnets(prefixlen_diff=1)
    return {Tier.PRIVATE: halves[0], Tier.DATA: quarters[0], Tier.PUBLIC: next(eighths)}[tier]
