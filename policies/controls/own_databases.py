"""PostgreSQL in a cluster of our own, by CloudNativePG."""

import re
from collections.abc import Iterator
from typing import Any

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed

CLUSTERS = (
    "kubernetes:postgresql.cnpg.io/v1:Cluster",
    "kubernetes:postgresql.cnpg.io/v1:ClusterPatch",
)
SCHEDULES = (
    "kubernetes:postgresql.cnpg.io/v1:ScheduledBackup",
    "kubernetes:postgresql.cnpg.io/v1:ScheduledBackupPatch",
)
STORE = "kubernetes:barmancloud.cnpg.io/v1:ObjectStore"

_LEAST_INSTANCES = 3
_LEAST_KEPT = 35
_KEPT = re.compile(r"([1-9][0-9]*)([dwm])")
_DAYS = {"d": 1, "w": 7, "m": 28}
"""By the sign of a length in CloudNativePG; a month has at least so many."""

OWN = Control(
    id="RDS-08",
    pack="data_protection",
    title="A PostgreSQL of our own outlives a node, and its backups are elsewhere",
    levels="AMM",
    severity="high",
    supports="N CP-9, N CP-10, D 12(3), R 24",
    remedy="Run three instances with a synchronous one, archive the log of writes, schedule backups"
    " and keep them for 35 days.",
)


@OWN.rule("instances", "three instances", *CLUSTERS)
def _instances(cluster: Resource) -> Wrong:
    if (cluster.at("spec", "instances") or 1) < _LEAST_INSTANCES:
        yield f"spec.instances is less than {_LEAST_INSTANCES}"


@OWN.rule("synchronous", "one instance that has all that was committed", *CLUSTERS)
def _synchronous(cluster: Resource) -> Wrong:
    number = cluster.at("spec", "postgresql", "synchronous", "number")
    if not (number or cluster.at("spec", "minSyncReplicas")):
        yield "neither spec.postgresql.synchronous.number nor spec.minSyncReplicas is above 0"


@OWN.rule("archived", "the log of writes kept elsewhere", *CLUSTERS)
def _archived(cluster: Resource) -> Wrong:
    path = cluster.at("spec", "backup", "barmanObjectStore", "destinationPath")
    if not path and not [*_archivers(cluster)]:
        yield "has neither spec.backup.barmanObjectStore nor a plugin that is isWALArchiver"


@OWN.rule_in_stack("scheduled", "backups at fixed times", *CLUSTERS)
def _scheduled(cluster: Resource, stack: Stack) -> Wrong:
    schedules = [each for each in stack.of(*SCHEDULES) if _is_of(each, cluster)]
    if not any(each.at("spec", "suspend") is not True for each in schedules):
        yield "has no ScheduledBackup that is not suspended"


@OWN.rule_in_stack("kept", "backups kept for 35 days", *CLUSTERS)
def _kept(cluster: Resource, stack: Stack) -> Wrong:
    stores = [at(plugin, "parameters", "barmanObjectName") for plugin in _archivers(cluster)]
    kept = [cluster.at("spec", "backup", "retentionPolicy")]
    kept += [
        each.at("spec", "retentionPolicy")
        for each in stack.of(STORE)
        if each.at("metadata", "name") in stores
    ]
    if not any(_days(each) >= _LEAST_KEPT for each in kept):
        yield f"retentionPolicy is less than {_LEAST_KEPT} days"


def _archivers(cluster: Resource) -> Iterator[Any]:
    for plugin in listed(cluster.properties, "spec", "plugins"):
        if at(plugin, "isWALArchiver") is True and at(plugin, "enabled") is not False:
            yield plugin


def _is_of(schedule: Resource, cluster: Resource) -> bool:
    if cluster.urn in schedule.refers.get("spec", ()):
        return True
    same_place = schedule.at("metadata", "namespace") == cluster.at("metadata", "namespace")
    return same_place and schedule.at("spec", "cluster", "name") == cluster.at("metadata", "name")


def _days(kept: str | None) -> int:
    found = _KEPT.fullmatch(kept or "")
    return int(found[1]) * _DAYS[found[2]] if found else 0


CONTROLS = (OWN,)
