"""Tags, for each service's own way of reading and changing them.

Nearly every service has a pair of calls that differ only in their members' names, which the
service model tells. Those that have ways of their own stand in ``tagging_ways``.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from rehearsal.providers.aws.client import Service
from rehearsal.providers.aws.tagging_ways import WAYS, pairs
from rehearsal.providers.values import Plain, is_map

_LISTING = ("ListTagsForResource", "ListResourceTags", "GetTags", "ListTags")


def read(service: Service, target: str, answer: Mapping[str, Any]) -> dict[str, str]:
    """A resource's live tags: from its own answer, or by the service's call for tags.

    Tags that AWS gives itself are left out; nobody declares them.
    """
    found: Any = answer.get("Tags", answer.get("tags"))
    if service.name in WAYS:
        found = WAYS[service.name].read(service, target, found)
    elif "Tags" not in answer:
        listing = next((name for name in _LISTING if name in service.operations), None)
        if listing is not None:
            (member,) = _members(service, listing).required_members[:1]
            answer = service.call(listing, {member: target})
            found = answer.get("Tags", answer.get("tags"))
    tags: dict[str, str] = dict(found) if is_map(found) else dict(map(_pair, found or ()))
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def change(service: Service, target: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    """Brings a resource's tags from ``old`` to ``new``; ``target`` is its ARN, EC2's its id."""
    gone = sorted(set(old) - set(new))
    added = {key: value for key, value in new.items() if old.get(key) != value}
    if service.name in WAYS:
        WAYS[service.name].change(service, target, gone, added, new)
        return
    if gone:
        _send(service, "UntagResource", target, gone)
    if added:
        _send(service, "TagResource", target, added)


def _send(
    service: Service, operation: str, target: str, tags: list[str] | Mapping[str, str]
) -> None:
    members = _members(service, operation).members
    sent: Plain = {
        name: _in_shape(shape, tags) if "tag" in name.lower() else target
        for name, shape in members.items()
    }
    service.call(operation, sent)


def _members(service: Service, operation: str) -> StructureShape:
    shape = service.operation(operation).input_shape
    if shape is None:
        raise TypeError(f"{operation} takes nothing")
    return shape


def _in_shape(shape: Shape, tags: list[str] | Mapping[str, str]) -> Any:
    if isinstance(tags, list):
        return tags
    if isinstance(shape, ListShape) and isinstance(shape.member, StructureShape):
        key, value = shape.member.members
        return pairs(tags, key, value)
    return dict(tags)


def _pair(tag: Mapping[str, str]) -> tuple[str, str]:
    # KMS has names of its own.
    key, value = ("TagKey", "TagValue") if "TagKey" in tag else ("Key", "Value")
    return tag[key], tag[value]
