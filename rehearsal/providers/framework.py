"""What every stand-in is: a Pulumi provider whose resource types are a table.

Owns the provider protocol: which changes replace, what a preview may promise, what refresh finds,
and telling apart the provider resources that share one port. What a type does to its server is
the table's business (``aws``, ``vault``).
"""

import asyncio
import traceback
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from importlib.metadata import version
from typing import Any, Generic, Protocol, TypeVar

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.provider.experimental import provider as p
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from rehearsal.providers.values import Plain, differences, from_plain, secret_keys, to_plain

Client = TypeVar("Client")
ClientIn = TypeVar("ClientIn", contravariant=True)

Endpoints = Callable[[], Mapping[str, Mapping[str, str]]]
"""Tells the local servers' addresses, by server; asked when a server is first needed."""

_peer: ContextVar[str] = ContextVar("peer")
"""The connection a request came in on: the engine opens one for each provider resource."""


class ResourceType(Protocol[ClientIn]):
    """One row of a stand-in's table."""

    token: str
    replaces: Collection[str]
    """Properties whose change makes a new resource, as with the official provider."""
    delete_first: bool
    """Whether a replacement deletes the old one first, because two can't share a name."""
    autoname: str
    """The property that gets a generated name when the program gives none; empty for none."""
    recorded: str
    """Why this type is only written down, in words; empty where a real API makes it."""

    def create(self, client: ClientIn, inputs: Plain) -> str:
        """Makes the resource and returns its id."""
        ...

    def read(self, client: ClientIn, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        """Returns the live properties, or ``None`` where the resource is gone."""
        ...

    def update(self, client: ClientIn, resource_id: str, old: Plain, new: Plain) -> None:
        """Changes the resource in place."""
        ...

    def delete(self, client: ClientIn, resource_id: str, state: Plain) -> None:
        """Takes the resource away; one that is already gone is no error."""
        ...


class StandIn(p.Provider, Generic[Client]):
    """A provider that answers for ``package`` with the rows of ``types``.

    Args:
        package: The package it stands in for, such as ``aws``.
        types: The rows.
        connect: Makes the client for one provider resource from that resource's configuration.
            Called at the first request that needs a server, never in a preview.
    """

    def __init__(
        self,
        package: str,
        types: Sequence[ResourceType[Client]],
        connect: Callable[[Plain], Client],
    ) -> None:
        self.package = package
        self.types: Mapping[str, ResourceType[Client]] = {row.token: row for row in types}
        self._connect = connect
        self._configuration: dict[str, Plain] = {}
        self._clients: dict[str, Client] = {}

    @property
    def version(self) -> str:
        """The version of the SDK it answers for."""
        return version(f"pulumi-{self.package}")

    async def configure(self, request: p.ConfigureRequest) -> p.ConfigureResponse:
        self._configuration[_peer.get()] = to_plain(request.args)
        self._clients.pop(_peer.get(), None)
        return p.ConfigureResponse(
            accept_secrets=True, supports_preview=True, accept_resources=True, accept_outputs=True
        )

    async def check(self, request: p.CheckRequest) -> p.CheckResponse:
        row = self.types.get(_token(request.type))
        if row is None:
            reason = (
                f"the rehearsal has no stand-in for {_token(request.type)}; "
                f"add a row to rehearsal/providers/{self.package}"
            )
            return p.CheckResponse(
                inputs=request.new_inputs, failures=[p.CheckFailure("", reason)]
            )
        inputs = to_plain(request.new_inputs)
        if row.autoname and row.autoname not in inputs:
            former = to_plain(request.old_inputs).get(row.autoname)
            inputs[row.autoname] = former or f"{request.name}-{request.random_seed.hex()[:7]}"
        return p.CheckResponse(inputs=from_plain(inputs, secret_keys(request.new_inputs)))

    async def diff(self, request: p.DiffRequest) -> p.DiffResponse:
        row = self.types[_token(request.type)]
        detailed: dict[str, p.PropertyDiff] = {}
        replaces: set[str] = set()
        # Servicer.Diff puts the old inputs where the SDK expects the old state.
        for path, old, new in differences(to_plain(request.old_state), to_plain(request.new_inputs)):
            key = path.split(".", 1)[0].split("[", 1)[0]
            change = "ADD" if old is None else "DELETE" if new is None else "UPDATE"
            if key in row.replaces:
                replaces.add(key)
                change += "_REPLACE"
            detailed[path] = p.PropertyDiff(p.PropertyDiffKind[change], input_diff=True)
        return p.DiffResponse(
            changes=bool(detailed),
            replaces=sorted(replaces),
            delete_before_replace=row.delete_first,
            detailed_diff=detailed,
        )

    async def create(self, request: p.CreateRequest) -> p.CreateResponse:
        if request.preview:
            return p.CreateResponse(resource_id="", properties=request.properties)
        inputs, secrets = to_plain(request.properties), secret_keys(request.properties)
        row, client = self.types[_token(request.type)], self._client()

        def work() -> tuple[str, Plain]:
            resource_id = row.create(client, inputs)
            return resource_id, self._live(row, client, resource_id, inputs, {})

        resource_id, state = await asyncio.to_thread(work)
        return p.CreateResponse(resource_id=resource_id, properties=from_plain(state, secrets))

    async def read(self, request: p.ReadRequest) -> p.ReadResponse:
        row, client = self.types[_token(request.type)], self._client()
        inputs, state = to_plain(request.inputs), to_plain(request.properties)
        secrets = secret_keys(request.inputs) | secret_keys(request.properties)
        live = await asyncio.to_thread(row.read, client, request.resource_id, inputs, state)
        if live is None:
            return p.ReadResponse(resource_id="")
        return p.ReadResponse(
            resource_id=request.resource_id,
            properties=from_plain({**state, **live}, secrets),
            inputs=from_plain({key: live.get(key) for key in inputs}, secrets),
        )

    async def update(self, request: p.UpdateRequest) -> p.UpdateResponse:
        state, inputs = to_plain(request.olds), to_plain(request.news)
        secrets = secret_keys(request.news) | secret_keys(request.olds)
        if request.preview:
            return p.UpdateResponse(properties=from_plain({**state, **inputs}, secrets))
        row, client = self.types[_token(request.type)], self._client()

        def work() -> Plain:
            row.update(client, request.resource_id, state, inputs)
            return self._live(row, client, request.resource_id, inputs, state)

        return p.UpdateResponse(properties=from_plain(await asyncio.to_thread(work), secrets))

    async def delete(self, request: p.DeleteRequest) -> None:
        row, client = self.types[_token(request.type)], self._client()
        state = to_plain(request.properties)
        await asyncio.to_thread(row.delete, client, request.resource_id, state)

    def _client(self) -> Client:
        peer = _peer.get()
        if peer not in self._clients:
            self._clients[peer] = self._connect(self._configuration[peer])
        return self._clients[peer]

    @staticmethod
    def _live(
        row: ResourceType[Client], client: Client, resource_id: str, inputs: Plain, state: Plain
    ) -> Plain:
        live = row.read(client, resource_id, inputs, state)
        if live is None:
            raise RuntimeError(f"{row.token} {resource_id} was made and is not to be found")
        return {**inputs, **live}


def _token(nested: str) -> str:
    """The type itself: a URN's type starts with those of the parents."""
    return nested.rsplit("$", 1)[-1]


class _Servicer(ProviderServicer):
    """The SDK's gRPC side, and the two things it lacks for an attached provider."""

    async def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802 - gRPC's name
        self._engine_address = request.address
        return empty_pb2.Empty()

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        # Inputs compare with inputs; the SDK passes on the old state only.
        request.olds.CopyFrom(request.old_inputs)
        return await super().Diff(request, context)


class _PerRequest(grpc.aio.ServerInterceptor):
    """Lets a provider know which connection it answers, and tells its errors in one line."""

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler

        async def remember(request: Any, context: Any) -> Any:
            _peer.set(context.peer())
            try:
                return await handler.unary_unary(request, context)
            except NotImplementedError:
                raise
            except Exception as error:
                traceback.print_exc()
                # The SDK has raised its own, with a stack trace for a text, from the real one.
                await context.abort(grpc.StatusCode.UNKNOWN, str(error.__context__ or error))

        return grpc.unary_unary_rpc_method_handler(
            remember, handler.request_deserializer, handler.response_serializer
        )


async def serve(stand_in: StandIn[Any]) -> tuple[grpc.aio.Server, int]:
    """Starts a stand-in on a free port of 127.0.0.1 and returns the server and its port."""
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.aio.server(interceptors=[_PerRequest()], options=unlimited)
    servicer = _Servicer([], stand_in.version, stand_in, engine_address="")
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port
