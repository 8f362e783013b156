"""Virtual machines in the data centre: how they start, where their disks lie, what stands apart."""

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import listed

MACHINE = "vsphere:index/virtualMachine:VirtualMachine"
APART = "vsphere:index/computeClusterVmAntiAffinityRule:ComputeClusterVmAntiAffinityRule"
SWITCHED = (
    "vsphere:index/distributedPortGroup:DistributedPortGroup",
    "vsphere:index/distributedVirtualSwitch:DistributedVirtualSwitch",
    "vsphere:index/hostPortGroup:HostPortGroup",
    "vsphere:index/hostVirtualSwitch:HostVirtualSwitch",
)
PROVIDER = "pulumi:providers:vsphere"

_CONSOLE = ("isolation.tools.copy.disable", "isolation.tools.paste.disable")
_OPENINGS = ("allowPromiscuous", "allowForgedTransmits", "allowMacChanges")

HARDENED = Control(
    id="VSP-01",
    pack="operations",
    title="Machines in the data centre start what was signed, encrypted, and stand apart",
    levels="AMM",
    severity="high",
    supports="PCI 2.2.1, N CM-6, N SC-28, D 12(3), R 11",
    remedy=(
        "Take firmware efi with secure boot and a vtpm, an encrypting storagePolicyId, full"
        " reservations and a mandatory anti-affinity rule; close console and port groups."
    ),
)


@HARDENED.rule("firmware", "firmware that can check what it starts", MACHINE)
def _firmware(machine: Resource) -> Wrong:
    # bios where nothing is said.
    if machine.at("firmware") != "efi":
        yield "firmware is not efi"


@HARDENED.rule("secure-boot", "a start of signed systems only", MACHINE)
def _secure_boot(machine: Resource) -> Wrong:
    if machine.at("efiSecureBootEnabled") is not True:
        yield "efiSecureBootEnabled is not true"


@HARDENED.rule("vtpm", "a virtual TPM", MACHINE)
def _vtpm(machine: Resource) -> Wrong:
    if machine.at("vtpm") is None:
        yield "has no vtpm"


@HARDENED.rule("encrypted", "a storage policy for a machine and each of its disks", MACHINE)
def _encrypted(machine: Resource) -> Wrong:
    # The datastore's default encrypts nothing. That the policy named does, only vCenter knows.
    if not machine.refers.get("storagePolicyId") and not machine.at("storagePolicyId"):
        yield "storagePolicyId names no policy"
    for number, disk in enumerate(listed(machine.properties, "disks")):
        if not disk.get("storagePolicyId"):
            yield f"disks.{number}.storagePolicyId names no policy"


@HARDENED.rule("console", "a console that nothing is copied through", MACHINE)
def _console(machine: Resource) -> Wrong:
    for key in _CONSOLE:
        if str(machine.at("extraConfig", key)).lower() != "true":
            yield f"extraConfig {key} is not TRUE"


@HARDENED.rule("switched", "a network that shows and believes nothing foreign", *SWITCHED)
def _switched(group: Resource) -> Wrong:
    for key in _OPENINGS:
        # What is not said is inherited, or is true.
        if group.at(key) is not False:
            yield f"{key} is not false"


@HARDENED.rule("verified", "a vCenter whose certificate is checked", PROVIDER)
def _verified(provider: Resource) -> Wrong:
    # What a provider is given comes as text of JSON.
    if provider.at("allowUnverifiedSsl") not in (None, False, "false"):
        yield "allowUnverifiedSsl is true"


@HARDENED.rule("memory", "memory that a machine need not wait for", MACHINE)
def _memory(machine: Resource) -> Wrong:
    if machine.at("memoryReservationLockedToMax") is True:
        return
    # A machine has 1,024 MB where nothing is said.
    if (machine.at("memoryReservation") or 0) < (machine.at("memory") or 1024):
        yield "memoryReservation is less than memory"


@HARDENED.rule("processors", "processors that a machine need not wait for", MACHINE)
def _processors(machine: Resource) -> Wrong:
    # How many MHz are all of them, only the host knows.
    if not machine.at("cpuReservation"):
        yield "cpuReservation is 0"


@HARDENED.rule_in_stack("apart", "a host of its own for each machine of a pool", MACHINE)
def _apart(machine: Resource, stack: Stack) -> Wrong:
    if not any(_are_together(machine, each) for each in stack.of(MACHINE)):
        return
    if not any(
        rule.at("mandatory") is True and rule.at("enabled") is not False
        for rule in stack.of(APART)
        if rule.refers_to(machine, "virtualMachineIds")
    ):
        yield "is in no anti-affinity rule that is mandatory and enabled"


def _are_together(machine: Resource, other: Resource) -> bool:
    """Whether another machine is in the same pool, and does the same work."""
    if machine is other:
        return False
    key = "resourcePoolId"
    if machine.refers.get(key) or other.refers.get(key):
        return bool({*machine.refers.get(key, ())} & {*other.refers.get(key, ())})
    return machine.at(key) is not None and machine.at(key) == other.at(key)


CONTROLS = (HARDENED,)
