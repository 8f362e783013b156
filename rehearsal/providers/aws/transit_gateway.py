"""Transit gateways: their attachments, route tables and what these hear, in moto.

moto also has every attachment in a table that comes with the gateway, which nobody declares; no
packet asks either table.
"""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.values import Plain

_GATEWAY = {"TransitGatewayId": "{id}"}
_ATTACHMENT = {"TransitGatewayAttachmentId": "{id}"}
_TABLE = {"TransitGatewayRouteTableId": "{transitGatewayRouteTableId}"}
_MET = {"TransitGatewayAttachmentId": "{transitGatewayAttachmentId}", **_TABLE}
_OF_ATTACHMENT = "[?TransitGatewayAttachmentId=='{transitGatewayAttachmentId}'] | [0]"


class _Options:
    """Properties for the provider that are in a part of their own for EC2.

    Args:
        names: The properties.
    """

    def __init__(self, *names: str) -> None:
        self._names = names

    def send(self, inputs: Plain) -> Plain:
        """Puts them together."""
        rest = {key: value for key, value in inputs.items() if key not in self._names}
        return {**rest, "options": {key: inputs[key] for key in self._names if key in inputs}}

    def receive(self, answer: Plain) -> Plain:
        """Takes them apart again."""
        told: Plain = answer.get("Options") or {}
        return {key: told.get(_member(key)) for key in self._names}

    def changed_by(self, operation: str, target: Plain) -> Setting:
        """The call that changes them, all at once."""
        options = {_member(key): f"{{{key}}}" for key in self._names}
        return Setting(
            names=self._names,
            write=Call(operation, {**target, "Options": options}),
            at_create=False,
        )


def _member(name: str) -> str:
    return name[0].upper() + name[1:]


def _if_there(operation: str, members: Plain, found_by: Call) -> Call:
    """Takes away what is there: of what is gone already, moto fails without a word."""
    return Call(operation, members, only_with="found", lookups={"found": found_by})


_OF_GATEWAY = _Options(
    "amazonSideAsn",
    "autoAcceptSharedAttachments",
    "defaultRouteTableAssociation",
    "defaultRouteTablePropagation",
    "dnsSupport",
    "vpnEcmpSupport",
)
_OF_NETWORK = _Options("applianceModeSupport", "dnsSupport")

_FIND_GATEWAY = Call(
    "DescribeTransitGateways", {"TransitGatewayIds": ["{id}"]}, "TransitGateways[0]"
)
_FIND_ATTACHMENT = Call(
    "DescribeTransitGatewayVpcAttachments",
    {"TransitGatewayAttachmentIds": ["{id}"]},
    "TransitGatewayVpcAttachments[0]",
)
_FIND_ASSOCIATION = Call(
    "GetTransitGatewayRouteTableAssociations", _TABLE, f"Associations{_OF_ATTACHMENT}"
)
_FIND_PROPAGATION = Call(
    "GetTransitGatewayRouteTablePropagations",
    _TABLE,
    f"TransitGatewayRouteTablePropagations{_OF_ATTACHMENT}",
)

ROWS = (
    ApiResource(
        type="aws:ec2transitgateway/transitGateway:TransitGateway",
        service="ec2",
        create_by=Call("CreateTransitGateway"),
        id="{TransitGateway.TransitGatewayId}",
        read_by=_FIND_GATEWAY,
        delete_by=(_if_there("DeleteTransitGateway", _GATEWAY, _FIND_GATEWAY),),
        settings=(
            Setting(
                names=("description",),
                write=Call("ModifyTransitGateway", {**_GATEWAY, "Description": "{description}"}),
                at_create=False,
            ),
            _OF_GATEWAY.changed_by("ModifyTransitGateway", _GATEWAY),
        ),
        send=_OF_GATEWAY.send,
        receive=_OF_GATEWAY.receive,
        computed={"arn": "arn:aws:ec2:{region}:{account}:transit-gateway/{id}"},
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2transitgateway/vpcAttachment:VpcAttachment",
        service="ec2",
        create_by=Call("CreateTransitGatewayVpcAttachment"),
        id="{TransitGatewayVpcAttachment.TransitGatewayAttachmentId}",
        read_by=_FIND_ATTACHMENT,
        delete_by=(_if_there("DeleteTransitGatewayVpcAttachment", _ATTACHMENT, _FIND_ATTACHMENT),),
        settings=(_OF_NETWORK.changed_by("ModifyTransitGatewayVpcAttachment", _ATTACHMENT),),
        members=(
            Members(
                name="subnetIds",
                live=lambda attachment: list(attachment["SubnetIds"]),
                add=Call(
                    "ModifyTransitGatewayVpcAttachment",
                    {**_ATTACHMENT, "AddSubnetIds": ["{member}"]},
                ),
                remove=Call(
                    "ModifyTransitGatewayVpcAttachment",
                    {**_ATTACHMENT, "RemoveSubnetIds": ["{member}"]},
                ),
                at_create=False,
            ),
        ),
        # The provider's own: which calls it makes once the attachment is there.
        local=(
            "transitGatewayDefaultRouteTableAssociation",
            "transitGatewayDefaultRouteTablePropagation",
        ),
        send=_OF_NETWORK.send,
        receive=_OF_NETWORK.receive,
        computed={"arn": "arn:aws:ec2:{region}:{account}:transit-gateway-attachment/{id}"},
        replaces=("transitGatewayId", "vpcId"),
        # A network is attached to a gateway once.
        delete_first=True,
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2transitgateway/routeTable:RouteTable",
        service="ec2",
        create_by=Call("CreateTransitGatewayRouteTable"),
        id="{TransitGatewayRouteTable.TransitGatewayRouteTableId}",
        read_by=Call(
            "DescribeTransitGatewayRouteTables",
            {"TransitGatewayRouteTableIds": ["{id}"]},
            "TransitGatewayRouteTables[?State!='deleted'] | [0]",
        ),
        delete_by=(Call("DeleteTransitGatewayRouteTable", {"TransitGatewayRouteTableId": "{id}"}),),
        computed={"arn": "arn:aws:ec2:{region}:{account}:transit-gateway-route-table/{id}"},
        replaces=("transitGatewayId",),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
        service="ec2",
        create_by=Call("AssociateTransitGatewayRouteTable", _MET),
        id="{transitGatewayRouteTableId}_{transitGatewayAttachmentId}",
        read_by=_FIND_ASSOCIATION,
        delete_by=(_if_there("DisassociateTransitGatewayRouteTable", _MET, _FIND_ASSOCIATION),),
        untold=("transitGatewayRouteTableId",),
        replaces=("transitGatewayAttachmentId", "transitGatewayRouteTableId"),
        # An attachment asks one table at a time.
        delete_first=True,
    ),
    ApiResource(
        type="aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
        service="ec2",
        create_by=Call("EnableTransitGatewayRouteTablePropagation", _MET),
        id="{transitGatewayRouteTableId}_{transitGatewayAttachmentId}",
        read_by=_FIND_PROPAGATION,
        delete_by=(
            _if_there("DisableTransitGatewayRouteTablePropagation", _MET, _FIND_PROPAGATION),
        ),
        untold=("transitGatewayRouteTableId",),
        replaces=("transitGatewayAttachmentId", "transitGatewayRouteTableId"),
        delete_first=True,
    ),
)
