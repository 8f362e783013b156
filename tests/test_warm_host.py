"""Language hosts forked from a process that has imported already, and cold ones where none answers.

Every process here is real; the engine's part is one connection that has a program run.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import psutil
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    language_pb2,
    language_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)
from rich.console import Console

from rehearsal import servers
from rehearsal.engine import language_host, warm_host
from rehearsal.servers.folder import records
from rehearsal.servers.warm_host import WarmHost
from tests.waiting import wait_until

OTHER = "hvac"
"""A package that no host imports by itself."""
PROGRAM = f"""
import os, sys
from pathlib import Path
from pulumi import StackReference, _types
told = [os.environ["WHO"], str("{OTHER}" in sys.modules), sys.argv[0]]
before = _types._types_from_py_properties.cache_info()
_types.resource_types(StackReference)
after = _types._types_from_py_properties.cache_info()
told.append(str(after.misses - before.misses))
Path("told").write_text("\\n".join(told))
import {OTHER}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Generator[Path]:
    """A folder in which a process with warm hosts runs."""
    folder = tmp_path / "rehearsal"
    servers.start(folder, [WarmHost()], console=Console(quiet=True))
    yield folder
    servers.stop(folder)


def zygote(folder: Path) -> psutil.Process:
    [known] = servers.status(folder, ["warm-host"])
    assert known.pid is not None
    return psutil.Process(known.pid)


def called(folder: Path) -> str:
    """Where the process is called, whether it still answers or not."""
    return str(records(folder)["warm-host"].addresses["folder"])


@contextmanager
def host(
    socket: str, here: Path, **environment: str
) -> Generator[tuple[subprocess.Popen[str], int]]:
    """What the engine starts: its process, and the port that it tells."""
    with subprocess.Popen(
        [sys.executable, "-P", str(language_host.__file__)],
        cwd=here,
        env={**os.environ, "REHEARSAL_WARM_HOST": socket, **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def listening(port: int, process: psutil.Process) -> bool:
    return port in {it.laddr.port for it in process.net_connections("tcp")}


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """As much of the engine as a program without resources asks for."""

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        del request, context
        return resource_pb2.SupportsFeatureResponse(hasSupport=False)

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        del request, context
        return resource_pb2.RegisterResourceResponse(urn="urn:pulumi:s::p::stack::it")

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        del request, context
        return empty_pb2.Empty()


@pytest.fixture(scope="module")
def monitor() -> Generator[str]:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(grace=None)


def run(port: int, project: Path, monitor: str) -> list[str]:
    """Has the host run the project's program, and gives what that told."""
    (project / "__main__.py").write_text(PROGRAM)
    info = language_pb2.ProgramInfo(program_directory=str(project), entry_point=".")
    request: Any = language_pb2.RunRequest(
        project="p", stack="s", pwd=str(project), info=info, monitor_address=monitor
    )
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub: Any = language_pb2_grpc.LanguageRuntimeStub(channel)
        assert stub.Run(request, timeout=20).error == ""
    return (project / "told").read_text().splitlines()


def test_a_host_is_forked_and_ends_with_its_caller(folder: Path, tmp_path: Path) -> None:
    with host(called(folder), tmp_path) as (caller, port):
        [forked] = zygote(folder).children()
        assert listening(port, forked)
        assert Path(forked.cwd()) == tmp_path
        caller.kill()
        wait_until(lambda: not forked.is_running())


def test_a_caller_that_is_told_to_end_ends_well(folder: Path, tmp_path: Path) -> None:
    with host(called(folder), tmp_path) as (caller, _):
        caller.send_signal(signal.SIGTERM)
        assert caller.wait(timeout=10) == 0


def test_a_program_finds_its_callers_environment_and_what_the_one_before_needed(
    folder: Path, tmp_path: Path, monitor: str
) -> None:
    told: list[list[str]] = []
    for who in ("first", "second"):
        with host(called(folder), tmp_path, WHO=who) as (_, port):
            told.append(run(port, tmp_path, monitor))
        wait_until(lambda: zygote(folder).children() == [])

    assert [it[0] for it in told] == ["first", "second"]
    assert [it[1] for it in told] == ["False", "True"]
    assert [it[3] for it in told] == ["1", "0"]


def test_what_has_ended_counts_as_cpu_of_the_process_it_was_forked_from(
    folder: Path, tmp_path: Path, monitor: str
) -> None:
    before = zygote(folder).cpu_times()
    with host(called(folder), tmp_path, WHO="me") as (_, port):
        run(port, tmp_path, monitor)
    wait_until(lambda: zygote(folder).children() == [])
    after = zygote(folder).cpu_times()

    assert after.children_user + after.children_system > (
        before.children_user + before.children_system
    )


def _nobody(folder: Path) -> dict[str, str]:
    servers.stop(folder)
    return {}


def _killed(folder: Path) -> dict[str, str]:
    zygote(folder).kill()
    return {}


def _traced(folder: Path) -> dict[str, str]:
    del folder
    return {"TRACEPARENT": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


def _newer_packages(folder: Path) -> dict[str, str]:
    del folder
    packages = warm_host.PACKAGES
    os.utime(packages, ns=(packages.stat().st_atime_ns, packages.stat().st_mtime_ns + 1))
    return {}


@pytest.mark.parametrize("happens", [_nobody, _killed, _traced, _newer_packages])
def test_a_host_is_its_own_where_no_warm_one_may_serve(
    folder: Path, tmp_path: Path, monitor: str, happens: Callable[[Path], dict[str, str]]
) -> None:
    before = warm_host.PACKAGES.stat()
    try:
        environment = happens(folder)
        with host(called(folder), tmp_path, WHO="me", **environment) as (caller, port):
            assert listening(port, psutil.Process(caller.pid))
            assert run(port, tmp_path, monitor)[:2] == ["me", "False"]
    finally:
        os.utime(warm_host.PACKAGES, ns=(before.st_atime_ns, before.st_mtime_ns))


def module(socket: str, here: Path, statement: str) -> subprocess.CompletedProcess[str]:
    """What the host does for a policy pack: has a module run, here one that runs a statement."""
    arguments = ["--module", "timeit", "--number=1", "--repeat=1", statement]
    return subprocess.run(
        [sys.executable, "-P", str(language_host.__file__), *arguments],
        cwd=here,
        env={**os.environ, "REHEARSAL_WARM_HOST": socket},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.mark.parametrize("warm", [True, False])
def test_a_pack_is_run_as_a_module_and_ends_as_that_did(
    folder: Path, tmp_path: Path, *, warm: bool
) -> None:
    socket = called(folder) if warm else ""
    told = module(socket, tmp_path, "import os, sys; print(os.getcwd(), 'grpc' in sys.modules)")
    assert told.stdout.startswith(f"{tmp_path} {warm}\n")
    assert told.returncode == 0
    wrong = module(socket, tmp_path, "1/0")
    assert "ZeroDivisionError" in wrong.stderr
    assert wrong.returncode == 1


def test_a_pack_that_is_killed_does_not_end_well(folder: Path, tmp_path: Path) -> None:
    killed = module(called(folder), tmp_path, "import os; os.kill(os.getpid(), 9)")
    assert killed.returncode == 1


def test_packages_are_looked_for_where_python_has_them() -> None:
    assert Path(str(grpc.__file__)).is_relative_to(warm_host.PACKAGES)
