"""Which changes of the databases that stand are refused. Pure."""

from collections.abc import Iterator

from domains import Catalogue
from problems import Problem
from settings import PointInTime, Settings, Snapshot
from standing._state import Outputs, Standing


def a_database_is_not_taken_back(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    """Aurora upgrades a cluster and never downgrades one."""
    del catalogue
    asked = settings.database.engine_version
    for cluster in _asked_for(standing, settings):
        there = str(cluster["engineVersion"]).split(".")[0]
        if int(asked) < int(there):
            yield Problem(
                code="downgrade",
                path="corebank:database.engineVersion",
                what=f"is older than what stands, {there}, and Amazon RDS takes none back",
                got=asked,
                fix=f"use {there} or a later one",
            )


def what_a_database_began_with_stays(
    standing: Standing, settings: Settings, catalogue: Catalogue
) -> Iterator[Problem]:
    """Another origin makes another cluster: the one that stands would go, with its data."""
    del catalogue
    for cluster in _asked_for(standing, settings):
        name = str(cluster["clusterIdentifier"])
        origin = settings.database.clusters[name]
        there = _begun_with(cluster)
        asked = (
            origin.arn
            if isinstance(origin, Snapshot)
            else origin.cluster
            if isinstance(origin, PointInTime)
            else None
        )
        if asked != there:
            yield Problem(
                code="makes-anew",
                path=f"corebank:database.clusters.{name}",
                what=f"would make the cluster anew: it began with {there or 'nothing'}",
                got=asked or "new",
                fix="put it back, and restore beside it, under another name",
            )


def _asked_for(standing: Standing, settings: Settings) -> list[Outputs]:
    """Those that stand and are still asked for; giving one up is the engine's to protect from."""
    return [
        cluster
        for cluster in standing.of("aws:rds/cluster:Cluster")
        if cluster["clusterIdentifier"] in settings.database.clusters
    ]


def _begun_with(cluster: Outputs) -> str | None:
    restored: Outputs = cluster.get("restoreToPointInTime") or {}
    found = cluster.get("snapshotIdentifier") or restored.get("sourceClusterIdentifier")
    return str(found) if found else None
