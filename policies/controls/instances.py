"""Machines in EC2: their metadata and their disks."""

from typing import Any

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, at, is_true, listed, of_each

TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
SPOT = "aws:ec2/spotInstanceRequest:SpotInstanceRequest"
VOLUMES = ("aws:ebs/volume:Volume", "aws-native:ec2:Volume")
BY_DEFAULT = "aws:ebs/encryptionByDefault:EncryptionByDefault"
INSTANCES = (TEMPLATE, INSTANCE)
MACHINES = (TEMPLATE, INSTANCE, CONFIGURATION, SPOT)

METADATA = Control(
    id="NET-09",
    pack="security",
    title="A machine tells of itself only by a session's token, and only to itself",
    levels="MMM",
    severity="high",
    supports="HUB EC2.8, HUB EC2.170, C5 5.7, PCI 2.2.1, N AC-6",
    remedy="Set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1.",
)
DISKS = Control(
    id="NET-10",
    pack="security",
    title="A machine's disks are encrypted, and it has no public address",
    levels="AMM",
    severity="high",
    supports="HUB EC2.3, HUB EC2.7, HUB EC2.25, HUB EC2.181, C5 5.1.1, PCI 3.5.1, N SC-28, R 6",
    remedy="Set encrypted for each disk, leave associatePublicIpAddress out, and add an "
    "aws.ebs.EncryptionByDefault.",
)


@METADATA.rule("tokens", "metadata only by a session's token", *INSTANCES)
def _tokens(machine: Resource) -> Wrong:
    if machine.at("metadataOptions", "httpTokens") != "required":
        yield "metadataOptions.httpTokens is not required"


@METADATA.rule("one-hop", "metadata only within the machine", *INSTANCES)
def _one_hop(machine: Resource) -> Wrong:
    if machine.at("metadataOptions", "httpPutResponseHopLimit") != 1:
        yield "metadataOptions.httpPutResponseHopLimit is not 1"


@DISKS.rule("disks", "each disk that is named is encrypted", *MACHINES)
def _disks(machine: Resource) -> Wrong:
    key = "blockDeviceMappings" if machine.type == TEMPLATE else "ebsBlockDevices"

    def clear(place: int, mapping: Any) -> Wrong:
        disk = at(mapping, "ebs") if machine.type == TEMPLATE else mapping
        # Some mappings name no disk of EBS: one of the machine's own, or none.
        if disk is not None and not is_true(at(disk, "encrypted")):
            yield f"{key}.{place} is not encrypted"

    yield from of_each(listed(machine.properties, key), clear)


@DISKS.rule("root-disk", "the disk that a machine starts from is encrypted", *MACHINES[1:])
def _root_disk(machine: Resource) -> Wrong:
    root = machine.at("rootBlockDevice")
    if root is not None and not is_true(at(root, "encrypted")):
        yield "rootBlockDevice.encrypted is not true"


@DISKS.rule("volumes", "volumes are encrypted", *VOLUMES)
def _volumes(volume: Resource) -> Wrong:
    if not is_true(volume.at("encrypted")):
        yield "encrypted is not true"


@DISKS.rule("public-address", "no public address", *MACHINES)
def _public_address(machine: Resource) -> Wrong:
    if is_true(machine.at("associatePublicIpAddress")):
        yield "associatePublicIpAddress is true"

    def public(place: int, interface: Any) -> Wrong:
        if is_true(at(interface, "associatePublicIpAddress")):
            yield f"networkInterfaces.{place}.associatePublicIpAddress is true"

    if machine.type == TEMPLATE:
        yield from of_each(listed(machine.properties, "networkInterfaces"), public)


@DISKS.rule("by-default", "the account encrypts what says nothing of it", BY_DEFAULT)
def _by_default(account: Resource) -> Wrong:
    if account.at("enabled") is not None and not is_true(account.at("enabled")):
        yield "enabled is not true"


@DISKS.rule_of_stack("account", "machines in an account that encrypts by itself", *MACHINES)
def _account(stack: Stack) -> Wrong:
    # Disks that an image brings along are encrypted by nothing else.
    if not any_of(stack.of(BY_DEFAULT), lambda each: each.at("enabled") in (None, True)):
        yield "no EncryptionByDefault is enabled beside the machines"


CONTROLS = (METADATA, DISKS)
