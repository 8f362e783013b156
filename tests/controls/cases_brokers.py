"""Brokers: MSK-01 to MSK-07."""

from typing import Any

from policies.controls._topics import CLUSTER
from policies.controls.brokers import CONFIGURATION, LOG_GROUP, SERVERLESS
from tests.controls.cases import UNKNOWN, Cases, Change, Given, change, thing

_KEY = thing("aws:kms/key:Key", arn="arn:aws:kms:eu-west-1:1:key/a")
_GROUP = thing(LOG_GROUP, name="/msk/a", retentionInDays=365.0)
_FOREVER = thing(LOG_GROUP, name="/msk/a")
_SHORT = thing(LOG_GROUP, name="/msk/a", retentionInDays=90.0)
_LOGGED = {"enabled": True, "logGroup": "/msk/a"}


def _in_transit(**settings: object) -> Given:
    return {"encryptionInfo": {"encryptionInTransit": settings}}


def _public(access: object) -> Given:
    return {"brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": access}}}


def _exporters(*, jmx: object, node: object) -> dict[str, Any]:
    return {
        "openMonitoring": {
            "prometheus": {
                "jmxExporter": {"enabledInBroker": jmx},
                "nodeExporter": {"enabledInBroker": node},
            }
        }
    }


def _subnets(*names: str) -> dict[str, Any]:
    return {"brokerNodeGroupInfo": {"clientSubnets": [*names]}}


def _logging(settings: object) -> dict[str, Any]:
    return {"loggingInfo": {"brokerLogs": {"cloudwatchLogs": settings}}}


def _server(*lines: str) -> Given:
    return {"serverProperties": "\n".join(lines)}


def _configured(brokers: object, *lines: str) -> Given:
    configuration = thing(CONFIGURATION, serverProperties="\n".join(lines))
    used = {"configurationInfo": configuration}
    return [configuration, thing(CLUSTER, refers=used, numberOfBrokerNodes=brokers)]


_NOT_READ: Given = {"serverProperties": UNKNOWN}

CASES = {
    "msk-01-clients": Cases(
        fails=[_in_transit(clientBroker="TLS_PLAINTEXT"), _in_transit(clientBroker="PLAINTEXT")],
        passes=[_in_transit(clientBroker="TLS"), _in_transit(inCluster=False), {}],
        unknown=[_in_transit(clientBroker=UNKNOWN), {"encryptionInfo": UNKNOWN}],
    ),
    "msk-01-brokers": Cases(
        fails=[_in_transit(inCluster=False), _in_transit(clientBroker="TLS", inCluster=False)],
        passes=[_in_transit(inCluster=True), _in_transit(clientBroker="PLAINTEXT"), {}],
        unknown=[_in_transit(inCluster=UNKNOWN)],
    ),
    "msk-02-key": Cases(
        fails=[
            {},
            {"encryptionInfo": {"encryptionInTransit": {"inCluster": True}}},
            {"encryptionInfo": {"encryptionAtRestKmsKeyArn": ""}},
            {"encryptionInfo": {"encryptionAtRestKmsKeyArn": "arn:aws:kms:a:1:alias/aws/kafka"}},
            thing(SERVERLESS, clientAuthentication={"sasl": {"iam": {"enabled": True}}}),
        ],
        passes=[
            {"encryptionInfo": {"encryptionAtRestKmsKeyArn": "arn:aws:kms:eu-west-1:1:key/a"}},
            [
                _KEY,
                thing(
                    CLUSTER,
                    refers={"encryptionInfo": _KEY},
                    encryptionInfo={"encryptionAtRestKmsKeyArn": UNKNOWN},
                ),
            ],
        ],
        unknown=[
            {"encryptionInfo": {"encryptionAtRestKmsKeyArn": UNKNOWN}},
            [
                _GROUP,
                thing(CLUSTER, refers={"encryptionInfo": _GROUP}, encryptionInfo=UNKNOWN),
            ],
        ],
    ),
    "msk-03-known": Cases(
        fails=[
            {},
            {"clientAuthentication": {"unauthenticated": False}},
            {"clientAuthentication": {"sasl": {"iam": False}}},
            {"clientAuthentication": {"tls": {"certificateAuthorityArns": []}}},
            thing(SERVERLESS),
        ],
        passes=[
            {"clientAuthentication": {"sasl": {"iam": True}}},
            {"clientAuthentication": {"sasl": {"scram": True}}},
            {"clientAuthentication": {"tls": {"certificateAuthorityArns": ["a"]}}},
            thing(SERVERLESS, clientAuthentication={"sasl": {"iam": {"enabled": True}}}),
        ],
        unknown=[{"clientAuthentication": {"sasl": {"iam": UNKNOWN}}}],
    ),
    "msk-03-strangers": Cases(
        fails=[{}, {"clientAuthentication": {"sasl": {"iam": True}, "unauthenticated": True}}],
        passes=[
            {"clientAuthentication": {"sasl": {"iam": True}, "unauthenticated": False}},
            {"clientAuthentication": {"sasl": {"iam": True}}},
        ],
        unknown=[
            {"clientAuthentication": {"unauthenticated": UNKNOWN}},
            {"clientAuthentication": UNKNOWN},
        ],
    ),
    "msk-04-public-access": Cases(
        fails=[_public({"type": "SERVICE_PROVIDED_EIPS"}), _public({"type": "disabled"})],
        passes=[_public({"type": "DISABLED"}), _public({}), {}],
        unknown=[_public({"type": UNKNOWN}), {"brokerNodeGroupInfo": UNKNOWN}],
    ),
    "msk-05-threes": Cases(
        fails=[{"numberOfBrokerNodes": 2.0}, {"numberOfBrokerNodes": 4.0}, {}],
        passes=[
            {"numberOfBrokerNodes": 3.0},
            {"numberOfBrokerNodes": 6.0},
            thing(CLUSTER, environment="sandbox", numberOfBrokerNodes=2.0),
        ],
        unknown=[{"numberOfBrokerNodes": UNKNOWN}],
    ),
    "msk-05-zones": Cases(
        fails=[_subnets("a", "b"), _subnets(), {}],
        passes=[
            _subnets("a", "b", "c"),
            _subnets(UNKNOWN, UNKNOWN, UNKNOWN),
            thing(CLUSTER, environment="sandbox", **_subnets("a", "b")),
        ],
        unknown=[{"brokerNodeGroupInfo": {"clientSubnets": UNKNOWN}}],
    ),
    "msk-05-metrics": Cases(
        fails=[{}, {"enhancedMonitoring": "DEFAULT"}, {"enhancedMonitoring": "PER_BROKER"}],
        passes=[
            {"enhancedMonitoring": "PER_TOPIC_PER_BROKER"},
            {"enhancedMonitoring": "PER_TOPIC_PER_PARTITION"},
        ],
        unknown=[{"enhancedMonitoring": UNKNOWN}],
    ),
    "msk-05-exporters": Cases(
        fails=[{}, _exporters(jmx=True, node=False), _exporters(jmx=False, node=True)],
        passes=[
            _exporters(jmx=True, node=True),
            thing(CLUSTER, environment="sandbox", **_exporters(jmx=True, node=True)),
        ],
        unknown=[_exporters(jmx=True, node=UNKNOWN), {"openMonitoring": UNKNOWN}],
    ),
    "msk-06-log-group": Cases(
        fails=[
            {},
            _logging({"enabled": False, "logGroup": "/msk/a"}),
            _logging({"enabled": True}),
            {"loggingInfo": {"brokerLogs": {"s3": {"enabled": True, "bucket": "a"}}}},
        ],
        passes=[
            _logging(_LOGGED),
            thing(
                CLUSTER,
                refers={"loggingInfo": _GROUP},
                **_logging({"enabled": True, "logGroup": UNKNOWN}),
            ),
        ],
        unknown=[
            _logging({"enabled": UNKNOWN, "logGroup": "/msk/a"}),
            _logging({"enabled": True, "logGroup": UNKNOWN}),
        ],
    ),
    "msk-06-kept": Cases(
        fails=[
            [_SHORT, thing(CLUSTER, **_logging(_LOGGED))],
            [_SHORT, thing(CLUSTER, refers={"loggingInfo": _SHORT}, **_logging(_LOGGED))],
            [_GROUP, thing(CLUSTER, **_logging({"enabled": True, "logGroup": "/other"}))],
        ],
        passes=[
            [_GROUP, thing(CLUSTER, **_logging(_LOGGED))],
            [_FOREVER, thing(CLUSTER, **_logging(_LOGGED))],
            [
                _GROUP,
                thing(
                    CLUSTER,
                    refers={"loggingInfo": _GROUP},
                    **_logging({"enabled": True, "logGroup": UNKNOWN}),
                ),
            ],
        ],
        unknown=[
            [_GROUP, thing(CLUSTER, **_logging({"enabled": True, "logGroup": UNKNOWN}))],
            [
                thing(LOG_GROUP, name="/msk/a", retentionInDays=UNKNOWN),
                thing(CLUSTER, **_logging(_LOGGED)),
            ],
        ],
    ),
    "msk-07-own": Cases(
        fails=[{}, {"configurationInfo": {"revision": 1.0}}],
        passes=[
            {"configurationInfo": {"arn": "a", "revision": 1.0}},
            thing(CLUSTER, refers={"configurationInfo": _KEY}, configurationInfo=UNKNOWN),
        ],
        unknown=[{"configurationInfo": UNKNOWN}, {"configurationInfo": {"arn": UNKNOWN}}],
    ),
    "msk-07-granted": Cases(
        fails=[
            {},
            _server("auto.create.topics.enable=false"),
            _server("allow.everyone.if.no.acl.found=true"),
            _server("#allow.everyone.if.no.acl.found=false"),
            _server(
                "allow.everyone.if.no.acl.found=false", "allow.everyone.if.no.acl.found = true"
            ),
        ],
        passes=[
            _server("allow.everyone.if.no.acl.found=false"),
            _server("# ACLs", "", "  allow.everyone.if.no.acl.found : FALSE  "),
        ],
        unknown=[_NOT_READ],
    ),
    "msk-07-declared": Cases(
        fails=[{}, _server("auto.create.topics.enable = true")],
        passes=[
            _server("auto.create.topics.enable=false"),
            _server("auto.create.topics.enable false"),
        ],
        unknown=[_NOT_READ],
    ),
    "msk-07-clean-election": Cases(
        fails=[{}, _server("unclean.leader.election.enable=true")],
        passes=[
            _server("unclean.leader.election.enable=false"),
            _server("a=b", "unclean.leader.election.enable = false"),
        ],
        unknown=[_NOT_READ],
    ),
    "msk-07-copies": Cases(
        fails=[
            {},
            _server("default.replication.factor=2"),
            _configured(6.0, "default.replication.factor=2"),
            _configured(2.0, "default.replication.factor=1"),
        ],
        passes=[
            _server("default.replication.factor=3"),
            _configured(6.0, "default.replication.factor=3"),
            _configured(2.0, "default.replication.factor=2"),
        ],
        unknown=[_NOT_READ, _configured(UNKNOWN, "default.replication.factor=2")],
    ),
    "msk-07-in-step": Cases(
        fails=[
            {},
            _server("min.insync.replicas=1"),
            _server("min.insync.replicas=3"),
            _configured(2.0, "min.insync.replicas=2"),
        ],
        passes=[
            _server("min.insync.replicas=2"),
            _configured(3.0, "min.insync.replicas=2"),
            _configured(2.0, "min.insync.replicas=1"),
        ],
        unknown=[_NOT_READ],
    ),
    "msk-07-retention": Cases(
        fails=[
            {},
            _server("log.retention.hours=168"),
            _server("log.retention.hours=336", "log.retention.ms=1000"),
            _server("log.retention.hours=336", "log.retention.minutes=1"),
        ],
        passes=[
            _server("log.retention.hours=336"),
            _server("a=b", "log.retention.hours = 336"),
        ],
        unknown=[_NOT_READ],
    ),
}

LOOSENED: dict[str, Change] = {
    "MSK-01": change(CLUSTER, "encryptionInfo.encryptionInTransit.clientBroker", "TLS_PLAINTEXT"),
    "MSK-02": change(CLUSTER, "encryptionInfo.encryptionAtRestKmsKeyArn", ...),
    "MSK-03": change(CLUSTER, "clientAuthentication.unauthenticated", value=True),
    "MSK-04": change(
        CLUSTER,
        "brokerNodeGroupInfo.connectivityInfo.publicAccess.type",
        "SERVICE_PROVIDED_EIPS",
    ),
    "MSK-05": change(CLUSTER, "enhancedMonitoring", "DEFAULT"),
    "MSK-06": change(CLUSTER, "loggingInfo.brokerLogs.cloudwatchLogs.enabled", value=False),
    "MSK-07": change(CONFIGURATION, "serverProperties", "allow.everyone.if.no.acl.found=true\n"),
}
