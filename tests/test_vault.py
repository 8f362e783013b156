"""Vault: what a workload's policy opens, and who may log in for it."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components._vault_policy import workload_policy
from domains import Catalogue
from settings import Settings
from tests.engine import Deployment

POLICY = "vault:index/policy:Policy"
ROLE = "vault:kubernetes/authBackendRole:AuthBackendRole"

names = st.from_regex(r"[ab]([ab-]?[ab])?", fullmatch=True)
"""Few letters, so that many are equal or begin with each other."""


def test_a_policy_is_this_text() -> None:
    assert workload_policy("corebank", "cards") == (
        'path "corebank/data/cards/*" {\n'
        '  capabilities = ["read"]\n'
        "}\n"
        "\n"
        'path "corebank/metadata/cards/*" {\n'
        '  capabilities = ["list", "read"]\n'
        "}\n"
    )


@given(names, names)
def test_a_policy_opens_its_own_secrets_and_no_other_workload_s(own: str, other: str) -> None:
    policy = workload_policy("corebank", own)
    assert opens(policy, f"corebank/data/{own}/database")
    assert opens(policy, f"corebank/data/{other}/database") == (own == other)


def test_each_domain_s_policy_opens_exactly_one_of_all_domains_secrets(
    bank: Deployment, catalogue: Catalogue
) -> None:
    domains = [domain.name for domain in catalogue.domains]
    of_domains = [bank.one(POLICY, f"{name}-policy").inputs for name in domains]
    policies = {policy["name"]: policy["policy"] for policy in of_domains}
    assert sorted(policies) == domains
    granted = [
        (name, other)
        for name, policy in policies.items()
        for other in domains
        if opens(policy, f"corebank/data/{other}/database")
    ]
    assert sorted(granted) == [(name, name) for name in domains]
    assert len(domains) == 13


@pytest.mark.parametrize(
    "path",
    ["corebank/data/cards", "corebank/data/cardsx/a", "corebank/data/", "sys/policies/acl/cards"],
)
def test_a_policy_opens_nothing_beside_its_own_folder(path: str) -> None:
    assert not opens(workload_policy("corebank", "cards"), path)


def test_each_domain_logs_in_as_one_service_account_of_one_namespace(
    bank: Deployment, catalogue: Catalogue
) -> None:
    roles = {role.inputs["roleName"]: role.inputs for role in bank.of(ROLE)}
    # Not a domain's: see test_vault_snapshots.
    del roles["vault-snapshots"]
    assert sorted(roles) == [domain.name for domain in catalogue.domains]
    for name, role in roles.items():
        assert role["boundServiceAccountNames"] == [name]
        assert role["boundServiceAccountNamespaces"] == [name]
        assert role["tokenPolicies"][0] == name
        assert role["audience"] == "vault"
        assert role["backend"] == "kubernetes"


def test_a_token_lives_as_long_as_the_stack_file_says_and_at_most_an_hour(
    bank: Deployment, settings: Settings
) -> None:
    seconds = settings.vault.token_ttl // timedelta(seconds=1)
    assert 0 < seconds <= 3600
    lives = {(r.inputs["tokenTtl"], r.inputs["tokenMaxTtl"]) for r in bank.of(ROLE)}
    assert lives == {(seconds, seconds), (900, 900)}


def test_the_secret_store_keeps_versions(bank: Deployment) -> None:
    store = bank.one("vault:index/mount:Mount", "vault-kv").inputs
    assert (store["path"], store["type"], store["options"]) == ("corebank", "kv", {"version": "2"})


def test_vault_is_reached_with_tls_at_the_address_of_the_stack_file(
    bank: Deployment, settings: Settings
) -> None:
    provider = bank.one("pulumi:providers:vault").inputs
    assert provider["address"] == settings.vault.address
    assert settings.vault.address.startswith("https://")
    assert "token" not in provider


def opens(policy: str, path: str) -> bool:
    """Whether Vault lets the path be read: a final ``*`` stands for anything that follows."""
    rules = re.findall(r'path "([^"]+)" \{\n  capabilities = \[([^]]+)\]\n\}', policy)
    assert rules
    return any(
        path.startswith(rule[:-1]) if rule.endswith("*") else path == rule for rule, _ in rules
    )
