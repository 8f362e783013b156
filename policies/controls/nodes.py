"""Groups of a cluster's nodes."""

from policies.controls._model import Control, Wrong
from policies.controls._routes import SUBNETS, reaches_internet
from policies.controls._stack import Resource, Stack
from policies.controls._wire import any_of, listed

NODE_GROUP = "aws:eks/nodeGroup:NodeGroup"
COMPONENT = "eks:index:ManagedNodeGroup"
NATIVE = "aws-native:eks:Nodegroup"
MANAGED = (NODE_GROUP, COMPONENT, NATIVE)
OWN = ("eks:index:NodeGroup", "eks:index:NodeGroupV2")
"""Groups of nodes that EKS does not look after."""
TEMPLATES = ("aws:ec2/launchTemplate:LaunchTemplate", "aws-native:ec2:LaunchTemplate")
_SUBNETS = {NATIVE: "subnets", OWN[0]: "nodeSubnetIds", OWN[1]: "nodeSubnetIds"}
_ZONES = {"sandbox": 2}
"""The sandbox has two zones by design; all others have three."""

NODES = Control(
    id="EKS-06",
    pack="security",
    title="Nodes are of today's images, without a way in, in private subnets of three zones",
    levels="AMM",
    severity="high",
    supports="CE 5.4.3, PCI 2.2.1, PCI 6.3.3, N CM-7, R 11",
    remedy="Leave remoteAccess and keys out, set amiType to Bottlerocket or AL2023, and subnetIds "
    "to private subnets of three zones.",
)


@NODES.rule("remote-access", "no way in but by Kubernetes", *MANAGED, *OWN)
def _remote_access(group: Resource) -> Wrong:
    for key in ("remoteAccess", "keyName", "nodePublicKey"):
        if group.at(key):
            yield f"{key} is set"


@NODES.rule_in_stack("key", "no key for logins in the template of nodes", *MANAGED)
def _key(group: Resource, stack: Stack) -> Wrong:
    templates = [each for each in stack.of(*TEMPLATES) if group.refers_to(each, "launchTemplate")]
    if any_of(templates, lambda template: bool(_key_of(template))):
        yield "keyName is set in its launchTemplate"


@NODES.rule("image", "images that AWS still looks after", *MANAGED, *OWN)
def _image(group: Resource) -> Wrong:
    if (group.at("amiType") or "").startswith("AL2_") or group.at("operatingSystem") == "AL2":
        yield "amiType is Amazon Linux 2, which AWS has given up"


@NODES.rule("image-named", "it is said which images", NODE_GROUP, NATIVE)
def _image_named(group: Resource) -> Wrong:
    # A template can name the image itself.
    if group.at("amiType") is None and group.at("launchTemplate") is None:
        yield "amiType is missing, and so EKS chooses"


@NODES.rule_in_stack("private", "nodes in private subnets", *MANAGED, *OWN)
def _private(group: Resource, stack: Stack) -> Wrong:
    if any_of(_subnets(group, stack), lambda subnet: reaches_internet(subnet, stack)):
        yield f"{_key_of_subnets(group)} has one with a route to an internet gateway"


@NODES.rule("public-address", "nodes without a public address", *OWN)
def _public_address(group: Resource) -> Wrong:
    # The component gives them one unless it is told not to.
    if group.at("nodeAssociatePublicIpAddress") is not False:
        yield "nodeAssociatePublicIpAddress is not false"


@NODES.rule_in_stack("zones", "nodes in three zones", *MANAGED, *OWN)
def _zones(group: Resource, stack: Stack) -> Wrong:
    subnets = _subnets(group, stack)
    # Of subnets of another stack only their number is known.
    zones = [each.at("availabilityZone") or each.at("availabilityZoneId") for each in subnets]
    found = zones or listed(group.properties, _key_of_subnets(group))
    if len({*found}) < _ZONES.get(group.environment, 3):
        yield f"{_key_of_subnets(group)} lie in fewer than three zones (two in the sandbox)"


def _key_of_subnets(group: Resource) -> str:
    return _SUBNETS.get(group.type, "subnetIds")


def _subnets(group: Resource, stack: Stack) -> list[Resource]:
    key = _key_of_subnets(group)
    return [each for each in stack.of(*SUBNETS) if group.refers_to(each, key)]


def _key_of(template: Resource) -> object:
    native = template.at("launchTemplateData", "keyName")
    return template.at("keyName") or native


CONTROLS = (NODES,)
