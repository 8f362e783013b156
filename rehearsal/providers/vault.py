"""The vault stand-in: every resource is a path of the rehearsal's real Vault."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import hvac
from hvac.exceptions import InvalidRequest

from rehearsal.providers.framework import Endpoints, StandIn
from rehearsal.providers.values import Plain, from_api


@dataclass(frozen=True, kw_only=True)
class Path:
    """A type that lives at one path of Vault's API.

    Args:
        token: Pulumi's type token.
        path: The path, with ``{property}`` of the inputs; also the resource's id.
        own: Properties that only make up the path and are not sent.
        tune: What follows the path where changes are written elsewhere.
        missing: What Vault answers, beside its 404, where there is nothing at the path.
        computed: Outputs by their names in Vault's answer.
        replaces: Properties whose change makes a new resource.
    """

    token: str
    path: str
    own: tuple[str, ...]
    tune: str = ""
    missing: str = ""
    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    replaces: tuple[str, ...] = ()
    # Two can't live at one path.
    delete_first: bool = True
    autoname: str = ""
    recorded: str = ""

    def create(self, client: hvac.Client, inputs: Plain) -> str:
        path = self.path.format_map(inputs)
        client.write_data(path, data=self._body(inputs))
        return path

    def read(
        self, client: hvac.Client, resource_id: str, inputs: Plain, state: Plain
    ) -> Plain | None:
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
        live = {key: from_api(value, found.get(_snake(key), value)) for key, value in inputs.items()}
        return {**live, **{key: found.get(name) for key, name in self.computed.items()}}

    def update(self, client: hvac.Client, resource_id: str, old: Plain, new: Plain) -> None:
        del old
        client.write_data(resource_id + self.tune, data=self._body(new))

    def delete(self, client: hvac.Client, resource_id: str, state: Plain) -> None:
        del state
        client.delete(resource_id)

    def _body(self, inputs: Plain) -> Plain:
        return {
            _snake(key): int(value) if isinstance(value, float) else value
            for key, value in inputs.items()
            if key not in self.own
        }


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


ROWS = (
    Path(
        token="vault:index/mount:Mount",
        path="sys/mounts/{path}",
        own=("path",),
        tune="/tune",
        missing="No secret engine mount",
        computed={"accessor": "accessor"},
        replaces=("path", "type"),
    ),
    Path(
        token="vault:index/authBackend:AuthBackend",
        path="sys/auth/{path}",
        own=("path",),
        tune="/tune",
        missing="No auth engine",
        computed={"accessor": "accessor"},
        replaces=("path", "type"),
    ),
    Path(
        token="vault:index/policy:Policy",
        path="sys/policies/acl/{name}",
        own=("name",),
        replaces=("name",),
    ),
    Path(
        token="vault:kubernetes/authBackendRole:AuthBackendRole",
        path="auth/{backend}/role/{roleName}",
        own=("backend", "roleName"),
        replaces=("backend", "roleName"),
    ),
)


def stand_in(endpoints: Endpoints) -> StandIn[hvac.Client]:
    """The stand-in for package ``vault``. It ignores the stack's address and asks the local one."""

    def connect(configuration: Plain) -> hvac.Client:
        del configuration
        server = endpoints()["vault"]
        return hvac.Client(url=server["address"], token=server["token"])

    return StandIn("vault", ROWS, connect)
