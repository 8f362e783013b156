"""What drives a stack's cost, stack beside stack. Sizes and numbers, no prices."""

from collections.abc import Mapping, Sequence

from atlas._placement import between, many
from atlas._watched import in_words
from domains import Catalogue
from partitions import INTERNAL, budget, carried, of_dead_letters, of_topics
from placement import MONITORING_SERVERS
from settings import Settings
from siem_sources import sources


def sizes(catalogue: Catalogue, stacks: Mapping[str, Settings]) -> list[tuple[str, Sequence[str]]]:
    """Names of sizes, each with its value in every stack; in the order of the stacks."""
    columns = [dict(_of(each, catalogue)) for each in stacks.values()]
    # A name that one stack lacks, such as a pool's, is a dash there.
    names = dict.fromkeys(name for column in columns for name in column)
    return [(name, [column.get(name, "\N{EM DASH}") for column in columns]) for name in names]


def _of(it: Settings, catalogue: Catalogue) -> list[tuple[str, str]]:
    kafka, database, vault, evidence = it.kafka, it.database, it.vault, it.evidence
    groups = it.cluster.node_groups
    clusters = len(database.clusters)
    return [
        ("Zones", str(len(it.network.zones))),
        ("NAT gateways", str(len(it.network.nat_zones))),
        *(
            (
                f"Nodes, {tier}",
                many(between(group.minimum, group.maximum), group.instance_type),
            )
            for tier in type(groups).model_fields
            if (group := getattr(groups, tier))
        ),
        *(
            (
                f"Machines on-premises, {name}",
                many(
                    str(pool.nodes),
                    f"{pool.cpus} CPU, {pool.memory_gib} GiB, disk {pool.disk_gib} GiB",
                ),
            )
            for name, pool in it.pools.items()
        ),
        ("Kafka brokers", many(str(kafka.brokers), kafka.instance_type)),
        (
            "Kafka disk of each broker",
            f"{between(kafka.volume_gib, kafka.grows_to_gib)} GiB",
        ),
        ("Copies of each record", str(kafka.replication)),
        (
            "Partitions on each broker, of what it carries",
            f"{_partitions(it, catalogue)} of {budget(kafka.instance_type)}",
        ),
        (
            "Database instances",
            many(str(clusters * database.instances), database.instance_class),
        ),
        ("Database proxy", _word(it=database.proxy)),
        ("Database activity stream", _word(it=database.activity_stream)),
        ("Database backups kept", in_words(database.backups_kept_for)),
        ("Vault servers", str(vault.servers)),
        ("Vault disks of each server", f"{vault.data_gib} + {vault.audit_gib} GiB"),
        ("Evidence drives", many(str(evidence.drives), f"{evidence.drive_gib} GiB")),
        ("Evidence locked", in_words(evidence.locked_for)),
        ("Evidence copied to a second region", _word(it=evidence.replica)),
        ("Logs kept", in_words(it.archive.kept_for)),
        ("Backups kept, in both regions", in_words(it.backups.kept_for)),
        (
            "Disks for metrics",
            many(str(MONITORING_SERVERS), f"{it.monitoring.disk_gib} GiB"),
        ),
        ("Metrics kept", in_words(it.monitoring.kept_for)),
        ("Streams to the SIEM", str(len(sources(catalogue)))),
    ]


def _partitions(it: Settings, catalogue: Catalogue) -> int:
    return carried(
        [*of_topics(catalogue), *of_dead_letters(catalogue), *INTERNAL],
        replication=it.kafka.replication,
        brokers=it.kafka.brokers,
    )


def _word(*, it: bool) -> str:
    return "yes" if it else "no"
