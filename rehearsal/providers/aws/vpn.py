"""Site-to-site VPN, in moto, which knows that a connection is there and nothing of its tunnels."""

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.values import Plain, is_list

_TUNNELS = ("tunnel1", "tunnel2")
_OF_TUNNEL = (
    "DpdTimeoutAction",
    "DpdTimeoutSeconds",
    "IkeVersions",
    "InsideCidr",
    "LogOptions",
    "Phase1DhGroupNumbers",
    "Phase1EncryptionAlgorithms",
    "Phase1IntegrityAlgorithms",
    "Phase2DhGroupNumbers",
    "Phase2EncryptionAlgorithms",
    "Phase2IntegrityAlgorithms",
    "StartupAction",
)
_WORDS = {"InsideCidr": "TunnelInsideCidr"}
_ATTACHED = Call(
    "DescribeTransitGatewayAttachments",
    {"Filters": [{"Name": "resource-id", "Values": ["{id}"]}]},
    "TransitGatewayAttachments[0].TransitGatewayAttachmentId",
)


def _send(inputs: Plain) -> Plain:
    """The API has each tunnel's options together, and an object around each choice."""
    tunnels = [
        {
            _WORDS.get(name, name): _choices(inputs[f"{tunnel}{name}"])
            for name in _OF_TUNNEL
            if f"{tunnel}{name}" in inputs
        }
        for tunnel in _TUNNELS
    ]
    rest = {key: value for key, value in inputs.items() if not key.startswith(_TUNNELS)}
    static = rest.pop("staticRoutesOnly", False)
    return {**rest, "options": {"staticRoutesOnly": static, "tunnelOptions": tunnels}}


def _choices(value: object) -> object:
    return [{"value": each} for each in value] if is_list(value) else value


class _Connection(ApiResource):
    """The row of connections, whose attachment another call tells of."""

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Adds the id of its attachment to the transit gateway."""
        found = super().read(client, resource_id, inputs, state)
        if found is not None:
            names = {"id": resource_id, "region": found["region"]}
            found["transitGatewayAttachmentId"] = self._call(client, _ATTACHED, names)
        return found


ROWS = (
    ApiResource(
        type="aws:ec2/customerGateway:CustomerGateway",
        service="ec2",
        create_by=Call("CreateCustomerGateway"),
        id="{CustomerGateway.CustomerGatewayId}",
        read_by=Call(
            "DescribeCustomerGateways",
            {"CustomerGatewayIds": ["{id}"]},
            "CustomerGateways[?State!='deleted'] | [0]",
        ),
        delete_by=(Call("DeleteCustomerGateway", {"CustomerGatewayId": "{id}"}),),
        computed={"arn": "arn:aws:ec2:{region}:{account}:customer-gateway/{id}"},
        replaces=("bgpAsn", "bgpAsnExtended", "certificateArn", "deviceName", "ipAddress", "type"),
        tags_of="{id}",
    ),
    _Connection(
        type="aws:ec2/vpnConnection:VpnConnection",
        service="ec2",
        create_by=Call("CreateVpnConnection"),
        id="{VpnConnection.VpnConnectionId}",
        read_by=Call(
            "DescribeVpnConnections",
            {"VpnConnectionIds": ["{id}"]},
            "VpnConnections[?State!='deleted'] | [0]",
        ),
        delete_by=(Call("DeleteVpnConnection", {"VpnConnectionId": "{id}"}),),
        untold=(
            "presharedKeyStorage",
            "staticRoutesOnly",
            *(f"{tunnel}{name}" for tunnel in _TUNNELS for name in _OF_TUNNEL),
        ),
        send=_send,
        # Here AWS writes the tunnels' keys, unless they are in Secrets Manager; moto always does.
        volatile=("CustomerGatewayConfiguration",),
        computed={"arn": "arn:aws:ec2:{region}:{account}:vpn-connection/{id}"},
        replaces=("staticRoutesOnly", "tunnel1InsideCidr", "tunnel2InsideCidr", "type"),
        tags_of="{id}",
    ),
)
