"""A vCenter that is played by VMware's own simulator, vcsim: its API, with nothing that computes.

It keeps everything in memory: what was made in it is gone when it ends. What a bank's data centre
has before the first update is put into it when it starts: a cluster of hosts, a datastore, a switch
and a template. A stack without a data centre has an empty one.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from rehearsal.servers.folder import write_private
from rehearsal.servers.server import Command, Place


class _Login(BaseModel):
    """Who may do everything: made at each start, since nothing outlives the server."""

    user: str
    password: str


@dataclass(frozen=True, kw_only=True)
class Vcsim:
    """The server.

    Args:
        program: The ``vcsim`` command.
        inventory: What is there from the start: names of ``datacenter``, ``cluster``,
            ``datastore``, ``switch`` and ``template``, and ``hosts`` with ``number``, ``cores``,
            ``coreMhz`` and ``memoryGiB`` of each; empty for nothing.
    """

    program: Path
    inventory: Mapping[str, Any]

    name: str = "vcsim"
    ports: tuple[str, ...] = ("endpoint",)

    def prepare(self, place: Place) -> Command:
        """Makes a login, which it takes from its environment."""
        login = _Login(user="rehearsal", password=secrets.token_hex(20))
        write_private(_login(place), login.model_dump_json().encode())
        hosts: Mapping[str, int] = self.inventory.get("hosts", {})
        sizes = {"cores": "cores", "mhz": "coreMhz", "memory": "memoryGiB"}
        size = [f"-{flag}={hosts[key]}" for flag, key in sizes.items() if key in hosts]
        return Command(
            arguments=(str(self.program), "-listen", place.address("endpoint"), *size),
            environment={"VCSIM_USER": login.user, "VCSIM_PASSWORD": login.password},
        )

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when all that is there from the start is there."""
        # pyvmomi takes half a second to load.
        from rehearsal.servers.data_centre import furnish  # noqa: PLC0415
        from rehearsal.vcenter import VCenter  # noqa: PLC0415

        login = _Login.model_validate_json(_login(place).read_bytes())
        server = {"endpoint": place.address("endpoint"), **login.model_dump()}
        with VCenter(server) as vcenter:
            if self.inventory:
                furnish(vcenter, self.inventory, place.data)
        return server


def _login(place: Place) -> Path:
    return place.data / "login.json"
