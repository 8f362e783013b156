"""Pools in the data centre: machines that start signed only, apart, and join as nodes."""

import base64
import json
from collections.abc import Mapping
from typing import Any, cast

import pytest

from bank import build
from domains import Catalogue
from settings import load_settings
from tests.engine import SECRET, Declared, Deployment, deploy, texts
from tests.policies import statements
from tests.stack_files import config_of

MACHINE = "vsphere:index/virtualMachine:VirtualMachine"
ACTIVATION = "aws:ssm/activation:Activation"
RULE = "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule"
GROUP = "vsphere:index/distributedPortGroup:DistributedPortGroup"
POOL = "vsphere:index/resourcePool:ResourcePool"


@pytest.fixture(scope="module")
def production(catalogue: Catalogue) -> Deployment:
    return _deployed(catalogue, ())


def _deployed(catalogue: Catalogue, without: tuple[str, ...]) -> Deployment:
    config = config_of("production", {"corebank:through": "platform"})
    for name in without:
        del config["corebank:onPremises"]["pools"][name]
    settings = load_settings("production", config)
    return deploy(lambda: build(settings, catalogue), stack="production")


def _told(machine: Declared, key: str) -> str:
    value: Any = machine.inputs["extraConfig"][f"guestinfo.{key}"]
    # The second is marked as a secret.
    return base64.b64decode(value if key == "metadata" else value["value"]).decode()


@pytest.mark.parametrize(("stack", "pools"), [("sandbox", 0), ("staging", 1), ("production", 2)])
def test_a_stack_has_the_pools_of_its_file(stack: str, pools: int, catalogue: Catalogue) -> None:
    settings = load_settings(stack, config_of(stack, {"corebank:through": "platform"}))
    bank = deploy(lambda: build(settings, catalogue), stack=stack)
    assert len(bank.of(POOL)) == pools
    assert bool(bank.of("pulumi:providers:vsphere")) == bool(pools)


def test_every_machine_starts_signed_only_and_is_encrypted(production: Deployment) -> None:
    machines = production.of(MACHINE)
    assert len(machines) == 7
    policy = "VM Encryption Policy-id"
    for machine in machines:
        inputs = machine.inputs
        assert (inputs["firmware"], inputs["efiSecureBootEnabled"]) == ("efi", True)
        assert inputs["vtpm"] == {"version": "2.0"}
        assert inputs["storagePolicyId"] == policy
        assert [disk["storagePolicyId"] for disk in inputs["disks"]] == [policy]
        closed = ("copy.disable", "paste.disable", "dnd.disable")
        extra = inputs["extraConfig"]
        assert {extra[f"isolation.tools.{each}"] for each in closed} == {"TRUE"}


def test_what_a_pool_reserves_is_what_its_machines_have(production: Deployment) -> None:
    pool = production.one(POOL, "pool-aml-resources")
    machines = [m for m in production.of(MACHINE) if m.name.startswith("pool-aml-")]
    assert pool.inputs["cpuReservation"] == 3 * 16 * 2600
    assert pool.inputs["memoryReservation"] == 3 * 128 * 1024
    for key in ("cpuReservation", "memoryReservation"):
        assert sum(machine.inputs[key] for machine in machines) == pool.inputs[key]
    assert all(m.inputs["memoryReservation"] == m.inputs["memory"] for m in machines)
    assert all(machine.inputs["memoryReservationLockedToMax"] for machine in machines)


def test_machines_have_the_first_addresses_of_their_pool(production: Deployment) -> None:
    found = {
        machine.name: json.loads(_told(machine, "metadata"))["network"]["ethernets"]["primary"]
        for machine in production.of(MACHINE)
    }
    assert [card["addresses"] for name, card in sorted(found.items()) if "aml" in name] == [
        ["10.128.32.32/24"],
        ["10.128.32.33/24"],
        ["10.128.32.34/24"],
    ]
    every = [card["addresses"][0] for card in found.values()]
    assert len(set(every)) == len(every)


def test_machines_of_a_pool_are_kept_apart_whatever_it_costs(production: Deployment) -> None:
    rules = {rule.name: rule.inputs for rule in production.of(RULE)}
    assert rules.keys() == {"pool-aml-apart", "pool-payments-apart"}
    for rule in rules.values():
        assert (rule["enabled"], rule["mandatory"]) == (True, True)
    machines = rules["pool-aml-apart"]["virtualMachineIds"]
    assert machines == [f"pool-aml-node{number}-id" for number in (1, 2, 3)]


def test_no_port_of_the_network_passes_on_what_is_not_a_machines_own(
    production: Deployment,
) -> None:
    group = production.one(GROUP).inputs
    refused = ("allowPromiscuous", "allowForgedTransmits", "allowMacChanges")
    assert {group[each] for each in (*refused, "securityPolicyOverrideAllowed")} == {False}
    assert group["vlanId"] == 132


def test_operators_see_and_switch_machines_and_change_none(production: Deployment) -> None:
    role = production.one("vsphere:index/role:Role")
    granted = production.one("vsphere:index/entityPermissions:EntityPermissions").inputs
    assert not [each for each in role.inputs["rolePrivileges"] if ".Config." in each]
    assert granted["permissions"] == [
        {
            "userOrGroup": "BANK\\corebank-operators",
            "isGroup": True,
            "propagate": True,
            "roleId": "site-operators-id",
        }
    ]


def test_each_machine_registers_once_and_with_a_code_of_its_own(production: Deployment) -> None:
    activations = {each.name: each.inputs for each in production.of(ACTIVATION)}
    machines = {machine.name for machine in production.of(MACHINE)}
    assert activations.keys() == {f"{name}-activation" for name in machines}
    assert {each["registrationLimit"] for each in activations.values()} == {1}
    assert all("expirationDate" not in each for each in activations.values())
    for machine in production.of(MACHINE):
        assert f"code-of-{machine.name}-activation" in _told(machine, "userdata")


def test_a_code_is_nowhere_but_in_a_secret(production: Deployment) -> None:
    for resource in production.resources:
        for text in texts(_without_secrets(resource.inputs)):
            assert "code-of-" not in text, resource
            assert "code-of-" not in _decoded(text), resource
    secret = [m.inputs["extraConfig"]["guestinfo.userdata"] for m in production.of(MACHINE)]
    assert all(SECRET in each.values() for each in secret)
    assert "code-of-" not in str(production.exports)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = cast("Mapping[str, Any]", value)
        if SECRET in inner.values():
            return {}
        return {key: _without_secrets(item) for key, item in inner.items()}
    if isinstance(value, list):
        return [_without_secrets(item) for item in cast("list[Any]", value)]
    return value


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""


def test_hybrid_nodes_join_by_an_entry_of_their_own_and_may_little_else(
    production: Deployment,
) -> None:
    entry = production.one("aws:eks/accessEntry:AccessEntry", "hybrid-entry").inputs
    assert entry["type"] == "HYBRID_LINUX"
    assert entry["principalArn"].endswith("hybrid-nodes-role")
    assert "kubernetesGroups" not in entry
    policy = production.one("aws:iam/rolePolicy:RolePolicy", "hybrid-nodes-policy")
    actions = [statement["Action"] for statement in statements(policy.inputs["policy"])]
    assert actions == [
        "eks:DescribeCluster",
        "ssm:DescribeInstanceInformation",
        "ssm:DeregisterManagedInstance",
    ]


def test_a_pool_that_is_switched_off_takes_its_own_machines_and_nothing_else(
    production: Deployment, catalogue: Catalogue
) -> None:
    before = production.by_urn()
    after = _deployed(catalogue, ("aml",)).by_urn()
    gone = {before[urn].name for urn in before.keys() - after.keys()}
    assert after.keys() <= before.keys()
    assert {name for name in gone if not name.startswith("pool-aml")} == set()
    assert {"pool-aml-node1", "pool-aml-node2", "pool-aml-node3", "pool-aml-apart"} <= gone
    assert [str(r) for urn, r in after.items() if r.inputs != before[urn].inputs] == []
