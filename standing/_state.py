"""What the stack's state tells of its resources, before this run.

Owns the asking. The engine answers it itself, without any provider; of a stack that is new it
tells nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pulumi
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto.resource_pb2 import ResourceInvokeRequest
from pulumi.runtime.rpc import deserialize_properties_unwrap_secrets
from pulumi.runtime.settings import get_monitor

_TELL = "pulumi:pulumi:readStackResourceOutputs"

Outputs = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """What stands.

    Args:
        resources: Type token to the outputs of each resource of that type.
    """

    resources: Mapping[str, tuple[Outputs, ...]]

    def of(self, type_: str) -> tuple[Outputs, ...]:
        """The resources of a type."""
        return self.resources.get(type_, ())


def ask_what_stands() -> Callable[[], Standing]:
    """Asks the engine for the state of the stack that is being run, and gives what awaits it.

    It takes the engine a third of a second for a stack of 1,800 resources, and reading all of them
    would take Python as long: so it is asked before it is needed, and those of a type are read when
    somebody wants them.
    """
    arguments = Struct()
    arguments["stackName"] = (
        f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    )
    monitor: Any = get_monitor()
    request = ResourceInvokeRequest(tok=_TELL, args=arguments)
    answer = ThreadPoolExecutor(max_workers=1).submit(monitor.Invoke, request)

    def standing() -> Standing:
        told: Any = getattr(answer.result(), "return")
        return Standing(_ByType(told["outputs"].values()))

    return standing


class _ByType(Mapping[str, tuple[Outputs, ...]]):
    """The answer, of which a type's resources are read when they are asked for."""

    def __init__(self, resources: Iterable[Any]) -> None:
        self._found: dict[str, list[Struct]] = {}
        for resource in resources:
            self._found.setdefault(resource["type"], []).append(resource["outputs"])

    def __getitem__(self, type_: str) -> tuple[Outputs, ...]:
        return tuple(_read(outputs) for outputs in self._found[type_])

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def _read(outputs: Struct) -> Outputs:
    told, _ = deserialize_properties_unwrap_secrets(outputs)
    return told
