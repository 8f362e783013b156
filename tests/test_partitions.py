"""Whether the brokers carry the partitions: MSK's own numbers, and what is counted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domains import Catalogue
from partitions import budget, carried, of_dead_letters, of_topics
from settings._allowed import BROKER_TYPES
from tests.engine import Deployment
from tests.test_agreement import told

COPIES = st.integers(1, 3)
COUNTS = st.lists(st.integers(1, 500), max_size=6)


@pytest.mark.parametrize("instance_type", BROKER_TYPES)
def test_every_size_of_broker_has_a_budget(instance_type: str) -> None:
    sizes = {"large": 1000, "xlarge": 1000, "2xlarge": 2000}
    assert budget(instance_type) == sizes.get(instance_type.rpartition(".")[2], 4000)


@given(COUNTS, COPIES, st.integers(1, 29))
def test_a_further_broker_never_makes_another_carry_more(
    topics: list[int], copies: int, brokers: int
) -> None:
    before = carried(topics, replication=copies, brokers=brokers)
    assert carried(topics, replication=copies, brokers=brokers + 1) <= before


@given(COUNTS, COPIES, st.integers(1, 30), st.integers(1, 500))
def test_a_further_topic_or_copy_is_carried_by_somebody(
    topics: list[int], copies: int, brokers: int, more: int
) -> None:
    before = carried(topics, replication=copies, brokers=brokers)
    assert carried([*topics, more], replication=copies, brokers=brokers) > before
    assert carried(topics, replication=copies + 1, brokers=brokers) >= before
    assert before * brokers >= sum(topics) * copies


def test_all_that_is_declared_on_the_cluster_is_counted(
    bank: Deployment, catalogue: Catalogue
) -> None:
    declared = [int(topic.inputs["partitionCount"]) for topic in bank.of("aws:msk/topic:Topic")]
    assert sorted(declared) == sorted([*of_topics(catalogue), *of_dead_letters(catalogue)])


def test_brokers_that_would_carry_too_many_are_refused(catalogue: Catalogue) -> None:
    (one, *rest) = catalogue.domains
    (topic, *others) = one.publishes
    wide = replace(one, publishes=(replace(topic, partitions=700), *others))
    entry = replace(catalogue.topics[topic.name], topic=wide.publishes[0])
    crowded = replace(
        catalogue, domains=(wide, *rest), topics={**catalogue.topics, topic.name: entry}
    )
    assert told(crowded, "sandbox", {}) == [
        (
            "ERR too-many-partitions corebank:kafka.instanceType: carries 1000 partitions on each"
            " of 2 brokers, and has 1079: 952 of topics, 27 for dead letters and 100 of Kafka's"
            " own, in 2 copies (got kafka.m7g.large); use a larger one, more"
            " corebank:kafka.brokers, or fewer partitions in domains/"
        )
    ]
    larger: dict[str, object] = {"corebank:kafka.instanceType": "kafka.m7g.2xlarge"}
    assert told(crowded, "sandbox", larger) == []
    assert told(crowded, "production", {}) == []
