"""Site-to-site VPN: the way to the data centre over the internet, for when Direct Connect fails.

Owns a connection of two tunnels to each of the data centre's devices, their log and alarms. The
tunnels' keys are made by AWS and lie in Secrets Manager, where the network team reads them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, ec2

from components._tunnels import tunnel_options
from components.link_alarms import State, alarm_when_down


@dataclass(frozen=True, kw_only=True)
class VpnFallbackArgs:
    """What the connections are made of.

    Args:
        transit_gateway_id: Where they end in AWS.
        data_centre_number: The data centre's number in BGP.
        devices: The public address of each of its devices to what is inside both tunnels to it.
        logs_key_arn: The key that encrypts the tunnels' log.
        alarms_topic_arn: Where alarms go.
        protect: Whether connections and log are protected from deletion.
    """

    transit_gateway_id: pulumi.Input[str]
    data_centre_number: int
    devices: Mapping[str, IPv4Network]
    logs_key_arn: pulumi.Input[str]
    alarms_topic_arn: pulumi.Input[str]
    protect: bool


class VpnFallback(pulumi.ComponentResource):
    """A VPN connection to every device, with routes by BGP."""

    attachment_ids: Mapping[str, pulumi.Output[str]]
    """Per device the id of its connection's attachment to the transit gateway."""

    def __init__(
        self, name: str, args: VpnFallbackArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VpnFallback", name, {}, opts)
        self._name, self._args = name, args
        log = cloudwatch.LogGroup(
            f"{name}-logs",
            # Under this prefix a log counts for nothing in the limit of the log's own policy
            # (CloudWatch user guide, vended logs).
            name=f"/aws/vendedlogs/vpn/{name}",
            # PCI DSS 4.0.1, 10.5.1: twelve months.
            retention_in_days=365,
            kms_key_id=args.logs_key_arn,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.attachment_ids = {
            device: self._connection(device, inside, log).transit_gateway_attachment_id
            for device, inside in args.devices.items()
        }
        self.register_outputs({"attachmentIds": self.attachment_ids})

    def _connection(
        self, device: str, inside: IPv4Network, log: cloudwatch.LogGroup
    ) -> ec2.VpnConnection:
        name, args = f"{self._name}-{device}", self._args
        gateway = ec2.CustomerGateway(
            f"{name}-device",
            type="ipsec.1",
            ip_address=device,
            bgp_asn=str(args.data_centre_number),
            tags={"Name": name},
            opts=pulumi.ResourceOptions(parent=self),
        )
        written: Any = {
            "log_enabled": True,
            "log_group_arn": log.arn,
            "log_output_format": "json",
            "bgp_log_enabled": True,
            "bgp_log_group_arn": log.arn,
            "bgp_log_output_format": "json",
        }
        connection = ec2.VpnConnection(
            name,
            type="ipsec.1",
            customer_gateway_id=gateway.id,
            transit_gateway_id=args.transit_gateway_id,
            static_routes_only=False,
            # Else the service would tell them to whoever may describe the connection, us included.
            preshared_key_storage="SecretsManager",
            tunnel1_log_options={"cloudwatch_log_options": written},
            tunnel2_log_options={"cloudwatch_log_options": written},
            tags={"Name": name},
            # Another connection has other addresses and keys, and the device to be set up anew.
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
            **tunnel_options(inside),
        )
        alarm_when_down(
            f"{name}-tunnels",
            State(
                namespace="AWS/VPN",
                metric="TunnelState",
                dimensions={"VpnId": connection.id},
                description=f"One of the tunnels to {device} is down, or both",
            ),
            topic_arn=args.alarms_topic_arn,
            opts=pulumi.ResourceOptions(parent=self),
        )
        return connection
