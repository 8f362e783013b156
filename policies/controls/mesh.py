"""Istio: who has to show an identity, and who may call whom."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.controls._charts import RELEASES, is_of, value
from policies.controls._kubernetes import (
    NAMESPACE,
    namespace_of,
    patched,
    stands_in,
    together,
)
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed

DOMAIN = "bank.internal/domain"
"""The bank's label of whose a namespace is."""
PLATFORM = "platform"
"""The bank's word for what is no domain's: its namespaces need not be in the mesh."""
ROOT = "istio-system"
"""Where Istio looks for what holds everywhere, unless it is told another place."""

NAMESPACES = patched(NAMESPACE)


def kinds(group: str, kind: str, *versions: str) -> tuple[str, ...]:
    """A kind of Istio's in each version, and what changes one of its objects in part."""
    return patched(*(f"kubernetes:{group}/{version}:{kind}" for version in versions))


PEERS = kinds("security.istio.io", "PeerAuthentication", "v1", "v1beta1")
POLICIES = kinds("security.istio.io", "AuthorizationPolicy", "v1", "v1beta1")
GATEWAYS = kinds("networking.istio.io", "Gateway", "v1", "v1beta1", "v1alpha3")

STRICT = Control(
    id="IST-01",
    pack="security",
    title="Only who shows a certificate of the mesh gets through",
    levels="MMM",
    severity="critical",
    supports="PCI 4.2.1, N SC-8(1), P 35, R 14",
    remedy="Declare a PeerAuthentication of mode STRICT for each namespace and for the mesh's "
    "root, and no other mode for a port.",
)
CALLERS = Control(
    id="IST-02",
    pack="security",
    title="Nobody calls a service but who is named",
    levels="AMM",
    severity="high",
    supports="PCI 7.2.1, N AC-3, N AC-4, D 9(4)(c), R 21",
    remedy="Declare an AuthorizationPolicy without rules for each namespace, and beside it "
    "policies that allow callers by their principals.",
)


@STRICT.rule_in_stack("namespace", "mode STRICT for each namespace of the mesh", *NAMESPACES)
def _strict_namespace(namespace: Resource, stack: Stack) -> Wrong:
    if not _concerned(namespace):
        return
    here = (each for each in stack.of(*PEERS) if stands_in(each, namespace))
    if not any(map(_strict, here)):
        yield "has no PeerAuthentication of mode STRICT for all of its pods"


@STRICT.rule_of_stack("root", "mode STRICT for what has no namespace of its own", *NAMESPACES)
def _strict_root(stack: Stack) -> Wrong:
    if not any(_concerned(each) for each in stack.of(*NAMESPACES)):
        return
    roots = _roots(stack)
    there = (each for each in stack.of(*PEERS) if namespace_of(each) in roots)
    if not any(map(_strict, there)):
        yield "the mesh's root namespace has no PeerAuthentication of mode STRICT"


@STRICT.rule("mode", "no mode that lets in who shows nothing", *PEERS)
def _mode(peer: Resource) -> Wrong:
    if not _closed(peer.at("spec", "mtls", "mode")):
        yield "spec.mtls.mode is not STRICT"


@STRICT.rule("ports", "no port that lets in who shows nothing", *PEERS)
def _ports(peer: Resource) -> Wrong:
    ports = cast("Mapping[str, Any]", peer.at("spec", "portLevelMtls") or {})
    if not all(_closed(at(port, "mode")) for port in ports.values()):
        yield "spec.portLevelMtls has a mode that is not STRICT"


@CALLERS.rule_in_stack("nobody", "a policy that lets nobody in, for each namespace", *NAMESPACES)
def _nobody(namespace: Resource, stack: Stack) -> Wrong:
    if not _concerned(namespace):
        return
    here = (each for each in stack.of(*POLICIES) if stands_in(each, namespace))
    if not any(_allows(each) and _whole(each) and not _rules(each) for each in here):
        yield "has no AuthorizationPolicy without rules for all of its pods"


@CALLERS.rule_in_stack("named", "callers by their principals", *POLICIES)
def _named(policy: Resource, stack: Stack) -> Wrong:
    if not _allows(policy):
        return
    for place, rule in enumerate(_rules(policy)):
        names = [*_principals(rule)]
        if any("*" in name for source in names for name in source):
            if not (_everybody_at_a_port(rule, names) and _of_platform(policy, stack)):
                yield f"spec.rules.{place} names principals by *"
        elif not (names and all(names)) and not (_hosts(rule) and _at_gateway(policy, stack)):
            yield f"spec.rules.{place} does not name its callers' principals"


@CALLERS.rule("refuses", "no refusal that another spelling goes round", *POLICIES)
def _refuses(policy: Resource) -> Wrong:
    if policy.at("spec", "action") != "DENY":
        return
    for place, rule in enumerate(_rules(policy)):
        operations = [at(each, "operation") for each in listed(rule, "to")]
        if any(at(each, key) for each in operations for key in ("paths", "hosts", "methods")):
            # What the policy reads differently than the server does is then let in.
            yield f"spec.rules.{place} refuses what it names; only what is not named may be refused"


def is_domains(namespace: Resource) -> bool:
    """Whether a namespace is a domain's."""
    return namespace.at("metadata", "labels", DOMAIN) not in (None, PLATFORM)


def in_mesh(namespace: Resource) -> bool:
    """Whether its pods get a proxy, or have their node's in between."""
    labels = namespace.at("metadata", "labels")
    if (injected := at(labels, "istio-injection")) is not None:
        return injected == "enabled"
    return bool(at(labels, "istio.io/rev")) or at(labels, "istio.io/dataplane-mode") == "ambient"


def _concerned(namespace: Resource) -> bool:
    """Whether it needs its own rules; those of the mesh's root hold for the platform's."""
    if namespace.at("metadata", "labels", DOMAIN) is None:
        return in_mesh(namespace)
    return is_domains(namespace)


def _roots(stack: Stack) -> set[str]:
    told = {
        value(each, "meshConfig", "rootNamespace") or ROOT
        for each in stack.of(*RELEASES)
        if is_of(each, "istiod")
    }
    return told or {ROOT}


def _whole(thing: Resource) -> bool:
    """Whether it holds for all pods of its namespace."""
    spec = thing.at("spec")
    return not (
        at(spec, "selector", "matchLabels") or at(spec, "targetRef") or at(spec, "targetRefs")
    )


def _strict(peer: Resource) -> bool:
    return _whole(peer) and peer.at("spec", "mtls", "mode") == "STRICT"


def _closed(mode: Any) -> bool:
    # What has no mode of its own takes that of its namespace, and that the root's.
    return mode in (None, "UNSET", "STRICT")


def _allows(policy: Resource) -> bool:
    return policy.at("spec", "action") in (None, "ALLOW")


def _rules(policy: Resource) -> Any:
    return listed(policy.properties, "spec", "rules")


def _principals(rule: Any) -> Iterator[list[str]]:
    """The principals of each kind of callers; where none is named, those of its conditions."""
    sources = listed(rule, "from")
    for each in sources:
        source = at(each, "source")
        yield [*listed(source, "principals"), *listed(source, "serviceAccounts")]
    for condition in listed(rule, "when"):
        if not sources and at(condition, "key") == "source.principal":
            yield [*listed(condition, "values")]


def _everybody_at_a_port(rule: Any, names: list[list[str]]) -> bool:
    """Whether it opens nothing but ports to who is in the mesh: what all tell something to."""
    ports = [listed(each, "operation", "ports") for each in listed(rule, "to")]
    whole = all("*" not in name.removesuffix("/*") for source in names for name in source)
    return bool(ports) and all(ports) and whole


def _of_platform(policy: Resource, stack: Stack) -> bool:
    return any(
        namespace.at("metadata", "labels", DOMAIN) == PLATFORM and stands_in(policy, namespace)
        for namespace in stack.of(*NAMESPACES)
    )


def _hosts(rule: Any) -> bool:
    """Whether it names the hosts that are asked for, each of them."""
    asked = [[*listed(each, "operation", "hosts")] for each in listed(rule, "to")]
    asked += [
        [*listed(condition, "values")]
        for condition in listed(rule, "when")
        if at(condition, "key") == "connection.sni"
    ]
    return bool(asked) and all(hosts and "*" not in hosts for hosts in asked)


def _at_gateway(policy: Resource, stack: Stack) -> bool:
    """Whether it holds at a gateway only: who comes from outside has no identity in the mesh."""
    if any(
        at(each, "kind") == "Gateway" for each in listed(policy.properties, "spec", "targetRefs")
    ):
        return True
    labels = dict(policy.at("spec", "selector", "matchLabels") or {})
    return bool(labels) and any(
        dict(gateway.at("spec", "selector") or {}) == labels and together(policy, gateway)
        for gateway in stack.of(*GATEWAYS)
    )


CONTROLS = (STRICT, CALLERS)
