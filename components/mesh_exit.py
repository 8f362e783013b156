"""A host outside the bank, as the mesh's way out knows it: who uses it is each workload's."""

from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource

from components import _mesh_policy as policy
from components import _mesh_routes as routes
from components.mesh import NETWORKING, SECURITY, Mesh


@dataclass(frozen=True, kw_only=True)
class MeshExitArgs:
    """Where it leads.

    Args:
        mesh: The mesh.
        host: The host, ``*.`` in front for all below it.
    """

    mesh: Mesh
    host: str


class MeshExit(pulumi.ComponentResource):
    """The gateway's way to one host: by the name that a connection asks for, and not opened."""

    def __init__(
        self, name: str, args: MeshExitArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:MeshExit", name, {}, opts)
        inside = pulumi.ResourceOptions(
            parent=self,
            depends_on=[args.mesh.kinds],
            deleted_with=args.mesh.args.cluster.cluster,
        )
        called = routes.label(args.host)
        for label, api, kind, spec in (
            ("host", NETWORKING, "ServiceEntry", routes.foreign(args.host)),
            ("passage", NETWORKING, "Gateway", routes.passage(args.host)),
            ("leaving", NETWORKING, "VirtualService", routes.leaving(args.host, by=called)),
            ("released", SECURITY, "AuthorizationPolicy", policy.released(args.host)),
        ):
            CustomResource(
                f"{name}-{label}",
                api_version=api,
                kind=kind,
                metadata={"name": called, "namespace": policy.WAY_OUT_NAMESPACE},
                spec=spec,
                opts=inside,
            )
        self.register_outputs({})
