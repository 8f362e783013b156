"""PostgreSQL: who reaches it and how, what survives, and what is recorded."""

import json
from datetime import timedelta

import pytest

from components._postgres_parameters import cluster_parameters
from components._postgres_sizes import memory_bytes, most_connections
from settings import RULES, Settings, load_settings
from tests.engine import Deployment
from tests.stack_files import config_of, hybrid

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
