"""The mesh: what makes services know each other, and the two gateways to the world outside.

Owns its namespaces, what runs there, and what holds for everybody: certificates on each connection,
and nobody let in whom no policy names. Leaves out who may call whom, which is each workload's; who
certifies third parties, and the gateway's own certificate, which people put there as secrets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm import v3 as helm

from components import _mesh_network as network
from components import _mesh_policy as policy
from components import _mesh_routes as routes
from components import _mesh_values as values
from components._closed_namespace import close_namespace
from components._mesh_values import NODES, SYSTEM, MeshImages, MeshPlace
from components._pod_security import privileged, restricted
from components.kubernetes_cluster import KubernetesCluster

SECURITY, NETWORKING, ENVOY, TELEMETRY = (
    "security.istio.io/v1",
    "networking.istio.io/v1",
    "networking.istio.io/v1alpha3",
    "telemetry.istio.io/v1",
)
"""The API versions of its kinds."""
APIS, THIRD_PARTIES = "apis", "third-parties"
"""Names of the gateway's declarations that many share: for all, and for who needs a certificate."""
INJECTED = {"istio-injection": "enabled"}
"""Label of the namespaces whose pods get a proxy."""


@dataclass(frozen=True, kw_only=True)
class Outlet:
    """Something outside the mesh that its workloads use.

    Args:
        hosts: Its names.
        port: Where it answers.
        protocol: What is spoken there: ``TLS``, or ``TCP`` where that comes later or never.
        networks: Where it is; by TLS it is known without.
    """

    hosts: Sequence[str]
    port: int
    protocol: str
    networks: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class MeshArgs:
    """What a mesh is made of.

    Args:
        cluster: The cluster it is in.
        charts: The address under which its charts are.
        version: Theirs.
        images: What runs.
        place: Where its control plane and gateways run.
        labels: Labels of its namespaces.
        host: The host under whose paths workloads answer what comes from outside.
        third_parties: The same, for those who have to show a certificate.
        certificate: Name of the secret with the gateway's certificate.
        authorities: Name of the secret with those who certify third parties.
        tokens: Whose tokens are believed.
        outlets: What workloads use outside the mesh, by name.
        api: Where Kubernetes' API server is.
        issuers: Where the issuer of tokens publishes its keys.
        clients: Where those are who ask from outside.
        protect: Whether what runs is protected from deletion.
    """

    cluster: KubernetesCluster
    charts: str
    version: str
    images: MeshImages
    place: MeshPlace
    labels: Mapping[str, str]
    host: str
    third_parties: str
    certificate: str
    authorities: str
    tokens: policy.Tokens
    outlets: Mapping[str, Outlet]
    api: Sequence[str]
    issuers: Sequence[str]
    clients: Sequence[str]
    protect: bool


class Mesh(pulumi.ComponentResource):
    """Istio with a proxy beside each workload: strict for all, and closed until somebody opens."""

    def __init__(
        self, name: str, args: MeshArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Mesh", name, {}, opts)
        self.args = args
        self._name = name
        self._inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        spaces = self._namespaces()
        closed = self._network_policies(spaces)
        # Brings the definitions of the mesh's kinds: nothing of such a kind can be made before.
        self.kinds = self._release("base", "base", spaces[SYSTEM], {}, closed)
        on_nodes = self._release(
            "cni", "cni", spaces[NODES], values.node_agent(args.images), [self.kinds, *closed]
        )
        control = self._release(
            "istiod",
            "istiod",
            spaces[SYSTEM],
            values.control_plane(args.images, args.place),
            [self.kinds, on_nodes],
        )
        for gateway, space, told in (
            (policy.WAY_IN, policy.WAY_IN_NAMESPACE, values.way_in(args.place)),
            (policy.WAY_OUT, policy.WAY_OUT_NAMESPACE, values.way_out(args.place)),
        ):
            self._release(gateway, "gateway", spaces[space], told, [control])
        self._rules()
        self.register_outputs({})

    def _namespaces(self) -> Mapping[str, pulumi.Output[str]]:
        version = self.args.cluster.version
        # What runs on each node writes into the node's own files and changes the way of packets,
        # which no restricted pod may: it alone is in a namespace where that is allowed.
        security = {
            SYSTEM: restricted(version),
            NODES: privileged(version),
            policy.WAY_IN_NAMESPACE: restricted(version),
            policy.WAY_OUT_NAMESPACE: restricted(version),
        }
        return {
            space: core.Namespace(
                f"{self._name}-{space}",
                metadata={"name": space, "labels": {**self.args.labels, **labels}},
                opts=self._inside,
            ).metadata["name"]
            for space, labels in security.items()
        }

    def _network_policies(
        self, spaces: Mapping[str, pulumi.Output[str]]
    ) -> Sequence[pulumi.Resource]:
        args = self.args
        own: Mapping[str, Any] = {
            SYSTEM: network.control_plane(labelled=INJECTED, api=args.api, issuers=args.issuers),
            NODES: network.node_agents(api=args.api),
            policy.WAY_IN_NAMESPACE: network.way_in(clients=args.clients, labelled=INJECTED),
            policy.WAY_OUT_NAMESPACE: network.way_out(labelled=INJECTED),
        }
        return [
            each
            for space, allowed in own.items()
            for each in close_namespace(
                f"{self._name}-{space}", spaces[space], {"workload": allowed}, self._inside
            )
        ]

    def _release(
        self,
        release: str,
        chart: str,
        namespace: pulumi.Input[str],
        told: Mapping[str, Any],
        after: Sequence[pulumi.Resource],
    ) -> pulumi.Resource:
        return helm.Release(
            f"{self._name}-{release}",
            name=release,
            namespace=namespace,
            chart=f"{self.args.charts}/{chart}",
            version=self.args.version,
            values=told,
            opts=pulumi.ResourceOptions.merge(
                self._inside,
                pulumi.ResourceOptions(depends_on=[*after], protect=self.args.protect),
            ),
        )

    def _rules(self) -> None:
        """What holds for everybody."""
        args = self.args
        way_in = policy.WAY_IN_NAMESPACE
        # In the root namespace both hold for all namespaces.
        self._rule("strict", SECURITY, "PeerAuthentication", "default", SYSTEM, policy.strict())
        self._rule("nobody", SECURITY, "AuthorizationPolicy", "nobody", SYSTEM, policy.nobody())
        for label, host, authorities in (
            (APIS, args.host, ""),
            (THIRD_PARTIES, args.third_parties, args.authorities),
        ):
            spec = routes.gateway(host, certificate=args.certificate, authorities=authorities)
            self._rule(label, NETWORKING, "Gateway", label, way_in, spec)
        self._rule("limiting", ENVOY, "EnvoyFilter", "limiting", way_in, routes.limiting())
        for label, each in args.outlets.items():
            spec = routes.outlet(
                each.hosts, port=each.port, protocol=each.protocol, networks=each.networks
            )
            self._rule(f"outlet-{label}", NETWORKING, "ServiceEntry", label, SYSTEM, spec)

    def _rule(  # noqa: PLR0913, PLR0917 - what an object consists of
        self, label: str, api: str, kind: str, name: str, namespace: str, spec: Mapping[str, Any]
    ) -> None:
        CustomResource(
            f"{self._name}-{label}",
            api_version=api,
            kind=kind,
            metadata={"name": name, "namespace": namespace},
            spec=spec,
            opts=pulumi.ResourceOptions.merge(
                self._inside, pulumi.ResourceOptions(depends_on=[self.kinds])
            ),
        )
