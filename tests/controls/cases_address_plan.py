"""Addresses: NET-06."""

from typing import Any

from policies.controls import Resource
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_VPC = "aws:ec2/vpc:Vpc"
_MORE = "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation"
_CLUSTER = "aws:eks/cluster:Cluster"
_COMPONENT = "eks:index:Cluster"
_NATIVE = "aws-native:eks:Cluster"

_ONE = thing(_VPC, "one", cidrBlock="10.48.0.0/16")
_TWO = thing(_VPC, "two", cidrBlock="10.16.0.0/16")
_SAME = thing(_VPC, "same", cidrBlock="10.48.128.0/17")
_TABLE = thing("aws:ec2/routeTable:RouteTable", refers={"vpcId": _ONE})
_GATEWAY = thing("aws:ec2transitgateway/transitGateway:TransitGateway")


def _away(to: str, **properties: Any) -> Resource:
    refers = {"routeTableId": _TABLE, "transitGatewayId": _GATEWAY}
    return thing("aws:ec2/route:Route", refers=refers, destinationCidrBlock=to, **properties)


def _subnets(*zones: str | None, environment: str = "production") -> list[Resource]:
    vpc = thing(_VPC, environment=environment)
    return [
        vpc,
        *(
            thing(
                "aws:ec2/subnet:Subnet",
                str(number),
                refers={"vpcId": vpc},
                environment=environment,
                availabilityZone=zone,
            )
            for number, zone in enumerate(zones)
        ),
    ]


def _remote(nodes: str, pods: str) -> Resource:
    return thing(
        _CLUSTER,
        kubernetesNetworkConfig={"serviceIpv4Cidr": "172.20.0.0/16"},
        remoteNetworkConfig={
            "remoteNodeNetworks": {"cidrs": [nodes]},
            "remotePodNetworks": {"cidrs": [pods]},
        },
    )


CASES = {
    "net-06-private": Cases(
        fails=[
            {"cidrBlock": "172.0.0.0/12"},
            {"cidrBlock": "52.94.0.0/16"},
            {"cidrBlock": "10.0.0.0/7"},
            thing(_MORE, cidrBlock="100.64.0.0/16"),
        ],
        passes=[{"cidrBlock": "10.48.0.0/16"}, {"cidrBlock": "172.31.0.0/16"}],
        unknown=[{"cidrBlock": UNKNOWN}, {"ipv4IpamPoolId": "ipam-pool-1"}],
    ),
    "net-06-private-cluster": Cases(
        fails=[
            {"kubernetesNetworkConfig": {"serviceIpv4Cidr": "100.64.0.0/16"}},
            thing(_COMPONENT, kubernetesServiceIpAddressRange="192.0.0.0/16"),
            thing(_NATIVE, remoteNetworkConfig={"remotePodNetworks": [{"cidrs": ["9.0.0.0/16"]}]}),
            _remote("10.128.32.0/24", "203.0.113.0/24"),
        ],
        passes=[{}, _remote("10.128.32.0/24", "10.131.0.0/16")],
        unknown=[
            {"kubernetesNetworkConfig": {"serviceIpv4Cidr": UNKNOWN}},
            thing(_COMPONENT, kubernetesServiceIpAddressRange=UNKNOWN),
        ],
    ),
    "net-06-networks": Cases(
        fails=[
            [_ONE, _SAME],
            [_ONE, _TWO, thing(_MORE, refers={"vpcId": _TWO}, cidrBlock="10.48.0.0/24")],
            [_ONE, _TABLE, _away("10.48.0.0/12")],
            [_ONE, _TABLE, _away("10.48.4.0/24", transitGatewayId=UNKNOWN)],
        ],
        passes=[
            [_ONE],
            [_ONE, _TWO, _TABLE, _away("10.128.0.0/12")],
            [_ONE, _TABLE, _away("0.0.0.0/0")],
            [_ONE, _TABLE, thing(_away("x").type, refers={"routeTableId": _TABLE}, gatewayId="l")],
        ],
        unknown=[[_ONE, thing(_VPC, "new", cidrBlock=UNKNOWN)]],
    ),
    "net-06-clusters": Cases(
        fails=[
            [_remote("10.128.32.0/24", "10.128.0.0/16")],
            [_remote("10.128.32.0/24", "172.20.4.0/24")],
            [thing(_COMPONENT, kubernetesServiceIpAddressRange="10.48.0.0/20"), _ONE],
            [_remote("10.16.4.0/24", "10.131.0.0/16"), _ONE, _TWO],
        ],
        passes=[
            [_remote("10.128.32.0/24", "10.131.0.0/16"), _ONE, _TWO],
            [thing(_COMPONENT, kubernetesServiceIpAddressRange="172.20.0.0/16"), _ONE],
        ],
        unknown=[[_remote("10.128.32.0/24", UNKNOWN)]],
    ),
    "net-06-zones": Cases(
        fails=[
            _subnets("eu-west-1a", "eu-west-1b"),
            _subnets("eu-west-1a", "eu-west-1b", "eu-west-1a", None),
            _subnets(),
        ],
        passes=[
            _subnets("eu-west-1a", "eu-west-1b", "eu-west-1c"),
            _subnets("eu-west-1a", "eu-west-1b", environment="sandbox"),
        ],
        unknown=[_subnets("eu-west-1a", UNKNOWN, UNKNOWN)],
    ),
}

LOOSENED: dict[str, Change] = {
    "NET-06": change(_COMPONENT, "kubernetesServiceIpAddressRange", "10.48.192.0/20"),
}
