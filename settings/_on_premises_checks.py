"""What the data centre's networks must agree on with those around them."""

from collections.abc import Iterator

from problems import Problem
from settings._allowed import RULES
from settings._model import Settings
from settings._telling import path_of


def only_where_it_may_be(settings: Settings) -> Iterator[Problem]:
    """An environment for trials has no part in the data centre."""
    # Without its nodes it is not there, or could not be read.
    if settings.on_premises is None or not settings.on_premises.nodes:
        return
    if not RULES[settings.environment].on_premises:
        yield Problem(
            code="no-data-centre",
            path=path_of("onPremises"),
            what=f"{settings.environment} has no part in the data centre",
            fix="leave it out: everything runs in the cloud",
        )


def hybrid_networks_are_of_one_neighbour(settings: Settings) -> Iterator[Problem]:
    """Neighbours share nothing with the stack's network and services, so neither do they."""
    on_premises = settings.on_premises
    if on_premises is None:
        return
    neighbours = settings.network.neighbours
    home = settings.network.neighbour_of(on_premises.nodes)
    for key, network in (("nodes", on_premises.nodes), ("pods", on_premises.pods)):
        if not any(network.subnet_of(block) for block in neighbours.values()):
            yield Problem(
                code="outside-neighbours",
                path=path_of("onPremises", key),
                what="is in no neighbour's network, so nothing is routed to it",
                got=network,
                fix="use a part of one, or add its network to corebank:network.neighbours",
            )
        elif home and not network.subnet_of(neighbours[home]):
            yield Problem(
                code="other-neighbour",
                path=path_of("onPremises", key),
                what=f"is not in {home}, {neighbours[home]}, where the nodes are",
                got=network,
                fix=f"use a part of {neighbours[home]}",
            )


def nodes_and_pods_share_no_address(settings: Settings) -> Iterator[Problem]:
    on_premises = settings.on_premises
    if on_premises is not None and on_premises.nodes.overlaps(on_premises.pods):
        yield Problem(
            code="overlap",
            path=path_of("onPremises", "pods"),
            what=f"shares addresses with the nodes, {on_premises.nodes}",
            got=on_premises.pods,
            fix="use addresses that nothing else has",
        )
