"""What a rehearsal made: through a real server's API, or only written down, by type."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.providers import RECORDED


@dataclass(frozen=True, kw_only=True)
class Made:
    """The resources of a stack, counted.

    Args:
        total: All of them, as the engine counts.
        backed: By type, those that a local server's real API made.
        recorded: By type, those that are only in Pulumi's state; nothing enforces what they say.
        reasons: Why each recorded type is not made.
        structural: Components, providers and the stack: nothing to make anywhere.
    """

    total: int
    backed: Mapping[str, int]
    recorded: Mapping[str, int]
    reasons: Mapping[str, str]
    structural: int


def made(resources: Iterable[Mapping[str, Any]]) -> Made:
    """Counts the resources of a state."""
    types = [
        (resource["type"], resource["custom"] and not resource["type"].startswith("pulumi:"))
        for resource in resources
    ]
    counts = Counter(token for token, custom in types if custom)
    return Made(
        total=len(types),
        backed={token: n for token, n in sorted(counts.items()) if token not in RECORDED},
        recorded={token: n for token, n in sorted(counts.items()) if token in RECORDED},
        reasons={token: RECORDED[token] for token in sorted(counts) if token in RECORDED},
        structural=sum(not custom for _, custom in types),
    )
