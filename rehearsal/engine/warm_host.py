"""Hosts and packs that have imported already: ``python warm_host.py FOLDER`` forks one per call.

Importing the SDKs takes longer than all else that a program does. This process imports what the
programs before have imported, and nothing of theirs; then each language host, and each policy pack,
is a fork of it. It listens on ``FOLDER/socket``, and ``language_host`` calls. When packages have
been installed since it started, it lets callers down, who then start one of their own.
"""

import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import sysconfig
import threading
import traceback
from collections.abc import Container, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType

_HOST = str(Path(__file__).with_name("program_host.py"))
PACKAGES = Path(sysconfig.get_path("purelib"))
"""Where packages are installed; its time changes when one is."""
_LONGEST = 1 << 20
"""Bytes of all names that a host tells."""
_TAKEN = b"taken\n"
"""What a caller is told once a host has its output and its environment."""


def main(folder: Path) -> None:
    """Serves until it is told to end."""
    signal.signal(signal.SIGCHLD, _take_note)
    # In the folder, since a socket's whole path may be too long for its address.
    os.chdir(folder)
    Path("socket").unlink(missing_ok=True)
    packages = PACKAGES.stat().st_mtime_ns
    runpy.run_path(_HOST)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("socket")
    listener.listen()
    # Datagrams, so that what two hosts tell at once does not mix.
    learnt, teaching = socket.socketpair(type=socket.SOCK_DGRAM)
    ready = selectors.DefaultSelector()
    ready.register(listener, selectors.EVENT_READ)
    ready.register(learnt, selectors.EVENT_READ)
    known: set[str] = set()
    while True:
        for key, _ in ready.select():
            if key.fileobj is not listener:
                names = learnt.recv(_LONGEST).decode().split()
                _import(names)
                known.update(names)
                continue
            caller, _ = listener.accept()
            if PACKAGES.stat().st_mtime_ns == packages and not os.fork():
                listener.close()
                _become_host(caller, teaching, known)
            caller.close()


def _take_note(number: int, frame: object) -> None:
    """Of hosts that have ended, all of them, so that what they used counts as this process's."""
    del number, frame
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _import(names: Iterable[str]) -> None:
    for name in names:
        # What can't be imported by itself is imported where it is needed.
        with suppress(Exception):
            # A package of the SDKs may be there and not loaded yet: it is once it is asked.
            hasattr(importlib.import_module(name), "_")


def _become_host(caller: socket.socket, teaching: socket.socket, known: Container[str]) -> None:
    """Takes on the caller's output, environment and folder, and serves the engine until it goes."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    # What was imported stays, and pages that nobody writes to are shared.
    gc.freeze()
    _, outputs, _, _ = socket.recv_fds(caller, 1, 2)
    with caller.makefile() as lines:
        told = json.loads(lines.readline())
    for number, output in enumerate(outputs, start=1):
        os.dup2(output, number)
        os.close(output)
    os.environ.clear()
    os.environ.update(told["environment"])
    os.chdir(told["folder"])

    def end(status: int) -> None:
        with suppress(OSError):
            caller.sendall(bytes([status]))
        with suppress(OSError):
            teaching.send("\n".join(_loaded(known)).encode())
        os._exit(status)

    def end_with_caller() -> None:
        caller.recv(1)
        end(0)

    threading.Thread(target=end_with_caller, daemon=True).start()
    caller.sendall(_TAKEN)
    end(_run(told["arguments"]))


def _run(arguments: Sequence[str]) -> int:
    """Runs a module by its name, or else the host; gives the status that it ends with."""
    try:
        match arguments:
            case ["--module", module, *rest]:
                sys.argv = [module, *rest]
                runpy.run_module(module, run_name="__main__", alter_sys=True)
            case _:
                sys.argv = [_HOST, *arguments]
                runpy.run_path(_HOST, run_name="__main__")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(bool(ended.code))
    except BaseException:  # noqa: BLE001 - a fork that goes on would serve what it is a fork of
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _loaded(known: Container[str]) -> list[str]:
    """The further installed modules that have been loaded, in the order in which they came up."""
    return [
        name
        for name, module in list(sys.modules.items())
        if name not in known
        and type(module) is ModuleType
        and str(getattr(module, "__file__", None)).startswith(f"{PACKAGES}{os.sep}")
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
