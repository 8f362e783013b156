"""What the parts of the link to the data centre must agree on."""

from collections.abc import Iterator
from itertools import combinations

from problems import Problem
from settings._allowed import FEWEST_DEVICES, RULES
from settings._model import Settings
from settings._on_premises_model import LinkSettings
from settings._telling import listed, path_of

_PLACE = ("onPremises", "link")


def each_side_has_its_own_number(settings: Settings) -> Iterator[Problem]:
    """BGP drops a route that carries one's own number, so equal ones never hear of each other."""
    link = _link(settings)
    if link is None:
        return
    numbers = {
        "dataCentreAsn": link.data_centre_asn,
        "directConnectAsn": link.direct_connect_asn,
        "transitGatewayAsn": link.transit_gateway_asn,
    }
    for (one, number), (other, others_number) in combinations(numbers.items(), 2):
        if number == others_number:
            yield Problem(
                code="shared-asn",
                path=path_of(*_PLACE, other),
                what=f"is the AS number of {one} too, and neither would take the other's routes",
                got=others_number,
                fix="give each its own",
            )


def tunnels_do_not_overlap(settings: Settings) -> Iterator[Problem]:
    link = _link(settings)
    for (one, block), (other, others) in combinations(link.gateways.items() if link else (), 2):
        if block.overlaps(others):
            yield Problem(
                code="overlap",
                path=path_of(*_PLACE, "gateways", other),
                what=f"shares addresses inside tunnels with {one}, {block}",
                got=others,
                fix="give each device a network of its own",
            )


def enough_connections(settings: Settings) -> Iterator[Problem]:
    link = _link(settings)
    minimum = RULES[settings.environment].minimum_connections
    if link is not None and len(link.connections) < minimum:
        yield Problem(
            code="too-few-connections",
            path=path_of(*_PLACE, "connections"),
            what=f"{settings.environment} needs at least {minimum} of Direct Connect",
            got=listed(link.connections, "and") if link.connections else "none",
            fix=f"add {minimum - len(link.connections)}, each in a location of its own",
        )


def enough_devices(settings: Settings) -> Iterator[Problem]:
    """What takes over when Direct Connect fails must not hang on one device."""
    link = _link(settings)
    if link is not None and len(link.gateways) < FEWEST_DEVICES:
        yield Problem(
            code="too-few-devices",
            path=path_of(*_PLACE, "gateways"),
            what=f"a fallback needs at least {FEWEST_DEVICES} devices, of which one may fail",
            got=listed(link.gateways, "and") if link.gateways else "none",
            fix=f"add {FEWEST_DEVICES - len(link.gateways)}",
        )


def names_go_both_ways(settings: Settings) -> Iterator[Problem]:
    """Hybrid nodes find the cluster by its name, and the bank's servers there by theirs."""
    on_premises = settings.on_premises
    if on_premises is None:
        return
    home = settings.network.neighbour_of(on_premises.nodes)
    if not settings.dns.forward:
        yield Problem(
            code="no-names",
            path=path_of("dns", "forward"),
            what="names no servers of the data centre, so nothing there finds the cluster's name",
            got="{}",
            fix="add the data centre's own names and the servers that know them",
        )
    others = {it: block for it, block in settings.network.neighbours.items() if it != home}
    for name, servers in settings.dns.forward.items() if home else ():
        for server in servers:
            # Of one that is in no neighbour another check tells.
            for other in (it for it, block in others.items() if server in block):
                yield Problem(
                    code="unreachable-server",
                    path=path_of("dns", "forward", name),
                    what=f"names a server in {other}, and the link leads to {home}",
                    got=str(server),
                    fix=f"use one in {settings.network.neighbours[home]}",
                )


def _link(settings: Settings) -> LinkSettings | None:
    return None if settings.on_premises is None else settings.on_premises.link
