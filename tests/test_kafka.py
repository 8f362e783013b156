"""Kafka: who reaches the brokers, what protects the records, and what a topic promises."""

import json
from typing import Any

from bank import build
from components._broker_properties import broker_properties
from components.kafka import VOLUME
from domains import Catalogue, dead_letter_schema
from settings import Settings, load_settings
from tests.engine import Deployment, deploy
from tests.policies import allowed
from tests.stack_files import config_of, hybrid

CLUSTER = "aws:msk/cluster:Cluster"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
TOPIC = "aws:msk/topic:Topic"
SCHEMA = "aws:glue/schema:Schema"

CONFIGURATION = "aws:msk/configuration:Configuration"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
ARN = "arn:aws:kafka:eu-west-1:111111111111:corebank-cluster"


def test_records_are_encrypted_on_the_way_and_with_the_bank_s_own_key(bank: Deployment) -> None:
    assert bank.one(CLUSTER).inputs["encryptionInfo"] == {
        "encryptionAtRestKmsKeyArn": "arn:aws:kms:eu-west-1:111111111111:keys-platform-key",
        "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
    }


def test_clients_log_in_with_iam_and_nothing_else(bank: Deployment) -> None:
    expected = {"sasl": {"iam": True}, "unauthenticated": False}
    assert bank.one(CLUSTER).inputs["clientAuthentication"] == expected


def test_brokers_stand_in_the_data_tier_and_have_no_public_address(
    bank: Deployment, settings: Settings
) -> None:
    nodes = bank.one(CLUSTER).inputs["brokerNodeGroupInfo"]
    assert nodes["connectivityInfo"] == {
        "publicAccess": {"type": "DISABLED"},
        "vpcConnectivity": {"clientAuthentication": {"sasl": {"iam": True}}},
    }
    assert nodes["securityGroups"] == ["corebank-brokers-id"]
    assert nodes["clientSubnets"] == [f"network-data-{zone}-id" for zone in settings.network.zones]


def test_brokers_are_as_the_stack_file_says_and_as_many_in_each_zone(
    bank: Deployment, settings: Settings
) -> None:
    cluster, kafka = bank.one(CLUSTER).inputs, settings.kafka
    assert cluster["kafkaVersion"] == kafka.version
    assert cluster["numberOfBrokerNodes"] == kafka.brokers
    assert kafka.brokers % len(settings.network.zones) == 0
    nodes = cluster["brokerNodeGroupInfo"]
    assert nodes["instanceType"] == kafka.instance_type
    assert nodes["storageInfo"] == {"ebsStorageInfo": {"volumeSize": kafka.volume_gib}}


def test_brokers_are_watched_topic_by_topic(bank: Deployment) -> None:
    cluster = bank.one(CLUSTER).inputs
    assert cluster["enhancedMonitoring"] == "PER_TOPIC_PER_BROKER"
    assert cluster["openMonitoring"]["prometheus"] == {
        "jmxExporter": {"enabledInBroker": True},
        "nodeExporter": {"enabledInBroker": True},
    }


def test_broker_logs_are_kept_for_a_year_under_the_key_of_logs(bank: Deployment) -> None:
    logs = bank.one(LOGS, "corebank-logs").inputs
    assert logs["retentionInDays"] == 365
    assert logs["kmsKeyId"] == "arn:aws:kms:eu-west-1:111111111111:keys-logs-key"
    destination = {"enabled": True, "logGroup": logs["name"]}
    assert bank.one(CLUSTER).inputs["loggingInfo"] == {
        "brokerLogs": {"cloudwatchLogs": destination}
    }


def test_only_private_subnets_and_hybrid_nodes_reach_the_brokers_and_only_the_iam_port(
    bank: Deployment, settings: Settings
) -> None:
    private = {
        subnet.inputs["availabilityZone"]: subnet.inputs["cidrBlock"]
        for subnet in bank.of("aws:ec2/subnet:Subnet")
        if subnet.inputs["tags"]["tier"] == "private"
    }
    rules = bank.one(GROUP, "corebank-brokers").inputs["ingress"]
    assert private.keys() == settings.network.zones.keys()
    inside = [cidr for _, cidr in sorted(private.items())]
    assert [rule["cidrBlocks"] for rule in rules] == [
        [cidr] for cidr in (*inside, *hybrid(settings))
    ]
    for rule in rules:
        assert (rule["protocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 9098, 9098)


def test_brokers_open_no_connection_themselves(bank: Deployment) -> None:
    assert bank.one(GROUP, "corebank-brokers").inputs["egress"] == []


def test_the_brokers_own_configuration_is_this_text() -> None:
    assert broker_properties(replication=3, min_insync_replicas=2, retention_hours=336) == (
        "allow.everyone.if.no.acl.found=false\n"
        "auto.create.topics.enable=false\n"
        "default.replication.factor=3\n"
        "log.retention.hours=336\n"
        "min.insync.replicas=2\n"
        "offsets.topic.replication.factor=3\n"
        "transaction.state.log.min.isr=2\n"
        "transaction.state.log.replication.factor=3\n"
        "unclean.leader.election.enable=false\n"
    )


def test_the_cluster_runs_with_its_own_configuration(bank: Deployment, settings: Settings) -> None:
    assert bank.one(CLUSTER).inputs["configurationInfo"] == {
        "arn": "arn:aws:kafka:eu-west-1:111111111111:corebank-configuration",
        "revision": 1,
    }
    properties = broker_properties(
        replication=settings.kafka.replication,
        min_insync_replicas=settings.kafka.min_insync_replicas,
        retention_hours=14 * 24,
    )
    assert bank.one(CONFIGURATION).inputs["serverProperties"] == properties


def test_a_newer_kafka_changes_the_cluster_in_place_and_nothing_else(catalogue: Catalogue) -> None:
    """A configuration that is in use can't be deleted, so it must not be replaced."""

    def declared(version: str) -> dict[str, object]:
        config = config_of("sandbox", {"corebank:kafka.version": version})
        settings = load_settings("sandbox", config)
        return {r.urn: r.inputs for r in deploy(lambda: build(settings, catalogue)).resources}

    before, after = declared("3.9.x.kraft"), declared("4.0.x.kraft")
    assert before.keys() == after.keys()
    changed = {urn.split("::")[-1] for urn in before if before[urn] != after[urn]}
    assert changed == {"corebank-cluster"}


def test_a_disk_that_grows_by_itself_is_not_shrunk_and_one_that_does_not_is_watched(
    bank: Deployment, settings: Settings
) -> None:
    kafka, cluster = settings.kafka, bank.one(CLUSTER)
    targets = bank.of("aws:appautoscaling/target:Target")
    policies = bank.of("aws:appautoscaling/policy:Policy")
    if kafka.grows_to_gib == kafka.volume_gib:
        assert (cluster.ignored, targets, policies) == ((), [], [])
        return
    assert cluster.ignored == (VOLUME,)
    dimension = {
        "serviceNamespace": "kafka",
        "scalableDimension": "kafka:broker-storage:VolumeSize",
        "resourceId": ARN,
    }
    limits = {"minCapacity": kafka.volume_gib, "maxCapacity": kafka.grows_to_gib}
    (target,), (policy,) = targets, policies
    assert target.inputs.items() >= {**dimension, **limits}.items()
    assert policy.inputs.items() >= dimension.items()
    assert policy.inputs["targetTrackingScalingPolicyConfiguration"] == {
        "predefinedMetricSpecification": {"predefinedMetricType": "KafkaBrokerStorageUtilization"},
        "targetValue": 60,
        "disableScaleIn": True,
    }


def test_disks_grow_by_themselves_in_some_stacks_and_not_in_others() -> None:
    growing = {
        stack: kafka.grows_to_gib > kafka.volume_gib
        for stack in ("sandbox", "staging", "production")
        if (kafka := load_settings(stack, config_of(stack)).kafka)
    }
    assert growing == {"sandbox": False, "staging": True, "production": True}


def test_what_is_ignored_is_where_the_disk_s_size_is(bank: Deployment) -> None:
    value: Any = bank.one(CLUSTER).inputs
    for key in VOLUME.split("."):
        value = value[key]
    assert isinstance(value, float)


def test_the_cluster_itself_refuses_other_accounts_and_grants_nothing(
    bank: Deployment, settings: Settings
) -> None:
    policy = bank.one("aws:msk/clusterPolicy:ClusterPolicy").inputs
    assert policy["clusterArn"] == ARN
    # By itself it allows nothing; beside a role's own policy it stops what comes from elsewhere.
    ours = {"aws__PrincipalAccount": settings.account, "aws__PrincipalIsAWSService": "false"}
    theirs = {**ours, "aws__PrincipalAccount": "999999999999"}
    for action in ("kafka:GetBootstrapBrokers", "kafka-cluster:Connect"):
        assert not allowed(policy["policy"], action, ARN, **ours)
        both = beside(policy["policy"], action)
        assert allowed(both, action, ARN, **ours)
        assert not allowed(both, action, ARN, **theirs)
        assert not allowed(both, action, ARN, **ours, aws__SecureTransport="false")
        assert allowed(both, action, ARN, aws__PrincipalIsAWSService="true")


def beside(policy: str, action: str) -> str:
    """The policy, and a statement that allows the action."""
    document = json.loads(policy)
    document["Statement"].append({"Effect": "Allow", "Action": action, "Resource": "*"})
    return json.dumps(document)


def test_the_eighteen_topics_are_those_of_the_catalogue_and_readers_have_one_more_each(
    bank: Deployment, catalogue: Catalogue
) -> None:
    made = {topic.inputs["name"] for topic in bank.of(TOPIC)}
    assert len(catalogue.topics) == 18
    assert made - catalogue.topics.keys() == {
        f"corebank.{domain.name}.deadletter.v1" for domain in catalogue.domains if domain.consumes
    }
    assert len(made) == len(bank.of(TOPIC)) == 18 + 9


def test_every_topic_keeps_records_for_fourteen_days_and_survives_a_broker(
    bank: Deployment, settings: Settings
) -> None:
    for topic in bank.of(TOPIC):
        assert topic.inputs["clusterArn"].endswith(":corebank-cluster")
        assert topic.inputs["replicationFactor"] == settings.kafka.replication
        assert json.loads(topic.inputs["configs"]) == {
            "cleanup.policy": "delete",
            "min.insync.replicas": str(settings.kafka.min_insync_replicas),
            "retention.ms": "1209600000",
        }


def test_a_topic_has_as_many_partitions_as_its_owner_declares(
    bank: Deployment, catalogue: Catalogue
) -> None:
    made = {topic.inputs["name"]: topic.inputs["partitionCount"] for topic in bank.of(TOPIC)}
    assert made == {
        **{name: topic.topic.partitions for name, topic in catalogue.topics.items()},
        **dict.fromkeys(catalogue.dead_letters, 3),
    }


def test_every_topic_has_its_schema_held_to_what_its_owner_declares(
    bank: Deployment, catalogue: Catalogue
) -> None:
    schemas = {schema.inputs["schemaName"]: schema.inputs for schema in bank.of(SCHEMA)}
    assert schemas.keys() == catalogue.topics.keys() | catalogue.dead_letters.keys()
    for name, schema in schemas.items():
        found = catalogue.topics.get(name)
        assert schema["schemaDefinition"] == (found.schema if found else dead_letter_schema())
        declared = found.topic.compatibility if found else "BACKWARD"
        assert (schema["dataFormat"], schema["compatibility"]) == ("AVRO", declared)
        assert schema["registryArn"] == "arn:aws:glue:eu-west-1:111111111111:corebank-schemas"
