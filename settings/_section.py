"""What a section of a stack file is, and the types that several of them have.

The sections themselves are in ``_model`` and, for the data centre, in ``_on_premises_model``.
"""

from collections.abc import Mapping
from ipaddress import IPv4Network
from types import MappingProxyType
from typing import Annotated, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, PlainValidator, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo

from settings import _account_fields as account
from settings import _fields as read

Value = TypeVar("Value")

Network = Annotated[IPv4Network, PlainValidator(read.network)]
Name = Annotated[str, PlainValidator(read.name)]
DnsName = Annotated[str, PlainValidator(account.dns_name)]


def by_name(entries: Mapping[str, Value]) -> Mapping[str, Value]:
    """Sorted, because the engine sorts a mapping and a stack file need not."""
    return MappingProxyType(dict(sorted(entries.items())))


class Section(BaseModel):
    """A mapping of known keys, written in camelCase in the stack file."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    @field_validator("*")
    @classmethod
    def _remember(cls, value: object, info: ValidationInfo) -> object:
        """Notes each value that was read, for the checks that can run beside a wrong one."""
        if info.context is not None and info.field_name is not None:
            info.context.setdefault(cls, {})[info.field_name] = value
        return value


def section_of(field: FieldInfo) -> type[Section] | None:
    """The section that a field holds, one that may be left out included; None for a value."""
    return None if get_origin(field.annotation) is Mapping else _section_in(field)


def entry_of(field: FieldInfo) -> type[Section] | None:
    """The section that each entry of a mapping is; None where a field is no such mapping."""
    return _section_in(field) if get_origin(field.annotation) is Mapping else None


def _section_in(field: FieldInfo) -> type[Section] | None:
    kinds: tuple[object, ...] = get_args(field.annotation) or (field.annotation,)
    return next((it for it in kinds if isinstance(it, type) and issubclass(it, Section)), None)
