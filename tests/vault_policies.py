"""Judges a request by policies of Vault, as far as ours go: the rule that fits best decides."""

from typing import Any

import hcl2

_hcl: Any = hcl2
"""A parser without types of its own."""


def capabilities(policy: str, path: str) -> set[str]:
    """What a policy lets be done at a path."""
    rule = deciding(policy, path)
    return set(rules(policy)[rule]) if rule is not None else set()


def deciding(policy: str, path: str) -> str | None:
    """Which rule decides about a path: of several the most precise, ``None`` where none fits.

    Vault (policies, priority matching): the rule whose first wildcard is further behind, then the
    one that does not end in ``*``, then the one with fewer ``+``, then the longer one.
    """
    return max((it for it in rules(policy) if _fits(it, path)), key=_precision, default=None)


def opens(policy: str, path: str) -> bool:
    """Whether a policy lets a path be read."""
    return "read" in capabilities(policy, path)


def granted(policy: str, name: str) -> set[str]:
    """What a policy lets be done with a workload's things."""
    asked = {
        "read": f"corebank/data/{name}/a",
        "encrypt": f"transit/encrypt/{name}",
        "decrypt": f"transit/decrypt/{name}",
        "issue": f"pki/issue/{name}",
        "write data": f"database/creds/{name}-write",
        "read data": f"database/creds/{name}-read",
    }
    return {what for what, path in asked.items() if capabilities(policy, path)}


def rules(policy: str) -> dict[str, list[str]]:
    """Capabilities by path, as an HCL parser understands them."""
    found: dict[str, list[str]] = {}
    document: Any = _hcl.loads(policy)
    for block in document["path"]:
        for path, rule in block.items():
            if path != "__is_block__":
                words: list[str] = rule["capabilities"]
                found[path.strip('"')] = [word.strip('"') for word in words]
    return found


def _fits(rule: str, path: str) -> bool:
    prefix = rule.endswith("*")
    wanted = rule.removesuffix("*").split("/")
    given = path.split("/")
    if len(given) < len(wanted) or (len(given) > len(wanted) and not prefix):
        return False
    *whole, last = wanted
    middle = all(one in ("+", other) for one, other in zip(whole, given, strict=False))
    rest = "/".join(given[len(whole) :])
    return middle and (rest.startswith(last) if prefix else last in ("+", rest))


def _precision(rule: str) -> tuple[int, bool, int, int]:
    wildcards = [rule.index(sign) for sign in "+*" if sign in rule]
    first = min(wildcards, default=len(rule) + 1)
    return first, not rule.endswith("*"), -rule.count("+"), len(rule)
