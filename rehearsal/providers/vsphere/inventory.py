"""Folders, resource pools and port groups."""

from dataclasses import dataclass
from typing import Any

from rehearsal.providers.values import Plain
from rehearsal.providers.vsphere.row import Row
from rehearsal.vcenter import VCenter, vim


@dataclass(frozen=True, kw_only=True)
class Folder(Row):
    """A folder for virtual machines, at the top of a data centre."""

    type: str = "vsphere:index/folder:Folder"
    known: tuple[str, ...] = ("datacenterId", "path", "tags", "type")
    replaces: tuple[str, ...] = ("datacenterId", "type")
    delete_first: bool = True

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Makes it."""
        self.refuse_unknown(inputs)
        if inputs["type"] != "vm" or "/" in inputs["path"]:
            raise RuntimeError("the rehearsal makes folders for machines only, one level deep")
        datacenter = client.at(vim.Datacenter, inputs["datacenterId"])
        home = (client.look(datacenter, "vmFolder") or {})["vmFolder"]
        made = home.CreateFolder(name=inputs["path"])
        client.tag("Folder", made._moId, inputs.get("tags") or [])  # noqa: SLF001 - its id
        return made._moId  # noqa: SLF001 - as above

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells its name and tags."""
        found = client.look(client.at(vim.Folder, resource_id), "name")
        if found is None:
            return None
        tags = client.tags_of("Folder", resource_id)
        return {**state, **inputs, "path": found["name"], "tags": _as_declared(inputs, tags)}

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Renames it, and changes its tags."""
        del state
        self.refuse_unknown(new)
        if old["path"] != new["path"]:
            client.done(client.at(vim.Folder, resource_id).Rename_Task(newName=new["path"]))
        client.tag("Folder", resource_id, new.get("tags") or [])

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Takes it away."""
        del state
        _destroy(client, client.at(vim.Folder, resource_id))


@dataclass(frozen=True, kw_only=True)
class ResourcePool(Row):
    """A share of a cluster, and what of it is the pool's own."""

    type: str = "vsphere:index/resourcePool:ResourcePool"
    known: tuple[str, ...] = (
        "cpuExpandable",
        "cpuReservation",
        "memoryExpandable",
        "memoryReservation",
        "name",
        "parentResourcePoolId",
        "tags",
    )
    delete_first: bool = True

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Makes it below its parent."""
        self.refuse_unknown(inputs)
        parent = client.at(vim.ResourcePool, inputs["parentResourcePoolId"])
        made = parent.CreateResourcePool(name=inputs["name"], spec=_share(inputs))
        client.tag("ResourcePool", made._moId, inputs.get("tags") or [])  # noqa: SLF001 - its id
        return made._moId  # noqa: SLF001 - as above

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells what is reserved for it."""
        found = client.look(
            client.at(vim.ResourcePool, resource_id),
            "name",
            "parent",
            "config.cpuAllocation",
            "config.memoryAllocation",
        )
        if found is None:
            return None
        cpu, memory = found["config.cpuAllocation"], found["config.memoryAllocation"]
        live = {
            "cpuExpandable": cpu.expandableReservation,
            "cpuReservation": cpu.reservation,
            "memoryExpandable": memory.expandableReservation,
            "memoryReservation": memory.reservation,
            "name": found["name"],
            "parentResourcePoolId": found["parent"]._moId,  # noqa: SLF001 - its id
            "tags": _as_declared(inputs, client.tags_of("ResourcePool", resource_id)),
        }
        return {**state, **inputs, **live}

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Changes what is reserved for it, its name and its tags."""
        del state
        self.refuse_unknown(new)
        if old["parentResourcePoolId"] != new["parentResourcePoolId"]:
            raise RuntimeError("the rehearsal moves no resource pool to another parent")
        pool = client.at(vim.ResourcePool, resource_id)
        pool.UpdateConfig(name=new["name"], config=_share(new))
        client.tag("ResourcePool", resource_id, new.get("tags") or [])

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Takes it away."""
        del state
        _destroy(client, client.at(vim.ResourcePool, resource_id))


@dataclass(frozen=True, kw_only=True)
class PortGroup(Row):
    """A network on a distributed switch, and what its ports refuse."""

    type: str = "vsphere:index/distributedPortGroup:DistributedPortGroup"
    known: tuple[str, ...] = (
        "allowForgedTransmits",
        "allowMacChanges",
        "allowPromiscuous",
        "description",
        "distributedVirtualSwitchUuid",
        "name",
        "securityPolicyOverrideAllowed",
        "vlanId",
        "vlanOverrideAllowed",
    )
    replaces: tuple[str, ...] = ("distributedVirtualSwitchUuid",)
    delete_first: bool = True

    def create(self, client: VCenter, inputs: Plain) -> str:
        """Makes it on its switch."""
        self.refuse_unknown(inputs)
        switch = _switch(client, inputs["distributedVirtualSwitchUuid"])
        client.done(switch.AddDVPortgroup_Task(spec=[_ports(inputs)]))
        groups = (client.look(switch, "portgroup") or {})["portgroup"]
        (made,) = [group for group in groups if client.name(group) == inputs["name"]]
        return made._moId  # noqa: SLF001 - its id

    def read(self, client: VCenter, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells what its ports refuse."""
        group = client.at(vim.dvs.DistributedVirtualPortgroup, resource_id)
        found = client.look(group, "config", "key")
        if found is None:
            return None
        config = found["config"]
        ports, policy = config.defaultPortConfig, config.policy
        live = {
            "allowForgedTransmits": ports.securityPolicy.forgedTransmits.value,
            "allowMacChanges": ports.securityPolicy.macChanges.value,
            "allowPromiscuous": ports.securityPolicy.allowPromiscuous.value,
            "description": config.description,
            "key": found["key"],
            "name": config.name,
            "securityPolicyOverrideAllowed": policy.securityPolicyOverrideAllowed,
            "vlanId": ports.vlan.vlanId,
            "vlanOverrideAllowed": policy.vlanOverrideAllowed,
        }
        return {**state, **inputs, **live}

    def update(
        self, client: VCenter, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Says it all again."""
        del state, old
        self.refuse_unknown(new)
        group = client.at(vim.dvs.DistributedVirtualPortgroup, resource_id)
        client.done(group.ReconfigureDVPortgroup_Task(spec=_ports(new)))

    def delete(self, client: VCenter, resource_id: str, state: Plain) -> None:
        """Takes it away."""
        del state
        _destroy(client, client.at(vim.dvs.DistributedVirtualPortgroup, resource_id))


def _destroy(client: VCenter, managed: Any) -> None:
    if client.look(managed, "name") is not None:
        client.done(managed.Destroy_Task())


def _switch(client: VCenter, uuid: str) -> Any:
    """A switch by its UUID, for which vcsim has no call."""
    for datacenter in client.children(client.content.rootFolder).values():
        home = (client.look(datacenter, "networkFolder") or {})["networkFolder"]
        for each in client.children(home).values():
            if isinstance(each, vim.DistributedVirtualSwitch) and (
                (client.look(each, "uuid") or {}).get("uuid") == uuid
            ):
                return each
    raise RuntimeError(f"vCenter has no switch {uuid}")


def _as_declared(inputs: Plain, tags: list[str]) -> list[str]:
    declared: list[str] = inputs.get("tags") or []
    return declared if sorted(declared) == tags else tags


def _share(inputs: Plain) -> Any:
    def allocation(what: str) -> Any:
        return vim.ResourceAllocationInfo(
            reservation=int(inputs[f"{what}Reservation"]),
            expandableReservation=inputs[f"{what}Expandable"],
            limit=-1,
            shares=vim.SharesInfo(level="normal", shares=4000),
        )

    return vim.ResourceConfigSpec(
        cpuAllocation=allocation("cpu"), memoryAllocation=allocation("memory")
    )


def _ports(inputs: Plain) -> Any:
    switch = vim.dvs.VmwareDistributedVirtualSwitch

    def allowed(key: str) -> Any:
        return vim.BoolPolicy(inherited=False, value=inputs[key])

    return vim.dvs.DistributedVirtualPortgroup.ConfigSpec(
        name=inputs["name"],
        description=inputs.get("description"),
        type="earlyBinding",
        defaultPortConfig=switch.VmwarePortConfigPolicy(
            vlan=switch.VlanIdSpec(inherited=False, vlanId=int(inputs["vlanId"])),
            securityPolicy=switch.SecurityPolicy(
                inherited=False,
                allowPromiscuous=allowed("allowPromiscuous"),
                forgedTransmits=allowed("allowForgedTransmits"),
                macChanges=allowed("allowMacChanges"),
            ),
        ),
        policy=switch.VMwarePortgroupPolicy(
            blockOverrideAllowed=False,
            livePortMovingAllowed=False,
            portConfigResetAtDisconnect=True,
            securityPolicyOverrideAllowed=inputs["securityPolicyOverrideAllowed"],
            shapingOverrideAllowed=False,
            uplinkTeamingOverrideAllowed=False,
            vendorConfigOverrideAllowed=False,
            vlanOverrideAllowed=inputs["vlanOverrideAllowed"],
        ),
    )


ROWS = (Folder(), ResourcePool(), PortGroup())
