"""The data tier's network ACL: who reaches brokers and databases at all. Pure."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network
from typing import TypedDict

from components._addresses import Tier, tier_network

_ELSEWHERE = 10_000
"""The first number beyond those of zones."""


class AclRule(TypedDict):
    """One rule of a network ACL, the same for what comes in and what goes out."""

    rule_no: int
    action: str
    protocol: str
    from_port: int
    to_port: int
    cidr_block: str


def data_tier_rules(
    zones: Mapping[str, IPv4Network], elsewhere: Sequence[IPv4Network]
) -> list[AclRule]:
    """The rules of both directions; whatever they don't name is refused.

    The private tier asks on ports above the well-known ones, and is answered on the like, since an
    ACL keeps no connections in mind. Inside the data tier everything passes: brokers and databases
    copy to each other. The public tier, the internet and other neighbours have no rule.

    Args:
        zones: Availability zone to its block.
        elsewhere: Networks outside that ask as the private tier does.
    """
    return [
        rule
        for zone, block in zones.items()
        for rule in (
            _asking(_first_number(zone), tier_network(block, Tier.PRIVATE)),
            AclRule(
                rule_no=_first_number(zone) + 1,
                action="allow",
                protocol="-1",
                from_port=0,
                to_port=0,
                cidr_block=str(tier_network(block, Tier.DATA)),
            ),
        )
    ] + [_asking(number, network) for number, network in enumerate(elsewhere, start=_ELSEWHERE)]


def _asking(number: int, network: IPv4Network) -> AclRule:
    return AclRule(
        rule_no=number,
        action="allow",
        protocol="tcp",
        from_port=1024,
        to_port=65535,
        cidr_block=str(network),
    )


def _first_number(zone: str) -> int:
    """By the zone's letter, so that a further zone renumbers none: 100 for ``a``, 200 for ``b``."""
    return 100 * (ord(zone[-1]) - ord("a") + 1)
