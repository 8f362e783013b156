"""Istio's edges: IST-04 and IST-05."""

from typing import Any

from policies.controls._charts import RELEASES
from policies.controls._kubernetes import NETWORK_POLICY
from policies.controls.mesh import GATEWAYS
from policies.controls.mesh_edges import DESTINATIONS, ENTRIES, SIDECARS
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing
from tests.controls.cases_mesh import GATE, INGRESS, istiod, within


def _server(**server: Any) -> dict[str, Any]:
    return {"spec": {"servers": [server]}}


def _https(**tls: Any) -> dict[str, Any]:
    tls = {"mode": "SIMPLE", "credentialName": "a", **tls}
    return _server(port={"number": 443.0, "protocol": "HTTPS"}, tls=tls, hosts=["*/api.bank"])


_PORT = {"number": 443.0, "protocol": "HTTPS"}
_ENTRY = within(ENTRIES[0], hosts=["*.swift.com"], location="MESH_EXTERNAL")
_OUT = within(GATEWAYS[0], "istio-egress", servers=[{"hosts": ["./*.swift.com"], "port": _PORT}])
_NOTHING_OUT = within(
    NETWORK_POLICY, "istio-egress", podSelector={}, policyTypes=["Ingress", "Egress"]
)

CASES = {
    "ist-04-listed": Cases(
        fails=[
            istiod(),
            istiod(meshConfig={"outboundTrafficPolicy": {"mode": "ALLOW_ANY"}}),
            thing(RELEASES[1], chart="istiod-1.31.4.tgz", values={}),
        ],
        passes=[
            istiod(meshConfig={"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}}),
            thing(RELEASES[0], chart="vault"),
        ],
        unknown=[istiod(meshConfig={"outboundTrafficPolicy": {"mode": UNKNOWN}})],
    ),
    "ist-04-sidecars": Cases(
        fails=[
            {"spec": {"outboundTrafficPolicy": {"mode": "ALLOW_ANY"}}},
            thing(SIDECARS[1], spec={"outboundTrafficPolicy": {}}),
        ],
        passes=[{"spec": {"outboundTrafficPolicy": {"mode": "REGISTRY_ONLY"}}}, {"spec": {}}],
        unknown=[{"spec": {"outboundTrafficPolicy": UNKNOWN}}],
    ),
    "ist-04-gateway": Cases(
        fails=[
            [_ENTRY],
            [_ENTRY, GATE],
            [within(ENTRIES[0], hosts=["a.com"]), _OUT],
        ],
        passes=[
            [_ENTRY, _OUT],
            [within(ENTRIES[1], hosts=["a.cards"], location="MESH_INTERNAL")],
        ],
        unknown=[[within(ENTRIES[0], hosts=UNKNOWN)]],
    ),
    "ist-04-network": Cases(
        fails=[
            [_OUT, _ENTRY],
            [_OUT, _ENTRY, within(NETWORK_POLICY, "istio-egress", podSelector={})],
            [_OUT, _ENTRY, within(NETWORK_POLICY, "cards", policyTypes=["Egress"])],
            [
                _OUT,
                _ENTRY,
                within(NETWORK_POLICY, "istio-egress", podSelector=INGRESS, policyTypes=["Egress"]),
            ],
        ],
        passes=[[_OUT, _ENTRY, _NOTHING_OUT], [GATE, _ENTRY], [_OUT]],
        unknown=[[_OUT, _ENTRY, within(NETWORK_POLICY, "istio-egress", policyTypes=UNKNOWN)]],
    ),
    "ist-05-encrypted": Cases(
        fails=[
            _server(port={"number": 80.0, "protocol": "HTTP"}),
            _server(port={"number": 80.0, "protocol": "HTTP"}, tls={}),
            _server(port={"number": 9000.0, "protocol": "TCP"}, tls={"mode": "PASSTHROUGH"}),
            thing(GATEWAYS[1], **_server(port={"protocol": "HTTP2"})),
        ],
        passes=[
            _https(),
            _server(port={"number": 80.0, "protocol": "HTTP"}, tls={"httpsRedirect": True}),
            _server(port={"number": 443.0, "protocol": "TLS"}, tls={"mode": "PASSTHROUGH"}),
        ],
        unknown=[_server(port=_PORT, tls=UNKNOWN)],
    ),
    "ist-05-version": Cases(
        fails=[_https(minProtocolVersion="TLSV1_0"), _https(maxProtocolVersion="TLSV1_1")],
        passes=[_https(minProtocolVersion="TLSV1_3"), _https()],
        unknown=[_https(minProtocolVersion=UNKNOWN)],
    ),
    "ist-05-third-parties": Cases(
        fails=[
            _server(hosts=["*/partners.api.bank"], tls={"mode": "SIMPLE"}),
            _server(hosts=["partners.api.bank"]),
            _https(mode="OPTIONAL_MUTUAL", caCertCredentialName="a"),
        ],
        passes=[
            _server(hosts=["*/partners.api.bank"], tls={"mode": "MUTUAL"}),
            _https(),
        ],
        unknown=[
            _server(hosts=["partners.api.bank"], tls={"mode": UNKNOWN}),
            _server(hosts=UNKNOWN),
        ],
    ),
    "ist-05-destinations": Cases(
        fails=[
            {"spec": {"trafficPolicy": {"tls": {"mode": "DISABLE"}}}},
            {"spec": {"trafficPolicy": {"tls": {"sni": "a"}}}},
            {"spec": {"trafficPolicy": {"portLevelSettings": [{"tls": {"mode": "DISABLE"}}]}}},
            {"spec": {"subsets": [{"trafficPolicy": {"tls": {"mode": "DISABLE"}}}]}},
            thing(DESTINATIONS[1], spec={"trafficPolicy": {"tls": {"mode": "DISABLE"}}}),
        ],
        passes=[
            {"spec": {"trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}}}},
            {"spec": {"trafficPolicy": {"connectionPool": {}}}},
        ],
        unknown=[{"spec": {"trafficPolicy": {"tls": UNKNOWN}}}],
    ),
    "ist-05-verified": Cases(
        fails=[
            {"spec": {"trafficPolicy": {"tls": {"mode": "SIMPLE", "insecureSkipVerify": True}}}},
            {"spec": {"subsets": [{"trafficPolicy": {"tls": {"insecureSkipVerify": True}}}]}},
        ],
        passes=[{"spec": {"trafficPolicy": {"tls": {"mode": "SIMPLE"}}}}, {"spec": {}}],
        unknown=[{"spec": {"trafficPolicy": {"tls": {"insecureSkipVerify": UNKNOWN}}}}],
    ),
}

LOOSENED: dict[str, Change] = {
    "IST-04": change(
        RELEASES[0], "values.meshConfig.outboundTrafficPolicy.mode", "ALLOW_ANY", name="mesh-istiod"
    ),
    "IST-05": change(GATEWAYS[0], "spec.servers.0.tls.mode", "SIMPLE", name="mesh-third-parties"),
}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
