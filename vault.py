"""Vault: the servers it runs on, and what all who use it have in common.

A page of its own beside ``bank``. Between the two, people hold a key ceremony; each domain's share
of it is the domain's.
"""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network
from urllib.parse import urlsplit

import pulumi

from components._network_policies import Reach
from components._vault_config import HsmSeal
from components._vault_shipper import Shipping
from components._vault_snapshots import SnapshotJob
from components._vault_values import Servers
from components.cluster_classes import DISK
from components.encryption_key import EncryptionKey, EncryptionKeyArgs, KeyUsers
from components.evidence_store import EvidenceBucket
from components.kubernetes_cluster import KubernetesCluster
from components.vault import Vault, VaultArgs
from components.vault_people import (
    ADMINISTRATOR,
    AUDITOR,
    BREAK_GLASS,
    OPERATOR,
    VaultPeople,
    VaultPeopleArgs,
)
from components.vault_servers import ROLE, KmsSeal, VaultServers, VaultServersArgs
from components.vault_snapshots import VaultSnapshots, VaultSnapshotsArgs
from domains import PLATFORM, DataClass, Tier
from foundation import Foundation, data_networks, private_networks
from settings import Settings
from tags import tagged

_NODES = ("bank.internal/tier", Tier.CRITICAL)


def run_vault(
    settings: Settings,
    ground: Foundation,
    cluster: KubernetesCluster,
    opts: pulumi.ResourceOptions,
) -> VaultServers:
    """Declares the servers, in the cloud, and the key that opens them."""
    vault = settings.vault
    return VaultServers(
        "vault-servers",
        VaultServersArgs(
            cluster=cluster,
            account=settings.account,
            title=f"corebank-{settings.environment}",
            chart=vault.chart,
            version=vault.version,
            servers=Servers(
                image=vault.image,
                number=vault.servers,
                data_gib=vault.data_gib,
                audit_gib=vault.audit_gib,
                disk=DISK,
                priority=Tier.CRITICAL,
                nodes=_NODES,
                shipping=Shipping(
                    image=settings.monitoring.images.collector,
                    file=vault.audit.file,
                    group="/corebank/vault-audit",
                    region=settings.region,
                ),
            ),
            lease=vault.token_ttl,
            seal=_seal(settings, opts),
            labels={
                "bank.internal/data-class": DataClass.PLATFORM,
                "bank.internal/domain": PLATFORM,
                "bank.internal/owner": settings.tags.owner,
                "bank.internal/tier": Tier.CRITICAL,
            },
            clients="bank.internal/domain",
            reaches=_reaches(settings),
            boundary=ground.boundary_arn,
            logs_key_arn=ground.keys.arns[DataClass.LOGS],
            protect=settings.protect,
        ),
        opts=tagged(opts, data_class=DataClass.LOGS),
    )


def snapshot_vault(
    settings: Settings,
    servers: VaultServers,
    vault: Vault,
    bucket: EvidenceBucket,
    opts: pulumi.ResourceOptions,
) -> None:
    """Declares what puts snapshots of an initialised Vault into the evidence store."""
    VaultSnapshots(
        "vault-snapshots",
        VaultSnapshotsArgs(
            cluster=servers.args.cluster,
            namespace=servers.namespace,
            vault=vault,
            mount=bucket.args.store.mount,
            bucket=bucket,
            every=timedelta(hours=settings.vault.snapshots.every_hours),
            job=SnapshotJob(
                vault_image=settings.vault.image,
                store_image=settings.vault.snapshots.image,
                store=settings.evidence.endpoint,
                region=settings.region,
                disk_gib=settings.vault.data_gib,
                nodes=_NODES,
                priority=Tier.CRITICAL,
            ),
            store=_reaches(settings)["evidence"],
        ),
        opts=opts,
    )


def _seal(settings: Settings, opts: pulumi.ResourceOptions) -> KmsSeal | HsmSeal:
    hsm = settings.vault.hsm
    if hsm is not None:
        return HsmSeal(
            library=hsm.library,
            slot=hsm.slot,
            key_label=hsm.key_label,
            pin_secret=hsm.pin_secret,
        )
    key = EncryptionKey(
        "vault-seal",
        EncryptionKeyArgs(
            account=settings.account,
            region=settings.region,
            alias="corebank/vault-seal",
            # Whatever recovery keys people have.
            description="Opens Vault; without it nobody does",
            users=KeyUsers(wrappers=(f"arn:aws:iam::{settings.account}:role/{ROLE}",)),
            protect=settings.protect,
        ),
        opts=tagged(opts, data_class=DataClass.PLATFORM),
    )
    return KmsSeal(region=settings.region, key_arn=key.arn)


def _reaches(settings: Settings) -> Mapping[str, Reach]:
    private = private_networks(settings)
    in_the_cloud = [private[zone] for zone in settings.network.zones]
    kubernetes = IPv4Network(settings.cluster.service_network[1])
    reaches = {
        # KMS answers inside the network, and so does Kubernetes, who is asked whom a token is of.
        "aws": Reach(networks=[*in_the_cloud, kubernetes], port=443),
        "databases": Reach(networks=[*data_networks(settings).values()], port=5432),
        "evidence": Reach(
            networks=[*private.values()], port=urlsplit(settings.evidence.endpoint).port or 443
        ),
    }
    # Who collects the audit, and who vouches for people, are the bank's: some neighbour has them.
    neighbours = [*settings.network.neighbours.values()]
    reaches["identities"] = Reach(networks=neighbours, port=443)
    port = int(settings.vault.audit.socket.rpartition(":")[2])
    reaches["collector"] = Reach(networks=neighbours, port=port)
    if settings.vault.hsm is not None:
        reaches["modules"] = Reach(
            networks=[IPv4Network(server) for server in settings.vault.hsm.servers],
            port=settings.vault.hsm.port,
        )
    return reaches


def open_vault(settings: Settings, opts: pulumi.ResourceOptions) -> Vault:
    """Declares what is in it for everybody, and exports the way in for people."""
    told = settings.vault
    vault = Vault(
        "vault",
        VaultArgs(
            kv_path="corebank",
            token_ttl=told.token_ttl,
            audit={
                "file": {"file_path": told.audit.file, "mode": "0600"},
                "socket": {"address": told.audit.socket, "socket_type": "tcp"},
            },
            issuer=f"corebank {settings.environment} partners",
            protect=settings.protect,
        ),
        opts=opts,
    )
    groups = {
        ADMINISTRATOR: told.people.groups.administrator,
        OPERATOR: told.people.groups.operator,
        AUDITOR: told.people.groups.auditor,
        BREAK_GLASS: told.people.groups.break_glass,
    }
    people = VaultPeople(
        "people",
        VaultPeopleArgs(
            vault=vault,
            issuer=told.people.issuer,
            audience=told.people.audience,
            groups=groups,
            protect=settings.protect,
        ),
        opts=opts,
    )
    pulumi.export(
        "people",
        {
            "login": people.path,
            "issuer": told.people.issuer,
            "audience": told.people.audience,
            "groups": groups,
        },
    )
    return vault
