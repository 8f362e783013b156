"""Relational databases: encrypted, closed, backed up and hard to lose."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._wire import at, listed
from policies.controls.keys import has_own_key

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/instance:Instance"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
GLOBAL = "aws:rds/globalCluster:GlobalCluster"
BACKUP_PLAN = "aws:backup/plan:Plan"
BACKUP_SELECTION = "aws:backup/selection:Selection"
BACKUP_COPIES = "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication"

_LEAST_KEPT = {"sandbox": 1, "staging": 7, "production": 35}
"""Days for which the bank keeps a database's backups; 35 is the most that RDS can."""
_TAG = "aws:ResourceTag/"

ENCRYPTED = Control(
    id="RDS-01",
    pack="data_protection",
    title="A database is encrypted with a key of our own",
    levels="MMM",
    severity="critical",
    supports="HUB RDS.3, HUB RDS.27, C5 2.2.1, PCI 3.5.1, G 32(1)(a), R 6",
    remedy="Set storageEncrypted, and kmsKeyId to an aws.kms.Key of the data's class. A database"
    " that is not encrypted has to be restored from a snapshot that is.",
)
CLOSED = Control(
    id="RDS-02",
    pack="data_protection",
    title="No database has a public address",
    levels="MMM",
    severity="critical",
    supports="HUB RDS.2, C5 2.2.3, PCI 1.4.4",
    remedy="Set publiclyAccessible to false.",
)
BACKED_UP = Control(
    id="RDS-03",
    pack="data_protection",
    title="A database's backups are kept long enough, and in production also elsewhere",
    levels="MMM",
    severity="high",
    supports="HUB RDS.11, N CP-9, D 12(1), G 32(1)(c)",
    remedy="Set backupRetentionPeriod to 1 day in sandbox, 7 in staging, 35 in production, and"
    " select the database in an AWS Backup plan that copies.",
)
LASTING = Control(
    id="RDS-04",
    pack="data_protection",
    title="A database outlives a zone and a mistake",
    levels="-AM",
    severity="high",
    supports="HUB RDS.5, HUB RDS.7, HUB RDS.8, HUB RDS.15, C5 2.2.4, N CP-10, D 11, D 12",
    remedy="Use two zones, set deletionProtection, leave skipFinalSnapshot false, and protect the"
    " resource.",
)


def is_replica(database: Resource) -> bool:
    """Whether it takes data, encryption, logins and backups from another."""
    return "replicateSourceDb" in database.properties


def may_be_lost(database: Resource) -> bool:
    """Whether it is in a sandbox, which is taken down and made anew."""
    return database.environment == "sandbox"


@ENCRYPTED.rule("encrypted", "encryption of what is stored", CLUSTER, INSTANCE, GLOBAL)
def _encrypted(database: Resource) -> Wrong:
    if not is_replica(database) and database.at("storageEncrypted") is not True:
        yield "storageEncrypted is not true"


@ENCRYPTED.rule_in_stack("own-key", "a key of our own", CLUSTER, INSTANCE)
def _own_key(database: Resource, stack: Stack) -> Wrong:
    if not is_replica(database) and not has_own_key(database, stack, "kmsKeyId"):
        yield "kmsKeyId is no key of ours"


@CLOSED.rule("private", "no public address", CLUSTER, INSTANCE, MEMBER)
def _private(database: Resource) -> Wrong:
    if database.at("publiclyAccessible") not in (None, False):
        yield "publiclyAccessible is not false"


@BACKED_UP.rule("kept", "backups kept for 1, 7 or 35 days", CLUSTER, INSTANCE)
def _kept(database: Resource) -> Wrong:
    least = _LEAST_KEPT[database.environment]
    kept = database.at("backupRetentionPeriod")
    if kept is None:
        # RDS keeps a cluster's backups for a day, and makes none of an instance.
        kept = 1 if database.type == CLUSTER else 0
    if not is_replica(database) and kept < least:
        yield f"backupRetentionPeriod is less than {least} days"


@BACKED_UP.rule_in_stack("copied", "backups copied elsewhere in production", CLUSTER, INSTANCE)
def _copied(database: Resource, stack: Stack) -> Wrong:
    if database.environment != "production" or is_replica(database):
        return
    if stack.about(database, "sourceDbInstanceArn", [BACKUP_COPIES]):
        return
    if not any(_copies(plan, stack, database) for plan in stack.of(BACKUP_PLAN)):
        yield "is in no AWS Backup plan whose rules have copyActions, nor replicated"


def _copies(plan: Resource, stack: Stack, database: Resource) -> bool:
    rules = listed(plan.properties, "rules")
    return any(listed(rule, "copyActions") for rule in rules) and any(
        _selects(selection, database)
        for selection in stack.about(plan, "planId", [BACKUP_SELECTION])
    )


def _selects(selection: Resource, database: Resource) -> bool:
    if any(_has_tag(database, *tag) for tag in _wanted_tags(selection)):
        return True
    conditions = [
        (str(at(each, "key")).removeprefix(_TAG), at(each, "value"))
        for condition in listed(selection.properties, "conditions")
        for each in listed(condition, "stringEquals")
    ]
    return _names(selection, database) and all(_has_tag(database, *tag) for tag in conditions)


def _wanted_tags(selection: Resource) -> Iterator[tuple[str, str]]:
    for tag in listed(selection.properties, "selectionTags"):
        if at(tag, "type") == "STRINGEQUALS":
            yield str(at(tag, "key")).removeprefix(_TAG), at(tag, "value")


def _has_tag(database: Resource, key: str, value: str) -> bool:
    return database.at("tags", key) == value


def _names(selection: Resource, database: Resource) -> bool:
    if database.urn in selection.refers.get("resources", ()):
        return True
    patterns = [str(each) for each in listed(selection.properties, "resources")]
    return any(fnmatchcase(name, each) for each in patterns for name in ["*", *database.identities])


@LASTING.rule_in_stack("two-zones", "two instances in two zones", CLUSTER)
def _two_zones(cluster: Resource, stack: Stack) -> Wrong:
    # A cluster with a class of its own is made of three instances by RDS.
    if may_be_lost(cluster) or cluster.at("dbClusterInstanceClass") is not None:
        return
    members = stack.about(cluster, "clusterIdentifier", [MEMBER])
    zones = [member.at("availabilityZone") for member in members]
    if len(members) < 2:  # noqa: PLR2004 - the second is what takes over
        yield "has less than two instances"
    # Where no zone is told, RDS spreads them.
    elif None not in zones and len(set(zones)) == 1:
        yield "has all of its instances in one availabilityZone"


@LASTING.rule("multi-az", "a standby in another zone", INSTANCE)
def _multi_az(database: Resource) -> Wrong:
    lost = may_be_lost(database) or is_replica(database)
    if not lost and database.at("multiAz") is not True:
        yield "multiAz is not true"


@LASTING.rule(
    "protected", "protection from deletion, by RDS and by Pulumi", CLUSTER, INSTANCE, GLOBAL
)
def _protected(database: Resource) -> Wrong:
    if may_be_lost(database):
        return
    if not database.protect:
        yield "is not protected"
    if database.at("deletionProtection") is not True:
        yield "deletionProtection is not true"


@LASTING.rule("final-snapshot", "a snapshot of what is deleted", CLUSTER, INSTANCE)
def _final_snapshot(database: Resource) -> Wrong:
    lost = may_be_lost(database) or is_replica(database)
    if not lost and database.at("skipFinalSnapshot") not in (None, False):
        yield "skipFinalSnapshot is not false"


CONTROLS = (ENCRYPTED, CLOSED, BACKED_UP, LASTING)
