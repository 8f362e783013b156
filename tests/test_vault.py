"""Vault: what is written down, what a workload's policy opens, and who may log in for it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components._vault_policy import (
    Mounts,
    certificate_rules,
    key_rules,
    login_rules,
    policy_text,
    secrets_rules,
)
from domains import Catalogue
from settings import Settings
from tests.engine import Declared, Deployment
from tests.vault_policies import capabilities, granted, rules

POLICY = "vault:index/policy:Policy"
ROLE = "vault:kubernetes/authBackendRole:AuthBackendRole"
KEY = "vault:transit/secretBackendKey:SecretBackendKey"
CERTIFICATES = "vault:pkiSecret/secretBackendRole:SecretBackendRole"
LOGINS = "vault:database/secretBackendRole:SecretBackendRole"
AUDIT = "vault:index/audit:Audit"
MOUNTS = Mounts(kv="corebank", transit="transit", pki="pki", databases="database")

names = st.from_regex(r"[ab]([ab-]?[ab])?", fullmatch=True)
"""Few letters, so that many are equal or begin with each other."""


def of(workload: str) -> str:
    """A workload's policy."""
    return policy_text(
        {
            **secrets_rules(MOUNTS, workload),
            **key_rules(MOUNTS, workload),
            **certificate_rules(MOUNTS, workload),
            **login_rules(MOUNTS, [f"{workload}-write", f"{workload}-read"]),
        }
    )


def test_a_policy_is_this_text() -> None:
    assert policy_text(secrets_rules(MOUNTS, "cards", {"cards/keys": ("update", "create")})) == (
        'path "corebank/data/cards/*" {\n'
        '  capabilities = ["read"]\n'
        "}\n"
        "\n"
        'path "corebank/data/cards/keys/*" {\n'
        '  capabilities = ["create", "read", "update"]\n'
        "}\n"
        "\n"
        'path "corebank/metadata/cards/*" {\n'
        '  capabilities = ["list", "read"]\n'
        "}\n"
    )


@given(names, names)
def test_a_policy_opens_its_own_and_nothing_of_another_workload_s(own: str, other: str) -> None:
    assert len(granted(of(own), own)) == 6
    assert bool(granted(of(own), other)) == (own == other)


def test_each_domain_s_policy_opens_exactly_its_own_of_all_domains(
    bank: Deployment, catalogue: Catalogue
) -> None:
    domains = {domain.name: domain for domain in catalogue.domains}
    policies = {name: bank.one(POLICY, f"{name}-policy").inputs for name in domains}
    assert {policy["name"] for policy in policies.values()} == set(domains)
    for name, policy in policies.items():
        for other, domain in domains.items():
            everything = {"read", "encrypt", "decrypt", "issue"}
            if domain.database:
                everything |= {"write data", "read data"}
            expected = everything if name == other else set[str]()
            assert granted(policy["policy"], other) == expected, (name, other)
    assert len(domains) == 13


@pytest.mark.parametrize(
    "path",
    [
        "corebank/data/cards",
        "corebank/data/cardsx/a",
        "corebank/data/",
        "database/creds/cards",
        "database/creds/cards-write-x",
        "database/config/corebank",
        "pki/sign/cards",
        "sys/policies/acl/cards",
        "transit/keys/cards",
        "transit/export/encryption-key/cards",
        "transit/encrypt/cardsx",
    ],
)
def test_a_policy_opens_nothing_beside_its_own(path: str) -> None:
    assert capabilities(of("cards"), path) == set()


def test_no_workload_s_policy_has_a_wildcard_but_at_a_folder_s_end_and_no_sudo(
    bank: Deployment, catalogue: Catalogue
) -> None:
    for domain in catalogue.domains:
        found = rules(bank.one(POLICY, f"{domain.name}-policy").inputs["policy"])
        for path, may in found.items():
            assert "*" not in path.removesuffix("/*")
            assert "+" not in path
            assert not {"sudo", "root"} & set(may)
            assert not path.startswith(("sys/", "auth/", "identity/"))


def test_what_a_domain_declares_to_write_it_may_write_and_nothing_else(
    bank: Deployment, catalogue: Catalogue
) -> None:
    writing = {d.name: s for d in catalogue.domains for s in d.secrets}
    assert writing.keys() == {"developer-portal"}
    for domain in catalogue.domains:
        policy = bank.one(POLICY, f"{domain.name}-policy").inputs["policy"]
        own = writing.get(domain.name)
        there = capabilities(policy, f"corebank/data/{domain.name}/clients/a")
        assert there == ({*own.may, "read"} if own else {"read"})
        assert capabilities(policy, f"corebank/data/{domain.name}/a") == {"read"}


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
        account = bank.one("kubernetes:core/v1:ServiceAccount", f"{name}-workspace-account").inputs
        assert account["metadata"] == {"name": name, "namespace": name}
        assert account["automountServiceAccountToken"] is False


def test_a_token_lives_as_long_as_the_stack_file_says_and_at_most_an_hour(
    bank: Deployment, settings: Settings
) -> None:
    seconds = settings.vault.token_ttl // timedelta(seconds=1)
    assert 0 < seconds <= 3600
    lives = {(r.inputs["tokenTtl"], r.inputs["tokenMaxTtl"]) for r in bank.of(ROLE)}
    assert lives == {(seconds, seconds), (900, 900)}


def test_every_request_is_written_down_in_two_ways(bank: Deployment, settings: Settings) -> None:
    devices = {device.inputs["type"]: device.inputs for device in bank.of(AUDIT)}
    assert devices.keys() == {"file", "socket"}
    assert devices["file"]["options"] == {"file_path": settings.vault.audit.file, "mode": "0600"}
    assert devices["socket"]["options"] == {
        "address": settings.vault.audit.socket,
        "socket_type": "tcp",
    }
    assert not any("log_raw" in device["options"] for device in devices.values())


def test_nothing_is_made_in_vault_before_its_audit_is_on(bank: Deployment) -> None:
    made = bank.by_urn()
    devices = {device.urn for device in bank.of(AUDIT)}
    for resource in bank.resources:
        if resource.type.startswith("vault:") and resource.type != AUDIT:
            assert devices <= before(resource, made), resource


def before(resource: Declared, made: dict[str, Declared]) -> set[str]:
    """All that has to be there before a resource is made."""
    waiting, found = [resource.urn], set[str]()
    while waiting:
        for urn in made[waiting.pop()].depends_on:
            if urn not in found:
                found.add(urn)
                waiting.append(urn)
    return found


def test_a_domain_s_key_turns_never_leaves_and_is_not_deleted_where_anything_is_kept(
    bank: Deployment, catalogue: Catalogue, settings: Settings
) -> None:
    keys = {key.inputs["name"]: key.inputs for key in bank.of(KEY)}
    erasable = {f"{domain.name}-personal" for domain in catalogue.domains if domain.erasable}
    assert erasable == {
        f"{it}-personal" for it in ("analytics", "lending", "onboarding", "support")
    }
    assert keys.keys() == {domain.name for domain in catalogue.domains} | erasable
    for key in keys.values():
        assert (key["exportable"], key["allowPlaintextBackup"]) == (False, False)
        # Otherwise a stack that nothing protects could not be taken away.
        assert key["deletionAllowed"] is not settings.protect
        assert 0 < key["autoRotatePeriod"] <= timedelta(days=90) // timedelta(seconds=1)


def test_a_key_whose_former_versions_people_destroy_is_not_set_back(bank: Deployment) -> None:
    bounds = {"minDecryptionVersion", "minEncryptionVersion"}
    for key in bank.of(KEY):
        assert set(key.ignored) == bounds, key
        assert not bounds & key.inputs.keys()


def test_a_domain_s_certificates_are_for_its_own_name_and_live_three_days_at_most(
    bank: Deployment, catalogue: Catalogue, settings: Settings
) -> None:
    roles = {role.inputs["name"]: role.inputs for role in bank.of(CERTIFICATES)}
    assert sorted(roles) == [domain.name for domain in catalogue.domains]
    for name, role in roles.items():
        assert role["allowedDomains"] == [f"{name}.{settings.dns.zone}"]
        wide = ("AnyName", "IpSans", "Localhost", "Subdomains")
        assert not any(role[f"allow{it}"] for it in wide)
        assert 0 < int(role["ttl"]) <= int(role["maxTtl"]) <= 72 * 3600


def test_logins_of_databases_live_an_hour_at_most_and_are_taken_away(
    bank: Deployment, catalogue: Catalogue, settings: Settings
) -> None:
    seconds = settings.vault.login_ttl // timedelta(seconds=1)
    roles = {role.inputs["name"]: role.inputs for role in bank.of(LOGINS)}
    assert roles.keys() == {
        f"{domain.name}-{what}"
        for domain in catalogue.domains
        if domain.database
        for what in ("read", "write")
    }
    assert 0 < seconds <= 3600
    for role in roles.values():
        assert (role["defaultTtl"], role["maxTtl"]) == (seconds, seconds)
        assert role["revocationStatements"][-1].startswith("DROP ROLE")
    way = bank.one("vault:database/secretBackendConnection:SecretBackendConnection").inputs
    assert set(way["allowedRoles"]) == roles.keys()
    assert "password" not in way["postgresql"]
    assert "sslmode=verify-full" in way["postgresql"]["connectionUrl"]


def test_the_secret_store_keeps_versions(bank: Deployment) -> None:
    store = bank.one("vault:index/mount:Mount", "vault-kv").inputs
    assert (store["path"], store["type"], store["options"]) == ("corebank", "kv", {"version": "2"})


def test_requests_are_limited(bank: Deployment) -> None:
    limits = bank.of("vault:index/quotaRateLimit:QuotaRateLimit")
    quotas = {limit.inputs["path"]: limit.inputs["rate"] for limit in limits}
    assert quotas.keys() == {"", "auth/kubernetes/"}
    assert all(rate > 0 for rate in quotas.values())


def test_vault_is_reached_with_tls_at_the_address_of_the_stack_file(
    bank: Deployment, settings: Settings
) -> None:
    provider = bank.one("pulumi:providers:vault").inputs
    assert provider["address"] == settings.vault.address
    assert settings.vault.address.startswith("https://")
    assert "token" not in provider
