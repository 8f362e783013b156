"""The texts of a row: ``{expression}`` is a JMESPath over a resource's properties."""

import re
from typing import Any

import jmespath

from rehearsal.providers.values import Plain, is_list, is_map

_EXPRESSION = re.compile(r"\{([^{}]+)\}")


def fill(template: Any, names: Plain) -> Any:
    """Fills the texts in ``template``; members that come out as nothing are left out.

    A text that is one expression alone keeps its value's type.

    Raises:
        LookupError: An expression inside a longer text came out as nothing.
    """
    if is_map(template):
        filled = {key: fill(item, names) for key, item in template.items()}
        return {key: item for key, item in filled.items() if item is not None}
    if is_list(template):
        return [item for each in template if (item := fill(each, names)) not in (None, {})]
    if not isinstance(template, str):
        return template
    if whole := _EXPRESSION.fullmatch(template):
        return _find(whole[1], names)

    def text(found: re.Match[str]) -> str:
        value = _find(found[1], names)
        if value is None:
            raise LookupError(f"{found[1]} is missing in {template}")
        return str(value)

    return _EXPRESSION.sub(text, template)


def mentioned(template: Any) -> set[str]:
    """The properties that the texts in ``template`` may take something from."""
    if is_map(template):
        return set[str]().union(*(mentioned(item) for item in template.values()))
    if is_list(template):
        return set[str]().union(*map(mentioned, template))
    words = (re.findall(r"\w+", expression) for expression in _EXPRESSION.findall(str(template)))
    return set[str]().union(*words)


def _find(expression: str, names: Plain) -> Any:
    value: Any = jmespath.search(expression, names)
    # AWS takes no floats where it counts, and Pulumi knows no other numbers.
    return int(value) if isinstance(value, float) and value.is_integer() else value
