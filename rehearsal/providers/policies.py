"""Policies compared by what they say: MinIO tells one again in another order and other words."""

import json
from typing import Any

from rehearsal.providers.values import is_list, is_map


def in_words_of(declared: str, live: str) -> str:
    """The declared policy where the live one says the same, else the live one."""
    return declared if _meaning(declared) == _meaning(live) else live


def _meaning(policy: str) -> Any:
    try:
        document: Any = json.loads(policy)
    except ValueError:
        return policy
    return _plain(document)


def _plain(value: Any) -> Any:
    """A single value is a list of one, lists have no order, and ``*`` is anybody."""
    if is_map(value):
        return {
            key: _plain(_anybody(item) if key == "Principal" else item)
            for key, item in value.items()
        }
    if is_list(value):
        members = [_plain(item) for item in value]
        return members[0] if len(members) == 1 else sorted(members, key=str)
    return value


def _anybody(principal: Any) -> Any:
    return "*" if is_map(principal) and _plain(principal.get("AWS")) == "*" else principal
