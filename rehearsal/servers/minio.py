"""A real MinIO, erasure-coded over four drives, which are four folders: buckets can be locked.

Its root user and the key under which it encrypts are made at the first start. They stay in the
rehearsal's folder, for its owner only; a bank's root user would lie in a safe, and the key in a key
manager. TLS is off, since nothing leaves the loopback interface. What is put into it is kept over
restarts.
"""

import base64
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from pydantic import BaseModel

from rehearsal.servers.asking import ask
from rehearsal.servers.folder import write_private
from rehearsal.servers.server import Command, NotReady, Place

_DRIVES = 4
"""The fewest over which MinIO lets one be lost; with a single one it locks nothing."""

_BYTES = 32
"""Of the key under which objects' keys are encrypted, AES-256."""


class _Keys(BaseModel):
    """What opens everything: made once, since what is there was written under it."""

    user: str
    password: str
    sealing: str


@dataclass(frozen=True, kw_only=True)
class Minio:
    """The server.

    Args:
        program: The ``minio`` command.
    """

    program: Path

    name: str = "minio"
    ports: tuple[str, ...] = ("endpoint",)

    def prepare(self, place: Place) -> Command:
        """Makes its keys the first time, and writes them where it looks for them."""
        if not _keys(place).exists():
            made = _Keys(
                user=secrets.token_hex(10),
                password=secrets.token_hex(20),
                sealing=base64.b64encode(secrets.token_bytes(_BYTES)).decode(),
            )
            write_private(_keys(place), made.model_dump_json().encode())
        keys = _Keys.model_validate_json(_keys(place).read_bytes())
        private = {
            "MINIO_ROOT_USER": keys.user,
            "MINIO_ROOT_PASSWORD": keys.password,
            "MINIO_KMS_SECRET_KEY": f"rehearsal:{keys.sealing}",
        }
        file = place.data / "minio.env"
        write_private(file, "".join(f"{key}={value}\n" for key, value in private.items()).encode())
        drives = [str(place.data / f"drive-{number}") for number in range(1, _DRIVES + 1)]
        at = ("--address", place.address("endpoint"))
        return Command(
            arguments=(str(self.program), "server", "--quiet", *at, *drives),
            environment={
                # Where it makes a folder of its own, and looks for certificates.
                "HOME": str(place.data),
                "MINIO_CONFIG_ENV_FILE": str(file),
                # Four folders on one disk are no safety, and MinIO refuses them unless it is tried.
                "MINIO_CI_CD": "on",
                "MINIO_BROWSER": "off",
                "MINIO_UPDATE": "off",
            },
        )

    def health(self, place: Place) -> dict[str, str]:
        """Healthy when enough drives can be written to."""
        at = place.address("endpoint")
        status, _ = ask(at, "GET", "/minio/health/cluster")
        if status != HTTPStatus.OK:
            raise NotReady(f"it answers {status} to /minio/health/cluster")
        keys = _Keys.model_validate_json(_keys(place).read_bytes())
        return {
            "endpoint": f"http://{at}",
            "accessKey": keys.user,
            "secretKey": keys.password,
        }


def _keys(place: Place) -> Path:
    return place.data / "keys.json"
