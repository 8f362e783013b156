"""The security groups of a PostgreSQL cluster: who reaches its instances, and its proxy.

Parts of the cluster's component, in a module of their own.
"""

from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import TypedDict

import pulumi
from pulumi_aws import ec2

POSTGRES_PORT = 5432
"""Where cluster and proxy take connections: PostgreSQL's own."""


class _Ports(TypedDict):
    protocol: str
    from_port: int
    to_port: int


_PORTS = _Ports(protocol="tcp", from_port=POSTGRES_PORT, to_port=POSTGRES_PORT)


def instances_group(
    name: str,
    *,
    vpc_id: pulumi.Input[str],
    clients: Mapping[str, IPv4Network],
    proxy: ec2.SecurityGroup | None,
    opts: pulumi.ResourceOptions,
) -> ec2.SecurityGroup:
    """The group of the instances, which open no connection themselves.

    Args:
        name: The group's name.
        vpc_id: The network's VPC.
        clients: Where clients connect from, by a name that stays with the network.
        proxy: The proxy's group, if there is a proxy.
        opts: The resource's options.
    """
    behind_proxy: list[ec2.SecurityGroupIngressArgsDict] = (
        [] if proxy is None else [{**_PORTS, "description": "Proxy", "security_groups": [proxy.id]}]
    )
    return ec2.SecurityGroup(
        name,
        name=name,
        description="Instances of a PostgreSQL cluster",
        vpc_id=vpc_id,
        ingress=[*_from_clients(clients), *behind_proxy],
        egress=[],
        tags={"Name": name},
        opts=opts,
    )


def proxy_group(
    name: str,
    *,
    vpc_id: pulumi.Input[str],
    clients: Mapping[str, IPv4Network],
    instances: Mapping[str, IPv4Network],
    opts: pulumi.ResourceOptions,
) -> ec2.SecurityGroup:
    """The group of a proxy. It names no group, since that of the instances names this one.

    Args:
        name: The group's name.
        vpc_id: The network's VPC.
        clients: Where clients connect from, by a name that stays with the network.
        instances: Where the instances are, likewise.
        opts: The resource's options.
    """
    return ec2.SecurityGroup(
        name,
        name=name,
        description="Proxy before a PostgreSQL cluster",
        vpc_id=vpc_id,
        ingress=_from_clients(clients),
        egress=[
            {**_PORTS, "description": f"Instances in {network}", "cidr_blocks": [str(cidr)]}
            for network, cidr in instances.items()
        ],
        tags={"Name": name},
        opts=opts,
    )


def _from_clients(clients: Mapping[str, IPv4Network]) -> list[ec2.SecurityGroupIngressArgsDict]:
    return [
        {**_PORTS, "description": f"Clients in {network}", "cidr_blocks": [str(cidr)]}
        for network, cidr in clients.items()
    ]
