"""Tags, for each service's own way of giving, reading and changing them.

Nearly every service has a pair of calls that differ only in their members' names, which the
service model tells; EC2 has its own.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, OperationModel, Shape

_LISTING = ("ListTagsForResource", "ListResourceTags", "GetTags")


def on_create(operation: OperationModel, tags: Mapping[str, str], kind: str) -> dict[str, Any]:
    """The members that give tags to a create call; none where it takes none."""
    if not tags:
        return {}
    shape = operation.input_shape
    members = shape.members if shape else {}
    if "TagSpecifications" in members:
        return {"TagSpecifications": [{"ResourceType": kind, "Tags": _pairs(tags, "Key", "Value")}]}
    return {
        name: _in_shape(member, tags)
        for name, member in members.items()
        if name.lower() in ("tags", "taglist")
    }


def read(client: Any, service: Any, arn: str, answer: Mapping[str, Any]) -> dict[str, str]:
    """A resource's live tags: from its own answer, or by the service's call for tags."""
    for name in ("Tags", "tags", "TagList"):
        if name in answer:
            return _from_any(answer[name])
    listing = next((name for name in _LISTING if name in service.operation_names), None)
    if listing is None or not arn:
        return {}
    operation = service.operation_model(listing)
    member = next(iter(operation.input_shape.required_members))
    reply = invoke(client, listing, {member: arn})
    return next((_from_any(v) for k, v in reply.items() if k.lower() == "tags"), {})


def change(
    client: Any, service: Any, target: str, old: Mapping[str, str], new: Mapping[str, str]
) -> None:
    """Brings a resource's tags from ``old`` to ``new``; ``target`` is its ARN, EC2's its id."""
    gone = sorted(set(old) - set(new))
    added = {key: value for key, value in new.items() if old.get(key) != value}
    if "CreateTags" in service.operation_names:
        if gone:
            client.delete_tags(Resources=[target], Tags=[{"Key": key} for key in gone])
        if added:
            client.create_tags(Resources=[target], Tags=_pairs(added, "Key", "Value"))
        return
    if gone:
        _send(client, service, "UntagResource", target, gone)
    if added:
        _send(client, service, "TagResource", target, added)


def _send(client: Any, service: Any, operation: str, target: str, tags: Any) -> None:
    members = service.operation_model(operation).input_shape.members
    values = {
        name: (_in_shape(member, tags) if isinstance(tags, Mapping) else tags)
        if "tag" in name.lower()
        else target
        for name, member in members.items()
    }
    invoke(client, operation, values)


def invoke(client: Any, operation: str, members: dict[str, Any]) -> dict[str, Any]:
    """Makes a call by its name in the service model."""
    methods = {name: method for method, name in client.meta.method_to_api_mapping.items()}
    return getattr(client, methods[operation])(**members)


def _in_shape(shape: Shape, tags: Mapping[str, str]) -> Any:
    if isinstance(shape, ListShape):
        key, value = shape.member.members  # type: ignore[attr-defined]
        return _pairs(tags, key, value)
    return dict(tags)


def _pairs(tags: Mapping[str, str], key: str, value: str) -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in sorted(tags.items())]


def _from_any(tags: Any) -> dict[str, str]:
    if isinstance(tags, Mapping):
        return dict(tags)
    return {pair.get("Key", pair.get("TagKey")): pair.get("Value", pair.get("TagValue")) for pair in tags}
