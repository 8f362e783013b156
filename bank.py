"""The bank: everything a stack is made of, on one page, from the ground up.

Three layers, each standing on the one before it, so that a stack may stop after any. The first has
a page of its own, ``foundation``; what a part consists of is told in ``components`` and
``banking_domain``.
"""

from datetime import timedelta

import pulumi

from banking_domain import BankingDomain, BankingDomainArgs
from components.kafka import KafkaCluster, KafkaClusterArgs
from components.kafka_topic import KafkaTopic, KafkaTopicArgs
from components.network import Tier
from components.vault import Vault, VaultArgs
from domains import PLATFORM, RETENTION_MS, Catalogue, DataClass
from foundation import Foundation, lay_foundation, private_networks
from providers import aws_provider, vault_provider
from settings import Settings, Through
from tags import common_tags, tag_everything, tagged


def build(settings: Settings, catalogue: Catalogue) -> None:
    """Declares a stack up to the layer that its settings name, and exports what it made.

    The exports are the program's word to everything outside it: people, drills, other stacks.
    """
    tag_everything(common_tags(settings))
    aws = aws_provider(settings)
    opts = pulumi.ResourceOptions(providers=[aws])

    ground = lay_foundation(settings, opts)
    if settings.through is Through.FOUNDATION:
        return
    kafka = _platform(settings, ground, opts)
    if settings.through is Through.PLATFORM:
        return
    # Not before this layer: what the provider logs in to has to be initialised by people first.
    opts = pulumi.ResourceOptions(providers=[aws, vault_provider(settings)])
    _domains(settings, catalogue, kafka, opts)


def _platform(settings: Settings, ground: Foundation, opts: pulumi.ResourceOptions) -> KafkaCluster:
    kafka = KafkaCluster(
        "corebank",
        KafkaClusterArgs(
            account=settings.account,
            key_arn=ground.keys.arns[DataClass.PLATFORM],
            logs_key_arn=ground.keys.arns[DataClass.LOGS],
            vpc_id=ground.network.vpc_id,
            subnet_ids=ground.network.subnet_ids[Tier.DATA],
            client_networks=private_networks(settings),
            version=settings.kafka.version,
            instance_type=settings.kafka.instance_type,
            brokers=settings.kafka.brokers,
            volume_gib=settings.kafka.volume_gib,
            grows_to_gib=settings.kafka.grows_to_gib,
            replication=settings.kafka.replication,
            min_insync_replicas=settings.kafka.min_insync_replicas,
            retention=timedelta(milliseconds=RETENTION_MS),
            alarms_topic_arn=ground.alarms.topic_arn,
            protect=settings.protect,
        ),
        opts=opts,
    )
    pulumi.export("kafka", {"clusterArn": kafka.arn, "bootstrap": kafka.bootstrap})
    return kafka


def _domains(
    settings: Settings, catalogue: Catalogue, kafka: KafkaCluster, opts: pulumi.ResourceOptions
) -> None:
    vault = Vault(
        "vault",
        VaultArgs(
            kv_path="corebank",
            token_ttl=settings.vault.token_ttl,
            protect=settings.protect,
        ),
        opts=opts,
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
                    compatibility=catalogued.topic.compatibility,
                ),
                opts=opts,
            )
    domains = {
        domain.name: BankingDomain(
            domain.name,
            BankingDomainArgs(domain=domain, catalogue=catalogue, kafka=kafka, vault=vault),
            opts=tagged(opts, data_class=domain.data_class, domain=domain.name),
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
