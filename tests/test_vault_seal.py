"""What opens Vault: a key in AWS that its servers alone use, or one in a module."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank import build
from components._vault_config import HsmSeal, awskms, pkcs11, vault_config
from components._vault_shipper import Shipping
from components._vault_values import Servers, vault_values
from domains import Catalogue
from settings import Settings, load_settings
from tests.engine import Deployment, deploy
from tests.policies import allowed
from tests.stack_files import config_of
from tests.vault_servers import (
    SERVERS,
    config_in,
    policy_of,
    port_in,
    read,
    server_of,
    statements_of,
)

ARN_OF_KEY = "arn:aws:kms:eu-west-1:111111111111:vault-seal-key"
KEY_ARN = "arn:aws:kms:eu-west-1:111111111111:key/seal"
HSM = HsmSeal(
    library="/opt/hsm/libCryptoki2_64.so",
    slot=3,
    key_label="corebank-vault",
    pin_secret="vault-hsm",  # noqa: S106 - the name of a secret
)
IN_A_MODULE = {
    "corebank:vault.seal": "pkcs11",
    "corebank:vault.hsm": {
        "library": HSM.library,
        "slot": HSM.slot,
        "keyLabel": HSM.key_label,
        "pinSecret": HSM.pin_secret,
        "servers": ["10.128.0.60", "10.129.0.60"],
        "port": 1792,
    },
}


@pytest.mark.parametrize("action", ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"])
def test_it_opens_itself_with_a_key_that_its_servers_use_and_nobody_else(
    bank: Deployment, settings: Settings, action: str
) -> None:
    key = bank.one("aws:kms/key:Key", "vault-seal-key")
    seal = config_in(bank)["seal"]
    assert seal == {"awskms": {"region": settings.region, "kms_key_id": ARN_OF_KEY}}
    role = bank.one("aws:iam/role:Role", f"{SERVERS}-role").inputs["name"]
    policy = key.inputs["policy"]
    servers = f"arn:aws:iam::{settings.account}:role/{role}"
    others = [
        settings.people.break_glass,
        settings.people.auditor,
        f"arn:aws:iam::{settings.account}:role/corebank-apply",
    ]
    assert allowed(policy, action, aws__PrincipalArn=servers)
    # Whoever administers keys may look at this one.
    if action != "kms:DescribeKey":
        assert not any(allowed(policy, action, aws__PrincipalArn=other) for other in others)
    assert allowed(
        bank.one("aws:iam/rolePolicy:RolePolicy", f"{SERVERS}-policy").inputs["policy"],
        action,
        ARN_OF_KEY,
    )


def test_its_servers_do_nothing_else_in_aws_but_send_their_audit(bank: Deployment) -> None:
    opens, sends = statements_of(bank)
    assert opens["Action"] == ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"]
    assert opens["Resource"] == ARN_OF_KEY
    assert sends == SENDS


SENDS = {
    "Effect": "Allow",
    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
    "Resource": "arn:aws:logs:eu-west-1:111111111111:vault-servers-audit:*",
}


@pytest.fixture(scope="module")
def in_a_module(catalogue: Catalogue) -> Deployment:
    """Production with the seal's key in a hardware security module."""
    settings = load_settings("production", config_of("production", IN_A_MODULE))
    return deploy(lambda: build(settings, catalogue))


def test_the_seal_s_key_may_be_in_a_hardware_security_module(in_a_module: Deployment) -> None:
    (kind, seal) = config_in(in_a_module)["seal"].popitem()
    assert kind == "pkcs11"
    assert seal == {
        "lib": HSM.library,
        "slot": "3",
        "key_label": HSM.key_label,
        "mechanism": "0x1087",
        "generate_key": "false",
    }
    server = server_of(in_a_module)
    assert server["extraSecretEnvironmentVars"] == [
        {"envName": "VAULT_HSM_PIN", "secretName": "vault-hsm", "secretKey": "pin"}
    ]
    assert server["enterpriseLicense"] == {"secretName": "vault-license"}


def test_with_a_module_nothing_of_the_seal_is_in_aws(in_a_module: Deployment) -> None:
    assert "vault-seal-key" not in {resource.name for resource in in_a_module.resources}
    assert statements_of(in_a_module) == [SENDS]


def test_modules_are_reached_where_they_answer(in_a_module: Deployment) -> None:
    rules = policy_of(in_a_module, "servers")["egress"]
    (asked,) = [rule for rule in rules if port_in(rule, 1792)]
    assert asked["to"] == [
        {"ipBlock": {"cidr": "10.128.0.60/32"}},
        {"ipBlock": {"cidr": "10.129.0.60/32"}},
    ]


def test_with_a_key_in_aws_there_is_neither_pin_nor_licence(bank: Deployment) -> None:
    server = server_of(bank)
    assert server["extraSecretEnvironmentVars"] == []
    assert server["enterpriseLicense"] == {"secretName": ""}


@given(
    servers=st.sampled_from([3, 5, 7]),
    lease=st.integers(60, 3600),
    name=st.from_regex(r"[a-z]([a-z-]{0,20}[a-z])?", fullmatch=True),
    seal=st.sampled_from([awskms(region="eu-west-1", key_arn=KEY_ARN), pkcs11(HSM)]),
)
def test_any_configuration_can_be_read_back(servers: int, lease: int, name: str, seal: str) -> None:
    text = vault_config(cluster=name, servers=servers, lease=timedelta(seconds=lease), seal=seal)
    config = read(text)
    assert config["cluster_name"] == name
    assert config["default_lease_ttl"] == f"{lease}s"
    assert len(config["storage"]["raft"]["retry_join"]) == servers
    assert len(config["seal"]) == 1


@pytest.mark.parametrize("word", ["HOST_IP", "POD_IP", "HOSTNAME", "API_ADDR"])
def test_no_word_is_in_it_that_the_chart_would_replace(word: str) -> None:
    text = vault_config(cluster="corebank", servers=3, lease=timedelta(hours=1), seal=pkcs11(HSM))
    assert word not in text


def test_values_hold_no_secret_but_its_name() -> None:
    servers = Servers(
        image="registry/vault@sha256:1",
        number=3,
        data_gib=1,
        audit_gib=1,
        disk="encrypted",
        priority="critical",
        nodes=("a", "b"),
        shipping=Shipping(
            image="registry/collector@sha256:1", file="/vault/audit/a.log", group="a", region="b"
        ),
    )
    text = json.dumps(vault_values(servers, config="", hsm=HSM))
    assert 'pin": ' not in text
    assert text.count("vault-hsm") == 1
