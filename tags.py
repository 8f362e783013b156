"""Tags: who answers for a resource and who pays, on everything in AWS that takes tags.

One function for the whole program, so that no component can forget them. What only a resource
knows (its name, its tier) it says itself.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from settings import Settings


def common_tags(settings: Settings) -> dict[str, str]:
    """The tags that every resource of a stack has."""
    return {
        "cost-centre": settings.tags.cost_centre,
        "environment": settings.environment,
        "managed-by": "corebank",
        "owner": settings.tags.owner,
    }


def tag_everything(tags: Mapping[str, str]) -> None:
    """Gives the tags to every AWS resource declared from here on; a resource's own win."""

    def add(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        # The SDK names every property a type has, so this tells whether it takes tags at all.
        if not args.type_.startswith("aws:") or "tags" not in args.props:
            return None
        own: Any = args.props["tags"] or {}
        return pulumi.ResourceTransformationResult(
            {**args.props, "tags": {**tags, **own}}, args.opts
        )

    # In this process rather than in the engine, as the newer transforms are: so tests see it too.
    pulumi.runtime.register_stack_transformation(add)
