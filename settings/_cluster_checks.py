"""What the parts of the Kubernetes cluster must agree on."""

from collections.abc import Iterator

from problems import Problem
from settings._allowed import PRIVATE_SPACE
from settings._bounds import crossed
from settings._model import Settings
from settings._telling import path_of


def nodes_fit_between_their_bounds(settings: Settings) -> Iterator[Problem]:
    yield from crossed(settings.cluster.node_groups, "cluster", "nodeGroups")


def services_have_their_own_addresses(settings: Settings) -> Iterator[Problem]:
    services = settings.cluster.service_network
    others = {"this stack's network": settings.network.cidr, **settings.network.neighbours}
    for owner, block in others.items():
        # What takes in the whole private space is wrong by itself, and told as that.
        if services.overlaps(block) and not any(space.subnet_of(block) for space in PRIVATE_SPACE):
            yield Problem(
                code="overlap",
                path=path_of("cluster", "serviceNetwork"),
                what=f"shares addresses with {owner}, {block}",
                got=services,
                fix="use addresses that nothing else has",
            )


def a_zone_can_be_lost(settings: Settings) -> Iterator[Problem]:
    zones = len(settings.network.zones)
    for tier in ("critical", "core"):
        group = getattr(settings.cluster.node_groups, tier)
        try:
            minimum = group.minimum
        except AttributeError:
            continue
        if minimum < zones:
            yield Problem(
                code="zone-without-nodes",
                path=path_of("cluster", "nodeGroups", tier, "minimum"),
                what=f"leaves one of {zones} zones without a node of tier {tier}",
                got=minimum,
                fix=f"use {zones} or more",
            )
