"""Who may call whom in the mesh: the specs of Istio's security kinds. Pure.

A workload is known by its certificate, in which its namespace and service account stand; here both
have its name. Where a policy of a namespace names nobody, nobody is let in, and each further one
lets somebody in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components._pod import labels

TRUST_DOMAIN = "cluster.local"
WAY_IN, WAY_OUT = "ingress", "egress"
"""The gateways by which requests come from outside, and go there: names and service accounts."""
WAY_IN_NAMESPACE, WAY_OUT_NAMESPACE = "istio-ingress", "istio-egress"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Something that a request has to show.

    Args:
        key: An attribute of Istio's, such as ``request.auth.claims[scope]``.
        values: Of which one has to be there; ``*`` where any will do.
    """

    key: str
    values: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Tokens:
    """Whose tokens are believed.

    Args:
        issuer: Who makes them.
        keys: Address of the keys that they are signed with.
        audience: Whom they are for.
    """

    issuer: str
    keys: str
    audience: str


def principal(namespace: str, service_account: str) -> str:
    """What stands in a workload's certificate."""
    return f"{TRUST_DOMAIN}/ns/{namespace}/sa/{service_account}"


def selector(workload: str) -> dict[str, Any]:
    """Selects a workload's pods."""
    return {"matchLabels": labels(workload)}


def strict() -> dict[str, Any]:
    """No connection without a certificate, on no port."""
    return {"mtls": {"mode": "STRICT"}}


def nobody() -> dict[str, Any]:
    """Lets nobody in: a policy that allows, and has no rule by which to.

    The empty list is written out and so is the program's: a rule that somebody adds by hand is seen
    and taken away, where beside an empty spec it would be theirs and would stay.
    """
    return {"rules": []}


def caller(workload: str, *, by: str, ports: Sequence[int]) -> dict[str, Any]:
    """Lets one other workload in.

    Args:
        workload: Who is called.
        by: Who calls.
        ports: Where.
    """
    return {
        "selector": selector(workload),
        "action": "ALLOW",
        "rules": [
            {
                "from": [{"source": {"principals": [principal(by, by)]}}],
                "to": [{"operation": {"ports": [str(port) for port in ports]}}],
            }
        ],
    }


def anybody(port: int) -> dict[str, Any]:
    """Lets in whoever is in the mesh, and has its certificate; for every pod of the namespace."""
    return {
        "action": "ALLOW",
        "rules": [
            {
                "from": [{"source": {"principals": [f"{TRUST_DOMAIN}/*"]}}],
                "to": [{"operation": {"ports": [str(port)]}}],
            }
        ],
    }


def outsiders(
    workload: str,
    *,
    port: int,
    paths: Sequence[str],
    conditions: Sequence[Condition],
    tokens: Tokens | None,
) -> dict[str, Any]:
    """Lets in what comes from outside through its gateway and shows what it has to.

    Args:
        workload: Who is asked.
        port: Where.
        paths: For what; anything where there is none.
        conditions: What a request has to show, all of it.
        tokens: Whose token it has to bring; None where it needs none.
    """
    source: dict[str, Any] = {"principals": [principal(WAY_IN_NAMESPACE, WAY_IN)]}
    shown = list(conditions)
    if tokens is not None:
        # Whoever it is of whom the issuer speaks.
        source["requestPrincipals"] = [f"{tokens.issuer}/*"]
        shown.insert(0, Condition(key="request.auth.audiences", values=[tokens.audience]))
    operation: dict[str, Any] = {"ports": [str(port)]}
    if paths:
        operation["paths"] = [*paths]
    rule: dict[str, Any] = {"from": [{"source": source}], "to": [{"operation": operation}]}
    if shown:
        rule["when"] = [{"key": each.key, "values": [*each.values]} for each in shown]
    return {"selector": selector(workload), "action": "ALLOW", "rules": [rule]}


def believed(workload: str, tokens: Tokens) -> dict[str, Any]:
    """Whose tokens a workload believes: one of another issuer, or a spoilt one, is refused."""
    return {
        "selector": selector(workload),
        "jwtRules": [
            {
                "issuer": tokens.issuer,
                "jwksUri": tokens.keys,
                "audiences": [tokens.audience],
                # The workload looks for itself at what the mesh can't judge.
                "forwardOriginalToken": True,
                "spaceDelimitedClaims": ["scope"],
            }
        ],
    }


def admitted(*, host: str, paths: Sequence[str]) -> dict[str, Any]:
    """What the gateway lets in from outside, whoever asks: who may is the workload's to say."""
    operation: dict[str, Any] = {"hosts": [host, f"{host}:*"]}
    if paths:
        operation["paths"] = [*paths]
    return {
        "selector": {"matchLabels": {"istio": WAY_IN}},
        "action": "ALLOW",
        "rules": [{"to": [{"operation": operation}]}],
    }


def released(host: str) -> dict[str, Any]:
    """What the gateway lets out: connections to one host, by the name that they ask for."""
    return {
        "selector": {"matchLabels": {"istio": WAY_OUT}},
        "action": "ALLOW",
        "rules": [{"when": [{"key": "connection.sni", "values": [host]}]}],
    }
