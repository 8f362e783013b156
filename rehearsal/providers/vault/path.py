"""A resource type that is a path of Vault's API."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hvac.exceptions import InvalidRequest

from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, from_api, same
from rehearsal.providers.vault.here import Elsewhere, Here, nothing


@dataclass(frozen=True, kw_only=True)
class Path(ResourceType[Here]):
    """A type that lives at one path of Vault's API.

    Args:
        path: The path, with ``{property}`` of the inputs; also the resource's id.
        own: Properties that only make up the path and are not sent.
        tune: What follows the path where changes are written elsewhere.
        tuned: Properties that are given only there.
        words: Properties by Vault's own names, where those are others.
        at: Names the part of an answer in which a property is told, where that is not its top.
        missing: What Vault answers, beside its 404, where there is nothing at the path.
        flat: Properties whose inner ones are sent beside the others.
        untold: Properties that are given and not told again.
        elsewhere: What is written in a rehearsal in place of what is declared.
        besides: What is written beside what is declared.
        stays: Whether it goes only with what it belongs to.
        computed: Outputs by their names in Vault's answer.
    """

    path: str
    own: tuple[str, ...]
    tune: str = ""
    tuned: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    at: Mapping[str, str] = field(default_factory=dict[str, str])
    missing: str = ""
    flat: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    elsewhere: Elsewhere = nothing
    besides: Elsewhere = nothing
    stays: bool = False
    computed: Mapping[str, str] = field(default_factory=dict[str, str])
    # Two can't live at one path.
    delete_first: bool = True

    def create(self, client: Here, inputs: Plain) -> str:
        """Writes everything to the path."""
        try:
            path = self.path.format_map(inputs)
        except KeyError as name:
            raise RuntimeError(f"{self.type} has no default for {name} in a rehearsal") from name
        client.vault.write_data(path, data=self._body(client, inputs, without=self.tuned))
        return path

    def finish(self, client: Here, resource_id: str, inputs: Plain) -> None:
        """Writes what is given only after the create."""
        if late := {key: inputs[key] for key in self.tuned if key in inputs}:
            body = {self._word(key): number(value) for key, value in late.items()}
            client.vault.write_data(resource_id + self.tune, data=body)

    def read(self, client: Here, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Reads the path; Vault tells all that can be written."""
        del state
        found = self._find(client, resource_id)
        if found is None:
            return None
        here = self.elsewhere(client.servers, inputs)
        live: Plain = {}
        for key, value in inputs.items():
            if key in (*self.own, *self.untold):
                live[key] = value
                continue
            part: Plain = (found.get(self.at[key]) or {}) if key in self.at else found
            of_key: Any = part if key in self.flat else part.get(self._word(key))
            written = here.get(key, value)
            known = from_api(written, of_key)
            live[key] = value if known == written else known
        return {**live, **{key: found.get(name) for key, name in self.computed.items()}}

    def update(self, client: Here, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        """Writes everything again, and empties what is declared no more."""
        del state
        if stuck := [name for name in self.own if not same(old.get(name), new.get(name))]:
            raise RuntimeError(f"the rehearsal can't change {', '.join(stuck)} of {self.type}")
        gone = {
            key: type(value)() for key, value in old.items() if key not in new and value is not None
        }
        client.vault.write_data(resource_id + self.tune, data=self._body(client, {**gone, **new}))

    def delete(self, client: Here, resource_id: str, state: Plain) -> None:
        """Deletes the path; most of Vault says yes where there is nothing, too."""
        del state
        if self.stays:
            return
        try:
            client.vault.delete(resource_id)
        except InvalidRequest as error:
            if not self._is_missing(error):
                raise

    def _find(self, client: Here, resource_id: str) -> Plain | None:
        try:
            answer: Any = client.vault.read(resource_id)
        except InvalidRequest as error:
            if self._is_missing(error):
                return None
            raise
        return None if answer is None else answer["data"]

    def _is_missing(self, error: InvalidRequest) -> bool:
        return bool(self.missing) and self.missing in str(error)

    def _body(self, client: Here, inputs: Plain, without: tuple[str, ...] = ()) -> Plain:
        servers = client.servers
        given = {**inputs, **self.elsewhere(servers, inputs), **self.besides(servers, inputs)}
        body: Plain = {}
        for key, value in given.items():
            if key in (*self.own, *without):
                continue
            if key in self.flat:
                body |= {snake(inner): number(item) for inner, item in value.items()}
            else:
                body[self._word(key)] = number(value)
        return body

    def _word(self, key: str) -> str:
        return self.words.get(key) or snake(key)


def number(value: Any) -> Any:
    """A value as Vault takes it: Pulumi's numbers are all floats."""
    return int(value) if isinstance(value, float) else value


def snake(name: str) -> str:
    """A property's name as Vault writes it."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
