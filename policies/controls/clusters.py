"""EKS clusters: how they are reached, what they keep and who rules them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

from policies.controls._addresses import is_everywhere
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import Unknown, any_of, at, is_true, listed, of_each

CLUSTER = "aws:eks/cluster:Cluster"
COMPONENT = "eks:index:Cluster"
NATIVE = "aws-native:eks:Cluster"
CLUSTERS = (CLUSTER, COMPONENT, NATIVE)
KEYS = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws-native:kms:Key")
POLICY_ASSOCIATION = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation"
NATIVE_ENTRY = "aws-native:eks:AccessEntry"

REVIEWED = date(2026, 11, 27)
"""When the table below was last held against EKS's calendar; a rule knows no clock."""
SUPPORT_ENDS: Mapping[str, date] = {
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
}
"""Of each minor version of Kubernetes the last day of EKS's standard support."""
BREAK_GLASS = "corebank-break-glass"
"""The role that people take when all else fails: the only one that may rule a cluster."""

LOGS = ("api", "audit", "authenticator", "controllerManager", "scheduler")
LOGS_IN_SANDBOX = ("audit", "authenticator")
_ADMINISTRATOR = "AmazonEKSClusterAdminPolicy"

PRIVATE = Control(
    id="EKS-01",
    pack="security",
    title="A cluster's API can't be reached from the internet",
    levels="AMM",
    severity="critical",
    supports="HUB EKS.1, CE 5.4.1, CE 5.4.2, PCI 1.4.4, N SC-7",
    remedy="Set endpointPublicAccess to false and endpointPrivateAccess to true; outside "
    "production publicAccessCidrs may name networks.",
)
SECRETS = Control(
    id="EKS-02",
    pack="security",
    title="A cluster's secrets are encrypted with a key of the bank",
    levels="MMM",
    severity="high",
    supports="HUB EKS.3, CE 5.3.1, PCI 3.5.1, PCI 3.6.1, N SC-28, R 6, R 7",
    remedy="Set encryptionConfig with resources secrets and the ARN of an aws.kms.Key.",
)
AUDITED = Control(
    id="EKS-03",
    pack="security",
    title="A cluster logs what is asked of it",
    levels="AMM",
    severity="medium",
    supports="HUB EKS.8, CE 2.1.1, PCI 10.2.1, N AU-12, R 12",
    remedy=f"Set enabledClusterLogTypes to {', '.join(LOGS)}.",
)
SUPPORTED = Control(
    id="EKS-04",
    pack="security",
    title="A cluster's version is one that EKS supports",
    levels="AMM",
    severity="high",
    supports="HUB EKS.2, PCI 6.3.3, N SI-2, R 10",
    remedy="Set version to one that is in standard support, and upgradePolicy.supportType to "
    "STANDARD.",
)
RULED = Control(
    id="EKS-05",
    pack="security",
    title="Nobody rules a cluster but who breaks the glass",
    levels="AMM",
    severity="critical",
    supports="CE 4.1.1, CE 4.1.7, CE 5.5.1, PCI 7.2.2, N AC-6(5), D 9(4)(c), R 21",
    remedy="Set authenticationMode API and bootstrapClusterCreatorAdminPermissions false; give "
    f"{_ADMINISTRATOR} to {BREAK_GLASS} only.",
)
KEPT = Control(
    id="EKS-07",
    pack="security",
    title="A cluster can't be deleted by mistake",
    levels="-AM",
    severity="medium",
    supports="N CP-10, D 11, PCI 6.5.1",
    remedy="Set deletionProtection to true, and protect in the resource's options.",
)


@PRIVATE.rule("public", "no public endpoint in production", *CLUSTERS)
def _public(cluster: Resource) -> Wrong:
    if cluster.environment == "production" and _is_public(cluster):
        yield "endpointPublicAccess is not false"


@PRIVATE.rule("private", "a private endpoint in production", *CLUSTERS)
def _private(cluster: Resource) -> Wrong:
    if cluster.environment != "production":
        return
    if not is_true(_network(cluster, "endpointPrivateAccess")):
        yield "endpointPrivateAccess is not true"


@PRIVATE.rule("everybody", "a public endpoint only for networks that are named", *CLUSTERS)
def _everybody(cluster: Resource) -> Wrong:
    if not _is_public(cluster):
        return
    allowed = listed(_network(cluster, "publicAccessCidrs"))
    if not allowed or any_of(allowed, is_everywhere):
        yield "publicAccessCidrs lets everybody ask"


@SECRETS.rule("secrets", "secrets are among what is encrypted", CLUSTER, NATIVE)
def _secrets(cluster: Resource) -> Wrong:
    if not any_of(_encrypted(cluster), lambda each: "secrets" in listed(each, "resources")):
        yield "encryptionConfig.resources has no secrets"


@SECRETS.rule_in_stack("key", "encrypted with a key of the bank's own", *CLUSTERS)
def _key(cluster: Resource, stack: Stack) -> Wrong:
    whole = "encryptionConfigKeyArn" if cluster.type == COMPONENT else "encryptionConfig"
    try:
        own = _has_own_key(cluster)
    except Unknown:
        # Of what it is made is known before its ARN is.
        if not any(cluster.refers_to(key, whole) for key in stack.of(*KEYS)):
            raise
        own = True
    if not own:
        yield f"{whole} names no key of the bank's own"


@AUDITED.rule("logs", "the control plane's logs", *CLUSTERS)
def _logs(cluster: Resource) -> Wrong:
    if cluster.type == NATIVE:
        types = listed(cluster.properties, "logging", "clusterLogging", "enabledTypes")
        enabled = [at(each, "type") for each in types]
    else:
        enabled = [*listed(cluster.properties, "enabledClusterLogTypes")]
    wanted = LOGS_IN_SANDBOX if cluster.environment == "sandbox" else LOGS
    if missing := [each for each in wanted if each not in enabled]:
        yield f"enabledClusterLogTypes lacks {', '.join(missing)}"


@SUPPORTED.rule("version", "a version in standard support", *CLUSTERS)
def _version(cluster: Resource) -> Wrong:
    if SUPPORT_ENDS.get(cluster.at("version"), date.min) < REVIEWED:
        yield "version is none that is in standard support"


@SUPPORTED.rule("support", "no extended support", *CLUSTERS)
def _support(cluster: Resource) -> Wrong:
    # Extended support is what EKS gives who says nothing.
    if cluster.at("upgradePolicy", "supportType") != "STANDARD":
        yield "upgradePolicy.supportType is not STANDARD"


@RULED.rule("mode", "who gets in is said to EKS, not in a ConfigMap", *CLUSTERS)
def _mode(cluster: Resource) -> Wrong:
    path = ("authenticationMode",)
    if cluster.at(*(path if cluster.type == COMPONENT else ("accessConfig", *path))) != "API":
        yield "authenticationMode is not API"


@RULED.rule("creator", "who makes a cluster does not rule it", CLUSTER, NATIVE)
def _creator(cluster: Resource) -> Wrong:
    if cluster.at("accessConfig", "bootstrapClusterCreatorAdminPermissions") is not False:
        yield "accessConfig.bootstrapClusterCreatorAdminPermissions is not false"


@RULED.rule(
    "administrator",
    f"only {BREAK_GLASS} is administrator",
    POLICY_ASSOCIATION,
    COMPONENT,
    NATIVE_ENTRY,
)
def _administrator(resource: Resource) -> Wrong:
    if resource.type != COMPONENT:
        yield from _rules(resource.properties)
        return
    entries: Mapping[str, Any] = resource.at("accessEntries") or {}
    yield from of_each([*entries], lambda _, name: _rules(entries[name]))


@KEPT.rule("deletion", "EKS and Pulumi refuse to delete it", *CLUSTERS)
def _deletion(cluster: Resource) -> Wrong:
    # A sandbox is made to be taken down.
    if cluster.environment == "sandbox":
        return
    # A component's protection would be that of every access entry, too: its cluster has its own.
    if cluster.type != COMPONENT and not cluster.protect:
        yield "protect is not set"
    if not is_true(cluster.at("deletionProtection")):
        yield "deletionProtection is not true"


def _network(cluster: Resource, key: str) -> Any:
    above = {CLUSTER: ("vpcConfig",), COMPONENT: (), NATIVE: ("resourcesVpcConfig",)}
    return cluster.at(*above[cluster.type], key)


def _is_public(cluster: Resource) -> bool:
    return _network(cluster, "endpointPublicAccess") is not False


def _encrypted(cluster: Resource) -> list[Any]:
    return [*listed(cluster.properties, "encryptionConfig")]


def _has_own_key(cluster: Resource) -> bool:
    if cluster.type == COMPONENT:
        keys = [cluster.at("encryptionConfigKeyArn")]
    else:
        keys = [at(each, "provider", "keyArn") for each in _encrypted(cluster)]
    return any(each and ":alias/aws/" not in each for each in keys)


def _rules(entry: Any) -> Wrong:
    if not any_of([entry, *_granted(entry)], _is_administrators):
        return
    if at(entry, "principalArn").rpartition("/")[2] != BREAK_GLASS:
        yield f"gives {_ADMINISTRATOR} to another role than {BREAK_GLASS}"


def _granted(entry: Any) -> list[Any]:
    """The policies that an entry has inside, in a list or, in the component, by name."""
    found: Any = at(entry, "accessPolicies")
    if isinstance(found, Mapping):
        return [found[name] for name in cast("Mapping[str, Any]", found)]
    return [*listed(entry, "accessPolicies")]


def _is_administrators(policy: Any) -> bool:
    return str(at(policy, "policyArn")).rpartition("/")[2] == _ADMINISTRATOR


CONTROLS = (PRIVATE, SECRETS, AUDITED, SUPPORTED, RULED, KEPT)
