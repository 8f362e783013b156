"""Vault's servers as a deployment declares them: the values, the configuration, the policies."""

import json
from typing import Any, cast

import hcl2

from tests.engine import Deployment

NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
RELEASE = "kubernetes:helm.sh/v3:Release"
SERVERS = "vault-servers-identity"


def read(text: str) -> dict[str, Any]:
    """A configuration in HCL as mappings: a block alone as one, several as a list."""
    return cast("dict[str, Any]", _plain(_parsed(text)))


def _parsed(text: str) -> dict[str, object]:
    # Its types say of what it returns only that it is a dict.
    return hcl2.loads(text)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]


def _plain(value: object) -> object:
    if isinstance(value, dict):
        inner = cast("dict[str, object]", value)
        return {key.strip('"'): _plain(it) for key, it in inner.items() if key != "__is_block__"}
    if isinstance(value, list):
        each = [_plain(item) for item in cast("list[object]", value)]
        return each[0] if len(each) == 1 else each
    return json.loads(value) if isinstance(value, str) else value


def values_of(bank: Deployment) -> dict[str, Any]:
    return cast("dict[str, Any]", bank.one(RELEASE, "vault-servers-release").inputs["values"])


def server_of(bank: Deployment) -> dict[str, Any]:
    return cast("dict[str, Any]", values_of(bank)["server"])


def config_in(bank: Deployment) -> dict[str, Any]:
    return read(server_of(bank)["ha"]["raft"]["config"])


def statements_of(bank: Deployment) -> list[dict[str, Any]]:
    policy = bank.one("aws:iam/rolePolicy:RolePolicy", f"{SERVERS}-policy").inputs["policy"]
    return cast("list[dict[str, Any]]", json.loads(policy)["Statement"])


def policy_of(bank: Deployment, name: str) -> dict[str, Any]:
    policy = bank.one(NETWORK_POLICY, f"vault-servers-{name}").inputs
    assert policy["metadata"]["namespace"] == "vault"
    return cast("dict[str, Any]", policy["spec"])


def port_in(rule: dict[str, Any], port: int) -> bool:
    return any(it["port"] == port for it in rule["ports"])
