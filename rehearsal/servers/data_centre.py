"""What a data centre has before anything is made in it: hosts, storage, a switch, a template."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from rehearsal.vcenter import VCenter, vim

_GIB_IN_KIB = 1024 * 1024
_TEMPLATE_DISK_GIB = 20


def furnish(vcenter: VCenter, inventory: Mapping[str, Any], folder: Path) -> None:
    """Puts it all there, unless it is there.

    Args:
        vcenter: Where.
        inventory: As ``Vcsim`` takes it.
        folder: Where the datastore's files are.
    """
    root = vcenter.content.rootFolder
    if inventory["datacenter"] in vcenter.children(root):
        return
    datacenter = root.CreateDatacenter(name=inventory["datacenter"])
    cluster = datacenter.hostFolder.CreateClusterEx(
        name=inventory["cluster"], spec=vim.cluster.ConfigSpecEx()
    )
    for number in range(1, inventory["hosts"]["number"] + 1):
        added = vim.host.ConnectSpec(hostName=f"{inventory['cluster']}-host-{number}")
        vcenter.done(cluster.AddHost_Task(spec=added, asConnected=True))
    files = folder / "datastore"
    files.mkdir(exist_ok=True)
    for host in (vcenter.look(cluster, "host") or {})["host"]:
        _store(vcenter, host, inventory["datastore"], files)
    _connect(vcenter, datacenter, cluster, inventory["switch"])
    _template(vcenter, datacenter, cluster, inventory)


def _store(vcenter: VCenter, host: Any, datastore: str, files: Path) -> None:
    """Lets a host use the datastore: the first one makes it."""
    path = "configManager.datastoreSystem"
    storage = (vcenter.look(host, path) or {})[path]
    # What vcsim answers when there is one already can't be decoded.
    with suppress(KeyError):
        storage.CreateLocalDatastore(name=datastore, path=str(files))
    used = (vcenter.look(host, "datastore") or {})["datastore"]
    if datastore not in map(vcenter.name, used):
        raise RuntimeError(f"{vcenter.name(host)} can't use {datastore}")


def _connect(vcenter: VCenter, datacenter: Any, cluster: Any, switch: str) -> None:
    settings = vim.dvs.VmwareDistributedVirtualSwitch.ConfigSpec
    made = vcenter.done(
        datacenter.networkFolder.CreateDVS_Task(
            vim.DistributedVirtualSwitch.CreateSpec(configSpec=settings(name=switch))
        )
    )
    hosts = (vcenter.look(cluster, "host") or {})["host"]
    version = (vcenter.look(made, "config.configVersion") or {}).get("config.configVersion")
    members = [vim.dvs.HostMember.ConfigSpec(operation="add", host=host) for host in hosts]
    vcenter.done(made.ReconfigureDvs_Task(settings(configVersion=version, host=members)))


def _template(
    vcenter: VCenter, datacenter: Any, cluster: Any, inventory: Mapping[str, Any]
) -> None:
    device = vim.vm.device
    controller = device.ParaVirtualSCSIController(key=1000, busNumber=0, sharedBus="noSharing")
    disk = device.VirtualDisk(
        key=-1,
        controllerKey=controller.key,
        unitNumber=0,
        capacityInKB=_TEMPLATE_DISK_GIB * _GIB_IN_KIB,
        backing=device.VirtualDisk.FlatVer2BackingInfo(fileName="", diskMode="persistent"),
    )
    spec = vim.vm.ConfigSpec(
        name=inventory["template"],
        guestId="other6xLinux64Guest",
        numCPUs=1,
        memoryMB=1024,
        firmware="efi",
        files=vim.vm.FileInfo(vmPathName=f"[{inventory['datastore']}]"),
        deviceChange=[
            device.VirtualDeviceSpec(operation="add", device=controller),
            device.VirtualDeviceSpec(operation="add", fileOperation="create", device=disk),
        ],
    )
    pool = (vcenter.look(cluster, "resourcePool") or {})["resourcePool"]
    made = vcenter.done(datacenter.vmFolder.CreateVM_Task(config=spec, pool=pool))
    made.MarkAsTemplate()
