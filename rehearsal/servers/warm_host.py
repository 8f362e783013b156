"""The process that language hosts are forked from, as one more server. It keeps nothing on disk."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rehearsal.servers.server import Command, NotReady, Place

_PROGRAM = Path(__file__).parents[1] / "engine" / "warm_host.py"


@dataclass(frozen=True)
class WarmHost:
    """Answers on a socket in its folder, no port."""

    name: str = "warm-host"
    ports: tuple[str, ...] = ()

    def prepare(self, place: Place) -> Command:
        """Forgets the socket of an earlier process."""
        _socket(place).unlink(missing_ok=True)
        return Command(arguments=(sys.executable, "-P", str(_PROGRAM), str(place.data)))

    def health(self, place: Place) -> dict[str, str]:
        """Its folder, once it has imported what every host needs, and listens."""
        if not _socket(place).exists():
            raise NotReady("it does not listen yet")
        return {"folder": str(place.data)}


def _socket(place: Place) -> Path:
    return place.data / "socket"
