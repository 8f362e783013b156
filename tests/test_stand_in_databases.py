"""Databases in moto: what is done by hand is seen, what AWS does is not, and backups come back."""

from collections.abc import Callable, Iterator

import pytest

from tests.stand_in_examples import EXAMPLES
from tests.stand_in_examples._databases import cluster_inputs
from tests.stand_in_world import Plain, World, drift, in_moto, live, new_name, row_of

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with in_moto() as world:
        yield world


def _let_it_be_deleted(world: World, cluster: str, inputs: Plain) -> None:
    del inputs
    world.call("rds", "ModifyDBCluster", DBClusterIdentifier=cluster, DeletionProtection=False)


def _keep_no_backups(world: World, cluster: str, inputs: Plain) -> None:
    del inputs
    world.call("rds", "ModifyDBCluster", DBClusterIdentifier=cluster, BackupRetentionPeriod=1)


def _open_it(world: World, cluster: str, inputs: Plain) -> None:
    del inputs
    groups = [world.group()]
    world.call("rds", "ModifyDBCluster", DBClusterIdentifier=cluster, VpcSecurityGroupIds=groups)


def _take_it_to_the_next_version(world: World, cluster: str, inputs: Plain) -> None:
    del inputs
    world.call("rds", "ModifyDBCluster", DBClusterIdentifier=cluster, EngineVersion="18.1")


def _publish(world: World, instance: str, inputs: Plain) -> None:
    del inputs
    world.call("rds", "ModifyDBInstance", DBInstanceIdentifier=instance, PubliclyAccessible=True)


def _stop_upgrades(world: World, instance: str, inputs: Plain) -> None:
    del inputs
    off = {"AutoMinorVersionUpgrade": False}
    world.call("rds", "ModifyDBInstance", DBInstanceIdentifier=instance, **off)


def _allow_plain(world: World, group: str, inputs: Plain) -> None:
    del inputs
    off = {"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}
    world.call(
        "rds", "ModifyDBClusterParameterGroup", DBClusterParameterGroupName=group, Parameters=[off]
    )


def _silence(world: World, alarm: str, inputs: Plain) -> None:
    given = {"Namespace": "AWS/RDS", "MetricName": "CPUUtilization", "Period": 60, "Threshold": 85}
    world.call(
        "cloudwatch",
        "PutMetricAlarm",
        AlarmName=alarm,
        AlarmDescription=inputs["alarmDescription"],
        Statistic=inputs["statistic"],
        EvaluationPeriods=5,
        ComparisonOperator=inputs["comparisonOperator"],
        TreatMissingData=inputs["treatMissingData"],
        Dimensions=[{"Name": "DBClusterIdentifier", "Value": "corebank"}],
        **given,
    )


@pytest.mark.parametrize(
    ("token", "by_hand", "seen"),
    [
        (CLUSTER, _let_it_be_deleted, ["deletionProtection"]),
        (CLUSTER, _keep_no_backups, ["backupRetentionPeriod"]),
        (CLUSTER, _open_it, ["vpcSecurityGroupIds[0]"]),
        (CLUSTER, _take_it_to_the_next_version, ["engineVersion"]),
        (INSTANCE, _publish, ["publiclyAccessible"]),
        (INSTANCE, _stop_upgrades, ["autoMinorVersionUpgrade"]),
        (PARAMETERS, _allow_plain, ["parameters[0].value"]),
        (
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            _silence,
            ["alarmActions", "metricName", "namespace", "okActions"],
        ),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
def test_what_is_done_by_hand_is_seen_and_put_right(
    token: str, by_hand: Callable[[World, str, Plain], None], seen: list[str], world: World
) -> None:
    inputs = EXAMPLES[token].inputs(world)
    if token == CLUSTER:
        inputs["deletionProtection"] = True
    assert world.after(by_hand, token, inputs) == (seen, [])


def test_a_minor_version_that_aws_moved_on_is_no_change(world: World) -> None:
    inputs = cluster_inputs(world)
    cluster, _ = world.make(CLUSTER, inputs)
    world.call("rds", "ModifyDBCluster", DBClusterIdentifier=cluster, EngineVersion="17.7")

    found = live(row_of(CLUSTER), world, cluster, inputs)
    assert found["engineVersionActual"] == "17.7"
    assert drift(inputs, found) == []


def test_a_declared_minor_version_would_be_one(world: World) -> None:
    inputs = {**cluster_inputs(world), "engineVersion": "17.6"}
    cluster, _ = world.make(CLUSTER, inputs)
    world.call("rds", "ModifyDBCluster", DBClusterIdentifier=cluster, EngineVersion="17.7")

    assert drift(inputs, live(row_of(CLUSTER), world, cluster, inputs)) == ["engineVersion"]


def test_the_master_password_is_in_no_state(world: World) -> None:
    _, state = world.make(CLUSTER, cluster_inputs(world))
    (told,) = state["masterUserSecrets"]
    kept = world.call("secretsmanager", "GetSecretValue", SecretId=told["secretArn"])
    assert "password" in kept["SecretString"]
    assert not {key for key in state if "assword" in key} - {"manageMasterUserPassword"}
    assert kept["SecretString"] not in str(state)


def _like(world: World, inputs: Plain, **changes: object) -> Plain:
    """A second cluster's declaration, which has its own surroundings."""
    own = cluster_inputs(world)
    return {**inputs, **{key: own[key] for key in _OWN}, **changes}


_OWN = ("clusterIdentifier", "dbClusterParameterGroupName", "dbSubnetGroupName", "kmsKeyId")


@pytest.mark.parametrize(
    "when", [{"useLatestRestorableTime": True}, {"restoreToTime": "2026-11-24T14:00:00Z"}]
)
def test_a_cluster_is_built_of_anothers_past_and_is_as_declared(world: World, when: Plain) -> None:
    first = cluster_inputs(world)
    source, before = world.make(CLUSTER, first)
    past = {"sourceClusterIdentifier": source, "restoreType": "full-copy", **when}
    inputs = _like(
        world,
        first,
        restoreToPointInTime=past,
        backupRetentionPeriod=35.0,
        deletionProtection=True,
        tags={"owner": "restored"},
    )
    cluster, state = world.make(CLUSTER, inputs)

    assert cluster != source
    assert drift(inputs, state) == []
    assert state["masterUserSecrets"] != before["masterUserSecrets"]
    assert live(row_of(CLUSTER), world, source, first) == before


def test_a_past_of_a_cluster_that_is_not_there_can_not_be_restored(world: World) -> None:
    past = {"sourceClusterIdentifier": "gone", "useLatestRestorableTime": True}
    inputs = {**cluster_inputs(world), "restoreToPointInTime": past}
    with pytest.raises(Exception, match="DBClusterNotFound"):
        world.make(CLUSTER, inputs)


def test_a_cluster_is_built_of_a_snapshot_when_the_first_is_gone(world: World) -> None:
    row = row_of(CLUSTER)
    first = {
        **cluster_inputs(world),
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": new_name(),
    }
    source, state = world.make(CLUSTER, first)
    row.delete(world.aws, source, state)
    assert row.read(world.aws, source, first, state) is None

    kept = first["finalSnapshotIdentifier"]
    arn = f"arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:{kept}"
    inputs = _like(world, first, snapshotIdentifier=arn)
    assert drift(inputs, world.make(CLUSTER, inputs)[1]) == []


def test_a_snapshot_that_is_not_there_can_not_be_restored(world: World) -> None:
    arn = "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:gone"
    with pytest.raises(Exception, match="DBClusterSnapshotNotFound"):
        world.make(CLUSTER, {**cluster_inputs(world), "snapshotIdentifier": arn})


@pytest.mark.parametrize(
    ("path", "old", "new", "replaced"),
    [
        ("restoreToPointInTime.restoreToTime", "2026-11-24T14:00:00Z", None, True),
        ("restoreToPointInTime", None, {"sourceClusterIdentifier": "corebank"}, True),
        ("snapshotIdentifier", None, "arn", True),
        ("snapshotIdentifier", "arn", None, False),
        ("engineVersion", "16", "17", False),
        ("kmsKeyId", "a", "b", True),
        ("clusterIdentifier", "a", "b", True),
    ],
)
def test_a_change_of_what_a_cluster_is_built_of_replaces_it(
    path: str, old: object, new: object, *, replaced: bool
) -> None:
    assert row_of(CLUSTER).replaced_by(path, old, new) is replaced


def test_a_parameter_that_is_given_up_is_not_passed_over(world: World) -> None:
    row, inputs = row_of(PARAMETERS), EXAMPLES[PARAMETERS].inputs(world)
    group, state = world.make(PARAMETERS, inputs)
    fewer = {**inputs, "parameters": inputs["parameters"][:1]}
    row.update(world.aws, group, state, inputs, fewer)
    # moto can't set it back, and the framework refuses what a server did not take.
    assert drift(fewer, live(row, world, group, fewer)) == ["parameters"]
