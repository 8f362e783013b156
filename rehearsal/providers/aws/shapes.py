"""Between Pulumi's property names and AWS's, by botocore's service models.

The two mostly spell a name alike but for case (``cidrBlock``, ``CidrBlock``), so names are compared
folded. Values follow the model's types: Pulumi's numbers are all floats, AWS's are not.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from rehearsal.providers.values import Plain, fold, spelt


class NotTaken(Exception):  # noqa: N818 - says what is so
    """A call has no member for a property; the text is the property's path."""


def to_api(shape: Shape, value: Any, path: str = "") -> Any:
    """Converts a Pulumi value to what a call's member of this shape takes.

    Raises:
        NotTaken: The shape has no such member.
    """
    if isinstance(shape, StructureShape):
        members = {fold(name): name for name in shape.members}
        sent: Plain = {}
        for key, item in value.items():
            inner = f"{path}.{key}" if path else key
            known = spelt(key, members)
            if known is None:
                raise NotTaken(inner)
            if item is not None:
                name = members[known]
                sent[name] = to_api(shape.members[name], item, inner)
        return sent
    if isinstance(shape, ListShape):
        return [to_api(shape.member, item, f"{path}[{i}]") for i, item in enumerate(value)]
    if isinstance(shape, MapShape):
        return {key: to_api(shape.value, item, f"{path}.{key}") for key, item in value.items()}
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name == "blob":
        return str(value).encode()
    return value


def scalars(answer: Mapping[str, Any]) -> Plain:
    """An answer's plain members under Pulumi's spelling, as outputs."""
    return {
        key[0].lower() + key[1:]: value
        for key, value in answer.items()
        if isinstance(value, (str, int, float, bool))
    }
