"""Nodes: EKS-06."""

from typing import Any

from policies.controls import Resource
from policies.controls.nodes import COMPONENT, NATIVE, NODE_GROUP, OWN, TEMPLATES
from tests.controls.cases import UNKNOWN, Cases, Change, change, thing

_SUBNET = "aws:ec2/subnet:Subnet"
_OPEN = thing(_SUBNET, "open", id="subnet-1", availabilityZone="eu-west-1a")
_TABLE = thing("aws:ec2/routeTable:RouteTable", id="rtb-1")
_ASSOCIATION = thing(
    "aws:ec2/routeTableAssociation:RouteTableAssociation",
    subnetId="subnet-1",
    routeTableId="rtb-1",
)
_TEMPLATE = thing(TEMPLATES[0], keyName="a-key")


def _out(gateway: str) -> Resource:
    return thing("aws:ec2/route:Route", routeTableId="rtb-1", gatewayId=gateway)


def _in_zones(*zones: str, type_: str = NODE_GROUP, **given: Any) -> list[Resource]:
    subnets = [
        thing(_SUBNET, zone, id=f"subnet-{zone}", availabilityZone=zone, **given) for zone in zones
    ]
    group = thing(type_, subnetIds=[f"subnet-{zone}" for zone in zones], **given)
    return [group, *subnets]


def _from(template: Resource) -> list[Resource]:
    group = thing(NODE_GROUP, refers={"launchTemplate": template}, launchTemplate={"id": UNKNOWN})
    return [group, template]


CASES = {
    "eks-06-remote-access": Cases(
        fails=[
            {"remoteAccess": {"ec2SshKey": "a-key"}},
            thing(COMPONENT, remoteAccess={"ec2SshKey": "a-key"}),
            thing(OWN[0], keyName="a-key"),
            thing(OWN[1], nodePublicKey="a-key"),
        ],
        passes=[{}, thing(COMPONENT, amiType="BOTTLEROCKET_x86_64"), thing(NATIVE)],
        unknown=[{"remoteAccess": UNKNOWN}],
    ),
    "eks-06-key": Cases(
        fails=[
            _from(_TEMPLATE),
            _from(thing(TEMPLATES[1], launchTemplateData={"keyName": "a-key"})),
        ],
        passes=[_from(thing(TEMPLATES[0])), [thing(NODE_GROUP), _TEMPLATE]],
        unknown=[_from(thing(TEMPLATES[0], keyName=UNKNOWN))],
    ),
    "eks-06-image": Cases(
        fails=[
            {"amiType": "AL2_x86_64"},
            thing(COMPONENT, amiType="AL2_ARM_64"),
            thing(OWN[1], operatingSystem="AL2"),
        ],
        passes=[
            {"amiType": "BOTTLEROCKET_x86_64"},
            {"amiType": "AL2023_x86_64_STANDARD"},
            thing(COMPONENT, operatingSystem="AL2023"),
        ],
        unknown=[{"amiType": UNKNOWN}],
    ),
    "eks-06-image-named": Cases(
        fails=[{}, thing(NATIVE, instanceTypes=["m7i.large"])],
        passes=[
            {"amiType": "BOTTLEROCKET_x86_64"},
            {"launchTemplate": {"id": UNKNOWN, "version": "1"}},
        ],
        unknown=[{"amiType": UNKNOWN}],
    ),
    "eks-06-private": Cases(
        fails=[
            [thing(NODE_GROUP, subnetIds=["subnet-1"]), _OPEN, _TABLE, _ASSOCIATION, _out("igw-1")],
            [thing(NATIVE, subnets=["subnet-1"]), _OPEN, _TABLE, _ASSOCIATION, _out("igw-1")],
        ],
        passes=[
            [thing(NODE_GROUP, subnetIds=["subnet-1"]), _OPEN, _TABLE, _ASSOCIATION, _out("")],
            [thing(NODE_GROUP, subnetIds=["subnet-2"]), _OPEN, _TABLE, _ASSOCIATION, _out("igw-1")],
            _in_zones("eu-west-1a"),
        ],
        unknown=[
            [thing(NODE_GROUP, subnetIds=["subnet-1"]), _OPEN, _TABLE, _ASSOCIATION, _out(UNKNOWN)],
        ],
    ),
    "eks-06-public-address": Cases(
        fails=[{}, thing(OWN[1], nodeAssociatePublicIpAddress=True)],
        passes=[
            {"nodeAssociatePublicIpAddress": False},
            thing(OWN[1], nodeAssociatePublicIpAddress=False),
        ],
        unknown=[{"nodeAssociatePublicIpAddress": UNKNOWN}],
    ),
    "eks-06-zones": Cases(
        fails=[
            _in_zones("eu-west-1a", "eu-west-1b"),
            _in_zones("eu-west-1a", environment="sandbox"),
            {"subnetIds": ["subnet-1", "subnet-2", "subnet-2"]},
            {},
        ],
        passes=[
            _in_zones("eu-west-1a", "eu-west-1b", "eu-west-1c"),
            _in_zones("eu-west-1a", "eu-west-1b", type_=COMPONENT, environment="sandbox"),
            {"subnetIds": ["subnet-1", "subnet-2", "subnet-3"]},
        ],
        unknown=[{"subnetIds": UNKNOWN}, {"subnetIds": [UNKNOWN, "subnet-1", "subnet-2"]}],
    ),
}

LOOSENED: dict[str, Change] = {"EKS-06": change(COMPONENT, "amiType", "AL2_x86_64")}
