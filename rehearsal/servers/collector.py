"""A collector of audit logs: whatever is sent to its port it appends to a file.

A bank's hands on what it is sent to its SIEM. What is kept is kept over restarts. Between the
signals ``SIGUSR1`` and ``SIGUSR2`` it is out of order, for drills.
"""

import asyncio
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from rehearsal.servers.server import HOST, Command, Place

_CHUNK = 65_536
_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Collector:
    """The server, from this file."""

    name: str = "collector"
    ports: tuple[str, ...] = ("address",)

    def prepare(self, place: Place) -> Command:
        """It reads nothing."""
        port = str(place.ports["address"])
        module = ("-m", "rehearsal.servers.collector")
        return Command(
            arguments=(sys.executable, *module, port, str(_file(place))), folder=_PROJECT
        )

    def health(self, place: Place) -> dict[str, str]:
        """Healthy as soon as it listens, which it does by now."""
        return {"address": place.address("address"), "log": str(_file(place))}


def _file(place: Place) -> Path:
    return place.data / "audit.log"


async def collect(port: int, file: Path) -> None:
    """Appends what is sent, a line being written whole or not at all."""
    working, broken = asyncio.Event(), asyncio.Event()
    working.set()

    def breaks() -> None:
        working.clear()
        broken.set()

    def is_mended() -> None:
        broken.clear()
        working.set()

    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, breaks)
    loop.add_signal_handler(signal.SIGUSR2, is_mended)
    senders: set[asyncio.StreamWriter] = set()
    with file.open("ab", buffering=0) as sink:

        async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            senders.add(writer)
            left = b""
            while chunk := await reader.read(_CHUNK):
                lines, end, left = (left + chunk).rpartition(b"\n")
                sink.write(lines + end)
            senders.discard(writer)
            writer.close()

        while await working.wait():
            async with await asyncio.start_server(keep, HOST, port):
                await broken.wait()
            for sender in senders:
                sender.transport.abort()


if __name__ == "__main__":
    asyncio.run(collect(int(sys.argv[1]), Path(sys.argv[2])))
