"""What the runbook ``erase-personal-data`` has people do, with their policies on a real Vault."""

import base64
import io
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import hvac
import pytest
from hvac.exceptions import Forbidden, InvalidRequest
from rich.console import Console

from components._vault_people import ADMINISTRATOR, AUDITOR, people_rules
from components._vault_policy import Mounts, key_rules, policy_text
from rehearsal import servers
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import differences
from rehearsal.providers.vault import ROWS
from rehearsal.providers.vault.here import Here
from rehearsal.servers.vault import Vault
from rehearsal.toolchain import VAULT, ensure

pytestmark = [pytest.mark.rehearsal, pytest.mark.timeout(120)]

MOUNTS = Mounts(kv="corebank", transit="transit", pki="pki", databases="database")
KEY = "support-personal"


@dataclass
class World:
    """A Vault with a key for erasing, as the stand-in makes it."""

    root: hvac.Client
    row: ResourceType[Here]
    inputs: dict[str, Any]
    id: str
    tokens: dict[str, hvac.Client] = field(default_factory=dict[str, hvac.Client])

    @property
    def here(self) -> Here:
        return Here(vault=self.root, servers={})

    def encrypt(self, text: str) -> str:
        plain = base64.b64encode(text.encode()).decode()
        answer: Any = self.tokens["support"].write_data(
            f"transit/encrypt/{KEY}", data={"plaintext": plain}
        )
        return str(answer["data"]["ciphertext"])

    def decrypt(self, ciphertext: str, who: str = "support") -> str:
        answer: Any = self.tokens[who].write_data(
            f"transit/decrypt/{KEY}", data={"ciphertext": ciphertext}
        )
        return base64.b64decode(answer["data"]["plaintext"]).decode()

    def key(self, who: str) -> dict[str, Any]:
        answer: Any = self.tokens[who].read(f"transit/keys/{KEY}")
        return answer["data"]


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> Generator[World]:
    folder = tmp_path_factory.mktemp("erasing")
    quiet = Console(file=io.StringIO())
    kind = Vault(program=ensure(VAULT, console=quiet)[VAULT.name])
    try:
        at = servers.start(folder, [kind], console=quiet)["vault"]
        root: Any = hvac.Client(url=at["address"], token=at["token"])
        root.sys.enable_secrets_engine("transit")
        row = next(
            it for it in ROWS if it.type == "vault:transit/secretBackendKey:SecretBackendKey"
        )
        inputs = {**row.defaults, "backend": "transit", "name": KEY, "type": "aes256-gcm96"}
        here = Here(vault=root, servers={})
        made = row.create(here, inputs)
        row.finish(here, made, inputs)
        world = World(root, row, inputs, made)
        for name, rules in {
            **people_rules(MOUNTS),
            "support": key_rules(MOUNTS, KEY),
        }.items():
            root.sys.create_or_update_policy(name=name, policy=policy_text(rules))
            token = root.auth.token.create(policies=[name])["auth"]["client_token"]
            world.tokens[name] = hvac.Client(url=root.url, token=token)
        yield world
    finally:
        servers.stop(folder)


def _erase(world: World) -> int:
    """The runbook's steps, as an administrator; returns the first version that is left."""
    administrator = world.tokens[ADMINISTRATOR]
    administrator.write_data(f"transit/keys/{KEY}/rotate", data={})
    first = int(world.key(ADMINISTRATOR)["latest_version"])
    administrator.write_data(
        f"transit/keys/{KEY}/config",
        data={"min_decryption_version": first, "min_encryption_version": first},
    )
    administrator.write_data(f"transit/keys/{KEY}/trim", data={"min_available_version": first})
    return first


def test_what_was_encrypted_before_is_gone_and_what_was_encrypted_anew_is_not(
    world: World,
) -> None:
    erased, stays = world.encrypt("to be erased"), world.encrypt("to be kept")
    assert world.decrypt(erased) == "to be erased"
    world.tokens[ADMINISTRATOR].write_data(f"transit/keys/{KEY}/rotate", data={})
    anew = world.encrypt(world.decrypt(stays))
    first = int(world.key(ADMINISTRATOR)["latest_version"])
    for path, data in (
        ("config", {"min_decryption_version": first, "min_encryption_version": first}),
        ("trim", {"min_available_version": first}),
    ):
        world.tokens[ADMINISTRATOR].write_data(f"transit/keys/{KEY}/{path}", data=data)

    assert world.decrypt(anew) == "to be kept"
    for ciphertext in (erased, stays):
        with pytest.raises(InvalidRequest, match="too old"):
            world.decrypt(ciphertext)


def test_nobody_gets_a_destroyed_version_back(world: World) -> None:
    world.encrypt("to be erased")
    first = _erase(world)
    for who in (world.tokens[ADMINISTRATOR], world.root):
        with pytest.raises(InvalidRequest, match="min available version"):
            who.write_data(f"transit/keys/{KEY}/config", data={"min_decryption_version": first - 1})
        with pytest.raises(InvalidRequest):
            who.write_data(f"transit/keys/{KEY}/trim", data={"min_available_version": first - 1})


def test_without_the_last_step_it_comes_back_by_one_request(world: World) -> None:
    """So blocking old versions alone erases nothing."""
    ciphertext = world.encrypt("not erased")
    administrator = world.tokens[ADMINISTRATOR]
    administrator.write_data(f"transit/keys/{KEY}/rotate", data={})
    administrator.write_data(f"transit/keys/{KEY}/config", data={"min_decryption_version": 2})
    with pytest.raises(InvalidRequest, match="too old"):
        world.decrypt(ciphertext)
    administrator.write_data(f"transit/keys/{KEY}/config", data={"min_decryption_version": 1})
    assert world.decrypt(ciphertext) == "not erased"


def test_trimming_needs_both_bounds_first(world: World) -> None:
    administrator = world.tokens[ADMINISTRATOR]
    administrator.write_data(f"transit/keys/{KEY}/rotate", data={})
    with pytest.raises(InvalidRequest):
        administrator.write_data(f"transit/keys/{KEY}/trim", data={"min_available_version": 2})


def test_an_auditor_sees_which_versions_are_left_and_can_use_none(world: World) -> None:
    ciphertext = world.encrypt("to be erased")
    first = _erase(world)
    told = world.key(AUDITOR)
    assert list(told["keys"]) == [str(first)]
    assert (told["min_available_version"], told["min_decryption_version"]) == (first, first)
    with pytest.raises(Forbidden):
        world.decrypt(ciphertext, AUDITOR)


def test_neither_a_domain_nor_an_auditor_erases(world: World) -> None:
    for who in ("support", AUDITOR):
        with pytest.raises(Forbidden):
            world.tokens[who].write_data(f"transit/keys/{KEY}/rotate", data={})
        with pytest.raises(Forbidden):
            world.tokens[who].write_data(
                f"transit/keys/{KEY}/trim", data={"min_available_version": 1}
            )


def test_refresh_tells_it_and_writing_the_default_back_is_refused(world: World) -> None:
    """Which is why the program ignores both bounds of a key."""
    _erase(world)
    found = world.row.read(world.here, world.id, world.inputs, {})
    assert found is not None
    told = {key: found.get(key) for key in world.inputs}
    assert sorted(path for path, _, _ in differences(world.inputs, told)) == [
        "minDecryptionVersion",
        "minEncryptionVersion",
    ]
    with pytest.raises(InvalidRequest, match="min available version"):
        world.row.update(world.here, world.id, found, world.inputs, world.inputs)
