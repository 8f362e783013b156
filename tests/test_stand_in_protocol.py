"""A stand-in as the engine meets it: over gRPC, with a table of one type on a server of dicts."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import grpc
import grpc.aio
import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import plugin_pb2, provider_pb2, status_pb2
from pulumi.runtime.rpc import UNKNOWN

from tests.stand_in_engine import (
    TOKEN,
    Board,
    Engine,
    Plain,
    plain,
    secret,
    secrets,
    serving,
    struct,
    talk,
    urn,
)


async def _refused(call: Awaitable[Any]) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await call
    assert error.value.code() is grpc.StatusCode.UNKNOWN
    return str(error.value.details())


def test_an_engine_attaches_and_configures() -> None:
    async def tell(engine: Engine) -> None:
        await engine.stub.Attach(plugin_pb2.PluginAttach(address="127.0.0.1:1"))
        checked = await engine.stub.CheckConfig(
            provider_pb2.CheckRequest(urn=urn(), news=struct({"region": "here"}))
        )
        answer = await engine.configure(region="here")

        assert plain(checked.inputs) == {"region": "here"}
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
            return plain((await engine.check(news, olds)).inputs)["name"]

        assert await name({}) == "memo-0123456"
        assert await name({}, {"name": "memo-7654321"}) == "memo-7654321"
        assert await name({"name": "mine"}, {"name": "memo-7654321"}) == "mine"
        # With the official provider too, what the program named before gets a new name.
        assert await name({}, {"name": "mine"}) == "memo-0123456"

    talk(Board(), tell)


def test_check_keeps_secrets_secret() -> None:
    async def tell(engine: Engine) -> None:
        checked = await engine.check({"text": secret("pin"), "colour": "red"})

        assert secrets(checked.inputs) == {"text"}

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
        async with serving(connect) as port:
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
        assert plain(made.properties) == {"name": "n", "text": UNKNOWN, "pin": "1234"}
        assert secrets(made.properties) == {"pin"}
        assert plain(changed.properties) == {"name": "n", "text": UNKNOWN, "length": 3}

    asyncio.run(run())


def test_a_resource_is_made_with_what_the_server_computes_and_secrets_stay_so() -> None:
    board = Board()

    async def tell(engine: Engine) -> None:
        made = await engine.create(
            {"name": "n", "text": secret("pin"), "tags": PropertyValue({"owner": secret("me")})}
        )

        assert made.id == "n"
        assert plain(made.properties) == {
            "name": "n",
            "text": "pin",
            "tags": {"owner": "me"},
            "length": 3,
            "region": "here",
        }
        assert secrets(made.properties) == {"text", "tags"}

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
        assert plain(live.inputs) == {"name": "n", "text": "by hand", "tags": {"new": "1"}}
        assert secrets(live.inputs) == secrets(live.properties) == {"text"}
        assert plain(live.properties)["length"] == 7
        assert plain(live.properties)["kept"] is True
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
        assert plain(changed.properties) == {
            "name": "memo",
            "text": "bb",
            "length": 2,
            "region": "here",
        }
        assert secrets(changed.properties) == {"text"}

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
        async with serving(lambda configuration: boards[configuration["region"]]) as port:
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
        async with serving(lambda configuration: boards[configuration["region"]]) as port:
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


def test_what_is_there_and_not_ready_is_told_so_that_it_is_written_down() -> None:
    async def tell(engine: Engine) -> None:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await engine.create({"name": "memo", "text": "wet"})
        told = dict(error.value.trailing_metadata() or ())["grpc-status-details-bin"]
        status = status_pb2.Status.FromString(told if isinstance(told, bytes) else told.encode())
        detail = provider_pb2.ErrorResourceInitFailed()
        assert status.details[0].Unpack(detail)

        assert error.value.details() == status.message == "the ink is wet"
        assert (detail.id, list(detail.reasons)) == ("memo", ["the ink is wet"])
        assert plain(detail.properties) == {"name": "memo", "text": "wet"}

    talk(Board(), tell)


def test_a_provider_that_compares_no_configuration_leaves_it_to_the_engine() -> None:
    async def tell(engine: Engine) -> None:
        old, new = struct({"region": "here"}), struct({"region": "there"})
        answer = await engine.stub.DiffConfig(provider_pb2.DiffRequest(olds=old, news=new))

        assert answer.changes == provider_pb2.DiffResponse.DIFF_UNKNOWN

    talk(Board(), tell)
