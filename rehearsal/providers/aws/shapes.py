"""Between Pulumi's property names and AWS's, by botocore's service models.

The two mostly spell a name alike but for case (``cidrBlock``, ``CidrBlock``), so names are compared
folded. Values follow the model's types: Pulumi's numbers are all floats, AWS's are not.
"""

from collections.abc import Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from rehearsal.providers.values import Plain, fold


def to_api(shape: Shape, value: Any) -> Any:
    """Converts a Pulumi value to what a call's member of this shape takes."""
    if isinstance(shape, StructureShape):
        given = {fold(key): item for key, item in value.items() if item is not None}
        return {
            name: to_api(member, given[fold(name)])
            for name, member in shape.members.items()
            if fold(name) in given
        }
    if isinstance(shape, ListShape):
        return [to_api(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: to_api(shape.value, item) for key, item in value.items()}
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
