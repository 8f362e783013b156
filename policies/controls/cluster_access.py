"""Who may do what in a cluster."""

from collections.abc import Iterator, Sequence
from typing import Any

from policies.controls._kubernetes import RBAC, patched
from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource
from policies.controls._wire import listed

ROLES = patched(f"{RBAC}:ClusterRole", f"{RBAC}:Role")
BINDINGS = patched(f"{RBAC}:ClusterRoleBinding", f"{RBAC}:RoleBinding")
DELIVERY = "corebank:delivery"
"""It alone gives rights that it has not got itself: those that the program declares."""

_READS = frozenset({"get", "list", "watch"})
_RAISES = frozenset({"bind", "escalate", "impersonate"})
_DELIVERS = frozenset({"bind", "escalate"})
_DOORS = frozenset({"nodes/proxy", "serviceaccounts/token", "certificatesigningrequests/approval"})
_GROUND = frozenset(
    {
        "mutatingwebhookconfigurations",
        "persistentvolumes",
        "validatingwebhookconfigurations",
    }
)
"""With these a pod gets a node's disks, or an object other contents than its author gave it."""
_ALL_SECRETS = frozenset({"admin", "cluster-admin", "edit"})
"""Roles of Kubernetes' own that read every secret they reach."""
_ANYBODY = frozenset(
    {
        "system:anonymous",
        "system:authenticated",
        "system:masters",
        "system:serviceaccounts",
        "system:unauthenticated",
    }
)

RIGHTS = Control(
    id="K8S-06",
    pack="security",
    title="Roles in a cluster name what they allow, and lead to no others",
    levels="MMM",
    severity="critical",
    supports="CE 4.1.1, CE 4.1.2, CE 4.1.3, CE 4.1.4, CE 4.1.8, CE 4.1.9, CE 4.1.10, CE 4.1.11,"
    " CE 4.1.12, PCI 7.2.2, N AC-6, R 21",
    remedy="Name verbs and resources one by one, and bind roles of the bank's own to its groups.",
)


def _rules(role: Resource) -> Iterator[tuple[str, Any]]:
    for place, rule in enumerate(listed(role.at("rules"))):
        yield f"rules.{place}", rule


def _is_wide(values: Sequence[str]) -> bool:
    return any("*" in value for value in values)


@RIGHTS.rule("verbs", "no wildcard for verbs", *ROLES)
def _verbs(role: Resource) -> Wrong:
    for path, rule in _rules(role):
        if _is_wide(listed(rule, "verbs")):
            yield f"{path}.verbs has a wildcard"


@RIGHTS.rule("resources", "no wildcard for resources", *ROLES)
def _resources(role: Resource) -> Wrong:
    for path, rule in _rules(role):
        for key in ("apiGroups", "resources"):
            if _is_wide(listed(rule, key)):
                yield f"{path}.{key} has a wildcard"
        if "*" in listed(rule, "nonResourceURLs"):
            yield f"{path}.nonResourceURLs is all of them"


@RIGHTS.rule("secrets", "no reading of secrets", *ROLES)
def _secrets(role: Resource) -> Wrong:
    for path, rule in _rules(role):
        if "secrets" not in listed(rule, "resources"):
            continue
        reads = _READS & {*listed(rule, "verbs")}
        if reads - {"get"} or (reads and not listed(rule, "resourceNames")):
            yield f"{path} reads secrets that it does not name"


@RIGHTS.rule("raises", "no right to get other rights", *ROLES)
def _raises(role: Resource) -> Wrong:
    for path, rule in _rules(role):
        raised = _RAISES & {*listed(rule, "verbs")}
        if raised and not (raised <= _DELIVERS and role.at("metadata", "name") == DELIVERY):
            yield f"{path}.verbs has bind, escalate or impersonate"


@RIGHTS.rule("doors", "no way to nodes, others' tokens or certificates", *ROLES)
def _doors(role: Resource) -> Wrong:
    for path, rule in _rules(role):
        if _DOORS & {*listed(rule, "resources")}:
            yield f"{path}.resources has one of {', '.join(sorted(_DOORS))}"


@RIGHTS.rule("ground", "no change of volumes or of admission", *ROLES)
def _ground(role: Resource) -> Wrong:
    for path, rule in _rules(role):
        if _GROUND & {*listed(rule, "resources")} and {*listed(rule, "verbs")} - _READS:
            yield f"{path} changes one of {', '.join(sorted(_GROUND))}"


@RIGHTS.rule("gathered", "no role that takes its rules from others", *ROLES)
def _gathered(role: Resource) -> Wrong:
    if listed(role.at("aggregationRule"), "clusterRoleSelectors"):
        yield "aggregationRule takes rules from roles that nobody has looked at"


@RIGHTS.rule("bound-role", "no binding to a role of all rights", *BINDINGS)
def _bound_role(binding: Resource) -> Wrong:
    if binding.at("roleRef", "name") in _ALL_SECRETS:
        yield f"roleRef is one of {', '.join(sorted(_ALL_SECRETS))}"


@RIGHTS.rule("bound-subjects", "no binding to everybody or to masters", *BINDINGS)
def _bound_subjects(binding: Resource) -> Wrong:
    for place, subject in enumerate(listed(binding.at("subjects"))):
        # A service account's name is its own namespace's business.
        if subject["kind"] != "ServiceAccount" and subject["name"] in _ANYBODY:
            yield f"subjects.{place} is everybody, anonymous or of system:masters"


@RIGHTS.rule("delivers", "only delivery's own group gives rights", *BINDINGS)
def _delivers(binding: Resource) -> Wrong:
    if binding.at("roleRef", "name") != DELIVERY:
        return
    for place, subject in enumerate(listed(binding.at("subjects"))):
        if subject["kind"] != "Group" or subject["name"] != DELIVERY:
            yield f"subjects.{place} is not delivery's group, and the role gives any right"


CONTROLS = (RIGHTS,)
