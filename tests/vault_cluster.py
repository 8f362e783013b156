"""Vault's servers as the program configures them, really running: three, with TLS and a seal.

Their configuration is the program's own text. Only what a machine without a cluster has not got is
put otherwise: names of servers become ports, folders lie below the test's, and Kubernetes is not
told who leads. The seal's key is in moto.
"""

import io
import os
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import hvac
import requests
from rich.console import Console

from components._vault_config import DATA, TLS, address, awskms, vault_config
from rehearsal import servers
from rehearsal.servers.control_plane.credentials import make_credentials
from rehearsal.servers.moto import Moto
from rehearsal.servers.server import HOST
from rehearsal.toolchain import VAULT, ensure

Plain = dict[str, Any]
REGION = "eu-west-1"
SHARES, QUORUM = 5, 3

_boto3: Any = boto3
_NO_CLUSTER = 'service_registration "kubernetes" {}'
_PATIENCE_S = 40.0


@dataclass(frozen=True, kw_only=True)
class Server:
    """One server."""

    name: str
    folder: Path
    port: int
    cluster_port: int

    @property
    def address(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def audit(self) -> Path:
        return self.folder / "audit.log"


@dataclass(kw_only=True)
class VaultCluster:
    """Three servers and whom they ask for the key."""

    program: Path
    folder: Path
    kms: str
    config: str
    servers: tuple[Server, ...]
    running: dict[str, subprocess.Popen[bytes]] = field(
        default_factory=dict[str, "subprocess.Popen[bytes]"]
    )

    @property
    def authority(self) -> str:
        return str(self.folder / "tls" / "ca.crt")

    def start(self, server: Server, *, kms: str = "") -> None:
        named = {
            "VAULT_RAFT_NODE_ID": server.name,
            "VAULT_API_ADDR": server.address,
            "VAULT_CLUSTER_ADDR": f"https://{HOST}:{server.cluster_port}",
            "AWS_KMS_ENDPOINT": kms or self.kms,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        file = server.folder / "vault.hcl"
        file.write_text(
            self.config.replace("[::]:8200", f"{HOST}:{server.port}")
            .replace("[::]:8201", f"{HOST}:{server.cluster_port}")
            .replace(f'"{DATA}"', f'"{server.folder / "data"}"')
        )
        with (server.folder / "vault.log").open("ab") as log:
            self.running[server.name] = subprocess.Popen(
                [self.program, "server", f"-config={file}"],
                env={**os.environ, **named},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def end(self, server: Server) -> None:
        process = self.running.pop(server.name)
        process.terminate()
        process.wait(timeout=20)

    def end_all(self) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            process.wait(timeout=20)
        self.running.clear()

    def client(self, server: Server, token: str = "") -> Any:
        """A client of one server; what others may answer is not followed there."""
        return hvac.Client(
            url=server.address, token=token, verify=self.authority, allow_redirects=False
        )

    def health(self, server: Server) -> int:
        """200 for the leader, 429 for a standby, 501 uninitialised, 503 sealed, 0 for none."""
        try:
            answer = requests.get(
                f"{server.address}/v1/sys/health", verify=self.authority, timeout=5
            )
        except (requests.ConnectionError, requests.Timeout):
            return 0
        return answer.status_code

    def leader(self, among: tuple[Server, ...] = ()) -> Server:
        """Whoever leads, once somebody does."""
        known = among or self.servers
        awaited(lambda: 200 in {self.health(it) for it in known}, "nobody leads")
        return next(it for it in known if self.health(it) == 200)

    def voters(self, token: str) -> list[str]:
        """Servers of whom a majority decides."""
        told = self.client(self.leader(), token).read("sys/storage/raft/configuration")
        return [it["node_id"] for it in told["data"]["config"]["servers"] if it["voter"]]


def awaited(holds: Callable[[], bool], otherwise: str) -> None:
    """Waits until it holds, and fails if it does not."""
    until = time.monotonic() + _PATIENCE_S
    while not holds():
        assert time.monotonic() < until, otherwise
        time.sleep(0.2)


@contextmanager
def cluster(folder: Path) -> Generator[VaultCluster]:
    """Three servers that run and know nothing yet."""
    quiet = Console(file=io.StringIO())
    program = ensure(VAULT, console=quiet)[VAULT.name]
    try:
        kms = servers.start(folder / "aws", [Moto()], console=quiet)["moto"]["endpoint"]
        made = _cluster(folder, program, kms)
        try:
            for server in made.servers:
                made.start(server)
            yield made
        finally:
            made.end_all()
    finally:
        servers.stop(folder / "aws")


def _cluster(folder: Path, program: Path, kms: str) -> VaultCluster:
    tls = folder / "tls"
    tls.mkdir()
    make_credentials(tls, f"{HOST}:1")
    (tls / "server.crt").rename(tls / "tls.crt")
    (tls / "server.key").rename(tls / "tls.key")
    client = _boto3.client(
        "kms",
        endpoint_url=kms,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - moto takes any
    )
    key = client.create_key()["KeyMetadata"]["Arn"]
    made = tuple(_server(folder, number) for number in range(3))
    text = vault_config(
        cluster="corebank-test",
        servers=len(made),
        lease=timedelta(hours=1),
        seal=awskms(region=REGION, key_arn=key),
    )
    assert _NO_CLUSTER in text
    text = text.replace(_NO_CLUSTER, "").replace(TLS, str(tls))
    for server in made:
        assert address(server.name) in text
        text = text.replace(address(server.name), server.address)
    return VaultCluster(program=program, folder=folder, kms=kms, config=text, servers=made)


def _server(folder: Path, number: int) -> Server:
    name = f"vault-{number}"
    (folder / name / "data").mkdir(parents=True)
    port, cluster_port = _free_port(), _free_port()
    return Server(name=name, folder=folder / name, port=port, cluster_port=cluster_port)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind((HOST, 0))
        return int(bound.getsockname()[1])
