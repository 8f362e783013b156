"""The vault stand-in's paths, on a Vault that is a dict."""

from typing import Any, cast

import hvac
import pytest
from hvac.exceptions import InvalidRequest

from rehearsal.providers.vault import ROWS, Path

Plain = dict[str, Any]


class Vault:
    """As much of Vault's API as a path needs; mounts answer as the real one does."""

    def __init__(self) -> None:
        self.held: dict[str, Plain] = {}

    @property
    def client(self) -> hvac.Client:
        return cast("hvac.Client", self)

    def write_data(self, path: str, data: Plain) -> None:
        held = self.held.setdefault(path.removesuffix("/tune"), {})
        held |= data

    def read(self, path: str) -> Plain | None:
        if path in self.held:
            return {"data": {**self.held[path], "accessor": "kv_1", "local": False}}
        if path.startswith("sys/mounts/"):
            raise InvalidRequest(f"No secret engine mount at {path.removeprefix('sys/mounts/')}/")
        return None

    def delete(self, path: str) -> None:
        self.held.pop(path, None)


def _row(token: str) -> Path:
    return next(row for row in ROWS if row.type == token)


MOUNT = _row("vault:index/mount:Mount")
POLICY = _row("vault:index/policy:Policy")
ROLE = _row("vault:kubernetes/authBackendRole:AuthBackendRole")

ENGINE_ROLE = _row("vault:aws/secretBackendRole:SecretBackendRole")

ROLE_INPUTS = {
    "backend": "kubernetes",
    "roleName": "payments",
    "boundServiceAccountNames": ["payments"],
    "tokenTtl": 3600.0,
}


def test_a_role_is_sent_in_vaults_words_without_what_makes_up_its_path() -> None:
    vault = Vault()

    assert ROLE.create(vault.client, ROLE_INPUTS) == "auth/kubernetes/role/payments"
    assert vault.held == {
        "auth/kubernetes/role/payments": {
            "bound_service_account_names": ["payments"],
            "token_ttl": 3600,
        }
    }


def test_an_engines_role_is_at_its_own_path_and_seen_when_changed_by_hand() -> None:
    vault = Vault()
    inputs = {
        "backend": "evidence",
        "name": "payments",
        "credentialType": "assumed_role",
        "policyDocument": "{}",
        "defaultStsTtl": 900.0,
    }
    role = ENGINE_ROLE.create(vault.client, inputs)

    assert vault.held == {
        "evidence/roles/payments": {
            "credential_type": "assumed_role",
            "policy_document": "{}",
            "default_sts_ttl": 900,
        }
    }
    assert ENGINE_ROLE.read(vault.client, role, inputs, {}) == inputs

    vault.held[role]["policy_document"] = '{"Statement": []}'
    live = ENGINE_ROLE.read(vault.client, role, inputs, {})
    assert live == {**inputs, "policyDocument": '{"Statement": []}'}


def test_a_role_changed_by_hand_is_seen() -> None:
    vault = Vault()
    role = ROLE.create(vault.client, ROLE_INPUTS)
    assert ROLE.read(vault.client, role, ROLE_INPUTS, {}) == ROLE_INPUTS

    vault.held[role]["token_ttl"] = 7200
    vault.held[role]["bound_service_account_names"] = ["payments", "*"]

    live = ROLE.read(vault.client, role, ROLE_INPUTS, {})
    assert live == {
        **ROLE_INPUTS,
        "tokenTtl": 7200,
        "boundServiceAccountNames": ["payments", "*"],
    }


def test_what_is_declared_no_more_is_emptied() -> None:
    vault = Vault()
    role = ROLE.create(vault.client, ROLE_INPUTS)
    new = {key: value for key, value in ROLE_INPUTS.items() if key != "tokenTtl"}

    ROLE.update(vault.client, role, ROLE_INPUTS, ROLE_INPUTS, new)

    assert vault.held[role]["token_ttl"] == 0


def test_a_property_that_vault_does_not_know_is_seen_as_missing() -> None:
    vault = Vault()
    mount = MOUNT.create(vault.client, {"path": "kv", "type": "kv"})

    live = MOUNT.read(vault.client, mount, {"path": "kv", "type": "kv", "sealWrap": True}, {})

    assert live == {"path": "kv", "type": "kv", "sealWrap": None, "accessor": "kv_1"}


def test_a_mount_is_changed_where_vault_tunes_it_and_never_moved() -> None:
    vault = Vault()
    old = {"path": "kv", "type": "kv", "description": "a"}
    mount = MOUNT.create(vault.client, old)

    MOUNT.update(vault.client, mount, old, old, {**old, "description": "b"})
    assert vault.held == {"sys/mounts/kv": {"type": "kv", "description": "b"}}

    with pytest.raises(RuntimeError, match="the rehearsal can't change path of vault:index/mount"):
        MOUNT.update(vault.client, mount, old, old, {**old, "path": "other"})


@pytest.mark.parametrize("row", [MOUNT, POLICY], ids=["mount", "policy"])
def test_what_is_gone_is_told_and_deleted_again_without_an_error(row: Path) -> None:
    vault = Vault()
    path = row.create(vault.client, {"path": "kv", "name": "payments"})

    row.delete(vault.client, path, {})
    row.delete(vault.client, path, {})

    assert row.read(vault.client, path, {}, {}) is None


def test_a_path_needs_what_it_is_made_of() -> None:
    with pytest.raises(RuntimeError, match="has no default for 'backend' in a rehearsal"):
        ROLE.create(Vault().client, {"roleName": "payments"})
