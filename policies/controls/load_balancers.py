"""Load balancers: how they speak, and what a public one has around it."""

import re
from typing import Any

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, at, is_true, listed, of_each

BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
CLASSIC = "aws:elb/loadBalancer:LoadBalancer"
LISTENERS = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
LISTENER_RULES = ("aws:lb/listenerRule:ListenerRule", "aws:alb/listenerRule:ListenerRule")
FIREWALLS = (
    "aws:wafv2/webAclAssociation:WebAclAssociation",
    "aws:wafregional/webAclAssociation:WebAclAssociation",
)

_TLS = ("HTTPS", "TLS")
_TLS_1_2 = re.compile(r"ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)\b")
"""AWS names its policies by the oldest version that they accept."""
_HTTP_PORT = 80

ENCRYPTED = Control(
    id="NET-11",
    pack="security",
    title="Load balancers speak TLS 1.2 or later, and third parties show a certificate",
    levels="AMM",
    severity="high",
    supports="HUB ELB.1, HUB ELB.17, PCI 4.2.1, P 34, P 35, N SC-8, R 14",
    remedy="Set protocol HTTPS and sslPolicy ELBSecurityPolicy-TLS13-1-2-2021-06; at port 80 only "
    "redirect to HTTPS; on a public listener set mutualAuthentication.mode to verify.",
)
SHIELDED = Control(
    id="NET-12",
    pack="security",
    title="A public load balancer is logged, filtered and hard to delete",
    levels="AMM",
    severity="high",
    supports="HUB ELB.4, HUB ELB.5, HUB ELB.6, HUB ELB.16, PCI 6.4.2, N SI-10",
    remedy="Set accessLogs, dropInvalidHeaderFields and enableDeletionProtection, and add an "
    "aws.wafv2.WebAclAssociation; or set internal to true.",
)


@ENCRYPTED.rule("tls", "TLS 1.2 or later", *LISTENERS)
def _tls(listener: Resource) -> Wrong:
    # Without a policy it is one of 2016, which accepts TLS 1.0.
    if listener.at("protocol") in _TLS and not _TLS_1_2.match(listener.at("sslPolicy") or ""):
        yield "sslPolicy is none that asks for TLS 1.2 or later"


@ENCRYPTED.rule_in_stack("redirect", "what is not encrypted is only redirected", *LISTENERS)
def _redirect(listener: Resource, stack: Stack) -> Wrong:
    if listener.at("protocol") != "HTTP" and listener.at("port") != _HTTP_PORT:
        return
    rules = stack.about(listener, "listenerArn", LISTENER_RULES)
    actions = [*listed(listener.properties, "defaultActions")]
    actions += [action for rule in rules for action in listed(rule.properties, "actions")]
    if not actions or any_of(actions, _answers_in_clear):
        yield "answers without TLS with something else than a redirect to HTTPS"


@ENCRYPTED.rule("classic", "TLS also at classic load balancers", CLASSIC)
def _classic(balancer: Resource) -> Wrong:
    def in_clear(place: int, listener: Any) -> Wrong:
        if str(at(listener, "lbProtocol")).lower() not in ("https", "ssl"):
            yield f"listeners.{place}.lbProtocol is neither https nor ssl"

    yield from of_each(listed(balancer.properties, "listeners"), in_clear)


@ENCRYPTED.rule_in_stack("mutual", "certificates of third parties are verified", *LISTENERS)
def _mutual(listener: Resource, stack: Stack) -> Wrong:
    # The bank's own channels are within its network: who comes in from outside is a third party.
    if listener.at("protocol") not in _TLS or _is_within(listener, stack):
        return
    if listener.at("mutualAuthentication", "mode") != "verify":
        yield "mutualAuthentication.mode of a public listener is not verify"


@SHIELDED.rule("logs", "access logs of public load balancers", *BALANCERS, CLASSIC)
def _logs(balancer: Resource) -> Wrong:
    enabled = balancer.at("accessLogs", "enabled")
    if balancer.type == CLASSIC and balancer.at("accessLogs") is not None and enabled is None:
        return
    if _is_public(balancer) and not is_true(enabled):
        yield "accessLogs.enabled is not true"


@SHIELDED.rule("headers", "invalid headers are dropped", *BALANCERS)
def _headers(balancer: Resource) -> Wrong:
    dropped = is_true(balancer.at("dropInvalidHeaderFields"))
    if _is_public(balancer) and _speaks_http(balancer) and not dropped:
        yield "dropInvalidHeaderFields is not true"


@SHIELDED.rule("deletion", "public load balancers are protected from deletion", *BALANCERS)
def _deletion(balancer: Resource) -> Wrong:
    if _is_public(balancer) and not is_true(balancer.at("enableDeletionProtection")):
        yield "enableDeletionProtection is not true"


@SHIELDED.rule_in_stack("firewall", "a web firewall before it", *BALANCERS, CLASSIC)
def _firewall(balancer: Resource, stack: Stack) -> Wrong:
    if not _is_public(balancer) or not _speaks_http(balancer):
        return
    if not any_of(stack.of(*FIREWALLS), lambda each: each.concerns(balancer, "resourceArn")):
        yield "has no WebAclAssociation; a classic one can have none"


def _answers_in_clear(action: Any) -> bool:
    # A protocol that is not named stays what it was.
    return at(action, "type") != "redirect" or at(action, "redirect", "protocol") != "HTTPS"


def _is_public(balancer: Resource) -> bool:
    return not is_true(balancer.at("internal"))


def _speaks_http(balancer: Resource) -> bool:
    return balancer.at("loadBalancerType") in (None, "application")


def _is_within(listener: Resource, stack: Stack) -> bool:
    """Whether it stands on a load balancer that is known to be internal."""
    balancers = [
        each for each in stack.of(*BALANCERS) if listener.refers_to(each, "loadBalancerArn")
    ]
    return bool(balancers) and not any(_is_public(each) for each in balancers)


CONTROLS = (ENCRYPTED, SHIELDED)
