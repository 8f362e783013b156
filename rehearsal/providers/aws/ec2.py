"""The network: VPC, subnets, gateways, routes and security groups, in moto."""

from rehearsal.providers.aws.api import ApiResource, Call, Setting
from rehearsal.providers.values import Plain


def _vpc_attribute(name: str) -> Setting:
    member = name[0].upper() + name[1:]
    return Setting(
        name=name,
        write=Call("ModifyVpcAttribute", {"VpcId": "{id}", member: {"Value": f"{{{name}}}"}}),
        read=Call("DescribeVpcAttribute", {"VpcId": "{id}", "Attribute": name}, f"{member}.Value"),
    )


def _gateway(answer: Plain) -> Plain:
    attached = answer.get("Attachments") or [{}]
    return {"vpcId": attached[0].get("VpcId")}


def _nat(answer: Plain) -> Plain:
    return {"allocationId": answer["NatGatewayAddresses"][0].get("AllocationId")}


def _rule(direction: str) -> ApiResource:
    permission = {
        "IpProtocol": "{ipProtocol}",
        "FromPort": "{fromPort}",
        "ToPort": "{toPort}",
        "IpRanges": [{"CidrIp": "{cidrIpv4}", "Description": "{cidrIpv4 && description}"}],
        "UserIdGroupPairs": [
            {
                "GroupId": "{referencedSecurityGroupId}",
                "Description": "{referencedSecurityGroupId && description}",
            }
        ],
    }
    return ApiResource(
        token=f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule",
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
        send=lambda _: {},
        receive=lambda answer: {
            "referencedSecurityGroupId": answer.get("ReferencedGroupInfo", {}).get("GroupId"),
            "securityGroupId": answer["GroupId"],
        },
        computed={
            "arn": "arn:aws:ec2:{region}:{account}:security-group-rule/{id}",
            "securityGroupRuleId": "{id}",
        },
        replaces=("securityGroupId",),
        tagged="security-group-rule",
    )


ROWS = (
    ApiResource(
        token="aws:ec2/vpc:Vpc",
        service="ec2",
        create_by=Call("CreateVpc"),
        id="{Vpc.VpcId}",
        read_by=Call("DescribeVpcs", {"VpcIds": ["{id}"]}, "Vpcs[0]"),
        delete_by=(Call("DeleteVpc", {"VpcId": "{id}"}),),
        settings=(_vpc_attribute("enableDnsSupport"), _vpc_attribute("enableDnsHostnames")),
        computed={"arn": "arn:aws:ec2:{region}:{account}:vpc/{id}"},
        replaces=("cidrBlock",),
        tagged="vpc",
    ),
    ApiResource(
        token="aws:ec2/subnet:Subnet",
        service="ec2",
        create_by=Call("CreateSubnet"),
        id="{Subnet.SubnetId}",
        read_by=Call("DescribeSubnets", {"SubnetIds": ["{id}"]}, "Subnets[0]"),
        delete_by=(Call("DeleteSubnet", {"SubnetId": "{id}"}),),
        settings=(
            Setting(
                name="mapPublicIpOnLaunch",
                write=Call(
                    "ModifySubnetAttribute",
                    {"SubnetId": "{id}", "MapPublicIpOnLaunch": {"Value": "{mapPublicIpOnLaunch}"}},
                ),
            ),
        ),
        computed={"arn": "arn:aws:ec2:{region}:{account}:subnet/{id}"},
        volatile=("AvailableIpAddressCount",),
        replaces=("availabilityZone", "cidrBlock", "vpcId"),
        # Two subnets can't hold the same addresses.
        delete_first=True,
        tagged="subnet",
    ),
    ApiResource(
        token="aws:ec2/internetGateway:InternetGateway",
        service="ec2",
        create_by=Call("CreateInternetGateway"),
        id="{InternetGateway.InternetGatewayId}",
        read_by=Call(
            "DescribeInternetGateways", {"InternetGatewayIds": ["{id}"]}, "InternetGateways[0]"
        ),
        delete_by=(
            Call("DetachInternetGateway", {"InternetGatewayId": "{id}", "VpcId": "{vpcId}"}),
            Call("DeleteInternetGateway", {"InternetGatewayId": "{id}"}),
        ),
        settings=(
            Setting(
                name="vpcId",
                write=Call(
                    "AttachInternetGateway", {"InternetGatewayId": "{id}", "VpcId": "{vpcId}"}
                ),
                clear=Call(
                    "DetachInternetGateway", {"InternetGatewayId": "{id}", "VpcId": "{vpcId}"}
                ),
            ),
        ),
        receive=_gateway,
        computed={"arn": "arn:aws:ec2:{region}:{account}:internet-gateway/{id}"},
        tagged="internet-gateway",
    ),
    ApiResource(
        token="aws:ec2/eip:Eip",
        service="ec2",
        create_by=Call("AllocateAddress"),
        id="{AllocationId}",
        read_by=Call("DescribeAddresses", {"AllocationIds": ["{id}"]}, "Addresses[0]"),
        delete_by=(Call("ReleaseAddress", {"AllocationId": "{id}"}),),
        computed={"arn": "arn:aws:ec2:{region}:{account}:elastic-ip/{id}"},
        # A NAT gateway takes the address after it was made.
        volatile=(
            "AssociationId",
            "NetworkInterfaceId",
            "NetworkInterfaceOwnerId",
            "PrivateIpAddress",
        ),
        replaces=("domain",),
        tagged="elastic-ip",
    ),
    ApiResource(
        token="aws:ec2/natGateway:NatGateway",
        service="ec2",
        create_by=Call("CreateNatGateway"),
        id="{NatGateway.NatGatewayId}",
        read_by=Call(
            "DescribeNatGateways",
            {"NatGatewayIds": ["{id}"]},
            "NatGateways[?State!='deleted' && State!='deleting'] | [0]",
        ),
        delete_by=(Call("DeleteNatGateway", {"NatGatewayId": "{id}"}),),
        receive=_nat,
        replaces=("allocationId", "connectivityType", "subnetId"),
        tagged="natgateway",
    ),
    ApiResource(
        token="aws:ec2/routeTable:RouteTable",
        service="ec2",
        create_by=Call("CreateRouteTable"),
        id="{RouteTable.RouteTableId}",
        read_by=Call("DescribeRouteTables", {"RouteTableIds": ["{id}"]}, "RouteTables[0]"),
        delete_by=(Call("DeleteRouteTable", {"RouteTableId": "{id}"}),),
        computed={"arn": "arn:aws:ec2:{region}:{account}:route-table/{id}"},
        replaces=("vpcId",),
        tagged="route-table",
    ),
    ApiResource(
        token="aws:ec2/route:Route",
        service="ec2",
        create_by=Call("CreateRoute"),
        id="{routeTableId}_{destinationCidrBlock}",
        read_by=Call(
            "DescribeRouteTables",
            {"RouteTableIds": ["{routeTableId}"]},
            "RouteTables[0].Routes[?DestinationCidrBlock=='{destinationCidrBlock}'] | [0]",
        ),
        delete_by=(
            Call(
                "DeleteRoute",
                {
                    "RouteTableId": "{routeTableId}",
                    "DestinationCidrBlock": "{destinationCidrBlock}",
                },
            ),
        ),
        settings=tuple(
            Setting(
                name=target,
                write=Call(
                    "ReplaceRoute",
                    {
                        "RouteTableId": "{routeTableId}",
                        "DestinationCidrBlock": "{destinationCidrBlock}",
                        target[0].upper() + target[1:]: f"{{{target}}}",
                    },
                ),
                at_create=False,
            )
            for target in ("gatewayId", "natGatewayId")
        ),
        replaces=("destinationCidrBlock", "routeTableId"),
        delete_first=True,
    ),
    ApiResource(
        token="aws:ec2/routeTableAssociation:RouteTableAssociation",
        service="ec2",
        create_by=Call("AssociateRouteTable"),
        id="{AssociationId}",
        read_by=Call(
            "DescribeRouteTables",
            {"Filters": [{"Name": "association.route-table-association-id", "Values": ["{id}"]}]},
            "RouteTables[].Associations[] | [?RouteTableAssociationId=='{id}'] | [0]",
        ),
        delete_by=(Call("DisassociateRouteTable", {"AssociationId": "{id}"}),),
        replaces=("gatewayId", "subnetId"),
        # A subnet has one association at a time.
        delete_first=True,
    ),
    ApiResource(
        token="aws:ec2/securityGroup:SecurityGroup",
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
        tagged="security-group",
    ),
    _rule("Ingress"),
    _rule("Egress"),
)
