"""Runs commands beside each other until one of them ends: several processes as one server.

``python together.py '["java", "…"]' '["java", "…"]'``: each argument is a command as JSON. The exit
code is that of the command that ended first; the others are ended then.
"""

import json
import os
import signal
import subprocess
import sys
from types import FrameType


def main(commands: list[list[str]]) -> int:
    """Starts all, waits for the first to end, and ends the others."""
    running: dict[int, subprocess.Popen[bytes]] = {}
    told: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        told.append(number)
        for each in list(running.values()):
            each.terminate()

    signal.signal(signal.SIGTERM, end)
    for command in commands:
        started = subprocess.Popen(command)  # noqa: S603 - the rehearsal's own
        running[started.pid] = started
    if told:
        # It was told so before all were there to be told.
        end(signal.SIGTERM, None)
    # Reaped by number, since any of them may be the first.
    pid, status = os.wait()
    running.pop(pid).returncode = code = os.waitstatus_to_exitcode(status)
    end(signal.SIGTERM, None)
    for each in running.values():
        each.wait()
    return code


if __name__ == "__main__":
    sys.exit(main([json.loads(command) for command in sys.argv[1:]]))
