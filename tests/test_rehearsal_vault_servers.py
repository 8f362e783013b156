"""Vault's servers with the program's own configuration, from the key ceremony to the last disk.

What the runbook ``initialise-vault`` has people do is done here.
"""

import os
import signal
import ssl
from base64 import b64decode, b64encode
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from hvac.exceptions import Forbidden, InternalServerError, InvalidRequest, VaultDown

from rehearsal.servers.asking import ask
from rehearsal.servers.server import HOST, NotReady
from tests.vault_cluster import QUORUM, SHARES, VaultCluster, awaited, cluster

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(300)]


@dataclass(frozen=True, kw_only=True)
class Initialised:
    """A Vault after its ceremony, but for the last step: the first root token still works."""

    vault: VaultCluster
    shares: list[str]
    root: str

    @property
    def client(self) -> Any:
        return self.vault.client(self.vault.leader(), self.root)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Generator[VaultCluster]:
    with cluster(tmp_path_factory.mktemp("vault")) as vault:
        yield vault


@pytest.fixture(scope="module")
def on(bare: VaultCluster) -> Initialised:
    first = bare.servers[0]
    awaited(lambda: bare.health(first) == 501, "it does not answer")
    made = bare.client(first).sys.initialize(
        recovery_shares=SHARES, recovery_threshold=QUORUM, secret_shares=None, secret_threshold=None
    )
    awaited(
        lambda: sorted(bare.health(it) for it in bare.servers) == [200, 429, 429],
        "they have not come together",
    )
    awaited(lambda: len(bare.voters(made["root_token"])) == 3, "some have no vote yet")
    return Initialised(vault=bare, shares=made["recovery_keys_base64"], root=made["root_token"])


def test_they_come_together_and_open_themselves(on: Initialised) -> None:
    status = on.client.seal_status
    assert (status["type"], status["sealed"]) == ("awskms", False)
    assert (status["recovery_seal"], status["n"], status["t"]) == (True, SHARES, QUORUM)
    assert sorted(on.vault.voters(on.root)) == [it.name for it in on.vault.servers]


def test_only_tls_1_3_is_spoken(on: Initialised) -> None:
    address = f"{HOST}:{on.vault.servers[0].port}"
    status, _ = ask(address, "GET", "/v1/sys/health")
    assert status == 400
    older = ssl.create_default_context(cafile=on.vault.authority)
    older.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(NotReady, match="alert protocol version"):
        ask(address, "GET", "/v1/sys/health", tls=older)


@pytest.mark.parametrize("path", ["sys/metrics", "sys/pprof/goroutine"])
def test_nothing_is_told_without_a_token(on: Initialised, path: str) -> None:
    answer = requests.get(
        f"{on.vault.leader().address}/v1/{path}", verify=on.vault.authority, timeout=5
    )
    assert answer.status_code == 403


def test_the_storage_can_not_be_read_raw(on: Initialised) -> None:
    answer = requests.get(
        f"{on.vault.leader().address}/v1/sys/raw/core/keyring",
        headers={"X-Vault-Token": on.root},
        verify=on.vault.authority,
        timeout=5,
    )
    assert answer.status_code == 404
    assert "unsupported path" in answer.text


def test_what_names_no_length_ends_and_nothing_lives_longer_than_four_hours(
    on: Initialised,
) -> None:
    made = on.client.auth.token.create(policies=["default"])
    assert made["auth"]["lease_duration"] == 3600
    longest = on.client.auth.token.create(policies=["default"], ttl="99h")
    assert longest["auth"]["lease_duration"] == 4 * 3600


def test_one_that_comes_back_opens_itself_and_one_without_its_key_stays_closed(
    on: Initialised,
) -> None:
    standby = next(it for it in on.vault.servers if on.vault.health(it) == 429)
    on.vault.end(standby)
    on.vault.start(standby, kms=f"http://{HOST}:1")
    awaited(lambda: on.vault.running[standby.name].poll() is not None, "it runs without its key")
    on.vault.running.pop(standby.name)
    assert on.vault.health(standby) == 0
    on.vault.start(standby)
    awaited(lambda: on.vault.health(standby) == 429, "it did not open itself")


def test_another_leads_when_the_leader_is_lost_and_nothing_is_lost_with_it(
    on: Initialised,
) -> None:
    on.client.sys.enable_secrets_engine("kv", path="lost", options={"version": "1"})
    on.client.write("lost/a", value="b")
    lost = on.vault.leader()
    on.vault.end(lost)
    rest = tuple(it for it in on.vault.servers if it != lost)
    leader = on.vault.leader(rest)
    assert on.vault.client(leader, on.root).read("lost/a")["data"] == {"value": "b"}
    on.vault.start(lost)
    awaited(lambda: on.vault.health(lost) == 429, "it did not come back")


def test_a_root_token_is_made_by_three_holders_and_not_by_two(on: Initialised) -> None:
    client = on.vault.client(on.vault.leader())
    begun = client.sys.start_root_token_generation()
    *two, third = on.shares[:QUORUM]
    for share in two:
        told = client.sys.generate_root(key=share, nonce=begun["nonce"])
        assert (told["complete"], told["encoded_token"]) == (False, "")
    told = client.sys.generate_root(key=third, nonce=begun["nonce"])
    assert told["complete"] is True
    client.token = decoded(told["encoded_token"], begun["otp"])
    assert client.auth.token.lookup_self()["data"]["policies"] == ["root"]
    client.auth.token.revoke_self()
    with pytest.raises(Forbidden):
        client.auth.token.lookup_self()


def decoded(token: str, password: str) -> str:
    """A new root token, which Vault tells only in this form."""
    told = b64decode(token + "=" * (-len(token) % 4))
    return bytes(a ^ b for a, b in zip(told, password.encode(), strict=True)).decode()


def test_a_share_that_is_none_makes_no_root_token(on: Initialised) -> None:
    client = on.vault.client(on.vault.leader())
    begun = client.sys.start_root_token_generation()
    try:
        for share in on.shares[: QUORUM - 1]:
            client.sys.generate_root(key=share, nonce=begun["nonce"])
        with pytest.raises(InvalidRequest):
            client.sys.generate_root(key=b64encode(bytes(range(33))).decode(), nonce=begun["nonce"])
    finally:
        client.sys.cancel_root_generation()


def test_a_snapshot_brings_back_what_was(on: Initialised) -> None:
    client = on.client
    client.sys.enable_secrets_engine("kv", path="snapped", options={"version": "1"})
    client.write("snapped/a", value="before")
    taken = client.sys.take_raft_snapshot().content
    client.write("snapped/a", value="after")
    # hvac's own call wants a file's name; the answer comes before it has been done.
    answer = requests.post(
        f"{on.vault.leader().address}/v1/sys/storage/raft/snapshot",
        data=taken,
        headers={"X-Vault-Token": on.root},
        verify=on.vault.authority,
        timeout=30,
    )
    assert answer.ok, answer.text
    awaited(lambda: _value(on) == "before", "it was not brought back")


def _value(on: Initialised) -> str:
    try:
        return str(on.client.read("snapped/a")["data"]["value"])
    except (InternalServerError, VaultDown, TypeError):
        return ""


def test_a_full_disk_for_audit_stops_every_request_until_there_is_room(on: Initialised) -> None:
    leader = on.vault.leader()
    client = on.vault.client(leader, on.root)
    # Without a mode Vault would change who may write to the machine's own device, as root.
    options = {"file_path": str(leader.audit), "mode": "0000"}
    leader.audit.touch(mode=0o600)
    client.sys.enable_audit_device("file", options=options)
    try:
        assert client.read("sys/mounts")
        # A device that takes nothing more, in the place of the file, as a full disk takes nothing.
        leader.audit.rename(leader.folder / "audit.1")
        leader.audit.symlink_to("/dev/full")
        _open_anew(on, leader.name)
        awaited(lambda: not _answers(client), "it answers without writing it down")
        leader.audit.unlink()
        _open_anew(on, leader.name)
        awaited(lambda: _answers(client), "it does not answer again")
        assert on.root not in leader.audit.read_text()
    finally:
        client.sys.disable_audit_device("file")


def _open_anew(on: Initialised, server: str) -> None:
    os.kill(on.vault.running[server].pid, signal.SIGHUP)


def _answers(client: Any) -> bool:
    try:
        client.read("sys/mounts")
    except InternalServerError:
        return False
    return True
