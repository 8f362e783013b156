"""The rehearsal's PostgreSQL: who gets in, what it runs as, and what it outlives."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import psutil
import psycopg
import pytest

from rehearsal import servers
from rehearsal.postgres import Session
from rehearsal.servers import Place, ServerFailed, not_root, postgres, processes
from rehearsal.servers.postgres import Postgres
from tests.stand_in_postgres import World, running

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "somebody's rehearsal"


@pytest.fixture
def here(folder: Path) -> Generator[World]:
    with running(folder) as world:
        yield world


def pid(folder: Path) -> int:
    (status,) = servers.status(folder, ["postgres"])
    assert status.pid is not None
    return status.pid


def login(here: World, sslmode: str = "require", **other: str) -> Session:
    known = {**here.server, **other}
    return psycopg.connect(
        host=known["host"],
        port=known["port"],
        user=known["user"],
        password=known["password"],
        dbname="postgres",
        sslmode=sslmode,
        sslrootcert=known["ca"],
    )


def test_only_its_superuser_gets_in_only_over_tls_and_only_with_the_password(
    here: World, folder: Path
) -> None:
    with login(here, sslmode="verify-full") as session:
        assert session.execute(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        ).fetchone()
    for refused, told in (
        ({"sslmode": "disable"}, "no encryption"),
        ({"password": "guessed"}, "password authentication failed"),
        ({"user": "rds_superuser"}, "password authentication failed"),
        ({"sslmode": "verify-full", "ca": "system"}, "certificate verify failed"),
    ):
        with pytest.raises(psycopg.OperationalError, match=told):
            login(here, **refused)

    data = folder / "data/postgres"
    assert {path.name for path in data.iterdir() if path.stat().st_mode & 0o077} == {
        "logins.conf",
        "server.crt",
    }
    assert not list(data.rglob(".s.PGSQL.*"))
    assert not list(Path("/tmp").glob(f".s.PGSQL.{here.server['port']}*"))  # noqa: S108 - not there


def test_it_listens_to_this_machine_only(here: World, folder: Path) -> None:
    listening = [
        connection.laddr
        for connection in psutil.Process(pid(folder)).net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]
    assert listening == [("127.0.0.1", int(here.server["port"]))]


def test_auroras_roles_are_there_and_let_nobody_in(here: World) -> None:
    assert here.by_hand(
        "SELECT rolname::text, rolcanlogin, rolsuper FROM pg_roles"
        " WHERE rolname ~ '^rds' ORDER BY 1"
    ) == [("rds_iam", False, False), ("rds_superuser", False, False)]


def test_what_is_in_it_outlives_a_stop_and_a_kill(here: World, folder: Path) -> None:
    here.by_hand("CREATE TABLE kept AS SELECT 1 AS number")
    # Somebody who is logged in and idle does not keep it from ending by itself.
    with here.session() as idle:
        began = time.monotonic()
        servers.stop(folder)
        assert time.monotonic() - began < 5
        with pytest.raises(psycopg.OperationalError):
            idle.execute("SELECT 1")
    assert "database system is shut down" in (folder / "logs/postgres.log").read_text()

    with running(folder) as again:
        assert again.server == here.server
        again.by_hand("INSERT INTO kept VALUES (2)")
        number = pid(folder)
        children = psutil.Process(number).children()
        os.kill(number, signal.SIGKILL)
        while processes.runs(number):
            time.sleep(0.01)
        _, alive = psutil.wait_procs(children, timeout=5)
        assert alive == []
        with running(folder) as after:
            assert after.by_hand("SELECT number FROM kept ORDER BY 1") == [(1,), (2,)]


def test_it_starts_though_its_earlier_number_is_another_processs_now(folder: Path) -> None:
    with running(folder):
        pass
    # As after a kill and a restart of the machine.
    note = folder / "data/postgres/cluster/postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n0\n1\n\n127.0.0.1\n\n\n")
    with running(folder) as again:
        assert again.by_hand("SELECT 1") == [(1,)]


def test_files_that_were_never_finished_are_not_used(folder: Path) -> None:
    half = folder / "data/postgres/cluster.half"
    half.mkdir(parents=True)
    with running(folder) as world:
        assert world.by_hand("SELECT 1") == [(1,)]
        assert not half.exists()


def test_why_it_has_no_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fails = tmp_path / "fails"
    fails.write_text("#!/bin/sh\necho no space left\nexit 1\n")
    fails.chmod(0o755)
    monkeypatch.setattr(postgres, "tool", {"initdb": str(fails)}.get)
    place = Place(folder=tmp_path, data=tmp_path, ports={"address": 1}, environment={})
    with pytest.raises(ServerFailed, match=r"no files to live in.*no space left"):
        Postgres().prepare(place)
    assert not (tmp_path / "cluster").exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root has to become somebody else")
def test_root_becomes_nobody_and_keeps_its_number_and_its_files(tmp_path: Path) -> None:
    tells = (
        "import os, pathlib; pathlib.Path('made').touch();"
        "print(os.getpid(), os.geteuid(), os.getegid(), os.environ['MARK'])"
    )
    tmp_path.chmod(0o700)
    command = (sys.executable, not_root.__file__, sys.executable, "-c", tells)
    with subprocess.Popen(
        command, cwd=tmp_path, env={"MARK": "kept"}, stdout=subprocess.PIPE, text=True
    ) as process:
        told, _ = process.communicate()
    number, user, group, mark = told.split()
    assert int(number) == process.pid
    assert 0 not in (int(user), int(group))
    assert mark == "kept"
    assert (tmp_path / "made").stat().st_uid == 0


def test_root_is_told_where_it_can_not_become_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refuses:
        def __init__(self, *_: object, **__: object) -> None:
            ctypes.set_errno(errno.EPERM)

        def unshare(self, _flags: int) -> int:
            return -1

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(ctypes, "CDLL", Refuses)
    with pytest.raises(SystemExit, match=r"refuses to run as root.*\(Operation not permitted\)"):
        not_root.main(["/bin/true"])


def test_another_user_stays_who_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[tuple[str, list[str]]] = []

    def run(program: str, command: list[str]) -> None:
        ran.append((program, command))

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(os, "execv", run)
    not_root.main(["/bin/true", "--now"])
    assert ran == [("/bin/true", ["/bin/true", "--now"])]


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    with running(folder) as world:
        port = int(world.server["port"])
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(ServerFailed, match="another program uses"),
        running(folder),
    ):
        pass
