"""Monitoring: what looks at the cluster, and what is promised of each domain.

A page of its own beside ``bank``. Who reads logs, who takes traces, and where both are kept is here
too.
"""

from ipaddress import IPv4Network

import pulumi

from components._mesh_network import CONTROL_METRICS
from components._mesh_policy import WAY_IN, WAY_IN_NAMESPACE, WAY_OUT, WAY_OUT_NAMESPACE
from components._mesh_values import NODES, SYSTEM
from components._monitoring_network import PROXY_METRICS, Seen
from components._monitoring_values import MonitoringImages, Stack, Telling
from components._network_policies import Peer, Reach
from components._service_level import ServiceLevel
from components._trace_values import TracePlace
from components.cluster_classes import DISK
from components.kubernetes_cluster import KubernetesCluster
from components.mesh import INJECTED, Mesh
from components.monitoring import Monitoring, MonitoringArgs
from components.node_logs import NodeLogs, NodeLogsArgs
from components.traces import Traces, TracesArgs
from domains import AVAILABLE, PLATFORM, DataClass, Domain, Tier
from foundation import Foundation, private_networks
from placement import MONITORING_SERVERS, TIER
from settings import Settings


def run_monitoring(
    settings: Settings, cluster: KubernetesCluster, opts: pulumi.ResourceOptions
) -> Monitoring:
    """Declares what looks at the cluster, and what is watched of the platform."""
    told = settings.monitoring
    images, secrets = told.images, told.secrets
    private = private_networks(settings)
    return Monitoring(
        "monitoring",
        MonitoringArgs(
            cluster=cluster,
            charts=told.charts,
            version=told.versions.stack,
            stack=Stack(
                operator=told.versions.operator,
                images=MonitoringImages(
                    operator=images.operator,
                    reloader=images.reloader,
                    prometheus=images.prometheus,
                    alertmanager=images.alertmanager,
                    grafana=images.grafana,
                    dashboards=images.dashboards,
                    state=images.state,
                ),
                telling=Telling(
                    pages=secrets.pages, tickets=secrets.tickets, heartbeat=secrets.heartbeat
                ),
                nodes=(TIER, Tier.STANDARD),
                priority=Tier.CRITICAL,
                replicas=MONITORING_SERVERS,
                disk=DISK,
                disk_gib=told.disk_gib,
                kept_for=told.kept_for,
            ),
            owner=settings.tags.owner,
            labels=_labels(settings, DataClass.PLATFORM),
            seen=Seen(
                labelled=INJECTED,
                control={
                    "control-plane": Peer(
                        namespace=SYSTEM, labels={"app": "istiod"}, ports=(CONTROL_METRICS,)
                    ),
                    "node-agents": Peer(namespace=NODES, ports=(CONTROL_METRICS,)),
                    "way-in": Peer(
                        namespace=WAY_IN_NAMESPACE, labels={"istio": WAY_IN}, ports=(PROXY_METRICS,)
                    ),
                    "way-out": Peer(
                        namespace=WAY_OUT_NAMESPACE,
                        labels={"istio": WAY_OUT},
                        ports=(PROXY_METRICS,),
                    ),
                },
                nodes=Seen.kubelets([*private.values()]),
                api=_api(settings),
                told=Seen.servers([*settings.network.neighbours.values()]),
            ),
            protect=settings.protect,
        ),
        opts=opts,
    )


def keep_logs(
    settings: Settings, ground: Foundation, cluster: KubernetesCluster, opts: pulumi.ResourceOptions
) -> None:
    """Declares what reads the pods' logs on each node, and where they are kept."""
    told, private = settings.monitoring, private_networks(settings)
    NodeLogs(
        "node-logs",
        NodeLogsArgs(
            cluster=cluster,
            account=settings.account,
            region=settings.region,
            key_arn=ground.keys.arns[DataClass.LOGS],
            boundary=ground.boundary_arn,
            charts=told.charts,
            version=told.versions.collector,
            image=told.images.collector,
            labels=_labels(settings, DataClass.LOGS),
            api=_api(settings),
            logs=Seen.servers([private[zone] for zone in settings.network.zones]),
            protect=settings.protect,
        ),
        opts=opts,
    )


def keep_traces(
    settings: Settings, ground: Foundation, mesh: Mesh, opts: pulumi.ResourceOptions
) -> None:
    """Declares what takes the traces of the mesh, and of what they are made."""
    told, private = settings.monitoring, private_networks(settings)
    Traces(
        "traces",
        TracesArgs(
            mesh=mesh,
            account=settings.account,
            region=settings.region,
            boundary=ground.boundary_arn,
            charts=told.charts,
            version=told.versions.collector,
            image=told.images.collector,
            place=TracePlace(
                nodes=(TIER, Tier.STANDARD), priority=Tier.STANDARD, replicas=MONITORING_SERVERS
            ),
            labels=_labels(settings, DataClass.LOGS),
            kept=Seen.servers([private[zone] for zone in settings.network.zones]),
            protect=settings.protect,
        ),
        opts=opts,
    )


def level_of(domain: Domain, owner: str) -> ServiceLevel:
    """What is promised of a domain: by its tier how often it answers, by its API how soon."""
    return ServiceLevel(
        service=domain.name,
        available=AVAILABLE[domain.tier],
        p99=domain.api.p99,
        owner=owner,
    )


def _labels(settings: Settings, data_class: DataClass) -> dict[str, str]:
    return {
        "bank.internal/data-class": data_class,
        "bank.internal/domain": PLATFORM,
        "bank.internal/owner": settings.tags.owner,
        "bank.internal/tier": Tier.CRITICAL,
    }


def _api(settings: Settings) -> Reach:
    """Where Kubernetes' API server is: in the zones, and by its name inside the cluster."""
    private = private_networks(settings)
    return Seen.servers(
        [
            *(private[zone] for zone in settings.network.zones),
            IPv4Network(settings.cluster.service_network[1]),
        ]
    )
