"""Which addresses a network takes, and whether others have them."""

from collections.abc import Callable, Iterator, Sequence

from policies.controls._addresses import is_private, network
from policies.controls._model import Control, Wrong
from policies.controls._routes import ROUTES, SUBNETS, TABLES, VPCS
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Unknown, listed, of_each
from policies.controls.clusters import CLUSTERS, COMPONENT

MORE_ADDRESSES = (
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation",
    "aws-native:ec2:VpcCidrBlock",
)
ZONES = 3
"""In production: of two, one that fails leaves no majority. The sandbox has two on purpose."""
_AWAY = ("transitGatewayId", "vpcPeeringConnectionId", "coreNetworkArn")
"""Where routes lead that leave the network for another one that is known."""
_REMOTE = ("remoteNodeNetworks", "remotePodNetworks")
_Read = Callable[[], Sequence[str]]

ADDRESS_PLAN = Control(
    id="NET-06",
    pack="security",
    title="No two networks have the same addresses, and all are private",
    levels="MMM",
    severity="medium",
    supports="N CP-2, D 9(2), R 9, R 13",
    remedy="Give each network, cluster and data centre a range of its own within RFC 1918, and in "
    "production subnets in three zones.",
)


@ADDRESS_PLAN.rule("private", "addresses of RFC 1918", *VPCS, *MORE_ADDRESSES)
def _private(vpc: Resource) -> Wrong:
    if not is_private(_range(vpc)):
        yield "cidrBlock is not within RFC 1918"


@ADDRESS_PLAN.rule("private-cluster", "addresses of RFC 1918 also in clusters", *CLUSTERS)
def _private_cluster(cluster: Resource) -> Wrong:
    ranges = _ranges(cluster)

    def public(place: int, _: object) -> Wrong:
        what, read = ranges[place]
        if not all(is_private(each) for each in read()):
            yield f"{what} is not within RFC 1918"

    yield from of_each(ranges, public)


@ADDRESS_PLAN.rule_in_stack("networks", "networks that don't overlap", *VPCS)
def _networks(vpc: Resource, stack: Stack) -> Wrong:
    own = [vpc, *stack.about(vpc, "vpcId", MORE_ADDRESSES)]
    urns = {each.urn for each in own}
    others = [each for each in stack.of(*VPCS, *MORE_ADDRESSES) if each.urn not in urns]

    def overlapping(_: int, pair: tuple[Resource, Resource]) -> Wrong:
        mine, other = pair
        if other.type in ROUTES and not _leads_away(other):
            return
        if network(_range(mine)).overlaps(network(_range(other))):
            yield f"cidrBlock has addresses that {other.name} has, too"

    others += _routes(vpc, stack)
    yield from of_each([(one, other) for one in own for other in others], overlapping)


@ADDRESS_PLAN.rule_in_stack("clusters", "clusters that overlap with nothing", *CLUSTERS)
def _clusters(cluster: Resource, stack: Stack) -> Wrong:
    ranges = _ranges(cluster)
    networks: list[tuple[str, _Read]] = [
        (each.name, lambda each=each: [_range(each)]) for each in stack.of(*VPCS, *MORE_ADDRESSES)
    ]
    pairs = [
        (one, other)
        for place, one in enumerate(ranges)
        for other in [*ranges[place + 1 :], *networks]
    ]

    def overlapping(_: int, pair: tuple[tuple[str, _Read], tuple[str, _Read]]) -> Wrong:
        (what, mine), (other, others) = pair
        if any(network(a).overlaps(network(b)) for a in mine() for b in others()):
            yield f"{what} has addresses that {other} has, too"

    yield from of_each(pairs, overlapping)


@ADDRESS_PLAN.rule_in_stack("zones", "three zones in production", *VPCS)
def _zones(vpc: Resource, stack: Stack) -> Wrong:
    if vpc.environment != "production":
        return
    subnets = stack.about(vpc, "vpcId", SUBNETS)
    zones = {each.at("availabilityZone") or each.at("availabilityZoneId") for each in subnets}
    if len(zones - {None}) < ZONES:
        yield "has subnets in fewer than three zones"


def _range(resource: Resource) -> str:
    """The addresses of a network, or those that a route leads to."""
    key = "destinationCidrBlock" if resource.type in ROUTES else "cidrBlock"
    found = resource.at(key)
    if not found:
        # An address manager gives it one.
        raise Unknown(key)
    return found


def _ranges(cluster: Resource) -> list[tuple[str, _Read]]:
    if cluster.type == COMPONENT:
        service = ("kubernetesServiceIpAddressRange",)
    else:
        service = ("kubernetesNetworkConfig", "serviceIpv4Cidr")
    remote = [(key, lambda key=key: [*_remote(cluster, key)]) for key in _REMOTE]
    return [(service[-1], lambda: listed(cluster.properties, *service)), *remote]


def _remote(cluster: Resource, key: str) -> Iterator[str]:
    for each in listed(cluster.properties, "remoteNetworkConfig", key):
        yield from listed(each, "cidrs")


def _routes(vpc: Resource, stack: Stack) -> list[Resource]:
    tables = stack.about(vpc, "vpcId", TABLES)
    return [each for table in tables for each in stack.about(table, "routeTableId", ROUTES)]


def _leads_away(route: Resource) -> bool:
    """Whether it leads to another network, rather than to all that is elsewhere."""
    if not any(route.refers.get(key) or route.at(key) for key in _AWAY):
        return False
    return network(route.at("destinationCidrBlock") or "0.0.0.0/0").prefixlen > 0


CONTROLS = (ADDRESS_PLAN,)
