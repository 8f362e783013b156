"""The stack files as they stand, and what every settings object keeps to.

What is refused, and in which words, is in ``test_settings_refused``.
"""

import json
import subprocess
import sys
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Network
from itertools import combinations
from typing import Any, cast

import pytest
import yaml
from pydantic import ValidationError

import check
from settings import RULES, Environment, Lock, NatGateways, Settings, Through, load_settings
from tests.stack_files import MISSING, STACKS, config_of, path_of

every_stack = pytest.mark.parametrize("stack", STACKS)


def settings_of(stack: str) -> Settings:
    return load_settings(stack, config_of(stack))


@every_stack
def test_a_stack_file_is_in_order(stack: str) -> None:
    assert settings_of(stack).environment == stack


def test_every_environment_has_a_stack_file() -> None:
    assert STACKS == ["sandbox", "staging", "production"] == list(Environment)


def test_the_sandbox_has_no_data_centre() -> None:
    there = [stack for stack in STACKS if settings_of(stack).on_premises is not None]
    assert there == ["staging", "production"]


def keys(section: dict[str, Any], path: str = "") -> list[str]:
    """All keys in order, but for the names that zones, pools and their like are told apart by."""
    named = ("clusters", "connections", "forward", "gateways", "neighbours", "pools", "zones")
    found: list[str] = []
    for key, value in section.items():
        found.append(path + key)
        if isinstance(value, dict) and key not in named:
            found += keys(cast("dict[str, Any]", value), f"{path}{key}.")
    return found


@every_stack
def test_all_stack_files_have_the_same_keys_in_the_same_order(stack: str) -> None:
    present = keys(config_of(stack))
    left_out = "corebank:onPremises"
    assert present == [
        key
        for key in keys(config_of("production"))
        if left_out in present or not key.startswith(left_out)
    ]


@every_stack
def test_the_files_mean_to_a_plain_yaml_parser_what_they_mean_here(stack: str) -> None:
    assert yaml.safe_load(path_of(stack).read_text())["config"] == config_of(stack)


@pytest.mark.parametrize(
    ("stack", "zones", "brokers", "replication", "minimum", "protect", "nat"),
    [
        ("sandbox", "ab", 2, 2, 1, False, NatGateways.ONE),
        ("staging", "abc", 3, 3, 2, True, NatGateways.PER_ZONE),
        ("production", "abc", 6, 3, 2, True, NatGateways.PER_ZONE),
    ],
)
def test_an_environment_is_what_the_bank_decided(  # noqa: PLR0913 - one column per decision
    *,
    stack: str,
    zones: str,
    brokers: int,
    replication: int,
    minimum: int,
    protect: bool,
    nat: NatGateways,
) -> None:
    settings = settings_of(stack)
    assert list(settings.network.zones) == [f"eu-west-1{letter}" for letter in zones]
    assert settings.kafka.brokers == brokers
    assert settings.kafka.replication == replication
    assert settings.kafka.min_insync_replicas == minimum
    assert settings.protect is protect
    assert settings.network.nat_gateways is nat


@pytest.mark.parametrize(
    ("stack", "lock", "days", "replica"),
    [
        ("sandbox", Lock.GOVERNANCE, 1, False),
        ("staging", Lock.COMPLIANCE, 30, False),
        ("production", Lock.COMPLIANCE, 2557, True),
    ],
)
def test_evidence_is_kept_as_the_bank_decided(
    *, stack: str, lock: Lock, days: int, replica: bool
) -> None:
    evidence = settings_of(stack).evidence
    assert (evidence.lock, evidence.locked_for, evidence.replica) == (
        lock,
        timedelta(days=days),
        replica,
    )


@every_stack
def test_data_stays_in_two_regions_of_the_european_union(stack: str) -> None:
    settings = settings_of(stack)
    assert (settings.region, settings.second_region) == ("eu-west-1", "eu-central-1")


@every_stack
def test_a_stack_is_built_to_the_end(stack: str) -> None:
    assert settings_of(stack).through is Through.DOMAINS


def test_no_two_stacks_share_an_account_or_an_address() -> None:
    for one, other in combinations(map(settings_of, STACKS), 2):
        assert one.account != other.account
        assert not one.network.cidr.overlaps(other.network.cidr)


def test_production_is_held_to_no_less_than_staging() -> None:
    staging, production = RULES[Environment.STAGING], RULES[Environment.PRODUCTION]
    assert production.minimum_zones >= staging.minimum_zones
    assert production.protect >= staging.protect
    assert production.nat_per_zone >= staging.nat_per_zone
    assert production.listed_names >= staging.listed_names
    assert production.compliance_lock >= staging.compliance_lock
    assert production.locked_for >= staging.locked_for
    assert production.evidence_replica >= staging.evidence_replica
    assert production.backups_for >= staging.backups_for


@pytest.mark.parametrize(
    ("stack", "lock", "locked", "kept", "backups"),
    [
        ("sandbox", Lock.GOVERNANCE, 1, 366, 1),
        ("staging", Lock.COMPLIANCE, 30, 366, 7),
        ("production", Lock.COMPLIANCE, 2557, 2557, 35),
    ],
)
def test_what_happened_is_kept_as_the_bank_decided(
    stack: str, lock: Lock, locked: int, kept: int, backups: int
) -> None:
    settings = settings_of(stack)
    assert settings.archive.lock is lock
    assert settings.archive.locked_for == timedelta(days=locked)
    assert settings.archive.kept_for == timedelta(days=kept)
    assert settings.backups.kept_for == timedelta(days=backups)


def test_production_resolves_only_what_is_listed_and_sandbox_asks_nobody_on_premises() -> None:
    sandbox, production = settings_of("sandbox").dns, settings_of("production").dns
    assert sandbox.allowed_names == ("*",)
    assert "*" not in production.allowed_names
    assert sandbox.forward == {}
    assert production.forward == {
        "corp.bank.internal": (IPv4Address("10.128.0.53"), IPv4Address("10.129.0.53"))
    }


def test_an_account_may_have_no_organisation_above_it() -> None:
    config = config_of("sandbox", {"corebank:organisation": MISSING})
    assert load_settings("sandbox", config).organisation is None


def test_values_have_types_that_cannot_be_confused() -> None:
    settings = settings_of("sandbox")
    assert settings.account == "111111111111"
    assert settings.network.cidr == IPv4Network("10.16.0.0/16")
    assert settings.network.zones["eu-west-1b"] == IPv4Network("10.16.64.0/18")
    assert settings.network.neighbours["on-premises"] == IPv4Network("10.128.0.0/12")
    assert settings.kafka.volume_gib == 100
    assert settings.vault.token_ttl == timedelta(hours=1)
    assert settings.tags.cost_centre == "4711"


def as_the_engine_gives_it(config: dict[str, Any]) -> dict[str, str]:
    """All values as text, mappings as JSON with sorted keys."""
    return {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for key, value in reversed(config.items())
    }


@every_stack
def test_a_stack_file_and_the_engine_give_the_same_settings(stack: str) -> None:
    config = config_of(stack)
    from_engine = load_settings(stack, as_the_engine_gives_it(config))
    assert from_engine == load_settings(stack, config)
    assert repr(from_engine) == repr(load_settings(stack, config)), "the order differs"


def test_zones_are_in_order_of_their_names_however_they_are_written() -> None:
    zones = {"eu-west-1b": "10.16.64.0/18", "eu-west-1a": "10.16.0.0/18"}
    settings = load_settings("sandbox", config_of("sandbox", {"corebank:network.zones": zones}))
    assert list(settings.network.zones) == ["eu-west-1a", "eu-west-1b"]


def test_a_stack_is_built_to_the_end_unless_it_says_otherwise() -> None:
    config = config_of("sandbox", {"corebank:through": MISSING})
    assert load_settings("sandbox", config).through is Through.DOMAINS


@pytest.mark.parametrize(
    "namespace",
    ["pulumi", "aws", "eks", "kubernetes", "minio", "postgresql", "vault", "vsphere"],
)
def test_settings_of_the_engine_and_of_providers_are_left_alone(namespace: str) -> None:
    config = config_of("sandbox", {f"{namespace}:region": "anything", f"{namespace}:x": ["*"]})
    assert load_settings("sandbox", config) == settings_of("sandbox")


def test_settings_cannot_be_changed() -> None:
    settings = settings_of("sandbox")
    with pytest.raises(ValidationError, match="frozen"):
        settings.kafka.brokers = 4  # pyright: ignore[reportAttributeAccessIssue] - the test
    with pytest.raises(TypeError, match="does not support item assignment"):
        settings.network.zones["eu-west-1c"] = IPv4Network("10.16.128.0/18")  # pyright: ignore[reportIndexIssue] - the test


def test_the_project_describes_every_key_and_no_other() -> None:
    project = yaml.safe_load((check.PROJECT / "Pulumi.yaml").read_text())
    declared = {
        f"corebank:{key}" if ":" not in key else key: project["config"][key]
        for key in project["config"]
    }
    assert declared.pop("pulumi:disable-default-providers") == {"value": ["*"]}
    config = config_of("sandbox", {"corebank:organisation": MISSING})
    assert list(declared) == list(config)
    kinds = {str: "string", bool: "boolean", dict: "object"}
    for key, declaration in declared.items():
        assert declaration["type"] == kinds[type(config[key])]
        assert declaration["description"].endswith(".")


def test_settings_can_be_read_without_pulumi() -> None:
    program = (
        "import sys, settings.stack_file, settings.between_stacks\n"
        "print(sorted(m for m in sys.modules if m.split('.')[0].startswith('pulumi')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=check.PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "[]\n"
