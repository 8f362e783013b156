"""The network policies of a namespace: that nothing gets through, and then what does."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.networking import v1 as networking

from components._network_policies import nothing


def close_namespace(
    name: str,
    namespace: pulumi.Input[str],
    opened: Mapping[str, Any],
    opts: pulumi.ResourceOptions,
) -> Sequence[pulumi.Resource]:
    """Declares the policy that lets nothing through, and those that let something.

    Args:
        name: What the resources' names begin with.
        namespace: Where they are.
        opened: The specs of what gets through, by the policies' names.
        opts: Of each.

    Returns:
        All of them, for what runs there to wait for.
    """
    specs: Mapping[str, Any] = {"nothing": nothing(), **opened}
    return [
        networking.NetworkPolicy(
            f"{name}-{policy}",
            metadata={"name": policy, "namespace": namespace},
            spec=spec,
            opts=opts,
        )
        for policy, spec in specs.items()
    ]
