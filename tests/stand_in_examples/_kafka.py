"""Examples of the types of MSK and its schema registry."""

import json
from collections.abc import Mapping

from tests.stand_in_examples._example import Example
from tests.stand_in_world import TAGS, Plain, new_name


def _avro(*fields: str) -> str:
    described = [{"name": field, "type": ["null", "string"], "default": None} for field in fields]
    return json.dumps({"type": "record", "name": "Event", "fields": described})


_CLUSTER: Plain = {
    "kafkaVersion": "3.9.x",
    "numberOfBrokerNodes": 2.0,
    "brokerNodeGroupInfo": {
        "instanceType": "kafka.m7g.large",
        "clientSubnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "storageInfo": {"ebsStorageInfo": {"volumeSize": 100.0}},
        "connectivityInfo": {"publicAccess": {"type": "DISABLED"}},
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

EXAMPLES: Mapping[str, Example] = {
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
    "aws:msk/configuration:Configuration": Example(
        inputs=lambda _: {"name": new_name(), "serverProperties": "a=b\n"},
        changes=lambda _: [{"serverProperties": "a=c\n"}, {"description": "Brokers"}],
    ),
}
