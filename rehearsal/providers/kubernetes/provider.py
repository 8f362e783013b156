"""What package ``kubernetes`` does with an object: names, applies, awaits, compares, deletes it.

Every kind is treated alike; what differs by kind is in ``readiness`` and ``replacing``. A preview
asks the API server what an object would become if one runs, and believes the program if none does.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.provider.experimental import provider as p
from pulumi.provider.experimental.property_value import PropertyValue

from rehearsal.providers.framework import (
    OLD_INPUTS,
    PEER,
    StandIn,
    Unfinished,
    in_a_thread,
    own_type,
)
from rehearsal.providers.kubernetes import configuration, naming, objects, rendering
from rehearsal.providers.kubernetes.applying import (
    apply,
    foresee,
    look,
    make,
    refused_changes,
)
from rehearsal.providers.kubernetes.cluster import Cluster, UnknownKind
from rehearsal.providers.kubernetes.helm import RELEASE, refused
from rehearsal.providers.kubernetes.objects import AUTONAMED, Reference
from rehearsal.providers.kubernetes.replacing import changes
from rehearsal.providers.kubernetes.waiting import (
    GONE_S,
    READY_S,
    Unready,
    until_gone,
    until_ready,
)
from rehearsal.providers.values import (
    Plain,
    from_plain,
    is_map,
    property_of,
    secret_keys,
    to_plain,
)

_KIND_S = 10.0
"""How long the API server may take to tell of a kind once its definition is established."""


class KubernetesStandIn(StandIn[Cluster]):
    """A provider that answers for every kind of Kubernetes.

    Args:
        connect: Gives the API server, or ``None`` where none runs.
    """

    def __init__(self, connect: Callable[[], Cluster | None]) -> None:
        def connected(configuration: Plain) -> Cluster:
            del configuration
            if (found := connect()) is None:
                raise RuntimeError("the rehearsal's control plane does not run")
            return found

        super().__init__("kubernetes", [RELEASE], connected)
        self._running = connect
        self._stopped: set[str] = set()

    async def check_config(self, request: p.CheckRequest) -> p.CheckResponse:
        """Refuses a configuration that can't be rehearsed."""
        found = configuration.refused(to_plain(request.new_inputs))
        failures = [p.CheckFailure(name, why) for name, why in found.items()]
        return p.CheckResponse(inputs=request.new_inputs, failures=failures)

    async def diff_config(self, request: p.DiffRequest) -> p.DiffResponse:
        """Says which changes replace the provider, and with it all that it made."""
        old, new = to_plain(request.old_state), to_plain(request.new_inputs)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        replaces = configuration.replaced_by(old, new)
        return p.DiffResponse(changes=bool(changed), diffs=changed, replaces=replaces)

    async def cancel(self) -> None:
        """Ends all waiting of the update that was told to stop."""
        self._stopped.add(PEER.get())

    async def invoke(self, request: p.InvokeRequest) -> p.InvokeResponse:
        """Refuses what renders charts and files, and everything else."""
        if why := refused(request.tok):
            raise RuntimeError(why)
        return await super().invoke(request)

    async def construct(self, request: p.ConstructRequest) -> p.ConstructResponse:
        """Refuses: these are charts and files, too."""
        raise RuntimeError(refused(request.resource_type) or f"unknown {request.resource_type}")

    async def check(self, request: p.CheckRequest) -> p.CheckResponse:
        """Gives an object a name where it has none, and refuses what is no object."""
        token = own_type(request.type)
        if token == RELEASE.type:
            return await super().check(request)
        inputs, kind = request.new_inputs, objects.kind_of(token)
        if (why := refused(token)) or kind is None:
            why = why or f"the rehearsal has no stand-in for {token}: it names no kind"
            return p.CheckResponse(inputs=inputs, failures=[p.CheckFailure("", why)])
        failures: list[p.CheckFailure] = []
        if naming.has_generated_name(inputs):
            why = "the rehearsal has no names by the API server; leave both names out"
            failures.append(p.CheckFailure("metadata.generateName", why))
        if unheard := objects.unheard(to_plain(_named(inputs, "metadata"))):
            why = f"the rehearsal does not know what to do for {', '.join(unheard)}"
            failures.append(p.CheckFailure("metadata.annotations", why))
        digits = request.random_seed.hex()
        inputs = naming.named(request.name, inputs, request.old_inputs, digits)
        return p.CheckResponse(inputs=naming.typed(inputs, kind), failures=failures)

    async def diff(self, request: p.DiffRequest) -> p.DiffResponse:
        """Compares what was declared with what is, and says which differences replace."""
        if own_type(request.type) == RELEASE.type:
            return await super().diff(request)
        before, now = OLD_INPUTS.get(), request.new_inputs
        if now is before:
            # Only where it lives may be another place.
            before = now = _named(now, "apiVersion", "kind", "metadata")
        old, new = to_plain(before), to_plain(now)
        lives: Plain = property_of(request.old_state, "metadata") or {}
        space: str = lives.get("namespace", "")
        old, new = (
            _placed(old, space, space),
            _placed(new, space, configuration.namespace(self._own)),
        )
        found = changes(old, new, mutable=self._may_change_content(new))
        replaced = {each.path for each in found if each.replaces}
        if found and not replaced:
            replaced = await in_a_thread(self._refused, new, [each.path for each in found])
        autonamed = AUTONAMED in objects.annotations(new)
        return p.DiffResponse(
            changes=bool(found),
            replaces=sorted(replaced),
            delete_before_replace=not autonamed and _identity(old) == _identity(new),
            detailed_diff={
                each.path: p.PropertyDiff(
                    p.PropertyDiffKind[each.kind + "_REPLACE" * (each.path in replaced)],
                    input_diff=True,
                )
                for each in found
            },
        )

    async def create(self, request: p.CreateRequest) -> p.CreateResponse:
        """Makes an object that is not there yet and waits until it is ready."""
        if own_type(request.type) == RELEASE.type:
            return await super().create(request)
        inputs = to_plain(request.properties)
        secrets = _secrets(inputs, request.properties)
        if request.preview:
            foreseen = await in_a_thread(self._foresee, inputs, new=True)
            return p.CreateResponse("", from_plain(foreseen or inputs, secrets))
        if self._folder:
            body = self._render(inputs)
            return p.CreateResponse(Reference.of(body).id, from_plain(body, secrets))
        body, over = await self._known_body(inputs), "upsertExistingObjects"
        made = await in_a_thread(
            make, self._client(), body, over=configuration.is_on(self._own, over)
        )
        state = await self._ready(made, request.timeout, secrets)
        return p.CreateResponse(Reference.of(made).id, state)

    async def read(self, request: p.ReadRequest) -> p.ReadResponse:
        """Tells what an object is now; an empty id where it is gone."""
        if own_type(request.type) == RELEASE.type:
            return await super().read(request)
        inputs, state = to_plain(request.inputs), to_plain(request.properties)
        secrets = _secrets(inputs or state, request.inputs, request.properties)
        if self._folder:
            return p.ReadResponse(request.resource_id, request.properties, request.inputs)
        at = self._reference(request.type, state or inputs).at(request.resource_id)
        live, found = await in_a_thread(self._look, at, inputs)
        if not live:
            return p.ReadResponse(resource_id="")
        return p.ReadResponse(
            resource_id=request.resource_id,
            properties=from_plain(objects.state(live), secrets),
            inputs=from_plain(found, secrets),
        )

    async def update(self, request: p.UpdateRequest) -> p.UpdateResponse:
        """Applies an object again and waits until it is ready."""
        if own_type(request.type) == RELEASE.type:
            return await super().update(request)
        inputs, state = to_plain(request.news), to_plain(request.olds)
        secrets = _secrets(inputs, request.news, request.olds)
        if request.preview:
            foreseen = await in_a_thread(self._foresee, inputs, new=False)
            return p.UpdateResponse(from_plain(foreseen or {**state, **inputs}, secrets))
        if self._folder:
            return p.UpdateResponse(from_plain(self._render(inputs), secrets))
        body = await self._known_body(inputs)
        applied = await in_a_thread(apply, self._client(), body)
        return p.UpdateResponse(await self._ready(applied, request.timeout, secrets))

    async def delete(self, request: p.DeleteRequest) -> None:
        """Deletes an object and waits until it is gone, with all that it owns."""
        if own_type(request.type) == RELEASE.type:
            return await super().delete(request)
        state = to_plain(request.properties)
        if self._folder:
            return rendering.remove(self._folder, state)
        at, client = self._reference(request.type, state).at(request.resource_id), self._client()
        try:
            await in_a_thread(client.delete, at)
        except UnknownKind:
            # It went with its definition.
            return None
        if objects.waits(state):
            limit = objects.patience(state, request.timeout, GONE_S)
            await until_gone(client, at, limit, self._is_stopped)
        return None

    @property
    def _own(self) -> Plain:
        return self._configuration.get(PEER.get(), {})

    @property
    def _folder(self) -> str:
        """Where objects are written instead of the cluster; empty for the cluster."""
        return configuration.directory(self._own)

    def _is_stopped(self) -> bool:
        return PEER.get() in self._stopped

    def _may_change_content(self, declared: Plain) -> bool:
        switch = f"enable{declared['kind']}Mutable"
        return configuration.is_on(self._own, switch) and not declared.get("immutable")

    def _reference(self, nested: str, known: Plain) -> Reference:
        if known.get("apiVersion") and known.get("kind"):
            return Reference(known["apiVersion"], known["kind"])
        kind = objects.kind_of(own_type(nested))
        if kind is None:
            raise RuntimeError(f"{own_type(nested)} names no kind")
        return kind

    def _body(self, client: Cluster, inputs: Plain) -> Plain:
        spaced = client.namespaced(inputs["apiVersion"], inputs["kind"])
        return objects.body(inputs, configuration.namespace(self._own) if spaced else "")

    async def _known_body(self, inputs: Plain) -> Plain:
        """What is sent, once the server knows the kind: its definition may be of this update."""
        until = time.monotonic() + _KIND_S
        while True:
            try:
                return await in_a_thread(self._body, self._client(), inputs)
            except UnknownKind:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.2)

    def _render(self, inputs: Plain) -> Plain:
        # Without a server nobody knows which kinds have namespaces.
        body = objects.body(inputs, inputs["metadata"].get("namespace") or "")
        rendering.write(self._folder, body)
        return body

    def _trial(self, inputs: Plain) -> tuple[Cluster, Plain] | None:
        """Where a dry run goes and what it sends; ``None`` where only an update will tell."""
        client = None if self._folder or objects.is_unknown(inputs) else self._running()
        if client is None:
            return None
        try:
            return client, self._body(client, inputs)
        except UnknownKind:
            return None

    def _foresee(self, inputs: Plain, *, new: bool) -> Plain | None:
        trial = self._trial(inputs)
        foreseen = trial and foresee(*trial, new=new)
        if not foreseen:
            return None
        kept = objects.state(foreseen)
        # A program that reads it now would take it for what will be.
        kept.pop("status", None)
        return kept

    def _refused(self, new: Plain, paths: list[str]) -> set[str]:
        trial = self._trial(new)
        return refused_changes(*trial, paths) if trial else set()

    def _look(self, at: Reference, declared: Plain) -> tuple[Plain, Plain]:
        client = self._client()
        try:
            return look(client, at, declared, self._body(client, declared) if declared else {})
        except UnknownKind:
            # It went with its definition.
            return {}, {}

    async def _ready(
        self, applied: Plain, asked: float, secrets: frozenset[str]
    ) -> dict[str, PropertyValue]:
        wanted, live = Reference.of(applied), applied
        if objects.waits(applied):
            limit = objects.patience(applied, asked, READY_S)
            try:
                live = await until_ready(self._client(), wanted, limit, self._is_stopped)
            except Unready as unready:
                kept = from_plain(objects.state(unready.live), secrets)
                raise Unfinished(str(unready), wanted.id, kept) from unready
        return from_plain(objects.state(live), secrets)


def _named(values: Mapping[str, PropertyValue], *names: str) -> dict[str, PropertyValue]:
    return {name: values[name] for name in names if name in values}


def _placed(declared: Plain, lives: str, default: str) -> Plain:
    """A declaration with the namespace that it means; kinds without one mean none."""
    metadata: Any = declared.get("metadata")
    if not is_map(metadata):
        return declared
    own = {key: item for key, item in metadata.items() if key != "namespace"}
    space = metadata.get("namespace") or default
    return {**declared, "metadata": {**own, "namespace": space} if lives else own}


def _identity(declared: Plain) -> tuple[Any, Any]:
    metadata: Any = declared.get("metadata")
    return (metadata.get("name"), metadata.get("namespace")) if is_map(metadata) else (None, None)


def _secrets(known: Plain, *properties: Mapping[str, PropertyValue]) -> frozenset[str]:
    """The top-level properties that hold a secret: all that a ``Secret`` is there for, too."""
    content = {"data", "stringData"} if known.get("kind") == "Secret" else set[str]()
    return frozenset(content).union(*map(secret_keys, properties))
