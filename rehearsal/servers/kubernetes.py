"""A real Kubernetes control plane: etcd, API server, controller manager and scheduler.

Nodes and what runs on them are played by KWOK: a Node object gets ready, a pod that the scheduler
has placed gets running, and no container is started. So authentication, authorisation, admission,
quotas, scheduling and disruption budgets are Kubernetes' own; networks and metrics are not there.

It is one server with one process to start and end, ``control_plane``, which has the others below it
and lets nobody in whom the cluster's access entries do not name.
"""

import base64
import sys
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from rehearsal.servers.asking import ask
from rehearsal.servers.control_plane.credentials import (
    ADMINISTRATOR,
    administrators_tls,
    kubeconfig,
    make_credentials,
    tokens_key,
)
from rehearsal.servers.server import Command, NotReady, Place

_PROJECT = Path(__file__).parents[2]

_SIGNS_OF_HEALTH = (
    ("api", "/readyz"),
    ("scheduler", "/readyz"),
    ("kwok", "/healthz"),
    ("controllers", "/healthz"),
    # A controller makes it, seconds after it first calls itself healthy; no pod starts without it.
    ("api", "/api/v1/namespaces/default/serviceaccounts/default"),
)
"""Whom is asked for what, in this order."""


@dataclass(frozen=True, kw_only=True)
class Kubernetes:
    """The control plane.

    Args:
        programs: The folder of its programs, etcd's among them.
        kwok: The ``kwok`` command.
    """

    programs: Path
    kwok: Path

    name: str = "kubernetes"
    ports: tuple[str, ...] = (
        "api",
        "authenticator",
        "controllers",
        "etcd",
        "etcd-peers",
        "kwok",
        "scheduler",
    )

    def prepare(self, place: Place) -> Command:
        """Makes certificates and keys the first time, and a kubeconfig for each program."""
        make_credentials(place.data, place.address("api"))
        ports = [f"{purpose}={port}" for purpose, port in place.ports.items()]
        module = ("-m", "rehearsal.servers.control_plane")
        programs = ("--programs", str(self.programs), "--kwok", str(self.kwok))
        return Command(
            arguments=(sys.executable, *module, str(place.data), *programs, *ports),
            folder=_PROJECT,
        )

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when every program says so and the controllers have done their first work."""
        tls = administrators_tls(place.data)
        for purpose, path in _SIGNS_OF_HEALTH:
            own = None if purpose == "kwok" else tls
            status, told = ask(place.address(purpose), "GET", path, tls=own)
            if status != HTTPStatus.OK:
                raise NotReady(f"{purpose}: it answers {status} to {path}: {told.decode()[-200:]}")
        authority = (place.data / "ca.crt").read_bytes()
        return {
            "endpoint": f"https://{place.address('api')}",
            "ca": base64.b64encode(authority).decode(),
            "kubeconfig": str(kubeconfig(place.data, ADMINISTRATOR)),
            "entries": str(place.data / "access-entries.json"),
            "tokens": str(tokens_key(place.data)),
        }
