"""Kafka: who reaches the brokers, what protects the records, and what a topic promises."""

import json

from components._broker_properties import broker_properties
from domains import Catalogue
from settings import Settings
from tests.engine import Deployment

CLUSTER = "aws:msk/cluster:Cluster"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
TOPIC = "aws:msk/topic:Topic"
SCHEMA = "aws:glue/schema:Schema"

GROUP = "aws:ec2/securityGroup:SecurityGroup"


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
    assert nodes["connectivityInfo"] == {"publicAccess": {"type": "DISABLED"}}
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


def test_only_the_private_subnets_reach_the_brokers_and_only_the_iam_port(
    bank: Deployment, settings: Settings
) -> None:
    private = {
        subnet.inputs["availabilityZone"]: subnet.inputs["cidrBlock"]
        for subnet in bank.of("aws:ec2/subnet:Subnet")
        if subnet.inputs["tags"]["tier"] == "private"
    }
    rules = bank.one(GROUP, "corebank-brokers").inputs["ingress"]
    assert private.keys() == settings.network.zones.keys()
    assert [rule["cidrBlocks"] for rule in rules] == [[cidr] for _, cidr in sorted(private.items())]
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
    written = bank.one("aws:msk/configuration:Configuration").inputs["serverProperties"]
    assert written == properties


def test_the_eighteen_topics_are_those_of_the_catalogue(
    bank: Deployment, catalogue: Catalogue
) -> None:
    assert sorted(topic.inputs["name"] for topic in bank.of(TOPIC)) == list(catalogue.topics)
    assert len(catalogue.topics) == 18


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
    assert made == {name: topic.topic.partitions for name, topic in catalogue.topics.items()}


def test_every_topic_has_its_schema_kept_backward_compatible(
    bank: Deployment, catalogue: Catalogue
) -> None:
    schemas = {schema.inputs["schemaName"]: schema.inputs for schema in bank.of(SCHEMA)}
    assert schemas.keys() == catalogue.topics.keys()
    for name, schema in schemas.items():
        assert schema["schemaDefinition"] == catalogue.topics[name].schema
        assert (schema["dataFormat"], schema["compatibility"]) == ("AVRO", "BACKWARD")
        assert schema["registryArn"] == "arn:aws:glue:eu-west-1:111111111111:corebank-schemas"
