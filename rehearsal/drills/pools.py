"""What vCenter shows of the pools against what was declared: no more, no less, and switched on.

It asks vCenter about machines, not the state about resources: a machine that somebody switched off,
moved, or put beside another one is seen.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rehearsal.drills._attempts import Addresses, Attempt, Drill, Outputs
from rehearsal.vcenter import VCenter, vim

_CLOSED = ("isolation.tools.copy.disable", "isolation.tools.paste.disable")
_NEVER = ("allowPromiscuous", "forgedTransmits", "macChanges")


def _attempts(outputs: Outputs, addresses: Addresses) -> list[Attempt]:
    declared: Mapping[str, Any] = outputs["pools"]
    with VCenter(addresses["vcsim"]) as vcenter:
        return _seen(vcenter, declared)


def _seen(vcenter: VCenter, declared: Mapping[str, Any]) -> list[Attempt]:
    datacenter = vcenter.children(vcenter.content.rootFolder)[declared["datacenter"]]
    homes = vcenter.look(datacenter, "vmFolder", "hostFolder", "networkFolder") or {}
    folder = vcenter.children(homes["vmFolder"]).get(declared["prefix"])
    cluster = vcenter.children(homes["hostFolder"])[declared["cluster"]]
    there = vcenter.children(folder) if folder is not None else {}
    return [
        *_machines(vcenter, declared, there),
        *_pools(vcenter, cluster, declared),
        *_apart(vcenter, cluster, declared, there),
        *_site(vcenter, declared, folder, homes["networkFolder"]),
    ]


def _shown(actor: str, target: str, *, granted: bool, expected: bool = True) -> Attempt:
    return Attempt(actor=actor, target=target, expected=expected, granted=granted)


def _machines(
    vcenter: VCenter, declared: Mapping[str, Any], there: Mapping[str, Any]
) -> Iterator[Attempt]:
    nodes = {
        node: (name, pool) for name, pool in declared["pools"].items() for node in pool["nodes"]
    }
    for node in sorted(nodes.keys() | there.keys()):
        yield _shown(node, "is there", expected=node in nodes, granted=node in there)
        if node in nodes and node in there:
            name, pool = nodes[node]
            for target, held in _of_machine(vcenter, declared, name, pool, there[node]).items():
                yield _shown(node, target, granted=held)


def _of_machine(
    vcenter: VCenter, declared: Mapping[str, Any], name: str, pool: Mapping[str, Any], machine: Any
) -> dict[str, bool]:
    """What is looked at in a machine, and whether it is so."""
    found = vcenter.look(machine, "config", "runtime.powerState", "resourcePool") or {}
    config = found["config"]
    extra = {each.key: each.value for each in config.extraConfig}
    tags = {
        str(vcenter.rest("GET", f"/rest/com/vmware/cis/tagging/tag/id:{tag}")["name"])
        for tag in vcenter.tags_of("VirtualMachine", machine._moId)  # noqa: SLF001 - its id
    }
    devices: list[Any] = config.hardware.device
    networks = {
        vcenter.name(
            vcenter.at(vim.dvs.DistributedVirtualPortgroup, each.backing.port.portgroupKey)
        )
        for each in devices
        if isinstance(each, vim.vm.device.VirtualEthernetCard)
    }
    reserved = (config.cpuAllocation.reservation, config.memoryAllocation.reservation)
    nodes = len(pool["nodes"])
    return {
        "is on": found["runtime.powerState"] == "poweredOn",
        "is in its pool": vcenter.name(found["resourcePool"]) == f"{declared['prefix']}-{name}",
        "has its size": (config.hardware.numCPU, config.hardware.memoryMB)
        == (pool["cpus"], pool["memory"]),
        "has its share": reserved
        == (pool["cpuReservation"] / nodes, pool["memoryReservation"] / nodes),
        "has its tags": tags == {declared["prefix"], name},
        "starts signed only": config.firmware == "efi" and config.bootOptions.efiSecureBootEnabled,
        "has a TPM": any(isinstance(each, vim.vm.device.VirtualTPM) for each in devices),
        "has a closed console": all(extra.get(key) == "TRUE" for key in _CLOSED),
        "is on its network": networks == {declared["network"]["name"]},
    }


def _pools(vcenter: VCenter, cluster: Any, declared: Mapping[str, Any]) -> Iterator[Attempt]:
    root = (vcenter.look(cluster, "resourcePool") or {})["resourcePool"]
    there = {
        vcenter.name(pool): vcenter.look(pool, "config.cpuAllocation", "config.memoryAllocation")
        for pool in (vcenter.look(root, "resourcePool") or {}).get("resourcePool", ())
    }
    wanted = {f"{declared['prefix']}-{name}": pool for name, pool in declared["pools"].items()}
    for name in sorted(wanted.keys() | there.keys()):
        yield _shown(name, "is there", expected=name in wanted, granted=name in there)
        if name in wanted and (found := there.get(name)):
            held = (
                found["config.cpuAllocation"].reservation,
                found["config.memoryAllocation"].reservation,
            )
            share = (wanted[name]["cpuReservation"], wanted[name]["memoryReservation"])
            yield _shown(name, "has its share", granted=held == share)


def _apart(
    vcenter: VCenter, cluster: Any, declared: Mapping[str, Any], there: Mapping[str, Any]
) -> Iterator[Attempt]:
    rules: list[Any] = (vcenter.look(cluster, "configurationEx") or {})[
        "configurationEx"
    ].rule or []
    kept = [
        {vcenter.name(machine) for machine in rule.vm}
        for rule in rules
        if isinstance(rule, vim.cluster.AntiAffinityRuleSpec) and rule.enabled and rule.mandatory
    ]
    for name, pool in declared["pools"].items():
        nodes = set(pool["nodes"])
        if len(nodes) > 1:
            actor = f"{declared['prefix']}-{name}"
            yield _shown(actor, "is kept apart", granted=any(nodes <= each for each in kept))
            hosts = {
                (vcenter.look(there[node], "runtime.host") or {})["runtime.host"]._moId  # noqa: SLF001
                for node in nodes & there.keys()
            }
            yield _shown(actor, "is on a host each", granted=len(hosts) == len(nodes))


def _site(
    vcenter: VCenter, declared: Mapping[str, Any], folder: Any, networks: Any
) -> Iterator[Attempt]:
    wanted = declared["network"]
    group = vcenter.children(networks).get(wanted["name"])
    config = (vcenter.look(group, "config") or {}).get("config") if group is not None else None
    yield _shown(wanted["name"], "is there", granted=config is not None)
    if config is not None:
        ports = config.defaultPortConfig
        yield _shown(wanted["name"], "has its VLAN", granted=ports.vlan.vlanId == wanted["vlan"])
        for each in _NEVER:
            granted = bool(getattr(ports.securityPolicy, each).value)
            yield _shown(wanted["name"], each, expected=False, granted=granted)
        excepted = bool(config.policy.securityPolicyOverrideAllowed)
        yield _shown(wanted["name"], "makes exceptions", expected=False, granted=excepted)
    if folder is None:
        return
    manager = vcenter.content.authorizationManager
    roles = {
        role.roleId: set(role.privilege)
        for role in (vcenter.look(manager, "roleList") or {})["roleList"]
    }
    group, may = declared["operators"]["group"], set(declared["operators"]["may"])
    found = {
        each.principal: roles.get(each.roleId, set())
        for each in manager.RetrieveEntityPermissions(entity=folder, inherited=False) or ()
    }
    for principal in sorted({group, *found}):
        held = found.get(principal) == may
        yield _shown(principal, "operates", expected=principal == group, granted=held)


POOLS = Drill(
    name="pools",
    claim="vCenter shows the declared nodes and no other: on, apart, closed and on their network",
    needs="pools",
    attempts=_attempts,
)
