"""The process that the engine takes for its language host: calls a warm one, or becomes a cold one.

A warm host is a fork of ``warm_host``'s process, with this one's output and environment. It lives
as long as this process, and this one as long as it. ``--module NAME`` has it run a module instead
of the host: that of policy packs.
"""

import json
import os
import signal
import socket
import sys
from pathlib import Path

_HOST = str(Path(__file__).with_name("program_host.py"))
_MODULE = "--module"


def main() -> None:
    """Stays as long as the host does; becomes one where no warm one answers."""
    folder = os.environ.get("REHEARSAL_WARM_HOST")
    # Tracing is set up where the SDK is imported, by variables of this very run.
    if folder and "TRACEPARENT" not in os.environ:
        _call(folder)
    program = ["-m"] if sys.argv[1:2] == [_MODULE] else ["-P", _HOST, *sys.argv[1:2]]
    os.execv(sys.executable, [sys.executable, "-u", *program, *sys.argv[2:]])  # noqa: S606


def _call(folder: str) -> None:
    """Has a warm host take over and ends as it did; returns if there is none."""
    here = Path.cwd()
    told = {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": str(here)}
    taken = b""
    with socket.socket(socket.AF_UNIX) as line, line.makefile("rb") as answers:
        try:
            # A socket's whole path may be too long for its address.
            os.chdir(folder)
            line.connect("socket")
            socket.send_fds(line, [b"o"], [1, 2])
            line.sendall(json.dumps(told).encode() + b"\n")
            taken = answers.readline()
        except OSError:
            pass
        finally:
            os.chdir(here)
        if taken:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, _end)
            # Without a status it was killed.
            sys.exit((answers.read(1) or b"\1")[0])


def _end(number: int, frame: object) -> None:
    del number, frame
    os._exit(0)


if __name__ == "__main__":
    main()
