"""Which names may be resolved: the rules of the DNS firewall, in the order they are asked. Pure."""

from collections.abc import Iterable, Mapping, Sequence

ANY_NAME = "*"
"""Every name, in the firewall's own spelling."""

THREATS: Mapping[str, int] = {"dga": 100, "dns-tunneling": 110}
"""What Resolver recognises by the look of a name, to its rule's place: names that malware makes up,
and data smuggled out inside names."""

ALLOW, BLOCK = 200, 300
"""Places of the rules for listed names and for all others; a lower one is asked first."""


def let_through(
    *, own_zone: str, forwarded: Iterable[str], listed: Sequence[str]
) -> tuple[str, ...] | None:
    """The names to let through, sorted; ``None`` where all are.

    What could not work without is there by itself: the stack's own zone and forwarded names.

    Args:
        own_zone: The stack's own zone.
        forwarded: Names that are asked for on-premises.
        listed: Names that people decided on; ``*`` alone for all.
    """
    if tuple(listed) == (ANY_NAME,):
        return None
    own = [spelt for zone in (own_zone, *forwarded) for spelt in (zone, f"*.{zone}")]
    return tuple(sorted({*own, *listed}))
