"""One workload's share of the mesh: who calls it, who asks from outside, whom it reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components import _mesh_policy as policy
from components import _mesh_routes as routes
from components._mesh_routes import Patience
from components.mesh import APIS, ENVOY, NETWORKING, SECURITY, THIRD_PARTIES, Mesh


@dataclass(frozen=True, kw_only=True)
class Edge:
    """How a workload is asked from outside.

    Args:
        host: A host of its own; empty where it has a path under the mesh's.
        path: Such as ``/payments``; empty where it has a host.
        port: Where it answers.
        certified: Whether who asks has to show a certificate.
        token: Whether who asks has to bring a token.
        conditions: What a request has to show, all of it.
        per_second: How often it may be asked; None for as often as they like.
    """

    host: str
    path: str
    port: int
    certified: bool
    token: bool
    conditions: Sequence[policy.Condition]
    per_second: int | None


@dataclass(frozen=True, kw_only=True)
class MeshWorkloadArgs:
    """Whose share of the mesh it is.

    Args:
        mesh: The mesh.
        workload: The name of the workload, of its namespace and of its service account.
        namespace: The namespace, known once it is there.
        ports: Where it answers.
        callers: Names of the workloads that call it.
        calls: Names of the workloads that it calls.
        outside: Hosts outside that it connects to.
        patience: How long others wait for it.
        edge: How it is asked from outside; None where it is not.
    """

    mesh: Mesh
    workload: str
    namespace: pulumi.Input[str]
    ports: Sequence[int]
    callers: Sequence[str]
    calls: Sequence[str]
    outside: Sequence[str]
    patience: Patience
    edge: Edge | None


class MeshWorkload(pulumi.ComponentResource):
    """The policies and routes of one workload: closed, and opened for each who is named."""

    hosts: tuple[str, ...]
    """Under which it is asked from outside; none where it is not."""

    def __init__(
        self, name: str, args: MeshWorkloadArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:MeshWorkload", name, {}, opts)
        self._name, self._args = name, args
        self._opts = pulumi.ResourceOptions(
            parent=self,
            depends_on=[args.mesh.kinds],
            deleted_with=args.mesh.args.cluster.cluster,
        )
        workload = args.workload
        self._rule("strict", SECURITY, "PeerAuthentication", "default", policy.strict())
        self._rule("nobody", SECURITY, "AuthorizationPolicy", "nobody", policy.nobody())
        for by in args.callers:
            spec = policy.caller(workload, by=by, ports=args.ports)
            self._rule(f"from-{by}", SECURITY, "AuthorizationPolicy", f"from-{by}", spec)
        spec = routes.within(workload, ports=args.ports, patience=args.patience)
        self._rule("within", NETWORKING, "VirtualService", "within", spec)
        spec = routes.connections(workload, args.patience)
        self._rule("connections", NETWORKING, "DestinationRule", workload, spec)
        spec = routes.sidecar(calls=args.calls, outside=bool(args.outside))
        self._rule("sidecar", NETWORKING, "Sidecar", "default", spec)
        for host in args.outside:
            label = routes.label(host)
            self._rule(f"{label}-host", NETWORKING, "ServiceEntry", label, routes.foreign(host))
            self._rule(f"{label}-way", NETWORKING, "VirtualService", label, routes.way_out(host))
        self.hosts = () if args.edge is None else (self._open(args.edge),)
        self.register_outputs({"hosts": list(self.hosts)})

    def _open(self, edge: Edge) -> str:
        args, mesh, workload = self._args, self._args.mesh.args, self._args.workload
        way_in = policy.WAY_IN_NAMESPACE
        shared = mesh.third_parties if edge.certified else mesh.host
        host, gateway = edge.host or shared, THIRD_PARTIES if edge.certified else APIS
        if edge.host:
            gateway = workload
            spec = routes.gateway(
                host,
                certificate=mesh.certificate,
                authorities=mesh.authorities if edge.certified else "",
                namespace=workload,
            )
            self._rule("gateway", NETWORKING, "Gateway", workload, spec, namespace=way_in)
        paths = routes.paths(edge.path)
        spec = policy.admitted(host=host, paths=paths)
        self._rule("admitted", SECURITY, "AuthorizationPolicy", workload, spec, namespace=way_in)
        spec = policy.outsiders(
            workload,
            port=edge.port,
            paths=paths,
            conditions=edge.conditions,
            tokens=mesh.tokens if edge.token else None,
        )
        self._rule("from-outside", SECURITY, "AuthorizationPolicy", "from-outside", spec)
        spec = policy.believed(workload, mesh.tokens)
        self._rule("tokens", SECURITY, "RequestAuthentication", "tokens", spec)
        spec = routes.from_outside(
            workload,
            host=host,
            path=edge.path,
            gateway=gateway,
            port=edge.port,
            patience=args.patience,
        )
        self._rule("outside", NETWORKING, "VirtualService", "outside", spec)
        if edge.per_second is not None:
            spec = routes.limit(host=host, route=workload, per_second=edge.per_second)
            self._rule("limit", ENVOY, "EnvoyFilter", workload, spec, namespace=way_in)
        return host

    def _rule(  # noqa: PLR0913 - what an object consists of
        self,
        label: str,
        api: str,
        kind: str,
        name: str,
        spec: Mapping[str, Any],
        *,
        namespace: pulumi.Input[str] = "",
    ) -> None:
        CustomResource(
            f"{self._name}-{label}",
            api_version=api,
            kind=kind,
            metadata={"name": name, "namespace": namespace or self._args.namespace},
            spec=spec,
            opts=self._opts,
        )
