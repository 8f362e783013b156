"""Roles in Vault: who logs in by them, for how long, and with what."""

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._vault import (
    JWT_ROLES,
    POLICY,
    WORKLOAD_ROLES,
    domain,
    handed_out_by,
    hands_out,
    known,
    lives,
    of_role,
)
from policies.controls._wire import listed

LONGEST, LONGEST_RENEWED = 60 * 60, 4 * 60 * 60
"""Seconds that a token lives, and that it lives if it is renewed."""

ROLES = Control(
    id="VLT-04",
    pack="security",
    title="One service account logs in by a role, for an hour",
    levels="MMM",
    severity="high",
    supports="VH tokens, PCI 8.6.3, N IA-5, N AC-12, R 20",
    remedy="Name one service account, one namespace and an audience; set tokenTtl to 3600 or "
    "less, tokenMaxTtl to 14400 or less, and only the domain's policies.",
)


@ROLES.rule("account", "one service account by its name", *WORKLOAD_ROLES)
def _account(role: Resource) -> Wrong:
    if not _is_one(role, "boundServiceAccountNames", "kubernetes:core/v1:ServiceAccount"):
        yield "boundServiceAccountNames is not one name"


@ROLES.rule("namespace", "one namespace by its name", *WORKLOAD_ROLES)
def _namespace(role: Resource) -> Wrong:
    if not _is_one(role, "boundServiceAccountNamespaces", "kubernetes:core/v1:Namespace"):
        yield "boundServiceAccountNamespaces is not one name"


@ROLES.rule("selector", "no namespaces by a selector", *WORKLOAD_ROLES)
def _selector(role: Resource) -> Wrong:
    if role.at("boundServiceAccountNamespaceSelector"):
        yield "boundServiceAccountNamespaceSelector lets in namespaces that it does not name"


@ROLES.rule("audience", "tokens that were made for Vault", *WORKLOAD_ROLES)
def _audience(role: Resource) -> Wrong:
    if not role.at("audience"):
        yield "audience is not set"


@ROLES.rule("ttl", "a token for an hour", *WORKLOAD_ROLES, *JWT_ROLES)
def _ttl(role: Resource) -> Wrong:
    if not lives(role, "tokenTtl", LONGEST):
        yield f"tokenTtl is not between 1 and {LONGEST} seconds"


@ROLES.rule(
    "max-ttl", "a token that ends, however often it is renewed", *WORKLOAD_ROLES, *JWT_ROLES
)
def _max_ttl(role: Resource) -> Wrong:
    if not lives(role, "tokenMaxTtl", LONGEST_RENEWED):
        yield f"tokenMaxTtl is not between 1 and {LONGEST_RENEWED} seconds"


@ROLES.rule("period", "no token that is renewed for ever", *WORKLOAD_ROLES, *JWT_ROLES)
def _period(role: Resource) -> Wrong:
    if role.at("tokenPeriod"):
        yield "tokenPeriod lets a token be renewed for ever"


@ROLES.rule_in_stack("policies", "the domain's policies only", *WORKLOAD_ROLES)
def _policies(role: Resource, stack: Stack) -> Wrong:
    declared = {name for policy in stack.of(POLICY) for name in policy.identities}
    if strangers := [name for name in known(role, "tokenPolicies") if name not in declared]:
        yield f"tokenPolicies has {len(strangers)} that this stack does not declare"
    for policy in of_role(role, stack):
        others = handed_out_by(policy, stack, *WORKLOAD_ROLES)
        if any(domain(other) != domain(role) for other in others):
            yield f"tokenPolicies has {policy.name}, which another domain has too"
        if any(hands_out(other, policy) for other in stack.of(*JWT_ROLES)):
            yield f"tokenPolicies has {policy.name}, which is handed out by a JWT role too"
    _read(role)


def _is_one(role: Resource, key: str, type_: str) -> bool:
    members = listed(role.properties, key)
    if len(members) != 1:
        return False
    if any(f"${type_}::" in urn or f"::{type_}::" in urn for urn in role.refers.get(key, ())):
        return True
    name = members[0]
    return isinstance(name, str) and bool(name) and not set(name) & set("*?[")


def _read(role: Resource) -> None:
    """Reads all names of policies where references do not tell of each."""
    names = listed(role.properties, "tokenPolicies")
    if len(known(role, "tokenPolicies")) + len(role.refers.get("tokenPolicies", ())) < len(names):
        list(names)


CONTROLS = (ROLES,)
