"""Live: Vault's agent with a pod's configuration, as the pod's service account, at a real Vault.

The databases stand aside for a folder of the secret store: what a login is, is Vault's to make, and
tried where a stack is up.
"""

import base64
import io
import json
import os
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hvac
import kubernetes
import pytest
from rich.console import Console

from components._vault_agent import IDENTITY, SECRETS, Share, configuration
from rehearsal import servers
from rehearsal.drills._vault_callers import account_token
from rehearsal.providers.vault.reviewer import reviewers_token
from rehearsal.servers.vault import Vault
from rehearsal.toolchain import VAULT, ensure

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(300)]

_api: Any = kubernetes
"""A client without types of its own."""

NAME = "agents"
HOST = "agents.sandbox.bank.internal"
SHARE = Share(
    auth_path="kubernetes",
    role=NAME,
    pki="pki",
    hostname=HOST,
    databases="logins",
    logins=(("write", "agents-write"),),
)


@pytest.fixture(scope="module")
def program() -> Path:
    return ensure(VAULT, console=Console(file=io.StringIO()))[VAULT.name]


@pytest.fixture(scope="module")
def core(control_plane: dict[str, str]) -> Iterator[Any]:
    """The cluster, in which the workload's service account is, and a neighbour's."""
    client = _api.config.new_client_from_config(control_plane["kubeconfig"])
    core = _api.client.CoreV1Api(client)
    core.create_namespace({"metadata": {"name": NAME}})
    for account in (NAME, "neighbour"):
        core.create_namespaced_service_account(NAME, {"metadata": {"name": account}})
    yield core
    core.delete_namespace(NAME)


@pytest.fixture(scope="module")
def address(
    tmp_path_factory: pytest.TempPathFactory, control_plane: dict[str, str], program: Path
) -> Iterator[str]:
    """A Vault in which the workload has what ``SHARE`` says."""
    folder = tmp_path_factory.mktemp("vault")
    try:
        quiet = Console(file=io.StringIO())
        at = servers.start(folder, [Vault(program=program)], console=quiet)["vault"]
        vault: Any = hvac.Client(url=at["address"], token=at["token"])
        vault.write_data("sys/auth/kubernetes", data={"type": "kubernetes"})
        vault.write_data(
            "auth/kubernetes/config",
            data={
                "kubernetes_host": control_plane["endpoint"],
                "kubernetes_ca_cert": base64.b64decode(control_plane["ca"]).decode(),
                "token_reviewer_jwt": reviewers_token(control_plane["kubeconfig"]),
            },
        )
        vault.write_data("sys/mounts/pki", data={"type": "pki"})
        vault.write_data("sys/mounts/logins", data={"type": "kv"})
        vault.write_data("pki/root/generate/internal", data={"common_name": "bank"})
        issued = {"allowed_domains": HOST, "allow_bare_domains": True, "key_type": "ec"}
        vault.write_data(f"pki/roles/{NAME}", data={**issued, "key_bits": 256, "ttl": "24h"})
        login = {"username": "one", "password": 'with "quotes" and \\'}
        vault.write_data("logins/creds/agents-write", data=login)
        policy = (
            f'path "pki/issue/{NAME}" {{ capabilities = ["update"] }}\n'
            'path "logins/creds/agents-write" { capabilities = ["read"] }\n'
        )
        vault.write_data(f"sys/policies/acl/{NAME}", data={"policy": policy})
        vault.write_data(
            f"auth/kubernetes/role/{NAME}",
            data={
                "audience": "vault",
                "bound_service_account_names": [NAME],
                "bound_service_account_namespaces": [NAME],
                "token_policies": [NAME],
                "token_ttl": "1h",
            },
        )
        yield at["address"]
    finally:
        servers.stop(folder)


def ran(program: Path, folder: Path, address: str, token: str) -> subprocess.Popen[str]:
    """The agent, until all that it brings is there."""
    for name in ("secrets", "identity"):
        (folder / name).mkdir()
    (folder / "identity" / "token").write_text(token)
    text = configuration(SHARE).replace(SECRETS, str(folder / "secrets"))
    (folder / "agent.hcl").write_text(text.replace(IDENTITY, str(folder / "identity")))
    return subprocess.Popen(
        [program, "agent", f"-config={folder / 'agent.hcl'}", "-exit-after-auth"],
        env={**os.environ, "VAULT_ADDR": address},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_it_brings_all_that_the_workload_waits_for_to_its_user_alone(
    program: Path, core: Any, address: str, tmp_path: Path
) -> None:
    agent = ran(program, tmp_path, address, account_token(core, NAME, NAME, "vault"))
    said, _ = agent.communicate(timeout=60)
    assert agent.returncode == 0, said

    files = {file.name: file for file in (tmp_path / "secrets").iterdir()}
    assert files.keys() == {"tls.pem", "vault-token", "database-write.json"}
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}
    assert json.loads(files["database-write.json"].read_text()) == {
        "username": "one",
        "password": 'with "quotes" and \\',
    }
    # A key that does not fit its certificate raises.
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(files["tls.pem"])
    assert files["tls.pem"].read_text().count("BEGIN CERTIFICATE") == 2
    secret = files["vault-token"].read_text()
    assert hvac.Client(url=address, token=secret).is_authenticated()
    assert secret not in said


@pytest.mark.parametrize("stranger", [("neighbour", "vault"), (NAME, "somebody")], ids=str)
def test_it_brings_nothing_to_a_neighbour_or_with_a_token_for_somebody_else(
    program: Path, core: Any, address: str, tmp_path: Path, stranger: tuple[str, str]
) -> None:
    agent = ran(program, tmp_path, address, account_token(core, NAME, *stranger))
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            agent.communicate(timeout=8)
    finally:
        agent.terminate()
        said, _ = agent.communicate(timeout=10)
    assert "permission denied" in said or "not authorized" in said or "audience" in said
    assert list((tmp_path / "secrets").iterdir()) == []
