"""The atlas: one static page that shows the whole estate, made from the catalogue and the settings.

Owns what is shown and how it is laid out. How a page looks is in ``pages``; what is shown is
decided in ``domains`` and in the stack files. Knows no Pulumi, no prices, and nothing that is not
declared: what only a server could tell is not on it.
"""

from collections.abc import Mapping
from pathlib import Path

from atlas._calls import matrix
from atlas._payment import steps
from atlas._placement import grounds
from atlas._sizes import sizes
from atlas._topics import ARCHIVE, flow
from domains import PLATFORM, Catalogue
from pages import render
from settings import Settings


def page(catalogue: Catalogue, stacks: Mapping[str, Settings]) -> str:
    """Draws the atlas.

    Args:
        catalogue: The domains and topics.
        stacks: Settings by the stack's name, in order of promotion; at least one. The path of a
            payment is told as it is in the last.

    Returns:
        HTML, the same for the same declarations.
    """
    last = list(stacks)[-1]
    return render(
        Path(__file__).parent / "atlas.html.j2",
        catalogue=catalogue,
        flow=flow(catalogue),
        calls=matrix(catalogue),
        placement={name: grounds(settings, catalogue) for name, settings in stacks.items()},
        stacks=list(stacks),
        last=last,
        names={each.name for each in catalogue.domains},
        keys=sorted(
            {
                name.replace(".", "_").replace(" ", "_")
                for name in (
                    *catalogue.topics,
                    *(each.name for each in catalogue.domains),
                    PLATFORM,
                    ARCHIVE,
                )
            }
        ),
        steps=steps(catalogue, stacks[last]),
        sizes=sizes(stacks),
    )


__all__ = ["page"]
