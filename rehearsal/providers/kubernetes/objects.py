"""Objects as Pulumi has them and as the API has them, and the official provider's marks on them.

Pure. Pulumi's numbers are all floats, and some of its names have other letters; everything else is
the API's own.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from pulumi.runtime.rpc import UNKNOWN

from rehearsal.providers.values import Plain, is_list, is_map

AUTONAMED = "pulumi.com/autonamed"
"""Marks an object whose name the program did not give."""
FORCE = "pulumi.com/patchForce"
"""Marks an object that takes what others have set."""
_SKIP, _TIMEOUT = "pulumi.com/skipAwait", "pulumi.com/timeoutSeconds"

_TYPE = re.compile(r"kubernetes:(?P<group>[\w.-]+)/(?P<version>\w+):(?P<kind>\w+)")
_SERVERS_OWN = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)


@dataclass(frozen=True)
class Reference:
    """Names an object; without a name, all objects of a kind."""

    api_version: str
    kind: str
    name: str = ""
    namespace: str = ""

    @classmethod
    def of(cls, body: Plain) -> "Reference":
        """Of an object as the API has it."""
        metadata: Plain = body["metadata"]
        return cls(
            body["apiVersion"], body["kind"], metadata["name"], metadata.get("namespace", "")
        )

    def at(self, resource_id: str) -> "Reference":
        """The same kind's object that has an id."""
        namespace, _, name = resource_id.rpartition("/")
        return replace(self, name=name, namespace=namespace)

    @property
    def id(self) -> str:
        """``namespace/name``, or the name alone where there are no namespaces."""
        return "/".join(filter(None, (self.namespace, self.name)))

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


def kind_of(type_: str) -> Reference | None:
    """The kind that a type's token names; ``None`` for a token that names none."""
    found = _TYPE.fullmatch(type_)
    if found is None:
        return None
    group = () if found["group"] == "core" else (found["group"],)
    return Reference("/".join((*group, found["version"])), found["kind"])


def body(inputs: Plain, namespace: str) -> Plain:
    """What is sent of a declaration.

    Args:
        inputs: The declaration; it has a name.
        namespace: Where it is if it names no namespace; empty for a kind that has none.
    """
    sent: Plain = {key: _sent(item) for key, item in inputs.items() if key != "status"}
    metadata: Plain = {**sent["metadata"]}
    space: str = metadata.pop("namespace", "") or namespace
    return {**sent, "metadata": {**metadata, **({"namespace": space} if namespace else {})}}


def _sent(value: Any) -> Any:
    # The API takes no float where it counts.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_map(value):
        return {_with_dashes(key): _sent(item) for key, item in value.items() if item is not None}
    if is_list(value):
        return [_sent(item) for item in value]
    return value


def state(live: Plain) -> Plain:
    """What is kept of a live object; who manages which field is the server's business."""
    metadata = {key: item for key, item in live["metadata"].items() if key != "managedFields"}
    return _kept({**live, "metadata": metadata})


def _kept(value: Any) -> Any:
    if is_map(value):
        return {_without_dashes(key): _kept(item) for key, item in value.items()}
    if is_list(value):
        return [_kept(item) for item in value]
    return value


def _with_dashes(key: str) -> str:
    # Of a custom resource's schema; Pulumi's SDKs have no dashes in names.
    return key.replace("_", "-") if key.startswith("x_kubernetes_") else key


def _without_dashes(key: str) -> str:
    return key.replace("-", "_") if key.startswith("x-kubernetes-") else key


def declaration(live: Plain) -> Plain:
    """What one would declare to have a live object."""
    metadata = {key: item for key, item in live["metadata"].items() if key not in _SERVERS_OWN}
    return _kept({**{key: live[key] for key in live if key != "status"}, "metadata": metadata})


def is_unknown(value: Any) -> bool:
    """Whether a value has a part that only an update will tell."""
    if is_map(value):
        return any(map(is_unknown, value.values()))
    if is_list(value):
        return any(map(is_unknown, value))
    return value == UNKNOWN


def annotations(anything: Plain) -> Plain:
    """An object's annotations, or a declaration's."""
    metadata: Any = anything.get("metadata")
    found: Any = metadata.get("annotations") if is_map(metadata) else None
    return dict(found) if is_map(found) else {}


def unheard(declared: Plain) -> list[str]:
    """Annotations that tell the official provider something, and the stand-in nothing."""
    known = (AUTONAMED, FORCE, _SKIP, _TIMEOUT)
    told = annotations(declared)
    return sorted(key for key in told if key.startswith("pulumi.com/") and key not in known)


def is_forced(declared: Plain) -> bool:
    """Whether fields that others have set are taken from them."""
    return str(annotations(declared).get(FORCE)).lower() == "true"


def waits(declared: Plain) -> bool:
    """Whether its readiness, and its end, are waited for."""
    return str(annotations(declared).get(_SKIP)).lower() != "true"


def patience(declared: Plain, asked: float, default: float) -> float:
    """Seconds to wait: as its annotation says, else as its resource's options do."""
    return float(annotations(declared).get(_TIMEOUT) or asked or default)
