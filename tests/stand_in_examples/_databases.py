"""Examples of the types of RDS, and of alarms."""

from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def subnet_group(world: World) -> str:
    """A new subnet group's name."""
    vpc = world.vpc()
    inputs = {
        "name": new_name(),
        "description": "Instances",
        "subnetIds": [world.subnet(vpc, "10.0.1.0/24"), world.subnet(vpc, "10.0.2.0/24")],
    }
    return world.make("aws:rds/subnetGroup:SubnetGroup", inputs)[0]


def parameter_group(world: World) -> str:
    """A new parameter group's name."""
    inputs = {"name": new_name(), "family": "aurora-postgresql17", "description": "Parameters"}
    return world.make("aws:rds/clusterParameterGroup:ClusterParameterGroup", inputs)[0]


def cluster_inputs(world: World) -> Plain:
    """A cluster as the program declares it."""
    key = world.key_arn()
    return {
        "clusterIdentifier": new_name(),
        "engine": "aurora-postgresql",
        "engineVersion": "17",
        "allowMajorVersionUpgrade": True,
        "applyImmediately": True,
        "port": 5432.0,
        "masterUsername": "owner",
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": key,
        "iamDatabaseAuthenticationEnabled": True,
        "storageEncrypted": True,
        "kmsKeyId": key,
        "dbSubnetGroupName": subnet_group(world),
        "vpcSecurityGroupIds": [world.group()],
        "dbClusterParameterGroupName": parameter_group(world),
        "enabledCloudwatchLogsExports": ["iam-db-auth-error", "instance", "postgresql"],
        "backupRetentionPeriod": 7.0,
        "preferredBackupWindow": "00:30-01:00",
        "preferredMaintenanceWindow": "sun:03:00-sun:04:00",
        "copyTagsToSnapshot": True,
        "deletionProtection": False,
        "skipFinalSnapshot": True,
        "tags": TAGS,
    }


def cluster(world: World) -> str:
    """A new cluster's identifier."""
    return world.make("aws:rds/cluster:Cluster", cluster_inputs(world))[0]


def instance_inputs(world: World) -> Plain:
    """An instance of a new cluster, as the program declares it."""
    return {
        "identifier": new_name(),
        "clusterIdentifier": cluster(world),
        "engine": "aurora-postgresql",
        "instanceClass": "db.r7g.large",
        "availabilityZone": "eu-west-1b",
        "publiclyAccessible": False,
        "promotionTier": 1.0,
        "autoMinorVersionUpgrade": True,
        "preferredMaintenanceWindow": "sun:03:00-sun:04:00",
        "applyImmediately": True,
        "copyTagsToSnapshot": True,
        "monitoringInterval": 60.0,
        "monitoringRoleArn": "arn:aws:iam::123456789012:role/monitoring",
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": world.key_arn(),
        "performanceInsightsRetentionPeriod": 7.0,
        "tags": TAGS,
    }


def _proxy_inputs(world: World) -> Plain:
    vpc = world.vpc()
    return {
        "name": new_name(),
        "engineFamily": "POSTGRESQL",
        "defaultAuthScheme": "IAM_AUTH",
        "roleArn": "arn:aws:iam::123456789012:role/proxy",
        "vpcSubnetIds": [world.subnet(vpc, "10.0.1.0/24"), world.subnet(vpc, "10.0.2.0/24")],
        "vpcSecurityGroupIds": [world.group()],
        "requireTls": True,
        "idleClientTimeout": 1800.0,
        "debugLogging": False,
        "tags": TAGS,
    }


def _proxy(world: World) -> str:
    return world.make("aws:rds/proxy:Proxy", _proxy_inputs(world))[0]


def _pool(most: float, idle: float) -> Plain:
    return {
        "connectionPoolConfig": {
            "maxConnectionsPercent": most,
            "maxIdleConnectionsPercent": idle,
            "connectionBorrowTimeout": 30.0,
        }
    }


def _parameter(name: str, value: str, method: str = "immediate") -> Plain:
    return {"name": name, "value": value, "applyMethod": method}


_LIBRARIES = _parameter("shared_preload_libraries", "pgaudit", "pending-reboot")

EXAMPLES: Mapping[str, Example] = {
    "aws:rds/cluster:Cluster": Example(
        inputs=cluster_inputs,
        changes=lambda world: [
            {"backupRetentionPeriod": 35.0, "copyTagsToSnapshot": False},
            {"dbClusterParameterGroupName": parameter_group(world)},
            {"deletionProtection": True},
            {"preferredBackupWindow": "01:00-01:30"},
            {"preferredMaintenanceWindow": "sat:03:00-sat:04:00"},
            {"vpcSecurityGroupIds": [world.group(), world.group()]},
            {"engineVersion": "18", "allowMajorVersionUpgrade": False},
            {"skipFinalSnapshot": False, "finalSnapshotIdentifier": new_name()},
            {"snapshotIdentifier": "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:gone"},
            {"snapshotIdentifier": None, "restoreToPointInTime": {"restoreType": "full-copy"}},
            {"applyImmediately": False, "deletionProtection": False},
        ],
    ),
    "aws:rds/clusterActivityStream:ClusterActivityStream": Example(
        inputs=lambda _: {
            "resourceArn": "arn:aws:rds:eu-west-1:123456789012:cluster:corebank",
            "mode": "async",
            "kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/a",
        }
    ),
    "aws:rds/clusterInstance:ClusterInstance": Example(
        inputs=instance_inputs,
        changes=lambda _: [
            {"instanceClass": "db.r7g.xlarge", "applyImmediately": False},
            {"monitoringInterval": 30.0},
            {"monitoringRoleArn": "arn:aws:iam::123456789012:role/other"},
            {"promotionTier": 2.0, "publiclyAccessible": True},
            {"autoMinorVersionUpgrade": False, "copyTagsToSnapshot": False},
            {"preferredMaintenanceWindow": "sat:03:00-sat:04:00"},
        ],
    ),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": Example(
        inputs=lambda _: {
            "name": new_name(),
            "family": "aurora-postgresql17",
            "description": "Parameters",
            "parameters": [_parameter("rds.force_ssl", "1"), _LIBRARIES],
            "tags": TAGS,
        },
        changes=lambda _: [
            {"parameters": [_parameter("rds.force_ssl", "0"), _LIBRARIES]},
            {
                "parameters": [
                    _LIBRARIES,
                    _parameter("log_connections", "1"),
                    _parameter("rds.force_ssl", "1"),
                ]
            },
        ],
    ),
    "aws:rds/eventSubscription:EventSubscription": Example(
        inputs=lambda world: {
            "name": new_name(),
            "snsTopic": world.topic(),
            "sourceType": "db-cluster",
            "sourceIds": ["corebank"],
            "eventCategories": ["failover", "failure"],
            "enabled": True,
            "tags": TAGS,
        }
    ),
    "aws:rds/proxy:Proxy": Example(inputs=_proxy_inputs),
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": Example(
        inputs=lambda world: {"dbProxyName": _proxy(world), **_pool(80.0, 40.0)},
        changes=lambda _: [_pool(90.0, 10.0)],
    ),
    "aws:rds/proxyTarget:ProxyTarget": Example(
        inputs=lambda world: {
            "dbProxyName": _proxy(world),
            "targetGroupName": "default",
            "dbClusterIdentifier": cluster(world),
        }
    ),
    "aws:rds/subnetGroup:SubnetGroup": Example(
        inputs=lambda world: {
            "name": new_name(),
            "description": "Instances",
            "subnetIds": [world.subnet(), world.subnet()],
            "tags": TAGS,
        }
    ),
}
