"""What a machine is made of, in vCenter's own words."""

from typing import Any

from rehearsal.providers.values import Plain
from rehearsal.vcenter import VCenter, vim

_GIB_IN_KIB = 1024 * 1024


def hardware(inputs: Plain, devices: list[Any]) -> Any:
    """The specification of all that is declared of a machine, with changes of its devices."""

    def allocation(reserved: Any) -> Any:
        return vim.ResourceAllocationInfo(
            reservation=int(reserved or 0),
            limit=-1,
            shares=vim.SharesInfo(level="normal", shares=1000),
        )

    extra: Plain = inputs.get("extraConfig") or {}
    return vim.vm.ConfigSpec(
        name=inputs["name"],
        annotation=inputs.get("annotation") or "",
        guestId=inputs["guestId"],
        numCPUs=int(inputs["numCpus"]),
        memoryMB=int(inputs["memory"]),
        firmware=inputs["firmware"],
        bootOptions=vim.vm.BootOptions(efiSecureBootEnabled=inputs["efiSecureBootEnabled"]),
        cpuAllocation=allocation(inputs.get("cpuReservation")),
        memoryAllocation=allocation(inputs.get("memoryReservation")),
        memoryReservationLockedToMax=inputs.get("memoryReservationLockedToMax") or False,
        extraConfig=[
            vim.option.OptionValue(key=key, value=value) for key, value in sorted(extra.items())
        ],
        deviceChange=devices,
    )


def disks(client: VCenter, machine: Any, inputs: Plain) -> list[Any]:
    """Gives the disks of a machine the sizes that are declared."""
    found = (client.look(machine, "config.hardware.device") or {})["config.hardware.device"]
    there = [each for each in found if isinstance(each, vim.vm.device.VirtualDisk)]
    declared: list[Plain] = inputs["disks"]
    if len(declared) != len(there):
        raise RuntimeError(f"the template has {len(there)} disks, and {len(declared)} are declared")
    for disk, wanted in zip(there, declared, strict=True):
        size = int(wanted["size"]) * _GIB_IN_KIB
        if size < disk.capacityInKB:
            raise RuntimeError(f"a disk can't shrink to {int(wanted['size'])} GiB")
        disk.capacityInKB = size
        # Both are told; of two that do not agree vCenter takes the one in bytes.
        disk.capacityInBytes = size * 1024
    return [vim.vm.device.VirtualDeviceSpec(operation="edit", device=disk) for disk in there]


def networks(client: VCenter, inputs: Plain) -> list[Any]:
    """Adds the network cards that are declared."""
    return [
        _added(_card(client, card, number))
        for number, card in enumerate(inputs["networkInterfaces"])
    ]


def virtual_tpm(inputs: Plain) -> list[Any]:
    """Adds a virtual TPM where one is declared."""
    return [_added(vim.vm.device.VirtualTPM(key=-2))] if inputs.get("vtpm") else []


def _added(device: Any) -> Any:
    return vim.vm.device.VirtualDeviceSpec(operation="add", device=device)


def _card(client: VCenter, card: Plain, number: int) -> Any:
    if card.get("adapterType", "vmxnet3") != "vmxnet3":
        raise RuntimeError("the rehearsal makes network cards of type vmxnet3 only")
    group = client.at(vim.dvs.DistributedVirtualPortgroup, card["networkId"])
    config = (client.look(group, "config.distributedVirtualSwitch") or {}).get(
        "config.distributedVirtualSwitch"
    )
    switch = (client.look(config, "uuid") or {})["uuid"]
    ethernet = vim.vm.device.VirtualEthernetCard
    return vim.vm.device.VirtualVmxnet3(
        key=-10 - number,
        backing=ethernet.DistributedVirtualPortBackingInfo(
            port=vim.dvs.PortConnection(switchUuid=switch, portgroupKey=card["networkId"])
        ),
    )
