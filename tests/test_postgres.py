"""PostgreSQL: who reaches it and how, what survives, what is recorded, and how it is restored."""

import json
from collections.abc import Mapping
from datetime import timedelta

import pytest

from bank import build
from components._postgres_parameters import cluster_parameters
from components._postgres_sizes import memory_bytes, most_connections
from domains import Catalogue
from settings import RULES, Settings, load_settings
from tests.engine import Deployment, deploy
from tests.stack_files import STACKS, config_of, hybrid

CLUSTER = "aws:rds/cluster:Cluster"
INSTANCE = "aws:rds/clusterInstance:ClusterInstance"
PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
STREAM = "aws:rds/clusterActivityStream:ClusterActivityStream"
EVENTS = "aws:rds/eventSubscription:EventSubscription"
PROXY = "aws:rds/proxy:Proxy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
KEYS = "arn:aws:kms:eu-west-1:111111111111"
TOPIC = "arn:aws:sns:eu-west-1:111111111111:alarms-topic"

every_stack = pytest.mark.parametrize("stack", STACKS)


def test_the_code_has_what_the_bank_s_own_repository_only_promised(bank: Deployment) -> None:
    # Of the documents: "PostgreSQL in the prose, not in the code".
    cluster = bank.one(CLUSTER).inputs
    assert cluster["engine"] == "aurora-postgresql"
    assert bank.of(INSTANCE)


def test_data_is_encrypted_with_the_key_of_customers_data(bank: Deployment) -> None:
    cluster = bank.one(CLUSTER)
    assert cluster.inputs["storageEncrypted"] is True
    assert cluster.inputs["kmsKeyId"] == f"{KEYS}:keys-customer-key"
    assert cluster.inputs["tags"]["data-class"] == "customer"
    for instance in bank.of(INSTANCE):
        assert instance.inputs["performanceInsightsKmsKeyId"] == f"{KEYS}:keys-customer-key"


def test_nobody_knows_the_master_password(bank: Deployment) -> None:
    cluster = bank.one(CLUSTER).inputs
    assert cluster["manageMasterUserPassword"] is True
    assert cluster["masterUserSecretKmsKeyId"] == f"{KEYS}:keys-customer-key"
    assert not {key for key in cluster if key.startswith("masterPassword")}
    assert cluster["masterUsername"] not in {"admin", "master", "postgres", "root"}


def test_clients_log_in_with_iam_and_tls(bank: Deployment) -> None:
    assert bank.one(CLUSTER).inputs["iamDatabaseAuthenticationEnabled"] is True
    assert parameters_of(bank)["rds.force_ssl"] == ("1", "immediate")


def test_nothing_of_it_is_public(bank: Deployment, settings: Settings) -> None:
    subnets = bank.one("aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"]
    assert subnets == [f"network-data-{zone}-id" for zone in settings.network.zones]
    assert bank.one(CLUSTER).inputs["dbSubnetGroupName"] == "corebank"
    for instance in bank.of(INSTANCE):
        assert instance.inputs["publiclyAccessible"] is False, instance


def networks(bank: Deployment, tier: str) -> list[list[str]]:
    subnets = [s for s in bank.of("aws:ec2/subnet:Subnet") if s.inputs["tags"]["tier"] == tier]
    return [[s.inputs["cidrBlock"]] for s in sorted(subnets, key=lambda s: s.name)]


def test_only_private_subnets_hybrid_nodes_and_the_proxy_reach_the_instances(
    bank: Deployment, settings: Settings
) -> None:
    group = bank.one(GROUP, "database-corebank-instances").inputs
    assert bank.one(CLUSTER).inputs["vpcSecurityGroupIds"] == ["database-corebank-instances-id"]
    rules = group["ingress"]
    clients = [*networks(bank, "private"), *([it] for it in hybrid(settings))]
    assert [r["cidrBlocks"] for r in rules if "cidrBlocks" in r] == clients
    behind = [r["securityGroups"] for r in rules if "securityGroups" in r]
    assert behind == ([["database-corebank-proxy-id"]] if settings.database.proxy else [])
    assert {(r["protocol"], r["fromPort"], r["toPort"]) for r in rules} == {("tcp", 5432, 5432)}
    assert group["egress"] == []


def test_instances_are_one_to_a_zone_and_any_of_them_takes_over(
    bank: Deployment, settings: Settings
) -> None:
    database = settings.database
    instances = {i.inputs["availabilityZone"]: i.inputs for i in bank.of(INSTANCE)}
    assert list(instances) == list(settings.network.zones)[: database.instances]
    assert sorted(i["promotionTier"] for i in instances.values()) == list(range(len(instances)))
    for zone, instance in instances.items():
        assert instance["identifier"] == f"corebank-{zone}"
        assert instance["clusterIdentifier"] == "corebank"
        assert instance["instanceClass"] == database.instance_class


def test_minor_versions_are_left_to_aws_and_no_change_of_ours(bank: Deployment) -> None:
    # A version with a minor one would be taken back to after each upgrade (and AWS refuses that).
    assert bank.one(CLUSTER).inputs["engineVersion"].isdigit()
    for instance in bank.of(INSTANCE):
        assert instance.inputs["autoMinorVersionUpgrade"] is True
        assert "engineVersion" not in instance.inputs


def test_instances_are_measured_from_inside(bank: Deployment) -> None:
    role = bank.one("aws:iam/role:Role", "database-monitoring-role-role")
    assert "monitoring.rds.amazonaws.com" in role.inputs["assumeRolePolicy"]
    for instance in bank.of(INSTANCE):
        assert instance.inputs["monitoringInterval"] == 60
        assert instance.inputs["monitoringRoleArn"].endswith(f":{role.name}")
        assert instance.inputs["performanceInsightsEnabled"] is True


def parameters_of(bank: Deployment) -> dict[str, tuple[str, str]]:
    group = bank.one(PARAMETERS).inputs
    return {each["name"]: (each["value"], each["applyMethod"]) for each in group["parameters"]}


def test_the_parameters_are_these() -> None:
    given = {each["name"]: each["value"] for each in cluster_parameters(slow_ms=500)}
    assert given == {
        "log_connections": "1",
        "log_disconnections": "1",
        "log_min_duration_statement": "500",
        "password_encryption": "scram-sha-256",
        "pgaudit.log": "ddl,role",
        "pgaudit.role": "rds_pgaudit",
        "rds.force_ssl": "1",
        "shared_preload_libraries": "pg_stat_statements,pgaudit",
        "ssl_min_protocol_version": "TLSv1.2",
    }


def test_only_what_is_loaded_at_the_start_waits_for_one(bank: Deployment) -> None:
    waiting = {name for name, (_, method) in parameters_of(bank).items() if method != "immediate"}
    assert waiting == {"shared_preload_libraries"}


def test_the_next_version_gets_parameters_of_its_own(bank: Deployment) -> None:
    group = bank.one(PARAMETERS).inputs
    assert (group["name"], group["family"]) == ("corebank-postgres17", "aurora-postgresql17")
    assert bank.one(CLUSTER).inputs["dbClusterParameterGroupName"] == group["name"]


def test_all_its_logs_are_kept_for_a_year_under_the_key_of_logs(bank: Deployment) -> None:
    exported = bank.one(CLUSTER).inputs["enabledCloudwatchLogsExports"]
    assert exported == ["iam-db-auth-error", "instance", "postgresql"]
    groups = {group.inputs["name"]: group for group in bank.of(LOGS) if "database" in group.name}
    assert groups.keys() == {
        "RDSOSMetrics",
        *(f"/aws/rds/cluster/corebank/{log}" for log in exported),
    }
    for group in groups.values():
        assert group.inputs["retentionInDays"] == 365
        assert group.inputs["kmsKeyId"] == f"{KEYS}:keys-logs-key"


def test_logs_are_there_before_what_writes_them(bank: Deployment) -> None:
    known, awaited = bank.by_urn(), bank.one(CLUSTER).depends_on
    assert {known[urn].name for urn in awaited if known[urn].type == LOGS} == {
        f"database-corebank-{log}-logs" for log in ("iam-db-auth-error", "instance", "postgresql")
    }


def test_what_is_done_is_streamed_where_the_stack_says_so(
    bank: Deployment, settings: Settings
) -> None:
    assert len(bank.of(STREAM)) == settings.database.activity_stream
    for stream in bank.of(STREAM):
        assert stream.inputs["mode"] == "async"
        assert stream.inputs["kmsKeyId"] == f"{KEYS}:keys-logs-key"
        assert stream.inputs["resourceArn"].endswith(":database-corebank-cluster")
        known = bank.by_urn()
        assert INSTANCE in {known[urn].type for urn in stream.depends_on}


def test_production_is_streamed_and_has_a_reader_beside_its_standby() -> None:
    database = load_settings("production", config_of("production")).database
    assert (database.instances, database.activity_stream) == (3, True)


def test_backups_are_kept_as_long_as_the_environment_demands(
    bank: Deployment, settings: Settings
) -> None:
    cluster = bank.one(CLUSTER).inputs
    wanted = RULES[settings.environment].backups_for
    assert timedelta(days=cluster["backupRetentionPeriod"]) >= wanted
    assert cluster["copyTagsToSnapshot"] is True


def test_aws_backup_takes_it_along_and_copies_it_to_the_second_region(
    bank: Deployment, settings: Settings
) -> None:
    (chosen,) = bank.one("aws:backup/selection:Selection").inputs["selectionTags"]
    assert chosen["type"] == "STRINGEQUALS"
    assert bank.one(CLUSTER).inputs["tags"][chosen["key"]] == chosen["value"]
    (rule,) = bank.one("aws:backup/plan:Plan").inputs["rules"]
    assert [copy["destinationVaultArn"] for copy in rule["copyActions"]] == [
        "arn:aws:backup:eu-west-1:111111111111:backups-copies"
    ]
    copies = bank.one("aws:backup/vault:Vault", "backups-copies")
    assert copies.inputs["region"] == settings.second_region


def test_the_role_of_backups_may_use_the_key_of_the_data(bank: Deployment) -> None:
    policy = json.loads(bank.one("aws:kms/key:Key", "keys-customer-key").inputs["policy"])
    (using,) = [s for s in policy["Statement"] if s.get("Sid") == "RolesUse"]
    roles = using["Condition"]["ArnEquals"]["aws:PrincipalArn"]
    assert any(role.endswith(":role/corebank-backup") for role in roles)


def test_where_it_is_protected_rds_refuses_to_delete_it_too(
    bank: Deployment, settings: Settings
) -> None:
    cluster = bank.one(CLUSTER)
    assert cluster.protect is settings.protect
    assert cluster.inputs["deletionProtection"] is settings.protect
    assert cluster.inputs["skipFinalSnapshot"] is not settings.protect
    assert ("finalSnapshotIdentifier" in cluster.inputs) is settings.protect


def test_alarms_look_at_the_worst_instance_and_reach_somebody(
    bank: Deployment, settings: Settings
) -> None:
    alarms = {a.inputs["metricName"]: a.inputs for a in bank.of(ALARM) if "database" in a.name}
    lag = {"AuroraReplicaLagMaximum"} if settings.database.instances > 1 else set[str]()
    assert alarms.keys() == lag | {
        "CPUUtilization",
        "DatabaseConnections",
        "Deadlocks",
        "FreeLocalStorage",
        "FreeableMemory",
    }
    for alarm in alarms.values():
        assert alarm["dimensions"] == {"DBClusterIdentifier": "corebank"}
        assert alarm["alarmActions"] == alarm["okActions"] == [TOPIC]
        falling = alarm["metricName"].startswith("Free")
        assert alarm["statistic"] == ("Minimum" if falling else "Maximum")
        assert alarm["comparisonOperator"].startswith("LessThan" if falling else "GreaterThan")


def test_a_database_that_measures_nothing_is_alarming(bank: Deployment) -> None:
    cpu = bank.one(ALARM, "database-corebank-alarms-cpu").inputs
    assert cpu["treatMissingData"] == "breaching"


@pytest.mark.parametrize(
    ("instance_class", "gib", "connections"),
    [
        ("db.t4g.medium", 4, 450),
        ("db.t4g.large", 8, 901),
        ("db.r7g.large", 16, 1802),
        ("db.r7g.2xlarge", 64, 5000),
    ],
)
def test_thresholds_follow_the_instance_class(
    instance_class: str, gib: int, connections: int
) -> None:
    assert memory_bytes(instance_class) == gib * 1024**3
    assert most_connections(instance_class) == connections


def test_every_class_that_a_stack_may_name_has_a_size() -> None:
    from settings._allowed import INSTANCE_CLASSES  # noqa: PLC0415

    assert all(memory_bytes(each) for each in INSTANCE_CLASSES)


def test_a_failover_is_told(bank: Deployment, settings: Settings) -> None:
    told = {s.inputs["sourceType"]: s.inputs for s in bank.of(EVENTS)}
    assert told.keys() == {"db-cluster", "db-instance"}
    assert "failover" in told["db-cluster"]["eventCategories"]
    assert told["db-cluster"]["sourceIds"] == ["corebank"]
    zones = list(settings.network.zones)[: settings.database.instances]
    assert told["db-instance"]["sourceIds"] == [f"corebank-{zone}" for zone in zones]
    assert all(each["enabled"] and each["snsTopic"] == TOPIC for each in told.values())


def test_rds_may_publish_to_the_topic_of_alarms(bank: Deployment) -> None:
    topic = bank.one("aws:sns/topicPolicy:TopicPolicy", "alarms-policy")
    policy = json.loads(topic.inputs["policy"])
    (publish,) = [s for s in policy["Statement"] if s["Sid"] == "ServicesPublish"]
    assert "events.rds.amazonaws.com" in publish["Principal"]["Service"]
    key = json.loads(bank.one("aws:kms/key:Key", "keys-platform-key").inputs["policy"])
    users = {s["Principal"].get("Service") for s in key["Statement"]}
    assert "events.rds.amazonaws.com" in users
    assert len({s["Sid"] for s in key["Statement"]}) == len(key["Statement"])


def test_the_proxy_holds_no_secret_and_takes_tls_only(bank: Deployment, settings: Settings) -> None:
    assert len(bank.of(PROXY)) == settings.database.proxy
    for proxy in bank.of(PROXY):
        assert proxy.inputs["defaultAuthScheme"] == "IAM_AUTH"
        assert "auths" not in proxy.inputs
        assert proxy.inputs["requireTls"] is True
        assert proxy.inputs["debugLogging"] is False
        assert proxy.inputs["vpcSecurityGroupIds"] == ["database-corebank-proxy-id"]
        (target,) = bank.of("aws:rds/proxyTarget:ProxyTarget")
        assert target.inputs["dbClusterIdentifier"] == "corebank"


def test_the_proxy_logs_in_to_its_own_cluster_and_reaches_nothing_else(
    bank: Deployment, settings: Settings
) -> None:
    if not settings.database.proxy:
        assert not [group for group in bank.of(GROUP) if "proxy" in group.name]
        return
    policy = bank.one("aws:iam/rolePolicy:RolePolicy", "database-corebank-proxy-role-policy")
    (statement,) = json.loads(policy.inputs["policy"])["Statement"]
    where = f"arn:aws:rds-db:eu-west-1:{settings.account}:dbuser"
    assert statement == {
        "Effect": "Allow",
        "Action": "rds-db:connect",
        "Resource": f"{where}:cluster-database-corebank-cluster/*",
    }
    group = bank.one(GROUP, "database-corebank-proxy").inputs
    clients = [*networks(bank, "private"), *([it] for it in hybrid(settings))]
    assert [r["cidrBlocks"] for r in group["ingress"]] == clients
    assert [r["cidrBlocks"] for r in group["egress"]] == networks(bank, "data")
    assert {r["toPort"] for r in (*group["ingress"], *group["egress"])} == {5432}


# Restoring

CONFIG_MAP, DEPLOYMENT = "kubernetes:core/v1:ConfigMap", "kubernetes:apps/v1:Deployment"
PAST = "corebank at 2026-11-24T15:30:00+01:00"
SNAPSHOT = "arn:aws:rds:eu-west-1:{account}:cluster-snapshot:awsbackup:job-1"


def with_clusters(
    stack: str, catalogue: Catalogue, clusters: Mapping[str, str], serving: str = "corebank"
) -> Deployment:
    changes = {
        "corebank:database.clusters": dict(clusters),
        "corebank:database.serving": serving,
    }
    settings = load_settings(stack, config_of(stack, changes))
    return deploy(lambda: build(settings, catalogue), stack=stack)


def as_declared(bank: Deployment, name: str = "") -> dict[str, tuple[Mapping[str, object], bool]]:
    """What is asked of each resource whose name starts so; not in which order it is waited for."""
    return {r.urn: (r.inputs, r.protect) for r in bank.resources if r.name.startswith(name)}


@every_stack
def test_restoring_adds_a_cluster_and_touches_nothing_that_is_there(
    stack: str, catalogue: Catalogue
) -> None:
    before = with_clusters(stack, catalogue, {"corebank": "new"})
    after = with_clusters(stack, catalogue, {"corebank": "new", "corebank-restored": PAST})

    assert as_declared(before).items() <= as_declared(after).items()
    assert after.exports == before.exports
    added = as_declared(after).keys() - as_declared(before).keys()
    assert added == as_declared(after, "database-corebank-restored").keys()
    assert len(added) == len(as_declared(before, "database-corebank"))


def test_a_restored_cluster_is_of_the_same_make(catalogue: Catalogue) -> None:
    bank = with_clusters("production", catalogue, {"corebank": "new", "restored": PAST})
    first, second = (bank.one(CLUSTER, f"database-{it}-cluster") for it in ("corebank", "restored"))

    assert second.inputs["restoreToPointInTime"] == {
        "sourceClusterIdentifier": "corebank",
        "restoreType": "full-copy",
        "restoreToTime": "2026-11-24T14:30:00Z",
    }
    same = {key for key in first.inputs if first.inputs[key] == second.inputs.get(key)}
    assert first.inputs.keys() - same == {
        "clusterIdentifier",
        "dbClusterParameterGroupName",
        "dbSubnetGroupName",
        "finalSnapshotIdentifier",
        "tags",
        "vpcSecurityGroupIds",
    }
    assert second.protect
    assert second.inputs["deletionProtection"] is True


def test_the_latest_time_is_rds_s_to_find(catalogue: Catalogue) -> None:
    bank = with_clusters("sandbox", catalogue, {"corebank": "new", "b": "corebank at latest"})
    assert bank.one(CLUSTER, "database-b-cluster").inputs["restoreToPointInTime"] == {
        "sourceClusterIdentifier": "corebank",
        "restoreType": "full-copy",
        "useLatestRestorableTime": True,
    }


@every_stack
def test_a_snapshot_is_restored_where_the_first_cluster_is_gone(
    stack: str, catalogue: Catalogue
) -> None:
    arn = SNAPSHOT.format(account=config_of(stack)["corebank:account"])
    bank = with_clusters(stack, catalogue, {"corebank-restored": arn}, "corebank-restored")
    assert bank.one(CLUSTER).inputs["snapshotIdentifier"] == arn
    assert "restoreToPointInTime" not in bank.one(CLUSTER).inputs
    assert bank.exports["database"]["clusterIdentifier"] == "corebank-restored"


def test_clients_are_led_to_the_cluster_that_serves(catalogue: Catalogue) -> None:
    clusters = {"corebank": "new", "restored": PAST}
    before = with_clusters("sandbox", catalogue, clusters)
    after = with_clusters("sandbox", catalogue, clusters, "restored")
    assert before.exports["database"]["clusterIdentifier"] == "corebank"
    assert after.exports["database"]["clusterIdentifier"] == "restored"
    # Nothing is made or taken away; who makes databases, and logins of them, goes there too, and
    # every domain that has one is told, and starts anew.
    there, now = as_declared(before), as_declared(after)
    assert now.keys() == there.keys()
    provider = after.one("pulumi:providers:postgresql")
    way = after.one("vault:database/secretBackendConnection:SecretBackendConnection")
    having = [f"{domain.name}-workload" for domain in catalogue.domains if domain.database]
    told_of_it = [after.one(CONFIG_MAP, f"{each}-environment").urn for each in having]
    anew = [after.one(DEPLOYMENT, f"{each}-deployment").urn for each in having]
    changed = {urn for urn in there if now[urn] != there[urn]}
    assert changed == {provider.urn, way.urn, *told_of_it, *anew}
    former, new = (f"database-{name}-cluster.example" for name in ("corebank", "restored"))
    for resource in (provider, way):
        inputs, protect = there[resource.urn]
        told = json.dumps(inputs)
        assert former in told
        assert (json.loads(told.replace(former, new)), protect) == now[resource.urn]


@pytest.mark.parametrize("origin", [PAST, SNAPSHOT.format(account="333333333333")])
def test_a_cluster_that_was_restored_stays_what_it_is(catalogue: Catalogue, origin: str) -> None:
    beside = with_clusters("production", catalogue, {"corebank": "new", "b": origin}, "b")
    alone = with_clusters("production", catalogue, {"b": origin}, "b")
    assert as_declared(alone, "database-b") == as_declared(beside, "database-b")
    assert as_declared(alone, "database-b")
