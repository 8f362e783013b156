"""Vault's resource types that are no single path: audit devices, an authority, people's login."""

from dataclasses import dataclass
from typing import Any

from hvac.exceptions import InternalServerError, InvalidRequest

from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, same
from rehearsal.providers.vault.here import Here, provider_of_identities
from rehearsal.providers.vault.path import Path, number, snake

_GONE = "unable to find PKI issuer"


@dataclass(frozen=True, kw_only=True)
class Audit(Path):
    """An audit device; Vault tells of all of them together."""

    def read(self, client: Here, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Reads it; an option that nobody declared, such as ``log_raw``, is told too."""
        live = super().read(client, resource_id, inputs, state)
        found = self._find(client, resource_id)
        if live is None or found is None:
            return None
        declared = self.elsewhere(client.servers, inputs).get("options", {})
        others = {key: value for key, value in found["options"].items() if key not in declared}
        return {**live, "options": {**live["options"], **others}} if others else live

    def _find(self, client: Here, resource_id: str) -> Plain | None:
        answer: Any = client.vault.read("sys/audit")
        found: Plain | None = answer["data"].get(f"{resource_id.removeprefix('sys/audit/')}/")
        return found


@dataclass(frozen=True, kw_only=True)
class Authority(ResourceType[Here]):
    """A certificate authority whose key Vault makes; nothing of it can change afterwards."""

    def create(self, client: Here, inputs: Plain) -> str:
        """Has it made, and returns its path."""
        backend = inputs["backend"]
        body = {
            snake(key): number(value)
            for key, value in inputs.items()
            if key not in ("backend", "type")
        }
        made: Any = client.vault.write_data(f"{backend}/root/generate/{inputs['type']}", data=body)
        return f"{backend}/issuer/{made['data']['issuer_id']}"

    def read(self, client: Here, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Reads its certificate, which tells the rest."""
        del state
        try:
            answer: Any = client.vault.read(resource_id)
        except (InternalServerError, InvalidRequest) as error:
            if _GONE in str(error):
                return None
            raise
        if answer is None:
            return None
        found = answer["data"]
        known = {"certificate": found["certificate"], "issuerId": found["issuer_id"]}
        return {**inputs, "issuerName": found["issuer_name"], **known}

    def update(self, client: Here, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Refuses: every property replaces."""
        del client, resource_id, state
        changed = sorted(key for key in {*old, *new} if not same(old.get(key), new.get(key)))
        raise RuntimeError(f"the rehearsal can't change {', '.join(changed)} of {self.type}")

    def delete(self, client: Here, resource_id: str, state: Plain) -> None:
        """Takes it away; its key goes with the engine."""
        del state
        client.vault.delete(resource_id)


@dataclass(frozen=True, kw_only=True)
class PeoplesLogin(ResourceType[Here]):
    """A login of its own kind, and whom it believes: two paths."""

    def create(self, client: Here, inputs: Plain) -> str:
        """Makes the login and says whom it believes."""
        mount, config = _parts(inputs)
        made = _LOGIN.create(client, mount)
        _CONFIG.create(client, config)
        return made

    def read(self, client: Here, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Reads both."""
        mount, config = _parts(inputs)
        found = _LOGIN.read(client, resource_id, mount, state)
        if found is None:
            return None
        at = _CONFIG.path.format_map(config)
        return {**found, **(_CONFIG.read(client, at, config, state) or {})}

    def update(self, client: Here, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Writes both again."""
        (mount_before, before), (mount, config) = _parts(old), _parts(new)
        _LOGIN.update(client, resource_id, state, mount_before, mount)
        _CONFIG.update(client, _CONFIG.path.format_map(config), state, before, config)

    def delete(self, client: Here, resource_id: str, state: Plain) -> None:
        """Takes the login away, and with it the rest."""
        _LOGIN.delete(client, resource_id, state)


_OF_THE_LOGIN = ("path", "type", "description")
_LOGIN = Path(
    type="",
    path="sys/auth/{path}",
    own=("path",),
    tune="/tune",
    missing="No auth engine",
    computed={"accessor": "accessor"},
)
_CONFIG = Path(type="", path="auth/{path}/config", own=("path",), elsewhere=provider_of_identities)


def _parts(inputs: Plain) -> tuple[Plain, Plain]:
    mount = {key: value for key, value in inputs.items() if key in _OF_THE_LOGIN}
    config = {
        key: value for key, value in inputs.items() if key == "path" or key not in _OF_THE_LOGIN
    }
    return mount, config
