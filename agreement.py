"""What a stack file and the catalogue must agree on: who runs where, and whether it all fits.

Neither knows of the other. What would not fit is refused here, before any provider is called, and
not after an update has waited for it. Owns which checks there are, and that pools take whom they
may; the others have modules of their own.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from domains import Catalogue, Site
from partitions import too_many_partitions
from problems import Problem
from reachable import unreachable
from room import no_room
from settings import Settings


def disagreements(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    """Tells all of it."""
    yield from _pools_take_who_is_there(settings, catalogue)
    yield from no_room(settings, catalogue)
    yield from too_many_partitions(settings, catalogue)
    yield from unreachable(settings, catalogue)


def _pools_take_who_is_there(settings: Settings, catalogue: Catalogue) -> Iterator[Problem]:
    known = {domain.name: domain for domain in catalogue.domains}
    for pool, each in settings.pools.items():
        path = f"corebank:onPremises.pools.{pool}.domains"
        for name in each.domains:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                yield Problem(
                    code="unknown-domain",
                    path=path,
                    what="name a domain that is not in the catalogue",
                    got=name,
                    fix=f"did you mean {near[0]}?" if near else "leave it out",
                )
            elif known[name].site is not Site.ON_PREMISES:
                yield Problem(
                    code="cloud-domain",
                    path=path,
                    what="name a domain that would rather run in the cloud",
                    got=name,
                    fix="leave it out, or let it say Site.ON_PREMISES",
                )
