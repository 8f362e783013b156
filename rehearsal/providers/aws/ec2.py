"""The network: VPC, subnets, gateways, addresses and routes, in moto."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.values import Plain


def _vpc_attribute(name: str, default: str) -> Setting:
    member = name[0].upper() + name[1:]
    value = f"{{not_null({name}, `{default}`)}}"
    return Setting(
        names=(name,),
        write=Call("ModifyVpcAttribute", {"VpcId": "{id}", member: {"Value": value}}),
        read=Call("DescribeVpcAttribute", {"VpcId": "{id}", "Attribute": name}, f"{member}.Value"),
    )


def _gateway(answer: Plain) -> Plain:
    attached: list[Plain] = answer.get("Attachments") or [{}]
    return {"vpcId": attached[0].get("VpcId")}


def _nat(answer: Plain) -> Plain:
    addresses: list[Plain] = answer.get("NatGatewayAddresses") or [{}]
    return {
        "allocationId": addresses[0].get("AllocationId"),
        "privateIp": addresses[0].get("PrivateIp"),
        "publicIp": addresses[0].get("PublicIp"),
    }


_GATEWAY = {"InternetGatewayId": "{id}", "VpcId": "{vpcId}"}
_ROUTE = {"RouteTableId": "{routeTableId}", "DestinationCidrBlock": "{destinationCidrBlock}"}

ROWS = (
    ApiResource(
        type="aws:ec2/vpc:Vpc",
        service="ec2",
        create_by=Call("CreateVpc"),
        id="{Vpc.VpcId}",
        read_by=Call("DescribeVpcs", {"VpcIds": ["{id}"]}, "Vpcs[0]"),
        delete_by=(Call("DeleteVpc", {"VpcId": "{id}"}),),
        settings=(
            _vpc_attribute("enableDnsSupport", "true"),
            _vpc_attribute("enableDnsHostnames", "false"),
        ),
        computed={"arn": "arn:aws:ec2:{region}:{account}:vpc/{id}"},
        replaces=("cidrBlock",),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/subnet:Subnet",
        service="ec2",
        create_by=Call("CreateSubnet"),
        id="{Subnet.SubnetId}",
        read_by=Call("DescribeSubnets", {"SubnetIds": ["{id}"]}, "Subnets[0]"),
        delete_by=(Call("DeleteSubnet", {"SubnetId": "{id}"}),),
        settings=(
            Setting(
                names=("mapPublicIpOnLaunch",),
                write=Call(
                    "ModifySubnetAttribute",
                    {
                        "SubnetId": "{id}",
                        "MapPublicIpOnLaunch": {"Value": "{mapPublicIpOnLaunch || `false`}"},
                    },
                ),
            ),
        ),
        computed={"arn": "arn:aws:ec2:{region}:{account}:subnet/{id}"},
        volatile=("AvailableIpAddressCount",),
        replaces=("availabilityZone", "cidrBlock", "vpcId"),
        # Two subnets can't hold the same addresses.
        delete_first=True,
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/internetGateway:InternetGateway",
        service="ec2",
        create_by=Call("CreateInternetGateway"),
        id="{InternetGateway.InternetGatewayId}",
        read_by=Call(
            "DescribeInternetGateways", {"InternetGatewayIds": ["{id}"]}, "InternetGateways[0]"
        ),
        delete_by=(
            Call("DetachInternetGateway", _GATEWAY, only_with="vpcId"),
            Call("DeleteInternetGateway", {"InternetGatewayId": "{id}"}),
        ),
        settings=(
            Setting(
                names=("vpcId",),
                write=Call("AttachInternetGateway", _GATEWAY),
                clear=Call("DetachInternetGateway", _GATEWAY),
            ),
        ),
        receive=_gateway,
        computed={"arn": "arn:aws:ec2:{region}:{account}:internet-gateway/{id}"},
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/eip:Eip",
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
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/natGateway:NatGateway",
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
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/routeTable:RouteTable",
        service="ec2",
        create_by=Call("CreateRouteTable"),
        id="{RouteTable.RouteTableId}",
        read_by=Call("DescribeRouteTables", {"RouteTableIds": ["{id}"]}, "RouteTables[0]"),
        delete_by=(Call("DeleteRouteTable", {"RouteTableId": "{id}"}),),
        computed={"arn": "arn:aws:ec2:{region}:{account}:route-table/{id}"},
        replaces=("vpcId",),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2/route:Route",
        service="ec2",
        create_by=Call("CreateRoute"),
        id="{routeTableId}_{destinationCidrBlock}",
        read_by=Call(
            "DescribeRouteTables",
            {"RouteTableIds": ["{routeTableId}"]},
            "RouteTables[0].Routes[?DestinationCidrBlock=='{destinationCidrBlock}'] | [0]",
        ),
        delete_by=(Call("DeleteRoute", _ROUTE),),
        settings=(
            Setting(
                names=("gatewayId", "natGatewayId", "transitGatewayId"),
                write=Call(
                    "ReplaceRoute",
                    {
                        **_ROUTE,
                        "GatewayId": "{gatewayId}",
                        "NatGatewayId": "{natGatewayId}",
                        "TransitGatewayId": "{transitGatewayId}",
                    },
                ),
                at_create=False,
            ),
        ),
        untold=("routeTableId",),
        replaces=("destinationCidrBlock", "routeTableId"),
    ),
    ApiResource(
        type="aws:ec2/routeTableAssociation:RouteTableAssociation",
        service="ec2",
        create_by=Call("AssociateRouteTable"),
        id="{AssociationId}",
        # By its subnet, since it gets another id when it is moved to another table.
        read_by=Call(
            "DescribeRouteTables",
            {"Filters": [{"Name": "association.subnet-id", "Values": ["{subnetId}"]}]},
            "RouteTables[].Associations[] | [?SubnetId=='{subnetId}'] | [0]",
        ),
        delete_by=(
            Call("DisassociateRouteTable", {"AssociationId": "{routeTableAssociationId || id}"}),
        ),
        settings=(
            Setting(
                names=("routeTableId",),
                write=Call(
                    "ReplaceRouteTableAssociation",
                    {
                        "AssociationId": "{routeTableAssociationId}",
                        "RouteTableId": "{routeTableId}",
                    },
                ),
                at_create=False,
            ),
        ),
        replaces=("subnetId",),
        # A subnet has one association at a time.
        delete_first=True,
    ),
)
