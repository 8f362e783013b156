"""What every stand-in is: a Pulumi provider whose resource types are a table.

Owns what the engine asks of a provider: which changes replace, what a preview may promise, what
refresh finds, and telling apart the provider resources that share one port. What a type does to
its server is the table's business (``aws``, ``vault``); the wire is ``serving``'s.
"""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from functools import partial
from importlib.metadata import version
from typing import Any, Generic, TypeVar

from pulumi.provider.experimental import provider as p
from pulumi.provider.experimental.property_value import PropertyValue

from rehearsal.providers.resource_type import Client, ResourceType
from rehearsal.providers.values import (
    Plain,
    differences,
    from_plain,
    property_of,
    secret_keys,
    to_plain,
)

Result = TypeVar("Result")

Endpoints = Callable[[], Mapping[str, Mapping[str, str]]]
"""Tells the local servers' addresses, by server; asked when a server is first needed."""

PEER: ContextVar[str] = ContextVar("peer")
"""The connection a request came in on: the engine opens one for each provider resource."""

OLD_INPUTS: ContextVar[dict[str, PropertyValue]] = ContextVar("old_inputs")
"""What the program declared before, of the resource that a diff or an update is about."""


class Unfinished(Exception):  # noqa: N818 - says what is so
    """A resource was made or changed, and did not become what it is for.

    The engine writes it down as it is, and takes it up again at the next update.

    Args:
        reason: Why, in words.
        resource_id: Its id.
        properties: What it is.
    """

    def __init__(
        self, reason: str, resource_id: str, properties: Mapping[str, PropertyValue]
    ) -> None:
        super().__init__(reason)
        self.resource_id = resource_id
        self.properties = properties


_STRICT = ("tags",)
"""Properties that refresh compares also where the program declares none."""


_WORKERS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="stand-in")
"""Not the loop's own: there the SDK waits for the engine while a component is made, and the engine
waits for us."""


async def in_a_thread(work: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
    """Runs what talks to a server beside everything else, for the same connection."""
    here = copy_context()
    bound = partial(here.run, work, *arguments, **options)
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, bound)


class StandIn(p.Provider, Generic[Client]):
    """A provider that answers for ``package`` with the rows of ``types``.

    Args:
        package: The package it stands in for, such as ``aws``.
        types: The rows.
        connect: Makes the client for one provider resource from that resource's configuration.
            Called at the first request that needs a server, never in a preview.
        inherited: Properties that a resource takes from its provider's configuration where it has
            none of its own, and that it can't change, such as ``region``.
    """

    def __init__(
        self,
        package: str,
        types: Sequence[ResourceType[Client]],
        connect: Callable[[Plain], Client],
        inherited: tuple[str, ...] = (),
    ) -> None:
        self.package = package
        self.version = version(f"pulumi-{package}")
        self._types = {row.type: row for row in types}
        self._connect = connect
        self._inherited = inherited
        self._configuration: dict[str, Plain] = {}
        self._clients: dict[str, Client] = {}

    async def configure(self, request: p.ConfigureRequest) -> p.ConfigureResponse:
        """Takes the configuration of one provider resource, known by its connection."""
        self._configuration[PEER.get()] = to_plain(request.args)
        self._clients.pop(PEER.get(), None)
        return p.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=True, accept_outputs=True
        )

    async def invoke(self, request: p.InvokeRequest) -> p.InvokeResponse:
        """Refuses: what a function would look up is nowhere on this machine."""
        raise RuntimeError(
            f"the rehearsal has no stand-in for the function {request.tok}; pass in as a setting "
            "what it looks up"
        )

    async def check(self, request: p.CheckRequest) -> p.CheckResponse:
        """Refuses a type that has no row; gives defaults, and a name where one is wanted."""
        row = self._types.get(own_type(request.type))
        if row is None:
            failure = p.CheckFailure("", self._unknown(request.type))
            return p.CheckResponse(inputs=request.new_inputs, failures=[failure])
        inputs = {**from_plain(row.defaults, frozenset()), **request.new_inputs}
        if row.autoname and row.autoname not in inputs:
            former = request.old_inputs.get(row.autoname)
            if former is None or not _generated(request.name, former.value):
                former = PropertyValue(f"{request.name}-{request.random_seed.hex()[:7]}")
            inputs[row.autoname] = former
        return p.CheckResponse(inputs=inputs)

    async def diff(self, request: p.DiffRequest) -> p.DiffResponse:
        """Compares what was declared with what is, and says which differences replace."""
        row = self._row(request.type)
        former, declared = OLD_INPUTS.get(), request.new_inputs or {}
        same = declared is former
        old, new = ({}, {}) if same else (to_plain(former), to_plain(declared))
        state, provider = request.old_state or {}, self._configuration.get(PEER.get(), {})
        for name in self._inherited:
            # The state knows it; one from before the provider had such a property stays.
            lives = property_of(former, name) or property_of(state, name)
            old[name] = lives
            new[name] = lives and (property_of(declared, name) or provider.get(name) or lives)
        detailed: dict[str, p.PropertyDiff] = {}
        replaces: set[str] = set()
        for path, before, after in differences(old, new):
            change = "ADD" if before is None else "DELETE" if after is None else "UPDATE"
            if path in self._inherited or row.replaced_by(path, before, after):
                replaces.add(re.split(r"[.\[]", path)[0])
                change += "_REPLACE"
            detailed[path] = p.PropertyDiff(p.PropertyDiffKind[change], input_diff=True)
        name = property_of(former, row.autoname)
        kept_name = (
            bool(name)
            and name == property_of(declared, row.autoname)
            and not _generated(request.name, name)
        )
        return p.DiffResponse(
            changes=bool(detailed),
            replaces=sorted(replaces),
            delete_before_replace=row.delete_first or kept_name,
            detailed_diff=detailed,
        )

    async def create(self, request: p.CreateRequest) -> p.CreateResponse:
        """Makes a resource, or nothing at all; a preview asks no server."""
        if request.preview:
            return p.CreateResponse(resource_id="", properties=request.properties)
        row, client = self._row(request.type), self._client()
        inputs = to_plain(request.properties)

        def work() -> tuple[str, Plain]:
            resource_id = row.create(client, inputs)
            try:
                row.finish(client, resource_id, inputs)
                return resource_id, _made(row, client, resource_id, inputs, {})
            except Exception as error:
                # The engine writes down only what create returns; the rest would be lost.
                _take_back(row, client, resource_id, inputs, error)
                raise

        resource_id, state = await in_a_thread(work)
        secrets = _secrets(request.properties)
        return p.CreateResponse(resource_id=resource_id, properties=from_plain(state, secrets))

    async def read(self, request: p.ReadRequest) -> p.ReadResponse:
        """Tells what a resource is now; an empty id where it is gone."""
        row = self._row(request.type)
        inputs, state = to_plain(request.inputs), to_plain(request.properties)
        if not inputs and not state:
            raise RuntimeError(
                f"the rehearsal can't import {row.type} {request.resource_id}: its servers hold "
                "only what the program has made in them"
            )
        live = await in_a_thread(row.read, self._client(), request.resource_id, inputs, state)
        if live is None:
            return p.ReadResponse(resource_id="")
        secrets = _secrets(request.inputs, request.properties)
        return p.ReadResponse(
            resource_id=request.resource_id,
            properties=from_plain({**state, **live}, secrets),
            inputs=from_plain({key: live.get(key) for key in (*inputs, *_STRICT)}, secrets),
        )

    async def update(self, request: p.UpdateRequest) -> p.UpdateResponse:
        """Changes a resource in place; a preview asks no server."""
        old, inputs = to_plain(OLD_INPUTS.get()), to_plain(request.news)
        state = to_plain(request.olds)
        outputs = {key: value for key, value in state.items() if key not in old}
        secrets = _secrets(request.news, request.olds)
        if request.preview:
            return p.UpdateResponse(properties=from_plain({**outputs, **inputs}, secrets))
        row, client = self._row(request.type), self._client()

        def work() -> Plain:
            row.update(client, request.resource_id, state, old, inputs)
            return _made(row, client, request.resource_id, inputs, outputs)

        return p.UpdateResponse(properties=from_plain(await in_a_thread(work), secrets))

    async def delete(self, request: p.DeleteRequest) -> None:
        """Takes a resource away."""
        row, client = self._row(request.type), self._client()
        state = to_plain(request.properties)
        await in_a_thread(row.delete, client, request.resource_id, state)

    def _row(self, nested: str) -> ResourceType[Client]:
        row = self._types.get(own_type(nested))
        if row is None:
            raise RuntimeError(self._unknown(nested))
        return row

    def _unknown(self, nested: str) -> str:
        return (
            f"the rehearsal has no stand-in for {own_type(nested)}; "
            f"add a row to rehearsal/providers/{self.package}"
        )

    def _client(self) -> Client:
        peer = PEER.get()
        if peer not in self._clients:
            self._clients[peer] = self._connect(self._configuration[peer])
        return self._clients[peer]


def _made(
    row: ResourceType[Client], client: Client, resource_id: str, inputs: Plain, outputs: Plain
) -> Plain:
    """Reads what was just written, so that nothing a server drops passes for made."""
    live = row.read(client, resource_id, inputs, outputs)
    if live is None:
        raise RuntimeError(f"{row.type} {resource_id} was made and is not to be found")
    dropped = [path for path, _, _ in differences(inputs, {key: live.get(key) for key in inputs})]
    if dropped:
        raise RuntimeError(f"the server did not take {', '.join(dropped)} of {row.type} as given")
    return {**inputs, **live}


def _take_back(
    row: ResourceType[Client], client: Client, resource_id: str, inputs: Plain, error: Exception
) -> None:
    try:
        row.delete(client, resource_id, inputs)
    except Exception as stuck:
        raise RuntimeError(
            f"{error}; what was made of {row.type}, {resource_id}, is left behind: {stuck}"
        ) from stuck


def own_type(nested: str) -> str:
    """The type itself: a URN's type starts with those of the parents."""
    return nested.rsplit("$", 1)[-1]


def _generated(resource: str, name: Any) -> bool:
    """Whether a name is one that ``check`` gave."""
    return bool(re.fullmatch(rf"{re.escape(resource)}-[0-9a-f]{{7}}", str(name)))


def _secrets(*properties: Mapping[str, PropertyValue]) -> frozenset[str]:
    keys = frozenset[str]().union(*map(secret_keys, properties))
    return keys | {"tagsAll"} if "tags" in keys else keys
