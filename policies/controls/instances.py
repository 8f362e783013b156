"""Machines in EC2: their metadata and their disks."""

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource

INSTANCES = ("aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance")

METADATA = Control(
    id="NET-09",
    pack="security",
    title="A machine tells of itself only by a session's token, and only to itself",
    levels="MMM",
    severity="high",
    supports="HUB EC2.8, HUB EC2.170, C5 5.7, PCI 2.2.1, N AC-6",
    remedy="Set metadataOptions.httpTokens to required and httpPutResponseHopLimit to 1.",
)


@METADATA.rule("tokens", "metadata only by a session's token", *INSTANCES)
def _tokens(machine: Resource) -> Wrong:
    if machine.at("metadataOptions", "httpTokens") != "required":
        yield "metadataOptions.httpTokens is not required"


@METADATA.rule("one-hop", "metadata only within the machine", *INSTANCES)
def _one_hop(machine: Resource) -> Wrong:
    if machine.at("metadataOptions", "httpPutResponseHopLimit") != 1:
        yield "metadataOptions.httpPutResponseHopLimit is not 1"


CONTROLS = (METADATA,)
