"""Names: the stack's own zone, the way to names on-premises and back, and what may be resolved.

Owns the private zone, resolver endpoints with their groups, the record of all queries and the DNS
firewall. Leaves out what the names in the zone stand for: that belongs to what has a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TypedDict

import pulumi
from pulumi_aws import ec2, route53

from components._name_rules import ALLOW, ANY_NAME, BLOCK, THREATS, let_through

DNS_PORT = 53


@dataclass(frozen=True, kw_only=True)
class PrivateDnsArgs:
    """What the names of a network are made of.

    Args:
        zone: The stack's own zone, which only its network resolves.
        vpc_id: The network's VPC.
        subnet_ids: One private subnet per zone, for the resolver's addresses.
        forward: Names on-premises to the servers that know them, and that ask for the stack's in
            turn; empty where there are none.
        allowed_names: Names that may be resolved beside the stack's own; ``*`` alone for all.
        query_log: ARN of the bucket that the record of all queries goes to.
        protect: Whether the zone is protected from deletion, and the firewall from being taken off.
    """

    zone: str
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    forward: Mapping[str, Sequence[IPv4Address]]
    allowed_names: Sequence[str]
    query_log: pulumi.Input[str]
    protect: bool


class PrivateDns(pulumi.ComponentResource):
    """A private zone, the resolver's doors to on-premises, and a firewall for names."""

    zone_id: pulumi.Output[str]
    """The private zone's id."""

    def __init__(
        self, name: str, args: PrivateDnsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:PrivateDns", name, {}, opts)
        self._name = name
        self._args = args
        zone = route53.Zone(
            f"{name}-zone",
            name=args.zone,
            comment="Names inside the network",
            vpcs=[{"vpc_id": args.vpc_id}],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self._record_queries()
        self._firewall()
        if args.forward:
            self._meet_on_premises()
        self.zone_id = zone.zone_id
        self.register_outputs({"zoneId": self.zone_id})

    def _record_queries(self) -> None:
        own = pulumi.ResourceOptions(parent=self)
        log = route53.ResolverQueryLogConfig(
            f"{self._name}-query-log",
            name=self._name,
            destination_arn=self._args.query_log,
            opts=own,
        )
        route53.ResolverQueryLogConfigAssociation(
            f"{self._name}-query-log",
            resolver_query_log_config_id=log.id,
            resource_id=self._args.vpc_id,
            opts=own,
        )

    def _firewall(self) -> None:
        name, args = self._name, self._args
        own = pulumi.ResourceOptions(parent=self)
        group = route53.ResolverFirewallRuleGroup(f"{name}-firewall", name=name, opts=own)
        for threat, priority in THREATS.items():
            route53.ResolverFirewallRule(
                f"{name}-{threat}",
                name=threat,
                firewall_rule_group_id=group.id,
                priority=priority,
                dns_threat_protection=threat.upper().replace("-", "_"),
                # Only what Resolver is sure of: a name blocked by mistake is a service down.
                confidence_threshold="HIGH",
                action="BLOCK",
                block_response="NXDOMAIN",
                opts=own,
            )
        allowed = let_through(own_zone=args.zone, forwarded=args.forward, listed=args.allowed_names)
        if allowed is not None:
            self._name_rule(group, "allowed", allowed, priority=ALLOW, action="ALLOW")
            self._name_rule(group, "others", (ANY_NAME,), priority=BLOCK, action="BLOCK")
        route53.ResolverFirewallRuleGroupAssociation(
            f"{name}-firewall",
            name=name,
            firewall_rule_group_id=group.id,
            vpc_id=args.vpc_id,
            # AWS keeps places up to 100 for its own Firewall Manager.
            priority=101,
            mutation_protection="ENABLED" if args.protect else "DISABLED",
            opts=own,
        )
        route53.ResolverFirewallConfig(
            f"{name}-firewall",
            resource_id=args.vpc_id,
            # A firewall that does not answer lets nothing through.
            firewall_fail_open="DISABLED",
            opts=own,
        )

    def _name_rule(
        self,
        group: route53.ResolverFirewallRuleGroup,
        label: str,
        domains: Sequence[str],
        *,
        priority: int,
        action: str,
    ) -> None:
        own = pulumi.ResourceOptions(parent=self)
        listed = route53.ResolverFirewallDomainList(
            f"{self._name}-{label}", name=f"{self._name}-{label}", domains=domains, opts=own
        )
        route53.ResolverFirewallRule(
            f"{self._name}-{label}",
            name=label,
            firewall_rule_group_id=group.id,
            firewall_domain_list_id=listed.id,
            # What a listed name leads on to needs no listing of its own.
            firewall_domain_redirection_action="TRUST_REDIRECTION_DOMAIN",
            priority=priority,
            action=action,
            block_response="NXDOMAIN" if action == "BLOCK" else None,
            opts=own,
        )

    def _meet_on_premises(self) -> None:
        name, args = self._name, self._args
        own = pulumi.ResourceOptions(parent=self)
        known = sorted({server for servers in args.forward.values() for server in servers})
        theirs = [f"{server}/32" for server in known]
        self._endpoint("inbound", ingress=theirs, egress=[])
        endpoint = self._endpoint("outbound", ingress=[], egress=theirs)
        for domain, servers in args.forward.items():
            rule = route53.ResolverRule(
                f"{name}-{domain}",
                name=domain.replace(".", "-"),
                domain_name=domain,
                rule_type="FORWARD",
                resolver_endpoint_id=endpoint.id,
                target_ips=[{"ip": str(server), "port": DNS_PORT} for server in servers],
                opts=own,
            )
            route53.ResolverRuleAssociation(
                f"{name}-{domain}", resolver_rule_id=rule.id, vpc_id=args.vpc_id, opts=own
            )

    def _endpoint(
        self, direction: str, *, ingress: Sequence[str], egress: Sequence[str]
    ) -> route53.ResolverEndpoint:
        name = f"{self._name}-{direction}"
        own = pulumi.ResourceOptions(parent=self)
        group = ec2.SecurityGroup(
            f"{name}-group",
            name=name,
            description=f"Resolver, {direction}",
            vpc_id=self._args.vpc_id,
            ingress=[
                ec2.SecurityGroupIngressArgs(**_dns(protocol, ingress))
                for protocol in ("tcp", "udp")
                if ingress
            ],
            egress=[
                ec2.SecurityGroupEgressArgs(**_dns(protocol, egress))
                for protocol in ("tcp", "udp")
                if egress
            ],
            tags={"Name": name},
            opts=own,
        )
        return route53.ResolverEndpoint(
            name,
            name=name,
            direction=direction.upper(),
            security_group_ids=[group.id],
            ip_addresses=[{"subnet_id": subnet} for subnet in self._args.subnet_ids],
            opts=own,
        )


class _Dns(TypedDict):
    protocol: str
    from_port: int
    to_port: int
    cidr_blocks: list[str]


def _dns(protocol: str, networks: Sequence[str]) -> _Dns:
    """A security group's rule for DNS, which large answers take over TCP."""
    return _Dns(protocol=protocol, from_port=DNS_PORT, to_port=DNS_PORT, cidr_blocks=list(networks))
