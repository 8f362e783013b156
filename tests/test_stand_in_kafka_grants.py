"""IAM's words about Kafka, said in Kafka's own."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from components._kafka_grants import archive, consume, granting, produce
from rehearsal.providers.aws.kafka_grants import Grant, NotInKafka, grants, speaks_of_kafka
from tests.engine import Deployment

CLUSTER = "arn:aws:kafka:eu-west-1:123456789012:cluster/corebank/1234-5"
OTHER = "arn:aws:kafka:eu-west-1:123456789012:cluster/corebank/1234-6"
ISSUED = "corebank.cards.issued.v1"
TOPICS = CLUSTER.replace(":cluster/", ":topic/")


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(actions: str | list[str], resources: str | list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def said(*statements: dict[str, Any], clusters: Iterable[str] = (CLUSTER,)) -> set[Grant]:
    return set(grants([policy(*statements)], clusters))


def test_who_produces_writes_one_topic() -> None:
    assert said(*produce(CLUSTER, ISSUED)) == {
        Grant("cluster", "kafka-cluster", "IDEMPOTENT_WRITE"),
        Grant("topic", ISSUED, "DESCRIBE"),
        Grant("topic", ISSUED, "WRITE"),
    }


def test_who_consumes_reads_one_topic_in_one_group() -> None:
    assert said(*consume(CLUSTER, ISSUED, "support")) == {
        Grant("topic", ISSUED, "DESCRIBE"),
        Grant("topic", ISSUED, "READ"),
        Grant("group", "support", "DESCRIBE"),
        Grant("group", "support", "READ"),
    }


def test_the_archive_describes_every_group() -> None:
    assert said(*archive(CLUSTER, [ISSUED])) == {
        Grant("topic", ISSUED, "DESCRIBE"),
        Grant("topic", ISSUED, "DESCRIBE_CONFIGS"),
        Grant("topic", ISSUED, "READ"),
        Grant("group", "*", "DESCRIBE"),
    }


def test_policies_add_up() -> None:
    documents = [policy(*produce(CLUSTER, ISSUED)), policy(*consume(CLUSTER, ISSUED, "g"))]
    both = said(*produce(CLUSTER, ISSUED), *consume(CLUSTER, ISSUED, "g"))
    assert grants(documents, [CLUSTER]) == both
    joined = json.loads(granting([*produce(CLUSTER, ISSUED), *consume(CLUSTER, ISSUED, "g")]))
    assert grants([joined], [CLUSTER]) == both


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        (f"{TOPICS}/{ISSUED}", ISSUED),
        (f"{TOPICS}/corebank.*", "corebank."),
        (f"{TOPICS}/*", "*"),
        (f"{TOPICS}*", "*"),
        ("arn:aws:kafka:eu-west-1:123456789012:topic/*", "*"),
        ("arn:aws:kafka:*", "*"),
        ("arn:*", "*"),
        ("*", "*"),
    ],
)
def test_a_wildcard_at_the_end_is_a_beginning_or_all(resource: str, name: str) -> None:
    assert said(allow("kafka-cluster:ReadData", resource)) == {
        Grant("topic", name, "READ", prefixed=name == "corebank.")
    }


@pytest.mark.parametrize(
    "resource",
    [
        f"{TOPICS}/corebank.*.issued.v1",
        f"{TOPICS}/corebank.*.*",
        f"{TOPICS}/corebank.card?.issued.v1",
        f"arn:aws:kafka:*:*:topic/*/{ISSUED}",
        "arn:aws:kafka:*:*:topic/*",
    ],
)
def test_a_wildcard_elsewhere_is_refused(resource: str) -> None:
    with pytest.raises(NotInKafka, match=r"kafka-cluster:ReadData has a wildcard inside .*; "):
        said(allow("kafka-cluster:ReadData", resource))


def test_a_wildcard_of_actions_is_each_of_them_on_what_it_is_about() -> None:
    assert {g.operation for g in said(allow("kafka-cluster:*", f"{TOPICS}/a"))} == {
        "ALTER",
        "ALTER_CONFIGS",
        "CREATE",
        "DELETE",
        "DESCRIBE",
        "DESCRIBE_CONFIGS",
        "READ",
        "WRITE",
    }
    assert said(allow("kafka-cluster:*Data", f"{TOPICS}/a")) == {
        Grant("topic", "a", "READ"),
        Grant("topic", "a", "WRITE"),
    }
    assert {(g.kind, g.name) for g in said(allow("*", "*"))} == {
        ("cluster", "kafka-cluster"),
        ("topic", "*"),
        ("group", "*"),
        ("transactional-id", "*"),
    }


def test_an_action_is_known_in_either_case() -> None:
    wanted = {Grant("topic", "a", "READ")}
    assert said(allow("KAFKA-cluster:readdata", f"{TOPICS}/a")) == wanted


def test_another_cluster_and_other_services_open_nothing() -> None:
    reading = consume(CLUSTER, ISSUED, "support")
    assert said(*reading, clusters=[OTHER]) == set()
    assert said(*reading, clusters=[]) == set()
    assert said(*reading, clusters=[OTHER, CLUSTER]) == said(*reading)
    assert said(allow("*", "arn:aws:s3:::bucket/*")) == set()
    assert said(allow(["kafka:DescribeCluster", "s3:GetObject"], "*")) == set()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (allow("kafka-cluster:Read", "*"), "names kafka-cluster:Read, which MSK does not know"),
        (
            allow("kafka-cluster:ReadData", CLUSTER),
            f"allows kafka-cluster:ReadData on {CLUSTER}",
        ),
        (
            allow("kafka-cluster:ReadData", "*", Condition={"Bool": {"a": "b"}}),
            "has Condition",
        ),
        ({"Effect": "Allow", "Action": "kafka-cluster:ReadData", "NotResource": "a"}, "NotRes"),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "about iam:.* has NotAction"),
        ({**allow("kafka-cluster:ReadData", "*"), "Effect": "Deny"}, "does not allow"),
        ({**allow("*", "*"), "Effect": "Deny"}, "does not allow"),
    ],
)
def test_what_kafka_cannot_say_is_refused(statement: dict[str, Any], told: str) -> None:
    with pytest.raises(NotInKafka, match=told):
        said(statement)


def test_what_is_about_other_services_is_left_alone() -> None:
    others = [
        allow("s3:GetObject", "*", Condition={"Bool": {"a": "b"}}),
        allow("kafka:*", "*", Condition={"Bool": {"a": "b"}}),
        {"Effect": "Allow", "NotAction": "kafka-cluster:*", "Resource": "*"},
        {"Effect": "Deny", "NotAction": ["s3:*", "kafka*"], "Resource": "*"},
    ]
    assert not speaks_of_kafka(policy(*others))
    assert said(*others) == set()
    assert speaks_of_kafka(policy(*others, allow("kafka-cl*", "*")))
    assert speaks_of_kafka({"Statement": allow("*", "*")})


def test_every_policy_of_the_bank_that_is_about_kafka_can_be_said(bank: Deployment) -> None:
    # The tests' engine gives the cluster an ARN without a kind, which stands for any.
    cluster = "arn:aws:kafka:eu-west-1:111111111111:corebank-cluster"
    documents = {
        resource.name: json.loads(resource.inputs["policy"])
        for kind in ("aws:iam/policy:Policy", "aws:iam/rolePolicy:RolePolicy")
        for resource in bank.of(kind)
        # That one is nobody's policy: it allows nothing that another does not.
        if resource.name != "delivery-boundary"
    }
    about = {name for name, document in documents.items() if speaks_of_kafka(document)}
    for name in about:
        grants([documents[name]], [cluster])
    assert about == {name for name in documents if "kafka-cluster:" in json.dumps(documents[name])}
    assert len(about) == 11 + 2, about
