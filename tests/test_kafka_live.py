"""Live: brokers of one process come up together, come back, and end when one of them fails."""

from collections.abc import Generator
from pathlib import Path

import pytest
from rich.console import Console

from rehearsal import servers
from rehearsal.servers import ServerFailed
from rehearsal.servers.kafka import Kafka
from rehearsal.servers.processes import belonging
from rehearsal.toolchain import JAVA, KAFKA, ensure

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(300)]


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    yield tmp_path
    servers.stop(tmp_path)


def start(folder: Path) -> None:
    console = Console(quiet=True)
    tools = ensure(KAFKA, JAVA, console=console)
    brokers = Kafka(jars=tools[KAFKA.name], java=tools[JAVA.name], brokers=2)
    servers.start(folder, [brokers], console=console)


def formatted(folder: Path) -> list[Path]:
    """What Kafka writes last when it formats a broker's storage."""
    return sorted(folder.glob("**/log*/meta.properties"))


def test_brokers_come_back_with_what_they_had(folder: Path) -> None:
    start(folder)
    assert len(belonging(folder)) == 1
    before = [file.read_text() for file in formatted(folder)]
    assert len(before) == 2
    servers.stop(folder)
    start(folder)
    assert [file.read_text() for file in formatted(folder)] == before


def test_a_format_that_was_cut_short_is_made_anew(folder: Path) -> None:
    start(folder)
    servers.stop(folder)
    for file in formatted(folder):
        for other in file.parent.iterdir():
            if other.is_file() and other.name != "bootstrap.checkpoint":
                other.unlink()
    assert formatted(folder) == []
    start(folder)
    assert len(formatted(folder)) == 2


def test_where_one_fails_none_is_left(folder: Path) -> None:
    start(folder)
    servers.stop(folder)
    formatted(folder)[1].write_text("version=1\n")
    with pytest.raises(ServerFailed) as failed:
        start(folder)
    assert "log-2" in str(failed.value)
    assert belonging(folder) == []
