"""The vault stand-in: every resource is a path of the rehearsal's real Vault."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import hvac
from hvac.exceptions import InvalidRequest

from rehearsal.providers.framework import Endpoints, StandIn
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, from_api, same


@dataclass(frozen=True, kw_only=True)
class Path(ResourceType[hvac.Client]):
    """A type that lives at one path of Vault's API.

    Args:
        path: The path, with ``{property}`` of the inputs; also the resource's id.
        own: Properties that only make up the path and are not sent.
        tune: What follows the path where changes are written elsewhere.
        missing: What Vault answers, beside its 404, where there is nothing at the path.
        computed: Outputs by their names in Vault's answer.
    """

    path: str
    own: tuple[str, ...]
    tune: str = ""
    missing: str = ""
    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    # Two can't live at one path.
    delete_first: bool = True

    def create(self, client: hvac.Client, inputs: Plain) -> str:
        """Writes everything to the path."""
        try:
            path = self.path.format_map(inputs)
        except KeyError as name:
            raise RuntimeError(f"{self.type} has no default for {name} in a rehearsal") from name
        client.write_data(path, data=self._body(inputs))
        return path

    def read(
        self, client: hvac.Client, resource_id: str, inputs: Plain, state: Plain
    ) -> Plain | None:
        """Reads the path; Vault tells all that can be written."""
        del state
        try:
            answer: Any = client.read(resource_id)
        except InvalidRequest as error:
            if self.missing and self.missing in str(error):
                return None
            raise
        if answer is None:
            return None
        found: Plain = answer["data"]
        live = {
            key: value if key in self.own else from_api(value, found.get(_snake(key)))
            for key, value in inputs.items()
        }
        return {**live, **{key: found.get(name) for key, name in self.computed.items()}}

    def update(
        self, client: hvac.Client, resource_id: str, state: Plain, old: Plain, new: Plain
    ) -> None:
        """Writes everything again, and empties what is declared no more."""
        del state
        if stuck := [name for name in self.own if not same(old.get(name), new.get(name))]:
            raise RuntimeError(f"the rehearsal can't change {', '.join(stuck)} of {self.type}")
        gone = {
            key: type(value)() for key, value in old.items() if key not in new and value is not None
        }
        client.write_data(resource_id + self.tune, data=self._body({**gone, **new}))

    def delete(self, client: hvac.Client, resource_id: str, state: Plain) -> None:
        """Deletes the path; Vault says yes where there is nothing, too."""
        del state
        client.delete(resource_id)

    def _body(self, inputs: Plain) -> Plain:
        return {_snake(key): _number(value) for key, value in inputs.items() if key not in self.own}


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) else value


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


ROWS = (
    Path(
        type="vault:index/mount:Mount",
        path="sys/mounts/{path}",
        own=("path",),
        tune="/tune",
        missing="No secret engine mount",
        computed={"accessor": "accessor"},
        replaces=("externalEntropyAccess", "local", "sealWrap", "type"),
    ),
    Path(
        type="vault:index/authBackend:AuthBackend",
        path="sys/auth/{path}",
        own=("path",),
        tune="/tune",
        missing="No auth engine",
        computed={"accessor": "accessor"},
        replaces=("local", "type"),
    ),
    Path(
        type="vault:index/policy:Policy",
        path="sys/policies/acl/{name}",
        own=("name",),
        replaces=("name",),
        autoname="name",
    ),
    Path(
        type="vault:kubernetes/authBackendRole:AuthBackendRole",
        path="auth/{backend}/role/{roleName}",
        own=("backend", "roleName"),
        replaces=("backend", "roleName"),
    ),
    Path(
        type="vault:aws/secretBackendRole:SecretBackendRole",
        path="{backend}/roles/{name}",
        own=("backend", "name"),
        replaces=("backend", "name"),
        autoname="name",
    ),
)


def stand_in(endpoints: Endpoints) -> StandIn[hvac.Client]:
    """The stand-in for package ``vault``. It ignores the stack's address and asks the local one."""

    def connect(configuration: Plain) -> hvac.Client:
        del configuration
        server = endpoints()["vault"]
        return hvac.Client(url=server["address"], token=server["token"])

    return StandIn("vault", ROWS, connect)
