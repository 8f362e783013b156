"""A database restored beside the first: what is added, what serves, and what stays."""

import json
from collections.abc import Mapping

import pytest

from bank import build
from domains import Catalogue
from settings import load_settings
from tests.engine import Deployment, deploy
from tests.stack_files import STACKS, config_of

CLUSTER = "aws:rds/cluster:Cluster"
CONFIG_MAP, DEPLOYMENT = "kubernetes:core/v1:ConfigMap", "kubernetes:apps/v1:Deployment"
PAST = "corebank at 2026-11-24T15:30:00+01:00"
SNAPSHOT = "arn:aws:rds:eu-west-1:{account}:cluster-snapshot:awsbackup:job-1"

every_stack = pytest.mark.parametrize("stack", STACKS)


def with_clusters(
    stack: str, catalogue: Catalogue, clusters: Mapping[str, str], serving: str = "corebank"
) -> Deployment:
    changes = {
        "corebank:database.clusters": dict(clusters),
        "corebank:database.serving": serving,
    }
    settings = load_settings(stack, config_of(stack, changes))
    return deploy(lambda: build(settings, catalogue), stack=stack)


def as_declared(bank: Deployment, name: str = "") -> dict[str, tuple[Mapping[str, object], bool]]:
    """What is asked of each resource whose name starts so; not in which order it is waited for."""
    return {r.urn: (r.inputs, r.protect) for r in bank.resources if r.name.startswith(name)}


@every_stack
def test_restoring_adds_a_cluster_and_touches_nothing_that_is_there(
    stack: str, catalogue: Catalogue
) -> None:
    before = with_clusters(stack, catalogue, {"corebank": "new"})
    after = with_clusters(stack, catalogue, {"corebank": "new", "corebank-restored": PAST})

    assert as_declared(before).items() <= as_declared(after).items()
    assert after.exports == before.exports
    added = as_declared(after).keys() - as_declared(before).keys()
    assert added == as_declared(after, "database-corebank-restored").keys()
    assert len(added) == len(as_declared(before, "database-corebank"))


def test_a_restored_cluster_is_of_the_same_make(catalogue: Catalogue) -> None:
    bank = with_clusters("production", catalogue, {"corebank": "new", "restored": PAST})
    first, second = (bank.one(CLUSTER, f"database-{it}-cluster") for it in ("corebank", "restored"))

    assert second.inputs["restoreToPointInTime"] == {
        "sourceClusterIdentifier": "corebank",
        "restoreType": "full-copy",
        "restoreToTime": "2026-11-24T14:30:00Z",
    }
    same = {key for key in first.inputs if first.inputs[key] == second.inputs.get(key)}
    assert first.inputs.keys() - same == {
        "clusterIdentifier",
        "dbClusterParameterGroupName",
        "dbSubnetGroupName",
        "finalSnapshotIdentifier",
        "tags",
        "vpcSecurityGroupIds",
    }
    assert second.protect
    assert second.inputs["deletionProtection"] is True


def test_the_latest_time_is_rds_s_to_find(catalogue: Catalogue) -> None:
    bank = with_clusters("sandbox", catalogue, {"corebank": "new", "b": "corebank at latest"})
    assert bank.one(CLUSTER, "database-b-cluster").inputs["restoreToPointInTime"] == {
        "sourceClusterIdentifier": "corebank",
        "restoreType": "full-copy",
        "useLatestRestorableTime": True,
    }


@every_stack
def test_a_snapshot_is_restored_where_the_first_cluster_is_gone(
    stack: str, catalogue: Catalogue
) -> None:
    arn = SNAPSHOT.format(account=config_of(stack)["corebank:account"])
    bank = with_clusters(stack, catalogue, {"corebank-restored": arn}, "corebank-restored")
    assert bank.one(CLUSTER).inputs["snapshotIdentifier"] == arn
    assert "restoreToPointInTime" not in bank.one(CLUSTER).inputs
    assert bank.exports["database"]["clusterIdentifier"] == "corebank-restored"


def test_clients_are_led_to_the_cluster_that_serves(catalogue: Catalogue) -> None:
    clusters = {"corebank": "new", "restored": PAST}
    before = with_clusters("sandbox", catalogue, clusters)
    after = with_clusters("sandbox", catalogue, clusters, "restored")
    assert before.exports["database"]["clusterIdentifier"] == "corebank"
    assert after.exports["database"]["clusterIdentifier"] == "restored"
    # Nothing is made or taken away; who makes databases, and logins of them, goes there too, and
    # every domain that has one is told, and starts anew.
    there, now = as_declared(before), as_declared(after)
    assert now.keys() == there.keys()
    provider = after.one("pulumi:providers:postgresql")
    way = after.one("vault:database/secretBackendConnection:SecretBackendConnection")
    having = [f"{domain.name}-workload" for domain in catalogue.domains if domain.database]
    told_of_it = [after.one(CONFIG_MAP, f"{each}-environment").urn for each in having]
    anew = [after.one(DEPLOYMENT, f"{each}-deployment").urn for each in having]
    changed = {urn for urn in there if now[urn] != there[urn]}
    assert changed == {provider.urn, way.urn, *told_of_it, *anew}
    former, new = (f"database-{name}-cluster.example" for name in ("corebank", "restored"))
    for resource in (provider, way):
        inputs, protect = there[resource.urn]
        told = json.dumps(inputs)
        assert former in told
        assert (json.loads(told.replace(former, new)), protect) == now[resource.urn]


@pytest.mark.parametrize("origin", [PAST, SNAPSHOT.format(account="333333333333")])
def test_a_cluster_that_was_restored_stays_what_it_is(catalogue: Catalogue, origin: str) -> None:
    beside = with_clusters("production", catalogue, {"corebank": "new", "b": origin}, "b")
    alone = with_clusters("production", catalogue, {"b": origin}, "b")
    assert as_declared(alone, "database-b") == as_declared(beside, "database-b")
    assert as_declared(alone, "database-b")
