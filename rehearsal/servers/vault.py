"""A real Vault with integrated (raft) storage, initialised with one key share and unsealed.

The key and the root token stay in the rehearsal's folder, for its owner only; a bank would never
keep them together, nor have one share only. Beside them is the key of an identity provider, whose
tokens let people in. TLS is off, since nothing leaves the loopback
interface. What is put into it is kept over restarts.
"""

import json
import shutil
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import BaseModel

from rehearsal.servers.asking import ask
from rehearsal.servers.folder import write_private
from rehearsal.servers.server import Command, NotReady, Place


class _Keys(BaseModel):
    """What Vault gives out once, when it is initialised."""

    keys_base64: tuple[str]
    root_token: str


@dataclass(frozen=True, kw_only=True)
class Vault:
    """The server.

    Args:
        program: The ``vault`` command.
    """

    program: Path

    name: str = "vault"
    ports: tuple[str, ...] = ("address", "cluster")

    def prepare(self, place: Place) -> Command:
        """Writes its settings; drops a storage whose keys were never written down."""
        raft = place.data / "raft"
        if not _keys(place).exists():
            shutil.rmtree(raft, ignore_errors=True)
        raft.mkdir(exist_ok=True)
        (place.data / "audit").mkdir(exist_ok=True)
        if not _identities(place).exists():
            write_private(_identities(place), _new_key())
        settings = {
            "storage": {
                # The default multiplier of 5 suits slow networks; 1 elects a leader in a second.
                "raft": {"path": str(raft), "node_id": "rehearsal", "performance_multiplier": "1"}
            },
            "listener": {
                "tcp": {
                    "address": place.address("address"),
                    "cluster_address": place.address("cluster"),
                    "tls_disable": True,
                }
            },
            "api_addr": f"http://{place.address('address')}",
            "cluster_addr": f"https://{place.address('cluster')}",
            # Locking memory needs a privilege that a plain user has not got.
            "disable_mlock": True,
            "ui": False,
        }
        file = place.data / "vault.json"
        file.write_text(json.dumps(settings, indent=2))
        return Command(arguments=(str(self.program), "server", f"-config={file}"))

    def health(self, place: Place) -> dict[str, str]:
        """Takes it one step further: initialised, unsealed, active."""
        at = place.address("address")
        status, _ = ask(at, "GET", "/v1/sys/health")
        if status == HTTPStatus.NOT_IMPLEMENTED:
            one_share = b'{"secret_shares": 1, "secret_threshold": 1}'
            _, made = ask(at, "PUT", "/v1/sys/init", one_share)
            keys = _Keys.model_validate_json(made)
            write_private(_keys(place), keys.model_dump_json().encode())
            raise NotReady("it has just been initialised")
        keys = _Keys.model_validate_json(_keys(place).read_bytes())
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            ask(at, "PUT", "/v1/sys/unseal", json.dumps({"key": keys.keys_base64[0]}).encode())
            raise NotReady("it has just been unsealed")
        if status != HTTPStatus.OK:
            raise NotReady(f"it answers {status} to /v1/sys/health")
        return {
            "address": f"http://{at}",
            "token": keys.root_token,
            "audit": str(place.data / "audit"),
            "people": str(_identities(place)),
        }


def _keys(place: Place) -> Path:
    return place.data / "keys.json"


def _identities(place: Place) -> Path:
    """The key of an identity provider: who has it is whoever he says, to Vault."""
    return place.data / "identities.key"


def _new_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
