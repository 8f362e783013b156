"""Every workload against everything that Vault keeps for any of them: its own opens, and no more.

Each comes as it would at a bank: with a token of its service account, by Vault's Kubernetes login.
"""

import secrets
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.drills._vault_audit import Audit
from rehearsal.drills._vault_callers import Caller, root, workloads
from rehearsal.drills._vault_ceremony import open_databases

_SECRET = "drill"  # noqa: S105 - the name of a secret, not one
_PLAIN = b64encode(b"a neighbour's").decode()


@dataclass(frozen=True, kw_only=True)
class _Door:
    """What is asked of Vault."""

    what: str
    method: str
    path: str
    body: Mapping[str, object] | None = None


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    vault, audit = outputs["vault"], Audit.of(addresses)
    open_databases(outputs, addresses)
    starter = root(addresses)
    secret = {name: f"{vault['kvPath']}/data/{name}/{_SECRET}" for name in vault["workloads"]}
    for path in secret.values():
        starter.ask("POST", path, {"data": {"canary": secrets.token_hex(16)}})
    try:
        with workloads(outputs, addresses) as all_:
            doors = {name: list(_doors(starter, vault, name)) for name in vault["workloads"]}
            return [
                attempt
                for name in vault["workloads"]
                for attempt in _as_workload(name, all_.get(name), vault, doors, audit)
            ]
    finally:
        for path in secret.values():
            starter.ask("DELETE", path.replace("/data/", "/metadata/", 1))


def _doors(starter: Caller, vault: Any, name: str) -> Iterator[_Door]:
    """All that is kept for a workload."""
    workload = vault["workloads"][name]
    yield _Door(what="read", method="GET", path=f"{vault['kvPath']}/data/{name}/{_SECRET}")
    for key in workload["keys"]:
        of, at = key.removeprefix(name), vault["transit"]
        made = starter.ask("POST", f"{at}/encrypt/{key}", {"plaintext": _PLAIN})
        encrypted = {"ciphertext": made["data"]["ciphertext"]}
        yield _Door(
            what=f"encrypt{of} for",
            method="POST",
            path=f"{at}/encrypt/{key}",
            body={"plaintext": _PLAIN},
        )
        yield _Door(
            what=f"decrypt{of} for", method="POST", path=f"{at}/decrypt/{key}", body=encrypted
        )
    for role in workload["logins"]:
        of = role.removeprefix(name)
        yield _Door(what=f"log in{of} to", method="GET", path=f"{vault['databases']}/creds/{role}")
    yield _Door(
        what="have a certificate of",
        method="POST",
        path=f"{vault['pki']}/issue/{workload['role']}",
        body={"common_name": workload["hostname"]},
    )


def _as_workload(
    name: str, caller: Caller | None, vault: Any, doors: Mapping[str, list[_Door]], audit: Audit
) -> Iterator[Attempt]:
    yield Attempt(actor=name, target="log in", expected=True, granted=caller is not None)
    if caller is None:
        return
    for other, all_of_it in doors.items():
        for door in all_of_it:
            asked = (door.method, door.path, door.body)
            # Of what is one's own everything works, of another's nothing is even looked at.
            granted = caller.does(*asked) if other == name else caller.gets_in(*asked)
            yield Attempt(
                actor=name,
                what=door.what,
                target=other,
                expected=other == name,
                granted=granted,
            )
    for target, asked in _beyond(vault, name).items():
        yield Attempt(actor=name, target=target, expected=False, granted=caller.gets_in(*asked))
    neighbour = next(other for other in doors if other != name)
    hostname = vault["workloads"][neighbour]["hostname"]
    issue = f"{vault['pki']}/issue/{vault['workloads'][name]['role']}"
    yield Attempt(
        actor=name,
        target="have its role certify a neighbour's name",
        expected=False,
        granted=caller.does("POST", issue, {"common_name": hostname}),
    )
    yield Attempt(
        actor=name,
        target="be found in every audit log",
        expected=True,
        granted=audit.has_all_of(caller),
    )


def _beyond(vault: Any, name: str) -> Mapping[str, tuple[str, str, Mapping[str, object] | None]]:
    """What no workload may, its own or not. Whoever is let through has changed no protection."""
    kv, transit, databases = vault["kvPath"], vault["transit"], vault["databases"]
    key, role = vault["workloads"][name]["keys"][0], vault["workloads"][name]["role"]
    as_it_is: Mapping[str, object] = {}
    return {
        "write its own": ("POST", f"{kv}/data/{name}/{_SECRET}", {"data": {"canary": "its own"}}),
        "list all": ("LIST", f"{kv}/metadata/", None),
        "a name longer than its own": ("GET", f"{kv}/data/{name}-x/{_SECRET}", None),
        "take its key away": ("GET", f"{transit}/export/encryption-key/{key}", None),
        "destroy its key": ("DELETE", f"{transit}/keys/{key}", None),
        "trim its key": ("POST", f"{transit}/keys/{key}/trim", {"min_available_version": 1}),
        "see the way to the databases": (
            "GET",
            f"{databases}/config/{vault['connection']}",
            None,
        ),
        "let others log in as itself": ("POST", f"auth/{vault['login']}/role/{role}", as_it_is),
        "read policies": ("GET", "sys/policies/acl", None),
        "switch audit on": ("PUT", "sys/audit/drill", {"type": "file"}),
    }


VAULT_MATRIX = Drill(
    name="vault matrix",
    claim="a workload opens what Vault keeps for it, and nothing of any neighbour's",
    needs="vault",
    attempts=_attempts,
)
