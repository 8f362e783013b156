"""A stand-in as the engine meets it: over gRPC, with a table of one type on a server of dicts."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
import grpc.aio
import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc
from pulumi.runtime.rpc import UNKNOWN

from rehearsal.providers.framework import StandIn
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
        request = provider_pb2.ConfigureRequest(args=_struct(arguments), acceptSecrets=True)
        return await self.stub.Configure(request)

    async def check(self, news: Any, olds: Any = None, token: str = TOKEN) -> Any:
        request = provider_pb2.CheckRequest(
            urn=_urn(token), olds=_struct(olds), news=_struct(news), randomSeed=SEED
        )
        return await self.stub.Check(request)

    async def diff(self, old: Plain, new: Plain, state: Plain | None = None) -> Any:
        request = provider_pb2.DiffRequest(
            id="memo",
            urn=_urn(),
            olds=_struct(state or {}),
            news=_struct(new),
            old_inputs=_struct(old),
        )
        return await self.stub.Diff(request)

    async def create(self, inputs: Any, *, preview: bool = False, token: str = TOKEN) -> Any:
        request = provider_pb2.CreateRequest(
            urn=_urn(token), properties=_struct(inputs), preview=preview
        )
        return await self.stub.Create(request)

    async def read(self, resource_id: str, inputs: Any, state: Any) -> Any:
        request = provider_pb2.ReadRequest(
            id=resource_id, urn=_urn(), properties=_struct(state), inputs=_struct(inputs)
        )
        return await self.stub.Read(request)

    async def update(self, old: Any, new: Any, state: Any, *, preview: bool = False) -> Any:
        request = provider_pb2.UpdateRequest(
            id="memo",
            urn=_urn(),
            olds=_struct(state),
            news=_struct(new),
            old_inputs=_struct(old),
            preview=preview,
        )
        return await self.stub.Update(request)

    async def delete(self, resource_id: str, state: Plain) -> None:
        request = provider_pb2.DeleteRequest(id=resource_id, urn=_urn(), properties=_struct(state))
        await self.stub.Delete(request)


def _urn(token: str = TOKEN) -> str:
    return f"urn:pulumi:sandbox::corebank::corebank:components:Wall${token}::memo"


def _struct(values: Plain | None) -> Any:
    plain, wrapped = values or {}, dict[str, PropertyValue]()
    for key, value in plain.items():
        given = isinstance(value, PropertyValue)
        wrapped |= {key: value} if given else from_plain({key: value}, frozenset())
    return PropertyValue.marshal_map(wrapped)


def _plain(struct: Any) -> Plain:
    return to_plain(PropertyValue.unmarshal_map(struct))


def _secrets(struct: Any) -> frozenset[str]:
    return secret_keys(PropertyValue.unmarshal_map(struct))


def secret(text: str) -> PropertyValue:
    return PropertyValue(text, is_secret=True)


@asynccontextmanager
async def _serving(connect: Callable[[Plain], Board]) -> AsyncGenerator[int]:
    stand_in = StandIn("aws", [Note()], connect, inherited=("region",))
    server, port = await serve(stand_in)
    try:
        yield port
    finally:
        await server.stop(None)


def talk(board: Board, tell: Callable[[Engine], Awaitable[None]]) -> None:
    """Connects an engine with a stand-in for the board, configured for its region."""

    async def run() -> None:
        async with _serving(lambda _: board) as port:
            engine = Engine(port)
            await engine.configure(region=board.region)
            await tell(engine)
            await engine.channel.close()

    asyncio.run(run())


async def _refused(call: Awaitable[Any]) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    assert error.value.code() is grpc.StatusCode.UNKNOWN
    return str(error.value.details())


def test_an_engine_attaches_and_configures() -> None:
    async def tell(engine: Engine) -> None:
        await engine.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
        checked = await engine.stub.CheckConfig(
            provider_pb2.CheckRequest(urn=_urn(), news=_struct({"region": "here"}))
        )
        answer = await engine.configure(region="here")

        assert _plain(checked.inputs) == {"region": "here"}
        assert answer.acceptSecrets
        assert answer.supportsPreview

    talk(Board(), tell)


def test_a_type_without_a_row_is_refused_with_what_to_do() -> None:
    reason = "the rehearsal has no stand-in for aws:s3/bucket:Bucket; add a row to "

    async def tell(engine: Engine) -> None:
        checked = await engine.check({}, token="aws:s3/bucket:Bucket")  # noqa: S106 - a type
        made = await _refused(engine.create({}, token="aws:s3/bucket:Bucket"))  # noqa: S106 - a type

        assert [f.reason for f in checked.failures] == [f"{reason}rehearsal/providers/aws"]
        assert made == f"{reason}rehearsal/providers/aws"

    talk(Board(), tell)


def test_a_name_is_generated_and_kept_and_given_up_for_the_programs() -> None:
    async def tell(engine: Engine) -> None:
        async def name(news: Plain, olds: Plain | None = None) -> Any:
            return _plain((await engine.check(news, olds)).inputs)["name"]

        assert await name({}) == "memo-0123456"
        assert await name({}, {"name": "memo-7654321"}) == "memo-7654321"
        assert await name({"name": "mine"}, {"name": "memo-7654321"}) == "mine"
        # With the official provider too, what the program named before gets a new name.
        assert await name({}, {"name": "mine"}) == "memo-0123456"

    talk(Board(), tell)


def test_check_keeps_secrets_secret() -> None:
    async def tell(engine: Engine) -> None:
        checked = await engine.check({"text": secret("pin"), "colour": "red"})

        assert _secrets(checked.inputs) == {"text"}

    talk(Board(), tell)


def test_a_diff_compares_what_was_declared_with_what_is() -> None:
    async def tell(engine: Engine) -> None:
        old = {"name": "memo-0123456", "text": "a", "tags": {"owner": "cards"}}
        computed = {**old, "length": 1, "region": "here"}
        nothing = await engine.diff(old, old, computed)
        changed = await engine.diff(
            old,
            {"name": "memo-0123456", "text": "b", "tags": {"owner": "cards", "x": "y"}},
            computed,
        )

        assert nothing.changes == provider_pb2.DiffResponse.DIFF_NONE
        assert changed.changes == provider_pb2.DiffResponse.DIFF_SOME
        assert list(changed.replaces) == []
        assert {path: diff.kind for path, diff in changed.detailedDiff.items()} == {
            "text": provider_pb2.PropertyDiff.UPDATE,
            "tags.x": provider_pb2.PropertyDiff.ADD,
        }

    talk(Board(), tell)


def test_a_diff_says_what_replaces() -> None:
    async def tell(engine: Engine) -> None:
        old = {"name": "memo-0123456", "frame": {"size": 1, "wood": "oak"}}
        inner = await engine.diff(old, {**old, "frame": {"size": 2, "wood": "oak"}})
        beside = await engine.diff(old, {**old, "frame": {"size": 1, "wood": "ash"}})
        whole = await engine.diff(old, {"name": "memo-0123456"})
        unknown = await engine.diff(old, {**old, "frame": {"size": UNKNOWN, "wood": "oak"}})

        assert list(inner.replaces) == list(whole.replaces) == list(unknown.replaces) == ["frame"]
        assert inner.detailedDiff["frame.size"].kind == provider_pb2.PropertyDiff.UPDATE_REPLACE
        assert list(beside.replaces) == []

    talk(Board(), tell)


def test_a_replacement_that_keeps_the_programs_name_deletes_first() -> None:
    async def tell(engine: Engine) -> None:
        async def first(old: str, new: str) -> bool:
            frames = {"frame": {"size": 1}}, {"frame": {"size": 2}}
            answer = await engine.diff({"name": old, **frames[0]}, {"name": new, **frames[1]})
            return answer.deleteBeforeReplace

        assert await first("mine", "mine")
        assert not await first("mine", "yours")
        assert not await first("memo-0123456", "memo-0123456")

    talk(Board(), tell)


def test_another_region_makes_a_new_resource_and_the_same_one_named_does_not() -> None:
    async def tell(engine: Engine) -> None:
        old, state = {"name": "n"}, {"name": "n", "region": "here"}
        named = await engine.diff(old, {"name": "n", "region": "here"}, state)
        moved = await engine.diff(old, {"name": "n", "region": "there"}, state)
        await engine.configure(region="there")
        provider_moved = await engine.diff(old, old, state)

        assert named.changes == provider_pb2.DiffResponse.DIFF_NONE
        assert list(moved.replaces) == list(provider_moved.replaces) == ["region"]

    talk(Board(), tell)


def test_a_preview_asks_no_server() -> None:
    def connect(_: Plain) -> Board:
        raise AssertionError("a preview has asked for a server")

    async def run() -> None:
        async with _serving(connect) as port:
            engine = Engine(port)
            await engine.configure(region=UNKNOWN)
            inputs = {"name": "n", "text": UNKNOWN, "pin": secret("1234")}
            made = await engine.create(inputs, preview=True)
            changed = await engine.update(
                {"name": "n", "gone": "x"},
                {"name": "n", "text": UNKNOWN},
                {"name": "n", "gone": "x", "length": 3},
                preview=True,
            )
            await engine.channel.close()

        assert made.id == ""
        assert _plain(made.properties) == {"name": "n", "text": UNKNOWN, "pin": "1234"}
        assert _secrets(made.properties) == {"pin"}
        assert _plain(changed.properties) == {"name": "n", "text": UNKNOWN, "length": 3}

    asyncio.run(run())


def test_a_resource_is_made_with_what_the_server_computes_and_secrets_stay_so() -> None:
    board = Board()

    async def tell(engine: Engine) -> None:
        made = await engine.create(
            {"name": "n", "text": secret("pin"), "tags": PropertyValue({"owner": secret("me")})}
        )

        assert made.id == "n"
        assert _plain(made.properties) == {
            "name": "n",
            "text": "pin",
            "tags": {"owner": "me"},
            "length": 3,
            "region": "here",
        }
        assert _secrets(made.properties) == {"text", "tags"}

    talk(board, tell)
    assert board.notes == {"n": {"name": "n", "text": "pin", "tags": {"owner": "me"}}}


def test_what_is_half_made_is_taken_away() -> None:
    board = Board()

    async def tell(engine: Engine) -> None:
        told = await _refused(engine.create({"name": "n", "text": "unfinished"}))
        assert told == "the ink is out"

    talk(board, tell)
    assert board.calls == ["create", "delete"]
    assert board.notes == {}


def test_what_the_server_drops_is_an_error_and_nothing_is_left() -> None:
    board = Board(drops="colour")

    async def tell(engine: Engine) -> None:
        told = await _refused(engine.create({"name": "n", "colour": "red"}))
        assert told == f"the server did not take colour of {TOKEN} as given"

    talk(board, tell)
    assert board.notes == {}


def test_a_refresh_tells_what_is_live_and_what_is_gone() -> None:
    board = Board(notes={"n": {"name": "n", "text": "by hand", "tags": {"new": "1"}}})

    async def tell(engine: Engine) -> None:
        inputs = {"name": "n", "text": secret("a"), "colour": "red"}
        live = await engine.read("n", inputs, {**inputs, "length": 1, "kept": True})
        gone = await engine.read("other", inputs, inputs)

        # A tag that nobody declared is to be seen; a property that is no more, too.
        assert _plain(live.inputs) == {"name": "n", "text": "by hand", "tags": {"new": "1"}}
        assert _secrets(live.inputs) == _secrets(live.properties) == {"text"}
        assert _plain(live.properties)["length"] == 7
        assert _plain(live.properties)["kept"] is True
        assert gone.id == ""

    talk(board, tell)


def test_an_import_is_refused() -> None:
    async def tell(engine: Engine) -> None:
        assert await _refused(engine.read("n", {}, {})) == (
            f"the rehearsal can't import {TOKEN} n: its servers hold only what the program has "
            "made in them"
        )

    talk(Board(notes={"n": {"name": "n"}}), tell)


def test_an_update_knows_what_was_declared_and_what_is_known() -> None:
    board = Board(notes={"memo": {"name": "memo", "text": "a", "colour": "red"}})

    async def tell(engine: Engine) -> None:
        old = {"name": "memo", "text": "a", "colour": "red"}
        new = {"name": "memo", "text": secret("bb")}
        changed = await engine.update(old, new, {**old, "length": 1, "region": "here"})

        # Nothing is left of a property that is declared no more.
        assert _plain(changed.properties) == {
            "name": "memo",
            "text": "bb",
            "length": 2,
            "region": "here",
        }
        assert _secrets(changed.properties) == {"text"}

    talk(board, tell)
    assert board.calls == ["update of 1 from ['colour', 'name', 'text'] to ['name', 'text']"]


def test_a_resource_is_deleted() -> None:
    board = Board(notes={"n": {"name": "n"}})

    async def tell(engine: Engine) -> None:
        await engine.delete("n", {"name": "n"})
        await engine.delete("n", {"name": "n"})

    talk(board, tell)
    assert board.notes == {}


def test_each_connection_has_its_own_configuration() -> None:
    boards = {"here": Board("here"), "there": Board("there")}

    async def run() -> None:
        async with _serving(lambda configuration: boards[configuration["region"]]) as port:
            one, other = Engine(port), Engine(port)
            await one.configure(region="here")
            await other.configure(region="there")
            await asyncio.gather(one.create({"name": "a"}), other.create({"name": "b"}))
            await one.channel.close()
            await other.channel.close()

    asyncio.run(run())
    assert list(boards["here"].notes) == ["a"]
    assert list(boards["there"].notes) == ["b"]


def test_a_connection_configured_anew_gets_a_new_client() -> None:
    boards = {"here": Board("here"), "there": Board("there")}

    async def run() -> None:
        async with _serving(lambda configuration: boards[configuration["region"]]) as port:
            engine = Engine(port)
            await engine.configure(region="here")
            await engine.create({"name": "a"})
            await engine.configure(region="there")
            await engine.create({"name": "b"})
            await engine.channel.close()

    asyncio.run(run())
    assert list(boards["there"].notes) == ["b"]


def test_an_error_is_told_in_one_line() -> None:
    async def tell(engine: Engine) -> None:
        assert await _refused(engine.create({"name": "n"})) == "there is a note called n"
        # A lone word would not say what is wrong.
        assert await _refused(engine.create({"text": "a"})) == "KeyError: 'name'"

    talk(Board(notes={"n": {}}), tell)


def test_a_function_is_refused_by_its_name() -> None:
    async def tell(engine: Engine) -> None:
        request = provider_pb2.InvokeRequest(tok="aws:index/getRegion:getRegion")
        assert await _refused(engine.stub.Invoke(request)) == (
            "the rehearsal has no stand-in for the function aws:index/getRegion:getRegion; pass in "
            "as a setting what it looks up"
        )

    talk(Board(), tell)
