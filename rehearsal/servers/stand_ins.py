"""The stand-ins' process, as one more server of the rehearsal. It keeps nothing on disk."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from rehearsal.servers.server import Command, NotReady, Place

_PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class StandIns:
    """Serves all packages from one process, each on a port that it chooses itself."""

    name: str = "stand-ins"
    ports: tuple[str, ...] = ()

    def prepare(self, place: Place) -> Command:
        """Forgets the ports of an earlier process."""
        _ports(place).unlink(missing_ok=True)
        return Command(
            arguments=(sys.executable, "-m", "rehearsal.providers", str(place.folder)),
            folder=_PROJECT,
        )

    def health(self, place: Place) -> dict[str, str]:
        """The port of each package, once all of them answer."""
        try:
            return json.loads(_ports(place).read_text())
        except FileNotFoundError:
            raise NotReady("it has not yet told its ports") from None


def _ports(place: Place) -> Path:
    return place.data / "ports.json"
