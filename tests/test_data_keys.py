"""Keys: one per class of data, and nobody who administers one can read with it."""

import json
from typing import Any

import pytest

from components._key_policy import KeyUsers, key_policy
from domains import DataClass
from settings import Settings
from tests.engine import Deployment

KEY = "aws:kms/key:Key"
ALIAS = "aws:kms/alias:Alias"
OF_VAULT = "vault-seal-key"
"""The key that opens Vault, which encrypts no data of the bank's."""
READING = {
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
}
ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"


def test_every_class_of_data_has_a_key_of_its_own(bank: Deployment) -> None:
    here = {key.name for key in bank.of(KEY) if not key.name.startswith("second-")}
    assert here - {OF_VAULT} == {f"keys-{data_class}-key" for data_class in DataClass}


def test_what_is_copied_has_keys_in_the_second_region(bank: Deployment, settings: Settings) -> None:
    there = {k.name for k in bank.of(KEY) if k.inputs["region"] == settings.second_region}
    assert there == {f"second-keys-{it}-key" for it in ("evidence", "logs", "platform")}


def test_every_key_rotates_and_is_deleted_slowly_if_ever(bank: Deployment) -> None:
    assert bank.of(KEY)
    for key in bank.of(KEY):
        assert key.inputs["enableKeyRotation"] is True, key
        assert key.inputs["deletionWindowInDays"] == 30, key


def test_every_key_has_its_alias_in_its_own_region(bank: Deployment) -> None:
    aliases = {alias.inputs["targetKeyId"]: alias.inputs for alias in bank.of(ALIAS)}
    assert aliases.keys() == {f"{key.name}-id" for key in bank.of(KEY)}
    for key in bank.of(KEY):
        alias = aliases[f"{key.name}-id"]
        assert alias["region"] == key.inputs["region"]
        of = alias["name"].removeprefix("alias/corebank/")
        assert key.name in (f"keys-{of}-key", f"second-keys-{of}-key", f"{of}-key")


def test_a_key_is_tagged_with_the_class_of_data_it_encrypts(bank: Deployment) -> None:
    for key in bank.of(KEY):
        if key.name != OF_VAULT:
            assert f"keys-{key.inputs['tags']['data-class']}-key" in key.name


def test_no_action_is_a_wildcard_and_nobody_is_everybody(bank: Deployment) -> None:
    for key, statement in statements(bank):
        assert actions(statement), key
        assert not any("*" in action for action in actions(statement)), key
        assert "*" not in str(statement["Principal"]), key


def test_every_statement_that_reads_has_a_condition(bank: Deployment) -> None:
    for key, statement in statements(bank):
        if READING & actions(statement):
            assert statement["Condition"], key


def test_who_administers_a_key_can_not_read_with_it(bank: Deployment) -> None:
    administering = [s for _, s in statements(bank) if "PutKeyPolicy" in actions(s)]
    assert len(administering) == len(bank.of(KEY))
    assert not any(READING & actions(statement) for statement in administering)


def test_who_reads_with_a_key_can_not_administer_it(bank: Deployment) -> None:
    for key in bank.of(KEY):
        own = json.loads(key.inputs["policy"])["Statement"]
        (administers,) = [s for s in own if "PutKeyPolicy" in actions(s)]
        named = [arn for s in own for arn in named_roles(s, "ArnEquals")]
        assert named_roles(administers, "ArnNotEquals") == named, key


@pytest.mark.parametrize(
    ("data_class", "services"),
    [
        ("platform", {"ec2", "eks", "kafka"}),
        ("customer", {"rds"}),
        ("payments-and-cards", {"rds"}),
        ("evidence", {"backup"}),
        ("logs", {"firehose", "rds"}),
    ],
)
def test_a_key_is_granted_to_these_services_and_no_other(
    bank: Deployment, data_class: str, services: set[str]
) -> None:
    granting = [s for s in statements_of(bank, data_class) if "CreateGrant" in actions(s)]
    assert len(granting) == bool(services)
    for statement in granting:
        assert actions(statement) == {"CreateGrant"}
        via = [f"{service}.eu-west-1.amazonaws.com" for service in sorted(services)]
        assert statement["Condition"] == {
            "Bool": {"kms:GrantIsForAWSResource": "true"},
            "StringEquals": {"kms:ViaService": via},
        }


def test_callers_use_keys_of_customers_and_of_logs_through_secrets_manager_only(
    bank: Deployment,
) -> None:
    through = {
        key: s["Condition"]["StringEquals"]["kms:ViaService"]
        for key, s in statements(bank)
        if s["Sid"] == "CallersUseThroughServices"
    }
    # The database's master secret, and the key to the SIEM.
    assert list(through) == ["keys-customer-key", "keys-logs-key", "second-keys-logs-key"]
    for data_class in ("customer", "logs"):
        (named,) = [
            s for s in statements_of(bank, data_class) if s["Sid"] == "CallersUseThroughServices"
        ]
        assert actions(named) == {"Decrypt", "DescribeKey", "GenerateDataKey"}


def test_only_services_that_write_logs_and_the_roles_that_copy_use_the_key_of_logs(
    bank: Deployment, settings: Settings
) -> None:
    using = [s for s in statements_of(bank, "logs") if READING & actions(s) - {"Decrypt"}]
    services = {s["Principal"].get("Service") for s in using} - {None}
    assert services == {
        "cloudtrail.amazonaws.com",
        "config.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "logs.eu-west-1.amazonaws.com",
    }
    (roles,) = [s for s in using if s["Sid"] == "RolesUse"]
    ours = {
        f"arn:aws:iam::{settings.account}:role/{role.inputs['name']}"
        for name in (
            "logs-replication-role",
            "siem-sending-role",
            "siem-topics-reading-role",
            "topic-archive-reading-role",
        )
        for role in [bank.one("aws:iam/role:Role", name)]
    }
    assert set(named_roles(roles, "ArnEquals")) == ours


def test_a_service_uses_a_key_for_this_account_only(bank: Deployment, settings: Settings) -> None:
    using = [s for _, s in statements(bank) if "Service" in s["Principal"]]
    assert using
    for statement in using:
        assert settings.account in str(statement["Condition"]), statement["Sid"]


def test_the_trail_that_uses_the_key_is_the_one_that_is_made(
    bank: Deployment, settings: Settings
) -> None:
    (uses,) = [s for s in statements_of(bank, "logs") if s["Sid"] == "CloudtrailUses"]
    trail = bank.one("aws:cloudtrail/trail:Trail").inputs["name"]
    arn = f"arn:aws:cloudtrail:{settings.region}:{settings.account}:trail/{trail}"
    assert uses["Condition"] == {"StringEquals": {"aws:SourceArn": arn}}


def test_the_auditor_reads_logs_and_evidence_and_writes_neither(
    bank: Deployment, settings: Settings
) -> None:
    auditor = settings.people.auditor
    reading = {
        key: actions(s) for key, s in statements(bank) if auditor in named_roles(s, "ArnEquals")
    }
    classes = ("evidence", "logs")
    assert reading == {
        f"{keys}-{it}-key": {"Decrypt", "DescribeKey"}
        for keys in ("keys", "second-keys")
        for it in classes
    }


def test_a_key_that_nobody_uses_lets_the_account_administer_and_nothing_else() -> None:
    policy = json.loads(key_policy(account=ACCOUNT, region="eu-west-1", users=KeyUsers()))
    (only,) = policy["Statement"]
    assert only["Sid"] == "AccountAdministers"
    assert "Condition" not in only


def test_a_reader_only_decrypts() -> None:
    policy = key_policy(account=ACCOUNT, region="eu-west-1", users=KeyUsers(readers=(ROLE,)))
    _, reads = json.loads(policy)["Statement"]
    assert actions(reads) == {"Decrypt", "DescribeKey"}
    assert named_roles(reads, "ArnEquals") == [ROLE]


def statements(bank: Deployment) -> list[tuple[str, dict[str, Any]]]:
    """Every statement of every key, with the key's name."""
    found = [
        (key.name, statement)
        for key in bank.of(KEY)
        for statement in json.loads(key.inputs["policy"])["Statement"]
    ]
    assert found
    return found


def statements_of(bank: Deployment, data_class: str) -> list[dict[str, Any]]:
    return [s for key, s in statements(bank) if key == f"keys-{data_class}-key"]


def named_roles(statement: dict[str, Any], operator: str) -> list[str]:
    return statement.get("Condition", {}).get(operator, {}).get("aws:PrincipalArn", [])


def actions(statement: dict[str, Any]) -> set[str]:
    """The statement's actions, without the service's name before each."""
    return {action.removeprefix("kms:") for action in statement["Action"]}
