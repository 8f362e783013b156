"""Whom a domain's workload talks with: from its declaration to pods, networks and ports.

Leaves out who may ask for what once a connection is open: that is the mesh's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any
from urllib.parse import urlsplit

from components._mesh_network import ANSWERS, ISTIOD
from components._mesh_policy import WAY_IN, WAY_IN_NAMESPACE, WAY_OUT, WAY_OUT_NAMESPACE
from components._monitoring_network import NAMESPACE as MONITORING
from components._monitoring_network import PROXY_METRICS
from components._network_policies import Peer, Reach
from components._pod import labels
from components._ports import GRPC, REST
from components._trace_values import TRACES
from components._vault_config import PORT as VAULT_PORT
from components._vault_values import PODS as VAULT_PODS
from components.kafka import IAM_PORT
from components.vault_servers import NAMESPACE as VAULT
from domains import Catalogue, Domain
from foundation import data_networks, private_networks
from settings import Settings

SECRETS = Peer(namespace=VAULT, labels=VAULT_PODS, ports=(VAULT_PORT,))
METRICS = Peer(namespace=MONITORING, ports=(PROXY_METRICS,))
"""Who asks a sidecar for its own metrics and its workload's."""
DATABASE_PORT, AWS_PORT = 5432, 443


@dataclass(frozen=True, kw_only=True)
class Networks:
    """Where things are that are not in the cluster.

    Args:
        data: Brokers and databases.
        endpoints: The private endpoints of AWS's services.
        evidence: The evidence store, wherever its name leads among nodes.
    """

    data: Sequence[IPv4Network]
    endpoints: Sequence[IPv4Network]
    evidence: Reach


@dataclass(frozen=True, kw_only=True)
class Flows:
    """The connections of one workload.

    Args:
        admits: Who opens them to it.
        reaches: What it opens them to, beside the cluster's names and its role's credentials.
    """

    admits: Sequence[Peer]
    reaches: Sequence[Peer | Reach]


def networks(settings: Settings) -> Networks:
    """Where a stack has things that are not in the cluster."""
    private = private_networks(settings)
    return Networks(
        data=[*data_networks(settings).values()],
        endpoints=[private[zone] for zone in settings.network.zones],
        evidence=Reach(
            networks=[*private.values()],
            port=urlsplit(settings.evidence.endpoint).port or 443,
        ),
    )


def flows(domain: Domain, catalogue: Catalogue, where: Networks) -> Flows:
    """What one declaration says of connections; a domain in the data centre has the same ones."""
    api = domain.api
    streams = bool(domain.publishes or domain.consumes)
    called = [each for each in catalogue.domains if each.name in domain.calls]
    return Flows(
        admits=[
            *(_pods(caller, answers(domain)) for caller in catalogue.callers(domain.name)),
            *(
                [_gateway(WAY_IN, WAY_IN_NAMESPACE, answers(domain))]
                if api.path or api.host
                else []
            ),
            METRICS,
        ],
        reaches=[
            ISTIOD,
            SECRETS,
            TRACES,
            *(_pods(each.name, answers(each)) for each in called),
            *([_gateway(WAY_OUT, WAY_OUT_NAMESPACE, (ANSWERS,))] if domain.outside else []),
            *([where.evidence] if domain.evidence else []),
            *([Reach(networks=where.data, port=DATABASE_PORT)] if domain.database else []),
            *([Reach(networks=where.data, port=IAM_PORT)] if streams else []),
            # The registry of schemas, which alone it asks.
            *([Reach(networks=where.endpoints, port=AWS_PORT)] if streams else []),
        ],
    )


def answers(domain: Domain) -> tuple[int, ...]:
    """The ports at which its API answers."""
    return ((REST,) if domain.api.rest else ()) + ((GRPC,) if domain.api.grpc else ())


def told(domain: Domain, its: Flows) -> dict[str, Any]:
    """What the declaration says of connections, as the stack's exports have it."""
    inside = [peer for peer in its.reaches if isinstance(peer, Peer)]
    outside = [reach for reach in its.reaches if isinstance(reach, Reach)]
    return {
        "pods": dict(labels(domain.name)),
        "admits": [_told(peer) for peer in its.admits],
        "reaches": [_told(peer) for peer in inside],
        "networks": [
            {"networks": [str(network) for network in reach.networks], "ports": [reach.port]}
            for reach in outside
        ],
    }


def _told(peer: Peer) -> dict[str, Any]:
    return {"namespace": peer.namespace, "pods": dict(peer.labels), "ports": [*peer.ports]}


def _gateway(which: str, namespace: str, ports: Sequence[int]) -> Peer:
    return Peer(namespace=namespace, labels={"istio": which}, ports=ports)


def _pods(domain: str, ports: Sequence[int]) -> Peer:
    return Peer(namespace=domain, labels=labels(domain), ports=ports)
