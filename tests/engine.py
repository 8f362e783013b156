"""An engine that makes nothing: it runs a program to its end and remembers what was asked for.

Owns the run and the record. A test reads the record with plain asserts and meets neither Outputs
nor mocks. What a provider would refuse, default or replace is out of reach here and needs the
real engine.
"""

import asyncio
import gc
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, cast

import pulumi
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import mocks, reset_options, rpc, set_mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import Stack, run_pulumi_func

from pace import wait_for_requests_first

PROJECT = "corebank"
UNKNOWN = rpc.UNKNOWN
"""Stands in a preview's inputs for what is only known after an update."""
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the mark of a secret, not one
"""Stands in the inputs beside each secret (Pulumi, sdk/go/common/resource/sig)."""

_ARN = "arn:aws:{service}:eu-west-1:111111111111:{name}"
_COMPUTED: Mapping[str, Mapping[str, Any]] = {
    "eks:index:Cluster": {"kubeconfigJson": '{{"clusters": []}}'},
    "aws:backup/vault:Vault": {"arn": _ARN.replace("{service}", "backup")},
    "aws:cloudtrail/trail:Trail": {"arn": _ARN.replace("{service}", "cloudtrail")},
    "aws:cloudwatch/logGroup:LogGroup": {"arn": _ARN.replace("{service}", "logs")},
    "aws:datasync/agent:Agent": {"arn": _ARN.replace("{service}", "datasync")},
    "aws:datasync/locationObjectStorage:LocationObjectStorage": {
        "arn": _ARN.replace("{service}", "datasync")
    },
    "aws:datasync/s3Location:S3Location": {"arn": _ARN.replace("{service}", "datasync")},
    "aws:datasync/task:Task": {"arn": _ARN.replace("{service}", "datasync")},
    "aws:directconnect/gatewayAssociation:GatewayAssociation": {
        "transitGatewayAttachmentId": "{name}-attachment"
    },
    "aws:ec2/launchTemplate:LaunchTemplate": {"latestVersion": 1},
    "aws:ec2/vpnConnection:VpnConnection": {"transitGatewayAttachmentId": "{name}-attachment"},
    "aws:glue/registry:Registry": {"arn": _ARN.replace("{service}", "glue")},
    "aws:iam/policy:Policy": {"arn": _ARN.replace("{service}", "iam")},
    "aws:iam/role:Role": {"arn": _ARN.replace("{service}", "iam")},
    "aws:iam/serviceLinkedRole:ServiceLinkedRole": {"arn": _ARN.replace("{service}", "iam")},
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
        "arn": _ARN.replace("{service}", "firehose")
    },
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
    "aws:rds/cluster:Cluster": {
        "arn": _ARN.replace("{service}", "rds"),
        "clusterResourceId": "cluster-{name}",
        "endpoint": "{name}.example",
        "readerEndpoint": "{name}.ro.example",
        "masterUserSecrets": [{"secretArn": _ARN.replace("{service}", "secretsmanager")}],
    },
    "aws:rds/proxy:Proxy": {"endpoint": "{name}.proxy.example"},
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {"name": "default"},
    "aws:route53/zone:Zone": {"zoneId": "{name}-zone"},
    "aws:secretsmanager/secret:Secret": {"arn": _ARN.replace("{service}", "secretsmanager")},
    "aws:sns/topic:Topic": {"arn": _ARN.replace("{service}", "sns")},
    "aws:ssm/activation:Activation": {"activationCode": "code-of-{name}"},
}
"""Outputs that a provider adds to the inputs, by type; ``{name}`` is the resource's."""

_LOOKED_UP: Mapping[str, tuple[str, ...]] = {
    "vsphere:index/getComputeCluster:getComputeCluster": ("id", "resourcePoolId"),
    "vsphere:index/getDatacenter:getDatacenter": ("id",),
    "vsphere:index/getDatastore:getDatastore": ("id",),
    "vsphere:index/getDistributedVirtualSwitch:getDistributedVirtualSwitch": ("id",),
    "vsphere:index/getPolicy:getPolicy": ("id",),
    "vsphere:index/getVirtualMachine:getVirtualMachine": ("id", "guestId"),
}
"""What is found of a thing that was there before, by its name: functions and what they tell."""

_STACK = "pulumi:pulumi:Stack"
_UNRESOLVED = re.compile(r"\bNone\b|\bOutput\[|object at 0x")
"""What an Output leaves behind in a text that was made of it before it had a value."""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A resource as the program declared it: what the engine was asked to register.

    Args:
        type: Its type token.
        name: Its logical name.
        urn: Its identity, as the real engine forms it.
        parent: The parent's URN.
        provider: The provider's URN; empty where none was named.
        custom: Whether a provider makes it, rather than a component of the program.
        protect: Whether it is protected from deletion.
        ignored: Paths of the inputs whose changes are ignored.
        inputs: Properties in wire form: keys in camelCase, numbers as floats, secrets marked.
        depends_on: URNs of everything it waits for.
        refers: URNs of the resources that each property was made of.
        aliases: The former identities it claims.
        deleted_with: URN of what takes it along when it goes; empty where nothing does.
        outputs: What a component registered; ``None`` where it registered nothing at all.
    """

    type: str
    name: str
    urn: str
    parent: str
    provider: str
    custom: bool
    protect: bool
    ignored: tuple[str, ...]
    inputs: Mapping[str, Any]
    depends_on: tuple[str, ...]
    refers: Mapping[str, tuple[str, ...]]
    aliases: tuple[str, ...]
    deleted_with: str
    outputs: Mapping[str, Any] | None

    def __str__(self) -> str:
        return f"{self.type} {self.name}"


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

    Each run has an event loop and a context of its own, and so leaves nothing to the next.

    Args:
        program: Declares resources.
        stack: The stack's name.
        preview: Whether ids and computed outputs stay unknown, as in a preview.

    Raises:
        AssertionError: Two resources have one identity, or a text was made of an Output before
            it had a value.
        LookupError: The program asked for something that exists outside it.
    """
    monitor = _Monitor(preview=preview)

    def to_the_end() -> None:
        program()
        root = cast("Stack", pulumi.runtime.get_root_resource())
        root.register_outputs(root.outputs)
        wait_for_requests_first()

    async def run() -> None:
        reset_options()
        set_mocks(monitor.mocks, PROJECT, stack, preview, monitor=monitor)
        await run_pulumi_func(to_the_end)

    # As in a real run: what a deployment makes lives to its end. See ADR 0015.
    gc.disable()
    try:
        asyncio.run(run())
    finally:
        gc.enable()
    return monitor.deployment()


class _Monitor(mocks.MockMonitor):
    """Answers the SDK's requests and keeps them, raw."""

    def __init__(self, *, preview: bool) -> None:
        super().__init__(_Unused())
        self._preview = preview
        self._requests: list[tuple[str, resource_pb2.RegisterResourceRequest]] = []
        self._outputs: dict[str, dict[str, Any]] = {}
        self._made: dict[str, tuple[str, struct_pb2.Struct]] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The identity, which holds the types of all parents but the stack's."""
        above = parent.split("::")[2] if parent else _STACK
        qualified = type_ if above == _STACK else f"{above}${type_}"
        return f"urn:pulumi:{pulumi.get_stack()}::{PROJECT}::{qualified}::{name}"

    def RegisterResource(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        urn = self.make_urn(request.parent, request.type, request.name)
        self._requests.append((urn, request))
        properties = struct_pb2.Struct()
        # What a component of another program was given does not come back.
        if not request.remote:
            properties.CopyFrom(request.object)
        self._made[urn] = ("", properties)
        if self._preview or not (request.custom or request.remote):
            return resource_pb2.RegisterResourceResponse(urn=urn, object=properties)
        for key, value in _COMPUTED.get(request.type, {}).items():
            properties[key] = _named(value, request.name)
        made = f"{request.name}-id"
        self._made[urn] = (made, properties)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=made, object=properties)

    def RegisterResourceOutputs(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        self._outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def Invoke(  # noqa: N802 - gRPC's name
        self, request: resource_pb2.ResourceInvokeRequest
    ) -> resource_pb2.ResourceInvokeResponse:
        if request.tok == "pulumi:pulumi:readStackResourceOutputs":
            # Nothing stands yet.
            return _answer({"outputs": {}})
        if request.tok in _LOOKED_UP:
            found = {key: f"{request.args['name']}-{key}" for key in _LOOKED_UP[request.tok]}
            return _answer(found)
        if request.tok != "pulumi:pulumi:getResource":
            raise LookupError(f"the program calls {request.tok}")
        # The engine's own: what it knows of a resource that another was given whole.
        urn = str(request.args["urn"])
        made, properties = self._made[urn]
        return _answer({"urn": urn, "id": made, "state": properties})

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> NoReturn:  # noqa: N802 - gRPC's name
        raise LookupError(f"the program reads {request.type} {request.name}")

    def deployment(self) -> Deployment:
        """What was asked for, once nothing more can come."""
        twins = [
            urn for urn, times in Counter(urn for urn, _ in self._requests).items() if times > 1
        ]
        assert not twins, f"declared more than once: {', '.join(twins)}"
        declared = [self._declared(urn, request) for urn, request in self._requests]
        for resource in declared:
            for text in (*texts(resource.inputs), *texts(resource.outputs)):
                assert not _UNRESOLVED.search(text), (
                    f"{resource}: an Output without value: {text!r}"
                )
        (stack,) = [resource for resource in declared if resource.type == _STACK]
        declared.remove(stack)
        return Deployment(
            stack=stack.urn,
            resources=tuple(sorted(declared, key=lambda r: (r.type, r.name))),
            exports=stack.outputs or {},
        )

    def _declared(self, urn: str, request: resource_pb2.RegisterResourceRequest) -> Declared:
        wire = json_format.MessageToDict(request)
        return Declared(
            type=request.type,
            name=request.name,
            urn=urn,
            parent=request.parent,
            provider=request.provider.rpartition("::")[0],
            custom=request.custom,
            protect=request.protect,
            ignored=tuple(request.ignoreChanges),
            inputs=wire.get("object", {}),
            depends_on=tuple(request.dependencies),
            refers={key: tuple(it.urns) for key, it in request.propertyDependencies.items()},
            aliases=tuple(map(str, wire.get("aliases", ()))),
            deleted_with=request.deletedWith,
            outputs=self._outputs.get(urn),
        )


def _answer(fields: Mapping[str, Any]) -> resource_pb2.ResourceInvokeResponse:
    told = struct_pb2.Struct()
    told.update(dict(fields))
    # Its name is a word of Python's own.
    answer: Any = {"return": told}
    return resource_pb2.ResourceInvokeResponse(**answer)


def _named(value: Any, name: str) -> Any:
    """A computed output in which ``{name}`` stands for the resource's."""
    if isinstance(value, list):
        return [_named(each, name) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {key: _named(each, name) for key, each in cast("dict[str, Any]", value).items()}
    return value.format(name=name) if isinstance(value, str) else value


class _Unused(mocks.Mocks):
    """Wanted by the SDK's monitor, which asks it for answers; ours gives them itself."""

    def call(self, args: mocks.MockCallArgs) -> NoReturn:
        raise NotImplementedError(args.token)

    def new_resource(self, args: mocks.MockResourceArgs) -> NoReturn:
        raise NotImplementedError(args.typ)


def texts(value: object) -> Iterator[str]:
    """Every text in a property or in what it holds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in cast("dict[str, object]", value).values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in cast("list[object]", value):
            yield from texts(inner)
