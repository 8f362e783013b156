"""Where each domain runs, and how much of it: what the stack file says of its tier and its site.

Owns the labels by which nodes are told apart. No Pulumi.
"""

from components._mesh_values import PROXY_CPU_MILLIS, PROXY_LIMIT_MIB
from components._pod import CPU_MILLIS, MEMORY_LIMIT_MIB, Placement, Size
from components._quota import PodSize, Share
from domains import Domain, Tier
from settings import Settings

TIER = "bank.internal/tier"
"""Label of nodes in the cloud: what runs on them."""
SITE, POOL = "bank.internal/site", "bank.internal/pool"
"""Labels of nodes in a data centre: where a node is, and of which pool. Pods have to tolerate the
second."""
RESERVED = frozenset({Tier.CRITICAL, Tier.CORE})
"""Tiers whose nodes keep others' pods away: what the cluster itself needs runs with those that can
wait."""
MESH_SERVERS = (2, 4)
"""Of the mesh's control plane and of each gateway, at least and at most, on critical nodes."""
MONITORING_SERVERS = 2
"""Of what asks and of what tells, each in a zone of its own: the fewest that survive one. On
standard nodes."""

ZONE, HOST = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
"""Labels that every node in the cloud has, and every node."""


def placed(settings: Settings, domain: Domain) -> Placement:
    """On which nodes a domain runs: its pool's, or those of its tier."""
    pool = settings.pool_of(domain.name)
    if settings.on_premises is not None and pool is not None:
        site = settings.on_premises.vcenter.datacenter
        # A pool's machines are on a host each, so what is on two of them survives a host.
        return Placement(nodes={POOL: pool, SITE: site}, tolerates={POOL: pool}, apart=(HOST,))
    return Placement(
        nodes={TIER: domain.tier},
        tolerates={TIER: domain.tier} if domain.tier in RESERVED else {},
        apart=(ZONE, HOST) if domain.tier is Tier.CRITICAL else (ZONE,),
    )


def sized(settings: Settings, domain: Domain) -> Size:
    """How much of a domain there is: what its tier has."""
    tiers = settings.workloads.tiers
    has = {Tier.CRITICAL: tiers.critical, Tier.CORE: tiers.core, Tier.STANDARD: tiers.standard}
    of = has[domain.tier]
    return Size(
        minimum=of.minimum,
        maximum=of.maximum,
        cpu_millis=of.cpu_millis,
        memory_mib=of.memory_mib,
    )


def share(size: Size) -> Share:
    """What a domain may use of the cluster: as many pods as it grows to, and one that replaces."""
    return Share(
        pods=size.maximum + 1,
        pod=PodSize(
            cpu_millis=size.cpu_millis + CPU_MILLIS + PROXY_CPU_MILLIS,
            memory_mib=size.memory_mib + MEMORY_LIMIT_MIB + PROXY_LIMIT_MIB,
        ),
    )


def grown(settings: Settings) -> list[dict[str, object]]:
    """How many nodes of each kind there can be in the cloud, and the labels they are known by."""
    groups = settings.cluster.node_groups
    return [
        {"labels": {TIER: tier}, "maximum": group.maximum}
        for tier, group in (
            (Tier.CRITICAL, groups.critical),
            (Tier.CORE, groups.core),
            (Tier.STANDARD, groups.standard),
        )
    ]
