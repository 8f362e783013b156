"""The data centre's part of a stack: nodes in vSphere that are the cluster's as any other.

A page of its own, which a stack without a data centre does not even read: the provider's SDK takes
half a second to load.
"""

import pulumi

from components._node_setup import Joining, Wiring
from components.hybrid_identity import HybridIdentity, HybridIdentityArgs
from components.hybrid_pool import HybridPool, HybridPoolArgs
from components.kubernetes_cluster import KubernetesCluster
from components.vsphere_site import OPERATORS_PRIVILEGES, VSphereSite, VSphereSiteArgs
from foundation import Foundation
from placement import POOL, SITE
from providers import vsphere_provider
from settings import OnPremisesSettings, Settings


def equip_data_centre(
    settings: Settings,
    on_premises: OnPremisesSettings,
    ground: Foundation,
    cluster: KubernetesCluster,
    opts: pulumi.ResourceOptions,
) -> None:
    """Declares pools and their nodes, and exports what vCenter should show."""
    vcenter, prefix = on_premises.vcenter, f"corebank-{settings.environment}"
    opts = pulumi.ResourceOptions.merge(
        opts, pulumi.ResourceOptions(providers=[vsphere_provider(vcenter.server)])
    )
    identity = HybridIdentity(
        "hybrid",
        HybridIdentityArgs(
            cluster=cluster,
            account=settings.account,
            region=settings.region,
            boundary=ground.boundary_arn,
        ),
        opts=opts,
    )
    site = VSphereSite(
        "site",
        VSphereSiteArgs(
            prefix=prefix,
            datacenter=vcenter.datacenter,
            cluster=vcenter.cluster,
            datastore=vcenter.datastore,
            encryption_policy=vcenter.encryption_policy,
            switch=vcenter.switch,
            vlan=vcenter.vlan,
            template=vcenter.template,
            operators=vcenter.operators,
        ),
        opts=opts,
    )
    servers = {server for each in settings.dns.forward.values() for server in each}
    pools = {
        name: HybridPool(
            f"pool-{name}",
            HybridPoolArgs(
                site=site,
                pool=name,
                identity=identity,
                joining=Joining(
                    cluster=cluster.name,
                    region=settings.region,
                    version=cluster.version,
                    labels={POOL: name, SITE: vcenter.datacenter},
                    taints={POOL: name},
                ),
                template=vcenter.template,
                wiring=Wiring(network=on_premises.nodes, name_servers=sorted(servers)),
                own_addresses=pool.addresses,
                nodes=pool.nodes,
                cpus=pool.cpus,
                core_mhz=vcenter.hosts.core_mhz,
                memory_gib=pool.memory_gib,
                disk_gib=pool.disk_gib,
                reserved=pool.reserved,
            ),
            opts=opts,
        )
        for name, pool in on_premises.pools.items()
    }
    pulumi.export(
        "pools",
        {
            "datacenter": vcenter.datacenter,
            "cluster": vcenter.cluster,
            "prefix": prefix,
            "network": {"name": f"{prefix}-nodes", "vlan": vcenter.vlan},
            "operators": {"group": vcenter.operators, "may": list(OPERATORS_PRIVILEGES)},
            "pools": {
                name: {
                    "nodes": pool.nodes,
                    "cpuReservation": pool.cpu_reservation,
                    "memoryReservation": pool.memory_reservation,
                    "cpus": on_premises.pools[name].cpus,
                    "memory": on_premises.pools[name].memory_gib * 1024,
                }
                for name, pool in pools.items()
            },
        },
    )
