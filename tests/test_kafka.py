"""Kafka: who reaches the brokers, what protects the records, and what a topic promises."""

import json
from typing import Any

from components._broker_properties import broker_properties
from components._key_policy import key_policy
from domains import Catalogue
from settings import Settings
from tests.engine import Deployment

CLUSTER = "aws:msk/cluster:Cluster"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
KEY = "aws:kms/key:Key"
LOGS = "aws:cloudwatch/logGroup:LogGroup"
TOPIC = "aws:msk/topic:Topic"
SCHEMA = "aws:glue/schema:Schema"

READING = {"Decrypt", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"}


def test_records_are_encrypted_on_the_way_and_with_the_bank_s_own_key(bank: Deployment) -> None:
    assert bank.one(CLUSTER).inputs["encryptionInfo"] == {
        "encryptionAtRestKmsKeyArn": "arn:aws:kms:eu-west-1:111111111111:corebank-key",
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


def test_broker_logs_are_kept_for_a_year_under_the_same_key(bank: Deployment) -> None:
    logs = bank.one(LOGS).inputs
    assert logs["retentionInDays"] == 365
    assert logs["kmsKeyId"] == "arn:aws:kms:eu-west-1:111111111111:corebank-key"
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
    rules = {rule.name: rule.inputs for rule in bank.of(INGRESS)}
    assert private.keys() == settings.network.zones.keys()
    assert {name: rule["cidrIpv4"] for name, rule in rules.items()} == {
        f"corebank-from-{zone}": cidr for zone, cidr in private.items()
    }
    for rule in rules.values():
        assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", 9098, 9098)
        assert rule["securityGroupId"] == "corebank-brokers-id"


def test_brokers_open_no_connection_themselves(bank: Deployment) -> None:
    group = bank.one("aws:ec2/securityGroup:SecurityGroup").inputs
    assert not {"ingress", "egress"} & group.keys()
    assert [str(r) for r in bank.resources if "EgressRule" in r.type] == []


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


def test_the_key_rotates_and_is_deleted_slowly_if_ever(bank: Deployment) -> None:
    key = bank.one(KEY).inputs
    assert key["enableKeyRotation"] is True
    assert key["deletionWindowInDays"] == 30
    assert bank.one("aws:kms/alias:Alias").inputs["targetKeyId"] == "corebank-key-id"


def test_the_key_s_policy_is_about_the_stack_s_account_and_log_group(
    bank: Deployment, settings: Settings
) -> None:
    assert bank.one(KEY).inputs["policy"] == key_policy(
        account=settings.account, region=settings.region, log_group=bank.one(LOGS).inputs["name"]
    )


def test_no_action_of_the_key_s_policy_is_a_wildcard_and_nobody_is_everybody() -> None:
    for statement in key_statements():
        assert not any("*" in action for action in actions(statement)), statement["Sid"]
        assert "*" not in str(statement["Principal"]), statement["Sid"]


def test_who_administers_the_key_can_not_read_with_it() -> None:
    for statement in key_statements():
        if statement["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}:
            assert not READING & set(actions(statement)), statement["Sid"]


def test_the_account_hands_the_key_to_msk_and_to_nobody_else() -> None:
    (grants,) = [s for s in key_statements() if "CreateGrant" in actions(s)]
    assert actions(grants) == ["CreateGrant"]
    assert grants["Condition"] == {
        "Bool": {"kms:GrantIsForAWSResource": "true"},
        "StringEquals": {"kms:ViaService": "kafka.eu-west-1.amazonaws.com"},
    }


def test_logs_uses_the_key_for_the_broker_s_log_group_only() -> None:
    (use,) = [s for s in key_statements() if READING & set(actions(s))]
    assert use["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert set(actions(use)) >= READING
    group = "arn:aws:logs:eu-west-1:111111111111:log-group:/msk/corebank"
    assert use["Condition"] == {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}}


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


def key_statements() -> list[dict[str, Any]]:
    policy = key_policy(account="111111111111", region="eu-west-1", log_group="/msk/corebank")
    return json.loads(policy)["Statement"]


def actions(statement: dict[str, Any]) -> list[str]:
    """The statement's actions, without the service's name before each."""
    return [action.removeprefix("kms:") for action in statement["Action"]]
