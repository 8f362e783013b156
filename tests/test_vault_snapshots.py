"""Vault's snapshots: who takes them, what that may do, where they go and for how long."""

import json
from typing import Any, cast

import hcl2
import pytest

from components._vault_snapshots import texts
from settings import Settings
from tests.engine import UNKNOWN, Deployment
from tests.policies import allowed
from tests.test_evidence import TAKE_AWAY
from tests.vault_policies import opens

JOB = "kubernetes:batch/v1:CronJob"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
POLICY = "vault:index/policy:Policy"
ROLE = "vault:kubernetes/authBackendRole:AuthBackendRole"


def pod_of(bank: Deployment) -> dict[str, Any]:
    spec = bank.one(JOB).inputs["spec"]["jobTemplate"]["spec"]
    return cast("dict[str, Any]", spec["template"]["spec"])


def containers_of(bank: Deployment) -> list[dict[str, Any]]:
    pod = pod_of(bank)
    return [*pod["initContainers"], *pod["containers"]]


def test_one_is_taken_as_often_as_the_stack_file_says(bank: Deployment, settings: Settings) -> None:
    spec = bank.one(JOB).inputs["spec"]
    assert spec["schedule"] == f"17 */{settings.vault.snapshots.every_hours} * * *"
    assert spec["concurrencyPolicy"] == "Forbid"


def test_what_takes_them_is_made_after_its_namespace(bank: Deployment) -> None:
    namespace = bank.one("kubernetes:core/v1:Namespace", "vault-servers-namespace").urn
    inside = [
        it
        for it in bank.resources
        if it.custom and "corebank:components:VaultSnapshots$kube" in it.urn
    ]
    assert len(inside) == 4
    assert all(namespace in it.depends_on for it in inside)


def test_they_go_into_a_locked_bucket_of_their_own(bank: Deployment, settings: Settings) -> None:
    (put,) = pod_of(bank)["containers"]
    said = {it["name"]: it["value"] for it in put["env"]}
    assert said["BUCKET"] == "corebank-evidence-vault"
    assert said["STORE"] == settings.evidence.endpoint
    rule = bank.one(LOCK, "evidence-vault-lock").inputs["rule"]["defaultRetention"]
    assert rule["mode"] == settings.evidence.lock.upper()


def test_they_are_kept_as_backups_are_and_not_as_evidence(
    bank: Deployment, settings: Settings
) -> None:
    # A key that was destroyed, to erase what it encrypts, is back in a snapshot from before.
    rule = bank.one(LOCK, "evidence-vault-lock").inputs["rule"]["defaultRetention"]
    assert rule["days"] == settings.backups.kept_for.days
    (expires,) = bank.one(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "evidence-vault-lifecycle",
    ).inputs["rules"]
    assert expires["expiration"]["days"] == settings.backups.kept_for.days


def test_no_copy_of_them_is_locked_for_longer(bank: Deployment, settings: Settings) -> None:
    copied = bank.of("aws:datasync/locationObjectStorage:LocationObjectStorage")
    assert bool(copied) is settings.evidence.replica
    assert not any("vault" in str(it.inputs["bucketName"]) for it in copied)


def test_the_job_takes_a_snapshot_and_does_nothing_else_in_vault(bank: Deployment) -> None:
    role = bank.one(ROLE, "vault-snapshots-role").inputs
    assert role["tokenPolicies"] == ["vault-snapshots", "evidence-vault"]
    policies = [
        it.inputs["policy"] for it in bank.of(POLICY) if it.inputs["name"] in role["tokenPolicies"]
    ]
    assert len(policies) == 2
    own = ("sys/storage/raft/snapshot", "evidence/creds/vault")
    for path in own:
        assert [opens(policy, path) for policy in policies].count(True) == 1
    for path in (
        "sys/storage/raft/snapshot-force",
        "sys/storage/raft/snapshot-auto/config/a",
        "sys/storage/raft/configuration",
        "evidence/creds/platform",
        "corebank/data/cards/a",
    ):
        assert not any(opens(policy, path) for policy in policies), path


def test_the_job_logs_in_as_its_own_account_from_vault_s_namespace_for_a_quarter_of_an_hour(
    bank: Deployment,
) -> None:
    role = bank.one(ROLE, "vault-snapshots-role").inputs
    assert role["boundServiceAccountNames"] == ["vault-snapshots"]
    assert role["boundServiceAccountNamespaces"] == ["vault"]
    assert role["audience"] == "vault"
    assert (role["tokenTtl"], role["tokenMaxTtl"]) == (900, 900)
    pod = pod_of(bank)
    assert pod["serviceAccountName"] == "vault-snapshots"
    assert pod["automountServiceAccountToken"] is False
    (token,) = [it["projected"]["sources"] for it in pod["volumes"] if "projected" in it]
    assert token == [
        {
            "serviceAccountToken": {
                "audience": "vault",
                "expirationSeconds": 600,
                "path": "token",
            }
        }
    ]


@pytest.mark.parametrize("action", TAKE_AWAY)
def test_the_job_can_not_take_a_snapshot_away_again(bank: Deployment, action: str) -> None:
    role = bank.one("vault:aws/secretBackendRole:SecretBackendRole", "evidence-vault-role")
    for resource in (
        "arn:aws:s3:::corebank-evidence-vault",
        "arn:aws:s3:::corebank-evidence-vault/a",
    ):
        assert not allowed(role.inputs["policyDocument"], action, resource)


def test_its_images_are_those_of_the_stack_file(bank: Deployment, settings: Settings) -> None:
    take, put = containers_of(bank)
    assert take["image"] == settings.vault.image
    assert put["image"] == settings.vault.snapshots.image


def test_its_pods_are_restricted_and_see_no_key_of_the_servers(bank: Deployment) -> None:
    pod = pod_of(bank)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in containers_of(bank):
        security = container["securityContext"]
        assert security["readOnlyRootFilesystem"] is True
        assert security["allowPrivilegeEscalation"] is False
        assert security["capabilities"] == {"drop": ["ALL"]}
    (tls,) = [it["secret"] for it in pod["volumes"] if "secret" in it]
    assert tls["items"] == [{"key": "ca.crt", "path": "ca.crt"}]


def test_who_puts_it_away_has_no_token_of_vault_s_job(bank: Deployment) -> None:
    take, put = containers_of(bank)
    assert "identity" in {it["name"] for it in take["volumeMounts"]}
    assert "identity" not in {it["name"] for it in put["volumeMounts"]}


def test_it_reaches_vault_names_and_the_store(bank: Deployment, settings: Settings) -> None:
    policy = bank.one(
        "kubernetes:networking.k8s.io/v1:NetworkPolicy", "vault-snapshots-network"
    ).inputs
    template = bank.one(JOB).inputs["spec"]["jobTemplate"]["spec"]["template"]
    spec = policy["spec"]
    assert spec["podSelector"]["matchLabels"] == template["metadata"]["labels"]
    assert spec["policyTypes"] == ["Egress"]
    ports = [[it["port"] for it in rule["ports"]] for rule in spec["egress"]]
    assert ports == [[8200], [53, 53], [9000]]
    assert settings.evidence.endpoint.endswith(":9000")


def test_what_the_agent_is_told_can_be_read_back() -> None:
    told = texts(auth_path="kubernetes", credentials_path="evidence/creds/vault")
    agent = json.dumps(hcl2.loads(told["agent.hcl"]))  # pyright: ignore[reportUnknownMemberType]
    for word in ("auth/kubernetes", "vault-snapshots", "/run/identity/token", "0600"):
        assert word in agent
    assert 'with secret "evidence/creds/vault"' in told["credentials.tpl"]
    assert told["config"].splitlines()[-1] == "  addressing_style = path"


def test_no_text_of_it_holds_a_secret(bank: Deployment, previewed: Deployment) -> None:
    known = bank.one("kubernetes:core/v1:ConfigMap", "vault-snapshots-texts").inputs["data"]
    assert known.keys() == {"agent.hcl", "config", "credentials.tpl"}
    shown = previewed.one("kubernetes:core/v1:ConfigMap", "vault-snapshots-texts").inputs["data"]
    assert shown in (known, UNKNOWN)
