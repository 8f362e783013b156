"""Names: private zones and the resolver's doors in moto; its firewall and its log are recorded."""

from collections.abc import Sequence

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.aws.client import ACCOUNT, Aws
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain

_NO_FIREWALL = "moto has no DNS firewall"
_NO_QUERY_LOG = "moto can make the resolver's log of queries and not take it away"


def _zone(answer: Plain) -> Plain:
    zone: Plain = answer["HostedZone"]
    return {
        # With the final dot of DNS, which nobody writes.
        "name": zone["Name"].rstrip("."),
        "comment": zone["Config"].get("Comment"),
        "vpcs": [{"vpcId": vpc["VPCId"]} for vpc in answer.get("VPCs") or ()],
        "zoneId": zone["Id"].rpartition("/")[2],
    }


def _recorded(
    type_: str,
    *,
    why: str,
    arn: str = "",
    known_by: Sequence[str] = ("name",),
    replaces: Sequence[str],
) -> Recorded[Aws]:
    """A type of the resolver that lives in the state only.

    Args:
        type_: Its name in the SDK.
        why: Why.
        arn: What stands before the id in its ARN; empty where it has none.
        known_by: The inputs that its id is made of.
        replaces: Properties whose change makes a new one.
    """

    def outputs(aws: Aws, inputs: Plain) -> Plain:
        region = aws.region(inputs)
        name = "-".join(str(inputs[key]) for key in known_by)
        made: Plain = {"id": name, "region": region}
        if arn:
            made["arn"] = f"arn:aws:route53resolver:{region}:{ACCOUNT}:{arn}/{name}"
        return made

    token = f"aws:route53/{type_[0].lower()}{type_[1:]}:{type_}"
    return Recorded[Aws](type=token, why=why, id="id", outputs=outputs, replaces=tuple(replaces))


def _forwarding(answer: Plain) -> Plain:
    return {
        # With the final dot of DNS, which nobody writes.
        "domainName": answer["DomainName"].rstrip("."),
        "targetIps": [
            {"ip": each["Ip"], "port": each.get("Port", 53)}
            for each in answer.get("TargetIps") or ()
        ],
    }


ROWS = (
    ApiResource(
        type="aws:route53/zone:Zone",
        service="route53",
        create_by=Call(
            "CreateHostedZone",
            {
                "CallerReference": "{name}",
                "Name": "{name}",
                "HostedZoneConfig": {"Comment": "{comment}", "PrivateZone": True},
                "VPC": {"VPCId": "{vpcs[0].vpcId}", "VPCRegion": "{vpcs[0].vpcRegion || region}"},
            },
        ),
        id="{HostedZone.Id}",
        read_by=Call("GetHostedZone", {"Id": "{id}"}),
        delete_by=(Call("DeleteHostedZone", {"Id": "{id}"}),),
        settings=(
            Setting(
                names=("comment",),
                write=Call("UpdateHostedZoneComment", {"Id": "{id}", "Comment": "{comment || ''}"}),
                at_create=False,
            ),
        ),
        local=("forceDestroy",),
        receive=_zone,
        computed={"arn": "arn:aws:route53:::hostedzone/{zoneId}"},
        replaces=("name",),
        tags_of="{id}",
    ),
    ApiResource(
        type="aws:route53/resolverEndpoint:ResolverEndpoint",
        service="route53resolver",
        create_by=Call("CreateResolverEndpoint", {"CreatorRequestId": "{name}", "Name": "{name}"}),
        id="{ResolverEndpoint.Id}",
        read_by=Call("GetResolverEndpoint", {"ResolverEndpointId": "{id}"}, "ResolverEndpoint"),
        delete_by=(Call("DeleteResolverEndpoint", {"ResolverEndpointId": "{id}"}),),
        settings=(
            Setting(
                names=("name",),
                write=Call(
                    "UpdateResolverEndpoint", {"ResolverEndpointId": "{id}", "Name": "{name}"}
                ),
                at_create=False,
            ),
        ),
        members=(
            Members(
                name="ipAddresses",
                told_by=Call(
                    "ListResolverEndpointIpAddresses", {"ResolverEndpointId": "{id}"}, "IpAddresses"
                ),
                live=lambda told: [{"SubnetId": each["SubnetId"]} for each in told],
                api=lambda address: [{"SubnetId": address["subnetId"]}],
                words=lambda told: [{"subnetId": each["SubnetId"]} for each in told],
                add=Call(
                    "AssociateResolverEndpointIpAddress",
                    {"ResolverEndpointId": "{id}", "IpAddress": "{member}"},
                ),
                remove=Call(
                    "DisassociateResolverEndpointIpAddress",
                    {
                        "ResolverEndpointId": "{id}",
                        "IpAddress": {"SubnetId": "{member.SubnetId}", "Ip": "{address}"},
                    },
                    lookups={
                        "address": Call(
                            "ListResolverEndpointIpAddresses",
                            {"ResolverEndpointId": "{id}"},
                            "IpAddresses[?SubnetId=='{member.SubnetId}'] | [0].Ip",
                        )
                    },
                ),
                at_create=False,
            ),
        ),
        replaces=("direction", "resolverEndpointType", "securityGroupIds"),
        tags_of="arn:aws:route53resolver:{region}:{account}:resolver-endpoint/{id}",
    ),
    ApiResource(
        type="aws:route53/resolverRule:ResolverRule",
        service="route53resolver",
        create_by=Call("CreateResolverRule", {"CreatorRequestId": "{name}", "Name": "{name}"}),
        id="{ResolverRule.Id}",
        read_by=Call("GetResolverRule", {"ResolverRuleId": "{id}"}, "ResolverRule"),
        delete_by=(Call("DeleteResolverRule", {"ResolverRuleId": "{id}"}),),
        receive=_forwarding,
        replaces=("domainName", "ruleType"),
        tags_of="arn:aws:route53resolver:{region}:{account}:resolver-rule/{id}",
    ),
    ApiResource(
        type="aws:route53/resolverRuleAssociation:ResolverRuleAssociation",
        service="route53resolver",
        create_by=Call("AssociateResolverRule"),
        id="{ResolverRuleAssociation.Id}",
        read_by=Call(
            "GetResolverRuleAssociation",
            {"ResolverRuleAssociationId": "{id}"},
            "ResolverRuleAssociation",
        ),
        delete_by=(
            Call(
                "DisassociateResolverRule",
                {"ResolverRuleId": "{resolverRuleId}", "VPCId": "{vpcId}"},
            ),
        ),
        receive=lambda answer: {"vpcId": answer["VPCId"]},
        replaces=("name", "resolverRuleId", "vpcId"),
    ),
    _recorded(
        "ResolverFirewallConfig",
        why=_NO_FIREWALL,
        known_by=("resourceId",),
        replaces=("resourceId",),
    ),
    _recorded(
        "ResolverFirewallDomainList",
        why=_NO_FIREWALL,
        arn="firewall-domain-list",
        replaces=("name",),
    ),
    _recorded(
        "ResolverFirewallRule",
        why=_NO_FIREWALL,
        known_by=("firewallRuleGroupId", "name"),
        replaces=("dnsThreatProtection", "firewallDomainListId", "firewallRuleGroupId", "qType"),
    ),
    _recorded(
        "ResolverFirewallRuleGroup", why=_NO_FIREWALL, arn="firewall-rule-group", replaces=("name",)
    ),
    _recorded(
        "ResolverFirewallRuleGroupAssociation",
        why=_NO_FIREWALL,
        arn="firewall-rule-group-association",
        replaces=("firewallRuleGroupId", "vpcId"),
    ),
    _recorded(
        "ResolverQueryLogConfig",
        why=_NO_QUERY_LOG,
        arn="resolver-query-log-config",
        replaces=("destinationArn", "name"),
    ),
    _recorded(
        "ResolverQueryLogConfigAssociation",
        why=_NO_QUERY_LOG,
        known_by=("resolverQueryLogConfigId", "resourceId"),
        replaces=("resolverQueryLogConfigId", "resourceId"),
    ),
)
