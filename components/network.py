"""The private network: three tiers of subnets over the zones, and the routes between them.

Owns addresses, gateways and routes. Leaves out what watches and narrows the traffic (endpoints,
flow logs, network ACLs) and every security group: a group belongs to what it protects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2

from components._addresses import Tier, tier_network


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What a network is made of.

    Args:
        cidr: The network's addresses.
        zones: Availability zone to its block inside ``cidr``.
        nat_zones: Zones with a NAT gateway of their own; every other zone leaves through the first.
        protect: Whether the VPC and its subnets are protected from deletion.
    """

    cidr: IPv4Network
    zones: Mapping[str, IPv4Network]
    nat_zones: Sequence[str]
    protect: bool


class Network(pulumi.ComponentResource):
    """A VPC with a public, a private and a data subnet in each zone."""

    vpc_id: pulumi.Output[str]
    """The VPC's id."""
    subnet_ids: Mapping[Tier, Sequence[pulumi.Output[str]]]
    """Per tier the subnets' ids, in the order of the zones."""

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Network", name, {}, opts)
        self._name = name
        self._args = args
        own = pulumi.ResourceOptions(parent=self)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)

        vpc = ec2.Vpc(
            f"{name}-vpc",
            cidr_block=str(args.cidr),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
            opts=kept,
        )
        self.vpc_id = vpc.id
        subnets = {
            tier: {
                zone: ec2.Subnet(
                    f"{name}-{tier}-{zone}",
                    vpc_id=vpc.id,
                    availability_zone=zone,
                    cidr_block=str(tier_network(block, tier)),
                    map_public_ip_on_launch=False,
                    tags={"Name": f"{name}-{tier}-{zone}", "tier": tier},
                    opts=kept,
                )
                for zone, block in args.zones.items()
            }
            for tier in Tier
        }
        self.subnet_ids = {
            tier: [subnet.id for subnet in zones.values()] for tier, zones in subnets.items()
        }
        internet = ec2.InternetGateway(
            f"{name}-internet", vpc_id=vpc.id, tags={"Name": name}, opts=own
        )
        public = self._route_table("public", subnets[Tier.PUBLIC])
        self._default_route("public", public, gateway_id=internet.id)
        # Without a default route: nothing in the data tier reaches the internet or is reached.
        self._route_table("data", subnets[Tier.DATA])

        nats = {zone: self._nat_gateway(zone, subnets[Tier.PUBLIC][zone]) for zone in args.nat_zones}
        for zone, subnet in subnets[Tier.PRIVATE].items():
            private = self._route_table(f"private-{zone}", {zone: subnet})
            nat = nats.get(zone, nats[args.nat_zones[0]])
            self._default_route(f"private-{zone}", private, nat_gateway_id=nat.id)

        self.register_outputs({"vpcId": self.vpc_id, "subnetIds": self.subnet_ids})

    def _route_table(self, label: str, subnets: Mapping[str, ec2.Subnet]) -> ec2.RouteTable:
        own = pulumi.ResourceOptions(parent=self)
        name = f"{self._name}-{label}"
        table = ec2.RouteTable(f"{name}-routes", vpc_id=self.vpc_id, tags={"Name": name}, opts=own)
        for zone, subnet in subnets.items():
            ec2.RouteTableAssociation(
                f"{self._name}-{label.removesuffix(f'-{zone}')}-{zone}",
                route_table_id=table.id,
                subnet_id=subnet.id,
                opts=own,
            )
        return table

    def _default_route(
        self,
        label: str,
        table: ec2.RouteTable,
        *,
        gateway_id: pulumi.Input[str] | None = None,
        nat_gateway_id: pulumi.Input[str] | None = None,
    ) -> None:
        ec2.Route(
            f"{self._name}-{label}-default",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway_id,
            nat_gateway_id=nat_gateway_id,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _nat_gateway(self, zone: str, subnet: ec2.Subnet) -> ec2.NatGateway:
        own = pulumi.ResourceOptions(parent=self)
        name = f"{self._name}-nat-{zone}"
        address = ec2.Eip(f"{name}-address", domain="vpc", tags={"Name": name}, opts=own)
        return ec2.NatGateway(
            name, allocation_id=address.id, subnet_id=subnet.id, tags={"Name": name}, opts=own
        )
