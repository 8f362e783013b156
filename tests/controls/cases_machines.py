"""Machines in the data centre: VSP-01."""

from typing import Any

from policies.controls import Resource
from policies.controls.machines import APART, MACHINE, PROVIDER, SWITCHED
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_POOL = thing("vsphere:index/resourcePool:ResourcePool")
_POLICY = thing("vsphere:index/vmStoragePolicy:VmStoragePolicy")
_ONE = thing(MACHINE, "one", id="vm-1", resourcePoolId="pool")
_TWO = thing(MACHINE, "two", id="vm-2", resourcePoolId="pool")
_UNMADE = thing(MACHINE, "three", refers={"resourcePoolId": _POOL}, resourcePoolId=UNKNOWN)
_OTHER = thing(MACHINE, "four", refers={"resourcePoolId": _POOL}, resourcePoolId=UNKNOWN)
_SHUT: dict[str, Any] = {
    "allowPromiscuous": False,
    "allowForgedTransmits": False,
    "allowMacChanges": False,
}
_CLOSED = {"isolation.tools.copy.disable": "TRUE", "isolation.tools.paste.disable": "true"}


def _apart(
    *machines: str,
    mandatory: object = True,
    enabled: object = True,
    refers: dict[str, Resource] | None = None,
) -> Resource:
    return thing(
        APART,
        refers=refers,
        mandatory=mandatory,
        enabled=enabled,
        virtualMachineIds=[*machines],
    )


CASES = {
    "vsp-01-firmware": Cases(
        fails=[{}, {"firmware": "bios"}],
        passes=[{"firmware": "efi"}, thing(MACHINE, "other", firmware="efi")],
        unknown=[{"firmware": UNKNOWN}],
    ),
    "vsp-01-secure-boot": Cases(
        fails=[{}, {"efiSecureBootEnabled": False}],
        passes=[{"efiSecureBootEnabled": True}, {"firmware": "efi", "efiSecureBootEnabled": True}],
        unknown=[{"efiSecureBootEnabled": UNKNOWN}],
    ),
    "vsp-01-vtpm": Cases(
        fails=[{}, {"firmware": "efi"}],
        passes=[{"vtpm": {"version": "2.0"}}, {"vtpm": {}}],
        unknown=[{"vtpm": UNKNOWN}],
    ),
    "vsp-01-encrypted": Cases(
        fails=[
            {},
            {"disks": [{"label": "disk0", "storagePolicyId": "a"}]},
            {"storagePolicyId": "a", "disks": [{"storagePolicyId": "a"}, {"label": "disk1"}]},
        ],
        passes=[
            {"storagePolicyId": "a", "disks": [{"storagePolicyId": "a"}]},
            thing(MACHINE, refers={"storagePolicyId": _POLICY}, storagePolicyId=UNKNOWN),
        ],
        unknown=[
            {"storagePolicyId": UNKNOWN},
            {"storagePolicyId": "a", "disks": [{"storagePolicyId": UNKNOWN}]},
        ],
    ),
    "vsp-01-console": Cases(
        fails=[
            {},
            {"extraConfig": {"isolation.tools.copy.disable": "TRUE"}},
            {"extraConfig": {**_CLOSED, "isolation.tools.paste.disable": "FALSE"}},
        ],
        passes=[
            {"extraConfig": _CLOSED},
            {"extraConfig": {**_CLOSED, "guestinfo.userdata": UNKNOWN}},
        ],
        unknown=[{"extraConfig": UNKNOWN}],
    ),
    "vsp-01-switched": Cases(
        fails=[
            {},
            {**_SHUT, "allowPromiscuous": True},
            thing(SWITCHED[3], allowPromiscuous=False, allowMacChanges=False),
            thing(
                SWITCHED[2],
                allowPromiscuous=False,
                allowForgedTransmits=True,
                allowMacChanges=False,
            ),
        ],
        passes=[_SHUT, thing(SWITCHED[3], **_SHUT)],
        unknown=[{**_SHUT, "allowMacChanges": UNKNOWN}],
    ),
    "vsp-01-verified": Cases(
        fails=[{"allowUnverifiedSsl": "true"}, {"allowUnverifiedSsl": True}],
        passes=[{}, {"allowUnverifiedSsl": "false"}, thing(PROVIDER, allowUnverifiedSsl=False)],
        unknown=[{"allowUnverifiedSsl": UNKNOWN}],
    ),
    "vsp-01-memory": Cases(
        fails=[
            {},
            {"memory": 4096.0, "memoryReservation": 2048.0},
            {"memory": 4096.0, "memoryReservationLockedToMax": False},
        ],
        passes=[
            {"memory": 4096.0, "memoryReservation": 4096.0},
            {"memory": 4096.0, "memoryReservationLockedToMax": True},
        ],
        unknown=[{"memory": UNKNOWN}, {"memoryReservationLockedToMax": UNKNOWN}],
    ),
    "vsp-01-processors": Cases(
        fails=[{}, {"cpuReservation": 0.0}],
        passes=[{"cpuReservation": 20800.0}, {"numCpus": 8.0, "cpuReservation": 1.0}],
        unknown=[{"cpuReservation": UNKNOWN}],
    ),
    "vsp-01-apart": Cases(
        fails=[
            [_ONE, _TWO],
            [_ONE, _TWO, _apart("vm-1")],
            [_ONE, _TWO, _apart("vm-1", "vm-2", mandatory=False)],
            [_ONE, _TWO, _apart("vm-1", "vm-2", enabled=False)],
            [_UNMADE, _OTHER, _apart(UNKNOWN, refers={"virtualMachineIds": _OTHER})],
        ],
        passes=[
            [_ONE],
            [_ONE, _UNMADE],
            [_ONE, _TWO, _apart("vm-1", "vm-2")],
            [_ONE, _TWO, _apart("vm-1", "vm-2", enabled=None)],
        ],
        unknown=[
            [_ONE, _TWO, _apart("vm-1", "vm-2", mandatory=UNKNOWN)],
            [_ONE, thing(MACHINE, "five", resourcePoolId=UNKNOWN)],
        ],
    ),
}

LOOSENED: dict[str, Change] = {"VSP-01": change(MACHINE, "efiSecureBootEnabled", value=False)}
