"""Namespaces, network policies and identities: K8S-01, K8S-02, K8S-03 and K8S-05."""

from typing import Any

from policies.controls._kubernetes import (
    ACCOUNT,
    CONFIG_MAP,
    CRON_JOB,
    DEPLOYMENT,
    NAMESPACE,
    NETWORK_POLICY,
    POD,
    RBAC,
    RELEASE,
)
from policies.controls.namespaces import ABOVE, NEEDS_TOKEN
from tests.controls.cases import UNKNOWN, Cases, Change, Given, change, edit, thing, without

_LEVEL = "pod-security.kubernetes.io/enforce"
_OWN = {
    "bank.internal/owner": "cards-team",
    "bank.internal/domain": "cards",
    "bank.internal/data-class": "customer",
}
_CARDS = thing(NAMESPACE, metadata={"name": "cards"})
_LATER = thing(NAMESPACE, metadata={"name": UNKNOWN})
_BOTH = ["Ingress", "Egress"]


def _labels(name: str = "cards", **labels: object) -> Given:
    return {"metadata": {"name": name, "labels": labels}}


def _policy(spec: object, namespace: str = "cards", name: str = "nothing") -> Any:
    return thing(NETWORK_POLICY, name, metadata={"namespace": namespace}, spec=spec)


def _from(*peers: object) -> Given:
    return {"spec": {"podSelector": {}, "ingress": [{"from": [*peers]}]}}


def _to(*peers: object) -> Given:
    return {"spec": {"podSelector": {}, "egress": [{"to": [*peers]}]}}


def _block(*networks: str) -> list[dict[str, object]]:
    return [{"ipBlock": {"cidr": network}} for network in networks]


def _pods(spec: object, **metadata: object) -> Given:
    return thing(DEPLOYMENT, spec={"template": {"metadata": metadata, "spec": spec}})


_CRON: Any = {"jobTemplate": {"spec": {"template": {"spec": {}}}}}

CASES = {
    "k8s-01-restricted": Cases(
        fails=[
            {"metadata": {"name": "cards"}},
            {},
            _labels(**{_LEVEL: "baseline"}),
            _labels(**{_LEVEL: "privileged"}),
            {"metadata": {"name": "logs", "labels": {}}},
        ],
        passes=[
            _labels(**{_LEVEL: "restricted"}),
            _labels("logs", **{_LEVEL: "privileged"}),
            {"metadata": {"name": UNKNOWN, "labels": {_LEVEL: "restricted"}}},
        ],
        unknown=[
            _labels(**{_LEVEL: UNKNOWN}),
            {"metadata": {"name": UNKNOWN, "labels": {_LEVEL: "privileged"}}},
        ],
    ),
    "k8s-01-pinned": Cases(
        fails=[{}, _labels(), _labels(**{f"{_LEVEL}-version": "latest"})],
        passes=[
            _labels(**{f"{_LEVEL}-version": "v1.35"}),
            _labels(**{f"{_LEVEL}-version": "v1.9"}),
        ],
        unknown=[_labels(**{f"{_LEVEL}-version": UNKNOWN}), {"metadata": UNKNOWN}],
    ),
    "k8s-01-owner": Cases(
        fails=[
            {},
            _labels(**{"bank.internal/owner": "cards-team"}),
            _labels(**_OWN | {"bank.internal/data-class": ""}),
        ],
        passes=[_labels(**_OWN), _labels(**_OWN, more="yes")],
        unknown=[_labels(**_OWN | {"bank.internal/owner": UNKNOWN})],
    ),
    "k8s-02-denied": Cases(
        fails=[
            [_CARDS],
            [_CARDS, _policy({"podSelector": {}, "policyTypes": _BOTH}, "payments")],
            [_CARDS, _policy({"podSelector": {}})],
            [_CARDS, _policy({"podSelector": {}, "policyTypes": ["Ingress"]})],
            [
                _CARDS,
                _policy({"podSelector": {"matchLabels": {"app": "a"}}, "policyTypes": _BOTH}),
            ],
            [
                _CARDS,
                thing(
                    f"{NETWORK_POLICY}Patch",
                    metadata={"namespace": "cards"},
                    spec={"podSelector": {}, "policyTypes": _BOTH},
                ),
            ],
        ],
        passes=[
            [_CARDS, _policy({"podSelector": {}, "policyTypes": _BOTH})],
            [_CARDS, _policy({"policyTypes": _BOTH})],
            [_CARDS, _policy({"podSelector": {}, "egress": []})],
            [
                _CARDS,
                _policy({"podSelector": {}, "policyTypes": ["Ingress"]}),
                _policy({"podSelector": {}, "policyTypes": ["Egress"]}, name="other"),
            ],
            [
                _LATER,
                thing(
                    NETWORK_POLICY,
                    refers={"metadata": _LATER},
                    metadata={"namespace": UNKNOWN},
                    spec={"podSelector": {}, "policyTypes": _BOTH},
                ),
            ],
        ],
        unknown=[
            [_CARDS, _policy(UNKNOWN)],
            [_CARDS, thing(NETWORK_POLICY, metadata={"namespace": UNKNOWN})],
            [_CARDS, _policy({"podSelector": {}, "policyTypes": UNKNOWN})],
        ],
    ),
    "k8s-03-peers": Cases(
        fails=[
            _from(),
            _from({}),
            {"spec": {"ingress": [{}]}},
            {"spec": {"egress": [{"ports": [{"port": 443.0}]}]}},
            thing(f"{NETWORK_POLICY}Patch", spec={"egress": [{"to": []}]}),
        ],
        passes=[
            {"spec": {"podSelector": {}}},
            {"spec": {"ingress": [], "egress": []}},
            _from({"podSelector": {}}),
            _to(*_block("10.0.0.0/8")),
        ],
        unknown=[{"spec": UNKNOWN}, {"spec": {"ingress": [{"from": UNKNOWN}]}}],
    ),
    "k8s-03-namespaces": Cases(
        fails=[
            _from({"namespaceSelector": {}}),
            _to({"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "a"}}}),
            _from({"namespaceSelector": {"matchLabels": {}}}),
            _from(
                {
                    "namespaceSelector": {
                        "matchExpressions": [
                            {"key": "kubernetes.io/metadata.name", "operator": "Exists"}
                        ]
                    }
                }
            ),
            _from(
                {
                    "namespaceSelector": {
                        "matchExpressions": [
                            {"key": "team", "operator": "NotIn", "values": ["nobody"]}
                        ]
                    }
                }
            ),
        ],
        passes=[
            _from({"podSelector": {}}),
            _from({"namespaceSelector": {"matchLabels": {"team": "a"}}}),
            _from(
                {
                    "namespaceSelector": {
                        "matchExpressions": [{"key": "team", "operator": "In", "values": ["a"]}]
                    }
                }
            ),
        ],
        unknown=[_from({"namespaceSelector": UNKNOWN})],
    ),
    "k8s-03-networks": Cases(
        fails=[
            _to(*_block("0.0.0.0/0")),
            _from({"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}),
            _to(*_block("::/0")),
            _to(*_block("128.0.0.0/1", "0.0.0.0/1")),
        ],
        passes=[
            _to(*_block("10.0.0.0/8", "172.16.0.0/12")),
            _to(*_block("0.0.0.0/1", "128.0.0.0/2")),
            {"spec": {"podSelector": {}}},
        ],
        unknown=[_to(*_block(UNKNOWN)), {"spec": {"egress": UNKNOWN}}],
    ),
    "k8s-03-above": Cases(
        fails=[
            {"spec": {"egress": [{"action": "Deny"}, {"action": "Allow"}]}},
            thing(ABOVE[1], spec={"ingress": [{"action": "Accept"}]}),
            thing(ABOVE[2], spec={"ingress": [{}]}),
        ],
        passes=[
            {"spec": {"egress": [{"action": "Deny"}], "ingress": [{"action": "Pass"}]}},
            {"spec": {}},
        ],
        unknown=[{"spec": {"egress": [{"action": UNKNOWN}]}}, {"spec": UNKNOWN}],
    ),
    "k8s-05-account-token": Cases(
        fails=[
            {},
            {"automountServiceAccountToken": True},
            {"metadata": {"annotations": {"other": "yes"}}},
            thing(f"{ACCOUNT}Patch", automountServiceAccountToken=True),
        ],
        passes=[
            {"automountServiceAccountToken": False},
            {"metadata": {"annotations": {NEEDS_TOKEN: "reads the names of pods"}}},
        ],
        unknown=[
            {"automountServiceAccountToken": UNKNOWN},
            {"metadata": {"annotations": UNKNOWN}},
        ],
    ),
    "k8s-05-pod-token": Cases(
        fails=[
            _pods({}),
            _pods({"automountServiceAccountToken": True}),
            thing(POD, spec={}),
            thing(CRON_JOB, spec=_CRON),
            thing(f"{DEPLOYMENT}Patch", spec={"template": {"spec": {}}}),
        ],
        passes=[
            _pods({"automountServiceAccountToken": False}),
            _pods({}, annotations={NEEDS_TOKEN: "watches services"}),
            thing(POD, spec={"automountServiceAccountToken": False}),
        ],
        unknown=[_pods(UNKNOWN), _pods({"automountServiceAccountToken": UNKNOWN})],
    ),
    "k8s-05-own-account": Cases(
        fails=[_pods({}), _pods({"serviceAccountName": "default"}), thing(POD, spec={})],
        passes=[_pods({"serviceAccountName": "cards"}), _pods({"serviceAccount": "cards"})],
        unknown=[_pods({"serviceAccountName": UNKNOWN})],
    ),
    "k8s-05-namespace": Cases(
        fails=[
            thing(DEPLOYMENT),
            thing(DEPLOYMENT, metadata={"namespace": "default"}),
            thing(RELEASE, name="vault"),
            thing(f"{RBAC}:RoleBindingPatch", metadata={"name": "viewers"}),
        ],
        passes=[
            thing(DEPLOYMENT, metadata={"namespace": "cards"}),
            thing(RELEASE, namespace="vault"),
            thing(CONFIG_MAP, provider=thing("pulumi:providers:kubernetes", namespace="cards")),
        ],
        unknown=[
            thing(DEPLOYMENT, metadata={"namespace": UNKNOWN}),
            thing(RELEASE, namespace=UNKNOWN),
        ],
    ),
}


def _without_owner(properties: dict[str, Any]) -> None:
    del properties["metadata"]["labels"]["bank.internal/owner"]


LOOSENED: dict[str, Change] = {
    "K8S-01": edit(NAMESPACE, _without_owner),
    "K8S-02": without(NETWORK_POLICY, name="accounts-segment-nothing"),
    "K8S-03": change(
        NETWORK_POLICY,
        "spec.egress.0.to",
        [{"ipBlock": {"cidr": "0.0.0.0/0"}}],
        name="accounts-segment-workload",
    ),
    "K8S-05": change(
        ACCOUNT, "automountServiceAccountToken", value=True, name="cards-workspace-account"
    ),
}
