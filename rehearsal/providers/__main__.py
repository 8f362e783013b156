"""Serves all stand-ins in one process until it is told to end.

``python -m rehearsal.providers FOLDER`` takes a rehearsal's folder. It writes each package's port
once all of them answer, and asks for the servers' addresses when a request needs one.
"""

import asyncio
import json
import logging
import signal
import sys
from pathlib import Path

from rehearsal.providers import STAND_INS
from rehearsal.providers.serving import LOG, serve
from rehearsal.servers.folder import data, write_private
from rehearsal.servers.manager import addresses


async def main(folder: Path) -> None:
    """Serves until SIGTERM or SIGINT."""
    logging.basicConfig(format="%(asctime)s %(message)s")
    LOG.setLevel(logging.INFO)
    running = {
        name: await serve(stand_in(lambda: addresses(folder)))
        for name, stand_in in STAND_INS.items()
    }
    ports = {name: str(port) for name, (_, port) in running.items()}
    write_private(data(folder, "stand-ins") / "ports.json", json.dumps(ports).encode())
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    await told.wait()
    await asyncio.gather(*(server.stop(grace=1) for server, _ in running.values()))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
