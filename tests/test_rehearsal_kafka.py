"""Live: production's Kafka, with as many brokers as its records have copies."""

import json
from typing import Any

import pytest

from domains import Catalogue
from tests.rehearsed import Copy, kafka, set_by_hand, settings_of, topics

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(600)]

ALERTS = "corebank.aml.alerts.v1"
CLUSTER = "aws:msk/cluster:Cluster"


@pytest.fixture(scope="module")
def copy(production: Copy) -> Copy:
    return production


@pytest.fixture(scope="module")
def admin(copy: Copy) -> Any:
    return kafka(copy.addresses("production"))


def test_the_topics_are_on_the_brokers_as_declared(admin: Any, catalogue: Catalogue) -> None:
    found = topics(admin)
    assert len(admin.list_topics(timeout=10).brokers) == 3
    assert {name: len(topic.partitions) for name, topic in found.items()} == {
        **{name: each.topic.partitions for name, each in catalogue.topics.items()},
        **dict.fromkeys(catalogue.dead_letters, 3),
    }
    assert {len(topic.partitions) for topic in found.values()} == {3, 12, 24}
    for name, topic in found.items():
        copies = {tuple(sorted(partition.replicas)) for partition in topic.partitions.values()}
        assert copies == {(1, 2, 3)}, name
        settings = settings_of(admin, name)
        assert settings["retention.ms"] == "1209600000"
        assert settings["min.insync.replicas"] == "2"
        assert settings["cleanup.policy"] == "delete"


def test_a_setting_changed_on_the_brokers_by_hand_is_named_and_put_right(
    copy: Copy, admin: Any
) -> None:
    set_by_hand(admin, ALERTS, "min.insync.replicas", "1")

    assert copy.plan("production") == {}
    assert copy.differing("production") == {f"{ALERTS}-topic": ["configs"]}
    assert copy.update("production", "--refresh").returncode == 0
    assert settings_of(admin, ALERTS)["min.insync.replicas"] == "2"


def test_a_newer_kafka_is_an_update_of_the_cluster_and_of_nothing_else(copy: Copy) -> None:
    with copy.edited("Pulumi.production.yaml", "3.9.x.kraft", "4.0.x.kraft"):
        assert copy.plan("production") == {"corebank-cluster": "update"}


def test_a_disk_that_has_grown_is_left_as_it_is_where_it_grows_by_itself(copy: Copy) -> None:
    """moto grows no disk: the state is written as a refresh would after one has grown."""
    before = copy.pulumi("production", "stack", "export").stdout
    grown = json.loads(before)
    [cluster] = [r for r in grown["deployment"]["resources"] if r["type"] == CLUSTER]
    for told in (cluster["inputs"], cluster["outputs"]):
        told["brokerNodeGroupInfo"]["storageInfo"]["ebsStorageInfo"]["volumeSize"] = 2000
    put(copy, json.dumps(grown))
    try:
        assert copy.plan("production") == {}
        with copy.edited("Pulumi.production.yaml", "growsToGiB: 4000", "growsToGiB: 1000"):
            refused = copy.pulumi("production", "preview")
        told = refused.stdout + refused.stderr
        assert "smaller-disk corebank:kafka.volumeGiB" in told
        assert "is less than brokers have, 2000" in told
    finally:
        put(copy, before)
    assert copy.plan("production", "--expect-no-changes") == {}


def put(copy: Copy, state: str) -> None:
    file = copy.home("production") / "imported.json"
    file.write_text(state)
    done = copy.pulumi("production", "stack", "import", "--file", str(file))
    assert done.returncode == 0, done.stderr
