"""Whom Istio lets in, by what it says of its own policies. Pure: takes objects as the API has them.

No proxy runs here. What is known of a request is whose certificate it comes with and to which port
it goes; the rest whoever asks may choose. So a rule matches always, never, or if they choose so:
one that lets in counts if they can choose so, one that keeps out only if they can't avoid it. What
is not understood is an error and never a leave.

Istio's documentation: "Authorization Policy" and its conditions, and "PeerAuthentication".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

Object = Mapping[str, Any]


class Match(IntEnum):
    """Whether a rule matches a request of which not all is known; in this order."""

    NEVER = 0
    BY_CHOICE = 1
    ALWAYS = 2


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Somebody who is asked.

    Args:
        namespace: Where it runs.
        labels: Its pods'.
    """

    namespace: str
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request.

    Args:
        principal: What stands in the certificate of who asks; empty without any.
        port: Where it goes.
        bare: Whether it has neither token nor header; otherwise whatever it likes.
    """

    principal: str
    port: int
    bare: bool = False

    @property
    def namespace(self) -> str:
        """The namespace of who asks; empty without a certificate."""
        parts = self.principal.split("/")
        return parts[2] if len(parts) == len(("domain", "ns", "name", "sa", "account")) else ""


class NotUnderstood(Exception):  # noqa: N818 - says what is so
    """A policy has something that this reasoning does not know."""


def let_in(
    request: Request,
    workload: Workload,
    *,
    authentications: Sequence[Object],
    authorizations: Sequence[Object],
    root: str,
) -> bool:
    """Whether some such request gets to the workload.

    Args:
        request: The request.
        workload: Who is asked.
        authentications: All ``PeerAuthentication`` objects there are.
        authorizations: All ``AuthorizationPolicy`` objects there are.
        root: The namespace whose policies hold everywhere.

    Raises:
        NotUnderstood: One of them has something that is not known here.
    """
    if not request.principal and mode(workload, request.port, authentications, root) == "STRICT":
        return False
    holding = [each for each in authorizations if _holds(each, workload, root)]
    if any(_policy(each, request) is Match.ALWAYS for each in _of(holding, "DENY")):
        return False
    allowing = _of(holding, "ALLOW")
    return not allowing or any(_policy(each, request) > Match.NEVER for each in allowing)


def mode(workload: Workload, port: int, authentications: Sequence[Object], root: str) -> str:
    """How connections to a port have to be: the nearest policy that says so, the oldest first."""
    spaces = (workload.namespace, workload.namespace, root)
    for level, space in enumerate(spaces):
        found = sorted(
            (
                each
                for each in authentications
                if each["metadata"]["namespace"] == space
                and bool(_selector(each)) == (level == 0)
                and _selects(each, workload)
            ),
            key=lambda each: str(each["metadata"].get("creationTimestamp", "")),
        )
        for each in found[:1]:
            spec: Object = each.get("spec", {})
            ports: Mapping[str, Object] = spec.get("portLevelMtls", {})
            told = ports.get(str(port), {}).get("mode") or spec.get("mtls", {}).get("mode")
            if told not in (None, "UNSET"):
                return str(told)
    return "PERMISSIVE"


def _of(policies: Iterable[Object], action: str) -> list[Object]:
    found: list[Object] = []
    for each in policies:
        told = each.get("spec", {}).get("action", "ALLOW")
        if told == "CUSTOM":
            raise NotUnderstood(f"{_named(each)} asks somebody else")
        if told == action:
            found.append(each)
    return found


def _holds(policy: Object, workload: Workload, root: str) -> bool:
    if set(policy.get("spec", {})) - {"selector", "action", "rules"}:
        raise NotUnderstood(f"{_named(policy)} has {sorted(policy['spec'])}")
    return policy["metadata"]["namespace"] in (workload.namespace, root) and _selects(
        policy, workload
    )


def _selector(policy: Object) -> Mapping[str, str]:
    return policy.get("spec", {}).get("selector", {}).get("matchLabels", {})


def _selects(policy: Object, workload: Workload) -> bool:
    return all(workload.labels.get(key) == value for key, value in _selector(policy).items())


def _policy(policy: Object, request: Request) -> Match:
    """Of the rules of a policy one has to match; without rules none does."""
    rules: list[Object] = policy.get("spec", {}).get("rules", [])
    return max((_rule(rule, request) for rule in rules), default=Match.NEVER)


def _rule(rule: Object, request: Request) -> Match:
    """Of each part one entry has to match, of the conditions all; a part that is not there does."""
    _known(rule, {"from", "to", "when"})
    sources = [_source(each.get("source", {}), request) for each in rule.get("from", [])]
    operations = [_operation(each.get("operation", {}), request) for each in rule.get("to", [])]
    return min(
        max(sources, default=Match.ALWAYS),
        max(operations, default=Match.ALWAYS),
        *(_condition(each, request) for each in rule.get("when", [])),
    )


def _source(source: Object, request: Request) -> Match:
    fixed = {"principals": request.principal, "namespaces": request.namespace}
    chosen = {"requestPrincipals": "", "ipBlocks": None, "remoteIpBlocks": None}
    return _entries(source, fixed, chosen, request)


def _operation(operation: Object, request: Request) -> Match:
    chosen = {"hosts": None, "methods": None, "paths": None}
    return _entries(operation, {"ports": str(request.port)}, chosen, request)


def _entries(
    entry: Object,
    fixed: Mapping[str, str],
    chosen: Mapping[str, str | None],
    request: Request,
) -> Match:
    """All fields of an entry have to match.

    Args:
        entry: The entry.
        fixed: What is known of the request, by field.
        chosen: What whoever asks may choose, with what it is in a bare request; None where even
            that leaves it open.
        request: The request.
    """
    opposite: Callable[[str], str] = lambda field: f"not{field[0].upper()}{field[1:]}"  # noqa: E731
    _known(entry, {*fixed, *chosen, *map(opposite, fixed), *map(opposite, chosen)})
    found = Match.ALWAYS
    for field in entry:
        negated = field.startswith("not")
        name = f"{field[3].lower()}{field[4:]}" if negated else field
        told = fixed.get(name, chosen.get(name) if request.bare else None)
        found = min(found, _values(told, entry[field], negated=negated))
    return found


def _condition(condition: Object, request: Request) -> Match:
    _known(condition, {"key", "values", "notValues"})
    key: str = condition["key"]
    if key.startswith("request."):
        told = "" if request.bare else None
    elif key in (known := _ATTRIBUTES):
        told = known[key](request)
    else:
        raise NotUnderstood(f"a condition on {key}")
    return min(
        _values(told, condition["values"], negated=False)
        if "values" in condition
        else Match.ALWAYS,
        _values(told, condition["notValues"], negated=True)
        if "notValues" in condition
        else Match.ALWAYS,
    )


_ATTRIBUTES: Mapping[str, Callable[[Request], str | None]] = {
    "source.principal": lambda request: request.principal,
    "source.namespace": lambda request: request.namespace,
    "destination.port": lambda request: str(request.port),
    "source.ip": lambda _: None,
    "remote.ip": lambda _: None,
    "connection.sni": lambda _: None,
}


def _values(told: str | None, wanted: Sequence[str], *, negated: bool) -> Match:
    if told is None:
        return Match.BY_CHOICE
    matches = any(_fits(told, each) for each in wanted)
    return Match.ALWAYS if matches is not negated else Match.NEVER


def _fits(told: str, wanted: str) -> bool:
    """Exactly, by beginning or end, or ``*`` by being there at all."""
    if wanted == "*":
        return bool(told)
    if wanted.endswith("*"):
        return told.startswith(wanted[:-1])
    if wanted.startswith("*"):
        return told.endswith(wanted[1:])
    return told == wanted


def _known(entry: Object, fields: set[str]) -> None:
    if unknown := sorted(set(entry) - fields):
        raise NotUnderstood(f"a rule with {', '.join(unknown)}")


def _named(policy: Object) -> str:
    metadata = policy["metadata"]
    return f"{policy.get('kind', 'policy')} {metadata['namespace']}/{metadata['name']}"
