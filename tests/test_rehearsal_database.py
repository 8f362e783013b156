"""Live: a database is restored beside the standing one, clients are led over, the old one stays.

In staging, where the database is protected. The steps are those of
``docs/runbooks/restore-database.md``.
"""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from domains import Catalogue
from tests.rehearsed import Copy, aws, up

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(900)]

FILE = "Pulumi.staging.yaml"
STANDING = "corebank: new\n"
RESTORED = "corebank: new\n      corebank-restored: corebank at latest\n"

Addresses = dict[str, Any]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy of the project with its staging up."""
    with up(tmp_path_factory.mktemp("copy"), "staging") as copy:
        yield copy


@pytest.fixture(scope="module")
def rds(copy: Copy) -> Any:
    return aws(copy.addresses("staging"), "rds")


@contextmanager
def given_up(copy: Copy) -> Generator[None]:
    """A stack file that has the restored cluster only."""
    without = RESTORED.replace(STANDING, "").strip() + "\n"
    with (
        copy.edited(FILE, STANDING, without),
        copy.edited(FILE, "serving: corebank\n", "serving: corebank-restored\n"),
    ):
        yield


def clusters(rds: Any) -> dict[str, dict[str, Any]]:
    return {it["DBClusterIdentifier"]: it for it in rds.describe_db_clusters()["DBClusters"]}


def test_moto_has_the_cluster_as_the_bank_decided(rds: Any) -> None:
    found = clusters(rds)["corebank"]
    assert found["DeletionProtection"]
    assert found["StorageEncrypted"]
    assert found["IAMDatabaseAuthenticationEnabled"]
    assert found["BackupRetentionPeriod"] == 7
    assert found["MultiAZ"]
    assert len(found["DBClusterMembers"]) == 2


def test_what_is_done_by_hand_is_named_and_put_right(copy: Copy, rds: Any) -> None:
    rds.modify_db_cluster(DBClusterIdentifier="corebank", DeletionProtection=False)
    instance = "corebank-eu-west-1a"
    rds.modify_db_instance(DBInstanceIdentifier=instance, PubliclyAccessible=True)

    assert copy.plan("staging") == {}
    assert copy.differing("staging") == {
        "database-corebank-cluster": ["deletionProtection"],
        "database-corebank-eu-west-1a": ["publiclyAccessible"],
    }
    assert copy.update("staging", "--refresh").returncode == 0
    assert copy.plan("staging", "--expect-no-changes", "--refresh") == {}
    assert clusters(rds)["corebank"]["DeletionProtection"]


def test_a_minor_upgrade_by_aws_is_no_drift(copy: Copy, rds: Any) -> None:
    rds.modify_db_cluster(DBClusterIdentifier="corebank", EngineVersion="17.7")
    assert copy.plan("staging", "--expect-no-changes", "--refresh") == {}
    assert clusters(rds)["corebank"]["EngineVersion"] == "17.7"


def test_a_restored_cluster_stands_beside_the_first_and_clients_are_led_over(
    copy: Copy, rds: Any, catalogue: Catalogue
) -> None:
    # What makes domains' databases and logins goes along with them.
    led_over = {"databases-connection": "update", "postgresql": "update"}
    for domain in catalogue.domains:
        if domain.database:
            led_over[f"{domain.name}-workload-environment"] = "update"
            led_over[f"{domain.name}-workload-deployment"] = "update"
    before = clusters(rds)["corebank"]
    with copy.edited(FILE, STANDING, RESTORED):
        planned = copy.plan("staging")
        assert set(planned.values()) == {"create"}
        assert all(name.startswith("database-corebank-restored") for name in planned)

        assert copy.update("staging").returncode == 0
        assert copy.plan("staging", "--expect-no-changes", "--refresh") == {}
        after = clusters(rds)
        assert after["corebank"]["DbClusterResourceId"] == before["DbClusterResourceId"]
        assert after["corebank-restored"]["EngineVersion"] == before["EngineVersion"]
        assert after["corebank-restored"]["DeletionProtection"]

        with copy.edited(FILE, "serving: corebank\n", "serving: corebank-restored\n"):
            assert copy.plan("staging") == led_over
            assert copy.update("staging").returncode == 0
            assert copy.plan("staging", "--expect-no-changes", "--refresh") == {}
            served = copy.pulumi("staging", "stack", "output", "database", "--json").stdout
            assert '"clusterIdentifier": "corebank-restored"' in served


def test_the_first_cluster_is_not_given_up_by_a_line_that_is_missing(copy: Copy, rds: Any) -> None:
    with given_up(copy):
        refused = copy.pulumi("staging", "preview", "--suppress-outputs")
        assert refused.returncode != 0
        said = refused.stdout + refused.stderr
        assert 'Cluster::database-corebank-cluster" cannot be deleted' in said
        assert "because it is protected" in said
    assert clusters(rds).keys() == {"corebank", "corebank-restored"}


def test_the_first_cluster_is_given_up_in_the_steps_of_the_runbook(copy: Copy, rds: Any) -> None:
    of_cluster = "urn:pulumi:staging::corebank::corebank:components:PostgresCluster$aws"
    logs = ("iam-db-auth-error", "instance", "postgresql")
    with given_up(copy):
        cluster = f"{of_cluster}:rds/cluster:Cluster::database-corebank-cluster"
        assert copy.pulumi("staging", "state", "unprotect", "--yes", cluster).returncode == 0
        rds.modify_db_cluster(DBClusterIdentifier="corebank", DeletionProtection=False)

        but_logs = ("--exclude", "**::database-corebank-*-logs")
        planned = copy.plan("staging", *but_logs)
        assert set(planned.values()) == {"delete"}
        assert "database-corebank-cluster" in planned
        assert not [name for name in planned if name.startswith("database-corebank-restored")]
        assert copy.update("staging", *but_logs).returncode == 0

        for log in logs:
            urn = f"{of_cluster}:cloudwatch/logGroup:LogGroup::database-corebank-{log}-logs"
            done = copy.pulumi("staging", "state", "delete", "--yes", "--force", urn)
            assert done.returncode == 0, done.stderr
        assert copy.plan("staging") == {"database-corebank": "delete"}
        assert copy.update("staging").returncode == 0
        assert copy.plan("staging", "--expect-no-changes", "--refresh") == {}

    assert clusters(rds).keys() == {"corebank-restored"}
    told = rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="corebank-final")
    assert told["DBClusterSnapshots"][0]["StorageEncrypted"]
    kept = aws(copy.addresses("staging"), "logs").describe_log_groups(
        logGroupNamePrefix="/aws/rds/cluster/corebank/"
    )
    assert len(kept["logGroups"]) == len(logs)
