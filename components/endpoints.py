"""Private ways to AWS's own services, so that nodes reach them without the internet.

Owns the endpoints, what passes them, and the group in front of them. Without these, a private
subnet whose NAT is down, or that has none, starts no node and pulls no image.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
from pulumi_aws import ec2

from components._endpoint_policies import bucket_policy, interface_policies


@dataclass(frozen=True, kw_only=True)
class PrivateEndpointsArgs:
    """What the endpoints are made of.

    Args:
        account: The only account whose identities pass: 12 digits.
        region: Where the network is.
        vpc_id: The network's VPC.
        subnet_ids: One private subnet per zone; each gets an address for every service.
        route_table_ids: The tables of all subnets that reach S3, by names that stay.
        clients: Networks that connect, by names that stay.
    """

    account: str
    region: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    route_table_ids: Mapping[str, pulumi.Input[str]]
    clients: Mapping[str, IPv4Network]


class PrivateEndpoints(pulumi.ComponentResource):
    """A gateway to S3 and an interface to every other service that nodes need."""

    security_group_id: pulumi.Output[str]
    """The group in front of the interfaces."""

    def __init__(
        self, name: str, args: PrivateEndpointsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:PrivateEndpoints", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        ec2.VpcEndpoint(
            f"{name}-s3",
            vpc_id=args.vpc_id,
            service_name=f"com.amazonaws.{args.region}.s3",
            vpc_endpoint_type="Gateway",
            route_table_ids=list(args.route_table_ids.values()),
            policy=bucket_policy(args.account, args.region),
            tags={"Name": f"{name}-s3"},
            opts=own,
        )
        group = ec2.SecurityGroup(
            f"{name}-group",
            name=name,
            description="Private endpoints of AWS services",
            vpc_id=args.vpc_id,
            ingress=[
                {
                    "description": f"Clients in {client}",
                    "protocol": "tcp",
                    "from_port": 443,
                    "to_port": 443,
                    "cidr_blocks": [str(network)],
                }
                for client, network in args.clients.items()
            ],
            egress=[],
            tags={"Name": name},
            opts=own,
        )
        for service, policy in interface_policies(args.account).items():
            ec2.VpcEndpoint(
                f"{name}-{service}",
                vpc_id=args.vpc_id,
                service_name=f"com.amazonaws.{args.region}.{service}",
                vpc_endpoint_type="Interface",
                subnet_ids=args.subnet_ids,
                security_group_ids=[group.id],
                # The service's usual name leads here, so that no client has to be told.
                private_dns_enabled=True,
                policy=policy,
                tags={"Name": f"{name}-{service}"},
                opts=own,
            )
        self.security_group_id = group.id
        self.register_outputs({"securityGroupId": self.security_group_id})
