"""Virtual machines: cloned from a template, put on the emptiest host, switched on, and joined."""

import threading
from collections import Counter
from dataclasses import dataclass
from typing import Any

from rehearsal.providers.values import Plain
from rehearsal.providers.vsphere.hardware import disks, hardware, networks, virtual_tpm
from rehearsal.providers.vsphere.nodes import join, leave
from rehearsal.providers.vsphere.row import Row
from rehearsal.vcenter import VCenter, vim

_KIND = "VirtualMachine"
_MACHINES_OWN = "config.uuid"

_PLACING = threading.Lock()
"""Two that are placed at once would both find the same host the emptiest."""

_FIXED = ("datastoreId", "folder", "guestId", "resourcePoolId", "scsiType")
"""What the official provider moves or changes, and the stand-in does not."""


@dataclass(frozen=True, kw_only=True)
class VirtualMachine(Row):
    """A machine. Of its storage policies vcsim keeps nothing: they are in the state only."""

    type: str = "vsphere:index/virtualMachine:VirtualMachine"
    known: tuple[str, ...] = (
        "annotation",
        "clone",
        "cpuReservation",
        "datastoreId",
        "disks",
        "efiSecureBootEnabled",
        "extraConfig",
        "extraConfigRebootRequired",
        "firmware",
        "folder",
        "guestId",
        "memory",
        "memoryReservation",
        "memoryReservationLockedToMax",
        "name",
        "networkInterfaces",
        "numCpus",
        "resourcePoolId",
        "scsiType",
        "storagePolicyId",
        "tags",
        "vtpm",
        "waitForGuestNetTimeout",
    )
    replaces: tuple[str, ...] = ("clone",)

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Clones it, and makes of the clone what is declared."""
        self.refuse_unknown(inputs)
        template = client.machine(inputs["clone"]["templateUuid"])
        if template is None:
            raise RuntimeError(f"vCenter has no template {inputs['clone']['templateUuid']}")
        with _PLACING:
            machine = _clone(client, template, inputs)
        try:
            devices = [*disks(client, machine, inputs), *networks(client, inputs)]
            devices += virtual_tpm(inputs)
            client.done(machine.ReconfigVM_Task(spec=hardware(inputs, devices)))
            client.tag(_KIND, machine._moId, inputs.get("tags") or [])  # noqa: SLF001 - its id
            client.done(machine.PowerOnVM_Task())
            join(client.joined, inputs)
        except Exception:
            client.done(machine.Destroy_Task())
            raise
        return str((client.look(machine, _MACHINES_OWN) or {})[_MACHINES_OWN])

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells what it is, as far as vcsim keeps it."""
        machine = client.machine(resource_id)
        if machine is None:
            return None
        found = client.look(machine, "config", "runtime.powerState", "resourcePool", "datastore")
        if found is None:
            return None
        config: Any = found["config"]
        devices: list[Any] = config.hardware.device
        extra = {each.key: each.value for each in config.extraConfig}
        wanted: Plain = inputs.get("extraConfig") or {}
        live: Plain = {
            "annotation": config.annotation,
            "cpuReservation": config.cpuAllocation.reservation,
            "datastoreId": found["datastore"][0]._moId,  # noqa: SLF001 - its id
            "disks": _disks(inputs, devices),
            "efiSecureBootEnabled": config.bootOptions.efiSecureBootEnabled,
            "extraConfig": {key: extra.get(key) for key in wanted},
            "firmware": config.firmware,
            "guestId": config.guestId,
            "memory": config.hardware.memoryMB,
            "memoryReservation": config.memoryAllocation.reservation,
            "memoryReservationLockedToMax": config.memoryReservationLockedToMax,
            "name": config.name,
            "networkInterfaces": _interfaces(inputs, devices),
            "numCpus": config.hardware.numCPU,
            "resourcePoolId": found["resourcePool"]._moId,  # noqa: SLF001 - its id
            "tags": _tags(inputs, client.tags_of(_KIND, machine._moId)),  # noqa: SLF001 - its id
            "vtpm": _tpm(inputs, devices),
        }
        computed = {
            "moid": machine._moId,  # noqa: SLF001 - its id
            "powerState": "on" if found["runtime.powerState"] == "poweredOn" else "off",
            "uuid": config.uuid,
        }
        declared = {key: value for key, value in live.items() if key in inputs}
        return {**state, **inputs, **declared, **computed}

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Changes size, settings and tags; moves nothing."""
        del state
        self.refuse_unknown(new)
        if fixed := [key for key in _FIXED if old.get(key) != new.get(key)]:
            raise RuntimeError(f"the rehearsal can't change {', '.join(fixed)} of a machine")
        machine = client.machine(resource_id)
        spec = hardware(new, disks(client, machine, new))
        client.done(machine.ReconfigVM_Task(spec=spec))
        client.tag(_KIND, machine._moId, new.get("tags") or [])  # noqa: SLF001 - its id
        join(client.joined, new)

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Switches it off and takes it away, and its node."""
        leave(client.joined, state["name"])
        machine = client.machine(resource_id)
        if machine is None:
            return
        power = (client.look(machine, "runtime.powerState") or {}).get("runtime.powerState")
        if power == "poweredOn":
            client.done(machine.PowerOffVM_Task())
        client.done(machine.Destroy_Task())


def _clone(client: VCenter, template: Any, inputs: Plain) -> Any:
    pool = client.at(vim.ResourcePool, inputs["resourcePoolId"])
    owner = (client.look(pool, "owner") or {})["owner"]
    hosts: list[Any] = (client.look(owner, "host") or {})["host"]
    folder = _folder(client, inputs)
    there = [
        (client.look(each, "runtime.host") or {})["runtime.host"]._moId  # noqa: SLF001 - its id
        for each in (client.look(pool, "vm") or {}).get("vm", ())
    ]
    load = Counter(there)
    where = min(hosts, key=lambda host: (load[host._moId], client.name(host)))  # noqa: SLF001
    return client.done(
        template.CloneVM_Task(
            folder=folder,
            name=inputs["name"],
            spec=vim.vm.CloneSpec(
                location=vim.vm.RelocateSpec(
                    pool=pool,
                    host=where,
                    datastore=client.at(vim.Datastore, inputs["datastoreId"]),
                ),
                powerOn=False,
                template=False,
            ),
        )
    )


def _folder(client: VCenter, inputs: Plain) -> Any:
    for datacenter in client.children(client.content.rootFolder).values():
        home = (client.look(datacenter, "vmFolder") or {})["vmFolder"]
        if (found := client.children(home).get(inputs["folder"])) is not None:
            return found
    raise RuntimeError(f"vCenter has no folder {inputs['folder']}")


def _disks(inputs: Plain, devices: list[Any]) -> list[Plain]:
    sizes = [
        each.capacityInKB // (1024 * 1024)
        for each in devices
        if isinstance(each, vim.vm.device.VirtualDisk)
    ]
    declared: list[Plain] = inputs.get("disks") or []
    if len(sizes) != len(declared):
        return [{"size": size} for size in sizes]
    return [{**disk, "size": size} for disk, size in zip(declared, sizes, strict=True)]


def _interfaces(inputs: Plain, devices: list[Any]) -> list[Plain]:
    groups = [
        each.backing.port.portgroupKey
        for each in devices
        if isinstance(each, vim.vm.device.VirtualEthernetCard)
    ]
    declared: list[Plain] = inputs.get("networkInterfaces") or []
    if len(groups) != len(declared):
        return [{"networkId": group} for group in groups]
    return [{**card, "networkId": group} for card, group in zip(declared, groups, strict=True)]


def _tpm(inputs: Plain, devices: list[Any]) -> Plain | None:
    there = any(isinstance(each, vim.vm.device.VirtualTPM) for each in devices)
    return inputs.get("vtpm") or {"version": "2.0"} if there else None


def _tags(inputs: Plain, tags: list[str]) -> list[str]:
    declared: list[str] = inputs.get("tags") or []
    return declared if sorted(declared) == tags else tags


ROWS = (VirtualMachine(),)
