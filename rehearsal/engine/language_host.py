"""The process that the engine takes for its language host: calls a warm one, or becomes a cold one.

A warm host is a fork of ``warm_host``'s process, with this one's output and environment. It lives
as long as this process, and this one as long as it.
"""

import json
import os
import signal
import socket
import sys
from pathlib import Path

_HOST = str(Path(__file__).with_name("program_host.py"))


def main() -> None:
    """Stays as long as the host does; becomes one where no warm one answers."""
    folder = os.environ.get("REHEARSAL_WARM_HOST")
    # Tracing is set up where the SDK is imported, by variables of this very run.
    if not folder or "TRACEPARENT" in os.environ or not _call(folder):
        os.execv(sys.executable, [sys.executable, "-P", _HOST, *sys.argv[1:]])  # noqa: S606


def _call(folder: str) -> bool:
    """Whether a warm host took over, and has ended by now."""
    here = Path.cwd()
    told = {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": str(here)}
    with socket.socket(socket.AF_UNIX) as line:
        try:
            # A socket's whole path may be too long for its address.
            os.chdir(folder)
            line.connect("socket")
            socket.send_fds(line, [b"o"], [1, 2])
            line.sendall(json.dumps(told).encode() + b"\n")
            taken = line.recv(64)
        except OSError:
            taken = b""
        finally:
            os.chdir(here)
        if taken:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, _end)
            line.recv(1)
    return bool(taken)


def _end(number: int, frame: object) -> None:
    del number, frame
    os._exit(0)


if __name__ == "__main__":
    main()
