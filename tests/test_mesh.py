"""The mesh: who is let in, how long is waited, and what a request from outside has to show."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from components import _mesh_policy as policy
from components import _mesh_routes as routes
from components._mesh_network import public
from domains import Auth, Catalogue
from mesh import PATIENCE, edge_of
from proofs import conditions, needs_token
from rehearsal.drills import Outcome
from rehearsal.drills.mesh import MESH, reasoned
from rehearsal.toolchain import ISTIO
from settings import Settings
from tests.engine import Deployment

Plain = dict[str, Any]


# What outsiders show


def test_every_kind_of_proof_is_looked_for(catalogue: Catalogue) -> None:
    for domain in catalogue.domains:
        edge = edge_of(domain, "sandbox.bank.internal")
        assert (edge is None) is not bool(domain.api.path or domain.api.host)
        if edge is not None:
            assert edge.certified is (Auth.MUTUAL_TLS in domain.api.auth)
            assert edge.token or edge.certified, "somebody is known in any case"
            assert [*edge.conditions] == conditions(domain)
            others = set(domain.api.auth) - {Auth.MUTUAL_TLS}
            assert len({each.key for each in edge.conditions}) >= len(others) > 0 or (
                Auth.POSSESSION in others
            )
        assert needs_token(domain) or Auth.MUTUAL_TLS in domain.api.auth


def test_only_third_parties_are_limited(catalogue: Catalogue) -> None:
    limited = {
        domain.name
        for domain in catalogue.domains
        if (edge := edge_of(domain, "z")) is not None and edge.per_second is not None
    }
    assert limited == {"aml", "developer-portal", "payments"}


# How long is waited


@given(st.integers(1, 60_000), st.sampled_from(list(PATIENCE.values())))
def test_all_tries_find_time_and_each_has_twice_the_usual(p99: int, patience: Any) -> None:
    found = patience(timedelta(milliseconds=p99))
    each, all_of_them = (int(text.removesuffix("ms")) for text in (found.each, found.all))
    assert each == 2 * p99
    assert all_of_them == each * (1 + found.retries)


def test_nothing_is_asked_for_twice_that_somebody_may_have_begun() -> None:
    patience = routes.Patience(p99=timedelta(seconds=1), retries=2, ejected=50)
    spec = routes.within("payments", ports=[8080, 9090], patience=patience)
    assert [route["match"] for route in spec["http"]] == [[{"port": 8080}], [{"port": 9090}]]
    for route in spec["http"]:
        assert route["retries"]["retryOn"] == "connect-failure,refused-stream"
        assert (route["timeout"], route["retries"]["perTryTimeout"]) == ("6000ms", "2000ms")


def test_a_path_is_not_one_that_begins_like_it() -> None:
    spec = routes.from_outside(
        "payments",
        host="api.example",
        path="/payments",
        gateway="apis",
        port=8080,
        patience=routes.Patience(p99=timedelta(seconds=1), retries=1, ejected=50),
    )
    assert spec["http"][0]["match"] == [
        {"uri": {"exact": "/payments"}},
        {"uri": {"prefix": "/payments/"}},
    ]
    assert routes.paths("/payments") == ["/payments", "/payments/*"]


# Where connections go


@given(st.integers(0, 2**32 - 1))
def test_what_leaves_goes_to_public_addresses_and_to_all_of_them(number: int) -> None:
    address = IPv4Address(number)
    there = any(address in IPv4Network(block) for block in public())
    if address.is_private or address.is_multicast or address.is_link_local or address.is_reserved:
        assert not there
    elif address.is_global:
        # Relays of IPv4 for IPv6, which IANA still calls global.
        assert there or address in IPv4Network("192.0.0.0/24")


def test_a_host_s_name_is_a_name_of_objects() -> None:
    assert routes.label("*.swift.com") == "any-swift-com"
    assert routes.foreign("*.swift.com")["resolution"] == "DYNAMIC_DNS"
    assert routes.foreign("swift.com")["resolution"] == "DNS"


# The whole bank


def _there(bank: Deployment) -> dict[str, list[Plain]]:
    plurals = {
        "authentications": "PeerAuthentication",
        "authorizations": "AuthorizationPolicy",
        "gateways": "Gateway",
        "routes": "VirtualService",
    }
    return {
        label: [
            dict(each.inputs)
            for each in bank.resources
            if each.type.endswith(f".istio.io/v1:{kind}")
        ]
        for label, kind in plurals.items()
    }


def test_each_stack_has_the_version_whose_definitions_are_pinned(settings: Settings) -> None:
    assert settings.mesh.version == ISTIO.version


def test_whoever_is_declared_is_let_in_and_nobody_else(bank: Deployment) -> None:
    attempts = list(reasoned(bank.exports["mesh"], _there(bank)))
    assert [str(each) for each in Outcome(drill=MESH, attempts=attempts).failures] == []
    # Thirteen and a stranger, the gateway with and without proof, and who shows no certificate.
    assert len(attempts) == (14 + 2 + 1) * 14 * 2
    pairs = {(each.actor, each.target) for each in attempts if each.granted}
    assert len(pairs) == 25 + 12, "calls, and APIs that are asked from outside"


def test_every_namespace_is_strict_and_closed(bank: Deployment, catalogue: Catalogue) -> None:
    spaces = {domain.name for domain in catalogue.domains} | {"istio-system"}
    there = _there(bank)

    def of(found: list[Plain]) -> set[str]:
        return {each["metadata"]["namespace"] for each in found}

    strict = [each for each in there["authentications"] if each["spec"] == policy.strict()]
    assert (of(strict), len(strict)) == (spaces, len(there["authentications"]))
    assert (
        of([each for each in there["authorizations"] if each["spec"] == policy.nobody()]) == spaces
    )


def test_no_policy_of_a_domain_names_everybody(bank: Deployment) -> None:
    for each in _there(bank)["authorizations"]:
        # Whoever is in the mesh may tell of itself; nobody is asked by that.
        if each["metadata"]["namespace"] in ("istio-ingress", "istio-egress", "traces"):
            continue
        for rule in each["spec"].get("rules", []):
            (source,) = rule["from"]
            principals: list[str] = source["source"]["principals"]
            assert principals
            assert not any("*" in principal for principal in principals)


def test_gateways_want_tls_of_today_and_third_parties_certificates(
    bank: Deployment, settings: Settings
) -> None:
    zone = settings.dns.zone
    doors: Mapping[str, Any] = {
        each["metadata"]["name"]: each["spec"]["servers"][0]["tls"]
        for each in _there(bank)["gateways"]
        if each["metadata"]["namespace"] == "istio-ingress"
    }
    assert {tls["minProtocolVersion"] for tls in doors.values()} == {"TLSV1_2"}
    assert {name for name, tls in doors.items() if tls["mode"] == "MUTUAL"} == {"third-parties"}
    domains = bank.exports["mesh"]["domains"]
    assert domains["payments"]["doors"] == [
        {"host": f"partners.api.{zone}", "path": "/payments", "certified": True}
    ]
    assert domains["developer-portal"]["doors"] == [
        {"host": f"developers.{zone}", "path": "", "certified": False}
    ]
    assert domains["risk"]["doors"] == []


def test_all_charts_are_of_one_version_and_all_images_by_digest(
    bank: Deployment, settings: Settings
) -> None:
    told = settings.mesh
    releases = {
        each.name: each.inputs
        for each in bank.of("kubernetes:helm.sh/v3:Release")
        if each.name.startswith("mesh-")
    }
    assert {name: each["chart"] for name, each in releases.items()} == {
        "mesh-base": f"{told.charts}/base",
        "mesh-cni": f"{told.charts}/cni",
        "mesh-egress": f"{told.charts}/gateway",
        "mesh-ingress": f"{told.charts}/gateway",
        "mesh-istiod": f"{told.charts}/istiod",
    }
    assert {each["version"] for each in releases.values()} == {told.version}
    control = releases["mesh-istiod"]["values"]
    assert control["image"] == told.images.pilot
    assert control["global"]["proxy"]["image"] == told.images.proxy
    assert control["global"]["proxy_init"]["image"] == told.images.proxy
    assert releases["mesh-cni"]["values"]["image"] == told.images.cni


def test_who_connects_to_what_nobody_declares_is_refused_by_the_proxy(bank: Deployment) -> None:
    values = bank.one("kubernetes:helm.sh/v3:Release", "mesh-istiod").inputs["values"]
    assert values["meshConfig"]["outboundTrafficPolicy"] == {"mode": "REGISTRY_ONLY"}
    assert values["meshConfig"]["defaultConfig"]["holdApplicationUntilProxyStarts"] is True
    sidecars = bank.of("kubernetes:networking.istio.io/v1:Sidecar")
    assert len(sidecars) == 13
    for sidecar in sidecars:
        assert sidecar.inputs["spec"]["outboundTrafficPolicy"] == {"mode": "REGISTRY_ONLY"}


def test_a_proxy_knows_those_whom_its_workload_calls_and_no_other(
    bank: Deployment, catalogue: Catalogue
) -> None:
    for domain in catalogue.domains:
        sidecar = bank.one(
            "kubernetes:networking.istio.io/v1:Sidecar", f"{domain.name}-mesh-sidecar"
        )
        (egress,) = sidecar.inputs["spec"]["egress"]
        others = {host.partition("/")[0] for host in egress["hosts"]} - {
            ".",
            "istio-system",
            "traces",
        }
        assert others == {*domain.calls, *(["istio-egress"] if domain.outside else [])}


def test_the_mesh_s_own_namespaces_are_closed_and_one_alone_may_change_nodes(
    bank: Deployment,
) -> None:
    levels = {
        each.inputs["metadata"]["name"]: each.inputs["metadata"]["labels"][
            "pod-security.kubernetes.io/enforce"
        ]
        for each in bank.of("kubernetes:core/v1:Namespace")
        if each.name.startswith("mesh-")
    }
    assert levels == {
        "istio-cni": "privileged",
        "istio-egress": "restricted",
        "istio-ingress": "restricted",
        "istio-system": "restricted",
    }
    closed = {
        each.inputs["metadata"]["namespace"]
        for each in bank.of("kubernetes:networking.k8s.io/v1:NetworkPolicy")
        if each.inputs["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    }
    assert closed >= levels.keys()


def test_no_rule_of_the_mesh_s_network_is_for_everybody_or_everywhere(bank: Deployment) -> None:
    for each in bank.of("kubernetes:networking.k8s.io/v1:NetworkPolicy"):
        if not each.name.startswith("mesh-"):
            continue
        spec = each.inputs["spec"]
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for rule in spec.get(direction, []):
                assert rule[peers]
                assert rule["ports"], each
                for peer in rule[peers]:
                    assert peer.get("namespaceSelector") != {}, each
                    assert peer.get("ipBlock", {}).get("cidr") != "0.0.0.0/0", each


def test_a_host_outside_is_known_to_who_declares_it_and_to_the_way_out(
    bank: Deployment, catalogue: Catalogue
) -> None:
    known: dict[str, set[str]] = {}
    for each in bank.of("kubernetes:networking.istio.io/v1:ServiceEntry"):
        spec = each.inputs["spec"]
        if spec["exportTo"] == ["."]:
            (host,) = spec["hosts"]
            known.setdefault(host, set()).add(each.inputs["metadata"]["namespace"])
    declared: dict[str, set[str]] = {}
    for domain in catalogue.domains:
        for host in domain.outside:
            declared.setdefault(host, {"istio-egress"}).add(domain.name)
    assert known == declared
