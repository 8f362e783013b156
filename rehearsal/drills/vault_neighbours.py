"""Each workload's Vault policy against every workload's secrets: exactly its own are readable."""

import secrets
from typing import Any

import hvac
from hvac.exceptions import Forbidden, VaultError

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs

_SECRET = "drill"  # noqa: S105 - the name of a secret, not one


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    mount = outputs["vault"]["kvPath"]
    workloads = outputs["vault"]["workloads"]
    root = _client(addresses["vault"]["address"], addresses["vault"]["token"])
    for name in workloads:
        root.secrets.kv.v2.create_or_update_secret(
            f"{name}/{_SECRET}", {"canary": secrets.token_hex(16)}, mount_point=mount
        )
    try:
        return [
            attempt
            for name, workload in workloads.items()
            for attempt in _as_workload(root, mount, name, workload["policy"], list(workloads))
        ]
    finally:
        for name in workloads:
            root.secrets.kv.v2.delete_metadata_and_all_versions(
                f"{name}/{_SECRET}", mount_point=mount
            )


def _as_workload(
    root: Any, mount: str, name: str, policy: str, workloads: list[str]
) -> list[Attempt]:
    token = root.auth.token.create(policies=[policy], ttl="5m", no_parent=True)
    workload = _client(root.url, token["auth"]["client_token"])
    attempts = [
        Attempt(
            actor=name,
            target=f"read {other}",
            expected=other == name,
            granted=_granted(workload, "GET", f"{mount}/data/{other}/{_SECRET}"),
        )
        for other in workloads
    ]
    beyond = {
        "write its own": ("POST", f"{mount}/data/{name}/{_SECRET}"),
        "list all": ("LIST", f"{mount}/metadata/"),
        "a name longer than its own": ("GET", f"{mount}/data/{name}-x/{_SECRET}"),
        "read policies": ("GET", "sys/policies/acl"),
        "switch audit on": ("PUT", "sys/audit/drill"),
    }
    attempts += [
        Attempt(actor=name, target=target, expected=False, granted=_granted(workload, *request))
        for target, request in beyond.items()
    ]
    workload.auth.token.revoke_self()
    return attempts


def _client(address: str, token: str) -> Any:
    # hvac tells no types.
    return hvac.Client(url=address, token=token)


def _granted(client: Any, method: str, path: str) -> bool:
    """Whether Vault let the request through, whatever it then answered."""
    body = {"data": {"canary": "overwritten"}} if method in ("POST", "PUT") else None
    try:
        client.adapter.request(method, f"/v1/{path}", json=body)
    except Forbidden:
        return False
    except VaultError:
        return True
    return True


VAULT_NEIGHBOURS = Drill(
    name="vault neighbours",
    claim="a workload reads its own secrets and no neighbour's, and changes nothing",
    needs="vault",
    attempts=_attempts,
)
