"""The private network: three tiers of subnets over the zones, and the routes between them.

Owns addresses, gateways and routes, the data tier's ACL and the record of all traffic. Leaves out
endpoints, names and every security group, which belongs to what it protects; the one that AWS makes
by itself is taken over only to close it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2

from components._addresses import Tier, tier_network
from components._network_acl import data_tier_rules


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """What a network is made of.

    Args:
        cidr: The network's addresses.
        zones: Availability zone to its block inside ``cidr``.
        nat_zones: Zones with a NAT gateway of their own; every other zone leaves through the first.
        elsewhere: Networks outside that reach the data tier as the private tier does.
        flow_logs: ARN of the bucket that the record of all traffic goes to.
        protect: Whether the VPC and its subnets are protected from deletion.
    """

    cidr: IPv4Network
    zones: Mapping[str, IPv4Network]
    nat_zones: Sequence[str]
    elsewhere: Sequence[IPv4Network]
    flow_logs: pulumi.Input[str]
    protect: bool


class Network(pulumi.ComponentResource):
    """A VPC with a public, a private and a data subnet in each zone."""

    vpc_id: pulumi.Output[str]
    """The VPC's id."""
    subnet_ids: Mapping[Tier, Sequence[pulumi.Output[str]]]
    """Per tier the subnets' ids, in the order of the zones."""
    route_table_ids: Mapping[str, pulumi.Output[str]]
    """Ids of the route tables of the private and the data tier, by names that stay."""

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Network", name, {}, opts)
        self._name = name
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
        # Whatever names no group gets this one, so it lets nothing through.
        ec2.DefaultSecurityGroup(
            f"{name}-default-group", vpc_id=vpc.id, ingress=[], egress=[], opts=own
        )
        ec2.FlowLog(
            f"{name}-flow-log",
            vpc_id=vpc.id,
            traffic_type="ALL",
            log_destination_type="s3",
            log_destination=args.flow_logs,
            # The shortest that AWS offers, in seconds: what is seen late is stopped late.
            max_aggregation_interval=60,
            tags={"Name": name},
            opts=own,
        )
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
        rules = data_tier_rules(args.zones, args.elsewhere)
        ec2.NetworkAcl(
            f"{name}-data-acl",
            vpc_id=vpc.id,
            subnet_ids=self.subnet_ids[Tier.DATA],
            ingress=[ec2.NetworkAclIngressArgs(**rule) for rule in rules],
            egress=[ec2.NetworkAclEgressArgs(**rule) for rule in rules],
            tags={"Name": f"{name}-data", "tier": Tier.DATA},
            opts=own,
        )
        internet = ec2.InternetGateway(
            f"{name}-internet", vpc_id=vpc.id, tags={"Name": name}, opts=own
        )
        nats = {
            zone: self._nat_gateway(zone, subnets[Tier.PUBLIC][zone], internet)
            for zone in args.nat_zones
        }
        public = self._route_table("public")
        self._default_route("public", public, gateway_id=internet.id)
        private = {zone: self._route_table(f"private-{zone}") for zone in args.zones}
        for zone, table in private.items():
            nat = nats.get(zone, nats[args.nat_zones[0]])
            self._default_route(f"private-{zone}", table, nat_gateway_id=nat.id)
        # Without a default route: nothing in the data tier reaches the internet or is reached.
        data = self._route_table("data")

        self.route_table_ids = {
            **{f"private-{zone}": table.id for zone, table in private.items()},
            "data": data.id,
        }
        tables = {
            Tier.PUBLIC: dict.fromkeys(args.zones, public),
            Tier.PRIVATE: private,
            Tier.DATA: dict.fromkeys(args.zones, data),
        }
        for tier, zones in subnets.items():
            for zone, subnet in zones.items():
                ec2.RouteTableAssociation(
                    f"{name}-{tier}-{zone}",
                    route_table_id=tables[tier][zone].id,
                    subnet_id=subnet.id,
                    opts=own,
                )
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "subnetIds": self.subnet_ids,
                "routeTableIds": self.route_table_ids,
            }
        )

    def _nat_gateway(
        self, zone: str, subnet: ec2.Subnet, internet: ec2.InternetGateway
    ) -> ec2.NatGateway:
        name = f"{self._name}-nat-{zone}"
        own = pulumi.ResourceOptions(parent=self)
        address = ec2.Eip(f"{name}-address", domain="vpc", tags={"Name": name}, opts=own)
        return ec2.NatGateway(
            name,
            allocation_id=address.id,
            subnet_id=subnet.id,
            tags={"Name": name},
            # AWS refuses a NAT gateway where the VPC has no internet gateway yet.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[internet]),
        )

    def _route_table(self, label: str) -> ec2.RouteTable:
        name = f"{self._name}-{label}"
        own = pulumi.ResourceOptions(parent=self)
        return ec2.RouteTable(f"{name}-routes", vpc_id=self.vpc_id, tags={"Name": name}, opts=own)

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
