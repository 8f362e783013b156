"""Evidence: what the bank has to prove long after, where nobody can delete it.

A page of its own beside ``bank``: what is kept outlives whoever kept it, so no domain owns its
bucket. The store itself runs elsewhere; here is what the bank has in it, and who opens what.
"""

from collections.abc import Mapping

import pulumi
import pulumi_vault as vault

from components.evidence_store import (
    EvidenceBucket,
    EvidenceBucketArgs,
    EvidenceStore,
    EvidenceStoreArgs,
)
from domains import PLATFORM, Catalogue
from providers import evidence_provider, minio_provider
from settings import Settings


def keep_evidence(
    settings: Settings, catalogue: Catalogue, vault_provider: vault.Provider
) -> Mapping[str, EvidenceBucket]:
    """Declares a bucket for each domain that keeps evidence, and one for the platform's audits.

    Returns:
        The buckets, by who writes: a domain's name, or the platform's.
    """
    opts = pulumi.ResourceOptions(
        providers=[vault_provider, minio_provider(settings), evidence_provider(settings)]
    )
    writers = [PLATFORM, *(domain.name for domain in catalogue.domains if domain.evidence)]
    store = EvidenceStore(
        "evidence",
        EvidenceStoreArgs(
            mount="evidence",
            mode=settings.evidence.lock.upper(),
            locked_for=settings.evidence.locked_for,
            writers=writers,
            protect=settings.protect,
        ),
        opts=opts,
    )
    buckets = {
        writer: EvidenceBucket(
            f"evidence-{writer}", EvidenceBucketArgs(store=store, writer=writer), opts=opts
        )
        for writer in writers
    }
    pulumi.export(
        "evidence",
        {
            "mount": store.mount,
            "mode": store.args.mode,
            "days": store.days,
            "bound": store.ceiling,
            "writers": {
                writer: {"bucket": it.bucket, "role": it.role, "policy": it.policy}
                for writer, it in buckets.items()
            },
        },
    )
    return buckets
