"""What may come in and go out by security groups."""

from collections.abc import Sequence
from typing import Any

from policies.controls._addresses import is_everywhere
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, at, listed, of_each

GROUP = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
NATIVE_GROUP = "aws-native:ec2:SecurityGroup"
EITHER = "aws:ec2/securityGroupRule:SecurityGroupRule"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
NATIVE_IN = "aws-native:ec2:SecurityGroupIngress"
NATIVE_OUT = "aws-native:ec2:SecurityGroupEgress"
GROUPS = (GROUP, DEFAULT_GROUP, NATIVE_GROUP)
INGRESS = (GROUP, DEFAULT_GROUP, IN, EITHER, NATIVE_GROUP, NATIVE_IN)
EGRESS = (GROUP, DEFAULT_GROUP, OUT, EITHER, NATIVE_GROUP, NATIVE_OUT)
PREFIX_LIST = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_ENTRY = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
NATIVE_PREFIX_LIST = "aws-native:ec2:PrefixList"
BALANCERS = (
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:elb/loadBalancer:LoadBalancer",
    "aws-native:elasticloadbalancingv2:LoadBalancer",
)

V4 = ("cidrBlocks", "cidrIpv4", "cidrIp")
V6 = ("ipv6CidrBlocks", "cidrIpv6")
"""What each form of a rule calls the addresses that it is about."""
_INLINE = {"ingress": "securityGroupIngress", "egress": "securityGroupEgress"}
"""What aws-native calls the rules inside a group."""

INTERNET_IN = Control(
    id="NET-03",
    pack="security",
    title="Nobody comes in from everywhere, but at 443 of a load balancer",
    levels="MMM",
    severity="critical",
    supports="HUB EC2.13, HUB EC2.14, HUB EC2.18, HUB EC2.19, C5 5.3, C5 5.4, PCI 1.3.1, "
    "N SC-7(5), R 13",
    remedy="Name the networks or groups that need it; let everybody in at a load balancer only.",
)
INTERNET_OUT = Control(
    id="NET-04",
    pack="security",
    title="Nothing may go out to everywhere by every protocol",
    levels="AAM",
    severity="high",
    supports="PCI 1.3.2, N SC-7(9), D 9(2)",
    remedy="Name the networks, groups and ports that are needed; leave egress empty where none is.",
)


@INTERNET_IN.rule("ipv4", "no ingress from 0.0.0.0/0 but at 443", *INGRESS)
def _in_from_v4(resource: Resource) -> Wrong:
    yield from _opened(resource, V4)


@INTERNET_IN.rule("ipv6", "no ingress from ::/0 but at 443", *INGRESS)
def _in_from_v6(resource: Resource) -> Wrong:
    yield from _opened(resource, V6)


@INTERNET_IN.rule_in_stack("443", "ingress from everywhere only at load balancers", *INGRESS)
def _in_elsewhere(resource: Resource, stack: Stack) -> Wrong:
    if _is_before_balancer(resource, stack):
        return

    def elsewhere(place: int, rule: Any) -> Wrong:
        if _is_for_all(rule, (*V4, *V6)):
            yield f"{_path(resource, 'ingress', place)} lets everybody in, at no load balancer"

    yield from of_each(_rules(resource, "ingress"), elsewhere)


@INTERNET_IN.rule(
    "prefix-list",
    "no prefix list of everything",
    PREFIX_LIST,
    PREFIX_ENTRY,
    NATIVE_PREFIX_LIST,
)
def _prefix_list(resource: Resource) -> Wrong:
    inside = listed(resource.properties, "entries")
    entries = [resource.properties] if resource.type == PREFIX_ENTRY else inside

    def wide(_: int, entry: Any) -> Wrong:
        if is_everywhere(at(entry, "cidr")):
            yield "cidr of an entry is everywhere, which hides it from those who use the list"

    yield from of_each(entries, wide)


@INTERNET_OUT.rule("ipv4", "no egress to 0.0.0.0/0 by every protocol", *EGRESS)
def _out_to_v4(resource: Resource) -> Wrong:
    if resource.type == NATIVE_GROUP and not resource.at(_INLINE["egress"]):
        yield "securityGroupEgress is empty, whereupon AWS lets everything out"
    yield from _let_out(resource, V4)


@INTERNET_OUT.rule("ipv6", "no egress to ::/0 by every protocol", *EGRESS)
def _out_to_v6(resource: Resource) -> Wrong:
    yield from _let_out(resource, V6)


def _opened(resource: Resource, addresses: Sequence[str]) -> Wrong:
    def opened(place: int, rule: Any) -> Wrong:
        if _is_for_all(rule, addresses) and not _is_https(rule):
            yield f"{_path(resource, 'ingress', place)} lets everybody in"

    yield from of_each(_rules(resource, "ingress"), opened)


def _let_out(resource: Resource, addresses: Sequence[str]) -> Wrong:
    def let_out(place: int, rule: Any) -> Wrong:
        if _is_for_all(rule, addresses) and _is_everything(rule):
            yield f"{_path(resource, 'egress', place)} lets everything out"

    yield from of_each(_rules(resource, "egress"), let_out)


def _rules(resource: Resource, direction: str) -> Sequence[Any]:
    """The rules of one direction that a group has inside, or the one that stands by itself."""
    if resource.type == EITHER:
        return [resource.properties] if resource.at("type") == direction else []
    if resource.type not in GROUPS:
        return [resource.properties]
    key = _INLINE[direction] if resource.type == NATIVE_GROUP else direction
    return listed(resource.properties, key)


def _path(resource: Resource, direction: str, place: int) -> str:
    return f"{direction}.{place}" if resource.type in GROUPS else "the rule"


def _is_for_all(rule: Any, addresses: Sequence[str]) -> bool:
    return any_of(addresses, lambda key: any_of(listed(rule, key), is_everywhere))


def _protocol(rule: Any) -> str:
    return str(at(rule, "protocol") or at(rule, "ipProtocol")).lower()


def _is_https(rule: Any) -> bool:
    ports = (at(rule, "fromPort"), at(rule, "toPort"))
    return _protocol(rule) in ("tcp", "6") and ports == (443, 443)


def _is_everything(rule: Any) -> bool:
    if _protocol(rule) in ("-1", "all"):
        return True
    first, last = at(rule, "fromPort"), at(rule, "toPort")
    return first is not None and last is not None and first <= 1 and last >= 65535  # noqa: PLR2004


def _is_before_balancer(resource: Resource, stack: Stack) -> bool:
    if resource.type in GROUPS:
        groups = [resource]
    else:
        groups = [
            group
            for key in ("securityGroupId", "groupId")
            for group in stack.of(*GROUPS)
            if resource.refers_to(group, key)
        ]
    return any(stack.about(group, "securityGroups", BALANCERS) for group in groups)


CONTROLS = (INTERNET_IN, INTERNET_OUT)
