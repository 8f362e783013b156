"""People at Vault: who reads secrets, who changes what, and for how long."""

from itertools import pairwise

import pytest

from settings import Settings
from tests.engine import Deployment
from tests.vault_policies import capabilities

ROLE = "vault:jwt/authBackendRole:AuthBackendRole"
KINDS = ("administrator", "auditor", "break-glass", "operator")
CHANGING = {"create", "delete", "patch", "sudo", "update"}


def policy(bank: Deployment, kind: str) -> str:
    return bank.one("vault:index/policy:Policy", f"people-{kind}-policy").inputs["policy"]


def test_each_kind_has_a_group_of_its_own(bank: Deployment, settings: Settings) -> None:
    groups = settings.vault.people.groups
    roles = {role.inputs["roleName"]: role.inputs for role in bank.of(ROLE)}
    assert {name: role["boundClaims"]["groups"] for name, role in roles.items()} == {
        "administrator": groups.administrator,
        "auditor": groups.auditor,
        "break-glass": groups.break_glass,
        "operator": groups.operator,
    }
    for name, role in roles.items():
        assert role["boundAudiences"] == [settings.vault.people.audience]
        assert role["tokenPolicies"] == [f"people-{name}"]
        assert 0 < role["tokenTtl"] == role["tokenMaxTtl"] <= 3600
    assert roles["break-glass"]["tokenTtl"] == 900


def test_their_tokens_are_the_issuer_s_alone_and_no_secret_is_shared_with_it(
    bank: Deployment, settings: Settings
) -> None:
    login = bank.one("vault:jwt/authBackend:AuthBackend").inputs
    issuer = settings.vault.people.issuer
    assert (login["oidcDiscoveryUrl"], login["boundIssuer"]) == (issuer, issuer)
    assert "oidcClientSecret" not in login


@pytest.mark.parametrize("kind", KINDS)
def test_only_who_breaks_the_glass_reads_a_workload_s_secrets(bank: Deployment, kind: str) -> None:
    for path, by in (
        ("corebank/data/cards/a", "read"),
        ("database/creds/cards-read", "read"),
        ("transit/decrypt/cards", "update"),
    ):
        assert (by in capabilities(policy(bank, kind), path)) == (kind == "break-glass"), path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "path",
    [
        "auth/kubernetes/role/cards",
        "auth/people/config",
        "auth/people/role/operator",
        "identity/entity",
        "sys/audit",
        "sys/audit/file",
        "sys/auth/other",
        "sys/config/auditing/request-headers/authorization",
        "sys/mounts/auth/people/tune",
        "sys/plugins/catalog/auth/a",
        "sys/policies/acl/cards",
        "sys/policy/cards",
        "sys/raw/core",
        "sys/remount",
    ],
)
def test_nobody_changes_the_audit_plugins_logins_or_policies(
    bank: Deployment, kind: str, path: str
) -> None:
    assert not capabilities(policy(bank, kind), path) & CHANGING


@pytest.mark.parametrize("kind", ["auditor", "operator"])
def test_who_watches_changes_no_secret_and_no_key(bank: Deployment, kind: str) -> None:
    for path in ("corebank/data/cards/a", "transit/keys/cards/config", "transit/keys/cards/trim"):
        assert not capabilities(policy(bank, kind), path) & CHANGING


def test_a_secret_is_put_in_by_who_cannot_read_it(bank: Deployment) -> None:
    assert capabilities(policy(bank, "administrator"), "corebank/data/cards/a") == {
        "create",
        "update",
    }


def test_former_versions_of_a_key_are_destroyed_by_the_administrator(bank: Deployment) -> None:
    for verb in ("rotate", "config", "trim"):
        assert "update" in capabilities(
            policy(bank, "administrator"), f"transit/keys/support-personal/{verb}"
        )
    assert "delete" not in capabilities(policy(bank, "administrator"), "transit/keys/cards")


def test_no_two_kinds_may_the_same(bank: Deployment) -> None:
    texts = sorted(policy(bank, kind) for kind in KINDS)
    assert all(one != other for one, other in pairwise(texts))
