"""A control plane, and an engine's way with the kubernetes stand-in that drives it."""

import asyncio
import io
from collections.abc import Awaitable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import grpc.aio
import kubernetes
import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, status_pb2
from rich.console import Console

from rehearsal import servers
from rehearsal.providers.kubernetes import stand_in
from rehearsal.providers.kubernetes.cluster import Cluster, cluster
from rehearsal.providers.kubernetes.objects import Reference
from rehearsal.providers.serving import serve
from rehearsal.servers.kubernetes import Kubernetes
from rehearsal.toolchain import KUBERNETES, KWOK, ensure
from tests.stand_in_engine import Engine, plain, secrets

Plain = dict[str, Any]

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
NAMESPACE = "kubernetes:core/v1:Namespace"
SPACE = "payments"

_kubernetes: Any = kubernetes
"""A client without types of its own."""


@dataclass(frozen=True, kw_only=True)
class Made:
    """A resource as the engine has it written down."""

    token: str
    id: str
    inputs: Plain
    state: Plain
    secrets: frozenset[str] = frozenset()


class Unfinished(Exception):  # noqa: N818 - as the engine calls it
    """What the engine hears of a resource that is there and not ready."""

    def __init__(self, reason: str, made: Made) -> None:
        super().__init__(reason)
        self.made = made


@dataclass(frozen=True)
class World:
    """One provider resource of package ``kubernetes``, on a control plane."""

    runner: asyncio.Runner
    engine: Engine
    cluster: Cluster

    def check(self, token: str, inputs: Any, olds: Any = None) -> Any:
        return self.run(self.engine.check(inputs, olds, token=token))

    def make(self, token: str, inputs: Any) -> Made:
        checked = self.check(token, inputs)
        assert [failure.reason for failure in checked.failures] == []
        made = Made(token=token, id="", inputs=plain(checked.inputs), state={})
        answer = self._told(made, self.engine.create(checked_inputs(checked), token=token))
        state, marked = plain(answer.properties), secrets(answer.properties)
        return replace(made, id=answer.id, state=state, secrets=marked)

    def foresee(self, token: str, inputs: Plain) -> Plain:
        inputs = plain(self.check(token, inputs).inputs)
        answer = self.run(self.engine.create(inputs, token=token, preview=True))
        return plain(answer.properties)

    def change(self, made: Made, inputs: Plain, *, preview: bool = False) -> Made:
        update = self.engine.update(
            made.inputs, inputs, made.state, token=made.token, preview=preview
        )
        answer = self._told(replace(made, inputs=inputs), update)
        return replace(made, inputs=inputs, state=plain(answer.properties))

    def diff(self, made: Made, inputs: Plain) -> Any:
        return self.run(self.engine.diff(made.inputs, inputs, made.state, token=made.token))

    def drift(self, made: Made) -> list[str]:
        """Where the object is another than was declared, after a refresh."""
        return sorted(self.diff(self.look(made), made.inputs).detailedDiff)

    def look(self, made: Made) -> Made:
        answer = self.run(self.engine.read(made.id, made.inputs, made.state, token=made.token))
        inputs, state = plain(answer.inputs), plain(answer.properties)
        return replace(made, id=answer.id, inputs=inputs, state=state)

    def remove(self, made: Made) -> None:
        self.run(self.engine.delete(made.id, made.state, token=made.token))

    def live(self, made: Made) -> Plain:
        """Past the stand-in; empty where it is gone."""
        kind = Reference(made.inputs["apiVersion"], made.inputs["kind"])
        return self.cluster.find(kind.at(made.id)) or {}

    def hand(self, api: str) -> Any:
        """The client library's own way to the API server, past the stand-in."""
        return getattr(_kubernetes.client, api)(self.cluster.api)

    def run(self, call: Awaitable[Any]) -> Any:
        async def wait() -> Any:
            return await call

        return self.runner.run(wait())

    def refused(self, call: Awaitable[Any]) -> str:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            self.run(call)
        return str(error.value.details())

    def _told(self, made: Made, call: Awaitable[Any]) -> Any:
        try:
            return self.run(call)
        except grpc.aio.AioRpcError as error:
            metadata = dict(error.trailing_metadata() or ())
            told = metadata.get("grpc-status-details-bin")
            if told is None:
                raise
            status, detail = status_pb2.Status(), provider_pb2.ErrorResourceInitFailed()
            status.ParseFromString(told if isinstance(told, bytes) else told.encode())
            assert status.details[0].Unpack(detail)
            state = plain(detail.properties)
            (reason,) = detail.reasons
            raise Unfinished(reason, replace(made, id=detail.id, state=state)) from error


def checked_inputs(checked: Any) -> Any:
    """What ``check`` answered, secrets and all, as ``create`` takes it."""
    return PropertyValue.unmarshal_map(checked.inputs)


@contextmanager
def running(folder: Path) -> Generator[dict[str, str]]:
    """Runs one in a folder of its own."""
    quiet = Console(file=io.StringIO())
    tools = ensure(KUBERNETES, KWOK, console=quiet)
    server = Kubernetes(programs=tools[KUBERNETES.name], kwok=tools[KWOK.name])
    try:
        yield servers.start(folder, [server], console=quiet)["kubernetes"]
    finally:
        servers.stop(folder)


@contextmanager
def world(addresses: dict[str, str], **configuration: Any) -> Generator[World]:
    """A provider resource that is configured so."""
    with asyncio.Runner() as runner:

        async def begin() -> tuple[grpc.aio.Server, Engine]:
            known = {"kubernetes": addresses} if addresses else {}
            server, port = await serve(stand_in(lambda: known))
            engine = Engine(port)
            await engine.configure(**configuration)
            return server, engine

        server, engine = runner.run(begin())
        login = cluster(addresses["kubeconfig"]) if addresses else None
        yield World(runner, engine, login)  # pyright: ignore[reportArgumentType]

        async def end() -> None:
            await engine.channel.close()
            await server.stop(None)

        runner.run(end())


@contextmanager
def settled(addresses: dict[str, str]) -> Generator[World]:
    """On a cluster with one node of 2 CPUs, and with a namespace while it lasts."""
    with world(addresses) as here:
        core = here.hand("CoreV1Api")
        if not core.list_node().items:
            core.create_node(node("one"))
        space = here.make(NAMESPACE, {"metadata": {"name": SPACE}})
        yield here
        here.remove(space)


def node(name: str, cpus: str = "2") -> Plain:
    size = {"cpu": cpus, "memory": "8Gi", "pods": "110"}
    return {"metadata": {"name": name}, "status": {"allocatable": size, "capacity": size}}


async def one(call: Any) -> Any:
    """What the engine asks past its usual words."""
    return await call


def named(name: str, **rest: Any) -> Plain:
    return {"metadata": {"name": name, "namespace": SPACE}, **rest}


def deployment(name: str, cpu: str = "100m", replicas: int = 2) -> Plain:
    container = {
        "name": "main",
        "image": "bank.internal/main:1",
        "ports": [{"containerPort": 8080}],
        "env": [{"name": "LEVEL", "value": "info"}],
        "resources": {"requests": {"cpu": cpu, "memory": "64Mi"}},
    }
    labels = {"app": name}
    template = {"metadata": {"labels": {**labels}}, "spec": {"containers": [container]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return named(name, spec=spec)
