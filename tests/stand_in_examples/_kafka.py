"""Examples of the types of MSK and its schema registry."""

import json
from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, World, new_name


def _avro(*fields: str) -> str:
    described = [{"name": field, "type": ["null", "string"], "default": None} for field in fields]
    return json.dumps({"type": "record", "name": "Event", "fields": described})


def _policy(action: str) -> str:
    refuse = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [refuse]})


_CLUSTER: Plain = {
    "kafkaVersion": "3.9.x",
    "numberOfBrokerNodes": 2.0,
    "brokerNodeGroupInfo": {
        "instanceType": "kafka.m7g.large",
        "clientSubnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "storageInfo": {"ebsStorageInfo": {"volumeSize": 100.0}},
        "connectivityInfo": {
            "publicAccess": {"type": "DISABLED"},
            "vpcConnectivity": {"clientAuthentication": {"sasl": {"iam": True}}},
        },
    },
    "clientAuthentication": {"sasl": {"iam": True}, "unauthenticated": False},
    "configurationInfo": {"arn": "arn:aws:kafka:eu-west-1:1:configuration/a", "revision": 1.0},
    "encryptionInfo": {
        "encryptionAtRestKmsKeyArn": "arn:aws:kms:eu-west-1:1:key/a",
        "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
    },
    "enhancedMonitoring": "PER_TOPIC_PER_BROKER",
    "openMonitoring": {"prometheus": {"jmxExporter": {"enabledInBroker": True}}},
    "loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True, "logGroup": "/a"}}},
    "tags": TAGS,
}


def _cluster(world: World) -> str:
    inputs = {**_CLUSTER, "clusterName": new_name()}
    return world.make("aws:msk/cluster:Cluster", inputs)[0]


def _target(world: World) -> Plain:
    return {
        "serviceNamespace": "kafka",
        "scalableDimension": "kafka:broker-storage:VolumeSize",
        "resourceId": _cluster(world),
        "minCapacity": 100.0,
        "maxCapacity": 400.0,
    }


def _tracking(percent: float) -> Plain:
    metric = {"predefinedMetricType": "KafkaBrokerStorageUtilization"}
    return {
        "predefinedMetricSpecification": metric,
        "targetValue": percent,
        "disableScaleIn": True,
    }


EXAMPLES: Mapping[str, Example] = {
    "aws:appautoscaling/policy:Policy": Example(
        inputs=lambda world: {
            **{k: it for k, it in _target(world).items() if not k.endswith("Capacity")},
            "name": new_name(),
            "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": _tracking(60.0),
        },
        changes=lambda _: [
            {
                "policyType": "TargetTrackingScaling",
                "targetTrackingScalingPolicyConfiguration": _tracking(50.0),
            }
        ],
    ),
    "aws:appautoscaling/target:Target": Example(
        inputs=lambda world: {**_target(world), "tags": TAGS},
        changes=lambda _: [{"maxCapacity": 800.0}, {"minCapacity": 200.0}, {"tags": {"a": "b"}}],
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": Example(
        inputs=lambda _: {
            "name": new_name(),
            "alarmDescription": "A disk is filling up",
            "namespace": "AWS/Kafka",
            "metricName": "KafkaDataLogsDiskUsed",
            "dimensions": {"Cluster Name": "corebank", "Broker ID": "1"},
            "statistic": "Maximum",
            "period": 60.0,
            "evaluationPeriods": 5.0,
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 85.0,
            "treatMissingData": "breaching",
            "alarmActions": ["arn:aws:sns:eu-west-1:1:alarms"],
            "okActions": ["arn:aws:sns:eu-west-1:1:alarms"],
            "tags": TAGS,
        },
        changes=lambda _: [
            {"threshold": 90.5, "period": 300.0, "evaluationPeriods": 1.0},
            {"dimensions": {"Cluster Name": "corebank"}, "metricName": "OfflinePartitionsCount"},
            {"comparisonOperator": "LessThanThreshold", "statistic": "Minimum"},
            {"treatMissingData": "notBreaching", "namespace": "AWS/Other"},
            {"alarmDescription": None, "okActions": None},
            {"alarmActions": ["arn:aws:sns:eu-west-1:1:others"]},
        ],
    ),
    "aws:glue/registry:Registry": Example(
        inputs=lambda _: {"registryName": new_name(), "description": "Schemas", "tags": TAGS}
    ),
    "aws:glue/schema:Schema": Example(
        inputs=lambda world: {
            "registryArn": world.registry(),
            "schemaName": new_name(),
            "dataFormat": "AVRO",
            "compatibility": "BACKWARD",
            "schemaDefinition": _avro("a"),
            "tags": TAGS,
        },
        changes=lambda _: [
            {"schemaDefinition": _avro("a", "b")},
            {"compatibility": "FULL"},
            {"description": "Events"},
            {"description": None},
        ],
    ),
    "aws:msk/cluster:Cluster": Example(inputs=lambda _: {**_CLUSTER, "clusterName": new_name()}),
    "aws:msk/clusterPolicy:ClusterPolicy": Example(
        inputs=lambda world: {"clusterArn": _cluster(world), "policy": _policy("kafka:*")},
        changes=lambda _: [{"policy": _policy("kafka-cluster:*")}],
    ),
    "aws:msk/configuration:Configuration": Example(
        inputs=lambda _: {"name": new_name(), "serverProperties": "a=b\n"},
        changes=lambda _: [{"serverProperties": "a=c\n"}, {"description": "Brokers"}],
    ),
}
