"""Evidence: what the bank has to prove long after, where nobody can delete it.

A page of its own beside ``bank``: what is kept outlives whoever kept it, so no domain owns its
bucket. First the store's servers, later what the bank has in it, and who opens what: between the
two, people start it.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import pulumi
from pulumi_vault import Provider as VaultProvider

from components.alarms import Alarms, AlarmsArgs
from components.bucket import Bucket
from components.cluster_classes import DISK
from components.evidence_copies import EvidenceCopies, EvidenceCopiesArgs
from components.evidence_servers import EvidenceServers, EvidenceServersArgs
from components.evidence_store import (
    EvidenceBucket,
    EvidenceBucketArgs,
    EvidenceStore,
    EvidenceStoreArgs,
)
from components.kubernetes_cluster import KubernetesCluster
from components.vault import Vault
from domains import PLATFORM, Catalogue, DataClass, Tier
from foundation import Foundation, private_networks
from providers import evidence_provider, minio_provider
from settings import Settings
from tags import tagged

VAULT = "vault"
"""Who writes Vault's snapshots."""


def run_evidence_store(
    settings: Settings, cluster: KubernetesCluster, opts: pulumi.ResourceOptions
) -> None:
    """Declares the store's servers, in the data centre where there is one."""
    evidence = settings.evidence
    EvidenceServers(
        "evidence-servers",
        EvidenceServersArgs(
            cluster=cluster,
            chart=evidence.chart,
            version=evidence.version,
            image=evidence.image,
            drives=evidence.drives,
            drive_gib=evidence.drive_gib,
            disk=DISK,
            on_premises=settings.on_premises is not None,
            priority=Tier.CRITICAL,
            labels={
                "bank.internal/data-class": DataClass.EVIDENCE,
                "bank.internal/domain": PLATFORM,
                "bank.internal/owner": settings.tags.owner,
                "bank.internal/tier": Tier.CRITICAL,
            },
            clients=[
                *private_networks(settings).values(),
                *settings.network.neighbours.values(),
            ],
            protect=settings.protect,
        ),
        opts=opts,
    )


def keep_evidence(
    settings: Settings, catalogue: Catalogue, vault: Vault, vault_provider: VaultProvider
) -> Mapping[str, EvidenceBucket]:
    """Declares a bucket for each domain that keeps evidence, and for audits and Vault's snapshots.

    Returns:
        The buckets, by who writes: a domain's name, the platform's, or Vault's.
    """
    opts = pulumi.ResourceOptions(
        providers=[vault_provider, minio_provider(settings), evidence_provider(settings)]
    )
    keeping = [PLATFORM, *(domain.name for domain in catalogue.domains if domain.evidence)]
    locked_for = dict.fromkeys(keeping, settings.evidence.locked_for)
    # What a domain has erased by destroying its key comes back with a snapshot from before: so it
    # is kept as backups are, and not as evidence is.
    locked_for[VAULT] = settings.backups.kept_for
    store = EvidenceStore(
        "evidence",
        EvidenceStoreArgs(
            vault=vault,
            mount="evidence",
            mode=settings.evidence.lock.upper(),
            writers=[*locked_for],
            protect=settings.protect,
        ),
        opts=opts,
    )
    buckets = {
        writer: EvidenceBucket(
            f"evidence-{writer}",
            EvidenceBucketArgs(store=store, writer=writer, locked_for=length),
            opts=opts,
        )
        for writer, length in locked_for.items()
    }
    pulumi.export(
        "evidence",
        {
            "mount": store.mount,
            "mode": store.args.mode,
            "bound": store.ceiling,
            "writers": {
                writer: {
                    "bucket": it.bucket,
                    "role": it.role,
                    "policy": it.policy,
                    "days": it.days,
                }
                for writer, it in buckets.items()
            },
        },
    )
    return buckets


def copy_evidence(
    settings: Settings,
    ground: Foundation,
    replica: Bucket,
    buckets: Mapping[str, EvidenceBucket],
    opts: pulumi.ResourceOptions,
) -> None:
    """Declares what copies evidence into the second region, and tells if not.

    Vault's snapshots are not: the copy would keep them for as long as evidence is locked.
    """
    region = settings.second_region
    store = urlsplit(settings.evidence.endpoint)
    alarms = Alarms(
        "second-alarms",
        AlarmsArgs(
            account=settings.account,
            region=region,
            key_arn=ground.second_keys.arns[DataClass.PLATFORM],
            email=settings.budget.alarms_to,
        ),
        opts=opts,
    )
    EvidenceCopies(
        "evidence-copies",
        EvidenceCopiesArgs(
            account=settings.account,
            region=region,
            agent=f"evidence-agent.{settings.dns.zone}",
            host=store.hostname or "",
            port=store.port or 443,
            buckets={writer: it.bucket for writer, it in buckets.items() if writer != VAULT},
            replica=replica,
            alarms_topic_arn=alarms.topic_arn,
            boundary=ground.boundary_arn,
        ),
        opts=tagged(opts, data_class=DataClass.EVIDENCE),
    )
