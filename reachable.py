"""Whether a stack lets the domains reach the hosts outside that they declare.

The catalogue knows no stack, and a stack file no domain: only side by side do they contradict each
other. A domain would learn of it from a name that does not resolve.
"""

from collections.abc import Iterator

from domains import Catalogue
from problems import Problem
from settings import ANY_NAME, Settings


def unreachable(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """Tells of each host that a domain connects to and the stack does not resolve."""
    allowed = settings.dns.allowed_names
    for domain in catalogue.domains:
        for host in domain.outside:
            if any(_covers(name, host) for name in allowed):
                continue
            file = f"domains/{domain.name.replace('-', '_')}.py"
            yield Problem(
                code="outside-not-allowed",
                path="corebank:dns.allowedNames",
                what=f"has not what {file} connects to, allowed are {', '.join(allowed)}",
                got=host,
                fix=f"add it after somebody has looked at it, or leave it out of {domain.name}",
            )


def _covers(allowed: str, host: str) -> bool:
    """Whether all that a host stands for is let through by one entry of the list."""
    if allowed in (ANY_NAME, host):
        return True
    return allowed.startswith("*.") and host.removeprefix("*.").endswith(allowed[1:])
