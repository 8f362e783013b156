"""A segment of the cluster's network: a namespace whose pods talk with whom is named, and no more.

Owns the policies. Leaves out who enforces them, which is the cluster's network plugin, and who
speaks over a connection once it is open, which is the mesh's to know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from components._closed_namespace import close_namespace
from components._network_policies import Peer, Reach, workload
from components.kubernetes_cluster import KubernetesCluster


@dataclass(frozen=True, kw_only=True)
class NetworkSegmentArgs:
    """What a segment is made of.

    Args:
        cluster: The cluster it is in.
        namespace: Its namespace.
        pods: Labels of the workload's pods; any others in the namespace talk with nobody.
        admits: Who opens connections to them.
        reaches: What they open connections to, beside the cluster's names and their role.
    """

    cluster: KubernetesCluster
    namespace: pulumi.Input[str]
    pods: Mapping[str, str]
    admits: Sequence[Peer]
    reaches: Sequence[Peer | Reach]


class NetworkSegment(pulumi.ComponentResource):
    """The two policies of a namespace: one that lets nothing through, and one that says what."""

    def __init__(
        self, name: str, args: NetworkSegmentArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:NetworkSegment", name, {}, opts)
        inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        opened = workload(pods=args.pods, admits=args.admits, reaches=args.reaches)
        self._policies = close_namespace(name, args.namespace, {"workload": opened}, inside)
        self.register_outputs({})

    @property
    def policies(self) -> Sequence[pulumi.Resource]:
        """The policies. No output: what runs here waits for them."""
        return self._policies
