"""Grants on Kafka: exactly what a client declares, by exact names."""

import json
from collections.abc import Iterator

import pytest

from components import _kafka_grants as grants
from domains import Catalogue
from tests.engine import Deployment
from tests.policies import allowed, statements, words

CLUSTER = "arn:aws:kafka:eu-west-1:111111111111:cluster/corebank/1234-5"
KAFKA = "arn:aws:kafka:eu-west-1:111111111111"
POLICY = "aws:iam/policy:Policy"


def test_a_producer_connects_and_writes_to_its_topic() -> None:
    assert grants.produce(CLUSTER, "corebank.cards.issued.v1") == [
        {
            "Effect": "Allow",
            "Action": ["kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"],
            "Resource": [CLUSTER],
        },
        {
            "Effect": "Allow",
            "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"],
            "Resource": [f"{KAFKA}:topic/corebank/1234-5/corebank.cards.issued.v1"],
        },
    ]


def test_a_consumer_connects_reads_its_topic_and_keeps_its_place_in_its_group() -> None:
    assert grants.consume(CLUSTER, "corebank.cards.issued.v1", "support") == [
        {"Effect": "Allow", "Action": ["kafka-cluster:Connect"], "Resource": [CLUSTER]},
        {
            "Effect": "Allow",
            "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
            "Resource": [f"{KAFKA}:topic/corebank/1234-5/corebank.cards.issued.v1"],
        },
        {
            "Effect": "Allow",
            "Action": ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
            "Resource": [f"{KAFKA}:group/corebank/1234-5/support"],
        },
    ]


def test_a_policy_names_what_is_granted_twice_once() -> None:
    both = [*grants.consume(CLUSTER, "b", "g"), *grants.consume(CLUSTER, "a", "g")]
    found = {tuple(s["Action"]): s["Resource"] for s in statements(grants.granting(both))}
    assert found == {
        ("kafka-cluster:Connect",): [CLUSTER],
        ("kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"): [
            f"{KAFKA}:topic/corebank/1234-5/a",
            f"{KAFKA}:topic/corebank/1234-5/b",
        ],
        ("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"): [
            f"{KAFKA}:group/corebank/1234-5/g"
        ],
    }
    assert grants.granting(both) == grants.granting(both[::-1])


def policies(bank: Deployment) -> Iterator[tuple[str, str]]:
    """Each domain's policy, by the domain."""
    for policy in bank.of(POLICY):
        if policy.name.endswith("-kafka-policy"):
            domain = policy.name.removesuffix("-kafka-policy")
            assert policy.inputs["name"] == f"corebank-{domain}-kafka"
            yield domain, policy.inputs["policy"]


def topic_arn(topic: str) -> str:
    # The tests' engine gives the cluster an ARN without a kind, so nothing takes its place.
    return f"{KAFKA}:corebank-cluster/{topic}"


@pytest.mark.parametrize(("verb", "which"), [("WriteData", "publishes"), ("ReadData", "consumes")])
def test_a_domain_writes_what_it_publishes_reads_what_it_consumes_and_has_its_dead_letters(
    bank: Deployment, catalogue: Catalogue, verb: str, which: str
) -> None:
    by_domain = dict(policies(bank))
    for domain in catalogue.domains:
        declared = {getattr(topic, "name", topic) for topic in getattr(domain, which)}
        declared |= {name for name, whose in catalogue.dead_letters.items() if whose == domain.name}
        document = by_domain.get(domain.name, '{"Statement": []}')
        for topic in (*catalogue.topics, *catalogue.dead_letters):
            granted = allowed(document, f"kafka-cluster:{verb}", topic_arn(topic))
            assert granted == (topic in declared), (domain.name, topic)


def test_a_domain_without_a_topic_has_no_policy(bank: Deployment, catalogue: Catalogue) -> None:
    with_topics = {d.name for d in catalogue.domains if d.publishes or d.consumes}
    assert {name for name, _ in policies(bank)} == with_topics
    assert len(with_topics) == 11


def test_no_grant_has_a_wildcard_and_each_is_within_what_iam_takes(bank: Deployment) -> None:
    for domain, document in policies(bank):
        for statement in statements(document):
            named = [*words(statement["Action"]), *words(statement["Resource"])]
            assert "*" not in "".join(named), domain
        # A cluster's ARN is longer there than here, by its kind and its id of 39 characters.
        arns = sum(len(words(statement["Resource"])) for statement in statements(document))
        assert len(json.dumps(json.loads(document))) + 60 * arns < 6144, domain


def test_a_domain_may_not_make_delete_or_alter_a_topic(bank: Deployment) -> None:
    for _, document in policies(bank):
        actions = {a for s in statements(document) for a in words(s["Action"])}
        assert actions <= {
            "kafka-cluster:AlterGroup",
            "kafka-cluster:Connect",
            "kafka-cluster:DescribeGroup",
            "kafka-cluster:DescribeTopic",
            "kafka-cluster:ReadData",
            "kafka-cluster:WriteData",
            "kafka-cluster:WriteDataIdempotently",
        }
