"""Kubernetes namespaces: what may run in each, what its pods reach, and as whom they ask."""

import re
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from policies.controls._kubernetes import (
    ACCOUNT,
    CONFIG_MAP,
    DEFAULT,
    NAMESPACE,
    NETWORK_POLICY,
    RBAC,
    RELEASE,
    SECRET,
    WORKLOADS,
    namespace_of,
    patched,
    pod,
    stands_in,
)
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed

ON_NODES = frozenset({"istio-cni", "logs"})
"""What reads or changes the nodes themselves, and has a namespace of its own for that reason."""
OWN_LABELS = ("bank.internal/owner", "bank.internal/domain", "bank.internal/data-class")
"""By these the register of assets knows what a namespace is for."""
NEEDS_TOKEN = "bank.internal/asks-kubernetes"  # noqa: S105 - an annotation
"""Says for what a pod, or a service account, asks Kubernetes' API."""

ABOVE = (
    "kubernetes:policy.networking.k8s.io/v1alpha1:AdminNetworkPolicy",
    "kubernetes:policy.networking.k8s.io/v1alpha2:ClusterNetworkPolicy",
    "kubernetes:networking.k8s.aws/v1alpha1:ClusterNetworkPolicy",
)
"""Policies of the whole cluster, which are asked before a namespace's own."""

_LEVEL = "pod-security.kubernetes.io/enforce"
_EVERY_NAMESPACE = "kubernetes.io/metadata.name"

LABELS = Control(
    id="K8S-01",
    pack="security",
    title="A namespace admits restricted pods only, and says whose it is",
    levels="MMM",
    severity="high",
    supports="PSS restricted, CE 4.5.1, N CM-6, R 4",
    remedy="Label the namespace with pod-security.kubernetes.io/enforce=restricted, a version of"
    " it, and the bank's owner, domain and data-class.",
)
DENIED = Control(
    id="K8S-02",
    pack="security",
    title="In a namespace nothing is reached that no policy allows",
    levels="MMM",
    severity="high",
    supports="CE 4.3.2, PCI 1.2.5, PCI 1.4.1, N AC-4, N SC-7(5), R 13",
    remedy="Add a NetworkPolicy with an empty podSelector and the policyTypes Ingress and Egress.",
)
NAMED = Control(
    id="K8S-03",
    pack="security",
    title="A network policy names who may be reached",
    levels="MMM",
    severity="high",
    supports="PCI 1.3.1, PCI 1.3.2, N AC-4",
    remedy="Name pods, namespaces or networks in each rule of the NetworkPolicy.",
)
IDENTITY = Control(
    id="K8S-05",
    pack="security",
    title="Pods ask Kubernetes only as themselves, and only if they have to",
    levels="AMM",
    severity="medium",
    supports="CE 4.1.5, CE 4.1.6, CE 4.5.2, N AC-6",
    remedy="Give the workload a namespace and a service account of its own, and set"
    f" automountServiceAccountToken to false; if it has to ask, annotate it with {NEEDS_TOKEN}.",
)


@LABELS.rule("restricted", "only restricted pods in each namespace", NAMESPACE)
def _restricted(namespace: Resource) -> Wrong:
    level = namespace.at("metadata", "labels", _LEVEL)
    if level == "restricted":
        return
    if level is None or namespace.at("metadata", "name") not in ON_NODES:
        yield f"the label {_LEVEL} is not restricted"


@LABELS.rule("pinned", "a pinned version of what restricted means", NAMESPACE)
def _pinned(namespace: Resource) -> Wrong:
    version = namespace.at("metadata", "labels", f"{_LEVEL}-version")
    if not re.fullmatch(r"v1\.\d+", version or ""):
        yield f"the label {_LEVEL}-version is no version like v1.35"


@LABELS.rule("owner", "owner, domain and class of data of each namespace", NAMESPACE)
def _owner(namespace: Resource) -> Wrong:
    for label in OWN_LABELS:
        if not namespace.at("metadata", "labels", label):
            yield f"has no label {label}"


@DENIED.rule_in_stack("denied", "a policy that denies by default in each namespace", NAMESPACE)
def _denied(namespace: Resource, stack: Stack) -> Wrong:
    policies = [each for each in stack.of(NETWORK_POLICY) if stands_in(each, namespace)]
    for direction in ("Ingress", "Egress"):
        closed = any(_isolates(policy, direction) for policy in policies)
        if not closed:
            yield f"has no NetworkPolicy of all pods for {direction}"


def _isolates(policy: Resource, direction: str) -> bool:
    """Whether pods of the whole namespace reach only what a policy allows."""
    if _terms(policy.at("spec", "podSelector")):
        return False
    # Kubernetes' own default: always of ingress, of egress if there are rules of it.
    told = listed(policy.at("spec"), "policyTypes") or (
        ("Ingress", "Egress") if policy.at("spec", "egress") is not None else ("Ingress",)
    )
    return direction in told


def _terms(selector: Any) -> list[Any]:
    """What a selector asks for; nothing if it finds everything."""
    return [*(at(selector, "matchLabels") or ()), *listed(selector, "matchExpressions")]


@NAMED.rule("peers", "peers in each rule of a network policy", *patched(NETWORK_POLICY))
def _peers(policy: Resource) -> Wrong:
    for path, peers in _rules(policy):
        if not peers:
            yield f"{path} is empty, which is everybody"
        for place, peer in enumerate(peers):
            if not len(peer):
                yield f"{path}.{place} is empty, which is everybody"


@NAMED.rule("namespaces", "no rule for pods of all namespaces", *patched(NETWORK_POLICY))
def _namespaces(policy: Resource) -> Wrong:
    for path, peers in _rules(policy):
        for place, peer in enumerate(peers):
            selector = at(peer, "namespaceSelector")
            if selector is not None and not _names_some(selector):
                yield f"{path}.{place}.namespaceSelector finds all namespaces"


def _names_some(selector: Any) -> bool:
    """Whether a selector asks for a label that not every namespace has."""
    return bool(at(selector, "matchLabels")) or any(
        each["operator"] == "In"
        or (each["operator"] == "Exists" and each["key"] != _EVERY_NAMESPACE)
        for each in listed(selector, "matchExpressions")
    )


@NAMED.rule("networks", "no rule for the whole internet", *patched(NETWORK_POLICY))
def _networks(policy: Resource) -> Wrong:
    for path, peers in _rules(policy):
        blocks = [ip_network(cidr) for peer in peers if (cidr := at(peer, "ipBlock", "cidr"))]
        for version in (4, 6):
            # Two halves are as much as the whole.
            if _cover([each for each in blocks if each.version == version]):
                yield f"{path} names every IPv{version} address in its ipBlock"


def _cover(blocks: list[Any]) -> bool:
    reached = 0
    for block in sorted(blocks, key=lambda each: int(each.network_address)):
        if int(block.network_address) > reached:
            return False
        reached = max(reached, int(block.broadcast_address) + 1)
    return bool(blocks) and reached == 1 << blocks[0].max_prefixlen


def _rules(policy: Resource) -> Iterator[tuple[str, Any]]:
    for direction, key in (("ingress", "from"), ("egress", "to")):
        for place, rule in enumerate(listed(policy.at("spec"), direction)):
            yield f"spec.{direction}.{place}.{key}", listed(rule, key)


@NAMED.rule("above", "no policy of the cluster that opens what namespaces close", *ABOVE)
def _above(policy: Resource) -> Wrong:
    for direction in ("ingress", "egress"):
        for place, rule in enumerate(listed(policy.at("spec"), direction)):
            if at(rule, "action") not in ("Deny", "Pass"):
                yield f"spec.{direction}.{place}.action is neither Deny nor Pass"


@IDENTITY.rule("account-token", "service accounts without a token in pods", *patched(ACCOUNT))
def _account_token(account: Resource) -> Wrong:
    if account.at("automountServiceAccountToken") is False:
        return
    if not account.at("metadata", "annotations", NEEDS_TOKEN):
        yield "automountServiceAccountToken is not false"


@IDENTITY.rule("pod-token", "pods without a token of Kubernetes", *WORKLOADS)
def _pod_token(workload: Resource) -> Wrong:
    if pod(workload, "spec", "automountServiceAccountToken") is False:
        return
    if not pod(workload, "metadata", "annotations", NEEDS_TOKEN):
        yield "the pods' automountServiceAccountToken is not false"


@IDENTITY.rule("own-account", "a service account of their own for pods", *WORKLOADS)
def _own_account(workload: Resource) -> Wrong:
    # The second name is an older one of the same.
    account = pod(workload, "spec", "serviceAccountName") or pod(workload, "spec", "serviceAccount")
    if account in (None, "", DEFAULT):
        yield "the pods' serviceAccountName is missing or the default account"


@IDENTITY.rule(
    "namespace",
    "nothing in the default namespace",
    *WORKLOADS,
    *patched(
        ACCOUNT,
        CONFIG_MAP,
        SECRET,
        "kubernetes:core/v1:Service",
        f"{RBAC}:Role",
        f"{RBAC}:RoleBinding",
    ),
    RELEASE,
)
def _namespace(thing: Resource) -> Wrong:
    if namespace_of(thing) == DEFAULT:
        yield "stands in the default namespace, or names none"


CONTROLS = (LABELS, DENIED, NAMED, IDENTITY)
