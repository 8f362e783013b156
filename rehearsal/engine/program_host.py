"""Pulumi's Python language host, for an engine that comes without one.

Built on the SDK's own server for inline programs: it runs a project's ``__main__.py`` in this
process and starts policy packs as children. The official CLI brings its own host, which is then
used instead. Installing dependencies is not its business.
"""

import os
import queue
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import IO, Any, cast

import grpc
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

_CALLER = str(Path(__file__).with_name("language_host.py"))
_ENTRY = "__main__.py"
_MODULES = {"analyzer": "pulumi.policy", "resource": "pulumi.run.plugin"}


class LanguageHost(LanguageServer):
    """Runs one program, or one plugin, for the engine that started this process."""

    def __init__(self) -> None:
        super().__init__(self._run_program)
        self._directory = "."
        self._entry = _ENTRY

    def _run_program(self) -> None:
        sys.path.insert(0, self._directory)
        runpy.run_path(str(Path(self._directory, self._entry)), run_name="__main__")

    def Handshake(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Answers the engine's greeting: there is nothing to agree on."""
        del request, context
        return language_pb2.LanguageHandshakeResponse()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Runs the program to its end."""
        self._directory = request.info.program_directory
        entry = request.info.entry_point
        self._entry = _ENTRY if entry in ("", ".") else entry
        os.chdir(request.pwd or self._directory)
        return cast("Any", super()).Run(request, context)

    def RunPlugin(self, request: Any, context: Any) -> Iterator[Any]:  # noqa: N802 - gRPC's name
        """Starts a policy pack or a provider written in Python and passes its output on."""
        directory = request.info.program_directory
        command = [sys.executable, "-P", _CALLER, "--module", _MODULES[request.kind]]
        plugin = subprocess.Popen(  # noqa: S603 - the engine names a folder of this project
            [*command, *request.args, directory],
            cwd=request.pwd,
            env=dict(item.split("=", 1) for item in request.env) or None,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        context.add_callback(plugin.terminate)
        chunks: queue.Queue[dict[str, bytes] | None] = queue.Queue()

        def pump(stream: IO[bytes] | None, name: str) -> None:
            while stream and (chunk := os.read(stream.fileno(), 65536)):
                chunks.put({name: chunk})
            chunks.put(None)

        streams = {"stdout": plugin.stdout, "stderr": plugin.stderr}
        for name, stream in streams.items():
            threading.Thread(target=pump, args=(stream, name), daemon=True).start()
        for _ in streams:
            while (chunk := chunks.get()) is not None:
                yield language_pb2.RunPluginResponse(**cast("dict[str, Any]", chunk))
        yield language_pb2.RunPluginResponse(exitcode=plugin.wait())


def _end(number: int, frame: object) -> None:
    del number, frame
    os._exit(0)


def main() -> None:
    """Serves on a free port of 127.0.0.1, tells it on stdout, and ends when it is told to."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(LanguageHost(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    for number in (signal.SIGINT, signal.SIGTERM):
        # So the engine ends its host; what the program still did is the engine's to report.
        signal.signal(number, _end)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
