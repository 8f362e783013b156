"""Judges a request by policy documents, as far as ours go: effect, action, resource, condition."""

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Context = Mapping[str, str]


def allowed(document: str, action: str, resource: str = "*", **context: str) -> bool:
    """Whether a policy allows a request: one statement does, and none denies it.

    Condition keys are given with ``__`` for ``:`` (``aws__RequestedRegion``).
    """
    known = {key.replace("__", ":"): value for key, value in context.items()}
    effects = {s["Effect"] for s in _matching(json.loads(document), action, resource, known)}
    return effects == {"Allow"}


def statements(document: str) -> list[dict[str, Any]]:
    return json.loads(document)["Statement"]


def words(value: object) -> list[str]:
    """A value or a list of them, as a list."""
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]


def _matching(
    document: dict[str, Any], action: str, resource: str, context: Context
) -> Iterable[dict[str, Any]]:
    for statement in document["Statement"]:
        named = any(_like(action, each) for each in words(statement.get("Action", [])))
        others = "NotAction" in statement and not any(
            _like(action, each) for each in words(statement["NotAction"])
        )
        about = any(_like(resource, each) for each in words(statement.get("Resource", "*")))
        conditions = statement.get("Condition", {})
        holds = all(_holds(o, k, v, context) for o, it in conditions.items() for k, v in it.items())
        if (named or others) and about and holds:
            yield statement


def _holds(operator: str, key: str, values: object, context: Context) -> bool:
    found = context.get(key)
    wanted = words(values)
    if operator in ("StringNotEquals", "ArnNotEquals"):
        # A key that the request does not have is not equal to anything.
        return found is None or found not in wanted
    if found is None:
        return False
    if operator in ("StringEquals", "ArnEquals", "Bool"):
        return found in wanted
    if operator in ("StringLike", "ArnLike"):
        return any(fnmatchcase(found, each) for each in wanted)
    raise NotImplementedError(operator)


def _like(text: str, pattern: str) -> bool:
    return fnmatchcase(text.lower(), pattern.lower())
