"""``python -m rehearsal.servers.control_plane FOLDER --programs P --kwok K PURPOSE=PORT ...``.

Runs until it is told to end or one of its programs ends; then it ends all of them.
"""

import argparse
import signal
import subprocess
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path
from types import FrameType

from rehearsal.servers.asking import ask
from rehearsal.servers.control_plane.authenticator import authenticator
from rehearsal.servers.control_plane.credentials import administrators_tls
from rehearsal.servers.control_plane.programs import Plan, followers, storage_and_api
from rehearsal.servers.server import HOST, NotReady

_POLL_S = 0.1
_GRACE_S = 5.0


def main() -> int:
    """Returns 0 when it was told to end, 1 when a program ended by itself."""
    parser = argparse.ArgumentParser(prog="rehearsal.servers.control_plane")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--kwok", type=Path, required=True)
    parser.add_argument("ports", nargs="+")
    given = parser.parse_args()
    ports = {purpose: int(port) for purpose, port in (word.split("=") for word in given.ports)}
    plan = Plan(folder=given.folder, programs=given.programs, kwok=given.kwok, ports=ports)

    told = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        told.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)

    reviews = authenticator(ports["authenticator"], plan.folder / "access-entries.json")
    threading.Thread(target=reviews.serve_forever, daemon=True).start()
    running = {name: subprocess.Popen(command) for name, command in storage_and_api(plan).items()}  # noqa: S603
    waiting = followers(plan)
    try:
        while not told.wait(_POLL_S):
            if waiting and _answers(plan):
                running |= {name: subprocess.Popen(it) for name, it in waiting.items()}  # noqa: S603
                waiting = {}
            for name, process in running.items():
                if process.poll() is not None:
                    sys.stderr.write(f"{name} has ended with status {process.returncode}\n")
                    return 1
        return 0
    finally:
        _end(list(running.values()))


def _answers(plan: Plan) -> bool:
    try:
        tls = administrators_tls(plan.folder)
        status, _ = ask(f"{HOST}:{plan.ports['api']}", "GET", "/readyz", tls=tls)
    except NotReady:
        return False
    return status == HTTPStatus.OK


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    # The last first: whoever loses its API server or its storage complains of it at length.
    until = time.monotonic() + _GRACE_S
    for process in reversed(processes):
        process.terminate()
    for process in processes:
        try:
            process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
