"""What the way to the SIEM must agree on with the stack."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from problems import Problem
from settings._model import Settings
from settings._telling import path_of

_NOT_PUBLIC = ("internal", "local")
"""Top-level names that are nobody's in public (ICANN resolution 2024.07.29.06, RFC 6762)."""


def the_siem_is_reached_from_outside(settings: Settings) -> Iterator[Problem]:
    """Firehose sends from AWS's own network, which knows no private name and reaches no address."""
    endpoint = settings.siem.endpoint
    host = f".{urlsplit(endpoint).hostname}"
    private = (settings.dns.zone, *settings.dns.forward, *_NOT_PUBLIC)
    if within := next((name for name in private if host.endswith(f".{name}")), None):
        yield Problem(
            code="private-endpoint",
            path=path_of("siem", "endpoint"),
            what=f"is in {within}, which Firehose cannot reach: it sends from outside",
            got=endpoint,
            fix="write the public name under which the SIEM takes records",
        )
