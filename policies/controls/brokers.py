"""MSK clusters and their configuration."""

import re
from collections.abc import Mapping

from policies.controls._model import Control, Wrong
from policies.controls._stack import Resource, Stack
from policies.controls._topics import CLUSTER, copies_asked_for, number
from policies.controls._wire import Unknown

SERVERLESS = "aws:msk/serverlessCluster:ServerlessCluster"
CONFIGURATION = "aws:msk/configuration:Configuration"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
KEYS = frozenset(
    {
        "aws:kms/key:Key",
        "aws:kms/replicaKey:ReplicaKey",
        "aws:kms/externalKey:ExternalKey",
        "aws:kms/alias:Alias",
    }
)
RETENTION_HOURS = 336
"""The bank's topic standard: 14 days, for every topic."""
LOGS_DAYS = 365
"""PCI DSS 4.0.1, 10.5.1: twelve months."""
_FINE = ("PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION")
_LINE = re.compile(r"\s*([^\s=:#!]+)\s*[=:\s]\s*(.*?)\s*")

IN_TRANSIT = Control(
    id="MSK-01",
    pack="data_protection",
    title="Records travel to brokers and between them in TLS only",
    levels="MMM",
    severity="high",
    supports="HUB MSK.1, PCI 4.2.1, N SC-8, R 14",
    remedy="Set encryptionInfo.encryptionInTransit.clientBroker to TLS and inCluster to true. "
    "inCluster can only be set when a cluster is made.",
)
AT_REST = Control(
    id="MSK-02",
    pack="data_protection",
    title="Brokers' disks are encrypted with the bank's own key",
    levels="AMM",
    severity="high",
    supports="PCI 3.5.1, PCI 3.6.1, N SC-28, R 6",
    remedy="Set encryptionInfo.encryptionAtRestKmsKeyArn to a customer key when the cluster is "
    "made. A serverless cluster can have none: use one with brokers.",
)
CLIENTS = Control(
    id="MSK-03",
    pack="data_protection",
    title="Brokers know who their clients are",
    levels="MMM",
    severity="critical",
    supports="HUB MSK.6, PCI 7.2.1, PCI 8.3.1, N IA-9, R 21",
    remedy="Set clientAuthentication.sasl.iam to true (or scram, or tls), and unauthenticated to "
    "false.",
)
PRIVATE = Control(
    id="MSK-04",
    pack="data_protection",
    title="Brokers cannot be reached from the internet",
    levels="MMM",
    severity="critical",
    supports="HUB MSK.4, PCI 1.4.4, N SC-7",
    remedy="Set brokerNodeGroupInfo.connectivityInfo.publicAccess.type to DISABLED.",
)
WATCHED = Control(
    id="MSK-05",
    pack="data_protection",
    title="Brokers stand in three zones, and each topic on each broker is measured",
    levels="AMM",
    severity="medium",
    supports="HUB MSK.2, N SI-4, D 10, R 9, R 23",
    remedy="In production spread a multiple of three brokers over three subnets. Set "
    "enhancedMonitoring to PER_TOPIC_PER_BROKER and switch both Prometheus exporters on.",
)
LOGS = Control(
    id="MSK-06",
    pack="data_protection",
    title="What brokers log is kept for a year",
    levels="AMM",
    severity="medium",
    supports="PCI 10.2.1, PCI 10.5.1, N AU-11, R 12",
    remedy="Send loggingInfo.brokerLogs.cloudwatchLogs to a log group of this stack whose "
    "retentionInDays is 365 or more.",
)
SERVER = Control(
    id="MSK-07",
    pack="data_protection",
    title="Brokers refuse what nobody granted, and lose no record with one broker",
    levels="AMM",
    severity="high",
    supports="PCI 7.2.1, PCI 2.2.1, N AC-3, N CM-6, R 11",
    remedy="Give the cluster an aws.msk.Configuration that sets each of these in serverProperties; "
    "what it does not set is as AWS has it, open to everyone without an ACL.",
)


@IN_TRANSIT.rule("clients", "only TLS between clients and brokers", CLUSTER)
def _clients_tls(cluster: Resource) -> Wrong:
    path = ("encryptionInfo", "encryptionInTransit", "clientBroker")
    # TLS is also the provider's default.
    if cluster.at(*path) not in (None, "TLS"):
        yield f"{'.'.join(path)} is not TLS"


@IN_TRANSIT.rule("brokers", "TLS between brokers", CLUSTER)
def _brokers_tls(cluster: Resource) -> Wrong:
    path = ("encryptionInfo", "encryptionInTransit", "inCluster")
    # True is also the provider's default.
    if cluster.at(*path) not in (None, True):
        yield f"{'.'.join(path)} is not true"


@AT_REST.rule_in_stack("key", "disks encrypted with a customer key", CLUSTER, SERVERLESS)
def _own_key(cluster: Resource, stack: Stack) -> Wrong:
    if cluster.type == SERVERLESS:
        yield "is serverless, which can't have a customer key"
        return
    path = ("encryptionInfo", "encryptionAtRestKmsKeyArn")
    try:
        key = cluster.at(*path)
    except Unknown:
        made_of = (stack.by_urn.get(urn) for urn in cluster.refers.get("encryptionInfo", ()))
        if not any(each and each.type in KEYS for each in made_of):
            raise
        return
    if not key or "alias/aws/" in key:
        yield f"{'.'.join(path)} is no customer key"


@CLIENTS.rule("known", "clients that log in by IAM, SCRAM or certificates", CLUSTER, SERVERLESS)
def _known_clients(cluster: Resource) -> Wrong:
    way = "clientAuthentication"
    if cluster.type == SERVERLESS:
        known = cluster.at(way, "sasl", "iam", "enabled")
    else:
        known = (
            cluster.at(way, "sasl", "iam")
            or cluster.at(way, "sasl", "scram")
            or cluster.at(way, "tls", "certificateAuthorityArns")
        )
    if not known:
        yield f"{way} has none of sasl.iam, sasl.scram and tls.certificateAuthorityArns"


@CLIENTS.rule("strangers", "no client that is not known", CLUSTER)
def _no_strangers(cluster: Resource) -> Wrong:
    # Where nothing is said of clients, MSK takes all of them.
    if cluster.at("clientAuthentication") is None:
        yield "clientAuthentication is missing, which lets in clients that are not known"
    elif cluster.at("clientAuthentication", "unauthenticated"):
        yield "clientAuthentication.unauthenticated is not false"


@PRIVATE.rule("public-access", "no access from the internet", CLUSTER)
def _not_public(cluster: Resource) -> Wrong:
    path = ("brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type")
    if cluster.at(*path) not in (None, "DISABLED"):
        yield f"{'.'.join(path)} is not DISABLED"


@WATCHED.rule("threes", "brokers in threes in production", CLUSTER)
def _threes(cluster: Resource) -> Wrong:
    brokers = cluster.at("numberOfBrokerNodes")
    if cluster.environment == "production" and (not brokers or brokers % 3):
        yield "numberOfBrokerNodes is not a multiple of 3"


@WATCHED.rule("zones", "brokers in three subnets in production", CLUSTER)
def _zones(cluster: Resource) -> Wrong:
    subnets = cluster.at("brokerNodeGroupInfo", "clientSubnets") or ()
    if cluster.environment == "production" and len(subnets) != 3:  # noqa: PLR2004 - three zones
        yield "brokerNodeGroupInfo.clientSubnets are not three, one for each zone"


@WATCHED.rule("metrics", "metrics of each topic on each broker", CLUSTER)
def _metrics(cluster: Resource) -> Wrong:
    if cluster.at("enhancedMonitoring") not in _FINE:
        yield f"enhancedMonitoring is none of {', '.join(_FINE)}"


@WATCHED.rule("exporters", "both Prometheus exporters on each broker", CLUSTER)
def _exporters(cluster: Resource) -> Wrong:
    for exporter in ("jmxExporter", "nodeExporter"):
        path = ("openMonitoring", "prometheus", exporter, "enabledInBroker")
        if cluster.at(*path) is not True:
            yield f"{'.'.join(path)} is not true"


@LOGS.rule("log-group", "brokers that log into a log group", CLUSTER)
def _log_group(cluster: Resource) -> Wrong:
    path = ("loggingInfo", "brokerLogs", "cloudwatchLogs")
    if cluster.at(*path, "enabled") is not True:
        yield f"{'.'.join(path)}.enabled is not true"
    # What names a resource of this stack is there, whether or not its name is known.
    elif not cluster.refers.get("loggingInfo") and not cluster.at(*path, "logGroup"):
        yield f"{'.'.join(path)}.logGroup names no log group"


@LOGS.rule_in_stack("kept", "a broker log kept for 365 days or more", CLUSTER)
def _kept(cluster: Resource, stack: Stack) -> Wrong:
    path = ("loggingInfo", "brokerLogs", "cloudwatchLogs")
    if cluster.at(*path) is None:
        return
    groups = [each for each in stack.of(LOG_GROUP) if each.urn in cluster.refers.get(path[0], ())]
    if not groups:
        name = cluster.at(*path, "logGroup")
        groups = [each for each in stack.of(LOG_GROUP) if name in each.identities]
    if not groups:
        yield f"{'.'.join(path)}.logGroup is no log group of this stack"
    for group in groups:
        # 0, as nothing, keeps for ever.
        days = group.at("retentionInDays")
        if days and days < LOGS_DAYS:
            yield f"retentionInDays of its log group is below {LOGS_DAYS}"


@SERVER.rule("own", "a configuration of the cluster's own", CLUSTER)
def _own_configuration(cluster: Resource) -> Wrong:
    if not cluster.refers.get("configurationInfo") and not cluster.at("configurationInfo", "arn"):
        yield "configurationInfo.arn is missing, which leaves everything as AWS has it"


@SERVER.rule("granted", "nothing for those whom no ACL names", CONFIGURATION)
def _only_granted(configuration: Resource) -> Wrong:
    yield from _must_be(configuration, "allow.everyone.if.no.acl.found", "false")


@SERVER.rule("declared", "no topic that nobody declared", CONFIGURATION)
def _only_declared(configuration: Resource) -> Wrong:
    yield from _must_be(configuration, "auto.create.topics.enable", "false")


@SERVER.rule("clean-election", "no leader that lacks records", CONFIGURATION)
def _clean_election(configuration: Resource) -> Wrong:
    yield from _must_be(configuration, "unclean.leader.election.enable", "false")


@SERVER.rule_in_stack("copies", "three copies by default, or one for each broker", CONFIGURATION)
def _copies(configuration: Resource, stack: Stack) -> Wrong:
    asked = copies_asked_for(_users(configuration, stack))
    if (number(_properties(configuration), "default.replication.factor") or 0) < asked:
        yield f"serverProperties: default.replication.factor is below {asked}"


@SERVER.rule_in_stack("in-step", "two copies before a record counts as written", CONFIGURATION)
def _in_step(configuration: Resource, stack: Stack) -> Wrong:
    # One fewer than there are copies: else no broker may be away.
    asked = max(1, copies_asked_for(_users(configuration, stack)) - 1)
    if number(_properties(configuration), "min.insync.replicas") != asked:
        yield f"serverProperties: min.insync.replicas is not {asked}"


@SERVER.rule("retention", "records kept for 14 days by default", CONFIGURATION)
def _retention(configuration: Resource) -> Wrong:
    yield from _must_be(configuration, "log.retention.hours", str(RETENTION_HOURS))
    for finer in ("log.retention.ms", "log.retention.minutes"):
        if finer in _properties(configuration):
            yield f"serverProperties: {finer} overrides log.retention.hours"


def _must_be(configuration: Resource, key: str, value: str) -> Wrong:
    if _properties(configuration).get(key, "").lower() != value:
        yield f"serverProperties: {key} is not {value}"


def _properties(configuration: Resource) -> Mapping[str, str]:
    lines: str = configuration.at("serverProperties") or ""
    found = (_LINE.fullmatch(line) for line in lines.splitlines())
    return {match[1]: match[2] for match in found if match}


def _users(configuration: Resource, stack: Stack) -> list[Resource]:
    """The clusters that are configured by it."""
    key = "configurationInfo"
    return [
        cluster
        for cluster in stack.of(CLUSTER)
        if configuration.urn in cluster.refers.get(key, ())
        or (not cluster.refers.get(key) and cluster.at(key, "arn") in configuration.identities)
    ]


CONTROLS = (IN_TRANSIT, AT_REST, CLIENTS, PRIVATE, WATCHED, LOGS, SERVER)
