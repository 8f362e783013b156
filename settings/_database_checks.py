"""What the database must agree on: its environment's demands, its zones, what it starts with."""

from collections.abc import Iterator

from problems import Problem
from settings._account_checks import written
from settings._allowed import RULES
from settings._database_fields import NEW, PointInTime, Snapshot
from settings._model import Settings
from settings._telling import choice, path_of


def one_cluster_serves(settings: Settings) -> Iterator[Problem]:
    database = settings.database
    if database.serving not in database.clusters:
        yield Problem(
            code="no-such-cluster",
            path=path_of("database", "serving"),
            what="is none of the clusters",
            got=database.serving,
            fix=choice(database.serving, database.clusters)
            if database.clusters
            else f"add {database.serving}: {NEW} to them",
        )


def enough_instances(settings: Settings) -> Iterator[Problem]:
    wanted, instances = RULES[settings.environment].instances, settings.database.instances
    if instances < wanted:
        yield Problem(
            code="too-few-instances",
            path=path_of("database", "instances"),
            what=f"{settings.environment} needs {wanted}, each in a zone of its own",
            got=instances,
            fix=f"use {wanted}",
        )


def each_instance_has_a_zone(settings: Settings) -> Iterator[Problem]:
    instances, zones = settings.database.instances, len(settings.network.zones)
    if zones and instances > zones:
        yield Problem(
            code="too-many-instances",
            path=path_of("database", "instances"),
            what=f"each has a zone of its own, and there are {zones}",
            got=instances,
            fix=f"use {zones} at most, and a larger instanceClass",
        )


def backups_are_kept_as_required(settings: Settings) -> Iterator[Problem]:
    wanted, kept = RULES[settings.environment].backups_for, settings.database.backups_kept_for
    if kept < wanted:
        yield Problem(
            code="too-short",
            path=path_of("database", "backupsKeptFor"),
            what=f"is too short for {settings.environment}",
            got=written(kept),
            fix=f"write {written(wanted)}",
        )


def what_is_done_is_streamed_where_required(settings: Settings) -> Iterator[Problem]:
    if RULES[settings.environment].activity_stream and not settings.database.activity_stream:
        yield Problem(
            code="no-activity-stream",
            path=path_of("database", "activityStream"),
            what=f"{settings.environment} records what is done in the database,"
            " beyond its administrators' reach",
            got="false",
            fix="write true",
        )


def a_stream_has_an_instance_for_it(settings: Settings) -> Iterator[Problem]:
    database = settings.database
    # Aurora user guide, database activity streams: not on burstable classes.
    if database.activity_stream and database.instance_class.startswith("db.t"):
        yield Problem(
            code="no-stream-on-it",
            path=path_of("database", "instanceClass"),
            what="is burstable, and Aurora has no activity stream on it",
            got=database.instance_class,
            fix="use a db.r class, or write activityStream: false",
        )


def a_snapshot_is_the_stacks_own(settings: Settings) -> Iterator[Problem]:
    for name, origin in settings.database.clusters.items():
        if not isinstance(origin, Snapshot):
            continue
        region, account = origin.arn.split(":")[3:5]
        if account != settings.account:
            yield Problem(
                code="other-account",
                path=path_of("database", "clusters", name),
                what="is a snapshot of another account than the stack's,"
                f" {settings.account}: data would leave its environment",
                got=origin.arn,
                fix="name a snapshot of this account",
            )
        if region != settings.region:
            yield Problem(
                code="other-region",
                path=path_of("database", "clusters", name),
                what=f"is not in {settings.region}, and RDS restores where the snapshot is",
                got=origin.arn,
                fix="copy the snapshot into the region first, and name the copy",
            )


def nothing_is_restored_from_itself(settings: Settings) -> Iterator[Problem]:
    for name, origin in settings.database.clusters.items():
        if isinstance(origin, PointInTime) and origin.cluster == name:
            yield Problem(
                code="restored-from-itself",
                path=path_of("database", "clusters", name),
                what="would be restored from itself; RDS builds a new cluster beside the old",
                got=name,
                fix=f"give the restored one another name, for example {name}-restored",
            )
