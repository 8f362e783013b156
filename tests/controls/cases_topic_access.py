"""Access to topics: TOP-07."""

import json
from typing import Any

from policies.controls import Resource
from policies.controls._kafka_grants import KAFKA_ACL, KAFKA_USERS, POLICIES, POLICY, ROLE
from policies.controls._topics import SCHEMA
from tests.controls.cases import UNKNOWN, Cases, Change, edit, thing

_NAME = "corebank.payments.initiated.v1"
_ARN = "arn:aws:kafka:eu-west-1:1"
_TOPIC = f"{_ARN}:topic/corebank/a-1/{_NAME}"
_GROUP = f"{_ARN}:group/corebank/a-1/payments"
_CLUSTER = f"{_ARN}:cluster/corebank/a-1"
_ROLE_POLICY = POLICIES[1]
_CLUSTER_POLICY = POLICIES[-1]
_SCHEMA = thing(SCHEMA, schemaName=_NAME, tags={"domain": "payments"})
_OWNER = thing(ROLE, "owner", name="corebank-payments", tags={"domain": "payments"})
_OTHER = thing(ROLE, "other", name="corebank-cards", tags={"domain": "cards"})
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


def _allow(action: object, resource: object = None, **others: object) -> dict[str, Any]:
    named = {"Resource": resource} if resource else {}
    return {"Effect": "Allow", "Action": action, **named, **others}


def _policy(*statements: object) -> dict[str, Any]:
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": statements})}


_WRITES = _policy(_allow("kafka-cluster:WriteData", _TOPIC))
_PAYMENTS = thing(POLICY, tags={"domain": "payments"}, **_WRITES)


def _acl(**others: str) -> Resource:
    acl: dict[str, Any] = {
        "aclPermissionType": "Allow",
        "aclResourceType": "Topic",
        "aclResourceName": _NAME,
        "aclPrincipal": "User:payments",
        "aclOperation": "Write",
    }
    acl |= others
    return thing(KAFKA_ACL, **acl)


def _user(
    user: str, /, kind: str = "topic", type_: str = KAFKA_USERS[0], **about: object
) -> Resource:
    acl = {"resource": {"type": kind, **about}, "operations": ["Write"]}
    return thing(
        type_,
        metadata={"name": user},
        spec={"authorization": {"type": "simple", "acls": [acl]}},
    )


CASES = {
    "top-07-topics": Cases(
        fails=[
            _policy(_allow("kafka-cluster:ReadData", "*")),
            _policy(_allow(["kafka-cluster:*"], [f"{_ARN}:topic/corebank/*"])),
            _policy(_allow("Kafka-Cluster:read*", [_TOPIC, f"{_ARN}:topic/corebank/a-1/core*"])),
            _policy(_allow("kafka-cluster:Connect", _CLUSTER), _allow("kafka-cluster:*Data", "*")),
            _policy(_allow("kafka-cluster:DescribeTopic", f"{_TOPIC[:-1]}?")),
            _policy(_allow("kafka-cluster:ReadData", f"{_ARN}:topic/a/b/${{aws:username}}")),
            _policy(_allow("kafka-cluster:ReadData", NotResource=_TOPIC)),
            _policy(_allow("kafka-cluster:ReadData", "arn:aws:kafka:*:*:*")),
            # One statement, and a document that is no text.
            {"policy": {"Statement": _allow("kafka-cluster:WriteData", f"{_ARN}:topic/a/b/*")}},
            thing(_ROLE_POLICY, **_policy(_allow("kafka-cluster:AlterTopic", "*"))),
            thing(_CLUSTER_POLICY, **_policy(_allow("kafka-cluster:*", "*", Principal="*"))),
            thing(ROLE, inlinePolicies=[_policy(_allow("kafka-cluster:ReadData", "*"))]),
        ],
        passes=[
            _WRITES,
            {"policy": json.dumps({"Statement": _allow("kafka-cluster:ReadData", _TOPIC)})},
            _policy(_allow(["kafka-cluster:Connect"], _CLUSTER)),
            _policy(_allow("kafka-cluster:*", [_CLUSTER, _TOPIC, _GROUP])),
            _policy({"Effect": "Deny", "Action": "kafka-cluster:*", "Resource": "*"}),
            # Of a cluster that is made anew the id is another, and the topic the same.
            _policy(_allow("kafka-cluster:ReadData", f"{_ARN}:topic/corebank/*/{_NAME}")),
            _policy(_allow("s3:*", "*")),
            thing(ROLE, name="a"),
        ],
        unknown=[
            {"policy": UNKNOWN},
            {"policy": f'{{"Statement": [{{"Effect": "Allow", "Resource": "{UNKNOWN}/*"}}]}}'},
        ],
    ),
    "top-07-groups": Cases(
        fails=[
            _policy(_allow("kafka-cluster:AlterGroup", f"{_ARN}:group/corebank/a-1/*")),
            _policy(_allow(["kafka-cluster:*Group"], "*")),
            thing(ROLE, inlinePolicies=[_policy(_allow("kafka-cluster:DeleteGroup", "*"))]),
        ],
        passes=[
            _policy(_allow("kafka-cluster:AlterGroup", _GROUP)),
            # As Firehose needs it.
            _policy(_allow("kafka-cluster:DescribeGroup", f"{_ARN}:group/corebank/a-1/*")),
            _policy(_allow("kafka-cluster:ReadData", "*")),
        ],
        unknown=[{"policy": UNKNOWN}],
    ),
    "top-07-producers": Cases(
        fails=[
            [_SCHEMA, thing(POLICY, tags={"domain": "cards"}, **_WRITES)],
            [_SCHEMA, thing(POLICY, **_WRITES)],
            [_PAYMENTS],
            [_SCHEMA, _OTHER, thing(_ROLE_POLICY, role="corebank-cards", **_WRITES)],
            [_SCHEMA, thing(_ROLE_POLICY, role="elsewhere", **_WRITES)],
            [_SCHEMA, thing(_CLUSTER_POLICY, **_WRITES)],
            [_SCHEMA, thing(ROLE, tags={"domain": "cards"}, inlinePolicies=[_WRITES])],
            [
                _SCHEMA,
                _OTHER,
                _PAYMENTS,
                thing(_ATTACHMENT, refers={"policyArn": _PAYMENTS, "role": _OTHER}, role=UNKNOWN),
            ],
            [
                _SCHEMA,
                _OTHER,
                _PAYMENTS,
                thing(
                    "aws:iam/policyAttachment:PolicyAttachment",
                    refers={"policyArn": _PAYMENTS},
                    roles=["corebank-cards"],
                ),
            ],
            [
                _SCHEMA,
                _OTHER,
                _PAYMENTS,
                thing(
                    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
                    refers={"policyArns": _PAYMENTS},
                    roleName="corebank-cards",
                ),
            ],
            [
                _SCHEMA,
                _PAYMENTS,
                thing(ROLE, tags={"domain": "cards"}, refers={"managedPolicyArns": _PAYMENTS}),
            ],
        ],
        passes=[
            [_SCHEMA, _PAYMENTS],
            [
                _SCHEMA,
                _OWNER,
                _PAYMENTS,
                thing(_ATTACHMENT, refers={"policyArn": _PAYMENTS, "role": _OWNER}),
            ],
            [
                _SCHEMA,
                _OWNER,
                thing(_ROLE_POLICY, refers={"role": _OWNER}, role=UNKNOWN, **_WRITES),
            ],
            [_SCHEMA, thing(POLICY, **_policy(_allow("kafka-cluster:ReadData", _TOPIC)))],
        ],
        unknown=[
            [_SCHEMA, thing(POLICY, policy=UNKNOWN)],
            [_SCHEMA, thing(POLICY, tags=UNKNOWN, **_WRITES)],
        ],
    ),
    "top-07-acls": Cases(
        fails=[
            _acl(aclResourceName="*"),
            _acl(resourcePatternTypeFilter="Prefixed"),
            _acl(aclResourceType="Group", aclResourceName="*", aclOperation="Read"),
            _user("payments", name="corebank.", patternType="prefix"),
            _user("payments", "group", KAFKA_USERS[-1], name="*"),
        ],
        passes=[
            _acl(),
            _acl(resourcePatternTypeFilter="Literal"),
            _acl(aclPermissionType="Deny", aclResourceName="*"),
            _acl(aclResourceType="Cluster", aclResourceName="kafka-cluster"),
            _user("payments", name=_NAME),
        ],
        unknown=[_acl(aclResourceName=UNKNOWN), thing(KAFKA_USERS[0], spec=UNKNOWN)],
    ),
    "top-07-acl-clients": Cases(
        fails=[_acl(aclPrincipal="User:*"), _acl(aclPrincipal="User:*", aclOperation="Read")],
        passes=[_acl(), _acl(aclPermissionType="Deny", aclPrincipal="User:*")],
        unknown=[_acl(aclPrincipal=UNKNOWN)],
    ),
    "top-07-acl-producers": Cases(
        fails=[
            [_SCHEMA, _acl(aclPrincipal="User:cards")],
            [_SCHEMA, _acl(aclPrincipal="User:cards", aclOperation="All")],
            [_acl()],
            [_SCHEMA, _user("cards", name=_NAME)],
        ],
        passes=[
            [_SCHEMA, _acl()],
            [_SCHEMA, _acl(aclPrincipal="User:cards", aclOperation="Read")],
            [_SCHEMA, _user("payments", name=_NAME)],
        ],
        unknown=[[thing(SCHEMA, schemaName=_NAME, tags=UNKNOWN), _acl()]],
    ),
}


def _all_topics(policy: dict[str, Any]) -> None:
    document = json.loads(policy["policy"])
    document["Statement"].append(_allow("kafka-cluster:ReadData", f"{_ARN}:topic/corebank/a-1/*"))
    policy["policy"] = json.dumps(document)


LOOSENED: dict[str, Change] = {
    "TOP-07": edit(POLICY, _all_topics, name="support-kafka-policy"),
}
