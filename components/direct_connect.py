"""Direct Connect: the private lines from the data centre to a transit gateway.

Owns the Direct Connect gateway, the interface on each line, and their alarms. Leaves out the lines
themselves: they are ordered, patched and given MACsec by people, and named here by their ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import directconnect

from components.link_alarms import State, alarm_when_down


@dataclass(frozen=True, kw_only=True)
class DirectConnectArgs:
    """What the lines are attached to, and how.

    Args:
        transit_gateway_id: Where they lead.
        network: What the data centre is told to send here, and nothing beside it.
        number: The Direct Connect gateway's number in BGP; not the transit gateway's.
        data_centre_number: The data centre's.
        connections: Each line's id to the VLAN that is ours on it.
        alarms_topic_arn: Where alarms go.
        protect: Whether gateway and interfaces are protected from deletion.
    """

    transit_gateway_id: pulumi.Input[str]
    network: IPv4Network
    number: int
    data_centre_number: int
    connections: Mapping[str, int]
    alarms_topic_arn: pulumi.Input[str]
    protect: bool


class DirectConnect(pulumi.ComponentResource):
    """A Direct Connect gateway before a transit gateway, with an interface on every line."""

    attachment_id: pulumi.Output[str]
    """The id of its attachment to the transit gateway."""

    def __init__(
        self, name: str, args: DirectConnectArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:DirectConnect", name, {}, opts)
        kept = pulumi.ResourceOptions(parent=self, protect=args.protect)
        gateway = directconnect.Gateway(
            f"{name}-gateway", name=name, amazon_side_asn=str(args.number), opts=kept
        )
        association = directconnect.GatewayAssociation(
            f"{name}-association",
            dx_gateway_id=gateway.id,
            associated_gateway_id=args.transit_gateway_id,
            # The very network that VPN announces: a larger one here would send everything over VPN,
            # since the smaller wins.
            allowed_prefixes=[str(args.network)],
            opts=pulumi.ResourceOptions(parent=self),
        )
        for connection, vlan in args.connections.items():
            interface = directconnect.TransitVirtualInterface(
                f"{name}-{connection}",
                name=f"{name}-{connection}",
                connection_id=connection,
                dx_gateway_id=gateway.id,
                vlan=vlan,
                address_family="ipv4",
                bgp_asn=args.data_centre_number,
                # AWS makes the key of the BGP session and tells it back.
                opts=pulumi.ResourceOptions.merge(
                    kept, pulumi.ResourceOptions(additional_secret_outputs=["bgpAuthKey"])
                ),
            )
            self._alarms(f"{name}-{connection}", interface, args)
        self.attachment_id = association.transit_gateway_attachment_id
        self.register_outputs({"attachmentId": self.attachment_id})

    def _alarms(
        self, name: str, interface: directconnect.TransitVirtualInterface, args: DirectConnectArgs
    ) -> None:
        line = {"ConnectionId": interface.connection_id}
        of_all = f"of {len(args.connections)} to the data centre"
        states = {
            "line": State(
                namespace="AWS/DX",
                metric="ConnectionState",
                dimensions=line,
                description=f"A line is down, {of_all}",
            ),
            "bgp": State(
                namespace="AWS/DX",
                metric="VirtualInterfaceBgpStatus",
                dimensions={**line, "VirtualInterfaceId": interface.id},
                description=f"No routes are exchanged over a line, {of_all}",
            ),
        }
        for label, state in states.items():
            alarm_when_down(
                f"{name}-{label}",
                state,
                topic_arn=args.alarms_topic_arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
