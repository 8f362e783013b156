"""What Aurora clusters stand in, in moto: instances, groups, proxies, events.

Clusters themselves are ``rds_clusters``'. No database runs there: an endpoint is a name that nobody
answers to.
"""

from typing import Any

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Members, Setting
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.rds_clusters import CLUSTER, renamed
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.values import Plain

_INSTANCE = {"DBInstanceIdentifier": "{id}"}
_INSTANCE_WORDS = {
    "clusterIdentifier": "DBClusterIdentifier",
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
}
_PARAMETERS = {"DBClusterParameterGroupName": "{id}"}
_PROXY = {"DBProxyName": "{dbProxyName}"}
_POOL = {**_PROXY, "TargetGroupName": "default"}
_TARGET = {
    **_PROXY,
    "TargetGroupName": "{targetGroupName}",
    "DBClusterIdentifiers": ["{dbClusterIdentifier}"],
}


def _proxy(inputs: Plain) -> Plain:
    """A proxy has a list of secrets in any case: moto fails without."""
    return {"auths": [], **renamed(inputs, {"name": "DBProxyName"})}


def _parameters(told: list[Plain]) -> list[Plain]:
    kept = ("ParameterName", "ParameterValue", "ApplyMethod")
    return [{key: each.get(key) for key in kept} for each in told]


def _to_parameter(declared: Plain) -> list[Any]:
    name, value, method = (declared.get(key) for key in ("name", "value", "applyMethod"))
    return [{"ParameterName": name, "ParameterValue": value, "ApplyMethod": method or "immediate"}]


def _from_parameters(told: list[Plain]) -> list[Any]:
    return [
        {
            "name": each["ParameterName"],
            "value": each["ParameterValue"],
            "applyMethod": each["ApplyMethod"],
        }
        for each in told
    ]


ROWS = (
    CLUSTER,
    ApiResource(
        type="aws:rds/clusterInstance:ClusterInstance",
        service="rds",
        create_by=Call("CreateDBInstance"),
        id="{identifier}",
        read_by=Call("DescribeDBInstances", _INSTANCE, "DBInstances[0]"),
        delete_by=(Call("DeleteDBInstance", {**_INSTANCE, "SkipFinalSnapshot": True}),),
        settings=(
            Setting(
                names=(
                    "autoMinorVersionUpgrade",
                    "copyTagsToSnapshot",
                    "instanceClass",
                    "monitoringInterval",
                    "monitoringRoleArn",
                    "preferredMaintenanceWindow",
                    "promotionTier",
                    "publiclyAccessible",
                ),
                write=Call(
                    "ModifyDBInstance",
                    {
                        **_INSTANCE,
                        "AutoMinorVersionUpgrade": "{autoMinorVersionUpgrade}",
                        "CopyTagsToSnapshot": "{copyTagsToSnapshot}",
                        "DBInstanceClass": "{instanceClass}",
                        "MonitoringInterval": "{monitoringInterval}",
                        "MonitoringRoleArn": "{monitoringRoleArn}",
                        "PreferredMaintenanceWindow": "{preferredMaintenanceWindow}",
                        "PromotionTier": "{promotionTier}",
                        "PubliclyAccessible": "{publiclyAccessible}",
                        "ApplyImmediately": True,
                    },
                ),
                at_create=False,
            ),
        ),
        local=("applyImmediately",),
        untold=(
            "performanceInsightsEnabled",
            "performanceInsightsKmsKeyId",
            "performanceInsightsRetentionPeriod",
        ),
        send=lambda inputs: renamed(inputs, _INSTANCE_WORDS),
        receive=lambda answer: {
            "clusterIdentifier": answer["DBClusterIdentifier"],
            "engineVersionActual": answer["EngineVersion"],
            "identifier": answer["DBInstanceIdentifier"],
            "instanceClass": answer["DBInstanceClass"],
        },
        computed={"arn": "{dBInstanceArn}"},
        volatile=("DBInstanceStatus",),
        replaces=("availabilityZone", "clusterIdentifier", "engine", "identifier"),
        autoname="identifier",
        tags_of="{arn}",
    ),
    ApiResource(
        type="aws:rds/clusterParameterGroup:ClusterParameterGroup",
        service="rds",
        create_by=Call(
            "CreateDBClusterParameterGroup",
            {"DBClusterParameterGroupName": "{name}", "DBParameterGroupFamily": "{family}"},
        ),
        id="{name}",
        read_by=Call(
            "DescribeDBClusterParameterGroups", _PARAMETERS, "DBClusterParameterGroups[0]"
        ),
        delete_by=(Call("DeleteDBClusterParameterGroup", _PARAMETERS),),
        members=(
            Members(
                name="parameters",
                told_by=Call("DescribeDBClusterParameters", _PARAMETERS, "Parameters"),
                live=_parameters,
                api=_to_parameter,
                words=_from_parameters,
                # moto can't set one back to its default: a parameter that is given up stays.
                add=Call(
                    "ModifyDBClusterParameterGroup", {**_PARAMETERS, "Parameters": ["{member}"]}
                ),
            ),
        ),
        receive=lambda answer: {
            "family": answer["DBParameterGroupFamily"],
            "name": answer["DBClusterParameterGroupName"],
        },
        computed={"arn": "{dBClusterParameterGroupArn}"},
        replaces=("description", "family", "name"),
        autoname="name",
        tags_of="{arn}",
    ),
    ApiResource(
        type="aws:rds/subnetGroup:SubnetGroup",
        service="rds",
        create_by=Call(
            "CreateDBSubnetGroup",
            {"DBSubnetGroupName": "{name}", "DBSubnetGroupDescription": "{description}"},
        ),
        id="{name}",
        # Nothing of it can change: moto's own call for that takes the group away.
        read_by=Call("DescribeDBSubnetGroups", {"DBSubnetGroupName": "{id}"}, "DBSubnetGroups[0]"),
        delete_by=(Call("DeleteDBSubnetGroup", {"DBSubnetGroupName": "{id}"}),),
        receive=lambda answer: {
            "description": answer["DBSubnetGroupDescription"],
            "name": answer["DBSubnetGroupName"],
            "subnetIds": [subnet["SubnetIdentifier"] for subnet in answer["Subnets"]],
        },
        computed={"arn": "{dBSubnetGroupArn}"},
        replaces=("name",),
        autoname="name",
        tags_of="{arn}",
    ),
    ApiResource(
        type="aws:rds/eventSubscription:EventSubscription",
        service="rds",
        create_by=Call(
            "CreateEventSubscription", {"SubscriptionName": "{name}", "SnsTopicArn": "{snsTopic}"}
        ),
        id="{name}",
        read_by=Call(
            "DescribeEventSubscriptions", {"SubscriptionName": "{id}"}, "EventSubscriptionsList[0]"
        ),
        delete_by=(Call("DeleteEventSubscription", {"SubscriptionName": "{id}"}),),
        receive=lambda answer: {
            "eventCategories": answer.get("EventCategoriesList"),
            "name": answer["CustSubscriptionId"],
            "snsTopic": answer["SnsTopicArn"],
            "sourceIds": answer.get("SourceIdsList"),
        },
        computed={"arn": "{eventSubscriptionArn}"},
        replaces=("name",),
        autoname="name",
        tags_of="{arn}",
    ),
    ApiResource(
        type="aws:rds/proxy:Proxy",
        service="rds",
        create_by=Call("CreateDBProxy"),
        id="{name}",
        read_by=Call("DescribeDBProxies", {"DBProxyName": "{id}"}, "DBProxies[0]"),
        delete_by=(
            Call(
                "DeleteDBProxy",
                {"DBProxyName": "{id}"},
                # moto fails at a proxy that is gone instead of saying so.
                lookups={"there": Call("DescribeDBProxies", {"DBProxyName": "{id}"})},
            ),
        ),
        untold=("defaultAuthScheme",),
        send=_proxy,
        receive=lambda answer: {"auths": answer.get("Auth"), "name": answer["DBProxyName"]},
        computed={"arn": "{dBProxyArn}"},
        replaces=("engineFamily", "name", "vpcSubnetIds"),
        autoname="name",
        tags_of="{arn}",
    ),
    ApiResource(
        # Every proxy has it from the start: it is set, and let go again.
        type="aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
        service="rds",
        create_by=Call("ModifyDBProxyTargetGroup", _POOL),
        id="{dbProxyName}",
        # moto fails at a proxy that is gone instead of saying so.
        listed_by=Call("DescribeDBProxies", _PROXY, "DBProxies"),
        read_by=Call("DescribeDBProxyTargetGroups", _PROXY, "TargetGroups[0]"),
        delete_by=(),
        again=("connectionPoolConfig",),
        receive=lambda answer: {
            "arn": answer["TargetGroupArn"],
            "dbProxyName": answer["DBProxyName"],
            "name": answer["TargetGroupName"],
        },
        replaces=("dbProxyName",),
    ),
    ApiResource(
        type="aws:rds/proxyTarget:ProxyTarget",
        service="rds",
        create_by=Call("RegisterDBProxyTargets", _TARGET),
        id="{dbProxyName}/{targetGroupName}/TRACKED_CLUSTER/{dbClusterIdentifier}",
        listed_by=Call("DescribeDBProxies", _PROXY, "DBProxies"),
        read_by=Call(
            "DescribeDBProxyTargets",
            {**_PROXY, "TargetGroupName": "{targetGroupName}"},
            "Targets[?RdsResourceId=='{dbClusterIdentifier}'] | [0]",
        ),
        delete_by=(Call("DeregisterDBProxyTargets", _TARGET),),
        untold=("dbProxyName", "targetGroupName"),
        receive=lambda answer: {"dbClusterIdentifier": answer["RdsResourceId"]},
        replaces=("dbClusterIdentifier", "dbProxyName", "targetGroupName"),
    ),
    Recorded[Aws](
        type="aws:rds/clusterActivityStream:ClusterActivityStream",
        why="moto has no database activity streams",
        id="resourceArn",
        outputs=lambda aws, inputs: {
            "kinesisStreamName": f"aws-rds-das-{inputs['resourceArn'].rpartition(':')[2]}",
            "region": aws.region(inputs),
        },
        replaces=("kmsKeyId", "mode", "resourceArn"),
    ),
)
