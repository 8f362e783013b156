"""Live: pools of the data centre, in a simulated vCenter, and the drill on them seen red."""

import base64
import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from rehearsal.drills import Outcome
from rehearsal.drills.pools import POOLS
from rehearsal.providers.vsphere.rules import rules
from rehearsal.vcenter import VCenter, vim
from tests.rehearsed import Copy

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

PAYMENTS = "corebank-production-payments"
_NODES = "      critical:\n        instanceType: m7i.2xlarge\n        minimum: {}\n"


@pytest.fixture(scope="module")
def copy(production: Copy) -> Copy:
    return production


@pytest.fixture(scope="module")
def vcenter(copy: Copy) -> Iterator[VCenter]:
    with VCenter(copy.addresses("production")["vcsim"]) as vcenter:
        yield vcenter


def _cluster(vcenter: VCenter) -> Any:
    datacenter = vcenter.children(vcenter.content.rootFolder)["dublin"]
    home = (vcenter.look(datacenter, "hostFolder") or {})["hostFolder"]
    return vcenter.children(home)["corebank-production"]


def _machine(vcenter: VCenter, name: str) -> Any:
    path = f"dublin/vm/corebank-production/{name}"
    return vcenter.content.searchIndex.FindByInventoryPath(inventoryPath=path)


def _red(copy: Copy) -> list[str]:
    told = copy.pulumi("production", "stack", "output", "--json")
    addresses = copy.addresses("production")
    attempts = POOLS.attempts(json.loads(told.stdout), addresses)
    return [str(each) for each in Outcome(drill=POOLS, attempts=attempts).failures]


def test_the_drill_is_green(copy: Copy) -> None:
    assert _red(copy) == []


def test_nothing_changes_the_second_time(copy: Copy) -> None:
    assert copy.plan("production", "--expect-no-changes", "--refresh") == {}


def test_a_machine_that_is_switched_off_turns_the_drill_red(copy: Copy, vcenter: VCenter) -> None:
    machine = _machine(vcenter, f"{PAYMENTS}-1")
    vcenter.done(machine.PowerOffVM_Task())
    try:
        assert _red(copy) == [f"{PAYMENTS}-1, is on: should have worked, and did not"]
    finally:
        vcenter.done(machine.PowerOnVM_Task())


def test_a_rule_that_is_taken_away_turns_the_drill_red_and_comes_back(
    copy: Copy, vcenter: VCenter
) -> None:
    cluster = _cluster(vcenter)
    (rule,) = [each for each in rules(vcenter, cluster) if each.name == f"{PAYMENTS}-apart"]
    spec = vim.cluster.RuleSpec(operation="remove", removeKey=rule.key)
    changed = vim.cluster.ConfigSpecEx(rulesSpec=[spec])
    vcenter.done(cluster.ReconfigureComputeResource_Task(spec=changed, modify=True))

    assert _red(copy) == [f"{PAYMENTS}, is kept apart: should have worked, and did not"]
    assert copy.plan("production", "--refresh") == {"pool-payments-apart": "create"}
    assert copy.update("production", "--refresh").returncode == 0
    assert _red(copy) == []


def test_two_machines_on_one_host_turn_the_drill_red(copy: Copy, vcenter: VCenter) -> None:
    first, second = (_machine(vcenter, f"{PAYMENTS}-{number}") for number in (1, 2))
    with _moved(vcenter, second, beside=first):
        assert _red(copy) == [f"{PAYMENTS}, is on a host each: should have worked, and did not"]


@contextmanager
def _moved(vcenter: VCenter, machine: Any, *, beside: Any) -> Generator[None]:
    home, there = (
        (vcenter.look(each, "runtime.host") or {})["runtime.host"] for each in (machine, beside)
    )
    vcenter.done(machine.RelocateVM_Task(spec=vim.vm.RelocateSpec(host=there)))
    try:
        yield
    finally:
        vcenter.done(machine.RelocateVM_Task(spec=vim.vm.RelocateSpec(host=home)))


def test_a_port_group_that_is_opened_turns_the_drill_red_and_is_closed_again(
    copy: Copy, vcenter: VCenter
) -> None:
    name = "corebank-production-nodes"
    group = vcenter.content.searchIndex.FindByInventoryPath(inventoryPath=f"dublin/network/{name}")
    config = (vcenter.look(group, "config") or {})["config"]
    config.defaultPortConfig.securityPolicy.allowPromiscuous.value = True
    opened = vim.dvs.DistributedVirtualPortgroup.ConfigSpec(
        name=name, defaultPortConfig=config.defaultPortConfig, policy=config.policy
    )
    vcenter.done(group.ReconfigureDVPortgroup_Task(spec=opened))

    assert _red(copy) == [f"{name}, allowPromiscuous: should have been refused, and was not"]
    assert copy.update("production", "--refresh").returncode == 0
    assert _red(copy) == []


def test_a_pool_that_is_switched_off_takes_its_own_machines_and_moves_its_domain(
    copy: Copy,
) -> None:
    text = (copy.folder / "Pulumi.production.yaml").read_text()
    begin = text.index("      aml:\n")
    pool = text[begin : text.index("  corebank:dns:", begin)]
    with (
        copy.edited("Pulumi.production.yaml", pool, ""),
        copy.edited("Pulumi.production.yaml", _NODES.format(6), _NODES.format(9)),
    ):
        planned = copy.plan("production")
    # Who ran there runs in the cloud then, where there has to be room.
    assert planned.pop("kubernetes-critical-group") == "update"
    assert planned.pop("aml-workload-deployment") == "update"
    assert set(planned.values()) == {"delete"}
    assert all(name.startswith("pool-aml") for name in planned)
    assert len([name for name in planned if name.startswith("pool-aml-node")]) == 6


def test_no_activation_code_is_in_the_state_in_the_clear(copy: Copy, vcenter: VCenter) -> None:
    config = (vcenter.look(_machine(vcenter, f"{PAYMENTS}-1"), "config") or {})["config"]
    extra = {each.key: each.value for each in config.extraConfig}
    document = json.loads(base64.b64decode(extra["guestinfo.userdata"]).decode().split("\n", 1)[1])
    spec = json.loads(document["write_files"][0]["content"])["spec"]
    code = spec["hybrid"]["ssm"]["activationCode"]
    forms = {code, extra["guestinfo.userdata"]}

    state = copy.pulumi("production", "stack", "export").stdout
    assert "corebank-production-payments-1" in state
    shown = copy.pulumi("production", "preview", "--diff", "--refresh").stdout
    for form in forms:
        assert form not in state
        assert form not in shown
