"""Databases: RDS-05 to RDS-07."""

from typing import Any

from policies.controls import Resource
from policies.controls.database_settings import CLUSTER_PARAMETERS, PARAMETERS
from policies.controls.databases import CLUSTER, INSTANCE, MEMBER
from tests.controls.cases import UNKNOWN, Cases, Change, change, edit, thing

_POSTGRES: dict[str, Any] = {"engine": "aurora-postgresql"}
_MYSQL: dict[str, Any] = {"engine": "mysql"}


def _set(type_: str, **parameters: object) -> list[Resource]:
    """A database, and the group that it is of."""
    key, group = (
        ("dbClusterParameterGroupName", CLUSTER_PARAMETERS)
        if type_ == CLUSTER
        else ("parameterGroupName", PARAMETERS)
    )
    named = [
        {"name": name.replace("__", "."), "value": value} for name, value in parameters.items()
    ]
    made = thing(group, name="corebank", parameters=named)
    # Of what the name is made is known, and the name is not.
    unknown: dict[str, Any] = {key: UNKNOWN}
    return [made, thing(type_, refers={key: made}, engine="postgres", **unknown)]


def _group(**properties: Any) -> Resource:
    return thing(PARAMETERS, "group", **properties)


def _lose_tls(parameters: dict[str, Any]) -> None:
    for parameter in parameters["parameters"]:
        if parameter["name"] == "rds.force_ssl":
            parameter["value"] = "0"


CASES = {
    "rds-05-password": Cases(
        fails=[
            {},
            {"masterPassword": UNKNOWN},
            {"masterPassword": "never-told", "manageMasterUserPassword": True},
            {"manageMasterUserPassword": False},
            thing(INSTANCE, password="never-told"),  # noqa: S106 - what has to be refused
        ],
        passes=[
            {"manageMasterUserPassword": True},
            {"masterPasswordWo": UNKNOWN, "masterPasswordWoVersion": 1.0},
            thing(INSTANCE, passwordWo=UNKNOWN),
            thing(INSTANCE, replicateSourceDb="other"),
        ],
        unknown=[{"manageMasterUserPassword": UNKNOWN}],
    ),
    "rds-05-name": Cases(
        fails=[
            {"masterUsername": "postgres"},
            {"masterUsername": "Admin"},
            thing(INSTANCE, username="root"),
        ],
        passes=[{"masterUsername": "corebank_owner"}, thing(INSTANCE, username="owner"), {}],
        unknown=[{"masterUsername": UNKNOWN}, thing(INSTANCE, username=UNKNOWN)],
    ),
    "rds-05-iam": Cases(
        fails=[{}, {"iamDatabaseAuthenticationEnabled": False}, thing(INSTANCE)],
        passes=[
            {"iamDatabaseAuthenticationEnabled": True},
            thing(INSTANCE, iamDatabaseAuthenticationEnabled=True),
        ],
        unknown=[{"iamDatabaseAuthenticationEnabled": UNKNOWN}],
    ),
    "rds-06-tls": Cases(
        fails=[
            [thing(CLUSTER, **_POSTGRES)],
            [thing(CLUSTER, **_POSTGRES, dbClusterParameterGroupName="default.postgres17")],
            _set(CLUSTER, rds__force_ssl="0"),
            _set(INSTANCE, log_connections="1"),
            [
                _group(name="other", parameters=[{"name": "rds.force_ssl", "value": "1"}]),
                thing(INSTANCE, **_POSTGRES, parameterGroupName="mine"),
            ],
        ],
        passes=[
            _set(CLUSTER, rds__force_ssl="1"),
            _set(INSTANCE, rds__force_ssl=1),
            [
                _group(name="mine", parameters=[{"name": "rds.force_ssl", "value": "1"}]),
                thing(INSTANCE, **_POSTGRES, parameterGroupName="mine"),
            ],
            [thing(INSTANCE, **_MYSQL)],
        ],
        unknown=[_set(CLUSTER, rds__force_ssl=UNKNOWN), [thing(CLUSTER, engine=UNKNOWN)]],
    ),
    "rds-06-connections": Cases(
        fails=[
            [thing(CLUSTER, **_POSTGRES)],
            _set(CLUSTER, log_connections="0"),
            _set(INSTANCE, log_disconnections="1"),
        ],
        passes=[
            _set(CLUSTER, log_connections="1", other=UNKNOWN),
            _set(INSTANCE, log_connections="on"),
            [thing(CLUSTER, **_MYSQL)],
        ],
        unknown=[_set(CLUSTER, log_connections=UNKNOWN)],
    ),
    "rds-06-audit": Cases(
        fails=[
            [thing(CLUSTER, **_POSTGRES)],
            _set(CLUSTER, shared_preload_libraries="pgaudit"),
            _set(CLUSTER, shared_preload_libraries="pgaudit", pgaudit__log="none"),
            _set(INSTANCE, shared_preload_libraries="pg_stat_statements", pgaudit__log="ddl"),
        ],
        passes=[
            _set(CLUSTER, shared_preload_libraries="a, pgaudit", pgaudit__log="ddl,role"),
            _set(INSTANCE, shared_preload_libraries="pgaudit", pgaudit__log="all"),
            [thing(INSTANCE, **_MYSQL)],
        ],
        unknown=[_set(CLUSTER, shared_preload_libraries=UNKNOWN, pgaudit__log="ddl")],
    ),
    "rds-06-exported": Cases(
        fails=[
            _POSTGRES,
            {**_POSTGRES, "enabledCloudwatchLogsExports": []},
            thing(INSTANCE, **_POSTGRES, enabledCloudwatchLogsExports=["upgrade"]),
        ],
        passes=[
            {**_POSTGRES, "enabledCloudwatchLogsExports": ["instance", "postgresql"]},
            thing(INSTANCE, **_POSTGRES, enabledCloudwatchLogsExports=["postgresql"]),
            thing(INSTANCE, **_MYSQL),
        ],
        unknown=[{**_POSTGRES, "enabledCloudwatchLogsExports": UNKNOWN}],
    ),
    "rds-06-proxy": Cases(
        fails=[{}, {"requireTls": False}],
        passes=[{"requireTls": True}, {"requireTls": True, "debugLogging": UNKNOWN}],
        unknown=[{"requireTls": UNKNOWN}],
    ),
    "rds-07-upgrades": Cases(
        fails=[{"autoMinorVersionUpgrade": False}, thing(MEMBER, autoMinorVersionUpgrade=False)],
        passes=[{}, thing(MEMBER, autoMinorVersionUpgrade=True), thing(INSTANCE)],
        unknown=[{"autoMinorVersionUpgrade": UNKNOWN}],
    ),
    "rds-07-tags": Cases(
        fails=[{}, {"copyTagsToSnapshot": False}, thing(INSTANCE)],
        passes=[{"copyTagsToSnapshot": True}, thing(INSTANCE, copyTagsToSnapshot=True)],
        unknown=[{"copyTagsToSnapshot": UNKNOWN}],
    ),
    "rds-07-monitored": Cases(
        fails=[{}, {"monitoringInterval": 0.0}, thing(MEMBER)],
        passes=[{"monitoringInterval": 60.0}, thing(MEMBER, monitoringInterval=1.0)],
        unknown=[{"monitoringInterval": UNKNOWN}],
    ),
    "rds-07-version": Cases(
        fails=[
            _POSTGRES,
            {**_POSTGRES, "engineVersion": "13.9"},
            {**_POSTGRES, "engineVersion": "170"},
            thing(INSTANCE, engine="mysql", engineVersion="5.7"),
            thing(INSTANCE, engineVersion="17"),
        ],
        passes=[
            {**_POSTGRES, "engineVersion": "17"},
            thing(INSTANCE, engine="postgres", engineVersion="16.4"),
            thing(INSTANCE, replicateSourceDb="other"),
        ],
        unknown=[{**_POSTGRES, "engineVersion": UNKNOWN}, {"engine": UNKNOWN}],
    ),
}

LOOSENED: dict[str, Change] = {
    "RDS-05": change(CLUSTER, "iamDatabaseAuthenticationEnabled", value=False),
    "RDS-06": edit(CLUSTER_PARAMETERS, _lose_tls),
    "RDS-07": change(MEMBER, "monitoringInterval", 0.0),
}
