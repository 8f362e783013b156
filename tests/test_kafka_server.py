"""The rehearsal's Kafka: as many brokers as the stack needs, which start and end together."""

from pathlib import Path

import pytest

from rehearsal.servers import Place
from rehearsal.servers.kafka import Kafka
from rehearsal.wanted import NotSaid, kafka_brokers
from tests.rehearsed import PROJECT

LEADS = '[tool.rehearsal]\nkafka-brokers = "bank:kafka.copies"\n'


def project(folder: Path, leads: str, config: str) -> Path:
    (folder / "pyproject.toml").write_text(leads)
    (folder / "Pulumi.sandbox.yaml").write_text(config)
    return folder


@pytest.mark.parametrize(("stack", "brokers"), [("sandbox", 2), ("staging", 3), ("production", 3)])
def test_there_are_as_many_brokers_as_a_record_has_copies(stack: str, brokers: int) -> None:
    assert kafka_brokers(PROJECT, stack) == brokers


@pytest.mark.parametrize(("copies", "brokers"), [(-1, 1), (0, 1), (1, 1), (2, 2), (3, 3), (7, 3)])
def test_there_is_one_broker_at_least_and_there_are_three_at_most(
    tmp_path: Path, copies: int, brokers: int
) -> None:
    config = f"config:\n  bank:kafka:\n    copies: {copies}\n"
    assert kafka_brokers(project(tmp_path, LEADS, config), "sandbox") == brokers


@pytest.mark.parametrize(
    ("leads", "config", "told"),
    [
        ("", "config: {}", "pyproject.toml has no kafka-brokers in [tool.rehearsal]"),
        (LEADS, "", "(got None)"),
        (LEADS, "config:\n  bank:kafka: 3", "(got None)"),
        (LEADS, "config:\n  bank:kafka:\n    copies: two", "(got two)"),
        (LEADS, "config:\n  bank:kafka:\n    copies: true", "(got True)"),
    ],
)
def test_a_number_that_is_not_to_be_found_is_told(
    tmp_path: Path, leads: str, config: str, told: str
) -> None:
    with pytest.raises(NotSaid) as refused:
        kafka_brokers(project(tmp_path, leads, config), "sandbox")
    assert str(refused.value).endswith(told)


def prepared(folder: Path, wanted: int, had: int) -> list[dict[str, str]]:
    """The settings of each broker that is started where so many were wanted and had before."""
    names = Kafka(jars=folder, java=folder, brokers=max(wanted, had)).ports
    place = Place(
        folder=folder,
        data=folder,
        ports={name: number for number, name in enumerate(names, 1000)},
        environment={},
    )
    command = Kafka(jars=folder, java=folder, brokers=wanted).prepare(place)
    _, cluster, *settings = command.arguments[command.arguments.index("Brokers") :]
    assert len(cluster) == len("MkU3OEVBNTcwNTJENDM2Qk")
    files = [Path(each).read_text() for each in settings]
    lines = [[line for line in file.splitlines() if line[:1] != "#"] for file in files]
    return [dict(line.split("=", 1) for line in each) for each in lines]


def test_the_first_broker_controls_and_the_others_follow_it(tmp_path: Path) -> None:
    first, *others = prepared(tmp_path, wanted=3, had=0)
    assert [each["node.id"] for each in (first, *others)] == ["1", "2", "3"]
    assert first["process.roles"] == "broker,controller"
    assert first["controller.quorum.voters"] == "1@127.0.0.1:1006"
    assert first["listeners"].endswith(",CONTROLLER://127.0.0.1:1006")
    for other in others:
        assert other["process.roles"] == "broker"
        assert other["controller.quorum.voters"] == first["controller.quorum.voters"]
        assert "CONTROLLER://" not in other["listeners"]
    assert len({each["listeners"] for each in (first, *others)}) == 3
    assert len({each["log.dirs"] for each in (first, *others)}) == 3


@pytest.mark.parametrize(("wanted", "had", "started"), [(1, 0, 1), (3, 2, 3), (2, 3, 3)])
def test_a_cluster_never_loses_a_broker(
    tmp_path: Path, wanted: int, had: int, started: int
) -> None:
    assert len(prepared(tmp_path, wanted=wanted, had=had)) == started
