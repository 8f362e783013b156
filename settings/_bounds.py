"""What has a minimum and a maximum, for each tier alike."""

from collections.abc import Iterator

from pydantic import BaseModel

from problems import Problem
from settings._telling import path_of


def crossed(tiers: BaseModel, *keys: str) -> Iterator[Problem]:
    """Tells each tier whose minimum is above its maximum; one that could not be read is left out.

    Args:
        tiers: The section that has them.
        keys: Where it is in the stack file.
    """
    for tier in type(tiers).model_fields:
        try:
            bounds = getattr(tiers, tier)
            minimum, maximum = bounds.minimum, bounds.maximum
        except AttributeError:
            continue
        if minimum > maximum:
            yield Problem(
                code="minimum-above-maximum",
                path=path_of(*keys, tier, "minimum"),
                what=f"is above the maximum, {maximum}",
                got=minimum,
                fix=f"use {maximum} at most, or raise the maximum",
            )
