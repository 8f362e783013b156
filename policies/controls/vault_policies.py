"""Policies in Vault: what a workload may do there, and what people may not."""

from collections.abc import Iterator, Mapping

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._vault import (
    JWT_ROLES,
    POLICY,
    Grant,
    allowed,
    grants,
    handed_out_by,
    is_peoples,
    is_system,
    lives,
    opened,
)

MAY_OF_SYSTEM: Mapping[str, frozenset[str]] = {
    # Snapshots are taken there and nowhere else; what they hold stays sealed.
    "sys/storage/raft/snapshot": frozenset({"read"}),
}
"""What a workload may do to Vault itself."""
BREAKS_GLASS = 15 * 60
"""Seconds; the bank's people have everything for a quarter of an hour at most (ADR 0030)."""

_NOTHING = frozenset[str]()
_WRITES = frozenset({"create", "update", "delete", "patch", "sudo"})
_NOT_PEOPLES = {
    "policies": ("sys/policies/acl/any", "sys/policy/any"),
    "logins": ("sys/auth/any", "auth/any/config", "auth/any/role/any", "auth/token/create"),
    "audit": ("sys/audit/any",),
    "plugins": ("sys/plugins/catalog/auth/any",),
    "identities": ("identity/entity", "identity/group"),
    "storage": ("sys/raw/any",),
}
"""By which anybody could give themselves anything, or hide what they did."""

POLICIES = Control(
    id="VLT-01",
    pack="security",
    title="A policy opens paths that it names, and nothing of Vault itself",
    levels="MMM",
    severity="critical",
    supports="VH policies, PCI 7.2.2, N AC-6, R 21",
    remedy="Name each path down to a segment, without + or sudo; leave sys/, auth/ and identity/ "
    "to delivery.",
)


@POLICIES.rule("parsed", "a text that can be read", POLICY)
def _parsed(policy: Resource) -> Wrong:
    try:
        grants(policy)
    except (ValueError, TypeError, KeyError, AttributeError):
        yield "policy can't be read as HCL or JSON with paths and known capabilities"


@POLICIES.rule_in_stack("wildcards", "no path that stands for any", POLICY)
def _wildcards(policy: Resource, stack: Stack) -> Wrong:
    for place, grant in _of_workload(policy, stack):
        if "+" in grant.path or "*" in _first(grant.path):
            yield f"path {place} of policy stands for any, by * or +"


@POLICIES.rule_in_stack("sudo", "no sudo", POLICY)
def _sudo(policy: Resource, stack: Stack) -> Wrong:
    for place, grant in _of_workload(policy, stack):
        if "sudo" in grant.capabilities:
            yield f"path {place} of policy has sudo among its capabilities"


@POLICIES.rule_in_stack("system", "nothing of Vault itself", POLICY)
def _system(policy: Resource, stack: Stack) -> Wrong:
    for place, grant in _of_workload(policy, stack):
        if is_system(grant) and not grant.capabilities <= MAY_OF_SYSTEM.get(grant.path, _NOTHING):
            yield f"path {place} of policy lies under sys/, auth/ or identity/"


@POLICIES.rule("segments", "no empty segment", POLICY)
def _segments(policy: Resource) -> Wrong:
    for place, grant in enumerate(grants(policy)):
        # At its end a slash asks for a list.
        if not grant.path or "" in grant.path.removesuffix("/").split("/"):
            yield f"path {place} of policy has an empty segment"


@POLICIES.rule_in_stack("break-glass", "everything for a quarter of an hour at most", POLICY)
def _break_glass(policy: Resource, stack: Stack) -> Wrong:
    if not is_peoples(policy, stack):
        return
    if not any(grant.path == "*" or "sudo" in grant.capabilities for grant in opened(policy)):
        return
    for role in handed_out_by(policy, stack, *JWT_ROLES):
        if not lives(role, "tokenMaxTtl", BREAKS_GLASS) or role.at("tokenPeriod"):
            yield f"opens everything, and its role lasts longer than {BREAKS_GLASS} seconds"


@POLICIES.rule_in_stack("people", "no way for people to give themselves more", POLICY)
def _people(policy: Resource, stack: Stack) -> Wrong:
    if not is_peoples(policy, stack):
        return
    given = grants(policy)
    for what, paths in _NOT_PEOPLES.items():
        for path in paths:
            if allowed(given, path) & _WRITES:
                yield f"lets people change {what}, by a path like {path}"


@POLICIES.rule(
    "instead", "no policy that is written as something else", "vault:generic/endpoint:Endpoint"
)
def _instead(endpoint: Resource) -> Wrong:
    path = str(endpoint.at("path")).strip("/")
    if path.startswith(("sys/policy/", "sys/policies/")):
        yield "path writes a policy; declare a vault.Policy, whose text is judged"


def _of_workload(policy: Resource, stack: Stack) -> Iterator[tuple[int, Grant]]:
    """What a policy opens, and where it says so; none of people's, who have rules of their own."""
    if not is_peoples(policy, stack):
        yield from ((place, grant) for place, grant in enumerate(grants(policy)) if grant.opens)


def _first(path: str) -> str:
    return path.lstrip("/").split("/")[0]


CONTROLS = (POLICIES,)
