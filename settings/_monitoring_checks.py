"""What the parts of monitoring must agree on with each other."""

from collections import Counter
from collections.abc import Iterator

from problems import Problem
from settings._model import Settings
from settings._telling import path_of


def everybody_who_is_told_has_an_address(settings: Settings) -> Iterator[Problem]:
    """One address for two would wake people for tickets, or call them alive who are not."""
    told = settings.monitoring.secrets
    named = {"pages": told.pages, "tickets": told.tickets, "heartbeat": told.heartbeat}
    for secret, times in Counter(named.values()).items():
        if times > 1:
            yield Problem(
                code="same-secret",
                path=path_of("monitoring", "secrets"),
                what=f"are one for {', '.join(key for key in named if named[key] == secret)}:"
                " who is told of one would be told of the other",
                got=secret,
                fix="name a secret for each",
            )
