"""An engine that makes nothing: it runs a program to its end and remembers what was asked for.

Owns the run and the record. A test reads the record with plain asserts; it holds neither Outputs
nor mocks. What a provider would refuse, default or replace is out of reach here and needs the
real engine.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import mocks, reset_options, rpc, set_mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import run_pulumi_func

PROJECT = "corebank"
UNKNOWN = rpc.UNKNOWN
"""Stands in a preview's inputs for what is only known after an update."""

_ARN = "arn:aws:{service}:eu-west-1:111111111111:{name}"
COMPUTED: Mapping[str, Mapping[str, str | float]] = {
    "aws:cloudwatch/logGroup:LogGroup": {"arn": _ARN.replace("{service}", "logs")},
    "aws:glue/registry:Registry": {"arn": _ARN.replace("{service}", "glue")},
    "aws:kms/key:Key": {"arn": _ARN.replace("{service}", "kms")},
    "aws:msk/cluster:Cluster": {
        "arn": _ARN.replace("{service}", "kafka"),
        "bootstrapBrokersSaslIam": "b-1.{name}.example:9098",
    },
    "aws:msk/configuration:Configuration": {
        "arn": _ARN.replace("{service}", "kafka"),
        "latestRevision": 1,
    },
    "aws:msk/topic:Topic": {"arn": _ARN.replace("{service}", "kafka")},
}
"""Outputs that a provider would add to the inputs, by type; ``{name}`` is the resource's."""

# How a secret is marked on the wire (Pulumi, sdk/go/common/resource/sig).
_MARK, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark, not a secret
_UNRESOLVED = re.compile(r"\bNone\b|Output\[|object at 0x")


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A resource as the program declared it: what the engine was asked to register.

    Args:
        type: Its type token.
        name: Its logical name.
        urn: Its identity, as the real engine would form it.
        parent: The parent's URN.
        provider: The provider's URN; empty where none was named.
        custom: Whether a provider makes it, rather than a component of the program.
        protect: Whether it is protected from deletion.
        inputs: Properties in wire form: keys in camelCase, all numbers floats.
        secrets: Whether any input is marked as a secret.
        depends_on: URNs of all resources it waits for.
        aliases: How many other identities it claims.
        outputs: What a component registered; ``None`` where it registered nothing at all.
    """

    type: str
    name: str
    urn: str
    parent: str
    provider: str
    custom: bool
    protect: bool
    inputs: Mapping[str, Any]
    secrets: bool
    depends_on: tuple[str, ...]
    aliases: int
    outputs: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """All that one run of a program declared.

    Args:
        stack: The stack's URN.
        resources: Sorted by type and name: the order of arrival is not the program's.
        exports: The stack's outputs.
    """

    stack: str
    resources: tuple[Declared, ...]
    exports: Mapping[str, Any]

    def of(self, type_: str) -> list[Declared]:
        """The resources of a type."""
        return [resource for resource in self.resources if resource.type == type_]

    def one(self, type_: str, name: str | None = None) -> Declared:
        """The only resource of a type, or the one with this name."""
        (found,) = [r for r in self.of(type_) if name in (None, r.name)]
        return found

    def by_urn(self) -> dict[str, Declared]:
        """The resources by their identity."""
        return {resource.urn: resource for resource in self.resources}


def deploy(
    program: Callable[[], object], *, stack: str = "sandbox", preview: bool = False
) -> Deployment:
    """Runs a program until nothing is left to do, and returns what it declared.

    Each run has its own event loop and context, so that nothing is left for the next one.

    Args:
        program: Declares resources.
        stack: The stack's name.
        preview: Whether ids and computed outputs stay unknown, as in a preview.

    Raises:
        AssertionError: Two resources have one identity, or a text holds an output that was
            written into it before or without a value.
        LookupError: The program looked something up that exists outside it.
    """
    monitor = _Monitor(preview=preview)

    async def run() -> None:
        reset_options()
        set_mocks(
            monitor.mocks,
            project=PROJECT,
            stack=stack,
            preview=preview,
            monitor=monitor,
            logger=_silent(),
        )
        await run_pulumi_func(lambda: _run(program))

    asyncio.run(run())
    return monitor.deployment()


def _run(program: Callable[[], object]) -> None:
    program()
    root = pulumi.runtime.get_root_resource()
    if isinstance(root, pulumi.runtime.Stack):
        root.register_outputs(root.outputs)


def _silent() -> logging.Logger:
    """The SDK logs what it then raises."""
    logger = logging.Logger("engine")
    logger.addHandler(logging.NullHandler())
    return logger


class _Nothing(mocks.Mocks):
    """Wanted by the SDK's monitor; ours answers without."""

    def call(self, args: mocks.MockCallArgs) -> NoReturn:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> NoReturn:
        raise NotImplementedError(args.typ)


class _Monitor(mocks.MockMonitor):
    """Answers the SDK's requests and keeps them, raw."""

    def __init__(self, *, preview: bool) -> None:
        super().__init__(_Nothing())
        self._preview = preview
        self._requests: list[tuple[str, resource_pb2.RegisterResourceRequest]] = []
        self._outputs: dict[str, dict[str, Any]] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The identity, which holds the types of all parents but the stack's own."""
        stack = pulumi.get_stack()
        above = parent.split("::")[2] if parent else ""
        qualified = f"{above}${type_}" if above not in ("", "pulumi:pulumi:Stack") else type_
        return f"urn:pulumi:{stack}::{PROJECT}::{qualified}::{name}"

    def RegisterResource(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        urn = self.make_urn(request.parent, request.type, request.name)
        self._requests.append((urn, request))
        properties = struct_pb2.Struct()
        properties.CopyFrom(request.object)
        if self._preview or not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn, object=properties)
        for key, value in COMPUTED.get(request.type, {}).items():
            filled = value.format(name=request.name) if isinstance(value, str) else value
            properties.update({key: filled})
        return resource_pb2.RegisterResourceResponse(
            urn=urn, id=f"{request.name}-id", object=properties
        )

    def RegisterResourceOutputs(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        self._outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> NoReturn:  # noqa: N802 - gRPC's name
        raise LookupError(f"the program calls {request.tok}")

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> NoReturn:  # noqa: N802 - gRPC's name
        raise LookupError(f"the program reads {request.type} {request.name}")

    def deployment(self) -> Deployment:
        """What was asked for, once nothing more can come."""
        (stack,) = [urn for urn, request in self._requests if not request.parent and _is_stack(request)]
        requests = [(urn, request) for urn, request in self._requests if not _is_stack(request)]
        twins = [urn for urn, times in Counter(urn for urn, _ in requests).items() if times > 1]
        assert not twins, f"declared more than once: {', '.join(twins)}"
        resources = [self._declared(urn, request) for urn, request in requests]
        for resource in resources:
            _refuse_unresolved(resource.urn, resource.inputs)
            _refuse_unresolved(resource.urn, resource.outputs)
        exports = self._outputs.get(stack, {})
        _refuse_unresolved("the stack's exports", exports)
        return Deployment(
            stack=stack,
            resources=tuple(sorted(resources, key=lambda r: (r.type, r.name))),
            exports=exports,
        )

    def _declared(self, urn: str, request: resource_pb2.RegisterResourceRequest) -> Declared:
        wire = json_format.MessageToDict(request.object)
        return Declared(
            type=request.type,
            name=request.name,
            urn=urn,
            parent=request.parent,
            provider=request.provider.rpartition("::")[0],
            custom=request.custom,
            protect=request.protect,
            inputs=_revealed(wire),
            secrets=_SECRET in str(wire),
            depends_on=tuple(request.dependencies),
            aliases=len(request.aliases) + len(request.aliasURNs),
            outputs=self._outputs.get(urn),
        )


def _is_stack(request: resource_pb2.RegisterResourceRequest) -> bool:
    return request.type == "pulumi:pulumi:Stack"


def _revealed(value: Any) -> Any:
    """The value without the marks of secrets."""
    if isinstance(value, Mapping):
        ...


def _refuse_unresolved(where: str, value: object) -> None:
    for text in _texts(value):
        assert not _UNRESOLVED.search(text), f"{where}: an output without a value in {text!r}"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)
