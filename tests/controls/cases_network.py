"""Networks: NET-01, NET-02 and NET-05."""

from policies.controls.network import DEFAULT_GROUP, DEFAULT_SUBNET, FLOW_LOG, GROUP_RULES, VPC
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing, without

_VPC = thing(VPC)
_GROUP = thing(DEFAULT_GROUP, refers={"vpcId": _VPC}, vpcId=UNKNOWN, ingress=[], egress=[])
_RULE_IN, _, _RULE = GROUP_RULES

_SUBNET = thing("aws:ec2/subnet:Subnet", refers={"vpcId": _VPC}, vpcId=UNKNOWN)
_GATEWAY = thing("aws:ec2/internetGateway:InternetGateway", id="igw-1")
_NAT = thing("aws:ec2/natGateway:NatGateway", id="nat-1")
_TABLE = thing("aws:ec2/routeTable:RouteTable", refers={"vpcId": _VPC})
_DEFAULT_TABLE = thing(
    "aws:ec2/defaultRouteTable:DefaultRouteTable",
    refers={"defaultRouteTableId": _VPC},
    routes=[{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}],
)
_ASSOCIATION = thing(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    refers={"subnetId": _SUBNET, "routeTableId": _TABLE},
    subnetId=UNKNOWN,
    routeTableId=UNKNOWN,
)
_MAIN = thing(
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
    refers={"vpcId": _VPC, "routeTableId": _TABLE},
)
_OUT = thing(
    "aws:ec2/route:Route",
    "out",
    refers={"routeTableId": _TABLE, "gatewayId": _GATEWAY},
    gatewayId=UNKNOWN,
    destinationCidrBlock="0.0.0.0/0",
)
_BY_NAT = thing(
    "aws:ec2/route:Route",
    "by-nat",
    refers={"routeTableId": _TABLE, "natGatewayId": _NAT},
    natGatewayId=UNKNOWN,
    destinationCidrBlock="0.0.0.0/0",
)
_DATABASE = thing("aws:rds/subnetGroup:SubnetGroup", refers={"subnetIds": _SUBNET})
_NODES = thing("eks:index:ManagedNodeGroup", refers={"subnetIds": _SUBNET})
_BROKERS = thing("aws:msk/cluster:Cluster", refers={"brokerNodeGroupInfo": _SUBNET})
_NAMED = thing("aws:ec2/subnet:Subnet", "named", id="subnet-1")
_HOLDS_NAMED = thing("aws:rds/subnetGroup:SubnetGroup", subnetIds=["subnet-0", "subnet-1"])


def _route_to(gateway: str) -> dict[str, object]:
    return {"cidrBlock": "0.0.0.0/0", "gatewayId": gateway}


CASES = {
    "net-01-flow-log": Cases(
        fails=[
            [_VPC],
            [_VPC, thing(FLOW_LOG, refers={"vpcId": _VPC}, vpcId="a", trafficType="REJECT")],
        ],
        passes=[
            [_VPC, thing(FLOW_LOG, refers={"vpcId": _VPC}, vpcId=UNKNOWN, trafficType="ALL")],
            [thing(VPC, id="vpc-1"), thing(FLOW_LOG, vpcId="vpc-1", trafficType="ALL")],
        ],
        unknown=[[_VPC, thing(FLOW_LOG, refers={"vpcId": _VPC}, trafficType=UNKNOWN)]],
    ),
    "net-02-taken-over": Cases(
        fails=[
            [_VPC],
            [thing(VPC, id="vpc-1"), thing(DEFAULT_GROUP, vpcId="vpc-2")],
            [_VPC, thing(VPC, "other"), _GROUP],
            [thing("aws:ec2/defaultVpc:DefaultVpc")],
        ],
        passes=[
            [_VPC, _GROUP],
            [thing(VPC, id="vpc-1"), thing(DEFAULT_GROUP, vpcId="vpc-1")],
        ],
        unknown=[
            [_VPC, thing(DEFAULT_GROUP, vpcId=UNKNOWN)],
        ],
    ),
    "net-02-ingress": Cases(
        fails=[
            {"ingress": [{"protocol": "-1", "self": True, "fromPort": 0.0, "toPort": 0.0}]},
            {"ingress": [{"protocol": "tcp", "cidrBlocks": ["10.0.0.0/8"]}], "egress": []},
        ],
        passes=[{"ingress": [], "egress": []}, {}],
        unknown=[{"ingress": UNKNOWN}],
    ),
    "net-02-egress": Cases(
        fails=[
            {"egress": [{"protocol": "-1", "cidrBlocks": ["0.0.0.0/0"]}]},
            {"egress": [{"protocol": "tcp", "prefixListIds": ["pl-1"]}], "ingress": []},
        ],
        passes=[{"egress": []}, {}],
        unknown=[{"egress": UNKNOWN}],
    ),
    "net-02-rules": Cases(
        fails=[
            [_GROUP, thing(_RULE_IN, refers={"securityGroupId": _GROUP}, securityGroupId=UNKNOWN)],
            [thing(DEFAULT_GROUP, id="sg-1"), thing(_RULE, securityGroupId="sg-1", type="egress")],
        ],
        passes=[
            [_GROUP],
            [_GROUP, thing(_RULE_IN, securityGroupId="sg-2")],
        ],
        unknown=[[_GROUP, thing(_RULE_IN, securityGroupId=UNKNOWN)]],
    ),
    "net-05-public-address": Cases(
        fails=[
            {"mapPublicIpOnLaunch": True},
            thing(DEFAULT_SUBNET, availabilityZone="eu-west-1a"),
            thing("aws-native:ec2:Subnet", mapPublicIpOnLaunch=True),
        ],
        passes=[
            {"mapPublicIpOnLaunch": False},
            {},
            thing(DEFAULT_SUBNET, mapPublicIpOnLaunch=False),
        ],
        unknown=[{"mapPublicIpOnLaunch": UNKNOWN}],
    ),
    "net-05-route": Cases(
        fails=[
            [_VPC, _SUBNET, _DATABASE, _ASSOCIATION, _TABLE, _GATEWAY, _OUT],
            [_VPC, _SUBNET, _NODES, _ASSOCIATION, _TABLE, _GATEWAY, _BY_NAT, _OUT],
            [_VPC, _SUBNET, _BROKERS, _MAIN, _TABLE, _GATEWAY, _OUT],
            [_VPC, _SUBNET, _BROKERS, _DEFAULT_TABLE],
            [
                _NAMED,
                _HOLDS_NAMED,
                thing(_TABLE.type, id="rtb-1", routes=[_route_to("nat-1"), _route_to("igw-1")]),
                thing(_ASSOCIATION.type, subnetId="subnet-1", routeTableId="rtb-1"),
            ],
        ],
        passes=[
            [_VPC, _SUBNET, _ASSOCIATION, _TABLE, _GATEWAY, _OUT],
            [_VPC, _SUBNET, _DATABASE, _ASSOCIATION, _TABLE, _BY_NAT],
            [_VPC, _SUBNET, _DATABASE, _ASSOCIATION, _TABLE, _BY_NAT, _DEFAULT_TABLE],
            [_VPC, _SUBNET, _DATABASE],
            [
                _NAMED,
                _HOLDS_NAMED,
                thing(_TABLE.type, id="rtb-1", routes=[_route_to("vgw-1")]),
                thing(_ASSOCIATION.type, subnetId="subnet-1", routeTableId="rtb-1"),
            ],
        ],
        unknown=[
            [
                _VPC,
                _SUBNET,
                _DATABASE,
                _ASSOCIATION,
                _TABLE,
                thing("aws:ec2/route:Route", refers={"routeTableId": _TABLE}, gatewayId=UNKNOWN),
            ],
        ],
    ),
}

LOOSENED: dict[str, Change] = {
    "NET-01": without(FLOW_LOG),
    "NET-02": without(DEFAULT_GROUP),
    "NET-05": change("aws:ec2/subnet:Subnet", "mapPublicIpOnLaunch", value=True),
}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
