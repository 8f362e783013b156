"""What the program looks up in the data centre: things that were there before it."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.providers.values import Plain
from rehearsal.vcenter import VCenter, vim


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """A function of the provider's that finds something by its name.

    Args:
        what: What it finds, in words.
        found: Finds it; raises where there is no such thing.
        more: Properties beside the id, of which a preview without servers needs a value.
    """

    what: str
    found: Callable[[VCenter, Plain], Plain]
    more: tuple[str, ...] = ()

    def imagined(self, name: str) -> Plain:
        """What a preview is told where there is no server to ask."""
        return dict.fromkeys(("id", *self.more), f"{self.what} {name}")


def _in(vcenter: VCenter, folder: str, arguments: Plain, what: str) -> Any:
    """A thing by its name in one of the folders of a data centre."""
    datacenter = vcenter.at(vim.Datacenter, arguments["datacenterId"])
    home = (vcenter.look(datacenter, folder) or {}).get(folder)
    return _named(vcenter, home, arguments["name"], what)


def _named(vcenter: VCenter, folder: Any, name: str, what: str) -> Any:
    there = vcenter.children(folder) if folder is not None else {}
    if name not in there:
        raise RuntimeError(
            f"vCenter has no {what} {name}; it has {', '.join(sorted(there)) or 'none'}"
        )
    return there[name]


def _datacenter(vcenter: VCenter, arguments: Plain) -> Plain:
    found = _named(vcenter, vcenter.content.rootFolder, arguments["name"], "data centre")
    return {"id": found._moId}  # noqa: SLF001 - pyvmomi's only name for it


def _cluster(vcenter: VCenter, arguments: Plain) -> Plain:
    found = _in(vcenter, "hostFolder", arguments, "cluster")
    pool = (vcenter.look(found, "resourcePool") or {})["resourcePool"]
    return {"id": found._moId, "resourcePoolId": pool._moId}  # noqa: SLF001 - as above


def _datastore(vcenter: VCenter, arguments: Plain) -> Plain:
    found = _in(vcenter, "datastoreFolder", arguments, "datastore")
    return {"id": found._moId}  # noqa: SLF001 - as above


def _switch(vcenter: VCenter, arguments: Plain) -> Plain:
    found = _in(vcenter, "networkFolder", arguments, "switch")
    return {"id": (vcenter.look(found, "uuid") or {})["uuid"], "uplinks": []}


def _machine(vcenter: VCenter, arguments: Plain) -> Plain:
    found = _in(vcenter, "vmFolder", arguments, "machine")
    known = vcenter.look(found, "config.uuid", "config.guestId") or {}
    identity = known["config.uuid"]
    return {"id": identity, "uuid": identity, "guestId": known["config.guestId"]}


def _policy(vcenter: VCenter, arguments: Plain) -> Plain:
    del vcenter
    # vcsim keeps no policy of a machine: it is enough that one name has one id.
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_DNS, arguments["name"]))}


LOOKUPS: Mapping[str, Lookup] = {
    "getComputeCluster": Lookup(what="cluster", found=_cluster, more=("resourcePoolId",)),
    "getDatacenter": Lookup(what="data centre", found=_datacenter),
    "getDatastore": Lookup(what="datastore", found=_datastore),
    "getDistributedVirtualSwitch": Lookup(what="switch", found=_switch),
    "getPolicy": Lookup(what="policy", found=_policy),
    "getVirtualMachine": Lookup(what="machine", found=_machine, more=("guestId", "uuid")),
}
"""By the last part of the function's token."""
