"""What a stack tells those who use it: where each thing is."""

from typing import Any

from components.vsphere_site import OPERATORS_PRIVILEGES
from domains import Catalogue
from settings import Settings
from tests.engine import Deployment


def exported_pools(settings: Settings) -> dict[str, Any]:
    """What is told of the data centre, where there is one."""
    site = settings.on_premises
    if site is None:
        return {}
    prefix = f"corebank-{settings.environment}"
    return {
        "pools": {
            "datacenter": "dublin",
            "cluster": prefix,
            "prefix": prefix,
            "network": {"name": f"{prefix}-nodes", "vlan": site.vcenter.vlan},
            "operators": {
                "group": site.vcenter.operators,
                "may": list(OPERATORS_PRIVILEGES),
            },
            "pools": {
                name: {
                    "nodes": {
                        f"{prefix}-{name}-{number + 1}": str(pool.addresses[number])
                        for number in range(pool.nodes)
                    },
                    "cpus": pool.cpus,
                    "memory": pool.memory_gib * 1024,
                    # Every pool of ours is reserved.
                    "cpuReservation": pool.nodes * pool.cpus * 2600,
                    "memoryReservation": pool.nodes * pool.memory_gib * 1024,
                }
                for name, pool in site.pools.items()
            },
        }
    }


def exported_workloads(settings: Settings, catalogue: Catalogue) -> dict[str, Any]:
    """What should be seen running, and on which nodes."""
    zone, host = "topology.kubernetes.io/zone", "kubernetes.io/hostname"
    site = settings.on_premises
    pools = {} if site is None else {d: p for p, each in site.pools.items() for d in each.domains}
    tiers = settings.workloads.tiers
    return {
        domain.name: {
            "namespace": domain.name,
            "image": domain.image,
            "tier": domain.tier,
            "minimum": getattr(tiers, domain.tier).minimum,
            "maximum": getattr(tiers, domain.tier).maximum,
            "away": 1,
            **(
                {
                    "nodes": {"bank.internal/pool": pool, "bank.internal/site": "dublin"},
                    "tolerates": {"bank.internal/pool": pool},
                    "apart": [host],
                }
                if (pool := pools.get(domain.name))
                else {
                    "nodes": {"bank.internal/tier": domain.tier},
                    "tolerates": {}
                    if domain.tier == "standard"
                    else {"bank.internal/tier": domain.tier},
                    "apart": [zone, host] if domain.tier == "critical" else [zone],
                }
            ),
        }
        for domain in catalogue.domains
    }


def test_the_exports_tell_where_things_are(
    bank: Deployment, catalogue: Catalogue, settings: Settings
) -> None:
    names = [domain.name for domain in catalogue.domains]
    cluster = "arn:aws:kafka:eu-west-1:111111111111:corebank-cluster"
    assert bank.exports == {
        "network": {"vpcId": "network-vpc-id", "zoneId": "dns-zone-zone"},
        "siem": {
            "region": settings.region,
            "endpoint": settings.siem.endpoint,
            "secret": "corebank/siem",
            "bucket": "logs-config-bucket-id",
            "folder": "siem-failed",
            "alarms": "arn:aws:sns:eu-west-1:111111111111:alarms-topic",
            # What it is, and that it comes from there, is tried in ``test_siem``.
            "sources": bank.exports["siem"]["sources"],
        },
        "kubernetes": {
            "cluster": "corebank",
            "nodes": [
                {
                    "labels": {"bank.internal/tier": tier},
                    "maximum": getattr(settings.cluster.node_groups, tier).maximum,
                }
                for tier in ("critical", "core", "standard")
            ],
            "people": {
                "auditor": settings.people.auditor,
                "breakGlass": settings.people.break_glass,
                "operator": settings.people.operator,
            },
        },
        "people": {
            "login": "people",
            "issuer": settings.vault.people.issuer,
            "audience": settings.vault.people.audience,
            "groups": {
                "administrator": settings.vault.people.groups.administrator,
                "operator": settings.vault.people.groups.operator,
                "auditor": settings.vault.people.groups.auditor,
                "break-glass": settings.vault.people.groups.break_glass,
            },
        },
        "workloads": exported_workloads(settings, catalogue),
        # What is in it is tried where it is made.
        "ground": {name: bank.exports["ground"][name] for name in names},
        "workspaces": {name: settings.people.viewer(name) for name in names},
        "kafka": {"clusterArn": cluster, "bootstrap": "b-1.corebank-cluster.example:9098"},
        "database": {
            "endpoint": "database-corebank-proxy-proxy.proxy.example"
            if settings.database.proxy
            else "database-corebank-cluster.example",
            "readerEndpoint": "database-corebank-cluster.ro.example",
            "port": 5432,
            "clusterIdentifier": "corebank",
            "masterSecretArn": (
                "arn:aws:secretsmanager:eu-west-1:111111111111:database-corebank-cluster"
            ),
        },
        "evidence": {
            "mount": "evidence",
            "mode": settings.evidence.lock.upper(),
            "bound": "corebank-evidence-writers",
            "writers": {
                name: {
                    "bucket": f"corebank-evidence-{name}",
                    "role": name,
                    "policy": f"evidence-{name}",
                    "days": days.days,
                }
                for name, days in {
                    "platform": settings.evidence.locked_for,
                    "vault": settings.backups.kept_for,
                    **{
                        d.name: settings.evidence.locked_for
                        for d in catalogue.domains
                        if d.evidence
                    },
                }.items()
            },
        },
        # What it has to say is in test_monitoring.py, and in test_mesh.py.
        "levels": bank.exports["levels"],
        "mesh": bank.exports["mesh"],
        **exported_pools(settings),
        "topics": {name: topic.owner for name, topic in catalogue.topics.items()},
        "deadLetters": {
            f"corebank.{domain.name}.deadletter.v1": domain.name
            for domain in catalogue.domains
            if domain.consumes
        },
        "messaging": {
            "registryArn": "arn:aws:glue:eu-west-1:111111111111:corebank-schemas",
            "consumers": {name: list(each.consumers) for name, each in catalogue.topics.items()},
            "clients": {
                domain.name: {"role": f"corebank-{domain.name}", "group": domain.name}
                for domain in catalogue.domains
            },
        },
        "vault": {
            "kvPath": "corebank",
            "transit": "transit",
            "pki": "pki",
            "databases": "database",
            "connection": "corebank",
            "login": "kubernetes",
            "audience": "vault",
            "workloads": {
                domain.name: {
                    "policy": domain.name,
                    "role": domain.name,
                    "namespace": domain.name,
                    "serviceAccount": domain.name,
                    "hostname": f"{domain.name}.{settings.dns.zone}",
                    "keys": [domain.name, *([f"{domain.name}-personal"] * domain.erasable)],
                    "databases": [domain.name] * domain.database,
                    "logins": [f"{domain.name}-write", f"{domain.name}-read"] * domain.database,
                }
                for domain in catalogue.domains
            },
        },
    }
