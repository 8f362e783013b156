"""Snapshots of what Vault knows, in a locked bucket of the evidence store, which is elsewhere.

Needs an initialised Vault and a store that runs. Owns the job, its identity and all that it may do
in Vault. A snapshot is encrypted by Vault: whoever has one needs the seal's key too.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pulumi
import pulumi_vault as vault
from pulumi_kubernetes.batch import v1 as batch
from pulumi_kubernetes.core import v1 as core
from pulumi_kubernetes.networking import v1 as networking
from pulumi_vault import kubernetes

from components import _vault_network as network
from components import _vault_snapshots as snapshots
from components._network_policies import Reach
from components._vault_policy import reads
from components._vault_snapshots import ROLE, SnapshotJob
from components.evidence_store import EvidenceBucket
from components.kubernetes_cluster import KubernetesCluster
from components.vault import Vault

_TOKEN_LIFE = timedelta(minutes=15)
"""As long as the credentials of the store, which end with it."""


@dataclass(frozen=True, kw_only=True)
class VaultSnapshotsArgs:
    """How snapshots are taken.

    Args:
        cluster: The cluster that Vault runs in.
        namespace: Vault's.
        vault: Where the job logs in.
        mount: Where in Vault credentials of the store are had.
        bucket: Where snapshots go.
        every: How much may be lost, in whole hours that a day is a multiple of.
        job: What the job is told.
        store: Where the store answers.
    """

    cluster: KubernetesCluster
    namespace: pulumi.Input[str]
    vault: Vault
    mount: pulumi.Input[str]
    bucket: EvidenceBucket
    every: timedelta
    job: SnapshotJob
    store: Reach


class VaultSnapshots(pulumi.ComponentResource):
    """A job that runs by the clock, may read a snapshot and put it into one bucket."""

    def __init__(
        self, name: str, args: VaultSnapshotsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("corebank:components:VaultSnapshots", name, {}, opts)
        own = pulumi.ResourceOptions(parent=self)
        inside = pulumi.ResourceOptions(parent=self, deleted_with=args.cluster.cluster)
        seconds = _TOKEN_LIFE // timedelta(seconds=1)
        policy = vault.Policy(
            f"{name}-policy",
            name=ROLE,
            policy=reads("sys/storage/raft/snapshot"),
            opts=pulumi.ResourceOptions.merge(own, args.vault.audited),
        )
        role = kubernetes.AuthBackendRole(
            f"{name}-role",
            backend=args.vault.auth_path,
            role_name=ROLE,
            audience=snapshots.AUDIENCE,
            bound_service_account_names=[ROLE],
            bound_service_account_namespaces=[args.namespace],
            token_policies=[policy.name, args.bucket.policy],
            token_ttl=seconds,
            token_max_ttl=seconds,
            opts=own,
        )
        here: Any = {"name": ROLE, "namespace": args.namespace}
        core.ServiceAccount(
            f"{name}-account", metadata=here, automount_service_account_token=False, opts=inside
        )
        credentials = pulumi.Output.concat(args.mount, "/creds/", args.bucket.role)
        texts = core.ConfigMap(
            f"{name}-texts",
            metadata=here,
            data=pulumi.Output.all(args.vault.auth_path, credentials).apply(
                lambda known: snapshots.texts(auth_path=known[0], credentials_path=known[1])
            ),
            opts=inside,
        )
        spec: Any = network.client(pods=snapshots.PODS, store=args.store)
        networking.NetworkPolicy(f"{name}-network", metadata=here, spec=spec, opts=inside)
        pod: Any = snapshots.pod(args.job, texts=texts.metadata["name"], bucket=args.bucket.bucket)
        batch.CronJob(
            f"{name}-job",
            metadata=here,
            spec={
                # Not on the hour, when everybody comes.
                "schedule": f"17 */{args.every // timedelta(hours=1)} * * *",
                "time_zone": "Etc/UTC",
                "concurrency_policy": "Forbid",
                "starting_deadline_seconds": 600,
                "job_template": {
                    "spec": {
                        "backoff_limit": 2,
                        "active_deadline_seconds": seconds,
                        "ttl_seconds_after_finished": 7 * 24 * 3600,
                        "template": {"metadata": {"labels": snapshots.PODS}, "spec": pod},
                    }
                },
            },
            # Before its role is there it could not log in.
            opts=pulumi.ResourceOptions.merge(inside, pulumi.ResourceOptions(depends_on=[role])),
        )
        self.register_outputs({})
