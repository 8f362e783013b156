"""Names that a declaration does not give: the resource's own, with eight digits. Pure."""

from collections.abc import Mapping
from typing import Any

from pulumi.provider.experimental.property_value import PropertyValue

from rehearsal.providers.kubernetes.objects import AUTONAMED, Reference
from rehearsal.providers.values import is_map

Inputs = Mapping[str, PropertyValue]

_NOTHING = PropertyValue({})


def named(resource: str, new: Inputs, old: Inputs, digits: str) -> dict[str, PropertyValue]:
    """A declaration with a name: its own, the one that was given it before, or a new one.

    Args:
        resource: What Pulumi calls the resource.
        new: The declaration.
        old: What was declared before; empty where a new object is made.
        digits: For a new name; at least eight.
    """
    metadata = new.get("metadata", _NOTHING)
    given, former = metadata.value, _map(old.get("metadata"))
    if given is not None and not is_map(given):
        # Known only after an update of something else.
        return dict(new)
    inner: dict[str, Any] = dict(given or {})
    if not _empty(inner.get("name")) or not _empty(inner.get("generateName")):
        return dict(new)
    if _map(former.get("annotations")).get(AUTONAMED) == PropertyValue("true"):
        name = former["name"]
    else:
        name = PropertyValue(f"{resource}-{digits[:8]}")
    annotations = inner.get("annotations", _NOTHING)
    marked = {**_map(annotations), AUTONAMED: PropertyValue("true")}
    inner |= {"name": name, "annotations": PropertyValue(marked).with_secret(annotations.is_secret)}
    return {**new, "metadata": PropertyValue(inner).with_secret(metadata.is_secret)}


def typed(inputs: Inputs, kind: Reference) -> dict[str, PropertyValue]:
    """A declaration that says of what kind it is; most say so themselves."""
    return {
        "apiVersion": PropertyValue(kind.api_version),
        "kind": PropertyValue(kind.kind),
        **inputs,
    }


def has_generated_name(inputs: Inputs) -> bool:
    """Whether the API server is to give the name."""
    metadata = _map(inputs.get("metadata"))
    return _empty(metadata.get("name")) and not _empty(metadata.get("generateName"))


def _map(value: PropertyValue | None) -> Mapping[str, Any]:
    inner: Any = value.value if value else None
    return inner if is_map(inner) else {}


def _empty(value: PropertyValue | None) -> bool:
    return value is None or value.value is None
