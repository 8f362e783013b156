"""Relational databases: who logs in, what is logged, and how current they are."""

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed
from policies.controls.databases import CLUSTER, INSTANCE, MEMBER, is_replica

CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
_GROUPS = {
    "dbClusterParameterGroupName": CLUSTER_PARAMETERS,
    "parameterGroupName": PARAMETERS,
}
PROXY = "aws:rds/proxy:Proxy"

_DEFAULT_NAMES = ("admin", "administrator", "awsuser", "master", "postgres", "root", "sa", "user")
"""Names of administrators that are tried first."""
_SUPPORTED = {
    "aurora-postgresql": ("15", "16", "17"),
    "postgres": ("15", "16", "17"),
}
"""Major versions whose standard support lasts until 2028 at least (RDS's release calendar), by
engine; this bank uses no other."""

LOGINS = Control(
    id="RDS-05",
    pack="data_protection",
    title="No password of a database is known to people or to the state",
    levels="MMM",
    severity="critical",
    supports="HUB RDS.10, HUB RDS.12, HUB RDS.24, HUB RDS.25, PCI 8.3.2, PCI 8.6.2, P 22, N IA-5",
    remedy="Set manageMasterUserPassword or a password that is only written, another name than the"
    " default, and iamDatabaseAuthenticationEnabled.",
)
LOGGED = Control(
    id="RDS-06",
    pack="data_protection",
    title="PostgreSQL talks over TLS only, and its logs tell who did what",
    levels="AMM",
    severity="high",
    supports="HUB RDS.9, HUB RDS.36, HUB RDS.37, HUB RDS.38, PCI 4.2.1, PCI 10.2.1, R 12, R 14",
    remedy="Give the database a parameter group with rds.force_ssl 1, log_connections 1 and"
    " pgaudit, and export the log postgresql.",
)
CURRENT = Control(
    id="RDS-07",
    pack="data_protection",
    title="A database is watched and kept up to date",
    levels="AAM",
    severity="medium",
    supports="HUB RDS.6, HUB RDS.13, HUB RDS.17, C5 2.2.2, PCI 6.3.3, R 10",
    remedy="Set autoMinorVersionUpgrade, copyTagsToSnapshot and a monitoringInterval, and use a"
    " major version that is supported.",
)


@LOGINS.rule("password", "a password that AWS keeps, or that is only written", CLUSTER, INSTANCE)
def _password(database: Resource) -> Wrong:
    plain = "masterPassword" if database.type == CLUSTER else "password"
    # That there is one is enough: it is not read.
    if plain in database.properties:
        yield f"{plain} is set"
    elif is_replica(database) or f"{plain}Wo" in database.properties:
        return
    elif database.at("manageMasterUserPassword") is not True:
        yield f"neither manageMasterUserPassword is true nor {plain}Wo is set"


@LOGINS.rule("name", "another name of the administrator than the default", CLUSTER, INSTANCE)
def _name(database: Resource) -> Wrong:
    key = "masterUsername" if database.type == CLUSTER else "username"
    if str(database.at(key) or "").lower() in _DEFAULT_NAMES:
        yield f"{key} is a default"


@LOGINS.rule("iam", "logins by IAM", CLUSTER, INSTANCE)
def _iam(database: Resource) -> Wrong:
    if database.at("iamDatabaseAuthenticationEnabled") is not True:
        yield "iamDatabaseAuthenticationEnabled is not true"


@LOGGED.rule_in_stack("tls", "no connection without TLS", CLUSTER, INSTANCE)
def _tls(database: Resource, stack: Stack) -> Wrong:
    if _is_postgresql(database) and _parameter(database, stack, "rds.force_ssl") != "1":
        yield "has no parameter group whose rds.force_ssl is 1"


@LOGGED.rule_in_stack("connections", "a log of connections", CLUSTER, INSTANCE)
def _connections(database: Resource, stack: Stack) -> Wrong:
    if _is_postgresql(database):
        # Version 18 knows parts of it too.
        told = _parameter(database, stack, "log_connections")
        if told not in ("1", "on", "true", "yes", "all"):
            yield "has no parameter group whose log_connections is 1"


@LOGGED.rule_in_stack("audit", "a log of what is changed, by pgaudit", CLUSTER, INSTANCE)
def _audit(database: Resource, stack: Stack) -> Wrong:
    if not _is_postgresql(database):
        return
    if "pgaudit" not in _parameter(database, stack, "shared_preload_libraries").split(","):
        yield "has no parameter group whose shared_preload_libraries have pgaudit"
    if _parameter(database, stack, "pgaudit.log") in ("", "none"):
        yield "has no parameter group whose pgaudit.log names classes"


@LOGGED.rule("exported", "PostgreSQL's log in CloudWatch", CLUSTER, INSTANCE)
def _exported(database: Resource) -> Wrong:
    logs = listed(database.properties, "enabledCloudwatchLogsExports")
    if _is_postgresql(database) and "postgresql" not in logs:
        yield "enabledCloudwatchLogsExports has no postgresql"


@LOGGED.rule("proxy", "no connection to a proxy without TLS", PROXY)
def _proxy(proxy: Resource) -> Wrong:
    if proxy.at("requireTls") is not True:
        yield "requireTls is not true"


def _is_postgresql(database: Resource) -> bool:
    return "postgres" in (database.at("engine") or "")


def _parameter(database: Resource, stack: Stack, name: str) -> str:
    """What a parameter is set to in the group of this stack that the database is of."""
    groups = [
        group
        for key, type_ in _GROUPS.items()
        for group in stack.of(type_)
        if database.refers_to(group, key)
    ]
    for group in groups:
        for parameter in listed(group.properties, "parameters"):
            if at(parameter, "name") == name:
                return str(at(parameter, "value")).replace(" ", "").lower()
    return ""


@CURRENT.rule("upgrades", "minor versions as they come", CLUSTER, INSTANCE, MEMBER)
def _upgrades(database: Resource) -> Wrong:
    if database.at("autoMinorVersionUpgrade") not in (None, True):
        yield "autoMinorVersionUpgrade is not true"


@CURRENT.rule("tags", "tags on snapshots, which say what is in them", CLUSTER, INSTANCE)
def _tags(database: Resource) -> Wrong:
    if database.at("copyTagsToSnapshot") is not True:
        yield "copyTagsToSnapshot is not true"


@CURRENT.rule("monitored", "the machine's own metrics", INSTANCE, MEMBER)
def _monitored(database: Resource) -> Wrong:
    if not database.at("monitoringInterval"):
        yield "monitoringInterval is not above 0"


@CURRENT.rule("version", "a version in standard support", CLUSTER, INSTANCE)
def _version(database: Resource) -> Wrong:
    if is_replica(database):
        return
    supported = _SUPPORTED.get(database.at("engine") or "", ())
    if str(database.at("engineVersion")).split(".")[0] not in supported:
        yield "engine and engineVersion are none of those that are in standard support"


CONTROLS = (LOGINS, LOGGED, CURRENT)
