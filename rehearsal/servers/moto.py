"""A local server that answers as Amazon's web services do (moto).

It keeps everything in memory: what was made in it is gone when it ends. It checks no permissions.
"""

import sys
from dataclasses import dataclass
from http import HTTPStatus

from rehearsal.servers.asking import ask
from rehearsal.servers.server import HOST, Command, NotReady, Place


@dataclass(frozen=True, kw_only=True)
class Moto:
    """The server, from this interpreter's own packages."""

    name: str = "moto"
    ports: tuple[str, ...] = ("endpoint",)

    def prepare(self, place: Place) -> Command:
        """It reads nothing; ``-P`` keeps names in its folder from hiding its modules."""
        port = str(place.ports["endpoint"])
        python = (sys.executable, "-P", "-m", "moto.server")
        return Command(arguments=(*python, "--host", HOST, "--port", port))

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when it answers at its own address."""
        status, _ = ask(place.address("endpoint"), "GET", "/moto-api/")
        if status != HTTPStatus.OK:
            raise NotReady(f"it answers {status} to /moto-api/")
        return {"endpoint": f"http://{place.address('endpoint')}"}
