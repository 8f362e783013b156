"""The mesh: what it runs, and what one declaration of a domain becomes in it.

A page of its own beside ``bank``. Who calls whom comes from the callers' declarations; what a
request from outside has to show is in ``proofs``.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pulumi

from components import _mesh_routes as routes
from components._mesh_policy import TRUST_DOMAIN, WAY_IN, WAY_IN_NAMESPACE, Tokens, selector
from components._mesh_values import SYSTEM, MeshImages, MeshPlace
from components._network_policies import POD_IDENTITY
from components._ports import REST
from components.kafka import IAM_PORT
from components.kubernetes_cluster import KubernetesCluster
from components.mesh import Mesh, MeshArgs, Outlet
from components.mesh_exit import MeshExit, MeshExitArgs
from components.mesh_workload import Edge
from domain_network import DATABASE_PORT, answers
from domains import PLATFORM, Auth, Catalogue, DataClass, Domain, Tier
from foundation import data_networks, private_networks
from placement import MESH_SERVERS, TIER
from proofs import conditions, needs_token
from settings import Settings

_PER_SECOND = 50
"""How often third parties may ask at each replica of the gateway; a customer at a bank's own page
makes fewer than one a second."""


def _patience(*, retries: int, ejected: int) -> Callable[[timedelta], routes.Patience]:
    return lambda p99: routes.Patience(p99=p99, retries=retries, ejected=ejected)


PATIENCE = {
    Tier.CRITICAL: _patience(retries=2, ejected=34),
    Tier.CORE: _patience(retries=2, ejected=50),
    Tier.STANDARD: _patience(retries=1, ejected=50),
}
"""What is critical has the most replicas, so one zone's may be left out and no more: the others
would not carry the load of all."""


def run_mesh(settings: Settings, cluster: KubernetesCluster, opts: pulumi.ResourceOptions) -> Mesh:
    """Declares the control plane, the gateways, and what holds for everybody."""
    told = settings.mesh
    private = private_networks(settings)
    zone = settings.dns.zone
    neighbours = [str(network) for network in settings.network.neighbours.values()]
    return Mesh(
        "mesh",
        MeshArgs(
            cluster=cluster,
            charts=told.charts,
            version=told.version,
            images=MeshImages(
                pilot=told.images.pilot, proxy=told.images.proxy, cni=told.images.cni
            ),
            place=MeshPlace(
                nodes=(TIER, Tier.CRITICAL),
                priority=Tier.CRITICAL,
                minimum=MESH_SERVERS[0],
                maximum=MESH_SERVERS[1],
            ),
            labels={
                "bank.internal/data-class": DataClass.PLATFORM,
                "bank.internal/domain": PLATFORM,
                "bank.internal/owner": settings.tags.owner,
                "bank.internal/tier": Tier.CRITICAL,
            },
            host=_host(zone, certified=False),
            third_parties=_host(zone, certified=True),
            certificate=told.certificates.gateway,
            authorities=told.certificates.third_parties,
            tokens=Tokens(
                issuer=told.tokens.issuer, keys=told.tokens.keys, audience=told.tokens.audience
            ),
            outlets=_outlets(settings),
            api=[
                *(str(private[each]) for each in settings.network.zones),
                f"{settings.cluster.service_network[1]}/32",
            ],
            issuers=neighbours,
            clients=[str(settings.network.cidr), *neighbours],
            protect=settings.protect,
        ),
        opts=opts,
    )


def _outlets(settings: Settings) -> Mapping[str, Outlet]:
    """What every workload may know of outside the mesh; the network says who reaches it."""
    region, data = settings.region, [str(each) for each in data_networks(settings).values()]
    vault, evidence = urlsplit(settings.vault.address), urlsplit(settings.evidence.endpoint)
    return {
        "brokers": Outlet(hosts=[f"*.kafka.{region}.amazonaws.com"], port=IAM_PORT, protocol="TLS"),
        # PostgreSQL begins in the clear and then asks for TLS.
        "databases": Outlet(
            hosts=[f"*.{region}.rds.amazonaws.com"],
            port=DATABASE_PORT,
            protocol="TCP",
            networks=data,
        ),
        "evidence": Outlet(
            hosts=[evidence.hostname or ""], port=evidence.port or 443, protocol="TLS"
        ),
        "identity": Outlet(
            hosts=["pod-identity.eks.internal"], port=80, protocol="TCP", networks=[POD_IDENTITY]
        ),
        "schemas": Outlet(hosts=[f"glue.{region}.amazonaws.com"], port=443, protocol="TLS"),
        "traces": Outlet(hosts=[f"xray.{region}.amazonaws.com"], port=443, protocol="TLS"),
        "vault": Outlet(hosts=[vault.hostname or ""], port=vault.port or 443, protocol="TLS"),
    }


def open_ways_out(catalogue: Catalogue, mesh: Mesh, opts: pulumi.ResourceOptions) -> None:
    """Declares the way out to each host that some domain connects to."""
    for host in sorted({host for domain in catalogue.domains for host in domain.outside}):
        name = f"exit-{routes.label(host)}"
        MeshExit(name, MeshExitArgs(mesh=mesh, host=host), opts=opts)


def edge_of(domain: Domain, zone: str) -> Edge | None:
    """How a domain is asked from outside; None where it is not."""
    api = domain.api
    if not (api.path or api.host):
        return None
    certified = Auth.MUTUAL_TLS in api.auth
    return Edge(
        host=f"{api.host}.{zone}" if api.host else "",
        path=api.path,
        port=REST,
        certified=certified,
        token=needs_token(domain),
        conditions=conditions(domain),
        # Who comes by a law or by a customer's consent, and not by the bank's own pages.
        per_second=_PER_SECOND if certified or Auth.CONSENT in api.auth else None,
    )


def who_calls_whom(settings: Settings, catalogue: Catalogue) -> Mapping[str, Any]:
    """What should hold in the mesh: by domain who calls it, where, and how outsiders ask."""
    zone = settings.dns.zone
    return {
        "root": SYSTEM,
        "trustDomain": TRUST_DOMAIN,
        "gateway": {"namespace": WAY_IN_NAMESPACE, "serviceAccount": WAY_IN},
        "domains": {
            domain.name: {
                "namespace": domain.name,
                "serviceAccount": domain.name,
                "labels": selector(domain.name)["matchLabels"],
                "ports": [*answers(domain)],
                "callers": [*catalogue.callers(domain.name)],
                "outsiders": [edge.port for edge in _edges(domain, zone)],
                "doors": [
                    {
                        "host": edge.host or _host(zone, certified=edge.certified),
                        "path": edge.path,
                        "certified": edge.certified,
                    }
                    for edge in _edges(domain, zone)
                ],
            }
            for domain in catalogue.domains
        },
    }


def _edges(domain: Domain, zone: str) -> list[Edge]:
    edge = edge_of(domain, zone)
    return [] if edge is None else [edge]


def _host(zone: str, *, certified: bool) -> str:
    """The host that many share: the one for all, or the one for who needs a certificate."""
    return f"partners.api.{zone}" if certified else f"api.{zone}"
