"""Serves a stand-in to the engine, over the SDK's own gRPC side of a provider."""

import logging
import traceback
from typing import Any, cast

import grpc
import grpc.aio
from google.protobuf import empty_pb2
from pulumi.provider import Provider
from pulumi.provider.experimental import provider as p
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.provider.server import ProviderServicer as ComponentServicer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from rehearsal.providers.framework import OLD_INPUTS, PEER, StandIn, Unfinished
from rehearsal.providers.unread import unread

LOG = logging.getLogger(__name__)
"""Takes a line for each request: what was asked, about which resource. Never a value."""


class _Servicer(ProviderServicer):
    """The SDK's servicer, and what it lacks: ``Attach``, and the old inputs."""

    async def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802 - gRPC's name
        del context
        self._engine_address = request.address
        return empty_pb2.Empty()

    async def Check(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """The SDK's own, without reading what nobody looks at."""
        del context
        old, new = unread(request.olds), unread(request.news)
        told = await self._provider.check(p.CheckRequest(request.urn, old, new, request.randomSeed))
        return provider_pb2.CheckResponse(
            inputs=PropertyValue.marshal_map(told.inputs or {}),
            failures=[
                provider_pb2.CheckFailure(property=each.property, reason=each.reason)
                for each in told.failures or ()
            ],
        )

    async def Diff(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """The SDK's own, with the old inputs: the very same where nothing else is declared now."""
        del context
        old = unread(request.old_inputs)
        OLD_INPUTS.set(old)
        new = old if request.news == request.old_inputs else unread(request.news)
        asked = p.DiffRequest(
            request.urn, request.id, unread(request.olds), new, list(request.ignoreChanges)
        )
        return _diff_response(await self._provider.diff(asked))

    async def DiffConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """The SDK's own writes "there are changes" as the number that stands for none."""
        del context
        old, new = map(PropertyValue.unmarshal_map, (request.olds, request.news))
        asked = p.DiffRequest(request.urn, request.id, old, new, list(request.ignoreChanges))
        return _diff_response(await self._provider.diff_config(asked))

    async def Update(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        OLD_INPUTS.set(PropertyValue.unmarshal_map(request.old_inputs))
        return await cast("Any", super()).Update(request, context)


class _Components(ComponentServicer):
    """The SDK's servicer for providers of components alone, and what it lacks."""

    async def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802 - gRPC's name
        del context
        self.engine_address = request.address
        return empty_pb2.Empty()


class _PerRequest(grpc.aio.ServerInterceptor):
    """Lets a provider know which connection it answers; logs, and tells errors in one line."""

    async def intercept_service(self, continuation: Any, handler_call_details: Any) -> Any:
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler
        method = handler_call_details.method.rpartition("/")[2]

        async def answer(request: Any, context: Any) -> Any:
            PEER.set(context.peer())
            LOG.info("%s %s", method, getattr(request, "urn", ""))
            try:
                return await handler.unary_unary(request, context)
            except NotImplementedError:
                # gRPC's own way to say that a provider has no such method.
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, the engine has to hear it
                traceback.print_exc()
                cause = _cause(error)
                await context.abort(grpc.StatusCode.UNKNOWN, _one_line(cause), _details(cause))

        return grpc.unary_unary_rpc_method_handler(
            answer, handler.request_deserializer, handler.response_serializer
        )


def _diff_response(told: p.DiffResponse) -> provider_pb2.DiffResponse:
    some = provider_pb2.DiffResponse.DIFF_SOME
    none = provider_pb2.DiffResponse.DIFF_NONE
    unknown = provider_pb2.DiffResponse.DIFF_UNKNOWN
    return provider_pb2.DiffResponse(
        changes={True: some, False: none}.get(cast("bool", told.changes), unknown),
        replaces=told.replaces,
        stables=told.stables,
        deleteBeforeReplace=bool(told.delete_before_replace),
        diffs=told.diffs,
        detailedDiff={
            path: provider_pb2.PropertyDiff(
                kind=provider_pb2.PropertyDiff.Kind.Value(each.kind.name),
                inputDiff=each.input_diff,
            )
            for path, each in told.detailed_diff.items()
        },
        hasDetailedDiff=bool(told.detailed_diff),
    )


def _cause(error: Exception) -> BaseException:
    # The SDK wraps every error in a plain one that has the stack trace for a text.
    return error.__context__ if type(error) is Exception and error.__context__ else error


def _one_line(cause: BaseException) -> str:
    text = " ".join(str(cause).split())
    # A lone word, such as a KeyError's, says nothing without the error's kind.
    return text if " " in text else f"{type(cause).__name__}: {text}"


def _details(cause: BaseException) -> tuple[tuple[str, bytes], ...]:
    """Tells the engine of a resource that is there and not ready, so that it is written down."""
    if not isinstance(cause, Unfinished):
        return ()
    code: Any = grpc.StatusCode.UNKNOWN.value
    status = status_pb2.Status(code=code[0], message=_one_line(cause))
    status.details.add().Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=cause.resource_id,
            properties=PropertyValue.marshal_map(dict(cause.properties)),
            reasons=[_one_line(cause)],
        )
    )
    return (("grpc-status-details-bin", status.SerializeToString()),)


async def serve(stand_in: StandIn[Any] | Provider) -> tuple[grpc.aio.Server, int]:
    """Starts a stand-in on a free port of 127.0.0.1 and returns the server and its port."""
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.aio.server(interceptors=[_PerRequest()], options=unlimited)
    servicer = (
        _Components(stand_in, [], "")
        if isinstance(stand_in, Provider)
        else _Servicer([], stand_in.version, stand_in, engine_address="")
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    return server, port
