"""The atlas: one static page that shows the whole estate, made from the catalogue and the settings.

Owns what is shown and how it is laid out. How a page looks is in ``pages``; what is shown is
decided in ``domains`` and in the stack files. Knows no Pulumi, no prices, and nothing that is not
declared: what only a server could tell is not on it.
"""

from collections.abc import Mapping
from pathlib import Path

from atlas._calls import matrix
from atlas._drawing import key
from atlas._path import path
from atlas._payment import steps
from atlas._placement import grounds
from atlas._sizes import sizes
from atlas._topics import flow, short
from atlas._watched import alerts, endpoints, heard, levels
from components._trace_values import SAMPLED_PERCENT
from domains import AVAILABLE, Catalogue
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
    told = flow(catalogue)
    way = steps(catalogue, stacks[last])
    return render(
        Path(__file__).parent / "atlas.html.j2",
        catalogue=catalogue,
        available=AVAILABLE,
        flow=told,
        calls=matrix(catalogue),
        placement={name: grounds(settings, catalogue) for name, settings in stacks.items()},
        stacks=list(stacks),
        last=last,
        names={each.name for each in catalogue.domains},
        keys=sorted({key(box.name) for box in (*told.owners, *told.topics, *told.readers)}),
        steps=way,
        path=path(way, catalogue),
        levels=levels(catalogue),
        alerts=alerts(),
        heard=heard(catalogue),
        endpoints=endpoints(stacks),
        traced=f"{SAMPLED_PERCENT:g} %",
        sizes=sizes(catalogue, stacks),
        key=key,
        short=short,
    )


__all__ = ["page"]
