"""The engine's end of the wire, and a stand-in with one type, whose server is a dict."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc.aio
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from rehearsal.providers.framework import StandIn, Unfinished
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.serving import serve
from rehearsal.providers.values import from_plain, secret_keys, to_plain

Plain = dict[str, Any]

TOKEN = "aws:notes/note:Note"  # noqa: S105 - Pulumi's word for a type
SEED = bytes.fromhex("0123456789abcdef")


@dataclass
class Board:
    """A server: notes by id, in one region. What ``drops`` names it takes and forgets."""

    region: str = "here"
    notes: dict[str, Plain] = field(default_factory=dict[str, Plain])
    drops: str = ""
    calls: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, kw_only=True)
class Note(ResourceType[Board]):
    """A note on a board, known by its name."""

    type: str = TOKEN
    replaces: tuple[str, ...] = ("name", "frame.size")
    autoname: str = "name"

    def create(self, client: Board, inputs: Plain) -> str:
        if inputs["name"] in client.notes:
            raise ValueError(f"there is a note\n   called {inputs['name']}")
        if inputs.get("text") == "wet":
            raise Unfinished("the ink is\n   wet", inputs["name"], from_plain(inputs, frozenset()))
        client.calls.append("create")
        client.notes[inputs["name"]] = {k: v for k, v in inputs.items() if k != client.drops}
        return str(inputs["name"])

    def finish(self, client: Board, resource_id: str, inputs: Plain) -> None:
        del client, resource_id
        if inputs.get("text") == "unfinished":
            raise RuntimeError("the ink is out")

    def read(self, client: Board, resource_id: str, inputs: Plain, state: Plain) -> Plain | None:
        del inputs, state
        found = client.notes.get(resource_id)
        return found and {**found, "region": client.region, "length": len(found.get("text", ""))}

    def update(self, client: Board, resource_id: str, state: Plain, old: Plain, new: Plain) -> None:
        client.calls.append(f"update of {state['length']:.0f} from {sorted(old)} to {sorted(new)}")
        client.notes[resource_id] = new

    def delete(self, client: Board, resource_id: str, state: Plain) -> None:
        del state
        client.calls.append("delete")
        client.notes.pop(resource_id, None)


class Engine:
    """The engine's end of one connection."""

    def __init__(self, port: int) -> None:
        # Channels to one address would share a connection otherwise, which the engine's don't.
        own = [("grpc.use_local_subchannel_pool", 1)]
        self.channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=own)
        self.stub: Any = provider_pb2_grpc.ResourceProviderStub(self.channel)

    async def configure(self, **arguments: Any) -> Any:
        request = provider_pb2.ConfigureRequest(args=struct(arguments), acceptSecrets=True)
        return await self.stub.Configure(request)

    async def check(self, news: Any, olds: Any = None, token: str = TOKEN) -> Any:
        request = provider_pb2.CheckRequest(
            urn=urn(token), olds=struct(olds), news=struct(news), randomSeed=SEED
        )
        return await self.stub.Check(request)

    async def diff(
        self, old: Plain, new: Plain, state: Plain | None = None, *, token: str = TOKEN
    ) -> Any:
        request = provider_pb2.DiffRequest(
            id="memo",
            urn=urn(token),
            olds=struct(state or {}),
            news=struct(new),
            old_inputs=struct(old),
        )
        return await self.stub.Diff(request)

    async def create(self, inputs: Any, *, preview: bool = False, token: str = TOKEN) -> Any:
        request = provider_pb2.CreateRequest(
            urn=urn(token), properties=struct(inputs), preview=preview
        )
        return await self.stub.Create(request)

    async def read(self, resource_id: str, inputs: Any, state: Any, *, token: str = TOKEN) -> Any:
        request = provider_pb2.ReadRequest(
            id=resource_id, urn=urn(token), properties=struct(state), inputs=struct(inputs)
        )
        return await self.stub.Read(request)

    async def update(
        self, old: Any, new: Any, state: Any, *, preview: bool = False, token: str = TOKEN
    ) -> Any:
        request = provider_pb2.UpdateRequest(
            id="memo",
            urn=urn(token),
            olds=struct(state),
            news=struct(new),
            old_inputs=struct(old),
            preview=preview,
        )
        return await self.stub.Update(request)

    async def delete(self, resource_id: str, state: Plain, *, token: str = TOKEN) -> None:
        request = provider_pb2.DeleteRequest(
            id=resource_id, urn=urn(token), properties=struct(state)
        )
        await self.stub.Delete(request)


def urn(token: str = TOKEN) -> str:
    return f"urn:pulumi:sandbox::corebank::corebank:components:Wall${token}::memo"


def struct(values: Plain | None) -> Any:
    plain, wrapped = values or {}, dict[str, PropertyValue]()
    for key, value in plain.items():
        given = isinstance(value, PropertyValue)
        wrapped |= {key: value} if given else from_plain({key: value}, frozenset())
    return PropertyValue.marshal_map(wrapped)


def plain(struct_: Any) -> Plain:
    return to_plain(PropertyValue.unmarshal_map(struct_))


def secrets(struct_: Any) -> frozenset[str]:
    return secret_keys(PropertyValue.unmarshal_map(struct_))


def secret(text: str) -> PropertyValue:
    return PropertyValue(text, is_secret=True)


@asynccontextmanager
async def serving(connect: Callable[[Plain], Board]) -> AsyncGenerator[int]:
    stand_in = StandIn("aws", [Note()], connect, inherited=("region",))
    server, port = await serve(stand_in)
    try:
        yield port
    finally:
        await server.stop(None)


def talk(board: Board, tell: Callable[[Engine], Awaitable[None]]) -> None:
    """Connects an engine with a stand-in for the board, configured for its region."""

    async def run() -> None:
        async with serving(lambda _: board) as port:
            engine = Engine(port)
            await engine.configure(region=board.region)
            await tell(engine)
            await engine.channel.close()

    asyncio.run(run())
