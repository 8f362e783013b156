"""Istio's edges: what leaves the mesh, and how connections begin and end there."""

from collections.abc import Iterator
from typing import Any

from policies.controls._charts import RELEASES, is_of, value
from policies.controls._kubernetes import NETWORK_POLICY, patched, together
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed
from policies.controls.mesh import GATEWAYS, kinds

THIRD_PARTIES = "partners."
"""How the bank's hosts begin where third parties connect, who have to show a certificate."""

_VERSIONS = ("v1", "v1beta1", "v1alpha3")
SIDECARS = kinds("networking.istio.io", "Sidecar", *_VERSIONS)
ENTRIES = kinds("networking.istio.io", "ServiceEntry", *_VERSIONS)
DESTINATIONS = kinds("networking.istio.io", "DestinationRule", *_VERSIONS)
NETWORK_POLICIES = patched(NETWORK_POLICY)

WAYS_OUT = Control(
    id="IST-04",
    pack="security",
    title="What leaves the mesh is listed, goes through its gateway, and is held by the network",
    levels="-AM",
    severity="high",
    supports="PCI 1.3.2, N SC-7(9)",
    remedy="Set meshConfig.outboundTrafficPolicy.mode to REGISTRY_ONLY, lead hosts outside "
    "through an egress gateway, and put a NetworkPolicy for Egress on all pods beside it.",
)
ENDS = Control(
    id="IST-05",
    pack="security",
    title="Connections at the mesh's edges are encrypted, and third parties show a certificate",
    levels="AMM",
    severity="high",
    supports="P 34, P 35, PCI 4.2.1",
    remedy="Give each server of a Gateway TLS of version 1.2 or newer, MUTUAL for third parties; "
    "take DISABLE out of DestinationRules.",
)


@WAYS_OUT.rule("listed", "no host outside but listed ones", *RELEASES)
def _listed(release: Resource) -> Wrong:
    if is_of(release, "istiod"):
        mode = value(release, "meshConfig", "outboundTrafficPolicy", "mode")
        if mode != "REGISTRY_ONLY":
            yield "values.meshConfig.outboundTrafficPolicy.mode is not REGISTRY_ONLY"


@WAYS_OUT.rule("sidecars", "no proxy that lets other hosts through", *SIDECARS)
def _sidecars(sidecar: Resource) -> Wrong:
    told = sidecar.at("spec", "outboundTrafficPolicy")
    # ALLOW_ANY is missing on the wire where it is the first of its words.
    if told is not None and at(told, "mode") != "REGISTRY_ONLY":
        yield "spec.outboundTrafficPolicy.mode is not REGISTRY_ONLY"


@WAYS_OUT.rule_of_stack("gateway", "a gateway that hosts outside are reached through", *ENTRIES)
def _gateway(stack: Stack) -> Wrong:
    if _outside(stack) and not any(_leads_out(each, stack) for each in stack.of(*GATEWAYS)):
        yield "no Gateway serves a host of a ServiceEntry that is MESH_EXTERNAL"


@WAYS_OUT.rule_in_stack("network", "a network policy where the mesh is left", *GATEWAYS)
def _network(gateway: Resource, stack: Stack) -> Wrong:
    if not _leads_out(gateway, stack):
        return
    beside = (each for each in stack.of(*NETWORK_POLICIES) if together(each, gateway))
    if not any(_holds_all(each) for each in beside):
        yield "leads out of the mesh, with no NetworkPolicy for Egress on all pods beside it"


@ENDS.rule("encrypted", "TLS, or a redirect to it", *GATEWAYS)
def _encrypted(gateway: Resource) -> Wrong:
    for place, server in _servers(gateway):
        tls = at(server, "tls")
        if tls is None or not (at(tls, "httpsRedirect") or _ends_tls(server)):
            yield f"spec.servers.{place} has neither TLS nor a redirect to it"


@ENDS.rule("version", "TLS 1.2 or newer", *GATEWAYS)
def _version(gateway: Resource) -> Wrong:
    for place, server in _servers(gateway):
        for key in ("minProtocolVersion", "maxProtocolVersion"):
            # Istio's own lower bound is 1.2.
            if at(server, "tls", key) in ("TLSV1_0", "TLSV1_1"):
                yield f"spec.servers.{place}.tls.{key} is below TLSV1_2"


@ENDS.rule("third-parties", "a certificate of third parties", *GATEWAYS)
def _third_parties(gateway: Resource) -> Wrong:
    for place, server in _servers(gateway):
        if _for_third_parties(server) and at(server, "tls", "mode") != "MUTUAL":
            yield f"spec.servers.{place}.tls.mode is not MUTUAL, and third parties connect there"


@ENDS.rule("destinations", "TLS to whatever is called", *DESTINATIONS)
def _destinations(rule: Resource) -> Wrong:
    for path, policy in _policies(rule):
        tls = at(policy, "tls")
        # What names no mode has the first: DISABLE.
        if tls is not None and at(tls, "mode") not in ("SIMPLE", "MUTUAL", "ISTIO_MUTUAL"):
            yield f"{path}.tls.mode is not SIMPLE, MUTUAL or ISTIO_MUTUAL"


@ENDS.rule("verified", "no certificate that nobody looks at", *DESTINATIONS)
def _verified(rule: Resource) -> Wrong:
    for path, policy in _policies(rule):
        if at(policy, "tls", "insecureSkipVerify"):
            yield f"{path}.tls.insecureSkipVerify is set"


def _outside(stack: Stack) -> set[str]:
    """The hosts outside that are not reached by an address of their own network."""
    return {
        host
        for entry in stack.of(*ENTRIES)
        # Missing is the first of its words: MESH_EXTERNAL.
        if entry.at("spec", "location") in (None, "MESH_EXTERNAL")
        for host in listed(entry.properties, "spec", "hosts")
    }


def _leads_out(gateway: Resource, stack: Stack) -> bool:
    hosts = {
        str(host).rpartition("/")[2]
        for _, server in _servers(gateway)
        for host in listed(server, "hosts")
    }
    return bool(hosts & _outside(stack))


def _holds_all(policy: Resource) -> bool:
    spec = policy.at("spec")
    selector = at(spec, "podSelector")
    return "Egress" in listed(spec, "policyTypes") and not (
        at(selector, "matchLabels") or at(selector, "matchExpressions")
    )


def _servers(gateway: Resource) -> Iterator[tuple[int, Any]]:
    yield from enumerate(listed(gateway.properties, "spec", "servers"))


def _ends_tls(server: Any) -> bool:
    """Whether it speaks TLS; one of another protocol has to say how."""
    return at(server, "port", "protocol") in ("HTTPS", "TLS") or at(server, "tls", "mode") in (
        "SIMPLE",
        "MUTUAL",
        "ISTIO_MUTUAL",
    )


def _for_third_parties(server: Any) -> bool:
    tls = at(server, "tls")
    # Authorities of clients are there to be asked for.
    asks = at(tls, "caCertCredentialName") or at(tls, "caCertificates")
    return bool(asks) or any(
        str(host).rpartition("/")[2].startswith(THIRD_PARTIES) for host in listed(server, "hosts")
    )


def _policies(rule: Resource) -> Iterator[tuple[str, Any]]:
    """Each policy of traffic that a rule has, and where it stands."""
    own = [("spec.trafficPolicy", rule.at("spec", "trafficPolicy"))]
    own += [
        (f"spec.subsets.{place}.trafficPolicy", at(subset, "trafficPolicy"))
        for place, subset in enumerate(listed(rule.properties, "spec", "subsets"))
    ]
    for path, policy in own:
        yield path, policy
        for place, port in enumerate(listed(policy, "portLevelSettings")):
            yield f"{path}.portLevelSettings.{place}", port


CONTROLS = (WAYS_OUT, ENDS)
