"""The link between the network and the data centre: a transit gateway with two ways behind it.

Owns the transit gateway, its route tables and the network's routes to it. What the ways are is
``direct_connect``'s and ``vpn_fallback``'s. Who may talk to whom over the link is not decided here:
security groups and the data tier's ACL do that, at what they protect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2, ec2transitgateway

from components.direct_connect import DirectConnect, DirectConnectArgs
from components.vpn_fallback import VpnFallback, VpnFallbackArgs


@dataclass(frozen=True, kw_only=True)
class DataCentreLinkArgs:
    """What the link is made of.

    Args:
        vpc_id: The network's VPC.
        network: The VPC's addresses: all that the data centre is told of.
        subnet_ids: One private subnet per zone, for the transit gateway's addresses.
        route_table_ids: The network's route tables that know the data centre, by names that stay.
        routes: Per table, by its name, what is reached over the link, by a name that stays.
        transit_gateway_number: The transit gateway's number in BGP.
        direct_connect_number: The Direct Connect gateway's.
        data_centre_number: The data centre's.
        connections: Each Direct Connect connection's id to the VLAN that is ours on it.
        devices: The public address of each of the data centre's VPN devices to what is inside both
            tunnels to it.
        logs_key_arn: The key that encrypts the tunnels' log.
        alarms_topic_arn: Where alarms go.
        protect: Whether what takes people in the data centre to replace is protected from deletion.
    """

    vpc_id: pulumi.Input[str]
    network: IPv4Network
    subnet_ids: Sequence[pulumi.Input[str]]
    route_table_ids: Mapping[str, pulumi.Input[str]]
    routes: Mapping[str, Mapping[str, IPv4Network]]
    transit_gateway_number: int
    direct_connect_number: int
    data_centre_number: int
    connections: Mapping[str, int]
    devices: Mapping[str, IPv4Network]
    logs_key_arn: pulumi.Input[str]
    alarms_topic_arn: pulumi.Input[str]
    protect: bool


class DataCentreLink(pulumi.ComponentResource):
    """A transit gateway that leads to the data centre by Direct Connect, else by VPN."""

    transit_gateway_id: pulumi.Output[str]
    """The transit gateway's id."""

    def __init__(
        self, name: str, args: DataCentreLinkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:DataCentreLink", name, {}, opts)
        self._name, self._args = name, args
        own = pulumi.ResourceOptions(parent=self)
        gateway = ec2transitgateway.TransitGateway(
            f"{name}-gateway",
            description="The network and the data centre",
            amazon_side_asn=args.transit_gateway_number,
            # Nothing is attached, and nothing learns routes, by being there.
            auto_accept_shared_attachments="disable",
            default_route_table_association="disable",
            default_route_table_propagation="disable",
            dns_support="enable",
            # When VPN has to carry everything, all of its tunnels share it.
            vpn_ecmp_support="enable",
            tags={"Name": name},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.transit_gateway_id = gateway.id
        network = ec2transitgateway.VpcAttachment(
            f"{name}-network",
            transit_gateway_id=gateway.id,
            vpc_id=args.vpc_id,
            subnet_ids=args.subnet_ids,
            dns_support="enable",
            # It holds a connection to one zone, for appliances that have to see both directions.
            # There are none, and without it traffic stays in the zone of its server.
            appliance_mode_support="disable",
            transit_gateway_default_route_table_association=False,
            transit_gateway_default_route_table_propagation=False,
            tags={"Name": f"{name}-network"},
            opts=own,
        )
        lines = DirectConnect(
            f"{name}-lines",
            DirectConnectArgs(
                transit_gateway_id=gateway.id,
                network=args.network,
                number=args.direct_connect_number,
                data_centre_number=args.data_centre_number,
                connections=args.connections,
                alarms_topic_arn=args.alarms_topic_arn,
                protect=args.protect,
            ),
            opts=own,
        )
        fallback = VpnFallback(
            f"{name}-vpn",
            VpnFallbackArgs(
                transit_gateway_id=gateway.id,
                data_centre_number=args.data_centre_number,
                devices=args.devices,
                logs_key_arn=args.logs_key_arn,
                alarms_topic_arn=args.alarms_topic_arn,
                protect=args.protect,
            ),
            opts=own,
        )
        self._meet(network.id, {"lines": lines.attachment_id, **fallback.attachment_ids})
        for table, destinations in args.routes.items():
            for label, destination in destinations.items():
                ec2.Route(
                    f"{name}-{table}-{label}",
                    route_table_id=args.route_table_ids[table],
                    destination_cidr_block=str(destination),
                    transit_gateway_id=gateway.id,
                    # AWS takes no route to a transit gateway that the VPC is not attached to.
                    opts=pulumi.ResourceOptions(parent=self, depends_on=[network]),
                )
        self.register_outputs({"transitGatewayId": self.transit_gateway_id})

    def _meet(self, network: pulumi.Input[str], ways: Mapping[str, pulumi.Output[str]]) -> None:
        """Leads the network into the data centre and back; the ways don't lead into each other.

        All ways announce the same networks. Of two routes that are equally narrow, a transit
        gateway takes that of Direct Connect before that of VPN (transit gateway guide, route
        evaluation order), and takes the other as soon as BGP withdraws it.
        """
        outward, inward = self._table("outward"), self._table("inward")
        self._hears("network", network, of=outward)
        for label, way in ways.items():
            self._hears(label, way, of=inward)
            self._tells(label, way, to=outward)
        self._tells("network", network, to=inward)

    def _table(self, label: str) -> ec2transitgateway.RouteTable:
        name = f"{self._name}-{label}"
        return ec2transitgateway.RouteTable(
            name,
            transit_gateway_id=self.transit_gateway_id,
            tags={"Name": name},
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _hears(
        self, label: str, attachment: pulumi.Input[str], *, of: ec2transitgateway.RouteTable
    ) -> None:
        """What comes in by this attachment goes where the table says."""
        ec2transitgateway.RouteTableAssociation(
            f"{self._name}-{label}",
            transit_gateway_attachment_id=attachment,
            transit_gateway_route_table_id=of.id,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _tells(
        self, label: str, attachment: pulumi.Input[str], *, to: ec2transitgateway.RouteTable
    ) -> None:
        """The table leads to what this attachment announces."""
        ec2transitgateway.RouteTablePropagation(
            f"{self._name}-{label}",
            transit_gateway_attachment_id=attachment,
            transit_gateway_route_table_id=to.id,
            opts=pulumi.ResourceOptions(parent=self),
        )
