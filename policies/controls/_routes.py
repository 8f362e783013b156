"""The ways out of a subnet."""

from collections.abc import Iterator

from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, listed

VPCS = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc", "aws-native:ec2:Vpc")
SUBNETS = (
    "aws:ec2/subnet:Subnet",
    "aws:ec2/defaultSubnet:DefaultSubnet",
    "aws-native:ec2:Subnet",
)
ROUTES = ("aws:ec2/route:Route", "aws-native:ec2:Route")
TABLES = ("aws:ec2/routeTable:RouteTable", "aws-native:ec2:RouteTable")
DEFAULT_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable"
MAIN_TABLE = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
_ASSOCIATIONS = (
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    "aws-native:ec2:SubnetRouteTableAssociation",
)
_INTERNET_GATEWAYS = (
    "aws:ec2/internetGateway:InternetGateway",
    "aws-native:ec2:InternetGateway",
)


def reaches_internet(subnet: Resource, stack: Stack) -> bool:
    """Whether one of a subnet's routes leads to an internet gateway."""
    return any_of(_tables(subnet, stack), lambda table: _leads_out(table, stack))


def _tables(subnet: Resource, stack: Stack) -> list[Resource]:
    """Its own route table, or else the one that its VPC has for all."""
    own = stack.about(subnet, "subnetId", _ASSOCIATIONS)
    if own:
        return [*_named(own, stack)]
    vpcs = [vpc for vpc in stack.of(*VPCS) if subnet.refers_to(vpc, "vpcId")]
    main = [each for vpc in vpcs for each in stack.about(vpc, "vpcId", [MAIN_TABLE])]
    if main:
        return [*_named(main, stack)]
    return [
        table for vpc in vpcs for table in stack.about(vpc, "defaultRouteTableId", [DEFAULT_TABLE])
    ]


def _named(associations: list[Resource], stack: Stack) -> Iterator[Resource]:
    for table in stack.of(*TABLES, DEFAULT_TABLE):
        if any(each.refers_to(table, "routeTableId") for each in associations):
            yield table


def _leads_out(table: Resource, stack: Stack) -> bool:
    if _is_gateway_of(table, "routes", stack):
        return True
    routes = stack.about(table, "routeTableId", ROUTES)
    if any(_is_gateway_of(route, "gatewayId", stack) for route in routes):
        return True
    # Gateways of other stacks: an id is all that is known of them.
    inline = listed(table.properties, "routes")
    return any_of([routes, inline], lambda each: any_of(each, _names_gateway))


def _is_gateway_of(resource: Resource, key: str, stack: Stack) -> bool:
    return any(resource.refers_to(each, key) for each in stack.of(*_INTERNET_GATEWAYS))


def _names_gateway(route: object) -> bool:
    properties = route.properties if isinstance(route, Resource) else route
    if isinstance(route, Resource) and route.refers.get("gatewayId"):
        return False
    return any_of(listed(properties, "gatewayId"), lambda value: str(value).startswith("igw-"))
