"""PostgreSQL in clusters of our own: RDS-08."""

from dataclasses import replace
from typing import Any

from policies.controls import Object, Resource
from policies.controls.own_databases import CLUSTERS, SCHEDULES, STORE
from tests.controls.cases import UNKNOWN, Cases, Change, beside, plain, thing

_CLUSTER, _PATCH = CLUSTERS
_SCHEDULE = SCHEDULES[0]
_PLUGIN = {
    "name": "barman-cloud.cloudnative-pg.io",
    "isWALArchiver": True,
    "parameters": {"barmanObjectName": "kept"},
}
_METADATA = {"name": "ledger", "namespace": "payments"}
_OF_LEDGER = {"cluster": {"name": "ledger"}, "schedule": "0 0 2 * * *"}
_LEDGER = thing(_CLUSTER, metadata=_METADATA, spec={})


def _with(**spec: Any) -> dict[str, Any]:
    return {"metadata": _METADATA, "spec": spec}


def _kept_for(length: str) -> Resource:
    return thing(STORE, metadata={"name": "kept"}, spec={"retentionPolicy": length})


CASES = {
    "rds-08-instances": Cases(
        fails=[_with(), _with(instances=2.0), thing(_PATCH, spec={"instances": 1.0})],
        passes=[_with(instances=3.0), thing(_PATCH, spec={"instances": 5.0})],
        unknown=[_with(instances=UNKNOWN), {"spec": UNKNOWN}],
    ),
    "rds-08-synchronous": Cases(
        fails=[
            _with(),
            _with(minSyncReplicas=0.0),
            _with(postgresql={"synchronous": {"method": "any"}}),
        ],
        passes=[
            _with(minSyncReplicas=1.0, maxSyncReplicas=1.0),
            _with(postgresql={"synchronous": {"method": "any", "number": 1.0}}),
        ],
        unknown=[_with(postgresql={"synchronous": {"number": UNKNOWN}})],
    ),
    "rds-08-archived": Cases(
        fails=[
            _with(),
            _with(backup={"retentionPolicy": "35d"}),
            _with(plugins=[{"name": "barman-cloud.cloudnative-pg.io"}]),
            _with(plugins=[{**_PLUGIN, "enabled": False}]),
        ],
        passes=[
            _with(backup={"barmanObjectStore": {"destinationPath": "s3://backups"}}),
            _with(plugins=[{"name": "other"}, _PLUGIN]),
        ],
        unknown=[_with(backup=UNKNOWN), _with(plugins=UNKNOWN)],
    ),
    "rds-08-scheduled": Cases(
        fails=[
            [_LEDGER],
            [
                _LEDGER,
                thing(_SCHEDULE, metadata={"namespace": "cards"}, spec=_OF_LEDGER),
            ],
            [_LEDGER, thing(_SCHEDULE, metadata=_METADATA, spec={**_OF_LEDGER, "suspend": True})],
        ],
        passes=[
            [_LEDGER, thing(_SCHEDULE, metadata=_METADATA, spec=_OF_LEDGER)],
            [_LEDGER, thing(_SCHEDULE, refers={"spec": _LEDGER}, spec={"cluster": UNKNOWN})],
        ],
        unknown=[
            [
                _LEDGER,
                thing(_SCHEDULE, metadata=_METADATA, spec={"cluster": {"name": UNKNOWN}}),
            ]
        ],
    ),
    "rds-08-kept": Cases(
        fails=[
            [_LEDGER],
            [thing(_CLUSTER, **_with(backup={"retentionPolicy": "30d"}))],
            [thing(_CLUSTER, **_with(backup={"retentionPolicy": "1m"}))],
            [thing(_CLUSTER, **_with(plugins=[_PLUGIN])), _kept_for("2w")],
            [_LEDGER, _kept_for("90d")],
        ],
        passes=[
            [thing(_CLUSTER, **_with(backup={"retentionPolicy": "35d"}))],
            [thing(_CLUSTER, **_with(backup={"retentionPolicy": "5w"}))],
            [thing(_CLUSTER, **_with(plugins=[_PLUGIN])), _kept_for("2m")],
        ],
        unknown=[
            [thing(_CLUSTER, **_with(backup={"retentionPolicy": UNKNOWN}))],
            [thing(_CLUSTER, **_with(plugins=[_PLUGIN])), _kept_for(UNKNOWN)],
        ],
    ),
}

_ELSEWHERE = Object({**plain(_LEDGER), "metadata": {"name": "ledger", "namespace": "ledger"}})

LOOSENED: dict[str, Change] = {
    "RDS-08": beside(replace(_LEDGER, protect=True, properties=_ELSEWHERE))
}
"""The bank has no PostgreSQL of its own: its databases are in Aurora, and on premises none are."""
