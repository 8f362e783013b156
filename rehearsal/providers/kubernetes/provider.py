"""What package ``kubernetes`` is asked beside what every stand-in is: any kind, tried in previews.

Owns names that are given, the one change of a provider that replaces it, and what is refused.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.provider.experimental import provider as p
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.rpc import UNKNOWN

from rehearsal.providers.framework import OLD_INPUTS, PEER, StandIn, in_a_thread
from rehearsal.providers.kubernetes.cluster import Cluster
from rehearsal.providers.kubernetes.object import KubernetesObject
from rehearsal.providers.kubernetes.replacing import fixed
from rehearsal.providers.recorded import Recorded
from rehearsal.providers.resource_type import ResourceType
from rehearsal.providers.values import Plain, is_list, is_map, to_plain


def _recorded(client: Cluster, inputs: Plain) -> Plain:
    del client, inputs
    return {"status": {"status": "recorded"}}


RELEASE = Recorded[Cluster](
    type="kubernetes:helm.sh/v3:Release",
    why="no Helm chart can be had on this machine",
    id="name",
    outputs=_recorded,
    autoname="name",
    replaces=("name", "namespace"),
)

_OBJECT = re.compile(r"kubernetes:[\w.-]+/\w+:(?P<kind>\w+)")
_REFUSED = re.compile(
    r"kubernetes:(helm\.sh|yaml|kustomize|apiextensions\.k8s\.io/v1:CustomResource$)"
)


class KubernetesStandIn(StandIn[Cluster]):
    """A provider that answers for every kind of Kubernetes.

    Args:
        connect: Gives the API server, or ``None`` where none runs.
    """

    def __init__(self, connect: Callable[[Plain], Cluster | None]) -> None:
        def connected(configuration: Plain) -> Cluster:
            client = connect(configuration)
            if client is None:
                raise RuntimeError("the rehearsal's control plane does not run")
            return client

        super().__init__("kubernetes", [RELEASE], connected)
        self._try_connect = connect

    async def check(self, request: p.CheckRequest) -> p.CheckResponse:
        """Gives an object a name where it has none, as the official provider does."""
        inputs = dict(request.new_inputs)
        metadata: Any = inputs.get("metadata", PropertyValue({})).value
        if request.type.rsplit("$", 1)[-1] != RELEASE.type and is_map(metadata):
            given = metadata.get("name") or metadata.get("generateName")
            if given is None:
                old: Any = request.old_inputs.get("metadata", PropertyValue({})).value
                former = old.get("name") if is_map(old) else None
                name = former or PropertyValue(f"{request.name}-{request.random_seed.hex()[:8]}")
                inputs["metadata"] = PropertyValue({**metadata, "name": name})
        request.new_inputs = inputs
        return await super().check(request)

    async def diff_config(self, request: p.DiffRequest) -> p.DiffResponse:
        """Replaces the provider, and with it all that it made, when it is another cluster's.

        A kubeconfig that changed leads to the same cluster as long as the identifier is the same.
        """
        old, new = to_plain(OLD_INPUTS.get()), to_plain(request.new_inputs)
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key))
        identity = "clusterIdentifier" if "clusterIdentifier" in {*old, *new} else "kubeconfig"
        return p.DiffResponse(
            changes=bool(changed), replaces=[identity] if identity in changed else []
        )

    async def create(self, request: p.CreateRequest) -> p.CreateResponse:
        """Has the server try it in a preview."""
        if request.preview:
            await self._try(request.type, request.properties)
        return await super().create(request)

    async def update(self, request: p.UpdateRequest) -> p.UpdateResponse:
        """Has the server try it in a preview."""
        if request.preview:
            await self._try(request.type, request.news)
        return await super().update(request)

    async def _try(self, nested: str, properties: Mapping[str, PropertyValue]) -> None:
        row, inputs = self._row(nested), to_plain(properties)
        if not isinstance(row, KubernetesObject) or _unknown(inputs):
            return
        client = self._try_connect(self._configuration.get(PEER.get(), {}))
        if client is not None:
            await in_a_thread(row.foresee, client, inputs)

    def _find_row(self, type_: str) -> ResourceType[Cluster] | None:
        if found := super()._find_row(type_):
            return found
        kind = _OBJECT.fullmatch(type_)
        if kind is None or _REFUSED.match(type_) or kind["kind"].endswith(("List", "Patch")):
            return None
        namespace = self._configuration.get(PEER.get(), {}).get("namespace")
        return KubernetesObject(
            type=type_, replaces=fixed(kind["kind"]), namespace=namespace or "default"
        )


def _unknown(value: Any) -> bool:
    if is_map(value):
        return any(map(_unknown, value.values()))
    if is_list(value):
        return any(map(_unknown, value))
    return value == UNKNOWN
