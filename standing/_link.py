"""Which changes of the link that stands are refused. Pure.

The data centre's devices and lines were set up by people for what stands: made anew, it has other
addresses and keys, and the link is down until they have been set up again.
"""

from collections.abc import Iterator
from ipaddress import IPv4Network

from domains import Catalogue
from problems import Problem
from settings import Settings
from standing._state import Standing

_FIX = "put it back"


def what_the_data_centre_was_set_up_for_stays(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    """Giving a line or a device up is the engine's to protect from."""
    del catalogue
    if settings.on_premises is None:
        return
    link = settings.on_premises.link
    for gateway in standing.of("aws:directconnect/gateway:Gateway"):
        yield from _kept(
            "directConnectAsn",
            "the Direct Connect gateway and every line's interface",
            there=int(gateway["amazonSideAsn"]),
            asked=link.direct_connect_asn,
        )
    interfaces = standing.of("aws:directconnect/transitVirtualInterface:TransitVirtualInterface")
    for number in {int(interface["bgpAsn"]) for interface in interfaces}:
        yield from _kept(
            "dataCentreAsn", "every line's interface", there=number, asked=link.data_centre_asn
        )
    for interface in interfaces:
        line = str(interface["connectionId"])
        yield from _kept(
            f"connections.{line}",
            "the line's interface",
            there=int(interface["vlan"]),
            asked=link.connections.get(line),
        )
    for connection in standing.of("aws:ec2/vpnConnection:VpnConnection"):
        device = str(connection["tags"]["Name"]).rpartition("-")[2]
        inside = link.gateways.get(device)
        yield from _kept(
            f"gateways.{device}",
            "the VPN connection, with other keys,",
            there=str(IPv4Network(str(connection["tunnel1InsideCidr"])).supernet()),
            asked=None if inside is None else str(inside),
        )


def _kept(key: str, what: str, *, there: object, asked: object) -> Iterator[Problem]:
    if asked is not None and asked != there:
        yield Problem(
            code="makes-anew",
            path=f"corebank:onPremises.link.{key}",
            what=f"would make {what} anew: it stands with {there}",
            got=str(asked),
            fix=_FIX,
        )
