"""Vault's policies and roles: what a text grants, who is handed it, and whose roles those are."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import hcl2

from policies.controls._stack import Resource, Stack
from policies.controls._wire import Object, Unknown, at, listed

POLICY = "vault:index/policy:Policy"
WORKLOAD_ROLES = ("vault:kubernetes/authBackendRole:AuthBackendRole",)
JWT_ROLES = ("vault:jwt/authBackendRole:AuthBackendRole",)

_hcl: Any = hcl2
_OLD = {
    "deny": ("deny",),
    "read": ("read", "list"),
    "write": ("create", "read", "update", "delete", "list"),
    "sudo": ("create", "read", "update", "delete", "list", "sudo"),
}
"""What a path's ``policy`` meant before there were capabilities; Vault still reads it."""
_CAPABILITIES = frozenset(
    ("create", "read", "update", "delete", "list", "patch", "sudo", "deny", "subscribe", "recover")
)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a policy says of one path.

    Args:
        path: With its wildcards.
        capabilities: Of which ``deny`` goes before all others.
    """

    path: str
    capabilities: frozenset[str]

    @property
    def opens(self) -> bool:
        """Whether anything at all may be done there."""
        return bool(self.capabilities) and "deny" not in self.capabilities


def grants(policy: Resource) -> list[Grant]:
    """What a policy says, path by path.

    Raises:
        Unknown: The text is only known after an update.
        ValueError: Vault would not read it, or read it in another way.
    """
    text = policy.at("policy")
    if not isinstance(text, str):
        raise TypeError("policy is no text")
    return [*_granted(parsed(text))]


@lru_cache(maxsize=256)
def parsed(text: str) -> Mapping[str, Any]:
    """A text of HCL or JSON, read; each block's name stands in quotes where it did.

    Raises:
        ValueError: It is neither.
    """
    if text.lstrip().startswith("{"):
        return cast("Mapping[str, Any]", json.loads(text, object_pairs_hook=_once))
    try:
        return cast("Mapping[str, Any]", _hcl.loads(f"{text}\n"))
    except Exception as error:
        # The parser's errors are of several families; all mean the same.
        raise ValueError("no HCL") from error


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    # Vault reads both where Python keeps the last.
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def blocks(document: Mapping[str, Any], kind: str) -> Iterator[tuple[str, Any]]:
    """Label and content of each block of a kind; an empty label for one without."""
    for group in listed(document, kind):
        if not isinstance(group, Mapping):
            raise TypeError(f"{kind} is no block")
        labels = [key for key in cast("Mapping[str, Any]", group) if key != "__is_block__"]
        inside = at(group, "__is_block__") and not labels
        for label in labels or ([""] if inside else []):
            content = at(group, label)
            for each in listed(content):
                yield word(label), each


def word(text: Any) -> Any:
    """A word without the quotes that the parser leaves it."""
    if not isinstance(text, str):
        return text
    if "\\" in text:
        raise ValueError("a sign is written in another way")
    return text[1:-1] if text.startswith('"') else text


def _granted(document: Mapping[str, Any]) -> Iterator[Grant]:
    if odd := set(document) - {"path", "name", "__comments__", "__inline_comments__"}:
        raise ValueError(f"{len(odd)} keys that no policy has")
    for path, rule in blocks(document, "path"):
        words = [word(each) for each in listed(rule, "capabilities")]
        if (old := word(at(rule, "policy"))) is not None:
            words += _OLD[old]
        if not words or set(words) - _CAPABILITIES:
            raise ValueError("no capabilities, or unknown ones")
        yield Grant(path=path, capabilities=frozenset(words))


def allowed(given: Sequence[Grant], path: str) -> frozenset[str]:
    """What may be done at a path; of several rules that fit, the most precise one decides."""
    fitting = [grant for grant in given if fits(grant.path, path)]
    if not fitting:
        return frozenset()
    best = max(fitting, key=lambda grant: _precision(grant.path)).path
    same = [grant.capabilities for grant in fitting if grant.path == best]
    everything = frozenset[str]().union(*same)
    return frozenset() if "deny" in everything else everything


def fits(pattern: str, path: str) -> bool:
    """Whether a path of a policy says something of a path that is asked for."""
    prefix = pattern.endswith("*")
    *whole, last = pattern.removesuffix("*").split("/")
    given = path.split("/")
    if len(given) <= len(whole):
        return False
    if not all(one in ("+", other) for one, other in zip(whole, given, strict=False)):
        return False
    rest = "/".join(given[len(whole) :])
    if prefix:
        return rest.startswith(last)
    return last == rest or (last == "+" and "/" not in rest)


def _precision(pattern: str) -> tuple[int, bool, int, int]:
    # Vault: the first wildcard comes later, none at the end, fewer of them, a longer path.
    wild = [pattern.index(sign) for sign in "+*" if sign in pattern]
    first = min(wild, default=len(pattern) + 1)
    return first, not pattern.endswith("*"), -pattern.count("+"), len(pattern)


def known(resource: Resource, key: str) -> list[Any]:
    """The members of a list that are known; of what the others were made, references tell."""
    found: list[Any] = []
    if isinstance(resource.properties, Object) and not resource.properties.is_known(key):
        return found
    members = listed(resource.properties, key)
    for place in range(len(members)):
        try:
            found.append(members[place])
        except Unknown:
            continue
    return found


def hands_out(role: Resource, policy: Resource) -> bool:
    """Whether who logs in by a role has a policy."""
    if policy.urn in role.refers.get("tokenPolicies", ()):
        return True
    return not policy.identities.isdisjoint(known(role, "tokenPolicies"))


def of_role(role: Resource, stack: Stack) -> list[Resource]:
    """The policies of this stack that a role hands out."""
    return [policy for policy in stack.of(POLICY) if hands_out(role, policy)]


def handed_out_by(policy: Resource, stack: Stack, *types: str) -> list[Resource]:
    """The roles of these types that hand out a policy."""
    return [role for role in stack.of(*types) if hands_out(role, policy)]


def domain(role: Resource) -> str:
    """Whose a workload's role is: the namespace that it logs in from."""
    return ",".join(str(each) for each in listed(role.properties, "boundServiceAccountNamespaces"))


def is_peoples(policy: Resource, stack: Stack) -> bool:
    """Whether people have a policy and no workload does: a group of people is bound to its role."""
    if handed_out_by(policy, stack, *WORKLOAD_ROLES):
        return False
    roles = handed_out_by(policy, stack, *JWT_ROLES)
    return bool(roles) and all(role.at("boundClaims", "groups") for role in roles)


def opened(policy: Resource) -> list[Grant]:
    """What a policy opens."""
    return [grant for grant in grants(policy) if grant.opens]


def is_system(grant: Grant) -> bool:
    """Whether it is about Vault itself."""
    return grant.path.lstrip("/").split("/")[0] in ("sys", "auth", "identity")


def lives(resource: Resource, key: str, longest: int) -> bool:
    """Whether a time in seconds is given, and not too long; none is Vault's own of 32 days."""
    seconds: Any = resource.at(key)
    return seconds is not None and 0 < float(seconds) <= longest
