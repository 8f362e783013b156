"""Security groups and their rules, in moto.

Rules inside a group are an exact list: one that somebody adds by hand is a change of the group.
"""

from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.values import Plain


def _comes_or_goes(old: Any, new: Any) -> bool:
    """AWS changes the source of a rule, not the source's kind."""
    return old is None or new is None


def _rule(direction: str) -> ApiResource:
    described = "{cidrIpv4 && description}", "{referencedSecurityGroupId && description}"
    permission = {
        "IpProtocol": "{ipProtocol}",
        "FromPort": "{fromPort}",
        "ToPort": "{toPort}",
        "IpRanges": [{"CidrIp": "{cidrIpv4}", "Description": described[0]}],
        "UserIdGroupPairs": [
            {"GroupId": "{referencedSecurityGroupId}", "Description": described[1]}
        ],
    }
    rule = {
        "IpProtocol": "{ipProtocol}",
        "FromPort": "{fromPort}",
        "ToPort": "{toPort}",
        "CidrIpv4": "{cidrIpv4}",
        "ReferencedGroupId": "{referencedSecurityGroupId}",
        "Description": "{description || ''}",
    }
    return ApiResource(
        type=f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
        service="ec2",
        create_by=Call(
            f"AuthorizeSecurityGroup{direction}",
            {"GroupId": "{securityGroupId}", "IpPermissions": [permission]},
        ),
        id="{SecurityGroupRules[0].SecurityGroupRuleId}",
        read_by=Call(
            "DescribeSecurityGroupRules",
            {"SecurityGroupRuleIds": ["{id}"]},
            "SecurityGroupRules[0]",
        ),
        delete_by=(
            Call(
                f"RevokeSecurityGroup{direction}",
                {"GroupId": "{securityGroupId}", "SecurityGroupRuleIds": ["{id}"]},
            ),
        ),
        settings=(
            Setting(
                names=(
                    "cidrIpv4",
                    "description",
                    "fromPort",
                    "ipProtocol",
                    "referencedSecurityGroupId",
                    "toPort",
                ),
                write=Call(
                    "ModifySecurityGroupRules",
                    {
                        "GroupId": "{securityGroupId}",
                        "SecurityGroupRules": [
                            {"SecurityGroupRuleId": "{id}", "SecurityGroupRule": rule}
                        ],
                    },
                ),
                at_create=False,
            ),
        ),
        receive=lambda answer: {
            "referencedSecurityGroupId": answer.get("ReferencedGroupInfo", {}).get("GroupId"),
            "securityGroupId": answer["GroupId"],
        },
        computed={
            "arn": "arn:aws:ec2:{region}:{account}:security-group-rule/{id}",
            "securityGroupRuleId": "{id}",
        },
        replaces=("securityGroupId",),
        replaces_when={
            "cidrIpv4": _comes_or_goes,
            "referencedSecurityGroupId": _comes_or_goes,
        },
        tags_of="{id}",
    )


_ALL = "-1"
"""EC2's word for every protocol; ports mean nothing with it."""


def _permissions(rule: Plain) -> list[Plain]:
    """A declared rule as EC2 has it: a permission for each source."""
    ports: Plain = {"IpProtocol": str(rule["protocol"])}
    if rule["protocol"] != _ALL:
        ports |= {"FromPort": int(rule["fromPort"]), "ToPort": int(rule["toPort"])}
    named = {"Description": rule["description"]} if rule.get("description") else {}
    return [
        *(
            {**ports, "IpRanges": [{"CidrIp": network, **named}]}
            for network in rule.get("cidrBlocks") or ()
        ),
        *(
            {**ports, "UserIdGroupPairs": [{"GroupId": group, **named}]}
            for group in rule.get("securityGroups") or ()
        ),
    ]


def _parted(permissions: list[Plain]) -> list[Plain]:
    """EC2 puts the sources of like rules together; here each is on its own again."""
    return [
        {
            **{key: told[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in told},
            kind: [{key: source[key] for key in (source_key, "Description") if source.get(key)}],
        }
        for told in permissions
        for kind, source_key in (("IpRanges", "CidrIp"), ("UserIdGroupPairs", "GroupId"))
        for source in told.get(kind) or ()
    ]


def _rules(permissions: list[Plain]) -> list[Plain]:
    """Permissions in the provider's words."""
    rules: list[Plain] = []
    for told in permissions:
        ((kind, (source,)),) = ((key, value) for key, value in told.items() if key.endswith("s"))
        sources = (
            {"cidrBlocks": [source["CidrIp"]]}
            if kind == "IpRanges"
            else {"securityGroups": [source["GroupId"]]}
        )
        rules.append(
            {
                "protocol": told["IpProtocol"],
                "fromPort": told.get("FromPort", 0),
                "toPort": told.get("ToPort", 0),
                "description": source.get("Description", ""),
                **sources,
            }
        )
    return rules


def _inside(direction: str, *, always: bool = False) -> Members:
    told = "IpPermissions" if direction == "Ingress" else "IpPermissionsEgress"
    members = {"GroupId": "{id}", "IpPermissions": ["{member}"]}
    return Members(
        name=direction.lower(),
        live=lambda group: _parted(group.get(told) or []),
        api=_permissions,
        words=_rules,
        add=Call(f"AuthorizeSecurityGroup{direction}", members),
        remove=Call(f"RevokeSecurityGroup{direction}", members),
        always=always,
    )


ROWS = (
    ApiResource(
        type="aws:ec2/securityGroup:SecurityGroup",
        service="ec2",
        create_by=Call("CreateSecurityGroup", {"GroupName": "{name}"}),
        id="{GroupId}",
        # AWS starts a group open to the outside; the official provider closes it, so do we.
        then=(
            Call(
                "RevokeSecurityGroupEgress",
                {
                    "GroupId": "{id}",
                    "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
                },
            ),
        ),
        read_by=Call("DescribeSecurityGroups", {"GroupIds": ["{id}"]}, "SecurityGroups[0]"),
        delete_by=(Call("DeleteSecurityGroup", {"GroupId": "{id}"}),),
        members=(_inside("Ingress"), _inside("Egress")),
        receive=lambda answer: {"name": answer["GroupName"]},
        computed={"arn": "arn:aws:ec2:{region}:{account}:security-group/{id}"},
        replaces=("description", "name", "vpcId"),
        autoname="name",
        tags_of="{id}",
    ),
    ApiResource(
        # The group that a VPC is born with: taken over, and let go again.
        type="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        service="ec2",
        create_by=Call(
            "DescribeSecurityGroups",
            {
                "Filters": [
                    {"Name": "vpc-id", "Values": ["{vpcId}"]},
                    {"Name": "group-name", "Values": ["default"]},
                ]
            },
        ),
        id="{SecurityGroups[0].GroupId}",
        read_by=Call("DescribeSecurityGroups", {"GroupIds": ["{id}"]}, "SecurityGroups[0]"),
        delete_by=(),
        members=(_inside("Ingress", always=True), _inside("Egress", always=True)),
        receive=lambda answer: {"name": answer["GroupName"]},
        computed={"arn": "arn:aws:ec2:{region}:{account}:security-group/{id}"},
        replaces=("vpcId",),
        tags_of="{id}",
    ),
    _rule("Ingress"),
    _rule("Egress"),
)
