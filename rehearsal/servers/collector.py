"""A collector of audit logs: whatever is sent to its port it appends to a file.

A bank's hands on what it is sent to its SIEM. What is kept is kept over restarts.
"""

import asyncio
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
    with file.open("ab", buffering=0) as sink:

        async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            left = b""
            while chunk := await reader.read(_CHUNK):
                lines, end, left = (left + chunk).rpartition(b"\n")
                sink.write(lines + end)
            writer.close()

        server = await asyncio.start_server(keep, HOST, port)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(collect(int(sys.argv[1]), Path(sys.argv[2])))
