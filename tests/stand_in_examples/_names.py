"""Examples of Route 53's types."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def _endpoint(world: World) -> Plain:
    world.without_resolver_endpoints()
    vpc = world.vpc()
    subnets = [world.subnet(vpc), world.subnet(vpc, "10.0.2.0/24")]
    return {
        "name": new_name(),
        "direction": "OUTBOUND",
        "securityGroupIds": [world.group()],
        "ipAddresses": [{"subnetId": subnet} for subnet in subnets],
        "tags": TAGS,
    }


def _three(world: World) -> list[Plain]:
    """The addresses of the only endpoint, and one in another subnet."""
    [door] = world.call("route53resolver", "ListResolverEndpoints")["ResolverEndpoints"]
    told = world.call(
        "route53resolver", "ListResolverEndpointIpAddresses", ResolverEndpointId=door["Id"]
    )
    subnets = [each["SubnetId"] for each in told["IpAddresses"]]
    other = world.subnet(door["HostVPCId"], f"10.0.{100 + world.number() % 100}.0/24")
    return [{"subnetId": subnet} for subnet in (*subnets, other)]


def _rule(world: World) -> Plain:
    endpoint, _ = world.make("aws:route53/resolverEndpoint:ResolverEndpoint", _endpoint(world))
    return {
        "name": new_name(),
        "domainName": "corp.bank.internal",
        "ruleType": "FORWARD",
        "resolverEndpointId": endpoint,
        "targetIps": [{"ip": "10.128.0.53", "port": 53.0}, {"ip": "10.129.0.53", "port": 53.0}],
        "tags": TAGS,
    }


def _association(world: World) -> Plain:
    rule, _ = world.make("aws:route53/resolverRule:ResolverRule", _rule(world))
    return {"name": new_name(), "resolverRuleId": rule, "vpcId": world.vpc()}


_FIREWALL_RULE = "aws:route53/resolverFirewallRule:ResolverFirewallRule"
_GROUP = "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup"
_OF_GROUP = "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
_LOG = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"
_OF_LOG = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"

EXAMPLES: Mapping[str, Example] = {
    "aws:route53/zone:Zone": Example(
        inputs=lambda world: {
            "name": f"{new_name()}.bank.internal",
            "comment": "Names inside",
            "vpcs": [{"vpcId": world.vpc()}],
            "tags": TAGS,
        },
        changes=lambda _: [{"comment": "Other names"}, {"forceDestroy": True}],
    ),
    "aws:route53/resolverEndpoint:ResolverEndpoint": Example(
        inputs=_endpoint,
        changes=lambda world: [
            {"name": new_name()},
            {"ipAddresses": _three(world)},
            {"ipAddresses": _three(world)[:2]},
        ],
    ),
    "aws:route53/resolverRule:ResolverRule": Example(inputs=_rule),
    "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": Example(inputs=_association),
    "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": Example(
        inputs=lambda _: {"resourceId": "vpc-1", "firewallFailOpen": "DISABLED"}
    ),
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": Example(
        inputs=lambda _: {"name": new_name(), "domains": ["*.amazonaws.com"]}
    ),
    _FIREWALL_RULE: Example(
        inputs=lambda _: {"name": new_name(), "firewallRuleGroupId": "g", "priority": 100.0}
    ),
    _GROUP: Example(inputs=lambda _: {"name": new_name()}),
    _OF_GROUP: Example(
        inputs=lambda _: {"name": new_name(), "firewallRuleGroupId": "g", "vpcId": "vpc-1"}
    ),
    _LOG: Example(inputs=lambda _: {"name": new_name(), "destinationArn": "arn:aws:s3:::a"}),
    _OF_LOG: Example(inputs=lambda _: {"resolverQueryLogConfigId": "l", "resourceId": "vpc-1"}),
}
