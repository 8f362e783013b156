"""Properties that are read when somebody looks at them.

The SDK reads and writes all of them at each request, which took more of a stand-in's time than all
that it does with them; of most resources an unchanged preview looks at two or three.
"""

from functools import cached_property
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value
from pulumi.provider.experimental.property_value import PropertyValue


class Unread(PropertyValue):
    """A property as it came, and as it goes back."""

    _told: Value

    def __init__(self, told: Value) -> None:
        # Like all of its kind it lets nothing be set.
        object.__setattr__(self, "_told", told)

    @cached_property
    def _read(self) -> PropertyValue:
        return PropertyValue.unmarshal(self._told)

    @property
    def value(self) -> Any:  # type: ignore[override]
        """What it holds."""
        return self._read.value

    @property
    def is_secret(self) -> bool:  # type: ignore[override]
        """Whether it is a secret."""
        return self._read.is_secret

    @property
    def dependencies(self) -> frozenset[str]:  # type: ignore[override]
        """The resources that it comes from."""
        return self._read.dependencies

    def marshal(self) -> Value:
        """What came."""
        return self._told


def unread(told: Struct) -> dict[str, PropertyValue]:
    """A resource's properties as a request has them."""
    return {name: Unread(value) for name, value in told.fields.items()}
