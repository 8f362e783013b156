"""Each kind of people at Vault: who gets in as what, and what they may do there.

Everyone brings a token of the identity provider, as at a bank. What each may stands here, and is
not taken from the policies.
"""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._signed import lasting, person, signed, strangers_key
from rehearsal.drills._vault_callers import Caller, log_in

_LIVES = {"administrator": 3600, "operator": 3600, "auditor": 3600, "break-glass": 900}
"""How long each is let in for, seconds."""

_Request = tuple[str, str, Mapping[str, object] | None]
_ADMINISTRATOR, _OPERATOR, _AUDITOR, _GLASS = _LIVES


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    people = outputs["people"]
    requests = _requests(outputs["vault"])
    attempts: list[Attempt] = []
    for kind, group in people["groups"].items():
        token = person(addresses, people, group)
        for role in people["groups"]:
            caller = log_in(addresses, people["login"], role, token)
            attempts.append(
                Attempt(
                    actor=kind,
                    what="log in as",
                    target=role,
                    expected=role == kind,
                    granted=caller is not None,
                )
            )
            if caller is not None and role == kind:
                attempts += _may(kind, caller, requests)
        attempts += _wrong(addresses, people, kind, group)
    return attempts


def _may(
    kind: str, caller: Caller, requests: Mapping[str, tuple[_Request, set[str]]]
) -> Iterator[Attempt]:
    yield Attempt(
        actor=kind,
        target="stay longer than it may",
        expected=False,
        granted=not 0 < caller.lives <= _LIVES[kind],
    )
    for target, (request, may) in requests.items():
        yield Attempt(
            actor=kind, target=target, expected=kind in may, granted=caller.gets_in(*request)
        )


def _requests(vault: Any) -> Mapping[str, tuple[_Request, set[str]]]:
    """What is asked for, and who may."""
    name = next(iter(vault["workloads"]))
    path = f"{vault['kvPath']}/data/{name}/drill-{secrets.token_hex(6)}"
    key = f"{vault['transit']}/keys/{vault['workloads'][name]['keys'][0]}"
    role = vault["workloads"][name]["role"]
    nobody: set[str] = set()
    return {
        "put a secret": (
            ("POST", path, {"data": {"canary": "put"}}),
            {_ADMINISTRATOR, _GLASS},
        ),
        "read a secret": (("GET", path, None), {_GLASS}),
        "take a secret away": (("DELETE", path.replace("/data/", "/metadata/", 1), None), {_GLASS}),
        "trim a key": (
            ("POST", f"{key}/trim", {"min_available_version": 1}),
            {_ADMINISTRATOR, _GLASS},
        ),
        "use a key": (("POST", key.replace("/keys/", "/encrypt/"), {"plaintext": ""}), {_GLASS}),
        "see a key": (("GET", key, None), {_ADMINISTRATOR, _AUDITOR, _GLASS}),
        "see the servers": (("GET", "sys/ha-status", None), {_OPERATOR, _GLASS}),
        "revoke a lease": (
            ("POST", "sys/leases/revoke", {"lease_id": "drill/none"}),
            {_ADMINISTRATOR, _OPERATOR, _GLASS},
        ),
        "see policies": (("LIST", "sys/policies/acl", None), {_AUDITOR}),
        "change a policy": (("PUT", "sys/policies/acl/drill", {"policy": "none"}), nobody),
        "change a policy by its older name": (
            ("PUT", "sys/policy/drill", {"policy": "none"}),
            nobody,
        ),
        "move logins elsewhere": (
            ("POST", "sys/remount", {"from": "auth/drill-none", "to": "auth/drill"}),
            nobody,
        ),
        "log more of a login": (
            ("PUT", "sys/config/auditing/request-headers/drill", {"hmac": False}),
            nobody,
        ),
        "switch an audit log off": (("DELETE", "sys/audit/drill", None), nobody),
        "let others in": (
            ("POST", f"auth/{vault['login']}/role/{role}-drill", {"policies": "root"}),
            nobody,
        ),
        "make a token": (("POST", "auth/token/create", {"ttl": "5m"}), nobody),
        "make a token that outlives its own": (
            ("POST", "auth/token/create-orphan", {"ttl": "5m"}),
            nobody,
        ),
    }


def _wrong(
    addresses: Addresses, people: Mapping[str, Any], kind: str, group: str
) -> Iterator[Attempt]:
    """Who is not let in as a kind of people, though all but one thing is right."""
    claims = {"iss": people["issuer"], "aud": people["audience"], "sub": "drill"}
    by_another = {**claims, "groups": [group], **lasting(300)}
    for target, token in {
        "in no group": person(addresses, people),
        "in a group that begins like it": person(addresses, people, f"{group}-x"),
        "for somebody else": person(addresses, people, group, aud="somebody-else"),
        "by another issuer": person(addresses, people, group, iss="https://example.invalid"),
        "expired": person(addresses, people, group, **lasting(60, from_now=-600)),
        "signed by somebody else": signed(by_another, strangers_key()),
    }.items():
        caller = log_in(addresses, people["login"], kind, token)
        yield Attempt(
            actor=kind,
            what="log in by a token",
            target=target,
            expected=False,
            granted=caller is not None,
        )


VAULT_PEOPLE = Drill(
    name="vault people",
    claim="who is in a group of people is let in as that, for a while, and does what is its own",
    needs="people",
    attempts=_attempts,
)
