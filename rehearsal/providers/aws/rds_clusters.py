"""Aurora clusters, in moto: made empty or out of a backup, as the official provider makes them."""

from collections.abc import Mapping
from dataclasses import replace

from rehearsal.providers.aws.api import ApiResource
from rehearsal.providers.aws.calls import Call, Setting
from rehearsal.providers.aws.client import Aws
from rehearsal.providers.aws.tagging_ways import pairs
from rehearsal.providers.values import Plain

_CLUSTER = {"DBClusterIdentifier": "{id}"}
_WORDS = {
    "clusterIdentifier": "DBClusterIdentifier",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
}
"""What the provider calls otherwise than the calls that make a cluster do."""

_CHANGED = (
    "backupRetentionPeriod",
    "copyTagsToSnapshot",
    "dbClusterParameterGroupName",
    "deletionProtection",
    "preferredBackupWindow",
    "preferredMaintenanceWindow",
    "vpcSecurityGroupIds",
)
"""Properties that moto changes in place; of others it says that it did, and does not."""

_NOT_AT_RESTORE = (
    "backupRetentionPeriod",
    "engine",
    "engineVersion",
    "manageMasterUserPassword",
    "masterUserSecretKmsKeyId",
    "masterUsername",
    "preferredBackupWindow",
    "preferredMaintenanceWindow",
    "storageEncrypted",
)
"""What comes with the backup, or is set once the cluster is there."""


def renamed(inputs: Plain, words: Mapping[str, str]) -> Plain:
    """Inputs under the names that an API's call has for them."""
    return {words.get(key, key): value for key, value in inputs.items()}


class _Cluster(ApiResource):
    """The row of clusters, which are made by one of three ways."""

    def create(self, client: Aws, inputs: Plain) -> str:
        """Makes it as declared: of another cluster's past, of a snapshot, or of nothing."""
        if past := inputs.get("restoreToPointInTime"):
            return self._restore(client, inputs, past)
        if arn := inputs.get("snapshotIdentifier"):
            inputs = {**inputs, **self._taken_over(client, inputs, arn)}
        return super().create(client, inputs)

    def read(self, client: Aws, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Tells a version as it was declared, if the running one is of that kind.

        AWS moves minor versions on; to who declared the major one only, that is no change.
        """
        found = super().read(client, resource_id, inputs, state)
        declared = inputs.get("engineVersion")
        if found and declared and found["engineVersionActual"].startswith(f"{declared}."):
            found["engineVersion"] = declared
        return found

    def _restore(self, client: Aws, inputs: Plain, past: Plain) -> str:
        source = {
            "SourceDBClusterIdentifier": past["sourceClusterIdentifier"],
            "RestoreType": past.get("restoreType"),
            "RestoreToTime": past.get("restoreToTime"),
            "UseLatestRestorableTime": past.get("useLatestRestorableTime"),
            # moto would copy the other cluster's.
            "Tags": pairs(inputs.get("tags") or {}),
        }
        given = {key: value for key, value in inputs.items() if key not in _NOT_AT_RESTORE}
        by = Call("RestoreDBClusterToPointInTime", source)
        resource_id = ApiResource.create(replace(self, create_by=by), client, given)
        names = {**inputs, "id": resource_id, "region": client.region(inputs)}
        for call in (_SECRET, _CHANGE):
            self._call(client, call, names)
        return resource_id

    def _taken_over(self, client: Aws, inputs: Plain, arn: str) -> Plain:
        """What a cluster has of its snapshot.

        The snapshot has to be there. That moto then makes a plain cluster is its own fault: it
        can't restore where AWS keeps the master password. There is no data in either.
        """
        named = Call(
            "DescribeDBClusterSnapshots",
            {"DBClusterSnapshotIdentifier": arn.partition(":cluster-snapshot:")[2]},
            "DBClusterSnapshots[0]",
        )
        snapshot = self._call(client, named, {**inputs, "region": client.region(inputs)})
        return {
            "engineVersion": snapshot["EngineVersion"],
            "masterUsername": snapshot["MasterUsername"],
        }


_SECRET = Call(
    "ModifyDBCluster",
    {
        **_CLUSTER,
        "ManageMasterUserPassword": "{manageMasterUserPassword}",
        "MasterUserSecretKmsKeyId": "{masterUserSecretKmsKeyId}",
        "ApplyImmediately": True,
    },
)

_CHANGE = Call(
    "ModifyDBCluster",
    {
        **_CLUSTER,
        "BackupRetentionPeriod": "{backupRetentionPeriod}",
        "CopyTagsToSnapshot": "{copyTagsToSnapshot}",
        "DBClusterParameterGroupName": "{dbClusterParameterGroupName}",
        "DeletionProtection": "{deletionProtection}",
        "PreferredBackupWindow": "{preferredBackupWindow}",
        "PreferredMaintenanceWindow": "{preferredMaintenanceWindow}",
        "VpcSecurityGroupIds": "{vpcSecurityGroupIds}",
        "ApplyImmediately": True,
    },
)


def _receive(answer: Plain) -> Plain:
    secret: Plain | None = answer.get("MasterUserSecret")
    groups: list[Plain] = answer.get("VpcSecurityGroups") or []
    return {
        "clusterIdentifier": answer["DBClusterIdentifier"],
        "clusterResourceId": answer["DbClusterResourceId"],
        "dbClusterParameterGroupName": answer.get("DBClusterParameterGroup"),
        "dbSubnetGroupName": answer.get("DBSubnetGroup"),
        "engineVersionActual": answer["EngineVersion"],
        "manageMasterUserPassword": secret is not None,
        "masterUserSecretKmsKeyId": secret and secret.get("KmsKeyId"),
        "masterUserSecrets": []
        if secret is None
        else [{"kmsKeyId": secret.get("KmsKeyId"), "secretArn": secret["SecretArn"]}],
        "vpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in groups],
    }


CLUSTER = _Cluster(
    type="aws:rds/cluster:Cluster",
    service="rds",
    create_by=Call("CreateDBCluster"),
    id="{clusterIdentifier}",
    read_by=Call("DescribeDBClusters", _CLUSTER, "DBClusters[0]"),
    delete_by=(
        Call(
            "DeleteDBCluster",
            {
                **_CLUSTER,
                "SkipFinalSnapshot": "{skipFinalSnapshot || `false`}",
                "FinalDBSnapshotIdentifier": (
                    "{[@][?!skipFinalSnapshot].finalSnapshotIdentifier | [0]}"
                ),
            },
        ),
    ),
    settings=(
        Setting(
            names=_CHANGED,
            write=_CHANGE,
            at_create=False,
        ),
        Setting(
            names=("engineVersion",),
            write=Call(
                "ModifyDBCluster",
                {
                    **_CLUSTER,
                    "EngineVersion": "{engineVersion}",
                    "AllowMajorVersionUpgrade": "{allowMajorVersionUpgrade}",
                    "ApplyImmediately": True,
                },
            ),
            at_create=False,
        ),
    ),
    local=(
        "allowMajorVersionUpgrade",
        "applyImmediately",
        "finalSnapshotIdentifier",
        "restoreToPointInTime",
        "skipFinalSnapshot",
        "snapshotIdentifier",
    ),
    send=lambda inputs: renamed(inputs, _WORDS),
    receive=_receive,
    computed={"arn": "{dBClusterArn}"},
    # Instances change these.
    volatile=("MultiAZ", "Status"),
    replaces=(
        "clusterIdentifier",
        "databaseName",
        "dbSubnetGroupName",
        "engine",
        "kmsKeyId",
        "masterUsername",
        "port",
        "restoreToPointInTime",
        "storageEncrypted",
    ),
    # Taken out it changes nothing: the cluster is there.
    replaces_when={"snapshotIdentifier": lambda _, new: new is not None},
    autoname="clusterIdentifier",
    tags_of="{arn}",
)
