"""Load balancers: NET-11 and NET-12."""

from dataclasses import replace
from typing import Any

from policies.controls import Object, Resource
from policies.controls.load_balancers import (
    BALANCERS,
    CLASSIC,
    FIREWALLS,
    LISTENER_RULES,
    LISTENERS,
)
from tests.controls.cases import UNKNOWN, Cases, Change, beside, plain, thing

_TLS_1_3 = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
_PUBLIC = thing(BALANCERS[0], internal=False)
_INTERNAL = thing(BALANCERS[0], internal=True)
_TO_HTTPS = {"type": "redirect", "redirect": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}
_FORWARD = {"type": "forward", "targetGroupArn": UNKNOWN}
_TAGS = {
    "owner": "platform-engineering",
    "managed-by": "corebank",
    "environment": "production",
    "domain": "platform",
    "cost-centre": "4711",
    "data-class": "platform",
}


def _plain(*actions: Any, **properties: Any) -> dict[str, Any]:
    return {"protocol": "HTTP", "port": 80.0, "defaultActions": [*actions], **properties}


def _listener(balancer: Resource | None, **properties: Any) -> Resource:
    refers = {"loadBalancerArn": balancer} if balancer else {}
    given: dict[str, Any] = {"protocol": "HTTPS", **properties}
    return thing(LISTENERS[0], refers=refers, **given)


def _verified(mode: str = "verify") -> dict[str, str]:
    return {"mode": mode, "trustStoreArn": UNKNOWN}


_REDIRECTING = thing(LISTENERS[0], **_plain(_TO_HTTPS))


def _tagged(balancer: Resource) -> Resource:
    return replace(balancer, properties=Object({**plain(balancer), "tags": _TAGS}))


CASES = {
    "net-11-tls": Cases(
        fails=[
            {"protocol": "HTTPS"},
            {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-2016-08"},
            {"protocol": "TLS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"},
            {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS-1-1-2017-01"},
            thing(LISTENERS[1], protocol="HTTPS", sslPolicy="ELBSecurityPolicy-FS-2018-06"),
        ],
        passes=[
            {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
            {"protocol": "HTTPS", "sslPolicy": _TLS_1_3},
            {"protocol": "TLS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-3-2021-06"},
            {"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-FS-1-2-Res-2020-10"},
            {"protocol": "TCP", "port": 443.0},
        ],
        unknown=[{"protocol": "HTTPS", "sslPolicy": UNKNOWN}],
    ),
    "net-11-redirect": Cases(
        fails=[
            _plain(_FORWARD),
            _plain({"type": "redirect", "redirect": {"statusCode": "HTTP_301"}}),
            _plain(_TO_HTTPS, _FORWARD),
            _plain(_FORWARD, port=8080.0),
            {"protocol": "TCP", "port": 80.0, "defaultActions": [_FORWARD]},
            [
                _REDIRECTING,
                thing(LISTENER_RULES[0], refers={"listenerArn": _REDIRECTING}, actions=[_FORWARD]),
            ],
        ],
        passes=[
            _plain(_TO_HTTPS),
            {"protocol": "HTTPS", "port": 443.0, "defaultActions": [_FORWARD]},
            [
                _REDIRECTING,
                thing(LISTENER_RULES[0], refers={"listenerArn": _REDIRECTING}, actions=[_TO_HTTPS]),
            ],
        ],
        unknown=[_plain({"type": UNKNOWN}), {"protocol": UNKNOWN, "port": 443.0}],
    ),
    "net-11-classic": Cases(
        fails=[
            {"listeners": [{"lbProtocol": "http", "lbPort": 80.0}]},
            {"listeners": [{"lbProtocol": "HTTPS"}, {"lbProtocol": "tcp"}]},
        ],
        passes=[{"listeners": [{"lbProtocol": "https"}, {"lbProtocol": "SSL"}]}, {"listeners": []}],
        unknown=[{"listeners": [{"lbProtocol": UNKNOWN}]}],
    ),
    "net-11-mutual": Cases(
        fails=[
            [_PUBLIC, _listener(_PUBLIC)],
            [_PUBLIC, _listener(_PUBLIC, mutualAuthentication=_verified("passthrough"))],
            [_PUBLIC, _listener(_PUBLIC, mutualAuthentication=_verified("off"))],
            [_listener(None, loadBalancerArn="arn:aws:elasticloadbalancing:::loadbalancer/app/x")],
            [thing(BALANCERS[0]), _listener(thing(BALANCERS[0]))],
        ],
        passes=[
            [_PUBLIC, _listener(_PUBLIC, mutualAuthentication=_verified())],
            [_INTERNAL, _listener(_INTERNAL)],
            [_PUBLIC, _listener(_PUBLIC, protocol="HTTP")],
        ],
        unknown=[[_PUBLIC, _listener(_PUBLIC, mutualAuthentication={"mode": UNKNOWN})]],
    ),
    "net-12-logs": Cases(
        fails=[
            {},
            {"internal": False, "accessLogs": {"bucket": "logs"}},
            {"accessLogs": {"bucket": "logs", "enabled": False}},
            thing(CLASSIC, accessLogs={"bucket": "logs", "enabled": False}),
            thing(CLASSIC),
        ],
        passes=[
            {"accessLogs": {"bucket": "logs", "enabled": True}},
            {"internal": True},
            thing(CLASSIC, accessLogs={"bucket": "logs"}),
        ],
        unknown=[{"accessLogs": {"enabled": UNKNOWN}}, {"internal": UNKNOWN}],
    ),
    "net-12-headers": Cases(
        fails=[{}, {"internal": False, "dropInvalidHeaderFields": False}],
        passes=[
            {"dropInvalidHeaderFields": True},
            {"loadBalancerType": "network"},
            {"internal": True},
        ],
        unknown=[{"dropInvalidHeaderFields": UNKNOWN}],
    ),
    "net-12-deletion": Cases(
        fails=[{}, thing(BALANCERS[1], enableDeletionProtection=False)],
        passes=[{"enableDeletionProtection": True}, {"internal": True}],
        unknown=[{"enableDeletionProtection": UNKNOWN}],
    ),
    "net-12-firewall": Cases(
        fails=[
            [_PUBLIC],
            [thing(BALANCERS[0], arn="a"), thing(FIREWALLS[0], resourceArn="b")],
            [thing(CLASSIC)],
        ],
        passes=[
            [_PUBLIC, thing(FIREWALLS[0], refers={"resourceArn": _PUBLIC}, resourceArn=UNKNOWN)],
            [thing(BALANCERS[0], arn="a"), thing(FIREWALLS[0], resourceArn="a")],
            [_INTERNAL],
            [thing(BALANCERS[0], loadBalancerType="network")],
        ],
        unknown=[[_PUBLIC, thing(FIREWALLS[0], resourceArn=UNKNOWN)]],
    ),
}

LOOSENED: dict[str, Change] = {
    "NET-11": beside(
        _tagged(_INTERNAL),
        _listener(_INTERNAL, sslPolicy="ELBSecurityPolicy-2016-08", tags=_TAGS),
    ),
    "NET-12": beside(
        thing(
            BALANCERS[0],
            "public",
            accessLogs={"bucket": "logs", "enabled": True},
            enableDeletionProtection=True,
            dropInvalidHeaderFields=False,
            tags=_TAGS,
        ),
    ),
}
"""The bank has no load balancer here: that of the mesh is made by Kubernetes."""
