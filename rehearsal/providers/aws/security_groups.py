"""Security groups and their rules, in moto."""

from typing import Any

from rehearsal.providers.aws.api import ApiResource, Call, Setting


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
        receive=lambda answer: {"name": answer["GroupName"]},
        computed={"arn": "arn:aws:ec2:{region}:{account}:security-group/{id}"},
        replaces=("description", "name", "vpcId"),
        autoname="name",
        tags_of="{id}",
    ),
    _rule("Ingress"),
    _rule("Egress"),
)
