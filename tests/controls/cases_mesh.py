"""Istio: IST-01 to IST-03."""

from typing import Any

from policies.controls import Resource
from policies.controls._charts import RELEASES
from policies.controls._kubernetes import NAMESPACE
from policies.controls.mesh import DOMAIN, GATEWAYS, PEERS, POLICIES
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing, without

_DEPLOYMENT, _POD, _CRON = (
    "kubernetes:apps/v1:Deployment",
    "kubernetes:core/v1:Pod",
    "kubernetes:batch/v1:CronJobPatch",
)
_ISTIOD = "oci://registry.corp.bank.internal/charts/istio/istiod"
_LABELS = {DOMAIN: "cards", "istio-injection": "enabled"}


def _space(name: str = "cards", labels: Any = None) -> Resource:
    told = _LABELS if labels is None else labels
    return thing(NAMESPACE, name, metadata={"name": name, "labels": told})


def within(type_: str, namespace: str = "cards", name: str = "it", /, **spec: Any) -> Resource:
    """An object of a namespace."""
    return thing(type_, name, metadata={"namespace": namespace}, spec=spec)


def istiod(**values: Any) -> Resource:
    """The release of the mesh's servers."""
    return thing(RELEASES[0], chart=_ISTIOD, values=values)


_CARDS = _space()
_PLATFORM = _space("traces", {DOMAIN: "platform", "istio-injection": "enabled"})
_STRICT = {"mtls": {"mode": "STRICT"}}
_MADE = thing(
    PEERS[0],
    refers={"metadata": _CARDS},
    metadata={"namespace": UNKNOWN, "name": "default"},
    spec=_STRICT,
)


def _policy(*rules: Any, **spec: Any) -> list[Resource]:
    return [_CARDS, _PLATFORM, within(POLICIES[0], "cards", rules=[*rules], **spec)]


def _by(*principals: str, **rule: Any) -> dict[str, Any]:
    return {"from": [{"source": {"principals": [*principals]}}], **rule}


_PAYMENTS = "cluster.local/ns/payments/sa/payments"
INGRESS = {"matchLabels": {"istio": "ingress"}}
GATE = within(GATEWAYS[0], "istio-ingress", selector={"istio": "ingress"}, servers=[])
_TO = {"to": [{"operation": {"hosts": ["api.bank.internal"], "paths": ["/cards"]}}]}


def _admits(*rules: Any) -> list[Resource]:
    policy = within(POLICIES[0], "istio-ingress", selector=INGRESS, rules=[*rules])
    return [policy, GATE]


def _workload(type_: str = _DEPLOYMENT, namespace: str = "cards", /, **marks: Any) -> Any:
    pod = {"template": {"metadata": marks}}
    spec = {"jobTemplate": {"spec": pod}} if type_ == _CRON else pod
    return [
        thing(type_, metadata={"namespace": namespace, **marks}, spec=spec),
        _CARDS,
        _PLATFORM,
    ]


_NO_INJECT = {"sidecar.istio.io/inject": "false"}


def _traffic(key: str, told: Any) -> dict[str, Any]:
    return {f"traffic.sidecar.istio.io/{key}": told}


CASES = {
    "ist-01-namespace": Cases(
        fails=[
            [_CARDS],
            [_CARDS, within(PEERS[0], "payments", **_STRICT)],
            [_CARDS, within(PEERS[0], mtls={"mode": "PERMISSIVE"})],
            [_CARDS, within(PEERS[0], selector={"matchLabels": {"app": "a"}}, **_STRICT)],
            [_space("old", {"istio.io/dataplane-mode": "ambient"})],
        ],
        passes=[
            [_CARDS, within(PEERS[0], **_STRICT)],
            [_CARDS, within("kubernetes:security.istio.io/v1beta1:PeerAuthentication", **_STRICT)],
            [_CARDS, _MADE],
            [_PLATFORM],
            [_space("kube-system", {})],
        ],
        unknown=[[_CARDS, within(PEERS[0], mtls=UNKNOWN)]],
    ),
    "ist-01-root": Cases(
        fails=[
            [_CARDS, within(PEERS[0], **_STRICT)],
            [
                _CARDS,
                istiod(meshConfig={"rootNamespace": "mesh"}),
                within(PEERS[0], "istio-system", **_STRICT),
            ],
        ],
        passes=[
            [_CARDS, within(PEERS[0], "istio-system", **_STRICT)],
            [
                _CARDS,
                istiod(meshConfig={"rootNamespace": "mesh"}),
                within(PEERS[0], "mesh", **_STRICT),
            ],
            [_space("kube-system", {})],
        ],
        unknown=[[_CARDS, within(PEERS[0], "istio-system", mtls={"mode": UNKNOWN})]],
    ),
    "ist-01-mode": Cases(
        fails=[
            {"spec": {"mtls": {"mode": "PERMISSIVE"}}},
            {"spec": {"mtls": {"mode": "DISABLE"}}},
            thing(f"{PEERS[0]}Patch", spec={"mtls": {"mode": "DISABLE"}}),
        ],
        passes=[{"spec": _STRICT}, {"spec": {}}, {"spec": {"mtls": {"mode": "UNSET"}}}],
        unknown=[{"spec": {"mtls": {"mode": UNKNOWN}}}],
    ),
    "ist-01-ports": Cases(
        fails=[
            {"spec": {**_STRICT, "portLevelMtls": {"8080": {"mode": "DISABLE"}}}},
            {"spec": {"portLevelMtls": {"1": {"mode": "STRICT"}, "2": {"mode": "PERMISSIVE"}}}},
        ],
        passes=[
            {"spec": _STRICT},
            {"spec": {"portLevelMtls": {"8080": {"mode": "STRICT"}}}},
            {"spec": {"portLevelMtls": {}}},
        ],
        unknown=[{"spec": {"portLevelMtls": {"8080": {"mode": UNKNOWN}}}}],
    ),
    "ist-02-nobody": Cases(
        fails=[
            [_CARDS],
            [_CARDS, within(POLICIES[0], rules=[{}])],
            [_CARDS, within(POLICIES[0], action="DENY")],
            [_CARDS, within(POLICIES[0], "istio-system", rules=[])],
            [_CARDS, within(POLICIES[0], selector={"matchLabels": {"app": "a"}})],
        ],
        passes=[
            [_CARDS, within(POLICIES[0])],
            [_CARDS, within(POLICIES[0], action="ALLOW", rules=[])],
            [_CARDS, thing(POLICIES[0], metadata={"namespace": "cards"})],
            [_PLATFORM],
        ],
        unknown=[[_CARDS, within(POLICIES[0], rules=UNKNOWN)]],
    ),
    "ist-02-named": Cases(
        fails=[
            _policy({}),
            _policy(_by("*")),
            _policy(_by("cluster.local/ns/payments/*")),
            _policy(_by(_PAYMENTS), {"to": [{"operation": {"ports": ["8080"]}}]}),
            _policy({"from": [{"source": {"namespaces": ["payments"]}}]}),
            _policy({"from": [{"source": {"notPrincipals": [_PAYMENTS]}}]}),
            _policy({"from": [{"source": {"principals": [_PAYMENTS]}}, {"source": {}}]}),
            _policy(_by("cluster.local/*", to=[{"operation": {"ports": ["4317"]}}])),
            [_PLATFORM, within(POLICIES[0], "traces", rules=[_by("cluster.local/*")])],
            _policy(_TO),
            _admits({}),
            _admits({"to": [{"operation": {"paths": ["/cards"]}}]}),
            _admits({"to": [{"operation": {"hosts": ["*"]}}]}),
        ],
        passes=[
            _policy(_by(_PAYMENTS)),
            _policy(),
            _policy({}, action="DENY"),
            _policy({"from": [{"source": {"serviceAccounts": ["payments/payments"]}}]}),
            _policy({"when": [{"key": "source.principal", "values": [_PAYMENTS]}]}),
            _admits(_TO),
            _admits({"when": [{"key": "connection.sni", "values": ["*.swift.com"]}]}),
            [
                _PLATFORM,
                within(
                    POLICIES[0],
                    "traces",
                    rules=[_by("cluster.local/*", to=[{"operation": {"ports": ["4317"]}}])],
                ),
            ],
        ],
        unknown=[_policy(_by(UNKNOWN)), [within(POLICIES[0], action=UNKNOWN)]],
    ),
    "ist-02-refuses": Cases(
        fails=[
            {"spec": {"action": "DENY", "rules": [{"to": [{"operation": {"paths": ["/a"]}}]}]}},
            {"spec": {"action": "DENY", "rules": [{}, {"to": [{"operation": {"hosts": ["a"]}}]}]}},
        ],
        passes=[
            {"spec": {"action": "DENY", "rules": [{"to": [{"operation": {"notPaths": ["/a"]}}]}]}},
            {"spec": {"rules": [{"to": [{"operation": {"paths": ["/a"]}}]}]}},
        ],
        unknown=[{"spec": {"action": UNKNOWN}}],
    ),
    "ist-03-namespace": Cases(
        fails=[
            _space(labels={DOMAIN: "cards"}),
            _space(labels={DOMAIN: "cards", "istio-injection": "disabled", "istio.io/rev": "a"}),
            _space(labels={DOMAIN: "cards", "istio.io/dataplane-mode": "none"}),
        ],
        passes=[
            _CARDS,
            _space(labels={DOMAIN: "cards", "istio.io/rev": "1-31"}),
            _space(labels={DOMAIN: "cards", "istio.io/dataplane-mode": "ambient"}),
            _space("evidence", {DOMAIN: "platform"}),
            {},
        ],
        unknown=[_space(labels={DOMAIN: "cards", "istio-injection": UNKNOWN})],
    ),
    "ist-03-pods": Cases(
        fails=[
            _workload(labels=_NO_INJECT),
            _workload(annotations=_NO_INJECT),
            _workload(_CRON, labels=_NO_INJECT),
            _workload(_POD, labels={"istio.io/dataplane-mode": "none"}),
        ],
        passes=[
            _workload(),
            _workload(_POD, labels={"sidecar.istio.io/inject": "true"}),
            _workload(_DEPLOYMENT, "traces", labels=_NO_INJECT),
        ],
        unknown=[_workload(labels={"sidecar.istio.io/inject": UNKNOWN})],
    ),
    "ist-03-connections": Cases(
        fails=[
            _workload(annotations=_traffic("excludeOutboundPorts", "9098")),
            _workload(_POD, annotations=_traffic("excludeOutboundIPRanges", "10.0.0.0/8")),
            _workload(_CRON, annotations=_traffic("includeOutboundIPRanges", "10.0.0.0/8")),
        ],
        passes=[
            _workload(annotations=_traffic("includeOutboundIPRanges", "*")),
            _workload(annotations={"bank.internal/checksum": UNKNOWN}),
            _workload(_DEPLOYMENT, "traces", annotations=_traffic("excludeInboundPorts", "1")),
        ],
        unknown=[_workload(annotations=_traffic("excludeOutboundPorts", UNKNOWN))],
    ),
    "ist-03-defaults": Cases(
        fails=[
            istiod(**{"global": {"proxy": {"excludeOutboundPorts": "9098"}}}),
            istiod(**{"global": {"proxy": {"includeIPRanges": "10.0.0.0/8"}}}),
        ],
        passes=[
            istiod(**{"global": {"proxy": {"excludeIPRanges": "", "includeIPRanges": "*"}}}),
            istiod(),
            thing(RELEASES[0], chart="vault"),
        ],
        unknown=[istiod(**{"global": {"proxy": {"excludeOutboundPorts": UNKNOWN}}})],
    ),
}

LOOSENED: dict[str, Change] = {
    "IST-01": change(PEERS[0], "spec.mtls.mode", "PERMISSIVE"),
    "IST-02": without(POLICIES[0], name="accounts-mesh-nobody"),
    "IST-03": change(
        NAMESPACE, "metadata.labels.istio-injection", "disabled", name="cards-workspace-namespace"
    ),
}
"""The one thing that is loosened in the bank, by the control that has to see it, and no other."""
