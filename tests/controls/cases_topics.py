"""Topics: TOP-01 to TOP-04."""

import json

from policies.controls import Resource
from policies.controls._kafka_grants import KAFKA_ACL, KAFKA_USERS, POLICIES, POLICY, ROLE
from policies.controls._topics import (
    CLUSTER,
    KAFKA_TOPIC,
    MSK_TOPIC,
    SCHEMA,
    STRIMZI_TOPICS,
)
from tests.controls.cases import UNKNOWN, Cases, Change, Given, change, thing

_NAME = "corebank.payments.initiated.v1"
_ROLE_POLICY = POLICIES[1]
_CLUSTER_POLICY = POLICIES[-1]
_STRIMZI = STRIMZI_TOPICS[0]
_PATCH = STRIMZI_TOPICS[-1]
_THREE = thing(CLUSTER, "three", numberOfBrokerNodes=3.0)
_TWO = thing(CLUSTER, "two", numberOfBrokerNodes=2.0)
_SOME = thing(CLUSTER, "some", numberOfBrokerNodes=UNKNOWN)
_TOPIC = thing(MSK_TOPIC, name=_NAME)
_ROLE = thing(ROLE, name="corebank-risk", tags={"domain": "risk"})


def _set(**settings: object) -> Given:
    """An MSK topic's settings, with ``_`` for the dot."""
    return {"configs": json.dumps({key.replace("_", "."): each for key, each in settings.items()})}


def _copied(copies: object, in_step: str, cluster: Resource = _THREE) -> Given:
    topic = thing(
        MSK_TOPIC,
        refers={"clusterArn": cluster},
        clusterArn=UNKNOWN,
        replicationFactor=copies,
        configs=json.dumps({"min.insync.replicas": in_step}),
    )
    return [cluster, topic]


def _reads(resource: object, action: object = "kafka-cluster:ReadData") -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": statement})


_ARN = f"arn:aws:kafka:eu-west-1:1:topic/corebank/a-1/{_NAME}"
_POLICY = thing(POLICY, tags={"domain": "risk"}, policy=_reads(_ARN))
_DENY = json.dumps(
    {"Statement": [{"Effect": "Deny", "Action": "kafka-cluster:*", "Resource": "*"}]}
)
_TAGS = {"domain": "payments", "data-class": "payments-and-cards"}

CASES = {
    "top-01-form": Cases(
        fails=[
            {},
            {"name": "payments.initiated.v1"},
            {"name": "corebank.payments.v1"},
            {"name": "corebank.payments.initiated"},
            {"name": "corebank.payments.initiated.v0"},
            {"name": "corebank.payments.Initiated.v1"},
            {"name": f"corebank.a.{'b' * 249}.v1"},
            thing(KAFKA_TOPIC, name="events"),
            thing(_STRIMZI, metadata={"name": _NAME}, spec={"topicName": "events"}),
            thing(_PATCH, metadata={"name": "events"}),
        ],
        passes=[
            {"name": _NAME},
            {"name": "corebank.accounts.balance.updated.v12"},
            thing(KAFKA_TOPIC, name=_NAME),
            thing(_STRIMZI, metadata={"name": "a"}, spec={"topicName": _NAME}),
            thing(_STRIMZI, metadata={"name": _NAME}, spec={}),
        ],
        unknown=[{"name": UNKNOWN}],
    ),
    "top-01-registry": Cases(
        fails=[
            {},
            {"registryArn": "arn:aws:glue:eu-west-1:1:registry/default-registry"},
        ],
        passes=[
            {"registryArn": "arn:aws:glue:eu-west-1:1:registry/corebank"},
            thing(SCHEMA, refers={"registryArn": _THREE}, registryArn=UNKNOWN),
        ],
        unknown=[{"registryArn": UNKNOWN}],
    ),
    "top-02-retention": Cases(
        fails=[
            {},
            _set(retention_ms="-1"),
            _set(retention_ms="1209600001"),
            _set(cleanup_policy="delete"),
            thing(KAFKA_TOPIC, config={"retention.ms": "604800000"}),
            thing(_STRIMZI, spec={"config": {"retention.ms": 604800000.0}}),
        ],
        passes=[
            _set(retention_ms="1209600000"),
            thing(KAFKA_TOPIC, config={"retention.ms": "1209600000"}),
            thing(_STRIMZI, spec={"config": {"retention.ms": 1209600000.0}}),
        ],
        unknown=[
            {"configs": UNKNOWN},
            thing(KAFKA_TOPIC, config={"retention.ms": UNKNOWN}),
        ],
    ),
    "top-02-other-limits": Cases(
        fails=[
            _set(retention_bytes="1000"),
            thing(KAFKA_TOPIC, config={"retention.bytes": "1"}),
        ],
        passes=[{}, _set(retention_ms="1209600000"), _set(retention_bytes="-1")],
        unknown=[{"configs": UNKNOWN}],
    ),
    "top-02-compaction": Cases(
        fails=[
            _set(cleanup_policy="compact"),
            _set(cleanup_policy="compact,delete"),
            thing(_STRIMZI, spec={"config": {"cleanup.policy": "compact"}}),
        ],
        passes=[{}, _set(cleanup_policy="delete"), thing(KAFKA_TOPIC, config={})],
        unknown=[thing(KAFKA_TOPIC, config={"cleanup.policy": UNKNOWN})],
    ),
    "top-03-copies": Cases(
        fails=[
            {},
            _copied(2.0, "1"),
            _copied(1.0, "1", _TWO),
            thing(KAFKA_TOPIC, replicationFactor=2.0),
            thing(_STRIMZI, spec={"replicas": 1.0}),
        ],
        passes=[
            _copied(3.0, "2"),
            _copied(2.0, "1", _TWO),
            thing(KAFKA_TOPIC, replicationFactor=3.0),
            thing(_STRIMZI, spec={"replicas": 3.0}),
        ],
        unknown=[{"replicationFactor": UNKNOWN}, _copied(2.0, "1", _SOME)],
    ),
    "top-03-written": Cases(
        fails=[{}, _copied(3.0, "1"), thing(KAFKA_TOPIC, config={"min.insync.replicas": "1"})],
        passes=[_copied(3.0, "2"), _copied(2.0, "1", _TWO)],
        unknown=[{"configs": UNKNOWN}],
    ),
    "top-03-goes-on": Cases(
        fails=[_copied(3.0, "3"), _copied(2.0, "2", _TWO), {}],
        passes=[_copied(3.0, "2"), _copied(2.0, "1", _TWO)],
        unknown=[{"replicationFactor": UNKNOWN, "configs": '{"min.insync.replicas": "2"}'}],
    ),
    "top-04-schema": Cases(
        fails=[
            [_TOPIC],
            [_TOPIC, thing(SCHEMA, schemaName="corebank.payments.confirmed.v1")],
            [thing(_STRIMZI, metadata={"name": _NAME})],
        ],
        passes=[
            [_TOPIC, thing(SCHEMA, schemaName=_NAME)],
            [thing(KAFKA_TOPIC, name=_NAME), thing(SCHEMA, schemaName=_NAME)],
        ],
        unknown=[[_TOPIC, thing(SCHEMA, schemaName=UNKNOWN)]],
    ),
    "top-04-compatibility": Cases(
        fails=[{}, {"compatibility": "NONE"}, {"compatibility": "FORWARD"}],
        passes=[{"compatibility": "BACKWARD"}, {"compatibility": "FULL_ALL"}],
        unknown=[{"compatibility": UNKNOWN}],
    ),
    "top-04-owner": Cases(
        fails=[{}, {"tags": {"owner": "somebody"}}, {"tags": {"domain": "marketing"}}],
        passes=[
            {"tags": _TAGS},
            {"tags": {"domain": "platform"}},
            # As its provider gives it to all.
            {"tagsAll": {"domain": "payments"}},
        ],
        unknown=[{"tags": UNKNOWN}, {"tags": {"domain": UNKNOWN}}, {"tagsAll": UNKNOWN}],
    ),
    "top-04-data-class": Cases(
        fails=[{}, {"tags": {"domain": "payments"}}, {"tags": {"data-class": "secret"}}],
        passes=[{"tags": _TAGS}, {"tags": {"data-class": "customer"}}],
        unknown=[{"tags": {"data-class": UNKNOWN}}],
    ),
    "top-04-consumers": Cases(
        fails=[
            [_TOPIC],
            [_TOPIC, thing(POLICY, policy=_DENY)],
            [_TOPIC, thing(POLICY, policy=_reads(_ARN, "kafka-cluster:WriteData"))],
            [_TOPIC, thing(POLICY, policy=_reads(_ARN.replace("initiated", "confirmed")))],
            [
                _TOPIC,
                thing(
                    KAFKA_ACL,
                    aclPermissionType="Deny",
                    aclResourceType="Topic",
                    aclResourceName=_NAME,
                    aclPrincipal="User:risk",
                    aclOperation="Read",
                ),
            ],
        ],
        passes=[
            [_TOPIC, _POLICY],
            # Of another it is not known, and need not be.
            [_TOPIC, thing(POLICY, "another", policy=UNKNOWN), _POLICY],
            [_TOPIC, thing(ROLE, inlinePolicies=[{"name": "a", "policy": _reads([_ARN])}])],
            [
                _TOPIC,
                thing(
                    KAFKA_USERS[0],
                    metadata={"name": "risk"},
                    spec={
                        "authorization": {
                            "type": "simple",
                            "acls": [
                                {
                                    "resource": {"type": "topic", "name": _NAME},
                                    "operations": ["Describe", "Read"],
                                }
                            ],
                        }
                    },
                ),
            ],
        ],
        unknown=[[_TOPIC, thing(POLICY, policy=UNKNOWN)]],
    ),
    "top-04-named-consumers": Cases(
        fails=[
            {"policy": _reads(_ARN)},
            {"policy": _reads(_ARN), "tags": {"domain": "marketing"}},
            thing(_ROLE_POLICY, role="elsewhere", policy=_reads(_ARN)),
            thing(_CLUSTER_POLICY, policy=_reads(_ARN)),
            [
                _POLICY,
                thing(ROLE, name="other"),
                thing(
                    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                    refers={"policyArn": _POLICY},
                    role="other",
                ),
            ],
        ],
        passes=[
            [_POLICY],
            [_ROLE, thing(_ROLE_POLICY, refers={"role": _ROLE}, policy=_reads(_ARN))],
            [_ROLE, thing(_ROLE_POLICY, role="corebank-risk", policy=_reads(_ARN))],
            {"policy": _DENY},
        ],
        unknown=[{"policy": UNKNOWN}, {"policy": _reads(_ARN), "tags": {"domain": UNKNOWN}}],
    ),
}

LOOSENED: dict[str, Change] = {
    "TOP-01": change(SCHEMA, "registryArn", ...),
    "TOP-02": change(
        MSK_TOPIC,
        "configs",
        json.dumps({"min.insync.replicas": "2", "retention.ms": "-1"}),
    ),
    "TOP-03": change(MSK_TOPIC, "replicationFactor", 2.0),
    "TOP-04": change(SCHEMA, "compatibility", "NONE"),
}
