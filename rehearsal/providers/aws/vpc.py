"""What narrows and records a VPC's traffic: endpoints, network ACLs, flow logs; in moto."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.values import Plain

_ENDPOINT = {"VpcEndpointId": "{id}"}


def _reached_from(name: str, member: str, told: str) -> Members:
    """A list of ids that an endpoint is given at its create, and one by one after it."""
    return Members(
        name=name,
        live=lambda endpoint: list(endpoint.get(told) or []),
        add=Call("ModifyVpcEndpoint", {**_ENDPOINT, f"Add{member}": ["{member}"]}),
        remove=Call("ModifyVpcEndpoint", {**_ENDPOINT, f"Remove{member}": ["{member}"]}),
        at_create=False,
    )


_GROUPS = Members(
    name="securityGroupIds",
    live=lambda endpoint: [group["GroupId"] for group in endpoint.get("Groups") or ()],
    add=Call("ModifyVpcEndpoint", {**_ENDPOINT, "AddSecurityGroupIds": ["{member}"]}),
    remove=Call("ModifyVpcEndpoint", {**_ENDPOINT, "RemoveSecurityGroupIds": ["{member}"]}),
    at_create=False,
)


_ALL = "-1"
"""EC2's word for every protocol; ports mean nothing with it."""
_NUMBERS = {"icmp": "1", "tcp": "6", "udp": "17"}
_LAST = 32767
"""The rule that refuses what no other names; every ACL has it, and nobody declares it."""
_PARTS = ("CidrBlock", "PortRange", "Protocol", "RuleAction", "RuleNumber")


def _entry(rule: Plain) -> Plain:
    """A declared rule as EC2 has it."""
    entry: Plain = {
        "CidrBlock": rule["cidrBlock"],
        "PortRange": {"From": int(rule["fromPort"]), "To": int(rule["toPort"])},
        "Protocol": _NUMBERS.get(rule["protocol"], rule["protocol"]),
        "RuleAction": rule["action"],
        "RuleNumber": int(rule["ruleNo"]),
    }
    if entry["Protocol"] == _ALL:
        del entry["PortRange"]
    return entry


def _entries(direction: str, *, egress: bool) -> Members:
    place = {"NetworkAclId": "{id}", "Egress": egress, "RuleNumber": "{member.RuleNumber}"}

    def live(acl: Plain) -> list[Plain]:
        return [
            {part: entry[part] for part in _PARTS if entry.get(part)}
            for entry in acl.get("Entries") or ()
            if entry["Egress"] is egress and entry["RuleNumber"] != _LAST
        ]

    return Members(
        name=direction,
        live=live,
        api=lambda rule: [_entry(rule)],
        words=lambda entries: list(map(_declared, entries)),
        add=Call("CreateNetworkAclEntry", {**{p: f"{{member.{p}}}" for p in _PARTS}, **place}),
        remove=Call("DeleteNetworkAclEntry", place),
        always=True,
    )


def _declared(entry: Plain) -> Plain:
    ports: Plain = entry.get("PortRange") or {"From": 0, "To": 0}
    return {
        "ruleNo": entry["RuleNumber"],
        "action": entry["RuleAction"],
        "protocol": entry["Protocol"],
        "cidrBlock": entry["CidrBlock"],
        "fromPort": ports["From"],
        "toPort": ports["To"],
    }


def _of_subnet(at: str) -> Call:
    """Asks for the ACL of a subnet, which has one at any time."""
    subnet = {"Name": "association.subnet-id", "Values": ["{member}"]}
    return Call("DescribeNetworkAcls", {"Filters": [subnet]}, at)


_ASSOCIATION = (
    "NetworkAcls[].Associations[] | [?SubnetId=='{member}'] | [0].NetworkAclAssociationId"
)
_SUBNETS = Members(
    name="subnetIds",
    live=lambda acl: [each["SubnetId"] for each in acl.get("Associations") or ()],
    add=Call(
        "ReplaceNetworkAclAssociation",
        {"AssociationId": "{association}", "NetworkAclId": "{id}"},
        lookups={"association": _of_subnet(_ASSOCIATION)},
    ),
    # Given back to the ACL that the VPC was born with.
    remove=Call(
        "ReplaceNetworkAclAssociation",
        {"AssociationId": "{association}", "NetworkAclId": "{first}"},
        lookups={
            "association": _of_subnet(_ASSOCIATION),
            "first": Call(
                "DescribeNetworkAcls",
                {"Filters": [{"Name": "vpc-id", "Values": ["{vpcId}"]}]},
                "NetworkAcls[?IsDefault] | [0].NetworkAclId",
            ),
        },
    ),
    always=True,
    let_go=True,
)

ROWS = (
    ApiResource(
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        service="ec2",
        create_by=Call("CreateVpcEndpoint", {"PolicyDocument": "{policy}"}),
        id="{VpcEndpoint.VpcEndpointId}",
        read_by=Call(
            "DescribeVpcEndpoints",
            {"VpcEndpointIds": ["{id}"]},
            "VpcEndpoints[?State!='deleted'] | [0]",
        ),
        delete_by=(Call("DeleteVpcEndpoints", {"VpcEndpointIds": ["{id}"]}),),
        settings=(
            Setting(
                names=("policy",),
                write=Call("ModifyVpcEndpoint", {**_ENDPOINT, "PolicyDocument": "{policy}"}),
                at_create=False,
            ),
        ),
        members=(
            _reached_from("routeTableIds", "RouteTableIds", "RouteTableIds"),
            _reached_from("subnetIds", "SubnetIds", "SubnetIds"),
            _GROUPS,
        ),
        receive=lambda answer: {"policy": answer.get("PolicyDocument")},
        computed={"arn": "arn:aws:ec2:{region}:{account}:vpc-endpoint/{id}"},
        replaces=("serviceName", "vpcEndpointType", "vpcId"),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/flowLog:FlowLog",
        service="ec2",
        create_by=Call("CreateFlowLogs", {"ResourceIds": ["{vpcId}"], "ResourceType": "VPC"}),
        id="{FlowLogIds[0]}",
        read_by=Call("DescribeFlowLogs", {"FlowLogIds": ["{id}"]}, "FlowLogs[0]"),
        delete_by=(Call("DeleteFlowLogs", {"FlowLogIds": ["{id}"]}),),
        receive=lambda answer: {"vpcId": answer["ResourceId"]},
        computed={"arn": "arn:aws:ec2:{region}:{account}:vpc-flow-log/{id}"},
        replaces=(
            "logDestination",
            "logDestinationType",
            "logFormat",
            "maxAggregationInterval",
            "trafficType",
            "vpcId",
        ),
        # AWS takes no second one of the same network to the same place.
        delete_first=True,
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/networkAcl:NetworkAcl",
        service="ec2",
        create_by=Call("CreateNetworkAcl"),
        id="{NetworkAcl.NetworkAclId}",
        read_by=Call("DescribeNetworkAcls", {"NetworkAclIds": ["{id}"]}, "NetworkAcls[0]"),
        delete_by=(Call("DeleteNetworkAcl", {"NetworkAclId": "{id}"}),),
        members=(
            _entries("ingress", egress=False),
            _entries("egress", egress=True),
            _SUBNETS,
        ),
        computed={"arn": "arn:aws:ec2:{region}:{account}:network-acl/{id}"},
        replaces=("vpcId",),
        tags_of="{id}",
    ),
)
