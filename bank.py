"""The bank: everything a stack is made of, on one page, from the ground up."""

from dataclasses import dataclass
from datetime import timedelta

import pulumi

from banking_domain import BankingDomain, BankingDomainArgs
from components.kafka import KafkaCluster, KafkaClusterArgs, KafkaTopic, KafkaTopicArgs
from components.network import Network, NetworkArgs, Tier, tier_network
from components.vault import Vault, VaultArgs
from domains import PLATFORM, RETENTION_MS, Catalogue
from providers import bank_providers
from settings import Settings, Through
from tags import common_tags, tag_everything


def build(settings: Settings, catalogue: Catalogue) -> None:
    """Declares a stack up to the layer that its settings name, and exports what it made.

    The exports are the program's word to everything outside it: people, drills, other stacks.
    """
    tag_everything(common_tags(settings))
    ours = pulumi.ResourceOptions(providers=bank_providers(settings))

    # Foundation
    network = Network(
        "network",
        NetworkArgs(
            cidr=settings.network.cidr,
            zones=settings.network.zones,
            nat_zones=settings.network.nat_zones,
            protect=settings.protect,
        ),
        opts=ours,
    )
    pulumi.export("network", {"vpcId": network.vpc_id})
    if settings.through is Through.FOUNDATION:
        return

    # Platform
    kafka = KafkaCluster(
        "corebank",
        KafkaClusterArgs(
            account=settings.account,
            region=settings.region,
            vpc_id=network.vpc_id,
            subnet_ids=network.subnet_ids[Tier.DATA],
            client_networks={
                zone: tier_network(block, Tier.PRIVATE)
                for zone, block in settings.network.zones.items()
            },
            version=settings.kafka.version,
            instance_type=settings.kafka.instance_type,
            brokers=settings.kafka.brokers,
            volume_gib=settings.kafka.volume_gib,
            replication=settings.kafka.replication,
            min_insync_replicas=settings.kafka.min_insync_replicas,
            retention=timedelta(milliseconds=RETENTION_MS),
            protect=settings.protect,
        ),
        opts=ours,
    )
    pulumi.export("kafka", {"clusterArn": kafka.arn, "bootstrap": kafka.bootstrap})
    if settings.through is Through.PLATFORM:
        return

    # Domains: from here on Vault has to be initialised
    vault = Vault(
        "vault",
        VaultArgs(
            kv_path="corebank", token_ttl=settings.vault.token_ttl, protect=settings.protect
        ),
        opts=ours,
    )
    for name, catalogued in catalogue.topics.items():
        if catalogued.owner == PLATFORM:
            KafkaTopic(
                name,
                KafkaTopicArgs(
                    cluster=kafka,
                    topic=name,
                    partitions=catalogued.topic.partitions,
                    schema=catalogued.schema,
                ),
                opts=ours,
            )
    domains = {
        domain.name: BankingDomain(
            domain.name,
            BankingDomainArgs(domain=domain, catalogue=catalogue, kafka=kafka, vault=vault),
            opts=ours,
        )
        for domain in catalogue.domains
    }
    pulumi.export("topics", {name: topic.owner for name, topic in catalogue.topics.items()})
    pulumi.export(
        "vault",
        {
            "kvPath": vault.kv_path,
            "workloads": {
                name: {"policy": domain.secrets.policy, "role": domain.secrets.role}
                for name, domain in domains.items()
            },
        },
    )
