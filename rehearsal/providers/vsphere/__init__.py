"""The vsphere stand-in: the data centre's inventory, in vcsim.

What vcsim has no part in is kept in the state only: which storage policy a disk has, and where a
machine goes when hosts get busy. What becomes of a guest is a node, see ``nodes``.
"""

from collections.abc import Callable

from pulumi.provider.experimental import provider as p

from rehearsal.providers.framework import Endpoints, StandIn, in_a_thread
from rehearsal.providers.values import Plain, from_plain, to_plain
from rehearsal.providers.vsphere import access, inventory, lookups, machines, rules, tagging
from rehearsal.vcenter import VCenter

ROWS = (*access.ROWS, *inventory.ROWS, *machines.ROWS, *rules.ROWS, *tagging.ROWS)


class VSphere(StandIn[VCenter]):
    """The stand-in; it answers also what the program looks up."""

    def __init__(self, connect: Callable[[Plain], VCenter], endpoints: Endpoints) -> None:
        super().__init__("vsphere", ROWS, connect)
        self._endpoints = endpoints

    async def invoke(self, request: p.InvokeRequest) -> p.InvokeResponse:
        """Looks in vcsim; a preview without servers gets a name for the thing it asks for."""
        kind = request.tok.rpartition(":")[2]
        lookup = lookups.LOOKUPS.get(kind)
        if lookup is None:
            return await super().invoke(request)
        arguments = to_plain(request.args)
        if "vcsim" not in self._endpoints():
            found = lookup.imagined(arguments["name"])
        else:
            found = await in_a_thread(lookup.found, self._client(), arguments)
        return p.InvokeResponse(from_plain({**arguments, **found}, frozenset()))


def stand_in(endpoints: Endpoints) -> VSphere:
    """The stand-in for package ``vsphere``. It ignores the stack's address and asks vcsim."""

    def connect(configuration: Plain) -> VCenter:
        if configuration.get("allowUnverifiedSsl") not in (False, "false"):
            raise RuntimeError("a provider of vsphere must be told to verify vCenter's certificate")
        there = endpoints()
        return VCenter(there["vcsim"], there.get("kubernetes", {}).get("kubeconfig", ""))

    return VSphere(connect, endpoints)
