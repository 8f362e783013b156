"""The vault stand-in's paths, on a Vault that is a dict.

On a real one they are tried in ``test_stand_in_vault_live``.
"""

from collections.abc import Iterator
from typing import Any, cast

import hvac
import pytest
from hvac.exceptions import InternalServerError, InvalidRequest

from rehearsal.providers.vault import ROWS, Path
from rehearsal.providers.vault import here as around
from rehearsal.providers.vault.here import Here, Servers
from tests.stand_in_vault import (
    API,
    DATABASES,
    EXAMPLES,
    ISSUER,
    REVIEWER,
    WAY,
    Plain,
    reviewers_token,
    row_of,
    surroundings,
)


class Vault:
    """As much of Vault's API as a path needs; mounts, audit and issuers answer as the real one's.

    Args:
        servers: Who stands around it.
    """

    def __init__(self, servers: Servers | None = None) -> None:
        self.held: dict[str, Plain] = {}
        self.here = Here(vault=cast("hvac.Client", self), servers=servers or {})

    def write_data(self, path: str, data: Plain) -> Plain | None:
        if "/root/generate/" in path:
            issuer = {"issuer_id": "1", "certificate": "of 1", "issuer_name": data["issuer_name"]}
            self.held[f"{path.partition('/')[0]}/issuer/1"] = issuer
            return {"data": issuer}
        held = self.held.setdefault(path.removesuffix("/tune"), {})
        held |= data
        return None

    def read(self, path: str) -> Plain | None:
        if path == "sys/audit":
            made = {at.removeprefix(f"{path}/"): it for at, it in self.held.items()}
            return {"data": {f"{name}/": device for name, device in made.items()}}
        if "/issuer/" in path and path not in self.held:
            raise InternalServerError("unable to find PKI issuer for reference: 1")
        if path in self.held:
            return {"data": {**self.held[path], "accessor": "kv_1", "local": False}}
        if path.startswith("sys/mounts/"):
            raise InvalidRequest(f"No secret engine mount at {path.removeprefix('sys/mounts/')}/")
        return None

    def delete(self, path: str) -> None:
        self.held.pop(path, None)


def _row(token: str) -> Path:
    row = row_of(token)
    assert isinstance(row, Path)
    return row


@pytest.fixture
def vault(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Vault]:
    """One that has everybody around it."""
    monkeypatch.setattr(around, "reviewers_token", reviewers_token)
    with surroundings(tmp_path_factory.mktemp("vault")) as servers:
        yield Vault(servers)


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

    assert ROLE.create(vault.here, ROLE_INPUTS) == "auth/kubernetes/role/payments"
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
    role = ENGINE_ROLE.create(vault.here, inputs)

    assert vault.held == {
        "evidence/roles/payments": {
            "credential_type": "assumed_role",
            "policy_document": "{}",
            "default_sts_ttl": 900,
        }
    }
    assert ENGINE_ROLE.read(vault.here, role, inputs, {}) == inputs

    vault.held[role]["policy_document"] = '{"Statement": []}'
    live = ENGINE_ROLE.read(vault.here, role, inputs, {})
    assert live == {**inputs, "policyDocument": '{"Statement": []}'}


def test_a_role_changed_by_hand_is_seen() -> None:
    vault = Vault()
    role = ROLE.create(vault.here, ROLE_INPUTS)
    assert ROLE.read(vault.here, role, ROLE_INPUTS, {}) == ROLE_INPUTS

    vault.held[role]["token_ttl"] = 7200
    vault.held[role]["bound_service_account_names"] = ["payments", "*"]

    live = ROLE.read(vault.here, role, ROLE_INPUTS, {})
    assert live == {
        **ROLE_INPUTS,
        "tokenTtl": 7200,
        "boundServiceAccountNames": ["payments", "*"],
    }


def test_what_is_declared_no_more_is_emptied() -> None:
    vault = Vault()
    role = ROLE.create(vault.here, ROLE_INPUTS)
    new = {key: value for key, value in ROLE_INPUTS.items() if key != "tokenTtl"}

    ROLE.update(vault.here, role, ROLE_INPUTS, ROLE_INPUTS, new)

    assert vault.held[role]["token_ttl"] == 0


def test_a_property_that_vault_does_not_know_is_seen_as_missing() -> None:
    vault = Vault()
    mount = MOUNT.create(vault.here, {"path": "kv", "type": "kv"})

    live = MOUNT.read(vault.here, mount, {"path": "kv", "type": "kv", "sealWrap": True}, {})

    assert live == {"path": "kv", "type": "kv", "sealWrap": None, "accessor": "kv_1"}


def test_a_mount_is_changed_where_vault_tunes_it_and_never_moved() -> None:
    vault = Vault()
    old = {"path": "kv", "type": "kv", "description": "a"}
    mount = MOUNT.create(vault.here, old)

    MOUNT.update(vault.here, mount, old, old, {**old, "description": "b"})
    assert vault.held == {"sys/mounts/kv": {"type": "kv", "description": "b"}}

    with pytest.raises(RuntimeError, match="the rehearsal can't change path of vault:index/mount"):
        MOUNT.update(vault.here, mount, old, old, {**old, "path": "other"})


@pytest.mark.parametrize("row", [MOUNT, POLICY], ids=["mount", "policy"])
def test_what_is_gone_is_told_and_deleted_again_without_an_error(row: Path) -> None:
    vault = Vault()
    path = row.create(vault.here, {"path": "kv", "name": "payments"})

    row.delete(vault.here, path, {})
    row.delete(vault.here, path, {})

    assert row.read(vault.here, path, {}, {}) is None


def test_a_path_needs_what_it_is_made_of() -> None:
    with pytest.raises(RuntimeError, match="has no default for 'backend' in a rehearsal"):
        ROLE.create(Vault().here, {"roleName": "payments"})


def test_every_row_has_an_example() -> None:
    assert EXAMPLES.keys() == {row.type for row in ROWS}


@pytest.mark.parametrize(
    ("token", "path", "written"),
    [
        (
            "vault:database/secretBackendRole:SecretBackendRole",
            "database/roles/cards-read",
            {
                "db_name": "corebank",
                "creation_statements": ["CREATE ROLE"],
                "revocation_statements": ["DROP ROLE"],
                "default_ttl": 3600,
                "max_ttl": 3600,
            },
        ),
        (
            "vault:jwt/authBackendRole:AuthBackendRole",
            "auth/jwt/role/auditor",
            {
                "role_type": "jwt",
                "user_claim": "sub",
                "bound_audiences": ["vault"],
                "bound_claims": {"groups": "vault-auditors"},
                "token_no_default_policy": True,
                "token_policies": ["cards"],
                "token_ttl": 3600,
                "token_max_ttl": 3600,
            },
        ),
        (
            "vault:pkiSecret/secretBackendRole:SecretBackendRole",
            "pki/roles/cards",
            {
                "allowed_domains": ["cards.sandbox.bank.internal"],
                "allow_any_name": False,
                "allow_bare_domains": True,
                "key_type": "ec",
                "key_bits": 256,
                "ttl": "86400",
                "max_ttl": "259200",
                "no_store": True,
            },
        ),
        (
            "vault:index/quotaRateLimit:QuotaRateLimit",
            "sys/quotas/rate-limit/logins",
            {"path": "auth/kubernetes/", "rate": 200, "interval": 1},
        ),
    ],
)
def test_each_type_is_written_where_vault_has_it_in_vaults_words(
    vault: Vault, token: str, path: str, written: Plain
) -> None:
    row, inputs = row_of(token), EXAMPLES[token].inputs
    assert row.create(vault.here, inputs) == path
    assert vault.held == {path: written}
    assert row.read(vault.here, path, inputs, {}) == inputs


def test_whether_a_key_may_be_deleted_is_told_after_it_is_made(vault: Vault) -> None:
    key = _row("vault:transit/secretBackendKey:SecretBackendKey")
    inputs = {"backend": "transit", "name": "cards", "type": "aes256-gcm96"}
    declared = {**inputs, "exportable": False, "deletionAllowed": False}
    made = key.create(vault.here, declared)
    assert vault.held == {"transit/keys/cards": {"type": "aes256-gcm96", "exportable": False}}

    key.finish(vault.here, made, declared)
    assert vault.held["transit/keys/cards/config"] == {"deletion_allowed": False}


def test_the_audit_goes_into_vaults_own_folder_and_to_the_collector(vault: Vault) -> None:
    audit, servers = _row("vault:index/audit:Audit"), vault.here.servers
    for kind, options, written in (
        (
            "file",
            {"file_path": "/vault/audit/a.log", "mode": "0600"},
            {"file_path": f"{servers['vault']['audit']}/a.log", "mode": "0600"},
        ),
        (
            "socket",
            {"address": "audit.corp.bank.internal:6514", "socket_type": "tcp"},
            {"address": servers["collector"]["address"], "socket_type": "tcp"},
        ),
    ):
        inputs: Plain = {"path": kind, "type": kind, "options": options}
        made = audit.create(vault.here, inputs)
        assert vault.held[made] == {"type": kind, "options": written}
        assert audit.read(vault.here, made, inputs, {}) == inputs

        vault.held[made]["options"] = {**written, "log_raw": "true"}
        live = audit.read(vault.here, made, inputs, {})
        assert live == {**inputs, "options": {**options, "log_raw": "true"}}

        audit.delete(vault.here, made, {})
        assert audit.read(vault.here, made, inputs, {}) is None


def test_the_cluster_asked_is_this_machine_s_with_a_token_that_no_state_has(vault: Vault) -> None:
    config = _row("vault:kubernetes/authBackendConfig:AuthBackendConfig")
    inputs: Plain = {"backend": "kubernetes", "kubernetesHost": "https://kubernetes.default.svc"}
    made = config.create(vault.here, inputs)
    written = vault.held["auth/kubernetes/config"]
    assert written.pop("kubernetes_ca_cert").startswith("-----BEGIN CERTIFICATE-----")
    assert written == {
        "kubernetes_host": API,
        "disable_local_ca_jwt": True,
        "token_reviewer_jwt": REVIEWER,
    }
    assert config.read(vault.here, made, inputs, {}) == inputs

    config.delete(vault.here, made, {})
    assert made in vault.held, "it goes with the login"


def test_whom_people_s_login_believes_is_told_by_its_key(vault: Vault) -> None:
    login = row_of("vault:jwt/authBackend:AuthBackend")
    inputs = EXAMPLES[login.type].inputs
    made = login.create(vault.here, inputs)
    assert made == "sys/auth/people"
    assert vault.held[made] == {"type": "jwt", "description": "a"}
    written = vault.held["auth/people/config"]
    (key,) = written.pop("jwt_validation_pubkeys")
    assert key.startswith("-----BEGIN PUBLIC KEY-----")
    assert written == {"oidc_discovery_url": "", "bound_issuer": ISSUER}
    live = {**inputs, "accessor": "kv_1"}
    assert login.read(vault.here, made, inputs, {}) == live

    new = {**inputs, "boundIssuer": "https://another"}
    login.update(vault.here, made, live, inputs, new)
    assert vault.held["auth/people/config"]["bound_issuer"] == "https://another"

    login.delete(vault.here, made, {})
    assert made not in vault.held


def test_databases_are_reached_on_this_machine_under_its_own_authority(vault: Vault) -> None:
    way = _row("vault:database/secretBackendConnection:SecretBackendConnection")
    inputs = EXAMPLES[way.type].inputs
    made = way.create(vault.here, inputs)
    details = {
        "connection_url": WAY.format(DATABASES, "/here/ca.pem"),
        "password_authentication": "scram-sha-256",
        "username": "vault",
    }
    assert vault.held[made] == {
        "allowed_roles": ["cards-read", "cards-write"],
        "plugin_name": "postgresql-database-plugin",
        "verify_connection": False,
        **details,
    }

    roles = {"allowed_roles": ["cards-read", "cards-write"]}
    vault.held[made] = {**roles, "connection_details": details}
    assert way.read(vault.here, made, inputs, {}) == inputs

    elsewhere = {**details, "connection_url": WAY.format("somebody.example:5432", "/here/ca.pem")}
    vault.held[made] = {**roles, "connection_details": elsewhere}
    live = way.read(vault.here, made, inputs, {})
    assert live is not None
    assert [name for name in inputs if live[name] != inputs[name]] == ["postgresql"]


def test_an_authority_is_made_once_and_never_changed(vault: Vault) -> None:
    authority = row_of("vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert")
    inputs = EXAMPLES[authority.type].inputs
    made = authority.create(vault.here, inputs)
    assert made == "pki/issuer/1"
    known = {"certificate": "of 1", "issuerId": "1"}
    assert authority.read(vault.here, made, inputs, {}) == {**inputs, **known}

    with pytest.raises(RuntimeError, match="can't change ttl of vault:pkiSecret"):
        authority.update(vault.here, made, {}, inputs, {**inputs, "ttl": "1"})

    authority.delete(vault.here, made, {})
    assert authority.read(vault.here, made, inputs, {}) is None


def test_what_vault_refuses_to_delete_is_told(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = _row("vault:transit/secretBackendKey:SecretBackendKey")
    answers: dict[str, Any] = {"gone": "could not delete key; not found", "kept": "not allowed"}

    def refuse(path: str) -> None:
        raise InvalidRequest(answers[path])

    monkeypatch.setattr(vault, "delete", refuse)
    key.delete(vault.here, "gone", {})
    with pytest.raises(InvalidRequest, match="not allowed"):
        key.delete(vault.here, "kept", {})
