"""Tags: who answers for a resource, who pays, whose it is and what kind of data it holds.

On everything in AWS that takes tags, by one function for the whole program, so that no component
can forget them. What only a resource knows (its name, its tier) it says itself.
"""

from collections.abc import Mapping
from typing import Any

import pulumi

from domains import PLATFORM, DataClass
from settings import Settings


def common_tags(settings: Settings) -> dict[str, str]:
    """The tags that every resource of a stack has; the platform's, unless ``tagged`` says whose."""
    return {
        "cost-centre": settings.tags.cost_centre,
        "data-class": DataClass.PLATFORM,
        "domain": PLATFORM,
        "environment": settings.environment,
        "managed-by": "corebank",
        "owner": settings.tags.owner,
    }


def tag_everything(tags: Mapping[str, str]) -> None:
    """Gives the tags to every AWS resource declared from here on; a resource's own win.

    The children of pulumi-eks's components are declared elsewhere: they get those of the component.
    """
    # In this process rather than in the engine, as the newer transforms are: so tests see it too.
    pulumi.runtime.register_stack_transformation(_adding(tags))


def tagged(
    opts: pulumi.ResourceOptions, *, data_class: DataClass, domain: str = PLATFORM
) -> pulumi.ResourceOptions:
    """Options for a component whose data, or owner, are not the platform's own.

    Args:
        opts: What its options are otherwise.
        data_class: What kind of data it holds.
        domain: The banking domain it belongs to.
    """
    tags = {"data-class": data_class, "domain": domain}
    return pulumi.ResourceOptions.merge(
        opts, pulumi.ResourceOptions(transformations=[_adding(tags)])
    )


def _adding(tags: Mapping[str, str]) -> pulumi.ResourceTransformation:
    def add(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        # The SDK names every property a type has, so this tells whether it takes tags at all.
        if not args.type_.startswith("aws:") or "tags" not in args.props:
            return None
        own: Any = args.props["tags"] or {}
        return pulumi.ResourceTransformationResult(
            {**args.props, "tags": {**tags, **own}}, args.opts
        )

    return add
