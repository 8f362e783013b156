"""What takes the traces that the mesh's proxies make, and has them kept.

Owns its namespace, its role, who may tell it, and of what traces are made. It is in the mesh as
those are who tell it. Leaves out the mesh, which knows where it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_kubernetes.apiextensions import CustomResource
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.helm import v3 as helm

from components._closed_namespace import close_namespace
from components._mesh_network import traces as may_reach
from components._mesh_policy import anybody
from components._mesh_values import SYSTEM
from components._network_policies import Reach
from components._pod_security import restricted
from components._trace_values import NAMESPACE, OTLP, PODS, TracePlace, made, trace_collector
from components.mesh import INJECTED, SECURITY, TELEMETRY, Mesh
from components.workload_identity import WorkloadIdentity, WorkloadIdentityArgs


@dataclass(frozen=True, kw_only=True)
class TracesArgs:
    """What it is made of.

    Args:
        mesh: The mesh whose proxies tell it.
        account: The account, 12 digits.
        region: Where traces are kept.
        boundary: ARN of the permissions boundary of the role that keeps them.
        charts: The address under which its chart is.
        version: The chart's.
        image: What runs, ``registry/name@sha256:…``.
        place: Where it runs.
        labels: Labels of the namespace.
        kept: Where X-Ray's endpoint is.
        protect: Whether what runs is protected from deletion.
    """

    mesh: Mesh
    account: str
    region: str
    boundary: pulumi.Input[str]
    charts: str
    version: str
    image: str
    place: TracePlace
    labels: Mapping[str, str]
    kept: Reach
    protect: bool


class Traces(pulumi.ComponentResource):
    """A namespace of the mesh in which only restricted pods run, and a collector for all others."""

    def __init__(
        self, name: str, args: TracesArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:Traces", name, {}, opts)
        cluster = args.mesh.args.cluster
        inside = pulumi.ResourceOptions(parent=self, deleted_with=cluster.cluster)
        meshed = pulumi.ResourceOptions.merge(
            inside, pulumi.ResourceOptions(depends_on=[args.mesh.kinds])
        )
        namespace = core.Namespace(
            f"{name}-namespace",
            metadata={
                "name": NAMESPACE,
                "labels": {**args.labels, **INJECTED, **restricted(cluster.version)},
            },
            opts=inside,
        ).metadata["name"]
        collector = may_reach(pods=PODS, port=OTLP, labelled=INJECTED, kept=args.kept)
        closed = close_namespace(name, namespace, {"collector": collector}, inside)
        account = core.ServiceAccount(
            f"{name}-account",
            metadata={"name": NAMESPACE, "namespace": namespace},
            # It asks Kubernetes nothing; its way into AWS is a token of another kind.
            automount_service_account_token=False,
            opts=inside,
        ).metadata["name"]
        identity = WorkloadIdentity(
            f"{name}-identity",
            WorkloadIdentityArgs(
                cluster=cluster,
                account=args.account,
                role="corebank-traces",
                namespace=namespace,
                service_account=account,
                boundary=args.boundary,
                policies={},
                # X-Ray knows no resources that these could name (IAM, actions of X-Ray).
                statements=[
                    {
                        "Effect": "Allow",
                        "Action": ["xray:PutTelemetryRecords", "xray:PutTraceSegments"],
                        "Resource": "*",
                    }
                ],
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
        CustomResource(
            f"{name}-tellers",
            api_version=SECURITY,
            kind="AuthorizationPolicy",
            metadata={"name": "tellers", "namespace": namespace},
            spec=anybody(OTLP),
            opts=meshed,
        )
        helm.Release(
            f"{name}-release",
            name=NAMESPACE,
            namespace=namespace,
            chart=f"{args.charts}/opentelemetry-collector",
            version=args.version,
            values=trace_collector(args.image, region=args.region, place=args.place),
            opts=pulumi.ResourceOptions.merge(
                inside,
                pulumi.ResourceOptions(
                    depends_on=[*closed, identity.association], protect=args.protect
                ),
            ),
        )
        # In the mesh's root namespace it holds for all.
        CustomResource(
            f"{name}-made",
            api_version=TELEMETRY,
            kind="Telemetry",
            metadata={"name": "default", "namespace": SYSTEM},
            spec=made(),
            opts=meshed,
        )
        self.register_outputs({})
