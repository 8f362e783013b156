"""Serves all stand-ins in one process until it is told to end.

``python -m rehearsal.providers FOLDER`` writes each package's port to ``FOLDER/providers.json``
once all of them answer, and reads the servers' addresses from ``FOLDER/servers.json``.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from rehearsal.providers import STAND_INS
from rehearsal.providers.framework import serve


async def main(folder: Path) -> None:
    """Serves until SIGTERM or SIGINT."""

    def endpoints() -> dict[str, dict[str, str]]:
        servers = json.loads((folder / "servers.json").read_text())
        return {name: server.get("addresses", {}) for name, server in servers.items()}

    running = {name: await serve(make(endpoints)) for name, make in STAND_INS.items()}
    ports = {name: port for name, (_, port) in running.items()}
    ready = folder / "providers.json"
    ready.with_suffix(".part").write_text(json.dumps(ports))
    os.replace(ready.with_suffix(".part"), ready)
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
    await asyncio.gather(*(server.stop(grace=1) for server, _ in running.values()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
