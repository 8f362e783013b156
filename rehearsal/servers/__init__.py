"""The real servers of a rehearsal, on this machine only: starts, watches and ends them.

Each kind is imported from its own file (``rehearsal.servers.kafka``), since their client libraries
take a second to load and ``status`` and ``stop`` need none.
"""

from rehearsal.servers.folder import Busy
from rehearsal.servers.manager import (
    Ended,
    State,
    Status,
    addresses,
    start,
    status,
    stop,
)
from rehearsal.servers.processes import marked_environment
from rehearsal.servers.server import Command, NotReady, Place, Server, ServerFailed

__all__ = [
    "Busy",
    "Command",
    "Ended",
    "NotReady",
    "Place",
    "Server",
    "ServerFailed",
    "State",
    "Status",
    "addresses",
    "marked_environment",
    "start",
    "status",
    "stop",
]
