"""Direct Connect: recorded, since moto knows its lines and not what leads over them."""

from collections.abc import Sequence
from dataclasses import dataclass

from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain

_NO_GATEWAY = "moto has no Direct Connect gateways"
_NO_INTERFACE = "moto has no virtual interfaces of Direct Connect"


def _gateway(aws: Aws, inputs: Plain) -> Plain:
    del aws
    return {
        "id": inputs["name"],
        "arn": f"arn:aws:directconnect::{ACCOUNT}:dx-gateway/{inputs['name']}",
        "ownerAccountId": ACCOUNT,
    }


def _interface(aws: Aws, inputs: Plain) -> Plain:
    region = aws.region(inputs)
    name = f"dxvif-{inputs['name']}"
    return {
        "id": name,
        "arn": f"arn:aws:directconnect:{region}:{ACCOUNT}:dxvif/{name}",
        "region": region,
    }


def _association(aws: Aws, inputs: Plain) -> Plain:
    found = _attachments(aws, inputs)
    return {
        "id": f"{inputs['dxGatewayId']}-{inputs['associatedGatewayId']}",
        "region": aws.region(inputs),
        "transitGatewayAttachmentId": found[0] if found else None,
    }


def _attachments(aws: Aws, inputs: Plain) -> Sequence[str]:
    """The attachments of a Direct Connect gateway to a transit gateway."""
    named = {
        "resource-id": inputs["dxGatewayId"],
        "transit-gateway-id": inputs["associatedGatewayId"],
    }
    told = aws.service("ec2", aws.region(inputs)).call(
        "DescribeTransitGatewayAttachments",
        {"Filters": [{"Name": name, "Values": [value]} for name, value in named.items()]},
    )
    return [each["TransitGatewayAttachmentId"] for each in told["TransitGatewayAttachments"]]


@dataclass(frozen=True, kw_only=True)
class _Association(Recorded[Aws]):
    """An association, which is recorded; what it attaches is there, as a peer in moto.

    A transit gateway's route tables refer to the attachment, so there has to be one.
    """

    def create(self, client: Aws, inputs: Plain) -> str:
        """Attaches what stands for the Direct Connect gateway."""
        region = client.region(inputs)
        client.service("ec2", region).call(
            "CreateTransitGatewayPeeringAttachment",
            {
                "TransitGatewayId": inputs["associatedGatewayId"],
                "PeerTransitGatewayId": inputs["dxGatewayId"],
                "PeerAccountId": ACCOUNT,
                "PeerRegion": region,
            },
        )
        return super().create(client, inputs)

    def delete(self, client: Aws, resource_id: str, state: Plain) -> None:
        """Takes the attachment away."""
        del resource_id
        for attachment in _attachments(client, state):
            client.service("ec2", client.region(state)).call(
                "DeleteTransitGatewayVpcAttachment", {"TransitGatewayAttachmentId": attachment}
            )


ROWS = (
    Recorded[Aws](
        type="aws:directconnect/gateway:Gateway",
        why=_NO_GATEWAY,
        id="id",
        outputs=_gateway,
        replaces=("amazonSideAsn",),
    ),
    _Association(
        type="aws:directconnect/gatewayAssociation:GatewayAssociation",
        why=_NO_GATEWAY,
        id="id",
        outputs=_association,
        replaces=("associatedGatewayId", "dxGatewayId"),
    ),
    Recorded[Aws](
        type="aws:directconnect/transitVirtualInterface:TransitVirtualInterface",
        why=_NO_INTERFACE,
        id="id",
        outputs=_interface,
        replaces=(
            "addressFamily",
            "amazonAddress",
            "bgpAsn",
            "bgpAuthKey",
            "connectionId",
            "customerAddress",
            "dxGatewayId",
            "name",
            "vlan",
        ),
        # A line has one interface with a VLAN.
        delete_first=True,
    ),
)
