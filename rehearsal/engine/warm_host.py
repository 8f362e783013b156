"""Hosts and packs that have imported already: ``python warm_host.py FOLDER`` forks one per call.

Importing the SDKs takes longer than all else that a program does, and working out the types of
their classes' properties comes next. This process imports what the programs before have imported,
works out the types of the classes that they made, and takes nothing of theirs; then each language
host, and each policy pack, is a fork of it. It listens on ``FOLDER/socket``, and ``language_host``
calls. When packages have been installed since it started, it lets callers down, who then start one
of their own.
"""

import functools
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
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

_HOST = str(Path(__file__).with_name("program_host.py"))
PACKAGES = Path(sysconfig.get_path("purelib"))
"""Where packages are installed; its time changes when one is."""
_LONGEST = 1 << 20
"""Bytes of the names that a host tells at once."""
_AT_ONCE = 1000
"""Names that a host tells at once: the system lets no datagram be longer than 200 kB."""
_types: Any = importlib.import_module("pulumi._types")
"""What the SDK knows of classes is its own business."""
_worked_out: list[type] = []
"""Classes whose properties' types the SDK has worked out in this process or before the fork."""
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
    _note_types()
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
                _learn(names)
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


def _note_types() -> None:
    """Keeps a list of the classes whose properties' types the SDK (3.272) works out.

    It does so once per class and process, by reading each annotation as Python, and has no way to
    tell of which classes it did.
    """
    work_out = _types._types_from_py_properties.__wrapped__  # noqa: SLF001 - there is no other way in

    @functools.cache
    def noting(cls: type) -> dict[str, type]:
        _worked_out.append(cls)
        return work_out(cls)

    _types._types_from_py_properties = noting  # noqa: SLF001 - there is no other way in


def _learn(names: Iterable[str]) -> None:
    for name in names:
        module, _, cls = name.partition(":")
        # What can't be imported by itself is imported where it is needed.
        with suppress(Exception):
            # A package of the SDKs may be there and not loaded yet: it is once it is asked.
            hasattr(found := importlib.import_module(module), "_")
            if cls:
                _types._types_from_py_properties(getattr(found, cls))  # noqa: SLF001


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
        names = [*_loaded(known), *_typed(known)]
        with suppress(OSError):
            for first in range(0, len(names), _AT_ONCE):
                teaching.send("\n".join(names[first : first + _AT_ONCE]).encode())
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
        if name not in known and type(module) is ModuleType and _installed(module)
    ]


def _typed(known: Container[str]) -> Iterator[str]:
    """The further installed classes whose properties' types have been worked out."""
    for cls in _worked_out:
        name = f"{cls.__module__}:{cls.__name__}"
        if name not in known and _installed(sys.modules.get(cls.__module__)):
            yield name


def _installed(module: ModuleType | None) -> bool:
    return str(getattr(module, "__file__", None)).startswith(f"{PACKAGES}{os.sep}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
