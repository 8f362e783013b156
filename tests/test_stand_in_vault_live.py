"""The vault stand-in's rows on a real Vault: what is declared is there, and drift is seen."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hvac
import pytest
from hvac.exceptions import InvalidRequest
from rich.console import Console

from rehearsal import servers
from rehearsal.providers.values import same
from rehearsal.providers.vault import here as around
from rehearsal.providers.vault.here import Here
from rehearsal.servers.vault import Vault
from rehearsal.toolchain import VAULT, ensure
from tests.stand_in_vault import EXAMPLES, Plain, reviewers_token, row_of, surroundings

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(120)]

ENGINES = ("aws", "database", "pki", "transit")
LOGINS = ("jwt", "kubernetes")
SINGLE = (
    "vault:index/audit:Audit",
    "vault:kubernetes/authBackendConfig:AuthBackendConfig",
    "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert",
)
"""Nothing of these changes in place."""
STAYING = ("vault:kubernetes/authBackendConfig:AuthBackendConfig",)
"""It goes with the login."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    folder = tmp_path_factory.mktemp("vault")
    quiet = Console(file=io.StringIO())
    program = ensure(VAULT, console=quiet)[VAULT.name]
    try:
        at = servers.start(folder, [Vault(program=program)], console=quiet)["vault"]
        client = hvac.Client(url=at["address"], token=at["token"])
        for engine in ENGINES:
            client.write_data(f"sys/mounts/{engine}", data={"type": engine})
        for login in LOGINS:
            client.write_data(f"sys/auth/{login}", data={"type": login})
        with surroundings(Path(at["audit"])) as known, pytest.MonkeyPatch.context() as patch:
            patch.setattr(around, "reviewers_token", reviewers_token)
            yield Here(vault=client, servers=known)
    finally:
        servers.stop(folder)


@pytest.mark.parametrize("token", EXAMPLES)
def test_a_resource_is_as_declared_and_changed_and_taken_away(here: Here, token: str) -> None:
    row, example = row_of(token), EXAMPLES[token]
    made = row.create(here, example.inputs)
    row.finish(here, made, example.inputs)
    state = row.read(here, made, example.inputs, {})
    assert state is not None
    assert drift(example.inputs, state) == []

    if example.by_hand:
        here.vault.write_data(made + example.after, data=example.by_hand)
        assert drift(example.inputs, row.read(here, made, example.inputs, state)) == [example.seen]

    assert bool(example.change) == (token not in SINGLE)
    declared = {**example.inputs, **example.change}
    if example.change:
        row.update(here, made, state, example.inputs, declared)
        assert drift(declared, row.read(here, made, declared, state)) == []

    row.delete(here, made, state)
    row.delete(here, made, state)
    assert (row.read(here, made, declared, state) is None) == (token not in STAYING)


def test_a_collector_is_told_what_is_done(here: Here) -> None:
    row = row_of("vault:index/audit:Audit")
    options = {"address": "audit.corp.bank.internal:6514", "socket_type": "tcp"}
    inputs: Plain = {"type": "socket", "path": "socket", "options": options}
    made = row.create(here, inputs)
    try:
        assert drift(inputs, row.read(here, made, inputs, {})) == []
        devices: Any = here.vault.read("sys/audit")
        written = devices["data"]["socket/"]["options"]
        assert written["address"] == here.servers["collector"]["address"]
    finally:
        row.delete(here, made, {})


def test_a_key_that_may_not_be_deleted_is_not(here: Here) -> None:
    token = "vault:transit/secretBackendKey:SecretBackendKey"  # noqa: S105 - a type's
    row, inputs = row_of(token), {**EXAMPLES[token].inputs, "name": "kept"}
    made = row.create(here, inputs)
    row.finish(here, made, inputs)
    with pytest.raises(InvalidRequest, match="deletion is not allowed"):
        row.delete(here, made, {})
    assert row.read(here, made, inputs, {}) is not None


def drift(declared: Plain, live: Plain | None) -> list[str]:
    """The properties that are not as declared."""
    assert live is not None
    return [key for key, value in declared.items() if not same(value, live.get(key))]
