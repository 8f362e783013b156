"""Servers are started, watched, found again and ended, and nothing else is.

The servers here are small Python programs; their processes, ports and locks are real.
"""

import io
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from rehearsal import servers
from rehearsal.servers import Command, NotReady, Place, Server, ServerFailed, State, processes
from rehearsal.servers.folder import Record, locked, records, save
from rehearsal.servers.vault import Vault
from tests.waiting import wait_until

LISTENS = """
import socket, sys, time
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening", flush=True)
time.sleep(60)
"""


@dataclass(frozen=True, kw_only=True)
class Fake:
    """A server whose program is given; it is healthy when it listens."""

    program: str = LISTENS
    name: str = "fake"
    ports: tuple[str, ...] = ("main",)
    answers: bool = True

    def prepare(self, place: Place) -> Command:
        ports = map(str, place.ports.values())
        return Command(arguments=(sys.executable, "-S", "-c", self.program, *ports))

    def health(self, place: Place) -> dict[str, str]:
        if not self.answers:
            raise NotReady("it is lost in thought")
        return {"endpoint": place.address("main")}


@dataclass(frozen=True, kw_only=True)
class ChoosesItsPort:
    """A server that listens where it likes and writes that down."""

    name: str = "free"
    ports: tuple[str, ...] = ()

    def prepare(self, place: Place) -> Command:
        program = "import pathlib, time; pathlib.Path('port').write_text('7'); time.sleep(60)"
        return Command(arguments=(sys.executable, "-S", "-c", program), folder=place.data)

    def health(self, place: Place) -> dict[str, str]:
        written = place.data / "port"
        if not written.exists() or not written.read_text():
            raise NotReady("it has not told its port")
        return {"port": written.read_text()}


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    folder = tmp_path / ".rehearsal/sandbox"
    yield folder
    servers.stop(folder, grace=0.2)


@contextmanager
def process(environment: dict[str, str] | None = None) -> Generator[subprocess.Popen[bytes]]:
    """A process that is not ours to end, unless it is marked."""
    with subprocess.Popen(["/bin/sleep", "60"], env=environment, start_new_session=True) as child:
        try:
            yield child
        finally:
            child.kill()


def start(folder: Path, *wanted: Server, patience: float = 10.0) -> dict[str, dict[str, str]]:
    return servers.start(folder, wanted, console=quiet(), patience=patience)


def quiet() -> Console:
    return Console(file=io.StringIO(), width=80)


def only(folder: Path, name: str = "fake") -> servers.Status:
    (status,) = servers.status(folder, [name])
    return status


def pid(folder: Path, name: str = "fake") -> int:
    number = only(folder, name).pid
    assert number is not None
    return number


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def gone(number: int) -> bool:
    """Whether a process has ended, noticed by its parent or not."""
    try:
        return psutil.Process(number).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_server_runs_until_it_is_stopped(folder: Path) -> None:
    assert only(folder).state is State.NOT_STARTED
    console = quiet()
    found = servers.start(folder, [Fake()], console=console)
    number, port = pid(folder), only(folder).ports["main"]
    assert found == servers.addresses(folder) == {"fake": {"endpoint": f"127.0.0.1:{port}"}}
    assert only(folder).state is State.RUNNING
    assert only(folder).log.read_text() == "listening\n"
    assert isinstance(console.file, io.StringIO)
    line = rf"fake         healthy after +\d\.\d s  127\.0\.0\.1:{port}\n"
    assert re.fullmatch(line, console.file.getvalue())
    assert servers.stop(folder) == (servers.Ended(server="fake", pid=number),)
    assert gone(number)
    assert only(folder).state is State.NOT_STARTED
    assert servers.addresses(folder) == {}


def test_only_its_owner_sees_into_a_rehearsal(folder: Path) -> None:
    start(folder, Fake())
    assert mode(folder) == 0o700
    assert mode(folder / "servers.json") == 0o600


def test_a_server_that_runs_is_not_started_again(folder: Path) -> None:
    first = start(folder, Fake())
    number = pid(folder)
    assert start(folder, Fake(), ChoosesItsPort()) == {**first, "free": {"port": "7"}}
    assert pid(folder) == number


def test_a_server_that_wants_another_port_is_started_anew_with_those_it_had(folder: Path) -> None:
    first = start(folder, Fake())
    number, port = pid(folder), only(folder).ports["main"]
    assert start(folder, Fake(ports=("main", "more"))) == first
    assert pid(folder) != number
    assert gone(number)
    found = only(folder).ports
    assert (found["main"], found.keys()) == (port, {"main", "more"})
    # It wants fewer now, and has them.
    number = pid(folder)
    assert start(folder, Fake()) == first
    assert pid(folder) == number


def test_a_server_that_died_is_told_and_started_again_at_its_port(folder: Path) -> None:
    first = start(folder, Fake())
    number = pid(folder)
    os.kill(number, signal.SIGKILL)
    wait_until(lambda: gone(number))
    assert only(folder).state is State.ENDED
    assert servers.addresses(folder) == {}
    assert start(folder, Fake()) == first
    assert pid(folder) != number


def test_a_stopped_server_takes_its_port_again(folder: Path) -> None:
    first = start(folder, Fake())
    servers.stop(folder)
    assert start(folder, Fake()) == first


def test_a_port_taken_meanwhile_is_told(folder: Path) -> None:
    start(folder, Fake())
    port = only(folder).ports["main"]
    servers.stop(folder)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(ServerFailed) as refused:
        start(folder, Fake())
    assert str(refused.value) == (
        f"fake cannot start: another program uses 127.0.0.1:{port}, where this server was before"
        " and where the stack's state expects it; end that program and start again"
    )


def test_a_new_server_that_loses_its_port_gets_another(folder: Path) -> None:
    loses = (
        "import pathlib; beaten = pathlib.Path('beaten')\n"
        "if not beaten.exists(): beaten.touch(); raise SystemExit('Address already in use')\n"
    )
    start(folder, Fake(program=loses + LISTENS))
    assert only(folder).log.read_text() == "Address already in use\nlistening\n"


def test_a_server_that_says_so_long_before_its_end_gets_another_port_too(folder: Path) -> None:
    loses = (
        "import pathlib; beaten = pathlib.Path('beaten')\n"
        "if not beaten.exists():\n"
        "    beaten.touch(); print('Address already in use\\n', 'farewell\\n' * 5000)\n"
        "    raise SystemExit(1)\n"
    )
    start(folder, Fake(program=loses + LISTENS))
    assert only(folder).log.read_text().endswith("farewell\n\nlistening\n")


def test_no_port_is_one_that_the_kernel_gives_to_who_connects(folder: Path) -> None:
    purposes = ("main", *"abcdefg")
    given = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text()
    lowest, highest = map(int, given.split())
    start(folder, Fake(ports=purposes))
    found = only(folder).ports
    assert len({*found.values()}) == len(purposes) == len(found)
    assert not {*found.values()} & {*range(lowest, highest + 1)}


def test_a_server_that_ends_at_once_is_told_with_its_last_output(folder: Path) -> None:
    start(folder, ChoosesItsPort())
    with pytest.raises(ServerFailed) as failure:
        start(folder, Fake(program="raise SystemExit('no such disk')"), ChoosesItsPort())
    assert str(failure.value) == (
        "fake ended before it was healthy. Its last output, all of which is in"
        f" {folder}/logs/fake.log:\nno such disk"
    )
    assert only(folder, "free").state is State.RUNNING


def test_all_servers_that_fail_are_told_at_once(folder: Path) -> None:
    broken = Fake(program="raise SystemExit(1)")
    with pytest.raises(ServerFailed) as failure:
        start(folder, broken, replace(broken, name="other"))
    assert "fake ended before" in str(failure.value)
    assert "other ended before" in str(failure.value)


def test_a_server_that_does_not_get_healthy_in_time_is_ended(folder: Path) -> None:
    with pytest.raises(ServerFailed) as failure:
        start(folder, Fake(answers=False), patience=0.5)
    assert str(failure.value) == (
        "fake is not healthy after 0 s: it is lost in thought. Its last output, all of which is in"
        f" {folder}/logs/fake.log:\nlistening"
    )
    assert only(folder).state is State.ENDED


def test_a_server_is_not_asked_before_it_listens_itself(folder: Path) -> None:
    # Its health would be told: this is how another rehearsal's server on its port would look.
    with pytest.raises(ServerFailed, match="it does not listen yet"):
        start(folder, Fake(program="import time; time.sleep(60)"), patience=0.3)


def test_what_a_killed_command_left_behind_is_ended(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / ".rehearsal/staging"
    with (
        process(servers.marked_environment(folder, "fake")) as left,
        process(servers.marked_environment(other, "fake")) as others,
        process() as unmarked,
    ):
        assert servers.stop(folder) == (servers.Ended(server="fake", pid=left.pid),)
        assert gone(left.pid)
        assert others.poll() is None
        assert unmarked.poll() is None


def test_what_a_killed_command_left_behind_is_ended_before_a_start(folder: Path) -> None:
    with (
        process(servers.marked_environment(folder, "fake")) as left,
        process(servers.marked_environment(folder, "free")) as other_part,
    ):
        start(folder, Fake())
        assert gone(left.pid)
        assert other_part.poll() is None


def test_a_child_without_the_mark_is_ended_with_its_server(folder: Path) -> None:
    forks = (
        "import subprocess\n"
        "child = subprocess.Popen(['/bin/sleep', '60'], env={}, start_new_session=True)\n"
        "open('child', 'w').write(str(child.pid))\n"
    )
    start(folder, Fake(program=forks + LISTENS))
    child = int((folder / "data/fake/child").read_text())
    servers.stop(folder)
    assert gone(child)


def test_a_server_that_will_not_end_is_killed(folder: Path) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    start(folder, Fake(program=deaf + LISTENS))
    number = pid(folder)
    servers.stop(folder, grace=0.2)
    assert gone(number)


def test_a_process_that_is_giving_its_memory_back_still_runs(folder: Path) -> None:
    # Its first thread is gone, as when a large program ends; others still hold the port.
    first_thread_ends = (
        "import ctypes, pathlib, threading\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "while not pathlib.Path('told').exists(): time.sleep(0.02)\n"
        "ctypes.CDLL(None).pthread_exit(None)\n"
    )
    start(folder, Fake(program=LISTENS.replace("time.sleep(60)\n", first_thread_ends)))
    number, port = pid(folder), only(folder).ports["main"]
    (folder / "data/fake/told").touch()
    wait_until(lambda: psutil.Process(number).status() == psutil.STATUS_ZOMBIE)
    assert processes.runs(number)
    servers.stop(folder, grace=0.2)
    socket.create_server(("127.0.0.1", port)).close()


def test_a_process_that_took_over_a_servers_number_is_left_alone(folder: Path) -> None:
    with process() as stranger:
        created = psutil.Process(stranger.pid).create_time()
        start(folder, Fake())
        first = records(folder)["fake"]
        servers.stop(folder)
        save(folder, {"fake": replace(first, pid=stranger.pid, created=created - 60)})
        assert only(folder).state is State.ENDED
        start(folder, Fake())
        assert servers.stop(folder)
        assert stranger.poll() is None


def test_a_server_that_was_written_down_is_ended_though_its_mark_is_gone(folder: Path) -> None:
    folder.mkdir(parents=True)
    with process() as unmarked:
        created = psutil.Process(unmarked.pid).create_time()
        save(folder, {"fake": Record(pid=unmarked.pid, created=created, ports={})})
        assert servers.stop(folder) == (servers.Ended(server="", pid=unmarked.pid),)


def test_stopping_where_nothing_runs_ends_nothing(folder: Path) -> None:
    assert servers.stop(folder) == ()


def test_two_commands_do_not_start_servers_at_once(folder: Path) -> None:
    for command in (lambda: start(folder, Fake()), lambda: servers.stop(folder)):
        with locked(folder), pytest.raises(servers.Busy) as refused:
            command()
        assert str(refused.value) == (
            f"{folder} is in use by process {os.getpid()} ({' '.join(sys.argv)});"
            " wait until it has ended, or end it"
        )


def test_two_rehearsals_run_beside_each_other(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / ".rehearsal/staging"
    try:
        assert start(folder, Fake()) != start(other, Fake())
        servers.stop(folder)
        assert only(other).state is State.RUNNING
    finally:
        servers.stop(other)


def test_servers_are_not_given_the_callers_credentials(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_TOKEN", "canary")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "canary")
    start(folder, Fake())
    assert "canary" not in psutil.Process(pid(folder)).environ().values()


def test_vault_begins_again_where_its_keys_were_never_written_down(tmp_path: Path) -> None:
    place = Place(
        folder=tmp_path, data=tmp_path, ports={"address": 1, "cluster": 2}, environment={}
    )
    sealed = tmp_path / "raft/vault.db"
    sealed.parent.mkdir()
    sealed.touch()
    (tmp_path / "keys.json").write_text("{}")
    Vault(program=Path("vault")).prepare(place)
    assert sealed.exists()
    (tmp_path / "keys.json").unlink()
    Vault(program=Path("vault")).prepare(place)
    assert not sealed.exists()
