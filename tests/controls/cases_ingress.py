"""Security groups: NET-03 and NET-04."""

from collections.abc import Mapping
from typing import Any

from policies.controls.ingress import (
    BALANCERS,
    DEFAULT_GROUP,
    EITHER,
    GROUP,
    IN,
    NATIVE_GROUP,
    NATIVE_IN,
    NATIVE_OUT,
    NATIVE_PREFIX_LIST,
    OUT,
    PREFIX_ENTRY,
)
from tests.controls.cases import UNKNOWN, Cases, Change, edit, thing

_Rule = dict[str, Any]


def _tcp(port: float, *cidrs: str, to: float | None = None, v6: bool = False) -> _Rule:
    key = "ipv6CidrBlocks" if v6 else "cidrBlocks"
    return {"protocol": "tcp", "fromPort": port, "toPort": to or port, key: [*cidrs]}


def _all(*cidrs: str, v6: bool = False) -> _Rule:
    return {**_tcp(0.0, *cidrs, v6=v6), "protocol": "-1"}


def _rule(port: float, **addresses: str) -> Mapping[str, Any]:
    return {"ipProtocol": "tcp", "fromPort": port, "toPort": port, **addresses}


_GROUP = thing(GROUP, ingress=[_tcp(443.0, "0.0.0.0/0")])
_EMPTY = thing(GROUP)
_IN_443 = thing(
    IN, refers={"securityGroupId": _EMPTY}, **_rule(443.0, cidrIpv6="::/0"), securityGroupId=UNKNOWN
)


def _open_to_all(properties: dict[str, Any]) -> None:
    properties["ingress"][0]["cidrBlocks"] = ["0.0.0.0/0"]


CASES = {
    "net-03-ipv4": Cases(
        fails=[
            {"ingress": [_tcp(22.0, "0.0.0.0/0")]},
            {"ingress": [_tcp(5432.0, "10.0.0.0/8"), _tcp(9098.0, "10.0.0.0/8", "0.0.0.0/0")]},
            {"ingress": [_tcp(443.0, "0.0.0.0/1", to=444.0)]},
            {"ingress": [_all("0.0.0.0/0")]},
            {"ingress": [{**_tcp(443.0, "0.0.0.0/0"), "protocol": "udp"}]},
            {"ingress": [_tcp(22.0, UNKNOWN, "0.0.0.0/0")]},
            {"ingress": [UNKNOWN, _tcp(22.0, "0.0.0.0/0")]},
            thing(DEFAULT_GROUP, ingress=[_all("0.0.0.0/0")]),
            thing(IN, **_rule(22.0, cidrIpv4="0.0.0.0/0")),
            thing(IN, ipProtocol="-1", cidrIpv4="0.0.0.0/0"),
            thing(EITHER, type="ingress", **_tcp(3389.0, "0.0.0.0/0")),
            thing(NATIVE_GROUP, securityGroupIngress=[_rule(22.0, cidrIp="0.0.0.0/0")]),
            thing(NATIVE_IN, **_rule(22.0, cidrIp="0.0.0.0/0")),
        ],
        passes=[
            {"ingress": [_tcp(9098.0, "10.48.0.0/19")]},
            {"ingress": []},
            {},
            {"ingress": [_tcp(443.0, "0.0.0.0/0")]},
            {"ingress": [{"protocol": "tcp", "securityGroups": [UNKNOWN], "fromPort": 5432.0}]},
            {"ingress": [_tcp(22.0, "10.0.0.0/8")]},
            thing(EITHER, type="egress", **_tcp(3389.0, "0.0.0.0/0")),
            thing(IN, **_rule(443.0, cidrIpv4="10.0.0.0/8")),
        ],
        unknown=[
            {"ingress": UNKNOWN},
            {"ingress": [_tcp(22.0, UNKNOWN), _tcp(443.0, "10.0.0.0/8")]},
            {"ingress": [{**_tcp(443.0, "0.0.0.0/0"), "toPort": UNKNOWN}]},
            thing(IN, **_rule(22.0, cidrIpv4=UNKNOWN)),
        ],
    ),
    "net-03-ipv6": Cases(
        fails=[
            {"ingress": [_tcp(22.0, "::/0", v6=True)]},
            {"ingress": [_tcp(22.0, "::/1", "8000::/1", v6=True)]},
            thing(IN, **_rule(22.0, cidrIpv6="::/0", cidrIpv4=UNKNOWN)),
            thing(EITHER, type="ingress", **_all("::/0", v6=True)),
        ],
        passes=[
            {"ingress": [_tcp(22.0, "fd00::/8", v6=True)]},
            {"ingress": [_tcp(22.0, "2001:db8::/32", v6=True)]},
            {"ingress": [_tcp(443.0, "::/0", v6=True)]},
        ],
        unknown=[{"ingress": [_tcp(22.0, UNKNOWN, v6=True)]}],
    ),
    "net-03-443": Cases(
        fails=[
            [_GROUP],
            [_EMPTY, _IN_443],
            [_GROUP, thing(BALANCERS[0], securityGroups=["sg-2"])],
            [_GROUP, thing("aws:ec2/instance:Instance", refers={"vpcSecurityGroupIds": _GROUP})],
            [thing(GROUP, ingress=[{**_tcp(443.0, UNKNOWN), "ipv6CidrBlocks": ["::/0"]}])],
        ],
        passes=[
            [_GROUP, thing(BALANCERS[0], refers={"securityGroups": _GROUP})],
            [_EMPTY, _IN_443, thing(BALANCERS[1], refers={"securityGroups": _EMPTY})],
            [
                thing(GROUP, id="sg-1", ingress=[_tcp(443.0, "0.0.0.0/0")]),
                thing(BALANCERS[0], securityGroups=["sg-2", "sg-1"]),
            ],
            [thing(GROUP, ingress=[_tcp(443.0, "10.0.0.0/8")])],
        ],
        unknown=[[thing(GROUP, ingress=[_tcp(443.0, UNKNOWN)])]],
    ),
    "net-03-prefix-list": Cases(
        fails=[
            {"entries": [{"cidr": "10.0.0.0/8"}, {"cidr": "0.0.0.0/0"}]},
            thing(PREFIX_ENTRY, cidr="::/0"),
            thing(NATIVE_PREFIX_LIST, entries=[{"cidr": "0.0.0.0/0"}]),
        ],
        passes=[{"entries": [{"cidr": "10.0.0.0/8"}]}, {}, thing(PREFIX_ENTRY, cidr="10.0.0.0/8")],
        unknown=[{"entries": [{"cidr": UNKNOWN}]}, thing(PREFIX_ENTRY, cidr=UNKNOWN)],
    ),
    "net-04-ipv4": Cases(
        fails=[
            {"egress": [_all("0.0.0.0/0")]},
            {"egress": [_tcp(443.0, "10.0.0.0/8"), {**_all("0.0.0.0/0"), "protocol": "all"}]},
            {"egress": [_tcp(0.0, "0.0.0.0/0", to=65535.0)]},
            {"egress": [UNKNOWN, _all("0.0.0.0/1")]},
            thing(OUT, ipProtocol="-1", cidrIpv4="0.0.0.0/0"),
            thing(EITHER, type="egress", **_all("0.0.0.0/0")),
            thing(NATIVE_GROUP, groupDescription="what AWS adds to it lets everything out"),
            thing(NATIVE_GROUP, securityGroupEgress=[{"ipProtocol": "-1", "cidrIp": "0.0.0.0/0"}]),
            thing(NATIVE_OUT, ipProtocol="-1", cidrIp="0.0.0.0/0"),
        ],
        passes=[
            {"egress": []},
            {},
            {"egress": [_tcp(443.0, "0.0.0.0/0")]},
            {"egress": [_all("10.0.0.0/8")]},
            thing(EITHER, type="ingress", **_all("0.0.0.0/0")),
            thing(OUT, **_rule(443.0, cidrIpv4="0.0.0.0/0")),
        ],
        unknown=[
            {"egress": [_all(UNKNOWN)]},
            thing(OUT, ipProtocol=UNKNOWN, cidrIpv4="0.0.0.0/0"),
        ],
    ),
    "net-04-ipv6": Cases(
        fails=[
            {"egress": [_all("::/0", v6=True)]},
            thing(OUT, ipProtocol="-1", cidrIpv6="::/0", cidrIpv4=UNKNOWN),
        ],
        passes=[
            {"egress": [_tcp(443.0, "::/0", v6=True)]},
            {"egress": [_all("fd00::/8", v6=True)]},
        ],
        unknown=[{"egress": [_all(UNKNOWN, v6=True)]}],
    ),
}

LOOSENED: dict[str, Change] = {
    "NET-03": edit(GROUP, _open_to_all),
    "NET-04": edit(GROUP, lambda properties: properties["egress"].append(_all("0.0.0.0/0"))),
}
