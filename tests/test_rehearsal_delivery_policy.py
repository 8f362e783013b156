"""Delivery's policy in Vault, as people write it in the key ceremony: on a real Vault.

What the program declares is made by the stand-in's rows, with a token that has this policy alone.
Only the API server is missing, which Vault does not ask until somebody logs in.
"""

import base64
import io
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path as File
from typing import Any, cast

import hvac
import pytest
from hvac.exceptions import Forbidden, InvalidRequest
from rich.console import Console

from domains import Catalogue
from rehearsal import servers
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import differences
from rehearsal.providers.vault import ROWS, Path
from rehearsal.providers.vault.here import Here, nothing
from rehearsal.servers.certificate import make_certificate
from rehearsal.servers.collector import Collector
from rehearsal.servers.vault import Vault
from rehearsal.toolchain import VAULT, ensure
from settings import load_settings
from tests.engine import Declared
from tests.stack_files import config_of
from tests.vault_policies import deciding, rules

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(300)]

Plain = dict[str, Any]

POLICY = (File(__file__).parents[1] / "docs" / "runbooks" / "delivery.hcl").read_text()

# The official provider asks these, and the stand-in does not.
OFFICIAL = {
    "auth/token/lookup-self",
    "auth/token/revoke-self",
    "pki/issuers",
    "sys/auth",
    "sys/mounts",
}

_FIRST = (
    "vault:index/audit:Audit",
    "vault:index/mount:Mount",
    "vault:index/authBackend:AuthBackend",
    "vault:jwt/authBackend:AuthBackend",
)
_NEVER_CHANGED = (
    "vault:index/audit:Audit",
    "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert",
)


@dataclass
class Asking:
    """A client that remembers what was asked."""

    client: hvac.Client
    asked: set[str] = field(default_factory=set[str])

    def read(self, path: str) -> Any:
        self.asked.add(path)
        return self.client.read(path)

    def write_data(self, path: str, data: Plain) -> Any:
        self.asked.add(path)
        return self.client.write_data(path, data=data)

    def delete(self, path: str) -> Any:
        self.asked.add(path)
        return self.client.delete(path)


@dataclass
class World:
    """A Vault in which delivery has been let in, and in the end all that is declared."""

    root: hvac.Client
    delivery: Asking
    at: dict[str, dict[str, str]]
    made: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def here(self) -> Here:
        return Here(vault=cast("hvac.Client", self.delivery), servers=self.at)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    """A Vault right after its ceremony."""
    folder = tmp_path_factory.mktemp("delivery")
    quiet = Console(file=io.StringIO())
    kinds = [Vault(program=ensure(VAULT, console=quiet)[VAULT.name]), Collector()]
    make_certificate(folder, "kubernetes")
    authority = base64.b64encode((folder / "server.crt").read_bytes()).decode()
    try:
        running = servers.start(folder, kinds, console=quiet)
        at = {
            **{name: dict(it) for name, it in running.items()},
            "kubernetes": {"endpoint": "https://127.0.0.1:1", "ca": authority},
            "postgres": {"host": "127.0.0.1", "port": "1", "ca": "/none"},
        }
        root = hvac.Client(url=at["vault"]["address"], token=at["vault"]["token"])
        yield World(root, Asking(_delivery(root)), at)
    finally:
        servers.stop(folder)


def _delivery(root: hvac.Client) -> hvac.Client:
    """As the ceremony lets it in: with this policy and not even the default one."""
    asking: Any = root
    asking.sys.create_or_update_policy(name="delivery", policy=POLICY)
    made = asking.auth.token.create(policies=["delivery"], no_default_policy=True, no_parent=True)
    token = made["auth"]["client_token"]
    assert made["auth"]["policies"] == ["delivery"]
    return hvac.Client(url=root.url, token=token)


@pytest.fixture(scope="module")
def declared(catalogue: Catalogue) -> list[Declared]:
    """What production declares in Vault, in an order in which it can be made."""
    from bank import build  # noqa: PLC0415 - Pulumi is not imported where it is not needed
    from tests.engine import deploy  # noqa: PLC0415 - likewise

    settings = load_settings("production", config_of("production"))
    bank = deploy(lambda: build(settings, catalogue), stack="production")
    found = [it for it in bank.resources if it.custom and it.type.startswith("vault:")]
    return sorted(found, key=lambda it: it.type not in _FIRST)


@pytest.fixture(scope="module")
def full(empty: World, declared: list[Declared]) -> World:
    """A Vault in which delivery has made everything."""
    for it in declared:
        row, inputs = _row(it), _inputs(it)
        empty.made[it.urn] = row.create(empty.here, inputs)
        row.finish(empty.here, empty.made[it.urn], inputs)
    return empty


def _row(it: Declared) -> ResourceType[Here]:
    row = next(row for row in ROWS if row.type == it.type)
    # Nobody is there to give Vault a token for asking the API server.
    return replace(row, besides=nothing) if _is_cluster(row) else row


def _is_cluster(row: ResourceType[Here]) -> bool:
    return isinstance(row, Path) and row.type.startswith("vault:kubernetes/authBackendConfig:")


def _inputs(it: Declared) -> Plain:
    return {**_row(it).defaults, **it.inputs}


def test_it_makes_finds_and_changes_all_that_the_program_declares(
    full: World, declared: list[Declared]
) -> None:
    assert len(declared) > 100
    for it in declared:
        row, inputs = _row(it), _inputs(it)
        found = row.read(full.here, full.made[it.urn], inputs, inputs)
        assert found is not None, it
        told = {key: found.get(key) for key in inputs}
        assert list(differences(inputs, told)) == [], it
        if it.type not in _NEVER_CHANGED:
            row.update(full.here, full.made[it.urn], found, inputs, inputs)


@pytest.mark.parametrize(
    "path",
    [
        "corebank/data/payments/a",
        "corebank/metadata/payments/a",
        "database/creds/payments-write",
        "database/static-creds/payments",
        "evidence/config/root",
        "evidence/creds/payments",
        "evidence/sts/payments",
        "sys/policies/acl/default",
        "sys/policies/acl/delivery",
        "sys/storage/raft/snapshot",
        "transit/export/encryption-key/payments",
    ],
)
def test_it_reads_no_secret_and_takes_no_credentials(full: World, path: str) -> None:
    full.root.write_data("corebank/data/payments/a", data={"data": {"key": "value"}})
    with pytest.raises(Forbidden):
        full.delivery.client.read(path)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("corebank/data/payments/a", {"data": {"a": "b"}}),
        ("transit/decrypt/payments", {"ciphertext": "vault:v1:a"}),
        ("transit/encrypt/payments", {"plaintext": ""}),
        ("transit/keys/payments/rotate", {}),
        ("transit/keys/payments/trim", {"min_available_version": 1}),
        ("transit/keys/payments/config", {"exportable": "true"}),
        ("transit/keys/other", {"exportable": True}),
        ("transit/keys/other", {"allow_plaintext_backup": 1}),
        ("pki/issue/payments", {"common_name": "payments.production.bank.internal"}),
        ("pki/root/generate/exported", {"common_name": "a"}),
        ("database/config/corebank", {"password": "a"}),
        ("database/rotate-root/corebank", {}),
        ("auth/token/create", {"policies": ["delivery"]}),
        ("auth/delivery/role/apply", {"token_policies": "root"}),
        ("sys/auth/delivery", {"type": "aws"}),
        ("sys/auth/other", {"type": "userpass"}),
        ("sys/audit/other", {"type": "file", "options": {"file_path": "/tmp/a"}}),  # noqa: S108
        ("sys/mounts/other", {"type": "kv"}),
        ("sys/policies/acl/delivery", {"policy": ""}),
        ("sys/policies/acl/default", {"policy": ""}),
        ("sys/plugins/catalog/secret/a", {"sha256": "a", "command": "a"}),
        ("sys/leases/revoke-prefix/database", {}),
        ("sys/seal", {}),
    ],
)
def test_it_uses_no_key_and_opens_nothing_to_itself(full: World, path: str, data: Plain) -> None:
    with pytest.raises(Forbidden):
        full.delivery.client.write_data(path, data=data)


def test_nothing_is_in_it_that_neither_provider_needs(full: World) -> None:
    asked = {deciding(POLICY, path) for path in full.delivery.asked} | OFFICIAL
    granted = {path for path, may in rules(POLICY).items() if may != ["deny"]}
    assert granted == asked


@pytest.mark.parametrize("path", sorted(OFFICIAL - {"auth/token/revoke-self", "pki/issuers"}))
def test_what_the_official_provider_asks_beside_is_answered(full: World, path: str) -> None:
    assert full.delivery.client.read(path)


@pytest.mark.parametrize(
    "path",
    [path for path, may in rules(POLICY).items() if "sudo" in may],
)
def test_sudo_stands_where_vault_demands_it(full: World, path: str) -> None:
    asking: Any = full.root
    asking.sys.create_or_update_policy(
        name="without", policy=f'path "{path}" {{ capabilities = ["read", "update"] }}'
    )
    made = asking.auth.token.create(policies=["without"], no_default_policy=True)
    without = hvac.Client(url=full.root.url, token=made["auth"]["client_token"])
    data = {"description": "Login", "type": "kubernetes"}
    with pytest.raises(Forbidden):
        _ = without.read(path) if path == "sys/audit" else without.write_data(path, data=data)


def test_it_deletes_what_can_be_had_again_and_nothing_that_is_protected(
    full: World, declared: list[Declared]
) -> None:
    kept = {it.type for it in declared if it.protect}
    assert len(kept) > 5
    for it in reversed(declared):
        row, made = _row(it), full.made[it.urn]
        if it.protect:
            with pytest.raises((Forbidden, InvalidRequest)):
                row.delete(full.here, made, {})
            assert row.read(full.here, made, _inputs(it), {}) is not None
        else:
            row.delete(full.here, made, {})
