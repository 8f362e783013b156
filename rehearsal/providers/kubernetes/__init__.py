"""The kubernetes stand-in: objects of every kind, on the rehearsal's real API server.

There is no table of types: a type's token is the kind's own name, and the server knows the rest.
Helm's releases are recorded, since no chart can be had, and say so.
"""

from rehearsal.providers.framework import Endpoints
from rehearsal.providers.kubernetes.cluster import Cluster, cluster
from rehearsal.providers.kubernetes.provider import KubernetesStandIn


def stand_in(endpoints: Endpoints) -> KubernetesStandIn:
    """The stand-in for package ``kubernetes``. It ignores the kubeconfig and asks the local one."""

    def connect() -> Cluster | None:
        server = endpoints().get("kubernetes")
        return cluster(server["kubeconfig"]) if server else None

    return KubernetesStandIn(connect)
